"""How often the 90 % intervals hold the truth, in simulated worlds in which it is known.

    python benchmarks/calibration.py [--worlds 40]     (half a minute on two cores)
    python benchmarks/calibration.py --quick           (8 worlds: too few for the target)

Exits with 1 if the intervals of the index, or of the pillars together, hold the truth in fewer than 86 or more than
94 % of cases, except with --quick.

A world has as many countries as the edition of 2018, 20, and the shipped rubric. The true value of a leaf is the
usual level of the leaf plus an effect of the country, of the pillar of the country and of the leaf of the country,
clipped to [0, 1]; that of a count is rounded to a whole number of events. The true values of pillars and index are
aggregated from these. Their weights and exponent are one draw per world from the distributions of the rubric:
Dirichlet(kappa W) at each node, and each exponent with its probability. The draws of the engine vary weights and
exponent in the same way.

The evidence has the pattern of the shipped profiles: each world assigns them to its countries in random order, and a
country takes over which leaves have how many statements, with their sources, grades, dates, confidence and number of
readings. A source has an error at each leaf, a coder one at each statement and one in each country. Codes are the
nearest level; the nearest of true, partly and false; the result of a survey; a rank; a number; or the events found.
Duplicates (`same_as`) are omitted, and no statement is marked as an absence (in the profiles 18 of 1,370 are).

In every second world evidence is missing at random: the pattern does not depend on the true values. In the others it
is not: the pattern is that of two profiles of about equal length, and a leaf on which only one of them has evidence is
documented with a probability equal to its true value. So a leaf at 0 is documented if both profiles have evidence on
it, a leaf at 1 if one of them has.

The engine knows no true value: what it expects of a leaf is estimated from the evidence of the other 19 countries.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import math
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import scoring
from scoring.analysis.calibration.trials import expectations, trial
from scoring.change.attribution import Change
from scoring.index.aggregate import aggregate
from scoring.index.assessment import assess
from scoring.index.scenario import Scenario
from scoring.index.tree import tree
from scoring.model.kinds.count import CountIndicator
from scoring.model.kinds.levels import LevelsIndicator
from scoring.model.kinds.number import NumberIndicator
from scoring.model.kinds.rank import RankIndicator
from scoring.model.kinds.share import ShareIndicator
from scoring.model.policy import Confidence, SourceError
from scoring.model.profile import Profile, Source, Statement
from scoring.statistics.combining import Rule
from scoring.uncertainty.draws import node_blocks
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Floats

# The worlds; all fixed before the first run. "Fitted": maximum likelihood of a mixed model of question, country, pillar
# of a country and leaf on the 644 evidence means of the shipped profiles at leaves that are no counts (2018-06-30),
# whose errors of source and coding were taken as known (below). "Model": the second edition of the scoring model.
DAY = "2018-06-30"  # the first edition of the shipped profiles
LEVEL = 0.62  # mean of the usual levels of leaves; fitted
LEVEL_SD = 0.17  # standard deviation of the usual levels; fitted
COUNTRY_SD = 0.12  # of what is particular to a country; fitted
PILLAR_SD = 0.09  # of what is particular to a pillar of a country; fitted
LEAF_SD = 0.13  # of what is particular to a leaf of a country; fitted
CODED_SD = 0.18  # error of a source at a leaf of levels or items: model; sqrt(.20^2 - .087^2), two sources of a leaf
MEASURED_SD = 0.05  # error of a source of a share or rank; model, section 7
CODING_SD = {"exact": 0.0, "high": 0.055, "moderate": 0.087, "low": 0.074}  # coder; second readings of profiles
CODER_SD = 0.01  # of a coder in a country: half of .00054 (mean square of the second less the first) - .00033 (chance)
UNKNOWN_SAMPLE = 400  # respondents of a survey that gives no number; model, section 2
# An event of a count is found with the probability `detectability` of its indicator: the rubric.

# What the engine assumes: model, sections 4 and 7.
PRIOR = {"country": 3.0, "pillar": 3.0, "precision": 4.0}
ERRORS = {
    "source": SourceError(coded=CODED_SD, measured=MEASURED_SD),
    "coder": CODER_SD,
    "confidence": Confidence(high=0.13, moderate=0.21, low=0.18),  # half-widths: sqrt(6) times the spread of a coder
}

WORLDS, QUICK = 40, 8
MOVING = 4  # worlds of two days for every 40 worlds of one: each takes ten times as long
LATER, YEARS = "2024-06-30", 6  # the second day, and how much later its evidence is
MOVE_DRAWS = 1000
FEWEST = 4  # two of each kind
DRAWS = 2000
LEAST, MOST = 0.86, 0.94  # of the truths of index and pillars that their 90 % intervals should hold
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)  # of P(A above B), A the country that is more probably above
PILLARS = slice(1, None)  # the columns of the pillars, after that of the index
ROOT = Path(__file__).parent.parent


class Part(NamedTuple):
    """A leaf of the rubric."""

    position: int
    """Its node in the tree."""
    pillar: int
    """The number of its pillar."""
    indicator: LeafIndicator
    item: str | None


class Slot(NamedTuple):
    """A statement of a shipped profile at one leaf, which gets a new code."""

    statement: Statement
    source: Source
    source_name: str
    """With the country, so that sources of two profiles differ."""
    readings: int


class World(NamedTuple):
    """Countries with their evidence and their truth."""

    profiles: tuple[Profile, ...]
    truth: Floats
    """(countries, nodes), in [0, 1]."""


class Outcome(NamedTuple):
    """What the engine says of a world, compared with its truth."""

    is_random: bool
    """Whether evidence is missing at random."""
    inside: NDArray[np.bool_]
    """Whether the interval holds the truth, (countries, nodes): index, then pillars."""
    error: Floats
    """Estimate minus truth, likewise."""
    width: Floats
    """Of the interval, likewise."""
    ranks_inside: NDArray[np.bool_]
    """Whether the rank interval holds the true rank, one per published country."""
    rank_width: Floats
    said: Floats
    """P(A above B), one per pair of countries, at least 1/2."""
    found: NDArray[np.bool_]
    """Whether A is truly above B."""


# -- worlds ------------------------------------------------------------------------------------------------------------


def rule_book(shipped: RuleBook) -> RuleBook:
    """The shipped rubric with what the second edition of the model needs; its counts are of found events."""
    rubric = shipped.rubric
    prior = rubric.prior.model_copy(update=PRIOR)
    uncertainty = rubric.uncertainty.model_copy(update={"shared": None, **ERRORS})
    pillars = tuple(
        pillar.model_copy(
            update={
                "indicators": tuple(
                    indicator.model_copy(update={"whole": False})
                    if isinstance(indicator, CountIndicator)
                    else indicator
                    for indicator in pillar.indicators
                )
            }
        )
        for pillar in shipped.pillars
    )
    changed = rubric.model_copy(update={"format": 2, "prior": prior, "uncertainty": uncertainty})
    return shipped.model_copy(update={"rubric": changed, "pillars": pillars})


def parts_of(book: RuleBook) -> list[Part]:
    """The leaves, in the order of the rubric."""
    positions = [node.position for node in tree(book) if not node.children]
    leaves = [
        (number, indicator, item)
        for number, pillar in enumerate(book.pillars)
        for indicator in pillar.leaves.values()
        for item in indicator.parts
    ]
    return [Part(position, *leaf) for position, leaf in zip(positions, leaves, strict=True)]


def patterns_of(book: RuleBook, profiles: Iterable[Profile]) -> list[list[list[Slot]]]:
    """The statements that enter each leaf of each shipped profile, from the shortest profile to the longest."""
    assessment = assess(book, profiles, as_of=DAY)
    patterns = []
    for profile, leaves in zip(assessment.profiles, assessment.leaves, strict=True):
        statements = {statement.id: statement for statement in profile.statements}
        patterns.append(
            [
                [
                    Slot(
                        statements[entry.statement],
                        profile.sources[entry.source],
                        f"{profile.country.lower()}-{entry.source}",
                        len(entry.readings),
                    )
                    for entry in (*leaf.entries, *leaf.older)
                ]
                for leaf in leaves.values()
            ]
        )
    return sorted(patterns, key=lambda pattern: sum(map(len, pattern)))


def make_world(
    book: RuleBook, patterns: Sequence[Sequence[Sequence[Slot]]], numbers: np.random.Generator, *, is_random: bool
) -> World:
    """Draw a truth, and evidence on it.

    is_random: whether evidence is missing at random.
    """
    parts, count = parts_of(book), len(patterns)
    pillar_of = [part.pillar for part in parts]
    values = (
        numbers.normal(LEVEL, LEVEL_SD, len(parts))
        + numbers.normal(0, COUNTRY_SD, (count, 1))
        + numbers.normal(0, PILLAR_SD, (count, len(book.pillars)))[:, pillar_of]
        + numbers.normal(0, LEAF_SD, (count, len(parts)))
    ).clip(0, 1)
    for column, part in enumerate(parts):
        if isinstance(part.indicator, CountIndicator):
            values[:, column] = np.round(values[:, column] * part.indicator.saturation) / part.indicator.saturation
    nodes = drawn_weights(book, numbers)
    truth = np.full((count, len(nodes)), np.nan)
    truth[:, [part.position for part in parts]] = values
    aggregate({"estimate": truth}, nodes)
    profiles = []
    for row, number in enumerate(numbers.permutation(count).tolist()):
        pattern = patterns[number]
        if not is_random:
            other = patterns[min(number ^ 1, count - 1)]  # 0 with 1, 2 with 3: of about equal length
            pattern = [
                documented(own, others, v, numbers) for own, others, v in zip(pattern, other, values[row], strict=True)
            ]
        profiles.append(
            make_profile(f"X{chr(65 + row // 26)}{chr(65 + row % 26)}", parts, pattern, values[row], numbers)
        )
    return World(tuple(profiles), truth)


def drawn_weights(book: RuleBook, numbers: np.random.Generator) -> list[Node]:
    """The tree with weights and an exponent drawn from the rubric's distributions; points of items are definitions."""
    nodes, rules = list(tree(book)), book.rubric.uncertainty
    for node in tree(book):
        if node.children and nodes[node.children[0]].kind != "item":
            weights = numbers.dirichlet([rules.kappa * nodes[child].local_weight for child in node.children])
            for child, weight in zip(node.children, weights.tolist(), strict=True):
                nodes[child] = replace(nodes[child], local_weight=weight)
    exponent = numbers.choice([float(exponent) for exponent in rules.exponents], p=list(rules.exponents.values()))
    nodes[0] = replace(nodes[0], rule=Rule(float(exponent)))
    return nodes


