"""Interval of the gap between all rows and the group farthest from them, looked at for all groups at once.

A group is part of all rows, so the two numbers vary together: the interval allows for that as far as the replicates
show it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.statistics.intervals import LEVEL, Z
from rai.statistics.simultaneous import Spread, largest_share

Floats = npt.NDArray[np.float64]


def farthest(spread: Spread, whole: Spread) -> tuple[float, float]:
    """Ends of a 95 % interval for the largest distance of a group from the value over all rows.

    Parameters
    ----------
    spread
        The groups.
    whole
        The same metric over all rows, as a Spread of one. Its replicates either belong to those of the groups, draw
        by draw, or are independent of them; then the interval is wider than it need be.

    Returns
    -------
    tuple
        Lower end, never below 0, and upper end of ``max over groups of abs(group - all rows)``.

    Notes
    -----
    The number of standard errors is the 95th percentile of the largest studentised distance among the replicates.
    The ends of each distance are recovered from the limits of its two numbers and their correlation (Zou 2007,
    Psychological Methods 12).
    """
    moves = spread.replicates - whole.replicates
    z = max(Z, float(np.quantile(largest_share(moves - moves.mean(axis=0)), LEVEL)))
    low, high = spread.limits(z)
    floor, ceiling = whole.limits(z)
    together = _correlations(spread.replicates, whole.replicates)
    gap = spread.values - whole.values
    least = gap - _joined(spread.values - low, ceiling - whole.values, together)
    most = gap + _joined(high - spread.values, whole.values - floor, together)
    return max(0.0, float(np.maximum(least, -most).max())), float(np.maximum(most, -least).max())


def _correlations(groups: Floats, whole: Floats) -> Floats:
    apart, other = groups - groups.mean(axis=0), whole - whole.mean(axis=0)
    scale = np.sqrt((apart**2).sum(axis=0) * (other**2).sum(axis=0))
    found: Floats = np.divide((apart * other).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 0)
    return found


def _joined(one: Floats, other: Floats, together: Floats) -> Floats:
    # On the logarithmic scale the limit of a rate that may be 0 is infinitely far away.
    with np.errstate(invalid="ignore"):
        found: Floats = np.sqrt(np.maximum(one**2 + other**2 - 2 * together * one * other, 0))
    return np.where(np.isinf(one) | np.isinf(other), np.inf, found)
