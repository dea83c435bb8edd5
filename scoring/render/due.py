"""`scoring due` as tables, JSON, CSV and a checklist for an issue tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.files.defaults import defaults
from scoring.render.objects import envelope
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.markdown import linked, plain
from scoring.text.prose import joined, long_date
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.analysis.due import CountryDue, DueSource, EndedStatement, FadingStatement, Order, Reason, Task
    from scoring.files.editing import Lines
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.profile import Source, Statement
    from scoring.text.frame import Columns

TASKS: dict[Task, str] = {
    "recheck": "read its source again",
    "renew": "look for newer evidence",
    "follow": "find what holds after its end",
}
_ADDED = "YYYY-MM-DD"  # the day on which somebody looks is not known before
_TO_DO: dict[Task, str] = {
    "recheck": f"Read the source again. If it still says so, add `rechecked: {_ADDED}`, the day on which you read it.",
    "renew": "It is of its day. Look for newer evidence, and add it as a statement with an id of its own.",
    "follow": "It ends by then. Find what holds afterwards, and add it as a statement with an id of its own.",
}
_ENDED = (
    "It ended and left this without evidence. Find what holds now, and add it as a statement with an id of its own."
)
_SOURCE_TO_DO: dict[Reason, str] = {
    "no address": "Add `url: https://…`, or `archived: https://…` with the address of a copy.",
    "not archived": "Save a copy with an archive of the web, and add `archived: https://…`.",
    "never read": f"Read it, and add `accessed: {_ADDED}`.",
    "read long ago": f"Read it again, and write `accessed: {_ADDED}`.",
}


class Place(NamedTuple):
    """The file of a profile, by its name as the user would write it, and the lines of its statements and sources."""

    file: str
    lines: Lines


def due_tables(assessment: Assessment, found: Sequence[CountryDue], most: int, by: Order = "lost") -> list[Table]:
    """What is lost by country, then statements and sources, at most so many of each."""
    if not found:
        return []
    tables = [_countries(assessment, found)] if len(found) > 1 else []
    title = f"{assessment.title}. {lead(found[0])}" if len(found) == 1 else "Statements that lose information"
    is_many = len(found) > 1
    return [*tables, _statements(found, most, title, by, is_many=is_many), *_rest(found, most, is_many=is_many)]


def lead(one: CountryDue) -> str:
    """How much information a country loses, and by which statements, in a sentence or two."""
    name, day = one.profile.label, long_date(one.on)
    if not one.falls:
        said = f"{name} keeps an information of {numbers.unit(one.before)} until {day} if nothing is added."
    else:
        before, after = _two(one)
        first = min(defaults().shown.due_first, len(one.statements))
        which = "one statement is" if first == 1 else f"{first} statements are"
        part = numbers.percent(one.part_of(first), 0)
        fall = f"{name} falls from {before} to {after} in information by {day} if nothing is added"
        said = f"{fall}; {which} {part} % of it."
    if one.withheld_because:
        return f"{said} Its index is withheld ({', '.join(one.withheld_because)})."
    return f"{said} Its index is then withheld ({', '.join(one.withheld_then)})." if one.withheld_then else said


def _two(one: CountryDue) -> tuple[str, str]:
    """Information before and after, with as many decimals as it takes to read as different."""
    texts = ((numbers.unit(one.before, digits), numbers.unit(one.after, digits)) for digits in range(2, 13))
    return next((pair for pair in texts if pair[0] != pair[1]), (str(one.before), str(one.after)))


def _countries(assessment: Assessment, found: Sequence[CountryDue]) -> Table:
    first = defaults().shown.due_first
    columns = (
        Column("Country", key=True),
        Column("Information", figures=True),
        Column("Then", figures=True),
        Column("Day"),
        Column(f"First {first}", figures=True),
        Column("Withheld"),
        Column("Sources", figures=True),
    )
    rows = tuple(
        (
            one.profile.label,
            *_two(one),
            one.on.isoformat(),
            f"{numbers.percent(one.part_of(first), 0)} %" if one.falls else numbers.NONE,
            _withheld(one),
            str(len(one.sources)),
        )
        for one in sorted(found, key=lambda one: (-one.fall, one.profile.country))
    )
    notes = (
        "Information: of the index; then: on the day, if nothing is added. The largest fall comes first.",
        f"First {first}: the part of the fall that the {first} statements with the largest losses are.",
        "Sources: how many are not archived, or were not read for long.",
    )
    return Table(columns, rows, notes, assessment.title)


def _withheld(one: CountryDue) -> str:
    if one.withheld_because:
        return f"now ({', '.join(one.withheld_because)})"
    return f"then ({', '.join(one.withheld_then)})" if one.withheld_then else numbers.NONE


def _statements(found: Sequence[CountryDue], most: int, title: str, by: Order, *, is_many: bool) -> Table:
    pairs = [(one, statement) for one in found for statement in one.statements]
    pairs.sort(key=lambda pair: (-getattr(pair[1], by), pair[0].profile.country, pair[1].statement.id))
    columns = (
        Column("Lost", figures=True),
        Column("Gain", figures=True),
        *([Column("Country", key=True)] if is_many else []),
        Column("Statement", key=True),
        Column("To do"),
        Column("Date"),
        Column("Questions", part=1),
    )
    rows = tuple(
        (
            numbers.unit(fading.lost, 4),
            numbers.unit(fading.gain, 4),
            *([one.profile.country] if is_many else []),
            fading.statement.id,
            fading.task,
            _date(fading),
            _questions(question.node for question in fading.questions),
        )
        for one, fading in pairs[:most]
    )
    lost = "Lost: how much less of the index, of 1, rests on the statement on the day than on the reference date."
    gain = "Gain: the information that the index would gain on the day from a statement of that day that is as good."
    used = dict.fromkeys(fading.task for _, fading in pairs[:most])
    tasks = [f"{task}: {TASKS[task]}" for task in TASKS if task in used]
    notes = (lost, gain, f"To do: {'; '.join(tasks)}.") if rows else ("No statement loses information.",)
    return Table(columns, rows, (*notes, *numbers.more_in_json(len(pairs) - most)), title)


def _date(fading: FadingStatement) -> str:
    statement = fading.statement
    end = f" to {statement.until}" if statement.until and fading.task == "follow" else ""
    again = f", rechecked {statement.rechecked}" if statement.rechecked else ""
    return f"{statement.date or 'undated'}{end}{again}"


def _questions(nodes: Iterable[Node]) -> str:
    """Indicators, each with its items in parentheses."""
    items: dict[str, list[str]] = {}
    for node in nodes:
        indicator, item = node.part
        own = items.setdefault(indicator, [])
        if item is not None and item not in own:
            own.append(item)
    return "; ".join(f"{name} ({', '.join(own)})" if own else name for name, own in items.items())


def _rest(found: Sequence[CountryDue], most: int, *, is_many: bool) -> Iterator[Table]:
    """The tables of ended statements, if there are any, and of sources."""
    country = [Column("Country", key=True)] if is_many else []
    if ended := [(one, statement) for one in found for statement in one.ended]:
        ended.sort(key=lambda pair: (-pair[1].last_day.toordinal(), pair[0].profile.country, pair[1].statement.id))
        rows = tuple(
            (
                statement.statement.until or "",
                *([one.profile.country] if is_many else []),
                statement.statement.id,
                _questions(statement.questions),
            )
            for one, statement in ended[:most]
        )
        columns = (Column("Until"), *country, Column("Statement", key=True), Column("Without evidence"))
        notes = ("Find what holds now.", *numbers.more_in_json(len(ended) - most))
        yield Table(columns, rows, notes, "Statements that ended and left a question without evidence")
    sources = [(one, source) for one in found for source in one.sources]
    sources.sort(key=lambda pair: (-pair[1].share, pair[0].profile.country, pair[1].id))
    rows = tuple(
        (
            numbers.unit(source.share, 4),
            *([one.profile.country] if is_many else []),
            source.id,
            source.read or numbers.NONE,
            ", ".join(source.reasons),
        )
        for one, source in sources[:most]
    )
    columns = (
        Column("Share", figures=True),
        *country,
        Column("Source", key=True),
        Column("Read"),
        Column("Why"),
    )
    share = "Share: how much of the index, of 1, rests on the source on the reference date. No address is visited."
    notes = (share, *numbers.more_in_json(len(sources) - most)) if rows else ("No source is due.",)
    yield Table(columns, rows, notes, "Sources to archive or to read again")


_DAYS = ("date", "until", "read")
_FIGURES = ("share", "lost", "gain")
DUE: Columns = {
    **dict.fromkeys(("country", "kind", "id", "to_do"), str),
    **dict.fromkeys(_FIGURES, float),
    **dict.fromkeys((*_DAYS, "url"), str),
}


# -- JSON, CSV and frame -----------------------------------------------------------------------------------------------


def due_object(assessment: Assessment, found: Sequence[CountryDue], places: Mapping[str, Place]) -> dict[str, Any]:
    """The JSON document of `scoring due`."""
    return {**envelope(assessment.book), "countries": [_object(one, places.get(one.profile.country)) for one in found]}


def _object(one: CountryDue, place: Place | None) -> dict[str, Any]:
    return {
        "country": one.profile.country,
        "name": one.profile.title,
        "as_of": one.as_of.isoformat(),
        "on": one.on.isoformat(),
        "information": numbers.exact_unit(one.before),
        "information_then": numbers.exact_unit(one.after),
        "withheld_because": list(one.withheld_because),
        "withheld_then_because": list(one.withheld_then),
        "statements": [
            {
                "id": fading.statement.id,
                **_at(place, fading.statement.id, is_source=False),
                "text": fading.statement.text,
                "task": fading.task,
                "date": fading.statement.date,
                "until": fading.statement.until,
                "rechecked": fading.statement.rechecked,
                "source": fading.statement.source,
                "url": fading.source.url,
                "share": numbers.exact_unit(fading.before),
                "share_then": numbers.exact_unit(fading.after),
                "lost": numbers.exact_unit(fading.lost),
                "gain": numbers.exact_unit(fading.gain),
                "questions": [
                    {"path": question.node.path, "lost": numbers.exact_unit(question.lost)}
                    for question in fading.questions
                ],
            }
            for fading in one.statements
        ],
        "ended": [
            {
                "id": ended.statement.id,
                **_at(place, ended.statement.id, is_source=False),
                "text": ended.statement.text,
                "until": ended.statement.until,
                "source": ended.statement.source,
                "url": ended.source.url,
                "questions": [node.path for node in ended.questions],
            }
            for ended in one.ended
        ],
        "sources": [
            {
                "id": due.id,
                **_at(place, due.id, is_source=True),
                "title": due.source.title,
                "publisher": due.source.publisher,
                "url": due.source.url,
                "archived": due.source.archived,
                "accessed": due.source.accessed,
                "read": due.read,
                "share": numbers.exact_unit(due.share),
                "reasons": list(due.reasons),
            }
            for due in one.sources
        ],
    }


def _at(place: Place | None, name: str, *, is_source: bool) -> dict[str, Any]:
    """File and line of a statement or source; None where it does not stand in a profile, but in a table."""
    if place is None:
        return {"file": None, "line": None}
    return {"file": place.file, "line": (place.lines.sources if is_source else place.lines.statements).get(name)}


def due_csv(found: Sequence[CountryDue], places: Mapping[str, Place]) -> str:
    """One line per statement that loses information or ended, and per source."""
    headers = ("country", "kind", "id", "file", "line", *list(DUE)[3:])
    rows = []
    for one in found:
        for record in _records(one):
            at = _at(places.get(one.profile.country), record["id"], is_source=record["kind"] == "source")
            figures = {name: numbers.exact_unit(record[name]) for name in _FIGURES if name in record}
            rows.append([{**record, **at, **figures}.get(name) for name in headers])
    return as_csv(headers, rows)


def due_frame(found: Sequence[CountryDue]) -> Frame:
    """The same records; days are as written."""
    return Frame(DUE, tuple(record for one in found for record in _records(one)))


def _records(one: CountryDue) -> Iterator[dict[str, Any]]:
    code = {"country": one.profile.country}
    for fading in one.statements:
        figures = {"share": fading.before, "lost": fading.lost, "gain": fading.gain}
        yield {**code, "kind": "statement", "to_do": fading.task, **figures, **_said(fading.statement, fading.source)}
    for ended in one.ended:
        yield {**code, "kind": "ended", "to_do": "follow", **_said(ended.statement, ended.source)}
    for due in one.sources:
        reasons = "; ".join(due.reasons)
        task = {"kind": "source", "id": due.id, "to_do": reasons, "share": due.share}
        yield {**code, **task, "read": due.read, "url": due.source.url}


def _said(statement: Statement, source: Source) -> dict[str, Any]:
    days = (statement.date, statement.until, statement.rechecked)
    return {"id": statement.id, **dict(zip(_DAYS, days, strict=True)), "url": source.url}


# -- checklist ---------------------------------------------------------------------------------------------------------


def checklist(assessment: Assessment, found: Sequence[CountryDue], places: Mapping[str, Place], most: int) -> str:
    """A task list in GitHub Markdown, with at most so many statements and sources per country."""
    parts = (_country_list(one, places.get(one.profile.country), most) for one in found)
    return f"# Due: {plain(assessment.title)}\n\n" + "\n".join(parts)


def _country_list(one: CountryDue, place: Place | None, most: int) -> str:
    lines = [f"## {plain(one.profile.label)}", "", plain(lead(one)), ""]
    lines += [line for fading in one.statements[:most] for line in _fading_task(fading, place)]
    lines += [line for ended in one.ended[:most] for line in _ended_task(ended, place)]
    lines += [line for due in one.sources[:most] for line in _source_task(due, place)]
    left = [
        numbers.count(len(entries) - most, noun)
        for entries, noun in ((one.statements, "statement"), (one.ended, "ended statement"), (one.sources, "source"))
        if len(entries) > most
    ]
    if not (one.statements or one.ended or one.sources):
        lines.append("Nothing is due.")
    if left:
        lines += ["", f"Not listed here: {joined(left)}."]
    return "\n".join(lines) + "\n"


def _fading_task(fading: FadingStatement, place: Place | None) -> Iterator[str]:
    statement = fading.statement
    name = _named(statement.id, place, is_source=False)
    figures = f"loses {numbers.unit(fading.lost, 4)}, a fresh one adds {numbers.unit(fading.gain, 4)}"
    yield f"- [ ] {name} {figures}: {plain(statement.text)}"
    yield f"  - {_address(fading.source)}; {plain(statement.locator)}; {plain(_date(fading))}"
    yield f"  - Answers {plain(_questions(question.node for question in fading.questions))}."
    yield f"  - {_TO_DO[fading.task]}"


def _ended_task(ended: EndedStatement, place: Place | None) -> Iterator[str]:
    statement = ended.statement
    name = _named(statement.id, place, is_source=False)
    yield f"- [ ] {name} ended on {ended.last_day.isoformat()}: {plain(statement.text)}"
    yield f"  - {_address(ended.source)}; {plain(statement.locator)}"
    yield f"  - Answered {plain(_questions(ended.questions))}."
    yield f"  - {_ENDED}"


def _source_task(due: DueSource, place: Place | None) -> Iterator[str]:
    reasons = ", ".join(due.reasons)
    yield f"- [ ] {_named(due.id, place, is_source=True)} carries {numbers.unit(due.share, 4)}: {reasons}"
    yield f"  - {_address(due.source)}; {f'read {due.read}' if due.read else 'day of reading unknown'}"
    yield from (f"  - {_SOURCE_TO_DO[reason]}" for reason in due.reasons)


def _named(name: str, place: Place | None, *, is_source: bool) -> str:
    """The id of a statement or source, with file and line where they are known."""
    at = _at(place, name, is_source=is_source)
    where = f"{at['file']}:{at['line']}"
    return f"`{name}`" if at["line"] is None else f"`{name}` ({plain(where)})"


def _address(source: Source) -> str:
    return linked(f"{source.publisher}, {source.title}", source.url or source.archived)
