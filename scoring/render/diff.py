"""What moved: against the lock, and split into its causes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.model.countries import country_name
from scoring.render.ci import Remark
from scoring.render.objects import envelope
from scoring.render.wording import interval_name
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.change.attribution import Difference
    from scoring.change.lock import Lock, Move
    from scoring.model.rubric import RuleBook
    from scoring.render.ci import Level
    from scoring.uncertainty.draws import Settings


def moves_table(moves: Sequence[Move]) -> Table:
    """A row a figure that moved."""
    columns = (
        Column("Country", key=True),
        Column("Node", key=True),
        Column("Figure", key=True),
        Column("Was", figures=True),
        Column("Now", figures=True),
        Column("Change", figures=True),
    )
    rows = tuple((move.country, move.node, move.figure or _whole(move), *_cells(move)) for move in moves)
    return Table(columns, rows)


def _whole(move: Move) -> str:
    return "new country" if move.was is None else "country is gone"


def _cells(move: Move) -> tuple[str, str, str]:
    was, now = (numbers.NONE if one is None else _number(one) for one in (move.was, move.now))
    if isinstance(move.was, float) and isinstance(move.now, float):
        return was, now, f"{move.now - move.was:+.4g}"
    return was, now, ""


def _number(value: float | str) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def move_remarks(moves: Sequence[Move], files: Mapping[str, str], level: Level = "error") -> list[Remark]:
    """One remark a country, since CI systems show few, on the first line of its file: what moved, the index first."""
    countries: dict[str, list[Move]] = {}
    for move in moves:
        countries.setdefault(move.country, []).append(move)
    return [
        Remark(level, files[code], 1, 1, "score-moved", f"{_in_words(some)}; `scoring diff` says why")
        for code, some in countries.items()
    ]


def _in_words(moves: Sequence[Move]) -> str:
    """The moves of one country: `AZE index: estimate 32.9 -> 37.2, rank 2 -> 1; state: estimate 32.9 -> 37.2`."""
    if not moves[0].node:
        return f"{moves[0].country}: {_whole(moves[0])}"
    nodes: dict[str, list[str]] = {}
    for move in sorted(moves, key=lambda one: (one.node != "index", one.figure != "estimate")):
        was, now, _ = _cells(move)
        nodes.setdefault(move.node, []).append(f"{move.figure} {was} -> {now}")
    return f"{moves[0].country} " + "; ".join(f"{node}: {', '.join(figures)}" for node, figures in nodes.items())


def check_object(
    book: RuleBook, old: Lock, new: Lock, moves: Sequence[Move], unread: Sequence[str], tolerance: float
) -> dict[str, Any]:
    """The JSON document of `scoring check`."""
    head = envelope(book)
    changed = {"locked": old.rubric, "now": new.rubric, "changed": old.rubric_digest != new.rubric_digest}
    return {
        **head,
        "rubric": {**head["rubric"], **changed},
        "moved": bool(moves),
        "tolerance": tolerance,
        "profiles_changed": list(unread),
        "moves": [
            {"country": one.country, "node": one.node, "figure": one.figure, "was": one.was, "now": one.now}
            for one in moves
        ],
    }


# -- causes ------------------------------------------------------------------------------------------------------------


def difference_tables(differences: Sequence[Difference], moves: Sequence[Move]) -> list[Table]:
    """The indices that moved with their causes, the statements, and what else moved."""
    tables = [_cause_table(differences)] if differences else []
    tables += [_statement_table(one) for one in differences if one.split.statements]
    known = {one.country for one in differences}
    if rest := [move for move in moves if move.country not in known]:
        table = moves_table(rest)
        tables.append(Table(table.columns, table.rows, (), "Other countries" if differences else "Figures that moved"))
    return tables


def _cause_table(differences: Sequence[Difference]) -> Table:
    causes = sorted({cause for one in differences for cause in one.split.parts})
    interval = interval_name(differences[0].rubric, "-")
    columns = (
        Column("Country", key=True),
        Column("Was", figures=True),
        Column("Now", figures=True),
        Column("Move", figures=True),
        Column(f"{interval} of the move", figures=True),
        Column("More than noise"),
        Column("Rank", part=1),
        Column("Band", part=1),
        *(Column(cause.capitalize(), figures=True, part=2) for cause in causes),
    )
    rows = tuple(
        (
            f"{country_name(one.country)} ({one.country})",
            *map(_index_text, _indices(one)),
            numbers.signed_points(_move(one), 2),
            f"{numbers.signed_points(one.interval[0], 2)} to {numbers.signed_points(one.interval[1], 2)}",
            "yes" if one.is_significant else "no",
            _change(one.rank),
            _change(one.band),
            *(numbers.signed_points(one.split.parts[cause], 2) if cause in one.split.parts else "" for cause in causes),
        )
        for one in differences
    )
    notes = ("Causes: Shapley parts in points, summing to the move.",)
    return Table(columns, rows, notes, "Indices that moved")


def _indices(one: Difference) -> tuple[float, float]:
    """The index before and after; NaN of one that was or is withheld."""
    values = (one.split.was, one.split.now)
    was, now = (math.nan if rank is None else value for rank, value in zip(one.rank, values, strict=True))
    return was, now


def _move(one: Difference) -> float:
    was, now = _indices(one)
    return now - was


def _index_text(value: float) -> str:
    return "withheld" if math.isnan(value) else numbers.points(value)


def _change(pair: tuple[object, object]) -> str:
    was, now = ("withheld" if one is None else str(one) for one in pair)
    return was if was == now else f"{was} -> {now}"


def _statement_table(one: Difference) -> Table:
    columns = (Column("Statement", key=True), Column("Change"), Column("Without it", figures=True))
    most = defaults().shown.moved_statements
    rows = tuple(
        (change.statement, change.cause, numbers.signed_points(-change.undone, 2))
        for change in one.split.statements[:most]
    )
    first = one.split.statements[0].undone
    sign = "Without it: how much higher (+) or lower (-) the index would be if this change alone were taken back"
    notes = [f"{sign}; without the first it would be {numbers.in_words(-first, 2)}."]
    notes += numbers.more_in_json(len(one.split.statements) - most)
    return Table(columns, rows, tuple(notes), one.country)


def moved_object(one: Difference) -> dict[str, Any]:
    """A country whose index moved, and why, for JSON."""
    return {
        "country": one.country,
        "was": numbers.exact_points(_indices(one)[0]),
        "now": numbers.exact_points(_indices(one)[1]),
        "interval": [numbers.exact_points(end) for end in one.interval],
        "more_than_noise": one.is_significant,
        "rank": list(one.rank),
        "band": list(one.band),
        "causes": {cause: numbers.exact_points(part) for cause, part in one.split.parts.items()},
        "statements": [
            {"statement": change.statement, "cause": change.cause, "undone": numbers.exact_points(-change.undone)}
            for change in one.split.statements
        ],
    }


def difference_object(
    book: RuleBook, settings: Settings, differences: Sequence[Difference], moves: Sequence[Move], base: str
) -> dict[str, Any]:
    """The JSON document of `scoring diff`."""
    return {
        **envelope(book, settings),
        "base": base,
        "countries": list(map(moved_object, differences)),
        "moves": [
            {"country": one.country, "node": one.node, "figure": one.figure, "was": one.was, "now": one.now}
            for one in moves
        ],
    }


def difference_remarks(
    differences: Sequence[Difference],
    moves: Sequence[Move],
    places: Mapping[str, tuple[str, Mapping[str, tuple[int, int]]]],
) -> list[Remark]:
    """One remark a country, on the line of the statement that moved its index most, or on the first where that is gone.

    places: country -> file, and statement -> line and column.
    """
    known = {one.country for one in differences}
    rest = [move for move in moves if move.country not in known]
    files = {country: file for country, (file, _) in places.items()}
    return [
        *(_difference_remark(one, *places[one.country]) for one in differences),
        *move_remarks(rest, files, "warning"),
    ]


def _difference_remark(one: Difference, file: str, lines: Mapping[str, tuple[int, int]]) -> Remark:
    move, (was, now) = numbers.signed_points(_move(one), 2), map(_index_text, _indices(one))
    verdict = "more than noise" if one.is_significant else "no more than noise"
    message = (
        f"{one.country} index {was} -> {now} ({move}, {verdict}), rank {_change(one.rank)}, band {_change(one.band)}"
    )
    changes = [
        change
        for change in one.split.statements
        if not math.isnan(change.undone) and numbers.exact_points(change.undone)
    ]
    if changes:
        most = defaults().shown.moved_statements
        shown = [f"{one.statement} ({one.cause}) {numbers.in_words(-one.undone, 2)}" for one in changes[:most]]
        more = numbers.and_more(len(changes) - most)
        message += f"; without one change alone the index would be: {', '.join(shown)}{more}"
    places = [lines[change.statement] for change in changes if change.statement in lines]
    return Remark("warning", file, *(places or [(1, 1)])[0], "score-moved", message)
