"""The interval of a share of few trials.

Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the American
Statistical Association 22, 209-212; recommended for few trials by Brown, Cai and DasGupta (2001), Interval estimation
for a binomial proportion, Statistical Science 16, 101-133.
"""

from __future__ import annotations

import math
from statistics import NormalDist

LEVEL = 0.95


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share, in [0, 1]; trials is at least 1.

    (p + z^2 / 2n ± z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), p = hits / n.
    """
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    p, n = hits / trials, trials
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    # at 0 and n the formula gives 0 and 1 but for rounding errors
    return (0.0 if hits == 0 else low), (1.0 if hits == trials else high)
