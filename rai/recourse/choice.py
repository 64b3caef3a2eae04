"""Chooses among the examples of a row: fewest changes first, then nearest, and each by other columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.recourse.limits import Limits
from rai.recourse.space import Floats, differ

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Block:
    """Examples for a number of rows: ``found[i]`` is one for the row ``place[i]``; a row's best stands first.

    Attributes
    ----------
    place
        Shape (examples,), rising.
    found
        Shape (examples, m): coded rows.
    """

    place: Places
    found: Floats

    @property
    def best(self) -> Places:
        """Positions of the best example of each row that has one."""
        return np.unique(self.place, return_index=True)[1].astype(np.intp)

    def take(self, keep: npt.NDArray[np.bool_]) -> Block:
        """The examples marked."""
        return Block(self.place[keep], self.found[keep])


def best_of(limits: Limits, rows: Floats, place: Places, found: Floats, wanted: int) -> Block:
    """The best examples of each row.

    Parameters
    ----------
    rows
        Shape (n, m).
    place, found
        Which row each example is for, and the examples.
    wanted
        Examples of a row, each changing another set of columns; none changes more columns than are allowed.
    """
    changed = differ(rows[place], found)
    count, distance = changed.sum(axis=1), limits.space.distance(rows[place], found)
    order = np.lexsort((distance, count, place))
    order = order[(count[order] > 0) & (count[order] <= limits.most)]
    order = order[_first_of_its_kind(place[order], changed[order])]
    order = order[rank(place[order]) < wanted]
    return Block(place[order], found[order])


def _first_of_its_kind(place: Places, changed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    keys = np.column_stack([place, changed])
    first = np.unique(keys, axis=0, return_index=True)[1] if len(keys) else np.zeros(0, dtype=np.intp)
    return np.isin(np.arange(len(keys)), first)


def rank(place: Places) -> Places:
    """How many equal entries stand before each entry; equal entries stand together."""
    starts = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, dtype=np.intp)
    return np.arange(len(place)) - np.repeat(starts, np.diff(np.r_[starts, len(place)]))
