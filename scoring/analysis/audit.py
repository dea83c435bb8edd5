"""The statistical audit of a composite index: section 11 of docs/method.md.

A check says nothing where the number of countries does not bear it, and says why.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.statistics import correlation
from scoring.statistics.means import power, power_mean
from scoring.text.numbers import count
from scoring.uncertainty.random_weights import rank_acceptability
from scoring.uncertainty.simulation import rank_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.statistics.arrays import Floats
    from scoring.uncertainty.simulation import Simulation

    Name: TypeAlias = Literal[
        "availability",
        "direction",
        "redundancy",
        "shared evidence",
        "consistency",
        "dimension",
        "importance",
        "robustness",
    ]


class Finding(NamedTuple):
    """One figure of a check; the interval is None where the figure is a count that nothing is inferred from."""

    subject: str
    measure: str
    value: float
    interval: tuple[float, float] | None
    doubtful: bool


@dataclass(frozen=True)
class Check:
    """One check: what it asks, what it found, and, where nothing could be said, why not."""

    name: Name
    question: str
    findings: tuple[Finding, ...]
    reason: str | None = None


def audit(assessment: Assessment, simulation: Simulation) -> tuple[Check, ...]:
    """All checks of an assessment; robustness from draws of the same countries, the thresholds from the rubric."""
    return (
        _availability(assessment),
        _direction(assessment),
        _redundancy(assessment),
        _shared_evidence(assessment),
        _consistency(assessment, simulation.settings.seed),
        _dimension(assessment, simulation.settings.seed),
        _importance(assessment, simulation.settings.seed),
        _robustness(assessment, simulation),
    )


def _indicators(assessment: Assessment, pillar: Node | None = None) -> list[Node]:
    """The indicators that take statements, of one pillar or of all."""
    start = f"{pillar.path}/" if pillar else ""
    return [
        node
        for node in assessment.nodes
        if node.kind not in ("index", "pillar", "group", "item") and node.path.startswith(start)
    ]


def _pillars(assessment: Assessment) -> list[Node]:
    return [assessment.nodes[child] for child in assessment.nodes[0].children]


def _stated(assessment: Assessment, nodes: Iterable[Node]) -> Floats:
    """What the evidence states, (countries, nodes); the prior's centre would draw all figures together."""
    return assessment.figures.stated[:, [node.position for node in nodes]]


def _too_few(assessment: Assessment, least: int) -> str | None:
    """The reason where a set has fewer countries than a check needs."""
    n = len(assessment.profiles)
    if n >= least:
        return None
    said = f"{count(n, 'country', 'countries')}, fewer than {least}"
    if n > 3:  # noqa: PLR2004  Fisher's n - 3
        return f"{said}; with {n}, a correlation below {correlation.critical_correlation(n):.2f} may be chance"
    return said


def _availability(assessment: Assessment) -> Check:
    least = assessment.book.rubric.audit.availability
    there = assessment.figures.availability
    shares = [(node, float(there[:, node.position].mean())) for node in _indicators(assessment)]
    findings = (
        Finding(node.id, "share of the countries with evidence", share, None, share < least) for node, share in shares
    )
    return Check("availability", "Is there evidence on each indicator?", tuple(findings))


def _direction(assessment: Assessment) -> Check:
    question = "Does each indicator, and each pillar, go with the rest of its parent?"
    least = assessment.book.rubric.audit.countries.correlation
    if reason := _too_few(assessment, least):
        return Check("direction", question, (), reason)
    findings = []
    for parent, children in _families(assessment):
        figures = _stated(assessment, children)
        for place, child in enumerate(children):
            weights = [0.0 if other == place else node.global_weight for other, node in enumerate(children)]
            rest = power_mean(figures, weights, 1)
            found = correlation.correlation(figures[:, place], rest)
            if found.countries >= least and not math.isnan(found.value):
                measure = f"correlation with the rest of {parent.id}, {found.countries} countries"
                findings.append(Finding(child.id, measure, found.value, (found.low, found.high), found.high < 0))
    return Check("direction", question, tuple(findings), None if findings else f"no indicator with {least} countries")


