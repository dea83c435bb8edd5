"""The data of the pages, as scripts that assign values.

A page that is opened from a folder, not from a web host, can load scripts but no JSON.
"""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.files.defaults import defaults
from scoring.index.leaves import FIGURES
from scoring.index.publication import missing, withheld_on_actor
from scoring.index.scores import reason_text
from scoring.index.summary import collected_earlier, interval_name, order
from scoring.index.tree import node_names
from scoring.render import findings
from scoring.render.site.shades import TINTS, is_continuous
from scoring.render.wording import origin
from scoring.uncertainty.custom_weights import MISSING, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.analysis.statements import Evidence
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.rubric import Rubric
    from scoring.model.scale import Scale
    from scoring.render.site.snapshot import Snapshot
    from scoring.statistics.arrays import Floats
    from scoring.statistics.combining import Rule
    from scoring.uncertainty.run import View

PROBABILITY_STEPS = 10_000
CELL = 10  # size in the matrix of pairs
COMPARED = "First", "Second", "Third", "Fourth", "Fifth"  # labels of the countries compared


def script(name: str, value: object) -> bytes:
    """A script that assigns a value to a name. JSON is valid JavaScript, and in a separate file needs no escaping."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"(globalThis.scoringData ??= {{}})[{json.dumps(name)}] = {text};\n".encode()


def document(value: object) -> bytes:
    """A JSON document for download."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def about(snapshots: Sequence[Snapshot], default: Snapshot, address: str | None = None) -> dict[str, Any]:
    """The rubric's rules for the aggregation of pillars, the names of the countries, the days, and constants."""
    assessment = default.assessment
    book, nodes = assessment.book, assessment.pillars
    shorts = {pillar.id: pillar.short or pillar.title for pillar in book.pillars}
    root = assessment.nodes[0]
    return {
        "rubric": {"id": book.rubric.id, "version": book.rubric.version, "title": book.rubric.title},
        "exponent": root.exponent,
        "rule": _rule(root.rule),
        "missing": root.missing,
        "grid": root.grid and list(root.grid),
        "publish": {"availability": book.rubric.publish.availability, "information": book.rubric.publish.information},
        "better": book.rubric.better,
        "scale": _scale(assessment.scale),
        "tints": TINTS,
        "named": findings.NAMED,
        "isContinuous": is_continuous(book.rubric),
        "digest": assessment.rubric_digest,
        "bands": _bands(book.rubric),
        "others": [
            [rubric.id, rubric.title, rubric.version, view.ranked.rubric_digest]
            for view in default.others
            for rubric in [view.ranked.book.rubric]
        ],
        "address": address,
        "ties": book.rubric.ties,
        "pillars": [[node.id, node.label, shorts[node.id], node.local_weight] for node in nodes],
        "countries": [[country.code, country.name, findings.named(country)] for country in assessment.countries],
        "days": [snapshot.day.isoformat() for snapshot in snapshots],
        "default": default.day.isoformat(),
        "quantiles": list(book.rubric.uncertainty.quantiles),
        "interval": interval_name(book.rubric),
        "criterion": order(book.rubric),
        "hasBounds": assessment.has_bounds,
        "marksThin": any(snapshot.assessment.has_marks for snapshot in snapshots),
        "borrows": book.rubric.prior.borrows,
        "settings": default.views[0].simulation.settings.text(verbose=True),
        "draws": default.pillar_draws.shape[2],
        "steps": STEPS,
        "missingStep": MISSING,
        "probabilitySteps": PROBABILITY_STEPS,
        "cell": CELL,
        "exponentLimit": defaults().exponent_limit,
        "compared": COMPARED[: defaults().shown.compared_countries],
        "shown": defaults().shown.model_dump(),
    }


def _bands(rubric: Rubric) -> list[tuple[float, str, bool]]:
    """Where each band begins, in [0, 1], its name, and whether its limit is outside it."""
    return [(cut, band.label, band.is_open) for cut, band in zip(rubric.cuts, rubric.bands, strict=True)]


def _rule(rule: Rule) -> dict[str, Any] | None:
    """How the index follows from its pillars; None for a plain mean."""
    if rule.is_mean and rule.gate is None:
        return None
    gate = rule.gate and [rule.gate.child, rule.gate.below, rule.gate.value]
    leaves_out = {"leavesOut": True} if rule.leaves_out else {}
    return {"combine": rule.combine, "invert": rule.invert, "offset": rule.offset, "gate": gate} | leaves_out


def rows_of(snapshot: Snapshot, default: Snapshot) -> list[int | None]:
    """The row of each country of the default day on another day; None for a country without an edition by then."""
    rows = {country.code: country.row for country in snapshot.assessment.countries}
    return [rows.get(country.code) for country in default.assessment.countries]


def day_data(snapshot: Snapshot, rows: Sequence[int | None]) -> dict[str, Any]:
    """The unrounded figures of every country by index and pillars, and notes on the evidence; `rows` of `rows_of`."""
    return {
        "notes": collected_earlier(snapshot.assessment.countries),
        "views": [_spread(_view(snapshot.assessment, view, rows), rows) for view in snapshot.views],
        "others": [_spread(_other(view, rows), rows) for view in snapshot.others],
    }


def _other(view: View, rows: Sequence[int | None]) -> dict[str, Any]:
    """The index by another rubric, with what is its own: scale, bands, and which figures are better."""
    rubric = view.ranked.book.rubric
    return _view(view.ranked, view, rows) | {
        "scale": _scale(view.ranked.scale),
        "bands": _bands(rubric),
        "better": rubric.better,
        "interval": interval_name(rubric),
        "settings": view.simulation.settings.text(verbose=True),
    }


