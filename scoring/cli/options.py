"""Options that commands share; each group of options is passed to a command as one value."""

from __future__ import annotations

import datetime as dt
import functools
import math
import operator
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scoring.errors import visible

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
_OTHER_FORMATS = ".docx .xlsx .pptx .odt .ods .pdf .png .jpg .gif .svg .parquet .zip .ipynb"
FORMATS_BY_SUFFIX: dict[str, tuple[str, ...]] = {
    ".json": ("json", "csl-json", "gitlab", "sarif"),
    ".sarif": ("sarif",),
    ".xml": ("junit",),
    ".csv": ("csv",),
    ".md": ("markdown", "checklist", "text", "note", "apa", "chicago", "table"),
    ".bib": ("bibtex", "biblatex"),
    ".ris": ("ris",),
    ".tex": ("latex", "bibtex", "biblatex"),
    ".yaml": ("yaml",),
    ".yml": ("yaml",),
    ".lock": ("lock",),
    **dict.fromkeys(_OTHER_FORMATS.split(), ()),
    ".docx": ("word",),
    **dict.fromkeys((".html", ".htm", ".xhtml"), ("html",)),
    ".typ": ("typst",),
}
"""File suffixes and the formats that may be written under them; any other suffix fits every format."""
CI_FORMS = ("github", "sarif", "junit", "gitlab")  # render.ci.FORMS, repeated because that import is slow


@dataclass(frozen=True)
class Inputs:
    """What is scored: the folders (default: those of the package) and the reference date."""

    rubric: Path | None
    profiles: Path | None
    as_of: dt.date | None
    known_by: dt.date | None = None
    """Only what sources said that were published by this day, where the command has the option."""
    edition: str | None = None
    """The released edition to read rubric and profiles of, where the command has the option."""
    actor: str | None = None
    """The actor that the countries face, where the command has the option; None for that of each profile."""


@dataclass(frozen=True)
class Draws:
    """Settings of the simulation: number of draws and seed."""

    count: int
    seed: int


@dataclass(frozen=True)
class Output:
    """Path and format of the result."""

    form: Any
    path: Path | None


MAX_DRAWS = 10_000_000  # minutes for twenty countries; the error of 20,000 is 0.2 points


class Default(click.Option):
    """An option with a default from a file, which is read only when the option is used or its help is shown."""

    def get_default(self, ctx: click.Context, call: bool = True) -> Any:  # noqa: ARG002, FBT001, FBT002  click's
        """The value itself, also in help, where click would print "(dynamic)"."""
        return super().get_default(ctx, call=True)


def default(name: str) -> Callable[[], Any]:
    """A function that reads a setting of data/defaults.yaml, such as "shown.disagreements", for `Default`."""

    def read() -> Any:
        from scoring.files.defaults import defaults

        return operator.attrgetter(name)(defaults())

    return read


MAX_ADDRESS = 500  # characters


class Whole(click.IntRange):
    """A whole number in digits 0 to 9; `int` would accept digits of any script, and `1_000`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the number, or fail with the expected format."""
        if isinstance(value, str) and not re.fullmatch(r"[-+]?[0-9]{1,40}", value):
            self.fail(f"expected a whole number of at most 40 digits 0 to 9, got {value!r}", param, ctx)
        return super().convert(value, param, ctx)


class Finite(click.FloatRange):
    """A finite number in digits 0 to 9; click accepts NaN in every range, since no comparison with it is true."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the number, or fail with the expected format."""
        if isinstance(value, str) and finite(value) is None:
            self.fail(f"expected a finite number such as 0.5, got {value!r}", param, ctx)
        return super().convert(value, param, ctx)


def finite(text: str) -> float | None:
    """The number that a text represents in digits 0 to 9; None if it is not a number or not finite."""
    number = float(text) if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", text) else math.inf
    return number if math.isfinite(number) else None


