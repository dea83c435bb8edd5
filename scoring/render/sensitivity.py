"""What the result hangs on, as tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.analysis.sensitivity import FactorIndices, Sensitivity, Variant, rank_shift
from scoring.files.defaults import defaults
from scoring.render.objects import envelope, settings_object
from scoring.render.score import score_object
from scoring.render.wording import settings_text
from scoring.statistics.decomposition import marginal_weights
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment


def sensitivity_tables(assessment: Assessment, found: Sensitivity, *, verbose: bool = False) -> list[Table]:
    """Factor groups, what is left out, exponents and weights."""
    rows = found.factors.countries
    left_out = _left_out_of_countries(assessment, found, rows) if found.sources else _left_out_of_set(assessment, found)
    return [
        _factor_table(assessment, found.factors, settings_text(found.settings, verbose=verbose)),
        left_out,
        _exponent_table(assessment, found.exponents, rows),
        _weight_table(assessment, found, rows),
    ]


def _output_names(assessment: Assessment, factors: FactorIndices) -> list[str]:
    codes = [profile.country for profile in assessment.profiles]
    names = [codes[row] for row in factors.countries]
    return [*names, *(f"{codes[a]} - {codes[b]}" for a, b in factors.pairs), "mean rank shift"]


def _factor_table(assessment: Assessment, factors: FactorIndices, drawn: str) -> Table:
    columns = [Column("Spread of", key=True)]
    for part, group in enumerate(factors.groups):
        columns += [Column(f"{group} S", figures=True, part=part), Column("T", figures=True, part=part)]
    first, first_error, total, total_error = factors.indices
    rows = []
    for output, name in enumerate(_output_names(assessment, factors)):
        cells = [name]
        for place in range(len(factors.groups)):
            cells += [
                _with_error(float(first[place, output]), float(first_error[place, output])),
                _with_error(float(total[place, output]), float(total_error[place, output])),
            ]
        rows.append(tuple(cells))
    notes = (
        "S: the part of the variance that goes when the group alone is fixed; T: that is left when it alone is not.",
        "± is one standard error.",
        drawn,
    )
    return Table(tuple(columns), tuple(rows), notes, assessment.title)


def _with_error(value: float, error: float) -> str:
    return numbers.NONE if np.isnan(value) else f"{numbers.unit(value)} ±{numbers.unit(error, 3)}"


def _left_out_of_set(assessment: Assessment, found: Sensitivity) -> Table:
    columns = (
        Column("Left out", key=True),
        Column("Kind"),
        Column("Mean rank shift", figures=True),
        Column("Largest change", figures=True),
        Column("Of"),
    )
    before = assessment.figures.estimate[:, 0]
    lines = []
    for kind, variants in (("pillar", found.pillars), ("indicator", found.indicators)):
        for variant in variants:
            change = variant.estimate - before
            known = np.nan_to_num(np.abs(change), nan=-1)
            if len(known) == 0 or known.max() < 0:
                continue
            row = int(known.argmax())
            shift = rank_shift(assessment, variant)
            lines.append((-shift, -float(known[row]), variant.name, kind, float(change[row]), row))
    shown = sorted(lines)[: defaults().shown.left_out]
    cells = tuple(
        (name, kind, numbers.unit(-shift), numbers.signed_points(change), assessment.profiles[row].country)
        for shift, _, name, kind, change, row in shown
    )
    return Table(columns, cells, _more(len(lines)), "Pillars and indicators left out for all countries")


def _left_out_of_countries(assessment: Assessment, found: Sensitivity, rows: Sequence[int]) -> Table:
    codes = [profile.country for profile in assessment.profiles]
    columns = [Column("Left out", key=True), Column("Kind")]
    for part, row in enumerate(rows):
        columns += [Column(codes[row], figures=True, part=part), Column("Rank", figures=True, part=part)]
    columns += [Column(f"{codes[a]} - {codes[b]}", figures=True, part=len(rows)) for a, b in found.factors.pairs]
    before = assessment.figures.estimate[:, 0]
    kinds = [("pillar", found.pillars), ("indicator", found.indicators)]
    kinds += [(f"source, {codes[row]}", variants) for row, variants in found.sources.items()]
    lines = []
    for kind, variants in kinds:
        for variant in variants:
            change = variant.estimate - before
            cells = [variant.name, kind]
            for row in rows:
                cells += [numbers.signed_points(float(change[row])), str(variant.rank[row] or numbers.NONE)]
            for a, b in found.factors.pairs:
                cells.append(numbers.signed_points(float(variant.estimate[a] - variant.estimate[b])))
            lines.append((-float(np.nan_to_num(np.abs(change[list(rows)])).max()), tuple(cells)))
    shown = tuple(cells for _, cells in sorted(lines)[: defaults().shown.left_out])
    notes = ("The change of the index, and the rank after.", *_more(len(lines)))
    return Table(tuple(columns), shown, notes, "Pillars, indicators and sources left out")


def _more(count: int) -> tuple[str, ...]:
    most = defaults().shown.left_out
    return (f"The largest {most} of {count}; --format json has all.",) if count > most else ()


def _exponent_table(assessment: Assessment, exponents: Sequence[Variant], rows: Sequence[int]) -> Table:
    columns = (Column("Country", key=True), *(Column(f"p = {variant.name}", figures=True) for variant in exponents))
    cells = tuple(
        (
            assessment.countries[row].label,
            *(
                f"{numbers.points(float(variant.estimate[row]))} ({variant.rank[row] or numbers.NONE})"
                for variant in exponents
            ),
        )
        for row in rows
    )
    notes = (f"Index and rank; the rubric says p = {assessment.nodes[0].exponent:g}.",)
    return Table(columns, cells, notes, "Exponents across pillars")


def _weight_table(assessment: Assessment, found: Sensitivity, rows: Sequence[int]) -> Table:
    nodes = [assessment.nodes[child] for child in assessment.nodes[0].children]
    columns = (Column("Weight", key=True), *(Column(node.id, figures=True) for node in nodes))
    cells = [("nominal", *(numbers.unit(node.local_weight) for node in nodes))]
    if found.effective is not None:
        effective = [f"{numbers.unit(a)} [{numbers.unit(b)}, {numbers.unit(c)}]" for a, b, c in found.effective]
        cells.append(("effective", *effective))
    for row in rows:
        local = [numbers.NONE if one is None else numbers.unit(one) for one in _local(assessment, row)]
        cells.append((f"local, {assessment.profiles[row].country}", *local))
    least = assessment.book.rubric.audit.countries.importance
    notes = ["Local: what a point more of the pillar adds to the index."]
    if found.effective is None:
        notes.append(f"Effective weights need {least} countries without gaps; here are {len(assessment.profiles)}.")
    else:
        notes.append("Effective: the pillar's part of the variance of the index over the countries, 95 % interval.")
    return Table(columns, tuple(cells), tuple(notes), "Weights of the pillars")


def _local(assessment: Assessment, row: int) -> list[float | None]:
    root = assessment.nodes[0]
    scores = [float(assessment.figures.estimate[row, child]) for child in root.children]
    found = marginal_weights(scores, [assessment.nodes[child].local_weight for child in root.children], root.exponent)
    return [None if one is None or np.isnan(one) else one for one in found]


def sensitivity_object(assessment: Assessment, found: Sensitivity) -> dict[str, Any]:
    """The JSON document of `scoring sensitivity`."""
    factors, rows = found.factors, found.factors.countries
    names = ("first", "first_error", "total", "total_error")
    nodes = [assessment.nodes[child] for child in assessment.nodes[0].children]
    document = {
        **envelope(assessment.book, found.settings),
        **score_object(assessment, [assessment.countries[row] for row in rows]),
        **settings_object(found.settings),
        "sobol": {
            output: {
                group: {
                    name: numbers.exact_unit(float(array[place, column]))
                    for name, array in zip(names, factors.indices, strict=True)
                }
                for place, group in enumerate(factors.groups)
            }
            for column, output in enumerate(_output_names(assessment, factors))
        },
        "without_pillar": _variants(assessment, found.pillars, rows),
        "without_indicator": _variants(assessment, found.indicators, rows),
        "exponents": _variants(assessment, found.exponents, rows),
        "weights": {
            "nominal": {node.id: numbers.exact_unit(node.local_weight) for node in nodes},
            "effective": None
            if found.effective is None
            else {
                node.id: {"weight": numbers.exact_unit(a), "interval": [numbers.exact_unit(b), numbers.exact_unit(c)]}
                for node, (a, b, c) in zip(nodes, found.effective, strict=True)
            },
            "local": {
                assessment.profiles[row].country: {
                    node.id: None if one is None else numbers.exact_unit(one)
                    for node, one in zip(nodes, _local(assessment, row), strict=True)
                }
                for row in rows
            },
        },
    }
    if found.sources:
        document["without_source"] = {
            assessment.profiles[row].country: {
                name: countries[assessment.profiles[row].country]
                for name, countries in _variants(assessment, variants, [row], shift=False).items()
            }
            for row, variants in found.sources.items()
        }
    return document


def _variants(
    assessment: Assessment, variants: Sequence[Variant], rows: Sequence[int], *, shift: bool = True
) -> dict[str, Any]:
    return {
        variant.name: {
            **({"mean_rank_shift": numbers.exact_unit(rank_shift(assessment, variant))} if shift else {}),
            **{
                assessment.profiles[row].country: {
                    "estimate": numbers.exact_points(float(variant.estimate[row])),
                    "rank": variant.rank[row],
                }
                for row in rows
            },
        }
        for variant in variants
    }
