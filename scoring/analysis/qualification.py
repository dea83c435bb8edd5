"""How well a coder codes the vignettes of a rubric, whose answers are known: exact, within a step, and how strict.

A question is an indicator, or an item of a checklist, that the key or the coder answers in a vignette. So an indicator
that a coder overlooks, or sees where there is none, is a question that was answered wrongly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import choices, dotted, nearest, quoted
from scoring.model.kinds.base import count_value
from scoring.statistics.krippendorff import krippendorff_alpha
from scoring.statistics.proportion import wilson
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.model.kinds import LeafIndicator
    from scoring.model.policy import EvidenceRules
    from scoring.model.rubric import RuleBook
    from scoring.model.vignettes import PassMark, VignetteFile

SAME = 1e-9  # two figures are equal
PRECISION = ("n", "error")  # keys of a figure that say how precise it is


class Answered(NamedTuple):
    """One question, as the key and as the coder answers it."""

    vignette: str
    indicator: str
    item: str | None
    key: Any
    """The code; None if the key has none."""
    code: Any
    """That of the coder; None if the coder has none."""
    is_exact: bool
    is_within: bool
    """Exact, or one level or one of false, partly and true beside it. A figure has no step: it is right or wrong."""
    value_of_key: float
    """v of the key, in [0, 1]; NaN if it has none."""
    value: float
    """v of the coder; NaN if there is none."""

    @property
    def difference(self) -> float:
        """The coder's value minus that of the key; NaN if one has none."""
        return self.value - self.value_of_key


@dataclass(frozen=True)
class Measure:
    """The result on some questions."""

    n: int
    """Questions; at least 1."""
    right: int
    """How many are exact."""
    near: int
    """How many are within a step."""
    missed: int
    """How many the coder did not answer."""
    added: int
    """How many the key does not answer."""
    severity: float
    """Mean difference of those that both answer; below 0 the coder is stricter than the key. NaN without such."""

    @property
    def exact(self) -> float:
        """The share that is exact, with two decimals, as it is printed and compared with the pass mark."""
        return float(numbers.unit(self.right / self.n))

    @property
    def within(self) -> float:
        """The share that is within a step, with two decimals."""
        return float(numbers.unit(self.near / self.n))

    @property
    def exact_interval(self) -> tuple[float, float]:
        """The 95 % interval of the exact share, in [0, 1]."""
        return wilson(self.right, self.n)

    @property
    def within_interval(self) -> tuple[float, float]:
        """The 95 % interval of the share within a step, in [0, 1]."""
        return wilson(self.near, self.n)


class OfIndicator(NamedTuple):
    """The result on one indicator."""

    indicator: str
    measure: Measure
    tested: int
    """How many questions the key answers."""
    is_tested: bool
    """Whether these are enough."""
    is_qualified: bool


@dataclass(frozen=True)
class Qualification:
    """The result of a coder."""

    indicators: tuple[OfIndicator, ...]
    """Those with a question, in the order of the rubric."""
    whole: Measure
    """On all questions."""
    alpha: float
    """Krippendorff's alpha between coder and key, of the values that both gave, as one ordinal scale; NaN without
    variation."""
    answers: tuple[Answered, ...]
    """Every question, in the order of the vignettes."""
    mark: PassMark

    @property
    def wrong(self) -> tuple[Answered, ...]:
        """The questions that are not exact."""
        return tuple(answer for answer in self.answers if not answer.is_exact)

    @property
    def qualified(self) -> tuple[str, ...]:
        """The indicators for which the coder is qualified."""
        return tuple(one.indicator for one in self.indicators if one.is_qualified)


def qualification(book: RuleBook, file: VignetteFile, codes: Mapping[str, Mapping[str, Any]]) -> Qualification:
    """Compare the codes of a coder with the answers of the vignettes.

    Args:
        book: the rubric.
        file: its vignettes.
        codes: id of a vignette -> indicator -> code, of every vignette; {} where the coder found nothing to code.
    """
    answers = tuple(answer for one in file.vignettes for answer in _answers(book, one.id, one.answer, codes[one.id]))
    values = [(answer.value_of_key, answer.value) for answer in answers if not math.isnan(answer.difference)]
    return Qualification(
        indicators=tuple(_by_indicator(book, answers, file.qualified)),
        whole=_measure(answers),
        alpha=krippendorff_alpha(values) if values else math.nan,
        answers=answers,
        mark=file.qualified,
    )