def _families(assessment: Assessment) -> list[tuple[Node, list[Node]]]:
    """The index with its pillars, and each pillar with its indicators, where they are more than one."""
    families = [(assessment.nodes[0], _pillars(assessment))]
    families += [(pillar, _indicators(assessment, pillar)) for pillar in _pillars(assessment)]
    return [(parent, children) for parent, children in families if len(children) > 1]


def _redundancy(assessment: Assessment) -> Check:
    question = "Do two indicators of a pillar say the same?"
    thresholds = assessment.book.rubric.audit
    if reason := _too_few(assessment, thresholds.countries.correlation):
        return Check("redundancy", question, (), reason)
    findings = []
    for pillar in _pillars(assessment):
        for one, other in itertools.combinations(_indicators(assessment, pillar), 2):
            found = correlation.correlation(*_stated(assessment, (one, other)).T)
            if found.countries >= thresholds.countries.correlation and not math.isnan(found.value):
                measure = f"correlation, {found.countries} countries"
                doubtful = found.value > thresholds.redundancy
                subject = f"{one.id}, {other.id}"
                findings.append(Finding(subject, measure, found.value, (found.low, found.high), doubtful))
    reason = None if findings else f"no two indicators with {thresholds.countries.correlation} countries"
    return Check("redundancy", question, tuple(findings), reason)


def _shared_evidence(assessment: Assessment) -> Check:
    told: dict[str, set[tuple[int, str]]] = {}
    for row, leaves in enumerate(assessment.leaves):
        for leaf in leaves.values():
            told.setdefault(leaf.indicator, set()).update((row, entry.statement) for entry in leaf.entries)
    most = assessment.book.rubric.audit.shared_evidence
    findings = []
    for one, other in itertools.combinations(sorted(told), 2):
        if both := told[one] & told[other]:
            share = len(both) / len(told[one] | told[other])
            measure = "share of their statements that code both"
            findings.append(Finding(f"{one}, {other}", measure, share, None, share > most))
    return Check("shared evidence", "Do two indicators rest on the same statements?", tuple(findings))


def _consistency(assessment: Assessment, seed: int) -> Check:
    question = "Do the parts of the index, and of each pillar, measure one thing?"
    thresholds = assessment.book.rubric.audit
    least = thresholds.countries.consistency
    if reason := _too_few(assessment, least):
        return Check("consistency", question, (), reason)
    findings = []
    for parent, children in _families(assessment):
        table = _complete(_stated(assessment, children))
        if len(table) >= least:
            measure = f"Cronbach's alpha, {len(table)} countries"
            found = _with_interval(correlation.cronbach_alpha, table, seed)
            findings += [Finding(parent.id, measure, *found, doubtful=found[0] < thresholds.consistency)]
    return Check("consistency", question, tuple(findings), None if findings else _gaps(least))


def _dimension(assessment: Assessment, seed: int) -> Check:
    question = "Do the pillars vary together enough to be one index?"
    thresholds = assessment.book.rubric.audit
    least = thresholds.countries.dimension
    if len(_pillars(assessment)) == 1:
        return Check("dimension", question, (), "one pillar alone has nothing to vary with")
    if reason := _too_few(assessment, least):
        return Check("dimension", question, (), reason)
    table = _complete(_stated(assessment, _pillars(assessment)))
    if len(table) < least:
        return Check("dimension", question, (), _gaps(least))
    value, interval = _with_interval(correlation.first_component, table, seed)
    measure = f"share of the variance in the first principal component, {len(table)} countries"
    return Check("dimension", question, (Finding("pillars", measure, value, interval, value < thresholds.dimension),))


