"""`scoring sensitivity` as tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.analysis.sensitivity import FactorIndices, Sensitivity, Variant, rank_shift
from scoring.files.defaults import defaults
from scoring.render.objects import envelope, settings_object
from scoring.render.score import score_object
from scoring.statistics.decomposition import marginal_weights
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.text.frame import Columns
    from scoring.uncertainty.draws import Group


FACTORS: dict[Group, str] = {
    "unseen": "Missing evidence",
    "stated": "Coding error",
    "sources": "Sources",
    "weights": "Weights",
    "exponent": "Exponent",
}
"""The names of the factor groups in print; JSON has their keys."""
SOBOL = ("first", "first_error", "total", "total_error")
VARIED: Columns = {
    **dict.fromkeys(("part", "name", "of"), str),
    **dict.fromkeys(SOBOL, float),
    "estimate": float,
    "rank": int,
    **dict.fromkeys(("mean_rank_shift", "weight", "low", "high"), float),
}


def sensitivity_tables(assessment: Assessment, result: Sensitivity, *, verbose: bool = False) -> list[Table]:
    """The tables of `scoring sensitivity`: Sobol' indices, what is left out, exponents and weights."""
    rows = result.factors.countries
    left_out = (
        _left_out_of_countries(assessment, result, rows) if result.sources else _left_out_of_set(assessment, result)
    )
    return [
        _factor_table(assessment, result.factors, result.settings.text(verbose=verbose)),
        left_out,
        *([_exponent_table(assessment, result.exponents, rows)] if result.exponents else ()),
        _weight_table(assessment, result, rows),
    ]


def _output_names(assessment: Assessment, factors: FactorIndices) -> list[str]:
    codes = [profile.country for profile in assessment.profiles]
    names = [codes[row] for row in factors.countries]
    return [*names, *(f"{codes[a]} - {codes[b]}" for a, b in factors.pairs), "mean rank shift"]


def _factor_table(assessment: Assessment, factors: FactorIndices, settings: str) -> Table:
    columns = [Column("Variance of", key=True)]
    shown = [place for place, group in enumerate(factors.groups) if group != "unseen" or assessment.has_bounds]
    for part, group in enumerate(factors.groups[place] for place in shown):
        columns += [
            Column(f"{FACTORS[group]}: first", figures=True, part=part),
            Column("total", figures=True, part=part),
        ]
    first, first_error, total, total_error = factors.indices
    rows = []
    for output, name in enumerate(_output_names(assessment, factors)):
        cells = [name]
        for factor in shown:
            cells += [
                _with_error(float(first[factor, output]), float(first_error[factor, output])),
                _with_error(float(total[factor, output]), float(total_error[factor, output])),
            ]
        rows.append(tuple(cells))
    notes = (
        "First: Sobol' first-order index, the share of the variance that the factor explains alone.",
        "Total: Sobol' total index, the share that it explains alone and in interactions. ±: one standard error.",
        settings,
    )
    return Table(tuple(columns), tuple(rows), notes, assessment.title)


def _with_error(value: float, error: float) -> str:
    return numbers.NONE if np.isnan(value) else f"{numbers.unit(value)} ±{numbers.unit(error, 3)}"


def _left_out_of_set(assessment: Assessment, result: Sensitivity) -> Table:
    columns = (
        Column("Left out", key=True),
        Column("Kind"),
        Column("Mean rank shift", figures=True),
        Column("Largest change", figures=True),
        Column("Country"),
    )
    before = assessment.figures.estimate[:, 0]
    lines = []
    for kind, variants in (("pillar", result.pillars), ("indicator", result.indicators)):
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
        (name, kind, numbers.unit(-shift), assessment.scale.signed(change), assessment.profiles[row].country)
        for shift, _, name, kind, change, row in shown
    )
    notes = ("Largest change: of an index, with its country.", *_more(len(lines)))
    return Table(columns, cells, notes, "Without a pillar or an indicator")


