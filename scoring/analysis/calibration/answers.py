"""Predict an indicator of a country without its own evidence on it, and compare with what the evidence says."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.calibration.trials import expectations
from scoring.index.borrowing import centres, concentration, offsets, pillar_numbers, spread
from scoring.index.rescoring import leaves_of_rubric
from scoring.uncertainty import quantiles
from scoring.uncertainty.draws import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.borrowing import Offsets
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import Prior
    from scoring.statistics.arrays import Floats

STRENGTHS = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0)  # values of `country` and `pillar` that are tried
PRECISIONS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)  # values of `precision` that are tried
DECIMALS = 4  # errors equal to so many decimals are the same; then the smallest strengths borrow most from the record
DRAWS = 1000  # of each held-out answer
SAME = 1e-9  # answers this close are the same code
TINY = 1e-9  # part of a question of an item without points, so that it can be held out


@dataclass(frozen=True)
class Answers:
    """Root mean square errors of predicted answers, in units of v, and how often the 90 % interval holds them."""

    held: int
    """How many answers were held out; counts of found events are not among them."""
    neutral: float
    """By the centre of the prior alone."""
    question: float
    """By what the other countries let expect of the question."""
    country: float
    """By that and the country's record."""
    pillar: float
    """By these and the country's record on the pillar."""
    coverage: float
    """Share of the answers in their 90 % predictive interval, by the rubric's prior."""
    best_country: float | None
    best_pillar: float | None
    """The strengths tried with the smallest error; of equal ones the smallest. Without answers, those of the rubric."""
    best_precision: float
    """The precision tried whose coverage is nearest to that of an interval, with these strengths."""


def answers(assessment: Assessment, seed: int) -> Answers:
    """Hold out each indicator of each country, and predict its answer from the rest.

    Args:
        assessment: the countries; what is expected of a question is always refitted to the other countries.
        seed: of the predictive draws.
    """
    prior, level = assessment.book.rubric.prior, assessment.book.rubric.uncertainty.interval
    held = _held(assessment)
    if held is None:
        unknown = math.nan
        return Answers(
            held=0,
            neutral=unknown,
            question=unknown,
            country=unknown,
            pillar=unknown,
            coverage=unknown,
            best_country=prior.country,
            best_pillar=prior.pillar,
            best_precision=prior.precision,
        )
    errors = {
        (country, pillar): held.error(held.centres(_with(prior, country, pillar)))
        for country, pillar in itertools.product(STRENGTHS, STRENGTHS)
    }
    best_country, best_pillar = min(errors, key=lambda strengths: (round(errors[strengths], DECIMALS), strengths))
    best = _with(prior, best_country, best_pillar)
    coverages = {
        precision: held.coverage(best.model_copy(update={"precision": precision}), level, seed)
        for precision in PRECISIONS
    }
    best_precision = min(coverages, key=lambda precision: abs(coverages[precision] - level))
    return Answers(
        held=len(held.answers),
        neutral=held.error(np.full_like(held.expected, prior.centre)),
        question=held.error(held.expected),
        country=held.error(held.centres(_with(prior, prior.country, None))),
        pillar=held.error(held.centres(prior)),
        coverage=held.coverage(prior, level, seed),
        best_country=best_country,
        best_pillar=best_pillar,
        best_precision=best_precision,
    )


def _with(prior: Prior, country: float | None, pillar: float | None) -> Prior:
    return prior.model_copy(update={"country": country, "pillar": pillar})


