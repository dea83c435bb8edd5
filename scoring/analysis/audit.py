"""The statistical audit of a composite index: section 11 of docs/method.md.

A check that needs more countries than there are has no findings, and a reason.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.statistics import correlation
from scoring.statistics.combining import entering
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
        "placement",
        "shared evidence",
        "consistency",
        "dimension",
        "importance",
        "robustness",
    ]


NO_INDICATOR = ("index", "pillar", "group", "item")
MOST_INDICATORS = 1000  # that are compared with each other: half a million pairs take a minute
EQUAL = 1e-9  # difference of two evidence means that is a rounding error


class Finding(NamedTuple):
    """One figure of a check; the interval is None if the figure is a count, without sampling error."""

    subject: str
    measure: str
    value: float
    interval: tuple[float, float] | None
    doubtful: bool


@dataclass(frozen=True)
class Check:
    """One check: its question, its findings, and the reason if it could not be made."""

    name: Name
    question: str
    findings: tuple[Finding, ...]
    reason: str | None = None


def audit(assessment: Assessment, simulation: Simulation) -> tuple[Check, ...]:
    """All checks of an assessment, with the thresholds of the rubric.

    Args:
        assessment: the countries.
        simulation: of the same assessment, for robustness.
    """
    return (
        _availability(assessment),
        _direction(assessment),
        _redundancy(assessment),
        _placement(assessment),
        _shared_evidence(assessment),
        _consistency(assessment, simulation.settings.seed),
        _dimension(assessment, simulation.settings.seed),
        _importance(assessment, simulation.settings.seed),
        _robustness(assessment, simulation),
    )


def _indicators(assessment: Assessment, below: Node | None = None) -> list[Node]:
    """The indicators that statements code: all, or those below a node."""
    start = f"{below.path}/" if below else ""
    return [node for node in assessment.nodes if node.kind not in NO_INDICATOR and node.path.startswith(start)]


def _pillars(assessment: Assessment) -> list[Node]:
    return [assessment.nodes[child] for child in assessment.nodes[0].children]


def _families(assessment: Assessment) -> list[tuple[Node, list[Node]]]:
    """The index, each pillar and each group, with its children, if there is more than one."""
    return [
        (node, [assessment.nodes[child] for child in node.children])
        for node in assessment.nodes
        if node.kind in ("index", "pillar", "group") and len(node.children) > 1
    ]


def _stated(assessment: Assessment, nodes: Iterable[Node]) -> Floats:
    """Evidence means, (countries, nodes): estimates are not used, since the prior shrinks them to a common centre."""
    return assessment.figures.stated[:, [node.position for node in nodes]]


def _too_few(assessment: Assessment, least: int) -> str | None:
    """The reason if there are fewer countries than a check needs; else None."""
    n = len(assessment.profiles)
    if n >= least:
        return None
    reason = f"{count(n, 'country', 'countries')}, fewer than {least}"
    if n > 3:  # noqa: PLR2004  Fisher's n - 3
        return f"{reason}; with {n}, a correlation below {correlation.critical_correlation(n):.2f} may be chance"
    return reason


def _too_many(indicators: Sequence[Node]) -> str | None:
    """The reason if there are more indicators than are compared with each other; else None."""
    return f"more than {MOST_INDICATORS} indicators" if len(indicators) > MOST_INDICATORS else None


def _availability(assessment: Assessment) -> Check:
    least = assessment.book.rubric.audit.availability
    availability = assessment.figures.availability
    shares = [(node, float(availability[:, node.position].mean())) for node in _indicators(assessment)]
    findings = (
        Finding(node.id, "share of the countries with evidence", share, None, share < least) for node, share in shares
    )
    return Check("availability", "Is there evidence on each indicator?", tuple(findings))


def _direction(assessment: Assessment) -> Check:
    question = "Does each indicator, group and pillar correlate positively with the rest of its own parent?"
    least = assessment.book.rubric.audit.countries.correlation
    if reason := _too_few(assessment, least):
        return Check("direction", question, (), reason)
    findings = []
    for parent, children in _families(assessment):
        figures = _stated(assessment, children)
        for column, child in enumerate(children):
            weights = [0.0 if node is child else node.local_weight for node in children]
            others = power_mean(figures, weights, 1)
            r = correlation.correlation(figures[:, column], others)
            if r.countries >= least and not math.isnan(r.value):
                measure = f"correlation with the rest of {parent.id}, {r.countries} countries"
                findings.append(Finding(child.id, measure, r.value, (r.low, r.high), r.high < 0))
    return Check("direction", question, tuple(findings), None if findings else f"no indicator with {least} countries")


def _redundancy(assessment: Assessment) -> Check:
    question = "Do two indicators, or two groups or pillars, anywhere in the index measure the same thing?"
    thresholds = assessment.book.rubric.audit
    least = thresholds.countries.correlation
    indicators = _indicators(assessment)
    if reason := _too_few(assessment, least) or _too_many(indicators):
        return Check("redundancy", question, (), reason)
    parents = [parent for parent, _ in _families(assessment) if parent.kind != "index"]
    pairs = [
        *(pair for pair in itertools.combinations(indicators, 2) if pair[0].drawn_as != pair[1].drawn_as),
        *(pair for pair in itertools.combinations(parents, 2) if not pair[1].path.startswith(f"{pair[0].path}/")),
    ]
    findings: dict[bool, list[Finding]] = {True: [], False: []}
    for first, second in pairs:
        one, other = _stated(assessment, (first, second)).T
        r = correlation.correlation(one, other)
        if r.countries >= least and not math.isnan(r.value):
            equal = int(np.count_nonzero(np.abs(one - other) <= EQUAL))
            is_identical = equal == r.countries
            measure = (
                f"identical in {equal} of {r.countries} countries"
                if is_identical
                else f"correlation, {r.countries} countries"
            )
            subject = f"{first.id}, {second.id}"
            doubtful = is_identical or r.value > thresholds.redundancy
            findings[is_identical].append(Finding(subject, measure, r.value, (r.low, r.high), doubtful))
    ordered = [*findings[True], *sorted(findings[False], key=lambda finding: -finding.value)]
    return Check(
        "redundancy", question, tuple(ordered), None if ordered else f"no two indicators with {least} countries"
    )


def _placement(assessment: Assessment) -> Check:
    question = "Does each indicator and group correlate more with its own pillar than with any other?"
    least = assessment.book.rubric.audit.countries.correlation
    pillars = _pillars(assessment)
    if len(pillars) == 1:
        return Check("placement", question, (), "needs two pillars")
    if reason := _too_few(assessment, least) or _too_many(_indicators(assessment)):
        return Check("placement", question, (), reason)
    of_pillars = {pillar.id: _mean_of(assessment, pillar) for pillar in pillars}
    inside = {pillar.id: _leaves(assessment, pillar) for pillar in pillars}
    findings = []
    for pillar in pillars:
        below = [node for node in assessment.nodes if node.kind != "item" and node.path.startswith(f"{pillar.path}/")]
        for node in below:
            others = {name: mean for name, mean in of_pillars.items() if name != pillar.id}
            own = _leaves(assessment, node)  # which may be used again in another pillar
            shared = [other for other in pillars if other is not pillar and not own.isdisjoint(inside[other.id])]
            others |= {other.id: _mean_of(assessment, other, without=node) for other in shared}
            column, rest = _stated(assessment, [node])[:, 0], _mean_of(assessment, pillar, without=node)
            compared = {name: correlation.higher_correlation(column, mean, rest) for name, mean in others.items()}
            tested = {name: r for name, r in compared.items() if r.countries >= least and not math.isnan(r.value)}
            if tested:
                name, r = max(tested.items(), key=lambda entry: entry[1].value)
                measure = f"correlation with {name} minus that with the rest of {pillar.id}, {r.countries} countries"
                findings.append(Finding(node.id, measure, r.value, (r.low, r.high), r.low > 0))
    return Check("placement", question, tuple(findings), None if findings else f"no indicator with {least} countries")


def _leaves(assessment: Assessment, node: Node) -> set[str]:
    """The indicators of a node: itself, or those below; one that is used again is the same wherever it stands."""
    return {one.drawn_as for one in _indicators(assessment, node)} or {node.drawn_as}


def _mean_of(assessment: Assessment, pillar: Node, without: Node | None = None) -> Floats:
    """The weighted mean of the indicators of a pillar that have evidence, without those of a node; by country."""
    left_out = set() if without is None else _leaves(assessment, without)
    kept = [node for node in _indicators(assessment, pillar) if node.drawn_as not in left_out]
    figures = _stated(assessment, kept)
    return power_mean(figures, [node.global_weight for node in kept], 1)


def _shared_evidence(assessment: Assessment) -> Check:
    coded: dict[str, set[tuple[int, str]]] = {}  # indicator -> its statements, as row of the country and id
    for row, leaves in enumerate(assessment.leaves):
        for leaf in leaves.values():
            coded.setdefault(leaf.indicator, set()).update((row, entry.statement) for entry in leaf.entries)
    most = assessment.book.rubric.audit.shared_evidence
    findings = []
    for first, second in itertools.combinations(sorted(coded), 2):
        if both := coded[first] & coded[second]:
            share = len(both) / len(coded[first] | coded[second])
            measure = "share of their statements that code both"
            findings.append(Finding(f"{first}, {second}", measure, share, None, share > most))
    return Check("shared evidence", "Are two indicators coded from the same statements?", tuple(findings))


def _consistency(assessment: Assessment, seed: int) -> Check:
    question = "Do the parts of the index, of each pillar and of each group measure one thing?"
    thresholds = assessment.book.rubric.audit
    least = thresholds.countries.consistency
    if reason := _too_few(assessment, least):
        return Check("consistency", question, (), reason)
    findings = []
    for parent, children in _families(assessment):
        table = _complete(_stated(assessment, children))
        if len(table) >= least:
            measure = f"Cronbach's alpha, {len(table)} countries"
            alpha, interval = _with_interval(correlation.cronbach_alpha, table, seed)
            findings.append(Finding(parent.id, measure, alpha, interval, alpha < thresholds.consistency))
    return Check("consistency", question, tuple(findings), None if findings else _gaps(least))


def _dimension(assessment: Assessment, seed: int) -> Check:
    question = "Do the parts of the index, of each pillar and of each group vary together enough to be one figure?"
    thresholds = assessment.book.rubric.audit
    least = thresholds.countries.dimension
    if reason := _too_few(assessment, least):
        return Check("dimension", question, (), reason)
    findings = []
    for parent, children in _families(assessment):
        table = _complete(_stated(assessment, children))
        if len(table) >= least:
            value, interval = _with_interval(correlation.first_component, table, seed)
            measure = f"share of the variance in the first principal component, {len(table)} countries"
            findings.append(Finding(parent.id, measure, value, interval, value < thresholds.dimension))
    return Check("dimension", question, tuple(findings), None if findings else _gaps(least))


def _importance(assessment: Assessment, seed: int) -> Check:
    question = "Does the effective weight of each part match its weight in the rubric?"
    thresholds = assessment.book.rubric.audit
    least = thresholds.countries.importance
    if reason := _too_few(assessment, least):
        return Check("importance", question, (), reason)
    findings = []
    for parent, children in _families(assessment):
        effective = effective_weights(assessment, seed, parent) or []
        for node, (value, low, high) in zip(children, effective, strict=bool(effective)):
            nominal = node.local_weight
            differs = abs(value - nominal) > thresholds.importance * nominal and not low <= nominal <= high
            measure = f"effective weight in {parent.id}; weight in the rubric {nominal:.2f}"
            findings.append(Finding(node.id, measure, value, (low, high), differs))
    return Check("importance", question, tuple(findings), None if findings else _gaps(least))


def effective_weights(
    assessment: Assessment, seed: int, parent: Node | None = None
) -> list[tuple[float, float, float]] | None:
    """Effective weights: the main effect of each child on its parent, scaled to sum 1, with its 95 % interval.

    None if fewer countries than the rubric requires have all children, or if one of these figures does not vary.

    Args:
        assessment: of the countries.
        seed: of the bootstrap.
        parent: by default the index.
    """
    parent = parent or assessment.nodes[0]
    table = _complete(assessment.figures.estimate[:, [parent.position, *parent.children]])
    if len(table) < assessment.book.rubric.audit.countries.importance or not np.ptp(table, axis=0).all():
        return None

    def effects(rows: Floats) -> Floats:
        return correlation.main_effects(rows[..., 1:], rows[..., 0])

    low, high = correlation.bootstrap(effects, table, seed)
    return [(float(a), float(b), float(c)) for a, b, c in zip(effects(table), low, high, strict=True)]


def _complete(table: Floats) -> Floats:
    """The rows without gaps."""
    return table[~np.isnan(table).any(axis=1)]


def _gaps(least: int) -> str:
    return f"fewer than {least} countries without gaps"


def _with_interval(
    statistic: Callable[[Floats], Floats], table: Floats, seed: int
) -> tuple[float, tuple[float, float]]:
    low, high = correlation.bootstrap(statistic, table, seed)
    return float(statistic(table)), (float(low), float(high))


# -- robustness --------------------------------------------------------------------------------------------------------


def _robustness(assessment: Assessment, simulation: Simulation) -> Check:
    missing = "missing evidence, " if assessment.has_bounds else ""
    question = f"Is the ranking stable under {missing}coding error and other weights?"
    rows = [row for row, rank in enumerate(assessment.rank) if rank is not None]
    if len(rows) < 2:  # noqa: PLR2004
        return Check("robustness", question, (), "needs two published countries")
    pairs = list(itertools.combinations(rows, 2))
    share = sum(bool(simulation.distinguishable[pair]) for pair in pairs) / len(pairs)
    doubtful = share < assessment.book.rubric.audit.told_apart
    findings = [Finding("pairs of countries", "share that is distinguishable", share, None, doubtful)]
    findings += _rank_findings(assessment, rows, simulation.rank_probability[rows][:, : len(rows)], "rank in the draws")
    if (acceptability := _acceptability(assessment, rows, simulation)) is not None:
        findings += _rank_findings(assessment, rows, acceptability, "rank under random pillar weights")
    return Check("robustness", question, tuple(findings))


def _rank_findings(
    assessment: Assessment, rows: Sequence[int], probabilities: Floats, measure: str
) -> Iterable[Finding]:
    widest = assessment.book.rubric.audit.rank_interval * (len(rows) - 1)
    for row, chances in zip(rows, probabilities, strict=True):
        interval = rank_interval(chances, assessment.book.rubric.uncertainty.quantiles)
        rank = assessment.rank[row]
        assert interval is not None and rank is not None  # noqa: S101, PT018  the rows are those of published indices
        first, last = interval
        yield Finding(assessment.profiles[row].country, measure, rank, (first, last), last - first > widest)


def _acceptability(assessment: Assessment, rows: Sequence[int], simulation: Simulation) -> Floats | None:
    """P(rank) under uniformly distributed weights.

    None if a pillar is missing, or is 0 under an exponent <= 0, or if weights or a gate do not let it be said.
    """
    root, rule = assessment.nodes[0], assessment.nodes[0].rule
    if not rule.uses_weights or rule.gate is not None:
        return None
    exponent = 1.0 if rule.combine == "sum" else rule.exponent
    scores = entering(assessment.figures.estimate[np.ix_(rows, root.children)], rule)
    with np.errstate(divide="ignore"):  # 0 under p <= 0
        powers = power(scores, exponent) * (-1 if (exponent < 0) != rule.invert else 1)
    if not np.isfinite(powers).all():
        return None
    settings = simulation.settings
    counts = rank_acceptability(powers, np.ones(len(root.children)), draws=settings.draws, seed=settings.seed)
    return np.asarray(counts / settings.draws)