def _left_out_of_countries(assessment: Assessment, result: Sensitivity, rows: Sequence[int]) -> Table:
    codes = [profile.country for profile in assessment.profiles]
    columns = [Column("Left out", key=True), Column("Kind")]
    for part, row in enumerate(rows):
        columns += [Column(codes[row], figures=True, part=part), Column("Rank", figures=True, part=part)]
    columns += [Column(f"{codes[a]} - {codes[b]}", figures=True, part=len(rows)) for a, b in result.factors.pairs]
    before = assessment.figures.estimate[:, 0]
    kinds = [("pillar", result.pillars), ("indicator", result.indicators)]
    kinds += [(f"source, {codes[row]}", variants) for row, variants in result.sources.items()]
    lines = []
    for kind, variants in kinds:
        for variant in variants:
            change = variant.estimate - before
            cells = [variant.name, kind]
            for row in rows:
                cells += [assessment.scale.signed(float(change[row])), str(variant.rank[row] or numbers.NONE)]
            for a, b in result.factors.pairs:
                cells.append(assessment.scale.signed(float(variant.estimate[a] - variant.estimate[b])))
            lines.append((-float(np.nan_to_num(np.abs(change[list(rows)])).max()), tuple(cells)))
    shown = tuple(cells for _, cells in sorted(lines)[: defaults().shown.left_out])
    pairs = " Under a pair: their difference after the change." if result.factors.pairs else ""
    notes = (f"Under a country: the change of its index. Rank: after the change.{pairs}", *_more(len(lines)))
    return Table(tuple(columns), shown, notes, "Without a pillar, an indicator or a source")


def _more(count: int) -> tuple[str, ...]:
    most = defaults().shown.left_out
    return (f"The {most} largest of {count}; --format json has all.",) if count > most else ()


def _exponent_table(assessment: Assessment, exponents: Sequence[Variant], rows: Sequence[int]) -> Table:
    columns = (Column("Country", key=True), *(Column(f"p = {variant.name}", figures=True) for variant in exponents))
    cells = tuple(
        (
            assessment.countries[row].label,
            *(
                f"{assessment.scale.points(float(variant.estimate[row]))} ({variant.rank[row] or numbers.NONE})"
                for variant in exponents
            ),
        )
        for row in rows
    )
    notes = (f"Index, and rank in parentheses. The rubric sets p = {assessment.nodes[0].exponent:g}.",)
    return Table(columns, cells, notes, "Exponents across pillars")


def _weight_table(assessment: Assessment, result: Sensitivity, rows: Sequence[int]) -> Table:
    nodes = [assessment.nodes[child] for child in assessment.nodes[0].children]
    columns = (Column("Weight", key=True), *(Column(node.id, figures=True) for node in nodes))
    cells = [("rubric", *(numbers.unit(node.local_weight) for node in nodes))]
    if result.effective is not None:
        effective = [f"{numbers.unit(a)} [{numbers.unit(b)}, {numbers.unit(c)}]" for a, b, c in result.effective]
        cells.append(("effective", *effective))
    for row in rows:
        marginal = [numbers.NONE if weight is None else numbers.unit(weight) for weight in _marginal(assessment, row)]
        cells.append((f"marginal, {assessment.profiles[row].country}", *marginal))
    least = assessment.book.rubric.audit.countries.importance
    per = "per point of the pillar" if assessment.has_one_scale else "with the pillar, each as a share of its scale"
    notes = [f"Marginal: how much the index of a country rises {per}."]
    if result.effective is None:
        notes.append(
            f"Effective weights need {least} countries with evidence on all pillars; "
            f"the set has {numbers.count(len(assessment.profiles), 'country', 'countries')}."
        )
    else:
        notes.append("Effective: main effect of the pillar on the index over the countries, with 95 % interval.")
    return Table(columns, tuple(cells), tuple(notes), "Weights of the pillars")


def _marginal(assessment: Assessment, row: int) -> list[float | None]:
    """The marginal weights of the pillars at the scores of a country; None where there is none."""
    root = assessment.nodes[0]
    scores = [float(assessment.figures.estimate[row, child]) for child in root.children]
    local = [assessment.nodes[child].local_weight for child in root.children]
    weights = marginal_weights(scores, local, root.rule)
    return [None if weight is None or np.isnan(weight) else weight for weight in weights]


