"""Templates filled: `{{ AZE.index }}`, `{{ AZE.rank.interval }}`, `{{ table: ranking }}` in Markdown and Quarto."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.citation import cite, own_day
from scoring.citing.documents.passages import MOST_BYTES, UnreadableError, decoded, refuse_many, too_large
from scoring.errors import Problem, UnknownNameError, nearest
from scoring.files.reader import MOST_FAULTS
from scoring.model.countries import country_code, country_name
from scoring.render.citation import cited, engine, texts
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
"""Not `{{< … >}}`, which is Quarto's; a backslash before it keeps it as it is."""
OPENS = re.compile(r"(?<!\\)\{\{(?![<%])")
UNCLOSED = "'{{' begins no placeholder; write it in one line as in {{ AZE.index }}, or put a backslash before it"
MOST_TEMPLATE = 4 * 2**20  # bytes of Markdown, of which its parser takes a second or two at most
MOST_LINES = 30_000  # of the same: up to 50 microseconds each
CELL = 1000  # bytes that a cell of a table takes in a Word file; what is filled in is counted so in any format
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
}
_TEXTS: dict[str, Callable[[Citation], str]] = {
    "name": lambda citation: country_name(citation.country),
    "actor": lambda citation: citation.actor,
    "as_of": lambda citation: citation.as_of.isoformat(),
}
FIELDS = (*_QUANTITIES, *_TEXTS, "id", "cite")


class Literal(NamedTuple):
    """Text that is set as it is: an id, or a citation in the format of the template."""

    markdown: str
    text: str


class Filled(NamedTuple):
    """A template filled, a problem for each placeholder that nothing fills, and where the kept ones stand."""

    data: bytes
    problems: tuple[Problem, ...]
    kept: tuple[int, ...]
    """Lines of the placeholders in code and mathematics; of a Word file paragraphs."""


class Filler:
    """Looks up what placeholders stand for: on one day where it is given, else each country on its profile's own."""

    def __init__(self, run: Run, as_of: dt.date | None) -> None:
        self.run, self.as_of = run, as_of
        self.pillars = [pillar.id for pillar in run.scenario.book.pillars]
        self.ids = {
            folded(name): pillar.id
            for pillar in run.scenario.book.pillars
            for name in (pillar.id, pillar.title, pillar.short or pillar.id)
        }
        self.countries = [profile.country for profile in run.scenario.profiles]
        self.known: dict[str, str | Literal | Table] = {}
        self.filled = 0

    def value(self, name: str, *, is_alone: bool) -> str | Literal | Table:
        """Text, an id or citation, or a table, which must be alone in its line or paragraph.

        Raises:
            UnknownNameError: nothing is called that; the message has the nearest name.
            UnreadableError: all that was looked up is larger than a report may be.
        """
        if name not in self.known:
            self.known[name] = self._value(name)
        value = self.known[name]
        if isinstance(value, Table):
            if not is_alone:
                message = f"{name!r} stands beside text; a table has a line or paragraph of its own"
                raise UnknownNameError(message)
            self.filled += CELL * len(value.columns) * len(value.rows)
        else:
            self.filled += len(value.markdown if isinstance(value, Literal) else value)
        if self.filled > MOST_BYTES:
            too_large("becomes, once filled,")
        return value

    def _value(self, name: str) -> str | Literal | Table:
        if name.startswith("table:"):
            return self._table(name.removeprefix("table:").strip())
        rubric = self.run.scenario.book.rubric
        version = f"{rubric.id}@{rubric.version}"
        whole: dict[str, str | Literal] = {
            "rubric": Literal(version, version),
            "rubric.title": rubric.title,
            "countries": str(len(self.run.scenario.profiles)),
            "engine": engine(),
        }
        if name in whole:
            return whole[name]
        spelt, dot, rest = name.partition(".")
        try:
            country = self._country(spelt)
        except UnknownNameError as error:
            known = [*whole, "COUNTRY.index", *(f"table: {one}" for one in TABLES)]
            right = error if dot and spelt != "rubric" else nearest(name, known, "placeholders")
            message = f"{name!r} is no placeholder; {right}"
            raise UnknownNameError(message) from error
        first, _, below = rest.partition(".")
        if first not in ("index", *FIELDS):
            first = self.ids.get(folded(first), first)
        pillar, field = (first, below) if first in self.pillars else (None, "" if rest == "index" else rest or "?")
        if field and field not in FIELDS:
            owners = [country, *(f"{country}.{one}" for one in self.pillars)]
            known = [f"{country}.index", *owners[1:], *(f"{owner}.{one}" for owner in owners for one in FIELDS)]
            message = f"{name!r} is no placeholder; {nearest(name, known, 'placeholders')}"
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
        """The code of a country of the set, under any of its names.

        Raises:
            UnknownNameError: there is none.
        """
        code = country_code(name, self.countries)
        own_day(self.run, code)
        return code

    def _table(self, name: str) -> Table:
        if name not in TABLES:
            try:
                country = self._country(name)
            except UnknownNameError as error:
                suggestion = did_you_mean(similar(name, {table: table for table in TABLES}))
                right = suggestion or f"tables: {', '.join(TABLES)}; {error}"
                message = f"'table: {name}' is no table; {right}"
                raise UnknownNameError(message) from error
            return _country_table([cite(self.run, country, pillar, self.as_of) for pillar in (None, *self.pillars)])
        day = self._common_day()
        citations = [cite(self.run, country, None, day) for country in self.countries]
        citations.sort(key=lambda one: (one.rank is None, one.rank or 0, one.country))
        if name == "ranking":
            return _ranking_table(citations)
        heads = {pillar.id: pillar.title for pillar in self.run.scenario.book.pillars}
        rows = [[one, *(cite(self.run, one.country, pillar, day) for pillar in self.pillars)] for one in citations]
        return _pillar_table(rows, [heads[pillar] for pillar in self.pillars])

    def _common_day(self) -> dt.date:
        days = {own_day(self.run, country) for country in self.countries}
        if self.as_of is None and len(days) > 1:
            message = "the profiles speak for different days; give the day of the table with --as-of"
            raise UnknownNameError(message)
        return self.as_of or days.pop()


