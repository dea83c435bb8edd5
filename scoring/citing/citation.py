"""What is cited of a country: a figure with all that makes it checkable, under an id that can be recomputed."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from scoring.index.lookup import find_country
from scoring.index.publication import band, missing
from scoring.index.score import FIGURES, POINTS, SHARES
from scoring.index.tree import node_names
from scoring.model.fields import read_date
from scoring.model.profile import coded_until
from scoring.uncertainty.simulation import Simulation

if TYPE_CHECKING:
    import datetime as dt

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.rubric import Rubric
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.run import Run


FORMAT = 1
HASH = 16  # hexadecimal digits


@dataclass(frozen=True)
class Citation:
    """One figure of one country, ready to be cited; values in [0, 1]."""

    id: str
    node: Node
    country: str
    actor: str
    as_of: dt.date
    rubric: Rubric
    rubric_digest: str
    profile_digest: str
    estimate: float | None
    """None where the index is withheld, or there is no evidence on the pillar."""
    stated: float | None
    low: float
    high: float
    information: float
    availability: float
    interval: tuple[float, float] | None
    """The interval of the draws; None where nothing was drawn."""
    withheld_because: tuple[str, ...]
    """The publication tests that fail; of a pillar, which keeps its estimate, those that make it thin."""
    missing: tuple[str, ...]
    """The nodes for want of which there is no estimate."""
    coded_until: dt.date
    """The day up to which evidence was gathered."""
    has_bounds: bool
    """Whether evidence leaves anything open: not under a prior without weight."""
    band: str | None
    """Of an index that is published; the rubric's bands are not for pillars."""
    rank: int | None
    ranked: int
    """How many countries have a rank."""
    countries: int
    """How many there are."""
    rank_interval: tuple[int, int] | None
    """None of what is withheld, or where nothing was drawn."""
    settings: Settings


OF_THE_SET = frozenset(("rank", "ranked", "rank_interval"))  # figures that other countries have a part in
DRAWN = frozenset(("interval", "rank_interval"))


class Quantity(NamedTuple):
    """A figure as it is printed: its numbers, the decimals it is printed with, and whether draws made it."""

    numbers: tuple[float, ...]
    """One number; the two ends of a range; a rank with its interval is three quantities."""
    decimals: int
    drawn: bool = False


def quantities(citation: Citation) -> dict[str, Quantity | str | None]:
    """Every figure of a citation by name, on the scale of print; a band is text; None is withheld, or none."""
    found: dict[str, Quantity | str | None] = {
        "estimate": _quantity(citation.estimate),
        "stated": _quantity(citation.stated),
        "low": _quantity(citation.low),
        "high": _quantity(citation.high),
        "range": _quantity(citation.low, citation.high),
        "interval": citation.interval and _quantity(*citation.interval, drawn=True),
        "rank": None if citation.rank is None else Quantity((citation.rank,), 0),
        "ranked": Quantity((citation.ranked,), 0),
        "rank_interval": citation.rank_interval and Quantity(citation.rank_interval, 0, drawn=True),
        "band": citation.band,
    }
    return found | {name: Quantity((getattr(citation, name),), 2) for name in SHARES}


