"""`scoring check` and `scoring diff`: changed figures and their causes, as tables, JSON and remarks for CI."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.change.attribution import PARTS
from scoring.files.defaults import defaults
from scoring.index.summary import interval_name
from scoring.model.countries import named
from scoring.render.ci import Remark
from scoring.render.objects import envelope
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.change.attribution import Difference
    from scoring.change.lock import FigureChange, Lock
    from scoring.model.rubric import RuleBook
    from scoring.model.scale import Scale
    from scoring.render.ci import Level
    from scoring.uncertainty.draws import Settings


def changes_table(changes: Sequence[FigureChange]) -> Table:
    """One row per changed figure."""
    columns = (
        Column("Country", key=True),
        Column("Node", key=True),
        Column("Figure", key=True),
        Column("Was", figures=True),
        Column("Now", figures=True),
        Column("Change", figures=True),
    )
    rows = tuple((change.country, change.node, change.figure or _whole(change), *_cells(change)) for change in changes)
    return Table(columns, rows)


def _whole(change: FigureChange) -> str:
    return "new country" if change.was is None else "country removed"


def _cells(change: FigureChange) -> tuple[str, str, str]:
    was, now = (numbers.NONE if value is None else _number(value) for value in (change.was, change.now))
    if isinstance(change.was, float) and isinstance(change.now, float):
        return was, now, f"{change.now - change.was:+.4g}"
    return was, now, ""


def _number(value: float | str) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def change_remarks(changes: Sequence[FigureChange], files: Mapping[str, str], level: Level = "error") -> list[Remark]:
    """One remark per country on the first line of its file, the index first; CI systems show only few remarks."""
    countries: dict[str, list[FigureChange]] = {}
    for change in changes:
        countries.setdefault(change.country, []).append(change)
    return [
        Remark(level, files[code], 1, 1, "score-moved", f"{_in_words(country_changes)}; `scoring diff` explains why")
        for code, country_changes in countries.items()
    ]


def _in_words(changes: Sequence[FigureChange]) -> str:
    """The changes of one country, such as `AZE index: estimate 32.9 -> 37.2, rank 2 -> 1; state: rank 3 -> 2`."""
    if not changes[0].node:
        return f"{changes[0].country}: {_whole(changes[0])}"
    nodes: dict[str, list[str]] = {}
    for change in sorted(changes, key=lambda change: (change.node != "index", change.figure != "estimate")):
        was, now, _ = _cells(change)
        nodes.setdefault(change.node, []).append(f"{change.figure} {was} -> {now}")
    return f"{changes[0].country} " + "; ".join(f"{node}: {', '.join(figures)}" for node, figures in nodes.items())


def check_object(
    book: RuleBook, old: Lock, new: Lock, changes: Sequence[FigureChange], unread: Sequence[str], tolerance: float
) -> dict[str, Any]:
    """The JSON document of `scoring check`."""
    head = envelope(book)
    changed = {"locked": old.rubric, "now": new.rubric, "changed": old.rubric_digest != new.rubric_digest}
    return {
        **head,
        "rubric": {**head["rubric"], **changed},
        "moved": bool(changes),
        "tolerance": tolerance,
        "profiles_changed": list(unread),
        "moves": [change._asdict() for change in changes],
    }


# -- causes ------------------------------------------------------------------------------------------------------------


def difference_tables(differences: Sequence[Difference], changes: Sequence[FigureChange]) -> list[Table]:
    """The tables of `scoring diff`: changed indices with their causes, the statements, and other changed figures."""
    tables = [_cause_table(differences)] if differences else []
    tables += [_statement_table(difference) for difference in differences if difference.split.statements]
    known = {difference.country for difference in differences}
    if others := [change for change in changes if change.country not in known]:
        table = changes_table(others)
        title = "Other countries" if differences else "Changed figures"
        tables.append(Table(table.columns, table.rows, (), title))
    return tables


def _cause_table(differences: Sequence[Difference]) -> Table:
    causes = sorted({cause for difference in differences for cause in difference.split.parts})
    interval = interval_name(differences[0].rubric)
    columns = (
        Column("Country", key=True),
        Column("Was", figures=True),
        Column("Now", figures=True),
        Column("Change", figures=True),
        Column(interval, figures=True),
        Column("Evidence", figures=True),
        Column(f"Evidence, {interval}", figures=True),
        Column("Significant"),
        Column("Rank", part=1),
        Column("Band", part=1),
        *(Column(cause.capitalize(), figures=True, part=2) for cause in causes),
    )
    rows = tuple(
        (
            named(difference.country, difference.title),
            *_index_texts(difference),
            difference.scale.signed(_index_change(difference), 1),
            signed_span(difference.scale, difference.intervals.change),
            difference.scale.signed(difference.split.evidence, 1),
            signed_span(difference.scale, difference.intervals.evidence),
            "yes" if difference.is_significant else "no",
            _change(difference.rank),
            _change(difference.band),
            *(difference.scale.signed(parts[cause], 1) if cause in parts else "" for cause in causes),
        )
        for difference in differences
        for parts in (difference.split.parts,)
    )
    notes = (
        f"Significant: the {interval} of the evidence's part excludes 0, or the rubric changed.",
        "Causes (the last columns): contributions in points (Shapley, Owen), which sum to the change.",
        *([BORROWING] if "borrowing" in causes else []),
        *(["Rank: 1 is the lowest index."] if differences[0].rubric.lower_is_better else []),
    )
    return Table(columns, rows, notes, "Changed indices")


BORROWING = "Borrowing: what is expected of missing evidence changed, since the country's record did."


def signed_span(scale: Scale, interval: tuple[float, float], finer: int = 1) -> str:
    """An interval of a difference in points, both ends with their sign; a dash for NaN."""
    if math.isnan(interval[0]):
        return numbers.NONE
    return " to ".join(scale.signed(end, finer) for end in interval)


def _indices(difference: Difference) -> tuple[float, float]:
    """The index before and after; NaN where it is withheld."""
    values = (difference.split.was, difference.split.now)
    was, now = (math.nan if rank is None else value for rank, value in zip(difference.rank, values, strict=True))
    return was, now


def _index_change(difference: Difference) -> float:
    was, now = _indices(difference)
    return now - was


def _index_texts(difference: Difference) -> tuple[str, str]:
    """The index before and after."""
    was, now = ("withheld" if math.isnan(value) else difference.scale.points(value) for value in _indices(difference))
    return was, now


def _change(pair: tuple[object, object]) -> str:
    was, now = ("withheld" if value is None else str(value) for value in pair)
    return was if was == now else f"{was} -> {now}"


def _statement_table(difference: Difference) -> Table:
    columns = (Column("Statement", key=True), Column("Change"), Column("Without it", figures=True))
    most = defaults().shown.moved_statements
    rows = tuple(
        (change.statement, change.cause, difference.scale.signed(-change.undone, 1))
        for change in difference.split.statements[:most]
    )
    first = difference.split.statements[0].undone
    meaning = "Without it: how the index would differ if this change alone were undone"
    notes = [f"{meaning}; without the first it would be {difference.scale.in_words(-first, 1)}."]
    notes += numbers.more_in_json(len(difference.split.statements) - most)
    return Table(columns, rows, tuple(notes), difference.country)


def moved_object(difference: Difference) -> dict[str, Any]:
    """A changed index with its causes, for JSON."""
    exact, exact_difference = difference.scale.exact, difference.scale.exact_difference
    return {
        "country": difference.country,
        "was": exact(_indices(difference)[0]),
        "now": exact(_indices(difference)[1]),
        "interval": list(map(exact_difference, difference.intervals.change)),
        "parts": {name: exact_difference(difference.split.part(name)) for name in PARTS},
        "evidence_interval": list(map(exact_difference, difference.intervals.evidence)),
        "more_than_noise": difference.is_significant,
        "rank": list(difference.rank),
        "band": list(difference.band),
        "causes": {cause: exact_difference(part) for cause, part in difference.split.parts.items()},
        "statements": [
            {
                "statement": change.statement,
                "cause": change.cause,
                "undone": exact_difference(-change.undone),
            }
            for change in difference.split.statements
        ],
    }


def difference_object(
    book: RuleBook, settings: Settings, differences: Sequence[Difference], changes: Sequence[FigureChange], base: str
) -> dict[str, Any]:
    """The JSON document of `scoring diff`."""
    return {
        **envelope(book, settings),
        "base": base,
        "countries": list(map(moved_object, differences)),
        "moves": [change._asdict() for change in changes],
    }


def difference_remarks(
    differences: Sequence[Difference],
    changes: Sequence[FigureChange],
    positions: Mapping[str, tuple[str, Mapping[str, tuple[int, int]]]],
) -> list[Remark]:
    """One remark per country: on the line of the statement with the largest effect, or line 1 if it was removed.

    Args:
        differences: of the changed indices.
        changes: all changed figures.
        positions: country -> file, and statement -> line and column.
    """
    known = {difference.country for difference in differences}
    others = [change for change in changes if change.country not in known]
    files = {country: file for country, (file, _) in positions.items()}
    return [
        *(_difference_remark(difference, *positions[difference.country]) for difference in differences),
        *change_remarks(others, files, "warning"),
    ]


def _difference_remark(difference: Difference, file: str, lines: Mapping[str, tuple[int, int]]) -> Remark:
    change, (was, now) = difference.scale.signed(_index_change(difference), 1), _index_texts(difference)
    verdict = "significant" if difference.is_significant else "not significant"
    message = (
        f"{difference.country} index {was} -> {now} ({change}, {verdict}), "
        f"rank {_change(difference.rank)}, band {_change(difference.band)}"
    )
    statements = [
        statement for statement in difference.split.statements if difference.scale.exact_difference(statement.undone)
    ]
    if statements:
        texts = [
            f"{statement.statement} ({statement.cause}) {difference.scale.in_words(-statement.undone, 1)}"
            for statement in statements
        ]
        message += (
            f"; without one change alone the index would be: {numbers.first(texts, defaults().shown.moved_statements)}"
        )
    positions = [lines[statement.statement] for statement in statements if statement.statement in lines]
    return Remark("warning", file, *(positions or [(1, 1)])[0], "score-moved", message)
