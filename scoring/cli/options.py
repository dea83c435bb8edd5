"""The options that commands share; each group of them reaches a command as one value."""

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
_ELSEWHERE = ".docx .xlsx .pptx .odt .ods .pdf .png .jpg .gif .svg .html .htm .parquet .zip .ipynb"
ENDINGS: dict[str, tuple[str, ...]] = {
    ".json": ("json", "csl-json", "gitlab", "sarif"),
    ".sarif": ("sarif",),
    ".xml": ("junit",),
    ".csv": ("csv",),
    ".md": ("markdown", "text", "table"),
    ".bib": ("bibtex",),
    ".ris": ("ris",),
    ".tex": ("latex", "bibtex"),
    ".yaml": ("yaml",),
    ".yml": ("yaml",),
    ".lock": ("lock",),
    **dict.fromkeys(_ELSEWHERE.split(), ()),
    ".docx": ("word",),
}
"""Endings that promise a form, and the forms that keep the promise; any other ending will do for all."""
CI_FORMS = ("github", "sarif", "junit", "gitlab")  # as render.ci has them, which is not imported to say so


@dataclass(frozen=True)
class Inputs:
    """What is scored: the folders, by default those that come with the package, and the day."""

    rubric: Path | None
    profiles: Path | None
    as_of: dt.date | None


@dataclass(frozen=True)
class Draws:
    """How uncertainty is drawn."""

    count: int
    seed: int
    shared: float | None


@dataclass(frozen=True)
class Output:
    """Where the result goes, and in which form."""

    form: Any
    path: Path | None


MOST_DRAWS = 10_000_000  # minutes for twenty countries; the error of 20,000 is 0.2 points


class Default(click.Option):
    """An option whose default stands in a file, which is read only where the option is used or its help is shown."""

    def get_default(self, ctx: click.Context, call: bool = True) -> Any:  # noqa: ARG002, FBT001, FBT002  click's
        """The value itself, in help too, where click would say that it is dynamic."""
        return super().get_default(ctx, call=True)


def default(name: str) -> Callable[[], Any]:
    """A setting of data/defaults.yaml by its name, with a dot before one of a section, for `Default`."""

    def read() -> Any:
        from scoring.files.defaults import defaults

        return operator.attrgetter(name)(defaults())

    return read


class Whole(click.IntRange):
    """A whole number in digits 0 to 9; Python would take those of any script, and `1_000`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number, or fail with what would be right."""
        if isinstance(value, str) and not re.fullmatch(r"[-+]?[0-9]{1,40}", value):
            self.fail(f"{value!r} is no whole number; write digits 0 to 9, at most 40", param, ctx)
        return super().convert(value, param, ctx)


class Finite(click.FloatRange):
    """A finite number in digits 0 to 9; NaN lies in every range, since nothing is less or more."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number, or fail with what would be right."""
        if isinstance(value, str) and finite(value) is None:
            self.fail(f"{value!r} is no finite number; write one such as 0.5", param, ctx)
        return super().convert(value, param, ctx)


def finite(text: str) -> float | None:
    """The number that a text writes in digits 0 to 9; None where it is none, or not finite."""
    number = float(text) if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", text) else math.inf
    return number if math.isfinite(number) else None


class Day(click.ParamType[dt.date]):
    """A date as profiles write it: YYYY, YYYY-MM or YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the date, or fail with what would be right."""
        from scoring.model.fields import read_date

        if isinstance(value, dt.date):
            return value
        try:
            return read_date(value)
        except ValueError:
            self.fail(f"{value!r} is no date of the calendar; write YYYY, YYYY-MM or YYYY-MM-DD", param, ctx)


class Country(click.ParamType[str]):
    """A country under any of its names; a command gets the alpha-3 code.

    of_the_set: whether a profile of it is asked for, so that a message guesses and lists the countries of the folder.
    """

    name = "country"

    def __init__(self, *, of_the_set: bool = True) -> None:
        self.of_the_set = of_the_set

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """The code.

        Raises:
            UnknownNameError: with what is near.
        """
        from scoring.model.countries import country_code

        return country_code(value, _codes(ctx) if ctx and self.of_the_set else ())