def documented(own: Sequence[Slot], other: Sequence[Slot], v: float, numbers: np.random.Generator) -> Sequence[Slot]:
    """The statements at a leaf of true value v; if only one of two profiles has any, these with probability v."""
    if bool(own) == bool(other):
        return own
    return (own or other) if numbers.random() < v else ()


def make_profile(
    country: str,
    parts: Sequence[Part],
    pattern: Sequence[Sequence[Slot]],
    values: Floats,
    numbers: np.random.Generator,
) -> Profile:
    """The evidence on a country: the statements of a pattern, coded by what is true."""
    shifts = numbers.normal(0, CODER_SD, max(slot.readings for slots in pattern for slot in slots))
    sources: dict[str, Source] = {}
    statements: list[Statement] = []
    for part, slots, v in zip(parts, pattern, values.tolist(), strict=True):
        for slot, codes in coded(part, slots, v, shifts, numbers):
            sources[slot.source_name] = slot.source
            changes = {
                "id": f"statement-{len(statements):04}",
                "source": slot.source_name,
                "absence": False,
                "until": None,
                "same_as": None,
                "codes": codes[0],
                "coders": {f"coder-{number}": code for number, code in enumerate(codes[1:])} or None,
            }
            statements.append(slot.statement.model_copy(update=changes))
    return Profile.model_construct(
        format=1, country=country, actor="RUS", as_of=DAY, sources=sources, statements=tuple(statements)
    )