def _importance(assessment: Assessment, seed: int) -> Check:
    question = "Does each pillar matter as much as its weight says?"
    least = assessment.book.rubric.audit.countries.importance
    if reason := _too_few(assessment, least):
        return Check("importance", question, (), reason)
    effective = effective_weights(assessment, seed)
    if effective is None:
        return Check("importance", question, (), _gaps(least))
    findings = (
        Finding(
            node.id,
            f"effective weight; nominal {node.local_weight:.2f}",
            value,
            (low, high),
            not low <= node.local_weight <= high,
        )
        for node, (value, low, high) in zip(_pillars(assessment), effective, strict=True)
    )
    return Check("importance", question, tuple(findings))


def effective_weights(assessment: Assessment, seed: int) -> list[tuple[float, float, float]] | None:
    """Each pillar's main effect on the estimate of the index, scaled to sum 1, with its 95 % interval.

    None where fewer countries have all pillars than the rubric asks for.
    """
    positions = [0, *assessment.nodes[0].children]
    table = _complete(assessment.figures.estimate[:, positions])
    if len(table) < assessment.book.rubric.audit.countries.importance or not table.std(axis=0).all():
        return None

    def effects(rows: Floats) -> Floats:
        return correlation.main_effects(rows[:, 1:], rows[:, 0])

    low, high = correlation.bootstrap(effects, table, seed)
    return [(float(a), float(b), float(c)) for a, b, c in zip(effects(table), low, high, strict=True)]


def _complete(table: Floats) -> Floats:
    return table[~np.isnan(table).any(axis=1)]


def _gaps(least: int) -> str:
    return f"fewer than {least} countries are without gaps"


def _with_interval(statistic: Callable[[Floats], float], table: Floats, seed: int) -> tuple[float, tuple[float, float]]:
    low, high = correlation.bootstrap(lambda rows: np.asarray(statistic(rows)), table, seed)
    return statistic(table), (float(low), float(high))


# -- robustness --------------------------------------------------------------------------------------------------------


def _robustness(assessment: Assessment, simulation: Simulation) -> Check:
    question = "Is the ranking stable under missing evidence, coding error and other weights?"
    rows = [row for row, rank in enumerate(assessment.rank) if rank is not None]
    if len(rows) < 2:  # noqa: PLR2004
        return Check("robustness", question, (), "an order needs two published countries")
    pairs = list(itertools.combinations(rows, 2))
    share = sum(bool(simulation.distinguishable[pair]) for pair in pairs) / len(pairs)
    doubtful = share < assessment.book.rubric.audit.told_apart
    findings = [Finding("pairs of countries", "share that is distinguishable", share, None, doubtful)]
    findings += _rank_findings(assessment, rows, simulation.rank_probability[rows][:, : len(rows)], "rank in the draws")
    if (acceptability := _any_weights(assessment, rows, simulation)) is not None:
        findings += _rank_findings(assessment, rows, acceptability, "rank under any pillar weights")
    return Check("robustness", question, tuple(findings))


def _rank_findings(
    assessment: Assessment, rows: Sequence[int], probabilities: Floats, measure: str
) -> Iterable[Finding]:
    widest = assessment.book.rubric.audit.rank_interval * (len(rows) - 1)
    for row, chances in zip(rows, probabilities, strict=True):
        interval = rank_interval(chances, assessment.book.rubric.uncertainty.quantiles)
        rank = assessment.rank[row]
        assert interval is not None and rank is not None  # noqa: S101, PT018  the rows are the published
        first, last = interval
        yield Finding(assessment.profiles[row].country, measure, rank, (first, last), last - first > widest)


def _any_weights(assessment: Assessment, rows: Sequence[int], simulation: Simulation) -> Floats | None:
    """P(rank) with any weights alike likely; None where a pillar is missing, or 0 under an exponent of 0 or less."""
    root = assessment.nodes[0]
    scores = assessment.figures.estimate[np.ix_(rows, root.children)]
    with np.errstate(divide="ignore"):  # 0 under p <= 0
        powers = power(scores, root.exponent) * (-1 if root.exponent < 0 else 1)
    if not np.isfinite(powers).all():
        return None
    settings = simulation.settings
    counts = rank_acceptability(powers, np.ones(len(root.children)), draws=settings.draws, seed=settings.seed)
    return np.asarray(counts / settings.draws)