COUNTRY, ANY_COUNTRY = Country(), Country(of_the_set=False)


def _codes(ctx: click.Context) -> list[str]:
    """The countries that the folder of profiles seems to hold, by the names of its files."""
    from scoring.files.disk import SUFFIX
    from scoring.files.folders import folders
    from scoring.model.countries import is_country

    given = (ctx.params.get(name) for name in ("rubric_dir", "profiles_dir"))
    found = folders(*(one if isinstance(one, Path) else None for one in given)).profiles  # not yet None where not given
    try:
        names = [path.name.removesuffix(SUFFIX) for path in found.iterdir()]
    except (OSError, ValueError):
        return []  # the command itself says why the folder cannot be read
    return sorted(filter(is_country, names))


class Since(Day):
    """A date, or the name of a git revision: what is written like a date is one."""

    name = "date or revision"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the date; leave any other name alone."""
        looks = isinstance(value, str) and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value)
        return super().convert(value, param, ctx) if looks else value


def inputs(command: Command) -> Command:
    """The options that every command has, as `inputs`."""

    @functools.wraps(command)
    def gathered(*, rubric_dir: Path | None, profiles_dir: Path | None, as_of: dt.date | None, **rest: Any) -> None:
        command(inputs=Inputs(rubric_dir, profiles_dir, as_of), **rest)

    wrapped: Command = _with_options(
        gathered,
        # read first: the names of countries are looked up among those of the folder
        click.option(
            "--rubric", "rubric_dir", type=FOLDER, is_eager=True, help="Folder with rubric.yaml and the pillar files."
        ),
        click.option(
            "--profiles", "profiles_dir", type=FOLDER, is_eager=True, help="Folder with one <COUNTRY>.yaml a country."
        ),
        click.option("--as-of", type=Day(), help="The day to speak for; default: each profile's own."),
    )
    return wrapped


def simulated(command: Command) -> Command:
    """The options of every command that draws, as `draws`."""

    @functools.wraps(command)
    def gathered(*, draws: int, seed: int, shared: float | None, **rest: Any) -> None:
        command(draws=Draws(draws, seed, shared), **rest)

    wrapped: Command = _with_options(
        gathered,
        click.option(
            "--draws",
            cls=Default,
            type=Whole(100, MOST_DRAWS),
            default=default("draws"),
            show_default=True,
            help="Number of draws.",
        ),
        click.option("--seed", type=Whole(min=0), default=0, show_default=True),
        click.option(
            "--shared",
            type=Finite(0, 1),
            help="Probability that an unseen part follows the country's shared draw; default: the rubric's.",
        ),
    )
    return wrapped


verbose = click.option("--verbose", is_flag=True, help="Print all settings of the draws in the text, as JSON has them.")


def formats(*names: str) -> Callable[[Command], Command]:
    """The options --format and -o, as `output`; the first of the names is the default."""

    def wrap(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(*, form: str, output: Path | None, **rest: Any) -> None:
            fits(output, form)
            command(output=Output(form, output), **rest)

        wrapped: Command = _with_options(
            gathered,
            click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True),
            click.option("-o", "--output", type=FILE, help="Write to a file."),
        )
        return wrapped

    return wrap


def fits(path: Path | None, form: str) -> None:
    """Refuse a name whose ending promises another form than is written.

    Raises:
        UsageError: with the endings that would do.
    """
    ending = path.suffix.lower() if path else ""
    if path and form not in ENDINGS.get(ending, (form,)):
        right = " or ".join(one for one, forms in ENDINGS.items() if form in forms) or ".txt"
        message = f"{path} is no name for what is written ({form}); let it end in {right}, or ask for another form"
        raise click.UsageError(visible(message))


def _with_options(command: Any, *options: Callable[[Any], Any]) -> Any:
    """The command with the options, in this order."""
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)
