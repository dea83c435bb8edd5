"""What is cited of a country: a figure with all that makes it checkable, under an id that can be recomputed."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring import schema
from scoring.errors import UnknownNameError, nearest
from scoring.pipeline import assess, band
from scoring.simulate import rank_interval, simulate

if TYPE_CHECKING:
    import datetime as dt

    from scoring.results import Assessment, Node, Settings

FORMAT = 1
HASH = 16  # hexadecimal digits
FIGURES = ("availability", "estimate", "high", "information", "low", "stated")


@dataclass(frozen=True)
class Citation:
    """One figure of one country, ready to be cited; values in [0, 1]."""

    id: str
    node: Node
    country: str
    actor: str
    as_of: dt.date
    rubric: schema.Rubric
    rubric_digest: str
    profile_digest: str
    estimate: float | None
    """None where the index is withheld."""
    low: float
    high: float
    drawn: tuple[float, float]
    """5 and 95 % of the draws."""
    withheld_because: tuple[str, ...]
    """The publication tests that fail; of a pillar, which keeps its estimate, those that make it thin."""
    band: str | None
    """Of an index that is published; the rubric's bands are not for pillars."""
    rank: int | None
    ranked: int
    """How many countries have a rank."""
    rank_interval: tuple[int, int] | None
    settings: Settings


def identify(assessment: Assessment, row: int, node: Node | None = None) -> str:
    """The id of a score: `<path>@<version>/<country>/<as-of date>/<hash>`, of the index or a node of it.

    The hash is the first 16 hexadecimal digits of the sha256 of canonical JSON, written down in docs/citing.md: what
    the score was made from, and what came of it. Other countries have no part in it.
    """
    node = node or assessment.nodes[0]
    rubric, profile = assessment.book.rubric, assessment.profiles[row]
    withheld = bool(assessment.withheld_because[row]) and node.parent is None
    figures = {name: _decimal(float(getattr(assessment.figures, name)[row, node.position])) for name in FIGURES}
    plain = {
        "actor": profile.actor,
        "as_of": assessment.as_of[row].isoformat(),
        "country": profile.country,
        "figures": figures | ({"estimate": None} if withheld else {}),
        "format": FORMAT,
        "node": node.path,
        "profile": assessment.profile_digests[row],
        "rubric": assessment.rubric_digest,
        "version": rubric.version,
    }
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:HASH]
    return f"{node.path}@{rubric.version}/{profile.country}/{plain['as_of']}/{digest}"


def _decimal(value: float) -> str | None:
    """Points of 0 to 100 with four decimals as text: the notation of numbers differs from program to program."""
    return None if math.isnan(value) else f"{value * 100:.4f}"


def cite(assessment: Assessment, row: int, pillar: str | None, settings: Settings) -> Citation:
    """Cite the index of the country in a row, or one of its pillars.

    Ranks and intervals are among all countries of the assessment. A pillar is drawn and ranked as if it were the whole
    index, under the rubric's rule of publication.

    Raises:
        UnknownNameError: the rubric has no such pillar.
    """
    node = assessment.nodes[0] if pillar is None else pillar_node(assessment, pillar)
    whole = assessment if pillar is None else pillar_alone(assessment, node.id, assessment.as_of[row])
    simulation = simulate(whole, settings)
    values = assessment.figures
    estimate = float(values.estimate[row, node.position])
    withheld = whole.withheld_because[row]
    shown = None if (withheld and pillar is None) or math.isnan(estimate) else estimate
    return Citation(
        id=identify(assessment, row, node),
        node=node,
        country=assessment.profiles[row].country,
        actor=assessment.profiles[row].actor,
        as_of=assessment.as_of[row],
        rubric=assessment.book.rubric,
        rubric_digest=assessment.rubric_digest,
        profile_digest=assessment.profile_digests[row],
        estimate=shown,
        low=float(values.low[row, node.position]),
        high=float(values.high[row, node.position]),
        drawn=(float(simulation.low[row]), float(simulation.high[row])),
        withheld_because=withheld,
        band=None if shown is None or pillar else band(shown, assessment.book.rubric.bands),
        rank=whole.rank[row],
        ranked=sum(rank is not None for rank in whole.rank),
        rank_interval=rank_interval(simulation.rank_probability[row]),
        settings=settings,
    )


def pillar_node(assessment: Assessment, pillar: str) -> Node:
    """The node of a pillar.

    Raises:
        UnknownNameError: the rubric has none of that id.
    """
    nodes = {assessment.nodes[child].id: assessment.nodes[child] for child in assessment.nodes[0].children}
    if pillar not in nodes:
        message = f"{pillar!r} is no pillar; {nearest(pillar, list(nodes), 'pillars')}"
        raise UnknownNameError(message)
    return nodes[pillar]


def pillar_alone(assessment: Assessment, pillar: str, as_of: dt.date) -> Assessment:
    """The same countries scored on a day by one pillar as if it were the whole index."""
    book = assessment.book
    alone = schema.RuleBook(
        rubric=book.rubric.model_copy(update={"pillars": {pillar: 1.0}}),
        pillars=tuple(one for one in book.pillars if one.id == pillar),
    )
    return assess(alone, assessment.profiles, as_of=as_of)
