"""Citations: a score of a country with everything needed to check it, under an id that can be recomputed."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from scoring.index.leaves import FIGURES, POINTS, SHARES
from scoring.index.lookup import find_country
from scoring.index.publication import band, missing
from scoring.index.tree import node_names
from scoring.model.fields import read_date
from scoring.model.profile import coded_until
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import Simulation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.rubric import Rubric
    from scoring.model.scale import Scale
    from scoring.uncertainty.draws import Settings


FORMAT = 1
HASH = 16  # hexadecimal digits


@dataclass(frozen=True)
class Citation:
    """The index of a country, or one of its pillars, with all cited figures; values in [0, 1]."""

    id: str
    node: Node
    country: str
    name: str
    """Of the country."""
    actor: str | None
    as_of: dt.date
    rubric: Rubric
    rubric_digest: str
    profile_digest: str
    estimate: float | None
    """None if the index is withheld, or the pillar has no evidence."""
    borrowed: float | None
    """The part of the estimate that missing evidence borrows from the country's own record, in [-1, 1].

    None without an estimate, or if the rubric borrows nothing.
    """
    stated: float | None
    """The evidence mean; None if there is no evidence."""
    low: float
    """Lower evidence bound."""
    high: float
    """Upper evidence bound."""
    information: float
    availability: float
    interval: tuple[float, float] | None
    """The uncertainty interval; None if not simulated."""
    withheld_because: tuple[str, ...]
    """The publication criteria that fail; a pillar keeps its estimate and is marked as insufficient data."""
    on_actor: Mapping[str, float]
    """The shares of the questions about the actor, as in the assessment."""
    missing: tuple[str, ...]
    """The nodes without evidence, because of which there is no estimate."""
    coded_until: dt.date
    """The date until which evidence was collected."""
    has_bounds: bool
    """Whether evidence bounds exist: not if the prior has no weight."""
    band: str | None
    """None for a pillar, since bands apply only to the index, or if the index is withheld."""
    rank: int | None
    ranked: int
    """Number of countries that have a rank."""
    countries: int
    """Number of all countries."""
    rank_interval: tuple[int, int] | None
    """None if withheld or not simulated."""
    settings: Settings
    edition: str | None = None
    """The released edition that it is cited from, which its id then carries."""


OF_THE_SET = frozenset(("rank", "ranked", "rank_interval"))  # figures that depend on other countries
SIMULATED = frozenset(("interval", "rank_interval"))


class Quantity(NamedTuple):
    """A printed figure: its numbers, the decimals it is printed with, and whether it is simulated."""

    numbers: tuple[float, ...]
    """One number, or the two ends of bounds or of an interval."""
    decimals: int
    simulated: bool = False
    signed: bool = False
    """Whether it is a difference, which is printed with its sign."""


def quantities(citation: Citation) -> dict[str, Quantity | str | None]:
    """Every figure of a citation by name, on the scale of its node; a band is text; None if withheld or missing."""
    scale = citation.node.scale
    values: dict[str, Quantity | str | None] = {
        "estimate": _quantity(scale, citation.estimate),
        "borrowed": _difference(scale, citation.borrowed),
        "stated": _quantity(scale, citation.stated),
        "low": _quantity(scale, citation.low),
        "high": _quantity(scale, citation.high),
        "range": _quantity(scale, citation.low, citation.high),
        "interval": citation.interval and _quantity(scale, *citation.interval, simulated=True),
        "rank": None if citation.rank is None else Quantity((citation.rank,), 0),
        "ranked": Quantity((citation.ranked,), 0),
        "rank_interval": citation.rank_interval and Quantity(citation.rank_interval, 0, simulated=True),
        "band": citation.band,
    }
    return values | {name: Quantity((getattr(citation, name),), 2) for name in SHARES}


def _quantity(scale: Scale, *values: float | None, simulated: bool = False) -> Quantity | None:
    """Values in [0, 1] as a quantity on the scale; None if a value is missing."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    return Quantity(tuple(map(scale.figure, known)), scale.decimals, simulated) if len(known) == len(values) else None


def _difference(scale: Scale, value: float | None) -> Quantity | None:
    """A difference of values as a quantity; None if it is missing."""
    if value is None or math.isnan(value):
        return None
    return Quantity((scale.figure_of_difference(value),), scale.decimals, signed=True)


# -- the id ------------------------------------------------------------------------------------------------------------


def identify(assessment: Assessment, row: int, node: Node | None = None) -> str:
    """The id of the index or of a node: `<path>@<version>/<country>/<reference date>/<hash>`.

    The hash is the first 16 hexadecimal digits of the sha256 of canonical JSON of inputs and figures, specified in
    docs/citing.md. It does not depend on other countries.
    """
    node = node or assessment.nodes[0]
    version, profile, day = assessment.book.rubric.version, assessment.profiles[row], assessment.as_of[row].isoformat()
    arrays = {name: getattr(assessment.figures, name) for name in FIGURES} | {"estimate": assessment.shown}
    values = {name: float(arrays[name][row, node.position]) for name in FIGURES}
    values |= {name: node.scale.on(values[name]) for name in POINTS}
    hashed = {
        **({} if profile.actor is None else {"actor": profile.actor}),
        "as_of": day,
        "country": profile.country,
        # as text with six decimals: programs differ in how they write floating-point numbers
        "figures": {name: f"{value:.6f}" for name, value in values.items() if not math.isnan(value)},
        "format": FORMAT,
        "node": node.path,
        "profile": assessment.profile_digests[row],
        "rubric": assessment.rubric_digest,
        "version": version,
    }
    text = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{node.path}@{version}/{profile.country}/{day}/{hashlib.sha256(text.encode()).hexdigest()[:HASH]}"


