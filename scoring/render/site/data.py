"""What the pages compute from, as scripts that only assign data: a page opened from a folder can load nothing else."""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.files.defaults import defaults
from scoring.index.publication import missing
from scoring.index.score import FIGURES
from scoring.index.summary import collected_earlier, interval_name, interval_share, order
from scoring.index.tree import node_names
from scoring.model.countries import country_name
from scoring.model.profile import coded_until
from scoring.uncertainty.custom_weights import MISSING, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.render.site.snapshot import Snapshot
    from scoring.statistics.arrays import Floats
    from scoring.uncertainty.run import View
    from scoring.uncertainty.simulation import Simulation

PLACES = 10_000  # steps of a probability
CELL = 10  # of the matrix of pairs
COMPARED = "First", "Second", "Third", "Fourth", "Fifth"  # countries side by side


def script(name: str, value: object) -> bytes:
    """A script file that puts a value under a name; JSON is JavaScript, and in a file of its own nothing can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"(globalThis.scoringData ??= {{}})[{json.dumps(name)}] = {text};\n".encode()


def document(value: object) -> bytes:
    """A JSON document to download."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def about(editions: Sequence[Snapshot], default: str) -> dict[str, Any]:
    """The rubric's rules for joining pillars, the names of the countries and the days."""
    assessment = editions[0].assessment
    book, nodes = assessment.book, assessment.pillars
    shorts = {pillar.id: pillar.short or pillar.title for pillar in book.pillars}
    root = assessment.nodes[0]
    return {
        "rubric": {"id": book.rubric.id, "version": book.rubric.version, "title": book.rubric.title},
        "exponent": root.exponent,
        "missing": root.missing,
        "round": root.round,
        "publish": {"availability": book.rubric.publish.availability, "information": book.rubric.publish.information},
        "bands": [[band.from_, band.label] for band in book.rubric.bands],
        "pillars": [[node.id, node.label, shorts[node.id], node.local_weight] for node in nodes],
        "countries": [[one.country, country_name(one.country)] for one in assessment.profiles],
        "days": [edition.day.isoformat() for edition in editions],
        "default": default,
        "interval": list(book.rubric.uncertainty.quantiles),
        "drawn": interval_name(book.rubric),
        "held": interval_share(book.rubric),
        "order": order(book.rubric),
        "bounds": assessment.has_bounds,
        "draws": editions[0].views[0].simulation.settings.text(verbose=True),
        "tried": editions[0].drawn.shape[2],
        "steps": STEPS,
        "gone": MISSING,
        "places": PLACES,
        "cell": CELL,
        "exponentLimit": defaults().exponent_limit,
        "compared": COMPARED[: defaults().shown.compared_countries],
        "shown": defaults().shown.model_dump(),
    }


def day_data(edition: Snapshot) -> dict[str, Any]:
    """The figures of every country by index and pillars, as the engine has them, unrounded."""
    assessment = edition.assessment
    return {
        "until": [
            None if (until := coded_until(profile, edition.day)) >= edition.day else until.isoformat()
            for profile in assessment.profiles
        ],
        "notes": collected_earlier(assessment.countries),
        "views": [_view(edition, view) for view in edition.views],
    }


def _view(edition: Snapshot, view: View) -> dict[str, Any]:
    whole, simulation = edition.assessment, view.simulation
    rows = range(len(whole.profiles))
    position = view.node.position
    intervals = [simulation.rank_interval(row) for row in rows]
    figures = {name: _numbers(getattr(whole.figures, name)[:, position]) for name in FIGURES}
    if view.node.parent is None:
        ranked = zip(figures["estimate"], view.ranked.rank, strict=True)
        figures["estimate"] = [None if rank is None else value for value, rank in ranked]
    return {
        **figures,
        "drawnLow": _numbers(np.round(simulation.low, 6)),
        "drawnHigh": _numbers(np.round(simulation.high, 6)),
        "rank": list(view.ranked.rank),
        "rankLow": [interval and interval[0] for interval in intervals],
        "rankHigh": [interval and interval[1] for interval in intervals],
        "band": [None if view.node.parent is not None else band for band in view.ranked.band],
        "because": [country.reason for country in view.ranked.countries],
        "thin": [country.nodes[position].is_thin for country in whole.countries],
        "missing": [node_names(missing(whole.nodes, whole.figures.estimate[row], position)) for row in rows],
        "alike": _packed(alike(simulation)),
    }


def _numbers(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values]


def alike(simulation: Simulation) -> NDArray[np.bool_]:
    """Which pairs are not distinguishable, (countries, countries); a country without an index is in none."""
    known = ~np.isnan(simulation.p_above) & ~np.eye(len(simulation.p_above), dtype=bool)
    return np.asarray(known & ~simulation.distinguishable)


def _packed(pairs: NDArray[np.bool_]) -> str:
    """A bit a pair, row by row above the diagonal, in base64."""
    return base64.b64encode(np.packbits(pairs[np.triu_indices(len(pairs), 1)]).tobytes()).decode()


def draws_data(edition: Snapshot) -> str:
    """The draws of the pillars: little-endian steps of 1/65,534, countries by pillars by draws, in base64."""
    return base64.b64encode(edition.drawn.astype("<u2").tobytes()).decode()


def detail_data(edition: Snapshot) -> dict[str, Any]:
    """What `compare` and the rubric's page show beside: P(A above B) by view, and every indicator's figures."""
    assessment = edition.assessment
    nodes = [node for node in assessment.nodes if node.kind not in ("index", "pillar", "item")]
    upper = np.triu_indices(len(assessment.profiles), 1)
    chances = [np.round(np.nan_to_num(view.simulation.p_above[upper]) * PLACES) for view in edition.views]
    return {
        "above": [base64.b64encode(chance.astype("<u2").tobytes()).decode() for chance in chances],
        "indicators": [
            [
                node.id,
                node.path.split("/")[1],
                node.label,
                node.global_weight,
                node.kind == "group",
                *(
                    _numbers(np.round(getattr(assessment.figures, name)[:, node.position], 9))
                    for name in ("estimate", "stated", "information")
                ),
            ]
            for node in nodes
        ],
    }