def _quantity(*values: float | None, drawn: bool = False) -> Quantity | None:
    """Values in [0, 1] in points; None where one of them is none."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    return Quantity(tuple(map(_points, known)), 1, drawn) if len(known) == len(values) else None


def _points(value: float) -> float:
    """A value in [0, 1] on the scale of 0 to 100, without the last digit that binary multiplication adds."""
    return float(Decimal(repr(value)) * 100)


# -- the id ------------------------------------------------------------------------------------------------------------


def identify(assessment: Assessment, row: int, node: Node | None = None) -> str:
    """The id of a score: `<path>@<version>/<country>/<as-of date>/<hash>`, of the index or a node of it.

    The hash is the first 16 hexadecimal digits of the sha256 of canonical JSON, written down in docs/citing.md: what
    the score was made from, and what came of it. Other countries have no part in it.
    """
    node = node or assessment.nodes[0]
    version, profile, day = assessment.book.rubric.version, assessment.profiles[row], assessment.as_of[row].isoformat()
    arrays = {name: getattr(assessment.figures, name) for name in FIGURES} | {"estimate": assessment.shown}
    values = {
        name: float(arrays[name][row, node.position]) * scale
        for names, scale in ((POINTS, 100), (SHARES, 1))
        for name in names
    }
    made = {
        "actor": profile.actor,
        "as_of": day,
        "country": profile.country,
        # as text with six decimals: how a number is written differs from program to program
        "figures": {name: f"{value:.6f}" for name, value in values.items() if not math.isnan(value)},
        "format": FORMAT,
        "node": node.path,
        "profile": assessment.profile_digests[row],
        "rubric": assessment.rubric_digest,
        "version": version,
    }
    text = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{node.path}@{version}/{profile.country}/{day}/{hashlib.sha256(text.encode()).hexdigest()[:HASH]}"


# -- the figures -------------------------------------------------------------------------------------------------------


def citation_of(whole: Assessment, row: int, alone: Assessment, drawn: Simulation | Settings) -> Citation:
    """The citation of the country in a row: of the index where `alone` is `whole`, else of the one pillar it has.

    Args:
        whole: all countries on one day.
        row: of the country.
        alone: the same countries by what is cited, the index or a pillar as if it were the index.
        drawn: the draws of `alone`, or the settings alone where none are wanted.
    """
    is_index = alone is whole
    path = alone.nodes[0 if is_index else 1].path
    node = next(one for one in whole.nodes if one.path == path)
    values = {name: float(getattr(whole.figures, name)[row, node.position]) for name in FIGURES}
    withheld, rubric = alone.withheld_because[row], whole.book.rubric
    shown = float(whole.shown[row, node.position])
    estimate = None if math.isnan(shown) else shown
    draws = drawn if isinstance(drawn, Simulation) else None
    return Citation(
        id=identify(whole, row, node),
        node=node,
        country=whole.profiles[row].country,
        actor=whole.profiles[row].actor,
        as_of=whole.as_of[row],
        rubric=rubric,
        rubric_digest=whole.rubric_digest,
        profile_digest=whole.profile_digests[row],
        estimate=estimate,
        stated=None if math.isnan(values["stated"]) else values["stated"],
        low=values["low"],
        high=values["high"],
        information=values["information"],
        availability=values["availability"],
        interval=None if draws is None else (float(draws.low[row]), float(draws.high[row])),
        withheld_because=withheld,
        missing=node_names(missing(alone.nodes, alone.figures.estimate[row])),
        coded_until=coded_until(whole.profiles[row], whole.as_of[row]),
        has_bounds=rubric.prior.weight > 0,
        band=None if estimate is None or not is_index else band(estimate, rubric.bands),
        rank=alone.rank[row],
        ranked=sum(rank is not None for rank in alone.rank),
        countries=len(alone.rank),
        rank_interval=None if draws is None else draws.rank_interval(row),
        settings=drawn.settings if isinstance(drawn, Simulation) else drawn,
    )


def own_day(run: Run, country: str) -> dt.date:
    """The day that the profile of a country speaks for.

    Raises:
        UnknownNameError: the country is not in the set.
    """
    return read_date(run.only(country).scenario.profile.as_of)


def cite(
    run: Run, country: str, pillar: str | None = None, as_of: dt.date | None = None, *, drawn: bool = True
) -> Citation:
    """Cite the index of a country, or one of its pillars, on a day; by default its profile's own.

    All countries are scored on that day, so that a rank compares like with like. A pillar is drawn and ranked as if it
    were the whole index, under the rubric's rule of publication.

    Args:
        run: the countries, with the settings of the simulation.
        country: its code.
        pillar: id of a pillar; None for the index.
        as_of: the day.
        drawn: whether the two figures of draws are wanted, `DRAWN`.

    Raises:
        UnknownNameError: there is no such country or pillar.
    """
    own = own_day(run, country)
    day = as_of or own
    whole, alone = run.assessment(day), run.assessment(day, pillar)
    draws = run.simulation(day, pillar) if drawn else run.settings
    return citation_of(whole, find_country(whole, country), alone, draws)