class Address(click.ParamType[str]):
    """The address of a folder on the web; it is given a slash at the end."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the address, or fail with the expected format."""
        pattern = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?"
        if len(value) > MAX_ADDRESS or not re.fullmatch(pattern, value):
            message = f"expected the address of a folder such as https://example.org/index/, got {value!r}"
            self.fail(message, param, ctx)
        return value if value.endswith("/") else f"{value}/"


class Day(click.ParamType[dt.date]):
    """A date as profiles write it: YYYY, YYYY-MM or YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Parse the date, or fail with the expected format."""
        from scoring.model.fields import read_date

        if isinstance(value, dt.date):
            return value
        try:
            return read_date(value)
        except ValueError:
            self.fail(f"expected a calendar date as YYYY, YYYY-MM or YYYY-MM-DD, got {value!r}", param, ctx)


class Country(click.ParamType[str]):
    """A country under any of its names, converted to its alpha-3 code.

    of_the_set: whether the command needs a profile of it, so that messages suggest countries of the profile folder.
    """

    name = "country"

    def __init__(self, *, of_the_set: bool = True) -> None:
        self.of_the_set = of_the_set

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """The alpha-3 code.

        Raises:
            UnknownNameError: unknown country; the message suggests similar names.
        """
        from scoring.files.folders import unit_named
        from scoring.model.countries import country_code

        folder = _profiles(ctx) if ctx and self.of_the_set else None
        if folder is None:
            return country_code(value)
        codes = _codes(folder)
        own = None if value in codes else unit_named(value, folder)
        return own or country_code(value, codes)


COUNTRY, ANY_COUNTRY = Country(), Country(of_the_set=False)


class Goal(click.ParamType[tuple[str, float]]):
    """A country of the set and a figure, such as `GEO=65`."""

    name = "goal"

    def convert(
        self, value: str | tuple[str, float], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """The code of the country, and the figure."""
        if isinstance(value, tuple):
            return value
        country, _, figure = value.rpartition("=")
        number = finite(figure.strip())
        if not country.strip() or number is None:
            self.fail(f"expected COUNTRY=FIGURE with a finite number, such as GEO=65, got {value!r}", param, ctx)
        return COUNTRY.convert(country.strip(), param, ctx), number


GOAL = Goal()


class Countries(click.ParamType[tuple[str, ...]]):
    """Countries of the set, separated by commas."""

    name = "countries"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The codes, each once."""
        if isinstance(value, tuple):
            return value
        names = [name.strip() for name in value.split(",") if name.strip()]
        if not names:
            self.fail("name a country, such as GEO,ARM", param, ctx)
        return tuple(dict.fromkeys(COUNTRY.convert(name, param, ctx) for name in names))


COUNTRIES = Countries()


def _profiles(ctx: click.Context) -> Path:
    """The profile folder."""
    from scoring.files.folders import folders

    given = (ctx.params.get(name) for name in ("rubric_dir", "profiles_dir"))
    # click's value for an option that was not given is not None yet
    return folders(*(path if isinstance(path, Path) else None for path in given)).profiles


def _codes(folder: Path) -> list[str]:
    """The countries of the profile folder, by file name."""
    from scoring.files.disk import SUFFIX

    try:
        names = [path.name.removesuffix(SUFFIX) for path in folder.iterdir()]
    except (OSError, ValueError):
        return []  # the command itself reports why the folder cannot be read
    return sorted(name for name in names if re.fullmatch("[A-Z]{3}", name))


class Since(Day):
    """A date, or the name of a git revision; text in the format of a date is a date."""

    name = "date or revision"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the date; return any other name unchanged."""
        is_date = isinstance(value, str) and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value)
        return super().convert(value, param, ctx) if is_date else value