def coded(
    part: Part, slots: Sequence[Slot], v: float, shifts: Floats, numbers: np.random.Generator
) -> list[tuple[Slot, list[dict[str, Any]]]]:
    """The statements at a leaf of true value v, each with its readings.

    A found event goes to one of the statements at random; statements without an event are dropped.
    """
    indicator = part.indicator
    if isinstance(indicator, CountIndicator):
        found = numbers.binomial(round(v * indicator.saturation), indicator.detectability) if slots else 0
        events = np.bincount(numbers.integers(len(slots) or 1, size=found), minlength=len(slots)).tolist()
        return [(slot, [{indicator.id: n}] * slot.readings) for slot, n in zip(slots, events, strict=True) if n]
    sd = CODED_SD if indicator.is_judged else MEASURED_SD
    errors: dict[str, float] = defaultdict(lambda: float(numbers.normal(0, sd)))
    statements = []
    for slot in slots:
        seen = v + errors[slot.source_name]
        if indicator.is_judged:
            spread = CODING_SD[slot.statement.confidence]
            readings = seen + shifts[: slot.readings] + numbers.normal(0, spread, slot.readings)
            codes = [judged(part, reading) for reading in readings.tolist()]
        else:
            codes = [measured(indicator, seen, (slot.statement.codes or {})[indicator.id], numbers)] * slot.readings
        statements.append((slot, [{indicator.id: code} for code in codes]))
    return statements


