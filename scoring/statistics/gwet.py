"""Gwet's AC1: agreement of coders where nearly all readings are the same. Section 12 of docs/method.md.

Gwet (2008), Computing inter-rater reliability and its variance in the presence of high agreement, British Journal of
Mathematical and Statistical Psychology 61, 29-48.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def gwet_ac1(units: Sequence[Sequence[float]]) -> float:
    """AC1 of values that are equal or not; a unit is the values of its coders. NaN without two coders of one unit.

    AC1 = (p_a - p_e) / (1 - p_e),   p_e = sum pi_k (1 - pi_k) / (q - 1)

    p_a is the mean over units of the share of pairs of coders with the same value, pi_k the mean over units of the
    share of coders with value k, and q the number of distinct values, at least 2. Units of one coder count only for
    pi_k.
    """
    counts = [Counter(unit) for unit in units if unit]
    paired = [count for count in counts if count.total() > 1]
    if not paired:
        return math.nan
    agreed = math.fsum(
        math.fsum(n * (n - 1) for n in count.values()) / (count.total() * (count.total() - 1)) for count in paired
    )
    values = sorted({value for count in counts for value in count})
    shares = [math.fsum(count[value] / count.total() for count in counts) / len(counts) for value in values]
    expected = math.fsum(share * (1 - share) for share in shares) / (max(len(values), 2) - 1)
    return (agreed / len(paired) - expected) / (1 - expected)


def unusual_share(units: Sequence[Sequence[float]]) -> float:
    """The share of values that are not the most frequent one; NaN without values."""
    counts = Counter(value for unit in units for value in unit)
    return (counts.total() - max(counts.values())) / counts.total() if counts else math.nan