def with_edition(id_: str, name: str) -> str:
    """An id with the edition that it is cited from, as build metadata of the version (Semantic Versioning, section 10).

    The hash has no part in it, so that the id without it is the same score.
    """
    head, slash, rest = id_.partition("@")[2].partition("/")
    return f"{id_.partition('@')[0]}@{head}+{name}{slash}{rest}"


# -- the figures -------------------------------------------------------------------------------------------------------


def citation_of(whole: Assessment, row: int, cited: Assessment, simulated: Simulation | Settings) -> Citation:
    """The citation of a country: of its index, or of the pillar that is scored as its own index in `cited`.

    Args:
        whole: all countries on one reference date.
        row: row of the country.
        cited: `whole`, or the same countries with a pillar as its own index.
        simulated: the simulation of `cited`, or only its settings for a citation without simulated figures.
    """
    is_index = cited.pillar is None
    node = whole.nodes[0] if is_index else next(node for node in whole.pillars if node.id == cited.pillar)
    values = {name: float(getattr(whole.figures, name)[row, node.position]) for name in FIGURES}
    withheld, rubric = cited.withheld_because[row], whole.book.rubric
    shown = float(whole.shown[row, node.position])
    estimate = None if math.isnan(shown) else shown
    simulation = simulated if isinstance(simulated, Simulation) else None
    return Citation(
        id=identify(whole, row, node),
        node=node,
        country=whole.profiles[row].country,
        name=whole.profiles[row].title,
        actor=whole.profiles[row].actor,
        as_of=whole.as_of[row],
        rubric=rubric,
        rubric_digest=whole.rubric_digest,
        profile_digest=whole.profile_digests[row],
        estimate=estimate,
        borrowed=_borrowed(whole, row, node, estimate),
        stated=None if math.isnan(values["stated"]) else values["stated"],
        low=values["low"],
        high=values["high"],
        information=values["information"],
        availability=values["availability"],
        interval=None if simulation is None else (float(simulation.low[row]), float(simulation.high[row])),
        withheld_because=withheld,
        on_actor=cited.on_actor[row],
        missing=node_names(missing(cited.nodes, cited.figures.estimate[row])),
        coded_until=coded_until(whole.profiles[row], whole.as_of[row]),
        has_bounds=rubric.prior.weight > 0,
        band=None if estimate is None or not is_index else band(estimate, rubric),
        rank=cited.rank[row],
        ranked=sum(rank is not None for rank in cited.rank),
        countries=len(cited.rank),
        rank_interval=None if simulation is None else simulation.rank_interval(row),
        settings=simulated.settings if isinstance(simulated, Simulation) else simulated,
    )


def _borrowed(whole: Assessment, row: int, node: Node, estimate: float | None) -> float | None:
    """The estimate minus the one with missing evidence at the level that the rubric expects of all countries."""
    if estimate is None or not whole.book.rubric.prior.borrows:
        return None
    return estimate - float(whole.unborrowed[row, node.position])


def run_of_all_pillars(run: Run) -> Run:
    """The run of the whole index, also where a pillar is scored as its own index: only that has an id."""
    scenario = run.scenario
    return run if scenario.pillar is None else Run(replace(scenario, pillar=None), run.settings)


def own_day(run: Run, country: str) -> dt.date:
    """The reference date of the profile of a country.

    Raises:
        UnknownNameError: the country has no profile.
    """
    return read_date(run.only(country).scenario.profile.as_of)


def cite(
    run: Run, country: str, pillar: str | None = None, as_of: dt.date | None = None, *, simulate: bool = True
) -> Citation:
    """The citation of the index of a country, or of one of its pillars.

    All countries are scored on the same reference date, so that ranks are comparable. A pillar is simulated and ranked
    as its own index, under the publication rule of the rubric.

    Args:
        run: the countries and the simulation settings.
        country: alpha-3 code.
        pillar: id of a pillar; None for the index, or for the pillar that the run scores as its own index.
        as_of: reference date; default: that of the profile.
        simulate: whether to compute the figures in `SIMULATED`.

    Raises:
        UnknownNameError: unknown country or pillar.
    """
    pillar, run = pillar or run.scenario.pillar, run_of_all_pillars(run)
    profile_day = own_day(run, country)  # raises for an unknown country even if a date is given
    day = as_of or profile_day
    whole, cited = run.assessment(day), run.assessment(day, pillar)
    simulated = run.simulation(day, pillar) if simulate else run.settings
    return citation_of(whole, find_country(whole, country), cited, simulated)