def judged(part: Part, v: float) -> Any:
    """The nearest level, or the nearest of true, partly and false."""
    if isinstance(part.indicator, LevelsIndicator):
        anchors = [(anchor.value or 0.0, anchor.key) for anchor in part.indicator.anchors()]
        return min(anchors, key=lambda anchor: abs(anchor[0] - v))[1]
    points = next(item.points for item in part.indicator.checklist if item.key == part.item)
    answer = min(
        ((0.0, False), (0.5, "partly"), (1.0, True)), key=lambda one: abs(one[0] - (v if points > 0 else 1 - v))
    )
    return {part.item: answer[1]}


def measured(indicator: LeafIndicator, v: float, shipped: Any, numbers: np.random.Generator) -> Any:
    """A share in a sample as large as that of the shipped code, a rank among as many, or a number."""
    if isinstance(indicator, RankIndicator):
        of = shipped["of"]
        return {"rank": round(of - min(max(v, 0), 1) * (of - 1)), "of": of}
    if isinstance(indicator, NumberIndicator):
        return {"value": indicator.worst + min(max(v, 0), 1) * (indicator.best - indicator.worst)}
    if not isinstance(indicator, ShareIndicator):
        message = f"{indicator.id} is a {indicator.kind}, of which worlds have none"
        raise TypeError(message)
    size = shipped.get("n") if isinstance(shipped, dict) else None
    share = min(max(indicator.worst + v * (indicator.best - indicator.worst), 0), 100)
    found = numbers.binomial(size or UNKNOWN_SAMPLE, share / 100) / (size or UNKNOWN_SAMPLE)
    return {"share": round(100 * found, 1), **({"n": size} if size else {})}


# -- two days without a change ---------------------------------------------------------------------------------------


def two_days(
    book: RuleBook, patterns: Sequence[Sequence[Sequence[Slot]]], numbers: np.random.Generator
) -> tuple[RuleBook, list[Profile]]:
    """Countries whose truth does not change, with evidence up to `DAY` and, in the same pattern, up to `LATER`.

    The later evidence comes from other sources, `YEARS` later. The rubric expects what the evidence of the first day
    lets expect.
    """
    world = make_world(book, patterns, numbers, is_random=True)
    assessment = assess(book, world.profiles, as_of=DAY)
    expected, _ = expectations([list(row.values()) for row in assessment.leaves], book)
    positions = [part.position for part in parts_of(book)]
    profiles = []
    for row, profile in enumerate(world.profiles):
        pattern = [[later(slot) for slot in slots] for slots in patterns[int(numbers.integers(len(patterns)))]]
        more = make_profile(profile.country, parts_of(book), pattern, world.truth[row, positions], numbers)
        renamed = (statement.model_copy(update={"id": f"later-{statement.id}"}) for statement in more.statements)
        both = {"sources": {**profile.sources, **more.sources}, "statements": (*profile.statements, *renamed)}
        profiles.append(profile.model_copy(update=both))
    return with_expected(book, dict(zip(parts_of(book), expected.tolist(), strict=True))), profiles