def _spread(view: dict[str, Any], rows: Sequence[int | None]) -> dict[str, Any]:
    """The columns of a view with an entry for each country of the default day."""
    if None not in rows:
        return view
    others = {"reason": "there is no edition by this day", "thin": False, "missing": [], "onActor": ""}
    return {
        name: column
        if name == "bands" or not isinstance(column, list)
        else [others.get(name) if row is None else column[row] for row in rows]
        for name, column in view.items()
    } | {"absent": [row is None for row in rows]}


def _pairs(values: NDArray[Any], rows: Sequence[int | None], *, missing: float) -> NDArray[Any]:
    """A matrix of pairs with a row and a column for each country of the default day."""
    known = [position for position, row in enumerate(rows) if row is not None]
    spread = np.full((len(rows), len(rows)), missing, dtype=values.dtype)
    spread[np.ix_(known, known)] = values
    return spread


def _view(whole: Assessment, view: View, rows_shown: Sequence[int | None]) -> dict[str, Any]:
    simulation = view.simulation
    rows = range(len(whole.profiles))
    position = view.node.position
    intervals = [simulation.rank_interval(row) for row in rows]
    figures = {name: _numbers(getattr(whole.figures, name)[:, position]) for name in FIGURES}
    if view.node.parent is None:
        ranked = zip(figures["estimate"], view.ranked.rank, strict=True)
        figures["estimate"] = [None if rank is None else value for value, rank in ranked]
    return {
        **figures,
        **_own_scale(view.node),
        "unborrowed": _numbers(whole.unborrowed[:, position]),
        "intervalLow": _numbers(np.round(simulation.low, 6)),
        "intervalHigh": _numbers(np.round(simulation.high, 6)),
        "rank": list(view.ranked.rank),
        "rankLow": [interval and interval[0] for interval in intervals],
        "rankHigh": [interval and interval[1] for interval in intervals],
        "band": [None if view.node.parent is not None else band for band in view.ranked.band],
        "reason": [country.reason for country in view.ranked.countries],
        "thin": [country.nodes[position].is_thin for country in whole.countries],
        "missing": [node_names(missing(whole.nodes, whole.figures.estimate[row], position)) for row in rows],
        **_on_actor(whole),
        "indistinguishable": _packed(_pairs(simulation.indistinguishable, rows_shown, missing=False)),
    }


def _on_actor(whole: Assessment) -> dict[str, list[str]]:
    """Why an index is withheld under any weights of pillars: the questions about another actor lack evidence."""
    publish = whole.book.rubric.publish
    reasons = [reason_text(withheld_on_actor(one, publish), {}, publish, on_actor=one) for one in whole.on_actor]
    return {"onActor": reasons} if any(whole.on_actor) else {}


def _own_scale(node: Node) -> dict[str, Any]:
    """The scale of a pillar or indicator, if it is not that of the rubric."""
    return {"scale": _scale(node.scale)} if node.has_own_scale else {}


def _scale(scale: Scale) -> dict[str, float]:
    return {"from": scale.from_, "width": scale.width, "decimals": scale.decimals}


def _numbers(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values]


def _packed(pairs: NDArray[np.bool_]) -> str:
    """One bit per pair, row by row above the diagonal, in base64."""
    return base64.b64encode(np.packbits(pairs[np.triu_indices(len(pairs), 1)]).tobytes()).decode()


def draws_data(snapshot: Snapshot, rows: Sequence[int | None]) -> str:
    """The draws of the pillars: little-endian steps of 1/65,534, (countries, pillars, draws), in base64."""
    draws = np.full((len(rows), *snapshot.pillar_draws.shape[1:]), MISSING, dtype="<u2")
    for position, row in enumerate(rows):
        if row is not None:
            draws[position] = snapshot.pillar_draws[row]
    return base64.b64encode(draws.tobytes()).decode()


def evidence_data(listed: Sequence[Evidence]) -> dict[str, Any]:
    """The statements of all countries for the page Evidence; withdrawn ones are on the page of their country only."""
    return {
        "statements": [
            [
                evidence.profile.country,
                " ".join(evidence.pillars),
                evidence.statement.text,
                evidence.source.url,
                evidence.source.publisher,
                evidence.statement.date or "",
                origin(evidence.statement, evidence.source).grade,
                evidence.statement.id,
                evidence.source.title,
            ]
            for evidence in listed
            if not evidence.statement.withdrawn
        ]
    }


def detail_data(snapshot: Snapshot, rows: Sequence[int | None]) -> dict[str, Any]:
    """Further data of the pages Compare and Rubric: P(row above column) by view, and figures of all indicators."""
    assessment = snapshot.assessment
    nodes = [node for node in assessment.nodes if node.kind not in ("index", "pillar", "item")]
    upper = np.triu_indices(len(rows), 1)
    probabilities = [
        np.round(np.nan_to_num(_pairs(view.simulation.p_above, rows, missing=np.nan)[upper]) * PROBABILITY_STEPS)
        for view in snapshot.views
    ]

    def column(values: Floats) -> list[float | None]:
        numbers = _numbers(np.round(values, 9))
        return [None if row is None else numbers[row] for row in rows]

    return {
        "above": [base64.b64encode(steps.astype("<u2").tobytes()).decode() for steps in probabilities],
        "indicators": [
            [
                node.id,
                node.path.split("/")[1],
                node.label,
                node.global_weight,
                node.kind == "group",
                *(
                    column(getattr(assessment.figures, name)[:, node.position])
                    for name in ("estimate", "stated", "information")
                ),
                *_own_scale(node).values(),
            ]
            for node in nodes
        ],
    }
