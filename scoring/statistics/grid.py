"""Where figures are rounded to."""

from __future__ import annotations

from typing import NamedTuple


class Grid(NamedTuple):
    """The values at which steps v + shift is whole, such as so many decimals of a printed scale."""

    steps: float
    shift: float = 0.0