# -- tables ------------------------------------------------------------------------------------------------------------

_FIGURES = {"Index": "estimate", "Range": "range", "Interval": "interval", "Rank interval": "rank_interval"}


def _ranking_table(citations: Sequence[Citation]) -> Table:
    """The heads are the words that `scoring verify` reads."""
    columns = (
        Column("Rank", figures=True),
        Column("Country"),
        *(Column(head, figures=True) for head in _FIGURES),
        Column("Band"),
        Column("Id", code=True),
    )
    return Table(columns, tuple(_ranking_row(one) for one in citations))


def _ranking_row(citation: Citation) -> tuple[str, ...]:
    found = texts(citation)
    if citation.rank is None:  # the word stands once, in place of the estimate
        found |= dict.fromkeys(("rank", "rank_interval", "band"), "")
    shown = (found[name] for name in _FIGURES.values())
    return (found["rank"], country_name(citation.country), *shown, found["band"], citation.id)


def _pillar_table(rows: Sequence[Sequence[Citation]], heads: Sequence[str]) -> Table:
    columns = (Column("Country"), Column("Index", figures=True), *(Column(head, figures=True) for head in heads))
    cells = tuple((country_name(row[0].country), *map(_with_thin, row)) for row in rows)
    notes = ("~ thin: by itself the pillar would not be published.",)
    return Table(columns, cells, notes if any("~" in cell for row in cells for cell in row) else ())


def _country_table(citations: Sequence[Citation]) -> Table:
    heads = {"Score": "estimate", "Range": "range", "Interval": "interval"}
    columns = (Column("Index or pillar"), *(Column(head, figures=True) for head in heads), Column("Id", code=True))
    return Table(
        columns,
        tuple(
            (
                one.node.label,
                _with_thin(one),
                *(texts(one)[name] for name in ("range", "interval")),
                one.id,
            )
            for one in citations
        ),
    )


def _with_thin(citation: Citation) -> str:
    thin = citation.withheld_because and citation.node.parent is not None
    return ("~" if thin else "") + texts(citation)["estimate"]


# -- Markdown ----------------------------------------------------------------------------------------------------------


def fill_markdown(template: bytes, name: str, filler: Filler) -> Filled:
    """A Markdown template filled, text escaped; code and mathematics stay as they are.

    Raises:
        UnreadableError: it is not UTF-8, or beyond a limit.
    """
    if len(template) > MOST_TEMPLATE:
        too_large("has", MOST_TEMPLATE)
    text = decoded(template)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    if len(starts) > MOST_LINES:
        message = f"has more than {MOST_LINES:,} lines; split it"
        raise UnreadableError(message)
    refuse_many(sum(map(text.count, "{`$\\")))
    code = verbatim(text)
    problems: list[Problem] = []
    kept: list[int] = []

    @functools.lru_cache(maxsize=1)  # a long line may have many placeholders
    def stripped(line: int) -> str:
        return text[starts[line - 1] : starts[line] if line < len(starts) else None].strip()

    closed = {found.end("kept") if found["kept"] else found.start() for found in PLACEHOLDER.finditer(text)}
    for found in OPENS.finditer(text):
        if found.start() not in closed and not is_within(found.start(), code) and len(problems) <= MOST_FAULTS:
            line = bisect_right(starts, found.start())
            column = found.start() - starts[line - 1] + 1
            problems.append(Problem(name, line, column, "", UNCLOSED, "unknown-placeholder"))

    def filled(found: re.Match[str]) -> str:
        at = found.start()
        line = bisect_right(starts, at)
        if is_within(at, code):
            kept.append(line)
            return found[0]
        if found["kept"]:
            return found[0][1:]
        if len(problems) > MOST_FAULTS:
            return found[0]
        try:
            value = filler.value(found["name"].strip(), is_alone=stripped(line) == found[0])
        except UnknownNameError as error:
            column = at - starts[line - 1] + 1
            problems.append(Problem(name, line, column, "", str(error), "unknown-placeholder"))
            return found[0]
        if isinstance(value, Table):
            return as_markdown(value).rstrip("\n")
        return value.markdown if isinstance(value, Literal) else plain(value)

    done = PLACEHOLDER.sub(filled, text).encode()
    return Filled(done, at_most(sorted(problems), name), tuple(kept))


def at_most(problems: Sequence[Problem], name: str) -> tuple[Problem, ...]:
    """As many problems of a template as help: each costs a search for the nearest name."""
    if len(problems) <= MOST_FAULTS:
        return tuple(problems)
    message = f"has more than {MOST_FAULTS} faults, these are the first; mend them and look again"
    return (Problem(name, 1, 1, "", message, "too-many-faults"), *problems[:MOST_FAULTS])
