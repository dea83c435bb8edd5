"""The parameters that the evidence suggests for the next version of a rubric, rounded to two decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.analysis.calibration.readings import FEWEST, ordered_half_widths
from scoring.analysis.calibration.trials import expectations
from scoring.index.rescoring import leaves_of_rubric
from scoring.text.numbers import count

if TYPE_CHECKING:
    from scoring.analysis.calibration.answers import Answers
    from scoring.analysis.calibration.readings import Readings, Spread
    from scoring.index.assessment import Assessment

DECIMALS = 2
FEWEST_COUNTRIES = 2  # each is predicted by the others


class Expected(NamedTuple):
    """What the evidence lets expect of an indicator or item, and how many countries have evidence on it."""

    value: float
    countries: int


@dataclass(frozen=True)
class Proposal:
    """Parameters as a rubric has them; a figure that too few pairs support is that of the rubric."""

    country: float | None
    pillar: float | None
    """None if there is no answer that could be left out, and the rubric has none."""
    precision: float
    confidence: dict[str, float]
    coder: float
    coded: float
    measured: float
    kept: tuple[str, ...]
    """The names of the figures that are the rubric's, since too few pairs support another."""
    expected: dict[tuple[str, str | None], Expected]
    """By indicator and item."""


def propose(assessment: Assessment, found: Answers, readings: Readings) -> Proposal:
    """The parameters that the predictions and the second readings suggest."""
    rules = assessment.book.rubric.uncertainty
    kept: list[str] = []

    def chosen(name: str, spread: Spread, value: float, now: float, fewest: int = FEWEST) -> float:
        if spread.pairs < fewest:
            kept.append(name)
            return now
        return round(value, DECIMALS)

    widths = ordered_half_widths(readings.by_confidence)
    rows = [list(leaves_of_rubric(assessment, row)) for row in range(len(assessment.profiles))]
    expected, _ = expectations(rows, assessment.book)
    prior, is_set = assessment.book.rubric.prior, len(rows) >= FEWEST_COUNTRIES
    return Proposal(
        country=found.best_country if is_set else prior.country,
        pillar=found.best_pillar if is_set else prior.pillar,
        precision=found.best_precision if is_set else prior.precision,
        confidence={
            name: chosen(f"confidence.{name}", spread, widths.get(name, 0.0), getattr(rules.confidence, name))
            for name, spread in readings.by_confidence.items()
        },
        coder=chosen("coder", readings.coder, readings.coder.value, rules.coder_error(), 2),
        coded=chosen("source.coded", readings.coded, min(readings.coded.value, 0.5), rules.source.coded),
        measured=chosen("source.measured", readings.measured, min(readings.measured.value, 0.5), rules.source.measured),
        kept=tuple(kept),
        expected={
            (leaf.indicator, leaf.item): Expected(
                round(value, DECIMALS), sum(bool(row[number].entries) for row in rows)
            )
            for number, (leaf, value) in enumerate(zip(rows[0], expected.tolist(), strict=True))
        },
    )


def as_yaml(proposal: Proposal, assessment: Assessment) -> str:
    """The parameters as YAML to paste: first into rubric.yaml, then into the file of each pillar."""

    def expected(indicator: str, item: str | None) -> str:
        value, countries = proposal.expected[indicator, item]
        return f"expected: {value:g}}} # {count(countries, 'country', 'countries')}"

    # otherwise nothing is expected of missing evidence, or there is no usual level of a question
    has_prior = assessment.book.rubric.prior.weight > 0 and len(assessment.profiles) >= FEWEST_COUNTRIES
    widths = ", ".join(f"{name}: {value:g}" for name, value in proposal.confidence.items())
    found = {"country": proposal.country, "pillar": proposal.pillar, "precision": proposal.precision}
    strengths = ", ".join(f"{name}: {value:g}" for name, value in found.items() if value is not None)
    lines = [
        "# rubric.yaml, format: 2",
        *([f"prior: {{..., {strengths}}}"] if has_prior else []),
        "uncertainty:",
        f"  confidence: {{{widths}}}",
        f"  coder: {proposal.coder:g}",
        f"  source: {{coded: {proposal.coded:g}, measured: {proposal.measured:g}}}",
    ]
    for pillar in assessment.book.pillars if has_prior else ():
        lines += ["", f"# {pillar.id}.yaml"]
        for indicator in pillar.leaves.values():
            if not indicator.checklist:
                lines.append(f"- {{id: {indicator.id}, {expected(indicator.id, None)}")
                continue
            lines += [f"- id: {indicator.id}", "  items:"]
            lines += [f"    - {{key: {item.key}, {expected(indicator.id, item.key)}" for item in indicator.checklist]
    return "\n".join(lines) + "\n"
