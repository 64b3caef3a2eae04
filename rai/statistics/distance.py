"""How far two distributions of counts are apart: divergences of shares, and the population stability index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shares(counts: npt.NDArray[np.generic]) -> Floats:
    """Counts over their sum, along the last axis."""
    cells = np.asarray(counts, dtype=float)
    found: Floats = cells / cells.sum(axis=-1, keepdims=True)
    return found


def kullback_leibler(first: Floats, second: Floats) -> Floats:
    """Sum of ``p ln(p / q)`` over the values that occur in both; 0 is equal; NaN where none does; (..., k) in.

    Notes
    -----
    Kullback and Leibler (1951), Annals of Mathematical Statistics 22. Values that one side lacks would make it
    infinite and are left out, so that it can fall below 0 there; the Jensen-Shannon divergence has no such gap.
    """
    both = (first > 0) & (second > 0)
    terms = np.where(both, first * np.log(np.where(both, first, 1) / np.where(both, second, 1)), 0)
    found: Floats = np.where(both.any(axis=-1), terms.sum(axis=-1), np.nan)
    return found


def jensen_shannon(first: Floats, second: Floats) -> Floats:
    """Mean divergence of two shares from their middle, natural logarithm: 0 (equal) to 0.693 (nothing in common).

    Notes
    -----
    Lin (1991), IEEE Transactions on Information Theory 37. A divergence, not its square root.
    """
    middle = (first + second) / 2
    found: Floats = (kullback_leibler(first, middle) + kullback_leibler(second, middle)) / 2
    return found


def total_variation(first: Floats, second: Floats) -> Floats:
    """Half the sum of absolute differences: the share that would have to change its value; 0 to 1."""
    found: Floats = np.abs(first - second).sum(axis=-1) / 2
    return found


def stability_index(first: npt.NDArray[np.generic], second: npt.NDArray[np.generic]) -> Floats:
    """Population stability index of two tables of counts: sum of ``(p - q) ln(p / q)``; 0 is equal, no upper end.

    Half a row is added to every value, so that one that occurs on one side only counts much but not without end.
    """
    p, q = (shares(np.asarray(counts, dtype=float) + 0.5) for counts in (first, second))
    found: Floats = ((p - q) * np.log(p / q)).sum(axis=-1)
    return found
