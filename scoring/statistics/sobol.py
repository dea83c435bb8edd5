"""Sobol' indices: the share of a variance due to each group of factors. Section 9 of docs/method.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scoring.statistics.arrays import Floats


BATCHES = 50  # batches of draws, omitted one after the other for the jackknife


class SobolIndices(NamedTuple):
    """Shares of the variance with standard errors, each of shape (groups, outputs); NaN if an output does not vary."""

    first: Floats
    first_error: Floats
    total: Floats
    total_error: Floats


class SobolSums:
    """Running sums of outputs under two independent samples A and B of all factors, in constant memory.

    With f(A_B^g) the output under A with the factors of group g from B, and the variance V over A and B together:

    S_g = 1 - E[(f(B) - f(A_B^g))^2] / (2 V)    T_g = E[(f(A) - f(A_B^g))^2] / (2 V)    (Jansen 1999)

    S_g is the share that disappears if only the group is fixed, T_g the share that remains if only the group is not
    fixed. Standard errors are those of the jackknife over batches of draws.
    """

    def __init__(self, draws: int, groups: int, outputs: int) -> None:
        self.draws, self.seen = draws, 0
        self.sums = np.zeros((BATCHES, 2 + 2 * groups, outputs))
        self.sizes = np.zeros(BATCHES)
        self.centre: Floats | None = None

    def add(self, a: Floats, b: Floats, mixed: Floats) -> None:
        """Add draws of f(A) and f(B), shape (outputs, size), and of f(A_B^g), shape (groups, outputs, size)."""
        if self.centre is None:
            self.centre = a.mean(axis=1, keepdims=True)
        x, y = a - self.centre, b - self.centre  # centred, because the variance is computed from sums of squares
        terms = np.concatenate([[x + y, x * x + y * y], (b - mixed) ** 2, (a - mixed) ** 2])
        batches = (np.arange(self.seen, self.seen + a.shape[1]) * BATCHES) // self.draws
        numbers, starts, sizes = np.unique(batches, return_index=True, return_counts=True)
        self.sums[numbers] += np.moveaxis(np.add.reduceat(terms, starts, axis=-1), -1, 0)
        self.sizes[numbers] += sizes
        self.seen += a.shape[1]

    def indices(self) -> SobolIndices:
        """The indices of all groups and outputs."""
        whole = _first_and_total(self.sums.sum(axis=0), self.sizes.sum())
        without = _first_and_total(self.sums.sum(axis=0) - self.sums, (self.sizes.sum() - self.sizes)[:, None, None])
        errors = np.sqrt((BATCHES - 1) / BATCHES * np.square(without - without.mean(axis=0)).sum(axis=0))
        (first, total), (first_error, total_error) = np.split(whole, 2), np.split(errors, 2)
        return SobolIndices(first, first_error, total, total_error)


def _first_and_total(sums: Floats, size: float | Floats) -> Floats:
    """First-order indices of all groups, then total indices, from sums of shape (..., terms, outputs)."""
    means = sums / size
    variance = means[..., 1:2, :] / 2 - np.square(means[..., 0:1, :] / 2)
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing varies: NaN
        parts = np.where(variance > 0, means[..., 2:, :] / (2 * variance), np.nan)
    groups = parts.shape[-2] // 2
    parts[..., :groups, :] = 1 - parts[..., :groups, :]
    return parts
