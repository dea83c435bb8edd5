"""`scoring reconcile`: the rule of a published table, as tables and JSON."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.render.objects import FORMAT_VERSION
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.reconcile.hints import Hint
    from scoring.analysis.reconcile.order import Classes, RankRule
    from scoring.analysis.reconcile.reconciliation import Reconciliation
    from scoring.analysis.reconcile.rules import Rule
    from scoring.analysis.reconcile.search import Reconciled

MOST_ROWS, MOST_RULES = 40, 12  # rows and rules shown; all are in JSON
FINE = 6  # decimals of a weight that is no simple fraction
MEANS = {
    Fraction(1): "arithmetic mean",
    Fraction(0): "geometric mean",
    Fraction(-1): "harmonic mean",
}
PLAIN = {
    "linear": "points per unit",
    "least": "least part",
    "greatest": "greatest part",
    "median": "median of the parts",
    "product": "product",
}
ROUNDED = {"nearest": "to the nearest", "down": "down", "up": "up"}
SOURCES = {
    "printed": "printed totals",
    "corrected": "printed totals, but that of the rule in rows that do not fit",
    "unrounded": "unrounded totals",
}
TIES = {
    "competition": "ties 1, 2, 2, 4",
    "dense": "ties 1, 2, 2, 3",
    "ordinal": "ties 1, 2, 3, 4",
    "last": "ties 1, 3, 3, 4",
    "mean": "ties 1, 2.5, 2.5, 4",
}


def reconciliation_tables(result: Reconciliation) -> list[Table]:
    """The rule, the weights, other rules, and the rows that do not fit."""
    return [
        *_doubts(result),
        _rule(result),
        *_weights(result),
        *_others(result),
        *_misfits(result),
        *_wrong_ranks(result),
        *_cuts(result),
    ]


def _doubts(result: Reconciliation) -> Iterator[Table]:
    """What is not identified, first and loud."""
    if not result.is_found:
        text = f"NO RULE FOUND: the best one reproduces {result.found.count} of {len(result.table.rows)} rows"
        yield Table((), (), ("What follows says how near it comes, not how the totals were made.",), text)
    elif doubts := list(result.doubts()):
        yield Table((), (), tuple(f"{doubt[0].upper()}{doubt[1:]}." for doubt in doubts), "NOT IDENTIFIED")


def _rule(result: Reconciliation) -> Table:
    table, found = result.table, result.found
    rows = [
        ("combination", rule_name(found.rule, found)),
        *((("exponent", _exponent(found)),) if found.is_weighted else ()),
        ("rows that fit", f"{found.count} of {len(table.rows)}"),
        ("rounding", _rounding(result)),
    ]
    if ranks := result.ranks:
        rows.append(("ranks", _ranks(ranks)))
    if classes := result.classes:
        rows.append(("classes", _classes(classes)))
    notes = []
    if table.left_out:
        notes.append(f"{numbers.count(len(table.left_out), 'row')} without a total or a part left out.")
    return Table((Column(table.total.name, key=True), Column("")), tuple(rows), tuple(notes))


def rule_name(rule: Rule, found: Reconciled | None = None) -> str:
    """A rule in words."""
    if rule.combination == "power":
        name = MEANS.get(rule.exponent, "power mean")
        is_equal = found is not None and found.simple is not None and found.simple.denominator == 0
        if found is not None:
            if rule.exponent == 1 and is_equal and rule.factor == len(found.weights):
                return "sum"
            name = f"{'' if is_equal else 'weighted '}{name}"
    else:
        name = PLAIN[rule.combination]
    if rule.is_inverted:
        name += f", of what is missing to {rule.scale}"
    if rule.offset:
        name += f", with the offset {rule.offset}"
    if rule.factor != 1:
        name += f", times {rule.factor}"
    if rule.combination == "product" or rule.offset:
        name += f", on a scale to {rule.scale}"
    return name


def _exponent(found: Reconciled) -> str:
    text = str(found.rule.exponent)
    if found.exponents is None:
        return text
    least, greatest = found.exponents
    return text if least == greatest else f"{text}; {least:.2f} to {greatest:.2f} reproduce the same rows"


def _rounding(result: Reconciliation) -> str:
    decimals = result.table.total.decimals
    rule = result.found.rule
    text = " or ".join(ROUNDED[one] for one in (rule.rounding, *result.found.also))
    text = f"{text}, {numbers.count(decimals, 'decimal')}"
    return text + (", of parts before they were rounded" if rule.from_unrounded else ", of the printed parts")


def _ranks(ranks: RankRule) -> str:
    order = "highest first" if ranks.better == "higher" else "lowest first"
    text = f"{ranks.fits} of {ranks.count}: by {SOURCES[ranks.of]}, {order}"
    if len(ranks.others) == len(TIES) - 1:
        return f"{text}; no totals are equal"
    return f"{text}; {TIES[ranks.ties]}"


def _classes(classes: Classes) -> str:
    parts = [classes.names[0]]
    for cut in classes.cuts:
        value = "?" if cut.value is None else f"{cut.value:f}"
        parts.append(f"{'above' if cut.is_upper is False else 'from'} {value} {cut.upper}")
    return ", ".join(parts)


def _weights(result: Reconciliation) -> Iterator[Table]:
    """The weights with their intervals; for columns in units of their own, their polarity and goalposts too."""
    found, raw = result.found, result.raw
    is_linear = found.rule.combination == "linear"
    if not len(found.weights):
        return
    columns = [
        Column("part", key=True),
        Column("points per unit" if is_linear else "weight", figures=True),
        Column("least", figures=True),
        Column("greatest", figures=True),
    ]
    if raw:
        columns += [
            Column("better"),
            *(() if is_linear else (Column("worst", figures=True), Column("best", figures=True))),
        ]
    names = [part.name for part in result.table.parts]
    rows = []
    for number, name in enumerate(names):
        interval = (_figure(found.low[number], is_linear), _figure(found.high[number], is_linear))
        row = [name, _weight(found, number), *interval]
        if raw:
            part = raw[number]
            row[0] = f"ln {name}" if part.is_logarithm else name
            row.append("higher" if part.is_positive else "lower")
            row += () if is_linear else (f"{part.worst:g}", f"{part.best:g}")
        rows.append(tuple(row))
    notes = []
    if is_linear and len(found.weights) > len(names):
        notes.append(f"Plus {found.weights[-1]:.6g}.")
    notes += [_simplicity(found)] if not is_linear or found.simple else []
    if raw and not is_linear:
        notes.append("Worst and best are the least and the greatest value of each column: the goalposts that fit.")
    yield Table(tuple(columns), tuple(rows), tuple(notes))


def _figure(value: float, is_linear: bool) -> str:  # noqa: FBT001
    return f"{value:.5g}" if is_linear else f"{value:.4f}"


def _weight(found: Reconciled, number: int) -> str:
    simple = found.simple
    if simple is None:
        return _figure(found.weights[number], found.rule.combination == "linear")
    weight = simple.weights[number]
    return f"{float(weight):g}" if 1000 % weight.denominator == 0 else str(weight)


def _simplicity(found: Reconciled) -> str:
    simple = found.simple
    if simple is None:
        return "No simple weights reproduce these rows: the middle of the intervals is shown."
    if not simple.denominator:
        return "Equal weights reproduce these rows."
    if found.rule.combination == "linear":
        return f"The simplest are multiples of 1/{simple.denominator}." if simple.denominator > 1 else "Whole numbers."
    kind = f"multiples of 1/{simple.denominator}"
    if 100 % simple.denominator == 0:
        kind = f"steps of {100 // simple.denominator} %"
    if simple.count == 1:
        return f"The only weights in {kind} that reproduce these rows."
    many = "Many" if simple.count is None else str(simple.count)
    return f"{many} weights in {kind} reproduce these rows; the ones in the middle are shown."


def _others(result: Reconciliation) -> Iterator[Table]:
    """Rules that reproduce as many rows."""
    if not result.others:
        return
    shown = result.others[:MOST_RULES]
    rows = tuple(
        (
            MEANS.get(one.rule.exponent, "power mean") if one.is_weighted else PLAIN[one.rule.combination],
            str(one.rule.exponent) if one.is_weighted else numbers.NONE,
            "yes" if one.rule.is_inverted else "",
            str(one.rule.offset or ""),
            str(one.count),
            _shortest(one),
        )
        for one in shown
    )
    columns = (
        Column("other rule", key=True),
        Column("exponent", figures=True),
        Column("inverted"),
        Column("offset", figures=True),
        Column("rows", figures=True),
        Column("simplest weights"),
    )
    yield Table(columns, rows, numbers.more_in_json(len(result.others) - MOST_RULES))


def _shortest(found: Reconciled) -> str:
    if found.simple is None:
        return "" if found.is_weighted else numbers.NONE
    return "equal" if not found.simple.denominator else ", ".join(map(str, found.simple.weights))


def _misfits(result: Reconciliation) -> Iterator[Table]:
    wrong = np.flatnonzero(~result.found.fits)
    if not len(wrong):
        return
    table, found = result.table, result.found
    decimals = min(table.total.decimals + 1, 9)
    rows = tuple(
        (
            str(table.rows[row]),
            table.names[row],
            f"{table.total.values[row]:f}",
            f"{found.values[row]:.{decimals}f}",
            hint_text(result, result.hints[row]) if row in result.hints else "",
        )
        for row in wrong[:MOST_ROWS]
    )
    columns = (
        Column("line", figures=True),
        Column("row that does not fit", key=True),
        Column("printed", figures=True),
        Column("rule", figures=True),
        Column("hint"),
    )
    yield Table(columns, rows, numbers.more_in_json(len(wrong) - MOST_ROWS))


def hint_text(result: Reconciliation, hint: Hint) -> str:
    """A hint in words."""
    columns = " and ".join(hint.columns)
    name = "" if hint.row is None else result.table.names[hint.row]
    match hint.kind:
        case "gate":
            return f"a gate? {hint.printed} in all rows where {columns} is at most {hint.instead}"
        case "shifted":
            return f"shifted? this is the total of {name}"
        case "exchanged-rows":
            return f"exchanged with the total of {name}?"
        case "exchanged-parts":
            return f"fits if {columns} are exchanged"
        case "swapped-digits":
            return f"swapped digits? {columns} {hint.printed} for {hint.instead}"
        case "decimal-point":
            return f"decimal point? {hint.printed} for {hint.instead}"
        case "left-out":
            return f"fits without {columns}"
        case "last-digit":
            return "off by one in the last digit"


def _wrong_ranks(result: Reconciliation) -> Iterator[Table]:
    ranks, ranked = result.ranks, result.table.ranked
    if ranks is None or not ranks.wrong:
        return
    rows = tuple(
        (str(ranked.rows[one.row]), ranked.names[one.row], f"{float(one.printed):g}", f"{float(one.expected):g}")
        for one in ranks.wrong[:MOST_ROWS]
    )
    columns = (
        Column("line", figures=True),
        Column("rank that does not fit", key=True),
        Column("printed", figures=True),
        Column("rule", figures=True),
    )
    yield Table(columns, rows, numbers.more_in_json(len(ranks.wrong) - MOST_ROWS))


def _cuts(result: Reconciliation) -> Iterator[Table]:
    classes, ranked = result.classes, result.table.ranked
    if classes is None:
        return
    rows = tuple(
        (
            f"{cut.lower} | {cut.upper}",
            f"{cut.low:f}",
            f"{cut.high:f}",
            numbers.NONE if cut.value is None else f"{cut.value:f}",
        )
        for cut in classes.cuts
    )
    columns = (
        Column("classes", key=True),
        Column("highest below", figures=True),
        Column("lowest above", figures=True),
        Column("simplest cut", figures=True),
    )
    if rows:
        yield Table(columns, rows)
    if classes.wrong:
        wrong = tuple(
            (str(ranked.rows[row]), ranked.names[row], f"{ranked.totals[row]:f}", ranked.classes[row])
            for row in classes.wrong[:MOST_ROWS]
        )
        heads = (Column("line", figures=True), Column("class that does not fit", key=True))
        columns = (*heads, Column("total", figures=True), Column("class"))
        yield Table(columns, wrong, numbers.more_in_json(len(classes.wrong) - MOST_ROWS))


# -- JSON --------------------------------------------------------------------------------------------------------------


def reconciliation_object(result: Reconciliation) -> dict[str, Any]:
    """The JSON document of `scoring reconcile`."""
    table, found = result.table, result.found
    return {
        "format_version": FORMAT_VERSION,
        "total": table.total.name,
        "rows": len(table.rows),
        "left_out": list(table.left_out),
        "fits": found.count,
        "found": result.is_found,
        "identified": result.is_found and not list(result.doubts()),
        "doubts": list(result.doubts()),
        "rule": rule_object(found.rule),
        "exponents": None if found.exponents is None else [numbers.exact_unit(one) for one in found.exponents],
        "also_rounded": list(found.also),
        "weights": _weights_object(result),
        "constant": numbers.exact_unit(float(found.weights[-1])) if len(found.weights) > len(table.parts) else None,
        "simplest": None
        if found.simple is None
        else {"denominator": found.simple.denominator or None, "count": found.simple.count},
        "raw": [
            {
                "part": part.name,
                "better": "higher" if part.is_positive else "lower",
                "logarithm": part.is_logarithm,
                "worst": part.worst,
                "best": part.best,
            }
            for part in result.raw
        ],
        "others": [{**rule_object(one.rule), "fits": one.count} for one in result.others],
        "decimals": table.total.decimals,
        "misfits": [
            {
                "line": table.rows[row],
                "name": table.names[row],
                "printed": float(table.total.values[row]),
                "rule": numbers.exact_unit(float(found.values[row])),
                "hint": None
                if row not in result.hints
                else {"kind": result.hints[row].kind, "text": hint_text(result, result.hints[row])},
            }
            for row in map(int, np.flatnonzero(~found.fits))
        ],
        "ranks": None if result.ranks is None else _ranks_object(result, result.ranks),
        "classes": None if result.classes is None else _classes_object(result, result.classes),
    }


def rule_object(rule: Rule) -> dict[str, Any]:
    """A rule without its weights."""
    return {
        "combination": rule.combination,
        "exponent": float(rule.exponent) if rule.combination == "power" else None,
        "inverted": rule.is_inverted,
        "offset": str(rule.offset),
        "scale": float(rule.scale),
        "factor": str(rule.factor),
        "rounding": rule.rounding,
        "from_unrounded_parts": rule.from_unrounded,
        "text": rule_name(rule),
    }


def _weights_object(result: Reconciliation) -> list[dict[str, Any]]:
    found = result.found
    if not len(found.weights):
        return [{"part": part.name, "weight": None, "fraction": None, "interval": None} for part in result.table.parts]
    fractions: Sequence[Fraction | None] = found.simple.weights if found.simple else [None] * len(found.weights)
    return [
        {
            "part": part.name,
            "weight": numbers.exact_unit(float(found.weights[number])),
            "fraction": None if fraction is None else str(fraction),
            "interval": [numbers.exact_unit(float(found.low[number])), numbers.exact_unit(float(found.high[number]))],
        }
        for number, part, fraction in zip(itertools.count(), result.table.parts, fractions, strict=False)
    ]


def _ranks_object(result: Reconciliation, ranks: RankRule) -> dict[str, Any]:
    ranked = result.table.ranked
    return {
        "better": ranks.better,
        "ties": ranks.ties,
        "also": list(ranks.others),
        "of": ranks.of,
        "fits": ranks.fits,
        "count": ranks.count,
        "misfits": [
            {
                "line": ranked.rows[one.row],
                "name": ranked.names[one.row],
                "printed": float(one.printed),
                "rule": float(one.expected),
            }
            for one in ranks.wrong
        ],
    }


def _classes_object(result: Reconciliation, classes: Classes) -> dict[str, Any]:
    ranked = result.table.ranked
    return {
        "names": list(classes.names),
        "cuts": [
            {
                "below": cut.lower,
                "above": cut.upper,
                "highest_below": float(cut.low),
                "lowest_above": float(cut.high),
                "cut": None if cut.value is None else float(cut.value),
                "at_the_cut": None if cut.is_upper is None else "above" if cut.is_upper else "below",
            }
            for cut in classes.cuts
        ],
        "misfits": [
            {
                "line": ranked.rows[row],
                "name": ranked.names[row],
                "total": float(ranked.totals[row]),
                "printed": ranked.classes[row],
            }
            for row in classes.wrong
        ],
    }
