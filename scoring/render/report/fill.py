"""Fill placeholders such as `{{ AZE.index }}` and `{{ table: ranking }}` in Markdown and Quarto templates."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.citation import cite, own_day
from scoring.citing.documents.passages import decoded, refuse_many
from scoring.errors import Problem, UnknownNameError, nearest
from scoring.files.archive import MAX_BYTES, UnreadableError, too_large
from scoring.files.reader import MAX_FAULTS
from scoring.index.summary import interval_share
from scoring.model.countries import country_code
from scoring.render.bibliography import engine
from scoring.render.citation import cited, texts
from scoring.text.markdown import plain
from scoring.text.spelling import did_you_mean, folded, similar
from scoring.text.table import Column, Table, as_markdown
from scoring.text.verbatim import is_within, verbatim

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from scoring.citing.citation import Citation
    from scoring.uncertainty.run import Run


PLACEHOLDER = re.compile(r"(?P<kept>\\)?\{\{(?![<%])(?P<name>[^{}\n]*)\}\}")
"""Excludes `{{< … >}}`, which belongs to Quarto; a backslash before a placeholder escapes it."""
OPENS = re.compile(r"(?<!\\)\{\{(?![<%])")
UNCLOSED = "'{{' without a placeholder; write it in one line as in {{ AZE.index }}, or put a backslash before it"
MAX_TEMPLATE = 4 * 2**20  # bytes of Markdown, for one or two seconds of parsing
MAX_LINES = 30_000  # of Markdown, up to 50 microseconds each
CELL = 1000  # bytes of a table cell in a Word file; used to limit the size of the report in all formats
TABLES = ("ranking", "pillars")
_QUANTITIES = {
    "stated": "stated",
    "low": "low",
    "high": "high",
    "range": "range",
    "interval": "interval",
    "rank": "rank",
    "rank.of": "ranked",
    "rank.interval": "rank_interval",
    "band": "band",
    "information": "information",
    "availability": "availability",
    "borrowed": "borrowed",
}
_TEXTS: dict[str, Callable[[Citation], str]] = {
    "name": lambda citation: citation.name,
    "actor": lambda citation: citation.actor or "",
    "as_of": lambda citation: citation.as_of.isoformat(),
}
FIELDS = (*_QUANTITIES, *_TEXTS, "id", "cite")


class Literal(NamedTuple):
    """Text that is inserted unescaped: an id, or a citation in the format of the template."""

    markdown: str
    text: str


class Filled(NamedTuple):
    """A filled template, the problems of unknown placeholders, and the positions of those not filled."""

    data: bytes
    problems: tuple[Problem, ...]
    kept: tuple[int, ...]
    """Lines, or paragraphs of a Word file, of placeholders in code and mathematics."""


class Filler:
    """Looks up values of placeholders; as_of: reference date; default: that of each profile."""

    def __init__(self, run: Run, as_of: dt.date | None) -> None:
        self.run, self.as_of = run, as_of
        self.pillars = [pillar.id for pillar in run.scenario.book.pillars]
        self.ids = {
            folded(name): pillar.id
            for pillar in run.scenario.book.pillars
            for name in (pillar.id, pillar.title, pillar.short or pillar.id)
        }
        self.countries = [profile.country for profile in run.scenario.profiles]
        self.values: dict[str, str | Literal | Table] = {}
        self.size = 0

    def value(self, name: str, *, is_alone: bool) -> str | Literal | Table:
        """The value of a placeholder; is_alone: whether it is alone in its line or paragraph, as a table must be.

        Raises:
            UnknownNameError: unknown placeholder; the message suggests similar ones.
            UnreadableError: the filled values together exceed the size limit.
        """
        if name not in self.values:
            self.values[name] = self._value(name)
        value = self.values[name]
        if isinstance(value, Table):
            if not is_alone:
                message = f"{name!r} has text before or after it; a table needs a separate line or paragraph"
                raise UnknownNameError(message)
            self.size += CELL * len(value.columns) * len(value.rows)
        else:
            self.size += len(value.markdown if isinstance(value, Literal) else value)
        if self.size > MAX_BYTES:
            too_large("becomes, when filled,")
        return value

    def _value(self, name: str) -> str | Literal | Table:
        if name.startswith("table:"):
            return self._table(name.removeprefix("table:").strip())
        rubric = self.run.scenario.book.rubric
        version = f"{rubric.id}@{rubric.version}"
        general: dict[str, str | Literal] = {
            "rubric": Literal(version, version),
            "rubric.title": rubric.title,
            "countries": str(len(self.run.scenario.profiles)),
            "engine": engine(),
        }
        if name in general:
            return general[name]
        country_text, dot, path = name.partition(".")
        try:
            country = self._country(country_text)
        except UnknownNameError as error:
            known = [*general, "COUNTRY.index", *(f"table: {table}" for table in TABLES)]
            hint = error if dot and country_text != "rubric" else nearest(name, known, "placeholders")
            message = f"unknown placeholder {name!r}; {hint}"
            raise UnknownNameError(message) from error
        first, _, remainder = path.partition(".")
        if first not in ("index", *FIELDS):
            first = self.ids.get(folded(first), first)
        pillar, field = (first, remainder) if first in self.pillars else (None, "" if path == "index" else path or "?")
        if field and field not in FIELDS:
            pillars = [f"{country}.{pillar_id}" for pillar_id in self.pillars]
            fields = (f"{owner}.{known_field}" for owner in (country, *pillars) for known_field in FIELDS)
            hint = nearest(name, [f"{country}.index", *pillars, *fields], "placeholders")
            message = f"unknown placeholder {name!r}; {hint}"
            raise UnknownNameError(message)
        return self._field(cite(self.run, country, pillar, self.as_of), field)

    def _field(self, citation: Citation, field: str) -> str | Literal:
        if field == "id":
            return Literal(citation.id, citation.id)
        if field == "cite":
            return Literal(cited(citation, "markdown").strip(), cited(citation, "text").strip())
        if field in _TEXTS:
            return _TEXTS[field](citation)
        return texts(citation)[_QUANTITIES[field] if field else "estimate"]

    def _country(self, name: str) -> str:
        """The code of a country with a profile, from any of its names.

        Raises:
            UnknownNameError: unknown country, or no profile.
        """
        code = country_code(name, self.countries)
        own_day(self.run, code)
        return code

    def _table(self, name: str) -> Table:
        if name not in TABLES:
            try:
                country = self._country(name)
            except UnknownNameError as error:
                hint = did_you_mean(similar(name, {table: table for table in TABLES}))
                hint = hint or f"tables: {', '.join(TABLES)}; {error}"
                message = f"unknown table 'table: {name}'; {hint}"
                raise UnknownNameError(message) from error
            return _country_table([cite(self.run, country, pillar, self.as_of) for pillar in (None, *self.pillars)])
        day = self._common_day()
        citations = [cite(self.run, country, None, day) for country in self.countries]
        citations.sort(key=lambda citation: (citation.rank is None, citation.rank or 0, citation.country))
        if name == "ranking":
            return _ranking_table(citations)
        rows = [
            [citation, *(cite(self.run, citation.country, pillar, day) for pillar in self.pillars)]
            for citation in citations
        ]
        return _pillar_table(rows, [pillar.title for pillar in self.run.scenario.book.pillars])

    def _common_day(self) -> dt.date:
        days = {own_day(self.run, country) for country in self.countries}
        if self.as_of is None and len(days) > 1:
            message = "the profiles have different reference dates; give the date of the table with --as-of"
            raise UnknownNameError(message)
        return self.as_of or days.pop()


# -- tables ------------------------------------------------------------------------------------------------------------

# the column headers are the words that `scoring verify` reads


def _interval_column(citations: Sequence[Citation]) -> Column:
    return Column(f"{interval_share(citations[0].rubric)} interval", figures=True)


def _bounds_column(citations: Sequence[Citation]) -> list[Column]:
    return [Column("Bounds", figures=True)] if citations[0].has_bounds else []


def _ranking_table(citations: Sequence[Citation]) -> Table:
    columns = (
        Column("Rank", figures=True),
        Column("Country"),
        Column("Index", figures=True),
        *_bounds_column(citations),
        _interval_column(citations),
        Column("Rank interval", figures=True),
        Column("Band"),
        Column("Id", code=True),
    )
    return Table(columns, tuple(_ranking_row(citation) for citation in citations))


def _ranking_row(citation: Citation) -> tuple[str, ...]:
    cells = texts(citation)
    if citation.rank is None:  # "withheld" only once, as the estimate
        cells |= dict.fromkeys(("rank", "rank_interval", "band"), "")
    names = ("estimate", *(("range",) if citation.has_bounds else ()), "interval", "rank_interval", "band")
    return (cells["rank"], citation.name, *(cells[name] for name in names), citation.id)


def _pillar_table(rows: Sequence[Sequence[Citation]], titles: Sequence[str]) -> Table:
    columns = (Column("Country"), Column("Index", figures=True), *(Column(title, figures=True) for title in titles))
    cells = tuple((row[0].name, *map(_estimate, row)) for row in rows)
    notes = ("~ insufficient data: as its own index, the pillar would be withheld.",)
    return Table(columns, cells, notes if any("~" in cell for row in cells for cell in row) else ())


def _country_table(citations: Sequence[Citation]) -> Table:
    columns = (
        Column("Index or pillar"),
        Column("Score", figures=True),
        *_bounds_column(citations),
        _interval_column(citations),
        Column("Id", code=True),
    )
    rows = []
    for citation in citations:
        cells = texts(citation)
        bounds = [cells["range"]] if citation.has_bounds else []
        rows.append((citation.node.label, _estimate(citation), *bounds, cells["interval"], citation.id))
    return Table(columns, tuple(rows))


def _estimate(citation: Citation) -> str:
    """The estimate, with a mark if it is that of a pillar with insufficient data."""
    has_mark = citation.withheld_because and citation.node.parent is not None
    return ("~" if has_mark else "") + texts(citation)["estimate"]


# -- Markdown ----------------------------------------------------------------------------------------------------------


def fill_markdown(template: bytes, name: str, filler: Filler) -> Filled:
    """A filled Markdown template; values are escaped, code and mathematics are not filled.

    Raises:
        UnreadableError: not UTF-8, or a limit is exceeded.
    """
    if len(template) > MAX_TEMPLATE:
        too_large("has", MAX_TEMPLATE)
    text = decoded(template)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    if len(starts) > MAX_LINES:
        message = f"has more than {MAX_LINES:,} lines; split it"
        raise UnreadableError(message)
    refuse_many(sum(map(text.count, "{`$\\")))
    code = verbatim(text)
    problems: list[Problem] = []
    kept: list[int] = []

    @functools.lru_cache(maxsize=1)  # a long line may contain many placeholders
    def stripped(line: int) -> str:
        return text[starts[line - 1] : starts[line] if line < len(starts) else None].strip()

    closed = {match.end("kept") if match["kept"] else match.start() for match in PLACEHOLDER.finditer(text)}
    for match in OPENS.finditer(text):
        if match.start() not in closed and not is_within(match.start(), code) and len(problems) <= MAX_FAULTS:
            line = bisect_right(starts, match.start())
            column = match.start() - starts[line - 1] + 1
            problems.append(Problem(name, line, column, "", UNCLOSED, "unknown-placeholder"))

    def filled(match: re.Match[str]) -> str:
        line = bisect_right(starts, match.start())
        if is_within(match.start(), code):
            kept.append(line)
            return match[0]
        if match["kept"]:
            return match[0][1:]
        if len(problems) > MAX_FAULTS:
            return match[0]
        try:
            value = filler.value(match["name"].strip(), is_alone=stripped(line) == match[0])
        except UnknownNameError as error:
            column = match.start() - starts[line - 1] + 1
            problems.append(Problem(name, line, column, "", str(error), "unknown-placeholder"))
            return match[0]
        if isinstance(value, Table):
            return as_markdown(value).rstrip("\n")
        return value.markdown if isinstance(value, Literal) else plain(value)

    data = PLACEHOLDER.sub(filled, text).encode()
    return Filled(data, at_most(sorted(problems), name), tuple(kept))


def at_most(problems: Sequence[Problem], name: str) -> tuple[Problem, ...]:
    """At most `MAX_FAULTS` problems of a template, since each costs a search for similar names."""
    if len(problems) <= MAX_FAULTS:
        return tuple(problems)
    message = f"has more than {MAX_FAULTS} errors, these are the first; fix them and run again"
    return (Problem(name, 1, 1, "", message, "too-many-faults"), *problems[:MAX_FAULTS])
