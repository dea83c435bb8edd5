"""Sobol' indices on functions whose indices are known, and against SALib where it is installed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from scoring.statistics.sobol import BATCHES, SobolIndices, SobolSums

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from scoring.statistics.arrays import Floats

DRAWS = 2**15
ERRORS = 4  # standard errors within which a known figure must lie


def ishigami(x: Floats) -> Floats:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, x in [-pi, pi] (Ishigami and Homma 1990)."""
    angles = (2 * x - 1) * math.pi
    return np.asarray(np.sin(angles[0]) + 7 * np.sin(angles[1]) ** 2 + 0.1 * angles[2] ** 4 * np.sin(angles[0]))


def ishigami_indices() -> tuple[list[float], list[float]]:
    """First and total, from the parts of the variance in the paper's closed form."""
    first = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2
    second = 7**2 / 8
    together = 8 * 0.1**2 * math.pi**8 / 225  # of the first and the third
    whole = first + second + together
    return [first / whole, second / whole, 0], [(first + together) / whole, second / whole, together / whole]


WIDTHS = (0, 1, 4.5, 9)


def g_function(x: Floats) -> Floats:
    """Product of (|4 x_i - 2| + a_i) / (1 + a_i) (Sobol' 1993)."""
    a = np.array(WIDTHS)[:, None]
    return np.asarray(((np.abs(4 * x - 2) + a) / (1 + a)).prod(axis=0))


def g_indices() -> tuple[list[float], list[float]]:
    """V_i = 1 / (3 (1 + a_i)^2), V = prod (1 + V_i) - 1, T_i = V_i prod_{j != i} (1 + V_j) / V."""
    parts = [1 / (3 * (1 + a) ** 2) for a in WIDTHS]
    whole = math.prod(1 + part for part in parts) - 1
    totals = [part * math.prod(1 + other for j, other in enumerate(parts) if j != i) for i, part in enumerate(parts)]
    return [part / whole for part in parts], [total / whole for total in totals]


def estimated(function: Callable[[Floats], Floats], factors: int, seed: int, draws: int = DRAWS) -> SobolIndices:
    numbers = np.random.default_rng(seed)
    sums = SobolSums(draws, factors, 1)
    for size in (draws // 3, draws - draws // 3):  # the blocks need not fit the batches
        a, b = numbers.random((2, factors, size))
        mixed = np.array([[function(np.where(np.arange(factors)[:, None] == i, b, a))] for i in range(factors)])
        sums.add(function(a)[None], function(b)[None], mixed)
    return sums.indices()


@pytest.mark.parametrize(
    ("function", "known"), [(ishigami, ishigami_indices()), (g_function, g_indices())], ids=["ishigami", "g"]
)
@pytest.mark.parametrize("seed", range(3))
def test_known_indices_lie_within_the_error_bars(
    function: Callable[[Floats], Floats], known: tuple[list[float], list[float]], seed: int
) -> None:
    found = estimated(function, len(known[0]), seed)
    for value, error, expected in zip(found.first[:, 0], found.first_error[:, 0], known[0], strict=True):
        assert abs(value - expected) < ERRORS * error
        assert error < 0.05
    for value, error, expected in zip(found.total[:, 0], found.total_error[:, 0], known[1], strict=True):
        assert abs(value - expected) < ERRORS * error
        assert error < 0.05


def test_the_error_bars_are_as_wide_as_the_estimates_scatter() -> None:
    runs = [estimated(g_function, len(WIDTHS), seed, draws=2000) for seed in range(100)]
    for value, error in (("first", "first_error"), ("total", "total_error")):
        scatter = np.std([getattr(run, value)[:, 0] for run in runs], axis=0, ddof=1)
        told = np.mean([getattr(run, error)[:, 0] for run in runs], axis=0)
        np.testing.assert_allclose(told, scatter, rtol=0.35)  # the scatter of 100 runs is itself known to 7 %


def test_outputs_are_told_apart_and_a_constant_has_no_indices() -> None:
    numbers = np.random.default_rng(1)
    a, b = numbers.random((2, 2, 5000))

    def outputs(x: Floats) -> Floats:
        return np.array([x[0] + 2 * x[1], np.ones(x.shape[1])])

    sums = SobolSums(5000, 2, 2)
    mixed = [outputs(np.array(one)) for one in ((b[0], a[1]), (a[0], b[1]))]
    sums.add(outputs(a), outputs(b), np.array(mixed))
    found = sums.indices()
    assert abs(found.total[0, 0] - 0.2) < ERRORS * found.total_error[0, 0]  # 1 and 4 parts of the variance
    assert abs(found.total[1, 0] - 0.8) < ERRORS * found.total_error[1, 0]
    assert np.isnan(found.first[:, 1]).all()
    assert np.isnan(found.total[:, 1]).all()


def test_total_indices_are_those_of_salib() -> None:
    sobol: Any = pytest.importorskip("SALib.analyze.sobol", reason="SALib is in the extra bench")
    numbers = np.random.default_rng(2)
    size, factors = 20 * BATCHES, 3
    a, b = numbers.random((2, factors, size))
    mixed = np.array([ishigami(np.where(np.arange(factors)[:, None] == i, b, a)) for i in range(factors)])
    sums = SobolSums(size, factors, 1)
    sums.add(ishigami(a)[None], ishigami(b)[None], mixed[:, None])
    ours = sums.indices().total[:, 0]
    theirs = [sobol.total_order(ishigami(a), one, ishigami(b)) for one in mixed]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