def later(slot: Slot) -> Slot:
    """The same pattern of a statement, some years later, from another source."""
    date = slot.statement.date
    moved = f"{int(date[:4]) + YEARS}{date[4:]}".replace("-02-29", "-02-28") if date else None
    statement = slot.statement.model_copy(update={"date": moved})
    return slot._replace(statement=statement, source_name=f"later-{slot.source_name}")


def with_expected(book: RuleBook, expected: dict[Part, float]) -> RuleBook:
    """The rubric with other expected values."""

    def changed(indicator: Any) -> Any:
        own = {part.item: value for part, value in expected.items() if part.indicator.id == indicator.id}
        if not indicator.checklist:
            return indicator.model_copy(update={"expected": own[None]})
        items = tuple(item.model_copy(update={"expected": own[item.key]}) for item in indicator.items)
        return indicator.model_copy(update={"items": items})

    pillars = tuple(
        pillar.model_copy(update={"indicators": tuple(map(changed, pillar.indicators))}) for pillar in book.pillars
    )
    return book.model_copy(update={"pillars": pillars})


def false_alarms(shipped: RuleBook, profiles: Sequence[Profile], worlds: int) -> tuple[int, int, int]:
    """How many indices move between two days without a change, of those how many moves are called significant, and
    how many of the intervals of a move hold 0.
    """  # noqa: D205  one sentence
    book = rule_book(shipped)
    patterns = patterns_of(book, profiles)
    days = [dt.date.fromisoformat(day) for day in (DAY, LATER)]
    moves = significant = held = 0
    for seed in range(worlds):
        changed, countries = two_days(book, patterns, np.random.default_rng([seed, 2]))
        for profile in countries:
            scenario = Scenario(changed, (profile,))
            change = Change(*(scenario.evidence_on(day) for day in days))
            intervals = change.intervals(settings_of(scenario, draws=MOVE_DRAWS, seed=seed))
            moves += 1
            significant += intervals.is_significant
            held += intervals.change[0] <= 0 <= intervals.change[1]
    return moves, significant, held


# -- scores ------------------------------------------------------------------------------------------------------------


def outcome_of(book: RuleBook, world: World, seed: int, *, is_random: bool) -> Outcome:
    """Score a world, each country by what the evidence of the others lets expect, and compare with its truth."""
    assessment = assess(book, world.profiles, as_of=DAY)
    leaves = [list(row.values()) for row in assessment.leaves]
    _, expected = expectations(leaves, book)
    alone = trial(
        assessment,
        range(len(leaves)),
        [
            [leaf.expecting(e) for leaf, e in zip(row, expected_of_row, strict=True)]
            for row, expected_of_row in zip(leaves, expected.tolist(), strict=True)
        ],
    )
    settings = settings_of(alone.assessment, draws=DRAWS, seed=seed)
    simulation = simulate(alone.assessment, settings)
    pillars = list(assessment.nodes[0].children)
    draws = np.concatenate(list(node_blocks(alone.assessment, settings, pillars)), axis=-1)
    low, high = np.quantile(draws, book.rubric.uncertainty.quantiles, axis=-1)
    low, high = np.column_stack([simulation.low, low]), np.column_stack([simulation.high, high])
    truth = world.truth[:, [0, *pillars]]
    ranked = [row for row, rank in enumerate(assessment.rank) if rank is not None]
    true_ranks = 1 + (truth[ranked, 0] > truth[ranked, 0][:, None]).sum(axis=1)
    intervals = np.array([simulation.rank_interval(row) for row in ranked])
    first, second = np.triu_indices(len(truth), 1)
    said, found = simulation.p_above[first, second], truth[first, 0] > truth[second, 0]
    return Outcome(
        is_random=is_random,
        inside=(low <= truth) & (truth <= high),
        error=alone.estimates[:, [0, *pillars]] - truth,
        width=high - low,
        ranks_inside=(intervals[:, 0] <= true_ranks) & (true_ranks <= intervals[:, 1]),
        rank_width=intervals[:, 1] - intervals[:, 0],
        said=np.maximum(said, 1 - said),
        found=np.where(said >= 0.5, found, ~found),  # noqa: PLR2004  A is the one more probably above
    )