def code_errors(book: RuleBook, file: VignetteFile, codes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with the codes of a coder: vignettes that are missing or unknown, and codes that are not valid."""
    known = [vignette.id for vignette in file.vignettes]
    if missing := [name for name in known if name not in codes]:
        yield f"no codes for {choices(missing)}; give {{}} where a text codes nothing"
    for name, coded in codes.items():
        if name not in known:
            yield f"unknown vignette {quoted(name)}; {nearest(str(name), sorted(known), 'vignettes')}"
        for indicator, code in coded.items():
            if indicator not in book.leaves:
                hint = nearest(str(indicator), sorted(book.leaves), "indicators")
                yield f"{name}: unknown indicator {quoted(indicator)}; {hint}"
                continue
            for error in book.leaves[indicator].code_errors(code):
                yield f"{name}: {dotted((indicator, *error.path))}: {error.message}"


def _answers(book: RuleBook, vignette: str, key: Mapping[str, Any], codes: Mapping[str, Any]) -> Iterator[Answered]:
    """The questions of one vignette, in the order of the rubric."""
    rules = book.rubric.evidence
    for indicator in (leaf for name, leaf in book.leaves.items() if name in key or name in codes):
        for item in indicator.parts:
            of_key, of_coder = (_code(one.get(indicator.id), item) for one in (key, codes))
            if of_key is None and of_coder is None:
                continue
            value_of_key, value = (_value(indicator, item, one, rules) for one in (of_key, of_coder))
            is_exact = None not in (of_key, of_coder) and _is_same(of_key, of_coder)
            is_within = is_exact or _is_beside(value_of_key, value, _ladder(indicator, item, rules))
            yield Answered(vignette, indicator.id, item, of_key, of_coder, is_exact, is_within, value_of_key, value)


def _code(code: Any, item: str | None) -> Any:
    """The code, or the answer to an item in it; None if there is none."""
    return code.get(item) if item is not None and code is not None else code


def _value(indicator: LeafIndicator, item: str | None, code: Any, rules: EvidenceRules) -> float:
    """v of a code; NaN without one."""
    if code is None:
        return math.nan
    value = indicator.value(code if item is None else {item: code}, rules, item)
    value = value if indicator.adds_up_to is None else count_value(value, indicator.adds_up_to)
    return round(value, 9)  # the same figure written in two ways is one value


def _is_same(key: Any, code: Any) -> bool:
    """Whether two codes give the same answer, whatever the sample size or standard error beside a figure."""
    one, other = (_plain(code) for code in (key, code))
    are_figures = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return math.isclose(one, other, abs_tol=SAME) if are_figures else bool(one == other)


def _plain(code: Any) -> Any:
    """A figure without what is said of its precision."""
    if not isinstance(code, dict):
        return code
    kept = {name: value for name, value in code.items() if name not in PRECISION}
    return next(iter(kept.values())) if len(kept) == 1 else kept


def _ladder(indicator: LeafIndicator, item: str | None, rules: EvidenceRules) -> list[float]:
    """The values of the answers in order, of levels and items; empty for figures."""
    if item is not None:
        return sorted({_value(indicator, item, answer, rules) for answer in (False, "partly", True)})
    return sorted({round(anchor.value, 9) for anchor in indicator.anchors() if anchor.value is not None})


def _is_beside(key: float, value: float, ladder: Sequence[float]) -> bool:
    """Whether two values are neighbours on a ladder, or the same rung of it."""
    return key in ladder and value in ladder and abs(ladder.index(key) - ladder.index(value)) <= 1


def _measure(answers: Sequence[Answered]) -> Measure:
    differences = [answer.difference for answer in answers if not math.isnan(answer.difference)]
    return Measure(
        n=len(answers),
        right=sum(answer.is_exact for answer in answers),
        near=sum(answer.is_within for answer in answers),
        missed=sum(answer.code is None for answer in answers),
        added=sum(answer.key is None for answer in answers),
        severity=math.fsum(differences) / len(differences) if differences else math.nan,
    )


def _by_indicator(book: RuleBook, answers: Iterable[Answered], mark: PassMark) -> Iterator[OfIndicator]:
    found: dict[str, list[Answered]] = {}
    for answer in answers:
        found.setdefault(answer.indicator, []).append(answer)
    for name in (name for name in book.leaves if name in found):
        measure = _measure(found[name])
        tested = measure.n - measure.added
        yield OfIndicator(name, measure, tested, tested >= mark.questions, mark.is_met(tested, measure.exact))
