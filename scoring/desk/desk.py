"""The desk: what its pages share."""

from __future__ import annotations

import contextlib
import itertools
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from scoring.analysis.explain import REASONS
from scoring.desk.forms import LABELS
from scoring.index.summary import interval_share
from scoring.render.site.frame import assets as site_assets
from scoring.render.wording import named_codes
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from scoring.desk.folder import Folder
    from scoring.drafting.reading import SourcePage
    from scoring.text.table import Table

SOON = 0.1  # seconds that a page waits for what takes longer
PAGES_HELD = 20  # source pages in memory, the newest
GRADES = Path(__file__).parents[1] / "data" / "grades.yaml"


class NotFoundError(Exception):
    """There is no such page."""


def missing(what: str, why: str = "") -> NoReturn:
    """Say that what a page would show does not exist.

    Raises:
        NotFoundError: Always.
    """
    message = f"There is no such {what}{f': {why}' if why else ''}."
    raise NotFoundError(message)


class Request(NamedTuple):
    """What a page is asked for."""

    is_post: bool
    path: Mapping[str, str]
    query: Mapping[str, str]
    fields: Mapping[str, Sequence[str]]

    @property
    def texts(self) -> dict[str, str]:
        """Name of a field -> what was typed; without a version, the form is of no file that exists."""
        return {"version": ""} | {name: values[-1] for name, values in self.fields.items()}


class Page(NamedTuple):
    """The answer to a request."""

    html: str
    status: int = 200


class Redirect(NamedTuple):
    """Another page to go to."""

    url: str


@dataclass(frozen=True, eq=False)
class Desk:
    """The folder, who codes, and the templates."""

    folder: Folder
    coder: str | None = None
    is_blind: bool = False
    """Whether only the statements to code are shown: no codes, no scores."""
    source_pages: OrderedDict[str, SourcePage] = field(default_factory=OrderedDict)
    """Those that were pasted, by key."""
    _agreed: dict[tuple[str, ...], Future[list[Table]]] = field(default_factory=dict)
    """The tables of agreement by the versions of the files; only the last are kept."""
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def warm(self) -> None:
        """Draw the indices of all countries in the background, so that the first check does not wait for them."""
        self._worker.submit(lambda: self.folder.peers(self.folder.snapshot()))

    def close(self) -> None:
        """Drop what still waits to be computed."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def page(self, template: str, status: int = 200, **values: Any) -> Page:
        """A page made from a template."""
        shared = {"desk": self, "rubric": self.folder.book.rubric, "grades": self.grades}
        return Page(self._environment.get_template(f"{template}.html.j2").render(shared | values), status)

    def keep(self, page: SourcePage) -> str:
        """Keep a source page in memory and return its key."""
        key = secrets.token_urlsafe(9)
        self.source_pages[key] = page
        while len(self.source_pages) > PAGES_HELD:
            self.source_pages.popitem(last=False)
        return key

    def agreement_of(self, versions: tuple[str, ...], compute: Callable[[], list[Table]]) -> list[Table] | None:
        """The tables of agreement of some versions of the files; None while they are being computed."""
        if versions not in self._agreed:
            self._agreed.clear()
            self._agreed[versions] = self._worker.submit(compute)
        future = self._agreed[versions]
        with contextlib.suppress(TimeoutError):
            return future.result(timeout=SOON)
        return None

    @cached_property
    def grades(self) -> dict[str, dict[str, str]]:
        """What the grades mean: scale -> grade -> meaning."""
        grades: dict[str, dict[str, str]] = yaml.safe_load(GRADES.read_text("utf-8"))
        return grades

    @cached_property
    def assets(self) -> dict[str, tuple[bytes, str]]:
        """Name -> content and kind; the style sheet is that of the site, with what the desk adds."""
        static = resources.files("scoring.desk") / "static"
        style = site_assets(self.folder.book.rubric)["assets/site.css"] + (static / "desk.css").read_bytes()
        return {"desk.css": (style, "text/css"), "desk.js": ((static / "desk.js").read_bytes(), "text/javascript")}

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("scoring.desk"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "signed": lambda difference, scale: scale.signed(difference),
            "width": lambda difference, scale: scale.difference(difference),
            "unit": numbers.unit,
            "percent": numbers.percent,
            "diffed": _diffed,
            "graded": lambda grades: [(grade, f"{grade}: {meaning}") for grade, meaning in grades.items()],
            "same": lambda names: [(name, name) for name in names],
            "sourced": lambda sources: [(name, f"{name}: {source.title}") for name, source in sources.items()],
            "coded": lambda codes: named_codes(codes, "; "),
            "titled": lambda pillars, name: next(pillar.title for pillar in pillars if pillar.id == name),
        }
        environment.globals |= {"interval": interval_share(self.folder.book.rubric), "labels": LABELS}
        return environment

    @staticmethod
    def why_not(reasons: Sequence[str]) -> str:
        """Why a statement does not enter a score."""
        return "; ".join(REASONS.get(reason, reason) for reason in reasons)


_SIGNS = {"+": "added", "-": "removed"}


def _diffed(text: str) -> Markup:
    """The lines of a difference, each marked as added, removed or neither."""
    lines = itertools.dropwhile(lambda line: line.startswith(("---", "+++")), text.splitlines())
    spans = (
        Markup('<span class="{}">{}</span>').format(_SIGNS.get(line[:1], "same"), line)
        for line in lines
        if not line.startswith("@@")
    )
    return Markup("\n").join(spans)
