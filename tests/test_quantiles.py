"""The tables that random numbers are taken from, compared with figures of scipy 1.x and with closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scoring.uncertainty import quantiles

Z = (-4, -1.6449, -0.5, 0, 0.333, 1.2816, 2.5, 4)
BETA = [  # c, f, and scipy.stats.beta.ppf(scipy.stats.norm.cdf(Z), c f, (1 - c) f)
    (0.5, 2, (3.2e-05, 0.049995, 0.308538, 0.5, 0.630433, 0.900008, 0.99379, 0.999968)),
    (0.5, 0.5, (0.0, 7.4e-05, 0.100551, 0.5, 0.805858, 0.99882, 1.0, 1.0)),
    (0.02, 0.5, (0.0, 0.0, 0.0, 0.0, 0.0, 0.00011, 0.914423, 0.999998)),
    (0.98, 0.5, (2e-06, 0.975808, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
    (0.02, 4, (0.0, 0.0, 0.0, 3e-05, 0.00054, 0.053147, 0.394382, 0.821338)),
    (0.1, 1, (0.0, 0.0, 9e-06, 0.001152, 0.011684, 0.394803, 0.959485, 0.999883)),
    (0.3, 3.5, (2.1e-05, 0.024219, 0.150384, 0.25913, 0.347049, 0.619636, 0.878227, 0.985902)),
    (0.62, 1.31, (6e-06, 0.052792, 0.434992, 0.691424, 0.828388, 0.987315, 0.999952, 1.0)),
    (0.8, 20, (0.368792, 0.640569, 0.763333, 0.810115, 0.838369, 0.904861, 0.959838, 0.990209)),
    (0.5, 500, (0.411225, 0.46325, 0.488815, 0.5, 0.507449, 0.528648, 0.555755, 0.588775)),
]


def looked_up(c: float, f: float, z: tuple[float, ...]) -> np.ndarray:
    """The Beta variables at standard normal numbers."""
    [table] = quantiles.beta_of_normal(np.array([c]), np.array([f]))
    places = ((np.array(z) + quantiles.NORMAL_RANGE) * quantiles.NORMAL_STEP).astype(np.float32)
    steps, found = np.empty(len(z), np.intp), np.empty_like(places)
    quantiles.find_places(places, steps, found)
    quantiles.look_up(table, steps, places, found, np.empty(len(z), np.complex64))
    return found


@pytest.mark.parametrize(("c", "f", "expected"), BETA, ids=[f"{c}-{f}" for c, f, _ in BETA])
def test_beta_quantiles_are_those_of_scipy(c: float, f: float, expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(looked_up(c, f, Z), expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("c", [0.0, 1.0])
def test_a_certain_expectation_has_no_spread(c: float) -> None:
    assert looked_up(c, 2.0, Z).tolist() == [c] * len(Z)


def test_a_table_has_as_many_variables_as_are_asked_for() -> None:
    """Tables computed together are those computed alone."""
    c, f = np.array([0.1, 0.5, 1.0]), np.array([2.0, 0.5, 3.0])
    together = quantiles.beta_of_normal(c, f)
    assert together.shape == (3, quantiles.NORMAL_STEPS)
    for row in range(3):
        np.testing.assert_array_equal(together[row], quantiles.beta_of_normal(c[row : row + 1], f[row : row + 1])[0])
    assert quantiles.beta_of_normal(c[:0], f[:0]).shape == (0, quantiles.NORMAL_STEPS)


@pytest.mark.parametrize(
    ("table", "mean", "variance"),
    [
        (quantiles.triangular, 0, 1 / 6),
        (quantiles.exponential, 1, 1),
        (quantiles.normal, 0, 1),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_table_has_the_moments_of_its_distribution(table: object, mean: float, variance: float) -> None:
    assert callable(table)
    found = table().astype(np.float64)
    assert len(found) == 2**16
    assert np.all(np.diff(found) >= 0)
    assert found.mean() == pytest.approx(mean, abs=1e-4)
    assert found.var() == pytest.approx(variance, rel=2e-4)


def test_normal_quantiles() -> None:
    """scipy.stats.norm.ppf of .05, .25 and .9."""
    found = quantiles.normal()[(np.array([0.05, 0.25, 0.9]) * 2**16).astype(int)]
    np.testing.assert_allclose(found, [-1.644854, -0.67449, 1.281552], atol=3e-4)


@pytest.mark.parametrize(("width", "error"), [(0.15, 0.18), (0.0, 0.05), (0.3, 0.0)])
def test_one_number_gives_two_errors_that_are_independent(width: float, error: float) -> None:
    """Coding error by the upper eight bits, source error by the lower: variances w^2 / 6 and s^2, and they add up."""
    table = quantiles.noise(width, error).astype(np.float64).reshape(256, 256)
    coding, source = table.mean(axis=1), table.mean(axis=0)
    assert coding.var() == pytest.approx(width**2 / 6, rel=1e-3, abs=1e-9)
    assert source.var() == pytest.approx(error**2, rel=1e-3, abs=1e-9)
    np.testing.assert_allclose(table, coding[:, None] + source[None], atol=2e-5)
    assert np.abs(coding).max() <= 1.01 * width + 1e-5
    # the quantiles of the sum are those of the sum of a triangular and a normal variable
    numbers = np.random.default_rng(0)
    drawn = numbers.triangular(-1, 0, 1, 10**6) * width + numbers.normal(size=10**6) * error
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    scale = math.hypot(width, error)  # at the 5 % quantile the 256 levels of a normal error are .04 apart
    np.testing.assert_allclose(np.quantile(table, levels), np.quantile(drawn, levels), atol=0.02 * scale)