def inputs(command: Command) -> Command:
    """Add the options that every command has, passed as `inputs`."""

    @functools.wraps(command)
    def wrapper(
        *,
        rubric_dir: Path | None,
        profiles_dir: Path | None,
        as_of: dt.date | None,
        known_by: dt.date | None = None,
        edition: str | None = None,
        facing: str | None = None,
        **kwargs: Any,
    ) -> None:
        command(inputs=Inputs(rubric_dir, profiles_dir, as_of, known_by, edition, facing), **kwargs)

    wrapped: Command = _with_options(
        wrapper,
        # eager: country names are looked up in the profile folder
        click.option(
            "--rubric",
            "rubric_dir",
            type=FOLDER,
            is_eager=True,
            help="Name of a rubric in rubrics, or a folder with rubric.yaml.",
        ),
        click.option(
            "--profiles", "profiles_dir", type=FOLDER, is_eager=True, help="Folder with one <COUNTRY>.yaml per country."
        ),
        click.option("--as-of", type=Day(), help="Reference date of the scores; default: that of each profile."),
    )
    return wrapped


known_by = click.option(
    "--known-by", type=Day(), help="Leave out the statements of sources that were published after this day."
)

edition = click.option(
    "--edition", metavar="NAME", help="Rubric and profiles of this released edition, such as 2025.1, from git."
)


group = click.option(
    "--group", metavar="ID", help="Only the members of this group of groups.yaml on the reference date."
)


facing = click.option(
    "--actor",
    "facing",
    type=ANY_COUNTRY,
    metavar="COUNTRY",
    help="Actor that the countries face; default: that of each profile.",
)


def draws(setting: str, purpose: str) -> Callable[[Command], Command]:
    """The option --draws, with its default from data/defaults.yaml."""
    return click.option(
        "--draws", cls=Default, type=Whole(100, MAX_DRAWS), default=default(setting), show_default=True, help=purpose
    )


def seed(of: str) -> Callable[[Command], Command]:
    """The option --seed."""
    return click.option("--seed", type=Whole(min=0), default=0, show_default=True, help=f"Seed of {of}.")


def simulated_by(setting: str, purpose: str) -> Callable[[Command], Command]:
    """Add the options of a command that simulates, passed as `draws`; the arguments are those of `draws`."""

    def add(command: Command) -> Command:
        @functools.wraps(command)
        def wrapper(*, draws: int, seed: int, **kwargs: Any) -> None:
            command(draws=Draws(draws, seed), **kwargs)

        wrapped: Command = _with_options(wrapper, draws(setting, purpose), seed("the random numbers"))
        return wrapped

    return add


simulated = simulated_by("draws", "Number of Monte Carlo draws.")


verbose = click.option("--verbose", is_flag=True, help="Print all simulation settings, as in JSON.")


def formats(*names: str) -> Callable[[Command], Command]:
    """Add the options --format (default: the first name) and -o, passed as `output`."""

    def wrap(command: Command) -> Command:
        @functools.wraps(command)
        def wrapper(*, form: str, output: Path | None, **kwargs: Any) -> None:
            check_suffix(output, form)
            command(output=Output(form, output), **kwargs)

        wrapped: Command = _with_options(
            wrapper,
            click.option(
                "--format",
                "form",
                type=click.Choice(names),
                default=names[0],
                show_default=True,
                help="Output format.",
            ),
            click.option("-o", "--output", type=FILE, help="File to write to; default: standard output."),
        )
        return wrapped

    return wrap


def check_suffix(path: Path | None, form: str) -> None:
    """Check that the suffix of an output path fits the format.

    Raises:
        UsageError: it belongs to another format; the message lists the suffixes that fit.
    """
    suffix = path.suffix.lower() if path else ""
    if path and form not in FORMATS_BY_SUFFIX.get(suffix, (form,)):
        suffixes = " or ".join(name for name, forms in FORMATS_BY_SUFFIX.items() if form in forms) or ".txt"
        message = f"the suffix of {path} does not fit the format {form}; use {suffixes}, or choose another format"
        raise click.UsageError(visible(message))


def _with_options(command: Any, *options: Callable[[Any], Any]) -> Any:
    """The command with the options in the given order."""
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)
