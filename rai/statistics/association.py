"""How closely two columns go together, from 0 (not at all) to 1 (one determines the other)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


def cramers_v(first: Codes, second: Codes) -> float:
    """Cramér's V of two categorical columns, corrected for the number of rows; NaN where one of them is constant.

    Notes
    -----
    Bergsma, W. (2013), A bias-correction for Cramér's V and Tschuprow's T, Journal of the Korean Statistical
    Society 42. Without the correction many categories in few rows look associated by chance.
    """
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n, (rows, columns) = table.sum(), table.shape
    if min(rows, columns) < 2 or n < 2:
        return float("nan")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi = float(((table - expected) ** 2 / expected).sum() / n)
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (n - 1))
    smaller = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1))
    return float(min(1.0, (phi / (smaller - 1)) ** 0.5)) if smaller > 1 else float("nan")


def correlation_ratio(groups: Codes, numbers: Floats) -> float:
    """Correlation ratio of a number over groups, corrected for the number of rows; NaN where the number is constant.

    Notes
    -----
    The square root of the share of variance that lies between the groups, with Kelley's correction (1935,
    Proceedings of the National Academy of Sciences 21), so that many small groups do not look associated by chance.
    Rows without a number are left out.
    """
    known = np.isfinite(numbers)
    _, groups = np.unique(groups[known], return_inverse=True)
    numbers = numbers[known]
    sizes = np.bincount(groups) if len(groups) else np.zeros(0)
    n, k = len(numbers), len(sizes)
    total = float(((numbers - numbers.mean()) ** 2).sum()) if n else 0.0
    if k < 2 or n <= k or total <= 0:
        return float("nan")
    means = np.bincount(groups, weights=numbers) / sizes
    within = float(((numbers - means[groups]) ** 2).sum())
    return float(max(0.0, 1 - (within / (n - k)) / (total / (n - 1))) ** 0.5)


def spearman(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation, from -1 (reversed) to 1 (same order), ties at their mean rank; NaN for a constant.

    Notes
    -----
    Spearman, C. (1904), The American Journal of Psychology 15.
    """
    ranks = [_ranks(values) for values in (first, second)]
    apart = [each - each.mean() for each in ranks]
    scale = float((apart[0] ** 2).sum() * (apart[1] ** 2).sum()) ** 0.5
    return float(np.clip((apart[0] @ apart[1]) / scale, -1, 1)) if scale > 0 else float("nan")


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing their mean rank."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places], dtype=float)
