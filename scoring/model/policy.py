"""The parameters of a rubric that decide what a code counts and how it is simulated; kinds of indicator read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from scoring.model.fields import FrozenDict, Label, Model, Positive, Unit, Weight


class Reliability(Model):
    """The number R of each Admiralty grade of a source; F means "cannot be judged", not "bad"."""

    A: Unit = 1.0
    B: Unit = 0.75
    C: Unit = 0.5
    D: Unit = 0.25
    E: Unit = 0.0
    F: Unit = 0.5


class Credibility(Model):
    """The number Q of each Admiralty grade of a statement; 6 means "cannot be judged", not "bad"."""

    grade_1: Unit = Field(1.0, alias="1")
    grade_2: Unit = Field(0.75, alias="2")
    grade_3: Unit = Field(0.5, alias="3")
    grade_4: Unit = Field(0.25, alias="4")
    grade_5: Unit = Field(0.0, alias="5")
    grade_6: Unit = Field(0.5, alias="6")


class EvidenceRules(Model):
    """What a statement counts: sections 2 and 3 of the method."""

    reliability: Reliability = Reliability()
    credibility: Credibility = Credibility()
    credibility_weight: Weight = 2.0
    """The weight of the credibility of a statement relative to the reliability of its source."""
    partly: Unit = 0.5
    """v of a checklist item that is answered partly."""
    undated: Unit = 0.5
    """The age factor of a statement without a date, if the indicator has a half-life."""


class Confidence(Model):
    """The coding error by the coder's confidence: half-widths, in units of v; `exact` has none."""

    high: Unit = 0.05
    moderate: Unit = 0.15
    low: Unit = 0.30


SourceShare = Annotated[float, Field(strict=True, ge=0, le=0.5)]


class SourceError(Model):
    """The error that all statements of one source on one indicator share: standard deviations, in units of v."""

    coded: SourceShare = 0.0
    """Of levels and checklists, which a coder judges."""
    measured: SourceShare = 0.0
    """Of numbers, shares and ranks. Counts have none."""


class CoderError(Model):
    """Standard deviations of the shift of all judged codes of one coder, in units of v."""

    default: Unit
    """Of coders who are not named, and of codes that nobody's name stands at: one shift for all of them together."""
    ids: Annotated[Mapping[Label, Unit], Field(min_length=1), AfterValidator(FrozenDict)]
    """Id of a coder -> standard deviation, of a shift of the coder's own."""


def _tag_of_coder_error(value: Any) -> str:
    return "by coder" if isinstance(value, dict | CoderError) else "float"


class Uncertainty(Model):
    """The parameters of the simulation: kappa of the weights, exponents and their probabilities, errors of evidence."""

    shared: Unit | None = None
    """Of format 1, ignored: what leaves have in common follows from the evidence."""
    kappa: Positive
    exponents: Annotated[Mapping[str, Positive], Field(min_length=1), AfterValidator(FrozenDict)]
    interval: Annotated[float, Field(strict=True, gt=0, lt=1)] = 0.9
    """The share of draws inside an uncertainty interval, with equal tails."""
    confidence: Confidence = Confidence()
    coder: Annotated[
        Annotated[Unit, Tag("float")] | Annotated[CoderError, Tag("by coder")], Discriminator(_tag_of_coder_error)
    ] = 0.0
    """Standard deviation of the shift of all levels and checklists of a country by a strict or mild coder: of all
    coders as one, or by coder."""
    source: SourceError = SourceError()
    drift: Positive = 20.0
    """Years after which the level of a country, and of its pillars, is half unrelated to what it was."""
    unknown_sample: Annotated[int, Field(strict=True, ge=1)] = 400
    """The sample size assumed for a share without one."""

    def coder_error(self, coder: str | None = None) -> float:
        """The standard deviation of the shift of a coder; None for one who has none of its own."""
        if isinstance(self.coder, CoderError):
            return self.coder.ids.get(coder or "", self.coder.default)
        return self.coder

    def has_own_shift(self, coder: str | None) -> bool:
        """Whether a coder is strict or mild apart from the others."""
        return isinstance(self.coder, CoderError) and coder in self.coder.ids

    @property
    def quantiles(self) -> tuple[float, float]:
        """The quantiles at the ends of an uncertainty interval, such as 0.05 and 0.95."""
        return round((1 - self.interval) / 2, 12), round((1 + self.interval) / 2, 12)
