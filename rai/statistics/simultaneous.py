"""Intervals of the widest gap, the smallest and the largest value among several groups, looked at all at once.

The largest minus the smallest of several noisy rates is above 0 even where all groups are equal, and so are all its
replicates: a percentile interval of it never holds 0 and would find a disparity everywhere. Here the pairs of groups
get intervals that hold together in 95 % of samples, and the widest gap lies between the largest lower and the largest
upper end among them. With two groups this is Newcombe's interval of their difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.statistics.intervals import LEVEL, Z, wilson

Floats = npt.NDArray[np.float64]
Limits = tuple[Floats, Floats]


@dataclass(frozen=True)
class Spread:
    """One metric of several groups and how far each value may be from the truth.

    Attributes
    ----------
    values
        Shape (groups,), all defined.
    replicates
        Shape (replicates, groups): how the values vary from sample to sample.
    limits
        Lower and upper limits of the groups at a number of standard errors.
    """

    values: Floats
    replicates: Floats
    limits: Callable[[float], Limits]

    def take(self, places: npt.NDArray[np.intp]) -> Spread:
        """The groups at these places."""
        return Spread(self.values[places], self.replicates[:, places], lambda z: _both(_at(places), self.limits(z)))

    def logs(self) -> Spread:
        """The same on the logarithmic scale, where a gap is the logarithm of a ratio.

        A value of 0 has no logarithm; half of its upper limit at one standard error stands in for it. Replicates are
        kept above a thousandth of the value.
        """
        stand_in = np.where(self.values > 0, self.values, self.limits(1)[1] / 2)
        return Spread(
            _log(stand_in), _log(np.maximum(self.replicates, stand_in / 1000)), lambda z: _both(_log, self.limits(z))
        )


def of_rates(successes: Floats, trials: Floats, replicates: Floats) -> Spread:
    """Rates with Wilson's limits; shapes (groups,), (groups,), (replicates, groups)."""
    values: Floats = np.divide(successes, trials, out=np.full(trials.shape, np.nan), where=trials > 0)
    return Spread(values, replicates, lambda z: wilson(successes, trials, z))


def of_numbers(
    values: Floats, errors: Floats, replicates: Floats, *, least: float = -np.inf, most: float = np.inf
) -> Spread:
    """Numbers with standard errors and the range they can have; shapes (groups,), (groups,), (replicates, groups)."""
    return Spread(
        values,
        replicates,
        lambda z: (np.maximum(values - z * errors, least), np.minimum(values + z * errors, most)),
    )


def of_noisy(values: Floats, errors: Floats, excess: Floats, replicates: Floats) -> Spread:
    """Numbers that noise can only raise: their lower limit also gives back what noise alone is expected to add.

    Parameters
    ----------
    excess
        Shape (groups,): what would be measured by chance where the truth is 0.
    """
    return Spread(
        values,
        replicates,
        lambda z: (np.maximum(values - excess - z * errors, 0), values + z * errors),
    )


def widest_gap(spreads: Sequence[Spread]) -> tuple[float, float]:
    """Ends of a 95 % interval for the widest gap between two groups, over one or more metrics.

    Parameters
    ----------
    spreads
        The metrics, each with at least two groups.

    Returns
    -------
    tuple
        Lower end, never below 0, and upper end of ``max over metrics of (max - min over groups)``.

    Notes
    -----
    The number of standard errors is the 95th percentile of the largest studentised difference over all pairs among
    the replicates (the resampled form of the Tukey-Kramer intervals). The ends of each pair are squared and added
    from the limits of its two groups (Newcombe 1998, Statistics in Medicine 17; Zou and Donner 2008, ibid. 27).
    """
    z = _critical_of_pairs([spread.replicates for spread in spreads])
    ends = [_pair_ends(spread.values, *spread.limits(z)) for spread in spreads]
    return max(0.0, *(low for low, _ in ends)), max(high for _, high in ends)


def _critical_of_pairs(replicates: Sequence[Floats]) -> float:
    if len(replicates) == 1 and replicates[0].shape[1] == 2:
        return Z
    worst = np.zeros(len(replicates[0]))
    for drawn in replicates:
        centred = drawn - drawn.mean(axis=0)
        for first in range(drawn.shape[1] - 1):
            np.maximum(worst, largest_share(centred[:, [first]] - centred[:, first + 1 :]), out=worst)
    return max(Z, float(np.quantile(worst, LEVEL)))


def largest_share(moves: Floats) -> Floats:
    """The largest of several centred moves in each replicate, in standard errors; (replicates, k) in."""
    errors = moves.std(axis=0)
    found: Floats = np.divide(np.abs(moves), errors, out=np.zeros_like(moves), where=errors > 0).max(axis=1)
    return found


def _pair_ends(values: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """Largest lower and largest upper end of the absolute difference over all pairs."""
    order = np.argsort(values)
    values, low, high = values[order], low[order], high[order]
    down, up = values - low, high - values
    larger, smaller = np.triu_indices(len(values), 1)[::-1]
    gap = values[larger] - values[smaller]
    least = gap - np.hypot(down[larger], up[smaller])
    most = np.maximum(gap + np.hypot(up[larger], down[smaller]), -least)
    return float(least.max()), float(most.max())


def extremes(spread: Spread) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ends of the 95 % intervals for the smallest and for the largest value among groups.

    Returns
    -------
    tuple
        Ends for the smallest, ends for the largest, from limits of the groups that hold together.
    """
    z = Z if len(spread.values) == 1 else max(Z, float(np.quantile(_group_shares(spread.replicates), LEVEL)))
    low, high = spread.limits(z)
    return (float(low.min()), float(high.min())), (float(low.max()), float(high.max()))


def _group_shares(drawn: Floats) -> Floats:
    return largest_share(drawn - drawn.mean(axis=0))


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(values > 0, np.log(values), -np.inf)
    return found


def _at(places: npt.NDArray[np.intp]) -> Callable[[Floats], Floats]:
    return lambda ends: ends[places]


def _both(change: Callable[[Floats], Floats], limits: Limits) -> Limits:
    return change(limits[0]), change(limits[1])
