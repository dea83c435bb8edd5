"""The model of the vignettes of a rubric, vignettes.yaml beside rubric.yaml: texts with known answers for coders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scoring.model.digest import digest
from scoring.model.fields import Label, Model, Text, Unit
from scoring.model.profile import Codes

MAX_VIGNETTES = 1000  # more than a person codes; bounds the size of a sheet
DIGITS = 12  # of a checksum


class PassMark(Model):
    """What a coder needs to be qualified for an indicator."""

    exact: Unit
    """The least share of its questions that are answered as the key answers them, with two decimals."""
    questions: Annotated[int, Field(strict=True, ge=1, le=MAX_VIGNETTES)]
    """The least number of its questions; an indicator with fewer is not tested."""

    def is_met(self, questions: int, exact: float) -> bool:
        """Whether so many questions, with this share of exact answers, qualify."""
        return questions >= self.questions and exact >= self.exact


class Vignette(Model):
    """A short text with known codes."""

    id: Label
    text: Text
    answer: Codes
    """Indicator -> code, as the anchors demand; {} if the text codes nothing."""
    why: Text
    """Which words of the anchors decide."""


class VignetteFile(Model):
    """The file vignettes.yaml."""

    format: Literal[1]
    qualified: PassMark
    vignettes: Annotated[tuple[Vignette, ...], Field(min_length=1, max_length=MAX_VIGNETTES)]


def checksum(file: VignetteFile) -> str:
    """The first digits of the digest of the vignettes, by which a test names them."""
    return digest(file)[:DIGITS]
