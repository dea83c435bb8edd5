"""What a placeholder means: the grammar of docs/reports.md, and the look-up of its value."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.citation import cite, own_day
from scoring.errors import UnknownNameError, nearest
from scoring.files.archive import MAX_BYTES, too_large
from scoring.model.countries import country_code, country_name
from scoring.model.profile import edition_days
from scoring.render.bibliography import engine
from scoring.render.citation import line, texts
from scoring.render.report import comparing, figures, tables
from scoring.render.report.values import Cited, Id, Picture, Rows, Value
from scoring.text.spelling import did_you_mean, folded, similar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scoring.citing.citation import Citation
    from scoring.model.profile import Profile
    from scoring.uncertainty.run import Run

CELL = 1000  # bytes of a table cell in a Word file; used to limit the size of the report in all formats
TABLES = ("ranking", "pillars")
OPTIONS = ("countries", "columns", "width")
KINDS_OF_COUNTRY = ("country", "waterfall", "editions")  # figures whose names end in a country
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
    "actor": lambda citation: country_name(citation.actor) if citation.actor else "no actor",
    "as_of": lambda citation: citation.as_of.isoformat(),
}
_CHANGES: dict[str, Callable[[comparing.Moved], str]] = {
    "change": lambda moved: moved.text,
    "change.interval": lambda moved: moved.interval,
    "change.significant": lambda moved: moved.verdict,
}
FIELDS = (*_QUANTITIES, "name", *_TEXTS, "id", "cite", *_CHANGES)
ABOVE = "above"
ONE_EDITION = "no earlier edition"
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class Asked(NamedTuple):
    """A placeholder in its parts: `name @ first .. last | option: value`."""

    name: str
    days: tuple[dt.date, ...]
    """None, one, or two days."""
    options: dict[str, str]

    @property
    def day(self) -> dt.date | None:
        """The day, if there is one."""
        return self.days[0] if self.days else None


def parsed(text: str) -> Asked:
    """The parts of a placeholder.

    Raises:
        UnknownNameError: a day or an option is malformed; the message shows what would be right.
    """
    head, *rest = text.split("|")
    name, at, written = head.partition("@")
    if at and not written.strip():
        message = f"there is no day after '@' in {text!r}; write it as in 'GEO.index @ 2018-06-30'"
        raise UnknownNameError(message)
    days = tuple(_day(one.strip()) for one in written.split("..")) if at else ()
    if len(days) > 1 and (len(days) > 2 or days[0] >= days[1]):  # noqa: PLR2004  from one day to another
        message = f"{written.strip()!r} is no period; write the earlier day, '..' and the later day"
        raise UnknownNameError(message)
    return Asked(name.strip(), days, dict(_options(rest)))


def _options(parts: Sequence[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in parts:
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if name not in OPTIONS or not colon or not value:
            hint = nearest(name, OPTIONS, "options")
            message = f"unknown option {part.strip()!r}; write it as in 'columns: rank, country'; {hint}"
            if name in OPTIONS:
                message = f"the option {name!r} has no value; write it as in 'columns: rank, country'"
            raise UnknownNameError(message)
        if name in dict(found):
            message = f"the option {name!r} is given twice"
            raise UnknownNameError(message)
        found.append((name, value))
    return found


def _day(text: str) -> dt.date:
    match = _DAY.fullmatch(text)
    if match is None:
        message = f"{text!r} is no day; write year, month and day, such as 2018-06-30"
        raise UnknownNameError(message)
    year, month, day = map(int, match.groups())
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        if year and 1 <= month <= 12:  # noqa: PLR2004  months
            last = calendar.monthrange(year, month)[1]
            message = f"there is no day {text}: that month has the days 01 to {last}"
        else:
            message = f"there is no day {text}; write year, month and day, such as 2018-06-30"
        raise UnknownNameError(message) from error


def _list(text: str) -> list[str]:
    """The names of a list with commas.

    Raises:
        UnknownNameError: one is empty.
    """
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        message = f"there is a comma too many in {text!r}"
        raise UnknownNameError(message)
    return names


class Filler:
    """Looks up values of placeholders.

    as_of: reference date; default: that of each profile. group: the countries of tables and figures that name none;
    empty for all.
    """

    def __init__(self, run: Run, as_of: dt.date | None, group: Sequence[str] = ()) -> None:
        self.run, self.as_of, self.group = run, as_of, group
        self.pillars = [pillar.id for pillar in run.scenario.book.pillars]
        self.ids = {
            folded(name): pillar.id
            for pillar in run.scenario.book.pillars
            for name in (pillar.id, pillar.title, pillar.short or pillar.id)
        }
        self.countries = [profile.country for profile in run.scenario.profiles]
        self.own_names = {folded(profile.name): profile.country for profile in run.scenario.profiles if profile.name}
        self.values: dict[str, Value] = {}
        self.changes: dict[tuple[str, dt.date, dt.date], list[comparing.Moved]] = {}
        self.size = 0

    def value(self, name: str, *, is_alone: bool) -> Value:
        """The value of a placeholder; is_alone: whether it is alone in its line or paragraph, as a table must be.

        Raises:
            UnknownNameError: unknown placeholder; the message suggests similar ones.
            UnreadableError: the filled values together exceed the size limit.
        """
        if name not in self.values:
            self.values[name] = self._value(name)
        value = self.values[name]
        if isinstance(value, Rows | Picture) and not is_alone:
            what = "table" if isinstance(value, Rows) else "figure"
            message = f"{name!r} has text before or after it; a {what} needs a separate line or paragraph"
            raise UnknownNameError(message)
        self.size += _size(value)
        if self.size > MAX_BYTES:
            too_large("becomes, when filled,")
        return value

    def _value(self, text: str) -> Value:
        asked = parsed(text)
        for kind, found in (("table", self._table), ("figure", self._figure)):
            first, colon, name = asked.name.partition(":")
            if colon and first.strip() == kind:
                return found(asked._replace(name=name.strip()))
        if asked.options:
            message = f"{text!r} has an option, which only tables and figures have"
            raise UnknownNameError(message)
        if asked.name in self._general:
            if asked.days:
                message = f"{asked.name!r} has no day"
                raise UnknownNameError(message)
            return self._general[asked.name]
        return self._of_country(asked)

    @property
    def _general(self) -> dict[str, Value]:
        rubric = self.run.scenario.book.rubric
        return {
            "rubric": Id(f"{rubric.id}@{rubric.version}"),
            "rubric.title": rubric.title,
            "countries": str(len(self.run.scenario.profiles)),
            "engine": engine(),
        }

    # -- figures of a country ------------------------------------------------------------------------------------------

    def _of_country(self, asked: Asked) -> Value:
        country, pillar, node, field = self._path(asked.name)
        if field == ABOVE or field.startswith(f"{ABOVE}."):
            return self._above(asked, country, pillar, field.removeprefix(ABOVE).removeprefix("."))
        if (field and field not in FIELDS) or (not node and not field):
            raise UnknownNameError(self._unknown(asked.name, country))
        if field in _CHANGES:
            position = 0 if pillar is None else 1 + self.pillars.index(pillar)
            return _CHANGES[field](self._change(asked, country)[position])
        if len(asked.days) > 1:
            message = f"{asked.name!r} has one day; did you mean {country}.change?"
            raise UnknownNameError(message)
        if pillar and field == "band":
            message = f"{asked.name!r}: a pillar has no band; did you mean {country}.band?"
            raise UnknownNameError(message)
        return self._field(cite(self.run, country, pillar, self._day_of(country, asked.day)), node, field)

    def _path(self, name: str) -> tuple[str, str | None, str, str]:
        """The country, the pillar, the index or pillar as written, and the field of a placeholder."""
        written, dot, path = name.partition(".")
        try:
            country = self._country(written)
        except UnknownNameError as error:
            known = [*self._general, "COUNTRY.index", *(f"table: {table}" for table in TABLES), "figure: ranking"]
            hint = error if dot and written != "rubric" else nearest(name, known, "placeholders")
            message = f"unknown placeholder {name!r}; {hint}"
            raise UnknownNameError(message) from error
        first, _, remainder = path.partition(".")
        if first == "index":
            return country, None, first, remainder
        if first in FIELDS or first == ABOVE:
            return country, None, "", path
        pillar = first if first in self.pillars else self.ids.get(folded(first))
        return (country, pillar, first, remainder) if pillar else (country, None, "", path)

    def _unknown(self, name: str, country: str) -> str:
        if "." not in name:
            return f"unknown placeholder {name!r}; did you mean {country}.index?"
        owners = [country, *(f"{country}.{pillar}" for pillar in self.pillars)]
        fields = (f"{owner}.{field}" for owner in owners for field in FIELDS)
        above = f"{country}.{ABOVE}.{next((code for code in self.countries if code != country), 'COUNTRY')}"
        known = [f"{country}.index", *owners[1:], *fields, above]
        _, first, *rest = name.split(".")
        owner = f"{country}.{self.ids.get(folded(first), first)}"
        of_owner = [
            one for one in known if rest and one.rpartition(".")[0] == owner
        ]  # a field of the index is another figure
        return f"unknown placeholder {name!r}; {nearest(name, of_owner or known, 'placeholders')}"

    def _field(self, citation: Citation, node: str, field: str) -> Value:
        if field == "id":
            return Id(citation.id)
        if field == "cite":
            return Cited(citation)
        if field == "name":
            return citation.node.label if node else citation.name
        if field in _TEXTS:
            return _TEXTS[field](citation)
        return texts(citation)[_QUANTITIES[field] if field else "estimate"]

    def _above(self, asked: Asked, country: str, pillar: str | None, rest: str) -> str:
        verdict = ".distinguishable"
        other, name = self._country(rest.removesuffix(verdict)) if rest else "", asked.name
        if other in ("", country):
            message = f"{name!r} needs another country, as in '{country}.{ABOVE}.{self._another(country)}'"
            raise UnknownNameError(message)
        if len(asked.days) > 1:
            message = f"{name!r} has one day"
            raise UnknownNameError(message)
        chance = comparing.chance_above(
            self.run, (country, other), pillar, self._shared_day((country, other), asked.day)
        )
        return chance.verdict if rest.endswith(verdict) else chance.text

    def _another(self, country: str) -> str:
        return next((code for code in self.countries if code != country), "COUNTRY")

    def _change(self, asked: Asked, country: str) -> list[comparing.Moved]:
        """The changes of index and pillars between two days; without days from the first edition to the last."""
        editions = edition_days(self._profile(country))
        if len(asked.days) == 1:
            message = f"{asked.name!r} has two days, as in '@ {editions[0]} .. {asked.days[0]}', or none"
            raise UnknownNameError(message)
        first, last = asked.days or (editions[0], editions[-1])
        self._day_of(country, first)
        key = country, first, last
        if key not in self.changes:
            self.changes[key] = (
                self._unchanged(country, first)
                if first == last
                else comparing.changes(self.run, country, (None, *self.pillars), (first, last))
            )
        return self.changes[key]

    def _unchanged(self, country: str, day: dt.date) -> list[comparing.Moved]:
        scores = [cite(self.run, country, pillar, day, simulate=False) for pillar in (None, *self.pillars)]
        no = ONE_EDITION
        return [
            comparing.Moved(score.node, (day, day), (no, texts(score)["estimate"]), no, no, no, None)
            for score in scores
        ]

    # -- countries and days --------------------------------------------------------------------------------------------

    def _country(self, name: str) -> str:
        """The code of a country with a profile, from any of its names.

        Raises:
            UnknownNameError: unknown country, or no profile.
        """
        code = self.own_names.get(folded(name)) or country_code(name, self.countries)
        own_day(self.run, code)
        return code

    def _profile(self, country: str) -> Profile:
        return self.run.only(country).scenario.profile

    def _day_of(self, country: str, day: dt.date | None) -> dt.date | None:
        """The day of a placeholder, else that of the report.

        Raises:
            UnknownNameError: the country has no edition by then.
        """
        first = edition_days(self._profile(country))[0]
        if day and day < first:
            message = f"{country} has no edition by {day}; its first is of {first}"
            raise UnknownNameError(message)
        return day or self.as_of

    def _begun(self, day: dt.date | None) -> list[str]:
        """The countries that have an edition by a day.

        Raises:
            UnknownNameError: none has.
        """
        firsts = {profile.country: edition_days(profile)[0] for profile in self.run.scenario.profiles}
        begun = [country for country, first in firsts.items() if day is None or first <= day]
        if not begun:
            message = f"no country has an edition by {day}; the first is of {min(firsts.values())}"
            raise UnknownNameError(message)
        return begun

    def _shared_day(self, countries: Sequence[str], day: dt.date | None) -> dt.date:
        """The one day of several countries.

        Raises:
            UnknownNameError: their profiles have different days, or one has no edition by then.
        """
        for country in countries if day else ():
            self._day_of(country, day)
        days = {own_day(self.run, country) for country in countries}
        if not (day or self.as_of) and len(days) > 1:
            message = (
                "the profiles have different reference dates; give the date with --as-of, or in the placeholder "
                f"as in '@ {max(days)}'"
            )
            raise UnknownNameError(message)
        return day or self.as_of or days.pop()

    # -- tables --------------------------------------------------------------------------------------------------------

    def _table(self, asked: Asked) -> Rows:
        if "width" in asked.options:
            message = f"'table: {asked.name}' has no width, which only figures have"
            raise UnknownNameError(message)
        columns = _list(asked.options["columns"]) if "columns" in asked.options else None
        if asked.name in TABLES:
            return tables.selected(self._of_all(asked), columns)
        country, pillar, kind = self._of_one(asked.name)
        if kind != ABOVE and "countries" in asked.options:
            message = f"'table: {asked.name}' is of one country; leave out 'countries'"
            raise UnknownNameError(message)
        if kind == "change":
            moved = self._change(asked, country)
            return tables.selected(tables.change(moved, self.run.scenario.book.rubric), columns)
        if len(asked.days) > 1:
            message = f"'table: {asked.name}' has one day; did you mean 'table: {country}.change'?"
            raise UnknownNameError(message)
        if kind == ABOVE:
            return tables.selected(self._above_all(asked, country, pillar), columns)
        day = self._day_of(country, asked.day)
        cited = [cite(self.run, country, one, day) for one in (None, *self.pillars)]
        return tables.selected(tables.country(cited), columns)

    def _of_all(self, asked: Asked) -> tables.Wide:
        if len(asked.days) > 1:
            message = f"'table: {asked.name}' has one day"
            raise UnknownNameError(message)
        wanted = self._chosen(asked)
        day = self._day_of_table(asked, wanted)
        citations = _by_rank(cite(self.run, country, None, day) for country in wanted or self._begun(day))
        if asked.name == "ranking":
            return tables.ranking(citations)
        return tables.pillars(
            [[one, *(cite(self.run, one.country, pillar, day) for pillar in self.pillars)] for one in citations]
        )

    def _chosen(self, asked: Asked) -> list[str]:
        """The countries that a table or figure is to have; empty for all."""
        if "countries" not in asked.options:
            return [code for code in self._begun(asked.day) if code in self.group] if self.group else []
        codes = [self._country(name) for name in _list(asked.options["countries"])]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            message = f"the country {twice[0]} is chosen twice"
            raise UnknownNameError(message)
        return codes

    def _of_one(self, name: str) -> tuple[str, str | None, str]:
        """The country, the pillar and the kind of a table of one country."""
        try:
            country, pillar, node, kind = self._path(name) if "." in name else (self._country(name), None, "", "")
        except UnknownNameError as error:
            hint = did_you_mean(similar(name, {table: table for table in TABLES}))
            hint = hint or f"tables: {', '.join(TABLES)}, COUNTRY, COUNTRY.{ABOVE}, COUNTRY.change; {error}"
            message = f"unknown table 'table: {name}'; {hint}"
            raise UnknownNameError(message) from error
        if kind == ABOVE or (not node and kind in ("", "change")):
            return country, pillar, kind
        hint = nearest(f"{country}.{kind}", [country, f"{country}.{ABOVE}", f"{country}.change"], "tables")
        message = f"unknown table 'table: {name}'; {hint}"
        raise UnknownNameError(message)

    def _above_all(self, asked: Asked, country: str, pillar: str | None) -> tables.Wide:
        chosen = self._chosen(asked)
        if "countries" not in asked.options:
            chosen = [code for code in chosen if code != country]
        if country in chosen or (chosen or self.countries) == [country]:
            message = f"'table: {asked.name}' needs other countries than {country}"
            raise UnknownNameError(message)
        day = self._day_of_table(asked, [country, *chosen] if chosen else [])
        self._day_of(country, asked.day)
        codes = [code for code in chosen or self._begun(day) if code != country]
        others = _by_rank(cite(self.run, code, pillar, day) for code in codes)
        chances = [comparing.chance_above(self.run, (country, other.country), pillar, day) for other in others]
        return tables.above(cite(self.run, country, pillar, day), others, chances)

    def _day_of_table(self, asked: Asked, countries: Sequence[str]) -> dt.date:
        """The one day of a table of some countries, or of all that have an edition by then."""
        return asked.day if asked.day and not countries else self._shared_day(countries or self.countries, asked.day)

    # -- figures -------------------------------------------------------------------------------------------------------

    def _figure(self, asked: Asked) -> Picture:
        if "columns" in asked.options:
            message = f"'figure: {asked.name}' has no columns, which only tables have"
            raise UnknownNameError(message)
        if len(asked.days) > 1:
            message = f"'figure: {asked.name}' has one day"
            raise UnknownNameError(message)
        try:
            name = self._name_of_figure(asked)
            is_of_country = "-" in name and name.partition("-")[0] in KINDS_OF_COUNTRY
            width, chosen = asked.options.get("width"), [] if is_of_country else self._chosen(asked)
            return figures.picture(self.run, name, asked.day, width, chosen)
        except UnknownNameError as error:
            message = f"'figure: {asked.name}' cannot be drawn: {error}"
            raise UnknownNameError(message) from error

    def _name_of_figure(self, asked: Asked) -> str:
        """The name of a figure, with the code of its country if it is of one."""
        self._begun(asked.day)
        kind, dash, country = asked.name.partition("-")
        if not dash or kind not in KINDS_OF_COUNTRY:
            return asked.name
        if "countries" in asked.options:
            message = "it is of one country; leave out 'countries'"
            raise UnknownNameError(message)
        return f"{kind}-{self._country(country)}"


def _by_rank(citations: Iterable[Citation]) -> list[Citation]:
    """In the order of their ranks, those without one last."""
    return sorted(citations, key=lambda citation: (citation.rank is None, citation.rank or 0, citation.country))


def _size(value: Value) -> int:
    """About the bytes that a value takes in a report."""
    match value:
        case Rows():
            return CELL * len(value.table.columns) * len(value.table.rows)
        case Picture():
            return 2 * sum(len(page.svg) for page in value.chart.pages)
        case Cited():
            return len(line(value.citation))
        case Id():
            return len(value.text)
        case _:
            return len(value)
