"""How far every row is from every row of another set, by Gower's distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.recourse.limits import Limits
from rai.recourse.space import Floats, Space

Distances = npt.NDArray[np.float32]


def distances(space: Space, rows: Floats, pool: Floats) -> Distances:
    """Gower distance from each row to each row of the pool; shapes (n, m) and (p, m) in, (n, p) out."""
    total = np.zeros((len(rows), len(pool)), dtype=np.float32)
    for place in np.flatnonzero(space.counts):
        total += _gaps(space, rows[:, [place]], np.broadcast_to(pool[:, place], total.shape), int(place))
    total /= max(int(space.counts.sum()), 1)
    return total


def permitted_distances(limits: Limits, rows: Floats, pool: Floats) -> Distances:
    """The same to each row of the pool once it is brought within the limits of the row it is compared with."""
    space = limits.space
    total = np.zeros((len(rows), len(pool)), dtype=np.float32)
    for place in np.flatnonzero(limits.free):
        fitted = limits.fit(rows, np.broadcast_to(pool[:, place], total.shape), int(place))
        total += _gaps(space, rows[:, [place]], fitted, int(place))
    total /= max(int(space.counts.sum()), 1)
    return total


def _gaps(space: Space, own: Floats, other: Floats, place: int) -> Floats:
    """Gaps of one column; the same as :meth:`Space.gaps`, without arrays of all columns at once."""
    if space.scales[place] is None:
        apart: Floats = (other != own).astype(float)
        return apart
    gap = np.abs(other - own) / space.spans[place]
    found: Floats = np.where(np.isnan(gap), np.isnan(other) != np.isnan(own), np.minimum(gap, 1))
    return found