@dataclass(frozen=True, eq=False)
class _Held:
    """The answers that are held out, and the evidence that remains; arrays of shape (held, leaves)."""

    answers: Floats
    """(held,)."""
    parts: Floats
    """The part of the held-out answer that each leaf makes up; 0 for leaves of other indicators."""
    stated: Floats
    lent: Floats
    """0 for the leaves that are held out."""
    expected: Floats
    possible: tuple[tuple[float, ...], ...]
    """The values that the code of each leaf can have, (leaves,)."""
    pillars: NDArray[np.intp]

    def centres(self, prior: Prior) -> Floats:
        """What the rest of the country's evidence lets expect."""
        return centres(self.expected, self._offsets(prior), self.pillars, prior)

    def error(self, predicted: Floats) -> float:
        """The root mean square error of predictions of the leaves."""
        return float(np.sqrt(np.square((self.parts * predicted).sum(axis=1) - self.answers).mean()))

    def coverage(self, prior: Prior, level: float, seed: int) -> float:
        """The share of the answers in their predictive interval: that of missing evidence, as codes state it."""
        variances = spread(self._offsets(prior), prior)
        predicted = self.centres(prior)
        normals = stream(seed, "answers").standard_normal((1 + self.parts.shape[1], DRAWS))
        inside = 0.0
        for held, answer in enumerate(self.answers):
            chosen = np.flatnonzero(self.parts[held])
            total = 1 + variances.country[held] + variances.pillars[held, self.pillars[chosen[0]]]
            shared = math.sqrt(total - 1) * normals[-1]
            z = (normals[: len(chosen)] + shared) / math.sqrt(total)
            concentrations = np.full(len(chosen), concentration(total, prior))
            tables = quantiles.beta_of_normal(predicted[held, chosen], concentrations)
            steps = np.clip((z + quantiles.NORMAL_RANGE) * quantiles.NORMAL_STEP, 0, quantiles.NORMAL_STEPS - 1)
            values = np.take_along_axis(tables.real, steps.astype(np.intp), axis=1)
            stated = [_to_possible(row, self.possible[leaf]) for row, leaf in zip(values, chosen, strict=True)]
            drawn = (self.parts[held, chosen, None] * np.array(stated)).sum(axis=0)
            below, up_to = (float((drawn < answer + shift).mean()) for shift in (-SAME, SAME))
            inside += _part_inside(below, up_to, ((1 - level) / 2, (1 + level) / 2))
        return inside / len(self.answers)

    def _offsets(self, prior: Prior) -> Offsets:
        return offsets(self.stated, self.lent, self.expected, self.pillars, prior)


def _held(assessment: Assessment) -> _Held | None:
    """Hold out each answered indicator of each country, but no found events, whose total is not known; None if none."""
    book = assessment.book
    rows = [list(leaves_of_rubric(assessment, row)) for row in range(len(assessment.profiles))]
    _, expected = expectations(rows, book)
    indicators = [leaf.indicator for leaf in rows[0]]
    floors = {leaf.indicator for leaf in rows[0] if leaf.is_floor}
    held = []
    for row, leaves in enumerate(rows):
        for name in dict.fromkeys(indicators):
            is_asked = np.array([leaf.indicator == name and leaf.pooled.availability > 0 for leaf in leaves])
            if is_asked.any() and name not in floors:
                held.append((row, is_asked))
    if not held:
        return None
    numbers = [row for row, _ in held]
    asked = np.array([is_asked for _, is_asked in held])
    stated = np.array([[leaf.pooled.stated for leaf in leaves] for leaves in rows])[numbers]
    questions = np.array([book.leaves[leaf.indicator].part_of_question(leaf.item) for leaf in rows[0]])
    parts = np.where(asked, np.maximum(questions, TINY), 0.0)
    parts /= parts.sum(axis=1, keepdims=True)
    is_held = np.array([[indicator == indicators[int(row.argmax())] for indicator in indicators] for row in asked])
    lent = np.array([[leaf.lent for leaf in leaves] for leaves in rows])[numbers]
    return _Held(
        answers=np.where(asked, parts * stated, 0.0).sum(axis=1),
        parts=parts,
        stated=stated,
        lent=np.where(is_held, 0.0, lent),
        expected=expected[numbers],
        possible=tuple(_possible_values(book.leaves[leaf.indicator], book.rubric.evidence.partly) for leaf in rows[0]),
        pillars=pillar_numbers(book),
    )


def _part_inside(below: float, up_to: float, ends: tuple[float, float]) -> float:
    """The part of an answer, which the draws reach from one share to another, that lies between two quantiles.

    A closed interval of codes holds more than its level; that its ends are counted in part makes up for it.
    """
    if up_to <= below:
        return float(ends[0] <= below <= ends[1])
    return max(min(up_to, ends[1]) - max(below, ends[0]), 0.0) / (up_to - below)


def _possible_values(indicator: LeafIndicator, partly: float) -> tuple[float, ...]:
    """The values that a code can have, in order; empty if there are too many to list."""
    if indicator.checklist:
        return tuple(sorted({0.0, partly, 1.0}))
    values = [anchor.value for anchor in indicator.anchors()]
    return tuple(sorted({value for value in values if value is not None}))


def _to_possible(drawn: Floats, values: Sequence[float]) -> Floats:
    """The nearest possible values."""
    if not values:
        return drawn
    cuts = [(low + high) / 2 for low, high in itertools.pairwise(values)]
    return np.array(values)[np.searchsorted(cuts, drawn)]