def sensitivity_object(assessment: Assessment, result: Sensitivity) -> dict[str, Any]:
    """The JSON document of `scoring sensitivity`."""
    factors, rows = result.factors, result.factors.countries
    nodes = [assessment.nodes[child] for child in assessment.nodes[0].children]
    document = {
        **envelope(assessment.book, result.settings),
        **score_object(assessment, [assessment.countries[row] for row in rows]),
        **settings_object(result.settings),
        "sobol": {
            output: {
                group: {
                    name: numbers.exact_unit(float(array[factor, column]))
                    for name, array in zip(SOBOL, factors.indices, strict=True)
                }
                for factor, group in enumerate(factors.groups)
            }
            for column, output in enumerate(_output_names(assessment, factors))
        },
        "without_pillar": _variants(assessment, result.pillars, rows),
        "without_indicator": _variants(assessment, result.indicators, rows),
        "exponents": _variants(assessment, result.exponents, rows),
        "weights": {
            "nominal": {node.id: numbers.exact_unit(node.local_weight) for node in nodes},
            "effective": None
            if result.effective is None
            else {
                node.id: {"weight": numbers.exact_unit(a), "interval": [numbers.exact_unit(b), numbers.exact_unit(c)]}
                for node, (a, b, c) in zip(nodes, result.effective, strict=True)
            },
            "local": {
                assessment.profiles[row].country: {
                    node.id: None if weight is None else numbers.exact_unit(weight)
                    for node, weight in zip(nodes, _marginal(assessment, row), strict=True)
                }
                for row in rows
            },
        },
    }
    if result.sources:
        document["without_source"] = {
            assessment.profiles[row].country: {
                name: countries[assessment.profiles[row].country]
                for name, countries in _variants(assessment, variants, [row], shift=False).items()
            }
            for row, variants in result.sources.items()
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
                    "estimate": assessment.scale.exact(float(variant.estimate[row])),
                    "rank": variant.rank[row],
                }
                for row in rows
            },
        }
        for variant in variants
    }


# -- frame -------------------------------------------------------------------------------------------------------------


def sensitivity_frame(assessment: Assessment, result: Sensitivity) -> Frame:
    """One record per part of the JSON document, what is varied, and what it is varied of.

    `part` is sobol (`name` is a group of factors, `of` a country, a difference or `mean rank shift`), without_pillar,
    without_indicator, without_source or exponents (`of` is a country), or nominal, effective or local: the weight of
    the pillar `name`, and of the local ones `of` a country. `low` and `high` are the interval of an effective weight.
    """
    rows, nodes = result.factors.countries, [assessment.nodes[child] for child in assessment.nodes[0].children]
    codes = [profile.country for profile in assessment.profiles]
    records = [
        *_sobol_records(assessment, result.factors),
        *_variant_records(assessment, "without_pillar", result.pillars, rows),
        *_variant_records(assessment, "without_indicator", result.indicators, rows),
        *_variant_records(assessment, "exponents", result.exponents, rows),
        *({"part": "nominal", "name": node.id, "weight": node.local_weight} for node in nodes),
    ]
    for row, variants in result.sources.items():
        records += _variant_records(assessment, "without_source", variants, [row], shift=False)
    for node, (weight, low, high) in zip(nodes, result.effective or (), strict=False):
        records.append({"part": "effective", "name": node.id, "weight": weight, "low": low, "high": high})
    records += (
        {"part": "local", "name": node.id, "of": codes[row], "weight": weight}
        for row in rows
        for node, weight in zip(nodes, _marginal(assessment, row), strict=True)
    )
    return Frame(VARIED, tuple(records))


def _sobol_records(assessment: Assessment, factors: FactorIndices) -> Iterator[dict[str, Any]]:
    for column, output in enumerate(_output_names(assessment, factors)):
        for row, group in enumerate(factors.groups):
            figures = {name: array[row, column] for name, array in zip(SOBOL, factors.indices, strict=True)}
            yield {"part": "sobol", "name": group, "of": output, **figures}


def _variant_records(
    assessment: Assessment, part: str, variants: Sequence[Variant], rows: Sequence[int], *, shift: bool = True
) -> Iterator[dict[str, Any]]:
    for variant in variants:
        moved = {"mean_rank_shift": rank_shift(assessment, variant)} if shift else {}
        for row in rows:
            figures = {"estimate": variant.estimate[row], "rank": variant.rank[row]}
            yield {"part": part, "name": variant.name, "of": assessment.profiles[row].country, **figures, **moved}
