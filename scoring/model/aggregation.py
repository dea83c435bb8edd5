"""How an index, a pillar or a group follows from its children, beside the exponent of its mean."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scoring.model.fields import Model, Name, Number

_FRACTION = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")


def _as_number(value: object) -> object:
    """The number of a fraction such as `1/9`; anything else as it is."""
    return float(Fraction(value)) if isinstance(value, str) and _FRACTION.fullmatch(value) else value


Offset = Annotated[
    float,
    BeforeValidator(_as_number, json_schema_input_type=float | str),
    Field(strict=True, allow_inf_nan=False, ge=0, le=1000),
]


class GateRule(Model):
    """Where a child is not above a limit, the node has a given figure."""

    node: Name
    """The child: one of the node's own, which may have the weight 0."""
    below: Number
    """The limit, which counts as below, on the scale of the child."""
    value: Number
    """The figure, on the scale of the node."""


class Aggregated(Model):
    """The keys that an index, a pillar and a group have in common; each is absent by default."""

    combine: Literal["product", "least", "greatest", "sum"] | None = None
    """In place of the mean."""
    invert: Annotated[bool, Field(strict=True)] = False
    """Whether the mean is taken from the other end: 1 - M(1 - x)."""
    offset: Offset = 0.0
    """Added to each child before the mean, and subtracted after it."""
    gate: GateRule | None = None
