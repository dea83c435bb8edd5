"""A table of events, such as events/<id>.csv, with the file beside it that says what it is: read and checked."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import Problem, UnknownNameError, Violation, nearest, quoted
from scoring.files.cells import Grid, cell_at, grid
from scoring.files.disk import SUFFIX, opened, shown
from scoring.files.messages import add_problem
from scoring.files.reader import MAX_FAULTS
from scoring.model.countries import country_code, is_country, not_a_country
from scoring.model.events import EVENT_COLUMNS, EventTable
from scoring.model.fields import FIRST_YEAR, read_first_day, read_last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from scoring.files.cells import Cell
    from scoring.model.events import EventColumn


MIDNIGHT = " 00:00:00"  # which a date in Excel has


class Event(NamedTuple):
    """One row of the table."""

    country: str
    first: dt.date
    """The first day on which it may have been: of a year or month the first."""
    last: dt.date
    """The last such day."""
    kind: str
    source: str


class Events(NamedTuple):
    """A table of events, and what is known of it."""

    table: EventTable
    rows: tuple[Event, ...]

    def covers(self, after: dt.date, until: dt.date) -> bool:
        """Whether the table covers all days after one, up to and including another, and there are such days."""
        before = read_first_day(self.table.first) - dt.timedelta(days=1)
        return before <= after < until <= read_last_day(self.table.last)


def load_events(path: Path, rubric: str, units: Collection[str] = ()) -> tuple[Events | None, tuple[Problem, ...]]:
    """The events of a table and of the file NAME.yaml beside it; None and all problems if there are errors.

    Args:
        path: CSV, TSV, Excel or Parquet, with the columns country, date, kind and source.
        rubric: The id of the rubric that is compared.
        units: Codes that the table may have though they are no country's.
    """
    if path.suffix.lower() in (SUFFIX, ".yml"):
        message = f"says what a table is; give the table itself, such as {path.stem}.csv"
        return None, (Problem(shown(path), 1, 1, "", message, "not-a-table"),)
    beside, table = path.with_suffix(SUFFIX), opened(path)
    if table.data is not None and not os.path.lexists(beside):
        message = f"file not found; it says what {path.name} is, and what it is expected to show (docs/events.md)"
        return None, (Problem(shown(beside), 1, 1, "", message, "not-a-file"),)
    head = opened(beside)
    about = head.parse(EventTable, lambda about: _errors(about, rubric, units))
    found = grid(table)
    problems = [*head.problems, *table.problems]
    if isinstance(found, Problem):
        problems.append(found)
    rows: list[Event] = []
    if isinstance(found, Grid):
        columns = about.columns if about is not None else {}
        rows = list(_rows(found, {name: columns.get(name, name) for name in EVENT_COLUMNS}, units, problems))
    if problems or about is None:
        return None, tuple(problems)
    return Events(about, tuple(rows)), ()


def _errors(about: EventTable, rubric: str, units: Collection[str]) -> Iterator[Violation]:
    if about.rubric not in (None, rubric):
        message = f"the expectation is about {about.rubric}, not about {rubric}; give --rubric {about.rubric}"
        yield Violation(("rubric",), message, "other-rubric")
    if read_last_day(about.last) < read_first_day(about.first):
        yield Violation(("last",), f"is before {about.first}, the first day; exchange the two", "impossible-date")
    if len(set(about.columns.values())) < len(about.columns):
        yield Violation(("columns",), "names one header twice; each column needs its own", "duplicate-id")
    for position, code in enumerate(about.covers or ()):
        if code not in units and not is_country(code):
            yield Violation(("covers", position), not_a_country(code), "country-code")
    for name, rival in about.rivals.items():
        for code in rival.values:
            if code not in units and not is_country(code):
                yield Violation(("rivals", name, "values", code), not_a_country(code), "country-code", at_key=True)


def _rows(
    table: Grid, heads: dict[EventColumn, str], units: Collection[str], problems: list[Problem]
) -> Iterator[Event]:
    """The rows without errors; those with errors become problems."""
    if not table.rows:
        message = f"is empty; write a table with the columns {', '.join(heads.values())}"
        problems.append(Problem(table.file, 1, 1, "", message, "empty-file"))
        return
    headers = [cell.plain for cell in table.rows[0]]
    missing = [head for head in heads.values() if headers.count(head) != 1]
    for head in missing:
        if head in headers:
            hint = "is the header of several columns; give each its own"
        else:
            near = nearest(head, [one for one in headers if one], "columns")
            hint = f"is no column; {near}; another header stands under `columns` of the file beside the table"
        problems.append(Problem(table.file, 1, 1, "", f"{head!r} {hint}", "not-a-table"))
    if missing:
        return
    position = {name: headers.index(head) for name, head in heads.items()}
    seen: dict[Event, Cell] = {}
    for row in table.rows[1:]:
        if len(problems) > MAX_FAULTS:  # further ones are not reported, and similar names are slow to find
            return
        if not any(cell.plain for cell in row):
            continue
        cells = {name: cell_at(row, place) for name, place in position.items()}
        event = _event(table, cells, units, problems)
        if event is None:
            continue
        if event in seen:
            message = f"is the event of row {seen[event].row} again; remove one"
            add_problem(problems, table.problem(cells["country"], message, "duplicate-id"))
        seen.setdefault(event, cells["country"])
        yield event


def _event(
    table: Grid, cells: dict[EventColumn, Cell], units: Collection[str], problems: list[Problem]
) -> Event | None:
    before = len(problems)
    country, first, last = "", dt.date.min, dt.date.min
    for name, cell in cells.items():
        if not cell.plain:
            add_problem(problems, table.problem(cell, f"has no {name}; write one", "missing-key"))
    if text := cells["country"].plain:
        try:
            country = text if text in units else country_code(text)
        except UnknownNameError as error:
            add_problem(problems, table.problem(cells["country"], str(error), "country-code"))
    if text := cells["date"].plain.removesuffix(MIDNIGHT):
        try:
            first, last = read_first_day(text), read_last_day(text)
        except ValueError as error:
            add_problem(problems, table.problem(cells["date"], f"{quoted(text)} {error}", "impossible-date"))
        else:
            if first.year < FIRST_YEAR:
                message = f"is before {FIRST_YEAR}; write the year with four digits, such as 2018"
                add_problem(problems, table.problem(cells["date"], message, "impossible-date"))
    return Event(country, first, last, cells["kind"].plain, cells["source"].plain) if len(problems) == before else None