def outcomes(shipped: RuleBook, profiles: Sequence[Profile], worlds: int) -> list[Outcome]:
    """Simulate and score worlds; in every second one evidence is missing not at random."""
    book = rule_book(shipped)
    patterns = patterns_of(book, profiles)
    results = []
    for seed in range(worlds):
        is_random = seed % 2 == 0
        world = make_world(book, patterns, np.random.default_rng(seed), is_random=is_random)
        results.append(outcome_of(book, world, seed, is_random=is_random))
    return results


def share_inside(results: Iterable[Outcome], columns: slice) -> tuple[float, float]:
    """The share of truths inside, and its standard error from the spread between worlds."""
    shares = [float(outcome.inside[:, columns].mean()) for outcome in results]
    return float(np.mean(shares)), float(np.std(shares, ddof=1) / math.sqrt(len(shares)))


def report(results: Sequence[Outcome], names: Sequence[str]) -> None:
    """Print how often the intervals hold the truth, and whether the probabilities of an order are right."""
    groups = {
        "missing at random": [outcome for outcome in results if outcome.is_random],
        "missing not at random": [outcome for outcome in results if not outcome.is_random],
        "missing either way": results,
    }
    columns = {name: slice(number, number + 1) for number, name in enumerate(names)} | {"pillars": PILLARS}
    print(f"{len(results)} worlds of 20 countries, {DRAWS:,} draws; points of 0 to 100")
    for group, chosen in groups.items():
        published = sum(len(outcome.ranks_inside) for outcome in chosen) / sum(len(one.inside) for one in chosen)
        print(f"\nEvidence {group}: {len(chosen)} worlds, {100 * published:.0f} % of indices published")
        print(f"  {'90 % interval':<30}{'holds the truth':>18}{'width':>8}{'bias':>8}{'error':>8}")
        for name, column in columns.items():
            inside, deviation = share_inside(chosen, column)
            error = 100 * np.concatenate([outcome.error[:, column] for outcome in chosen])
            width = 100 * np.concatenate([outcome.width[:, column] for outcome in chosen]).mean()
            held = f"{100 * inside:.1f} ± {100 * deviation:.1f} %"
            rms = math.sqrt(np.square(error).mean())
            print(f"  {name:<30}{held:>18}{width:>8.1f}{error.mean():>8.1f}{rms:>8.1f}")
        ranks = np.concatenate([outcome.ranks_inside for outcome in chosen]).mean()
        places = np.concatenate([outcome.rank_width for outcome in chosen]).mean()
        print(f"  {'rank':<30}{f'{100 * ranks:.1f} %':>18}{f'{places:.1f} places':>16}")
    said, found = (np.concatenate([getattr(outcome, name) for outcome in results]) for name in ("said", "found"))
    print("\nP(A above B)       said    found    pairs")
    for low, high in itertools.pairwise(BINS):
        chosen_pairs = (said >= low) & ((said < high) | (high == 1))
        if chosen_pairs.any():
            pair = said[chosen_pairs].mean(), found[chosen_pairs].mean()
            print(f"  {low:.2f} to {high:.2f}   {pair[0]:>7.3f}  {pair[1]:>7.3f}  {chosen_pairs.sum():>7}")


def main() -> None:
    """Simulate, print, and compare with the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    if arguments.worlds < FEWEST:
        parser.error(f"--worlds {arguments.worlds}: too few for a standard error; give at least {FEWEST}")
    shipped, profiles = scoring.load(ROOT / "rubrics", ROOT / "profiles")
    results = outcomes(shipped, profiles, QUICK if arguments.quick else arguments.worlds)
    report(results, ["index", *(pillar.id for pillar in shipped.pillars)])
    moves, significant, held = false_alarms(shipped, profiles, max(1, len(results) * MOVING // WORLDS))
    print(f"\nTwo days, {DAY} and {LATER}, without a change: {moves} moves, {significant} called significant")
    print(f"  ({100 * significant / moves:.0f} %); {100 * held / moves:.0f} % of the intervals of a move hold 0")
    if not arguments.quick:
        is_met = all(LEAST <= share_inside(results, columns)[0] <= MOST for columns in (slice(1), PILLARS))
        target = f"index and pillars in all worlds {100 * LEAST:.0f} to {100 * MOST:.0f} %"
        print(f"\nTarget, {target}: {'met' if is_met else 'MISSED'}")
        sys.exit(not is_met)


if __name__ == "__main__":
    main()
