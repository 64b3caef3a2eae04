"""95 % intervals of single numbers: rates, means, medians, and anything of which there are replicates."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from rai.statistics.estimates import Estimate, absent, estimate

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
#: Normal quantile of a two-sided 95 % interval, 1.96.
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


def wilson(successes: npt.ArrayLike, trials: npt.ArrayLike, z: float = Z) -> tuple[Floats, Floats]:
    """Wilson's score interval of rates; NaN where there are no trials.

    Parameters
    ----------
    successes, trials
        Counts of the same shape, ``0 <= successes <= trials``.
    z
        Number of standard errors; 1.96 for 95 %.

    Returns
    -------
    tuple
        Lower and upper limits, within 0 to 1. Unlike the normal interval they have a width at 0 and at all.

    Notes
    -----
    Wilson, E. B. (1927), Journal of the American Statistical Association 22.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / n
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # At no or only successes the limit is exactly 0 or 1; subtraction leaves a last digit otherwise.
    low = np.where(k == 0, np.where(n > 0, 0.0, np.nan), np.clip(middle - half, 0, 1))
    high = np.where(k == n, np.where(n > 0, 1.0, np.nan), np.clip(middle + half, 0, 1))
    return low, high


def rate(successes: int, trials: int, *, undefined: str = "There are no rows to divide by.") -> Estimate:
    """A rate with its Wilson interval; ``n`` is the number of trials."""
    if trials == 0:
        return absent(0, undefined)
    low, high = wilson(successes, trials)
    return estimate(successes / trials, float(low), float(high), trials)


def rate_difference(first: tuple[int, int], second: tuple[int, int], *, undefined: str = "") -> Estimate:
    """The first rate minus the second, each given as successes and trials, with Newcombe's interval.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17, method 10: the Wilson limits of the two rates squared and added.
    """
    (a, n), (b, m) = first, second
    if n == 0 or m == 0:
        return absent(n + m, undefined or "There are no rows to divide by.")
    (low, high), (floor, ceiling) = ([float(end) for end in wilson(k, size)] for k, size in (first, second))
    p, q = a / n, b / m
    down, up = float(np.hypot(p - low, ceiling - q)), float(np.hypot(high - p, q - floor))
    return estimate(p - q, p - q - down, p - q + up, n + m)


def mean(values: Floats) -> Estimate:
    """A mean with the normal interval of the central limit theorem; without an interval below two rows."""
    value, error = mean_and_error(values)
    return estimate(value, value - Z * error, value + Z * error, len(values), undefined="There are no rows.")


def mean_and_error(values: Floats) -> tuple[float, float]:
    """Mean and its standard error; NaN where undefined (no row, and for the error a single row)."""
    if not len(values):
        return float("nan"), float("nan")
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return float(np.mean(values)), error


def median(values: Floats) -> Estimate:
    """A median with the interval between two order statistics, which holds for any distribution.

    Notes
    -----
    The ranks are those at which the binomial distribution with probability one half leaves 2.5 % on either side,
    by its normal approximation; below six rows no such ranks exist and there is no interval.
    """
    n = len(values)
    if n == 0:
        return absent(0, "There are no rows.")
    ordered = np.sort(values)
    half = Z * n**0.5 / 2
    low, high = int(np.floor(n / 2 - half)), int(np.ceil(n / 2 + half))
    value = float(np.median(ordered))
    if low < 0 or high > n - 1:
        return estimate(value, float("nan"), float("nan"), n)
    return estimate(value, float(ordered[low]), float(ordered[high]), n)


def from_replicates(
    value: float, replicates: Floats, n: int, *, undefined: str = "", recentred: bool = False
) -> Estimate:
    """A number with the percentile interval of its replicates.

    Parameters
    ----------
    replicates
        Shape (replicates,).
    recentred
        Shift the replicates so that their mean is the value: for numbers that noise can only raise, such as a mean
        of absolute gaps, whose replicates would otherwise all lie above it. The lower end is kept at 0.
    """
    if not np.isfinite(value):
        return absent(n, undefined or "The number is undefined here.")
    moved = np.maximum(replicates - replicates.mean() + value, 0) if recentred else replicates
    low, high = np.quantile(moved, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return estimate(value, float(low), float(high), n)


def logit_interval(value: float, error: float) -> tuple[float, float]:
    """Ends of an interval for a number between 0 and 1, symmetric on the logit scale so that it stays within.

    At exactly 0 or 1 the logit does not exist, and the plain normal interval, cut at 0 and 1, is given.
    """
    if not 0 < value < 1:
        return max(0.0, value - Z * error), min(1.0, value + Z * error)
    middle = np.log(value / (1 - value))
    reach = Z * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-(middle - reach))), 1 / (1 + np.exp(-(middle + reach)))
    return float(low), float(high)
