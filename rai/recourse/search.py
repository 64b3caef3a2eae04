"""Finds examples for many rows at once: starts at the nearest rows that have the outcome, then shrinks the change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.recourse.choice import Block, best_of, rank
from rai.recourse.climb import climb
from rai.recourse.distances import permitted_distances
from rai.recourse.limits import Limits
from rai.recourse.oracle import Oracle
from rai.recourse.shrink import approach, revert
from rai.recourse.space import Floats, differ

Places = npt.NDArray[np.intp]

#: Changes of all starts of a row tried in the first step.
WIDE = 400


@dataclass(frozen=True)
class Effort:
    """How hard is searched for one row.

    Attributes
    ----------
    near, spread
        Rows with the outcome looked at first: the nearest, and some spread over all distances, which lead elsewhere.
    far
        Rows looked at where none of those will do: spread more closely, and those with the clearest outcome.
    starts
        Rows from which a way is shrunk, at most; a third of them from the spread ones.
    examples
        Examples wanted for a row.
    """

    near: int = 32
    spread: int = 12
    far: int = 50
    starts: int = 12
    examples: int = 3


def search(oracle: Oracle, rows: Floats, pool: Floats, effort: Effort) -> Block:
    """Search for every row.

    Parameters
    ----------
    rows
        Shape (n, m): rows without the outcome.
    pool
        Shape (p, m): rows predicted the outcome, the clearest first.
    """
    place, found = _all_starts(oracle, rows, pool, effort)
    few = best_of(oracle.limits, rows, place, revert(oracle, rows[place], found), effort.examples)
    few = _with_climbed(oracle, rows, pool, few, effort.examples)
    return best_of(oracle.limits, rows, few.place, approach(oracle, rows[few.place], few.found), effort.examples)


def _with_climbed(oracle: Oracle, rows: Floats, pool: Floats, few: Block, wanted: int) -> Block:
    """Add examples for the rows that still have none, so that nobody is said to have no way too early."""
    left = np.setdiff1d(np.arange(len(rows)), few.place)
    climbed = climb(oracle, rows[left], pool)
    more = best_of(oracle.limits, rows, left[climbed.place], climbed.found, wanted)
    order = np.argsort(np.concatenate([few.place, more.place]), kind="stable")
    return Block(
        np.concatenate([few.place, more.place])[order],
        np.concatenate([few.found, more.found])[order],
    )


def _affordable(limits: Limits, starts: int) -> int:
    """Fewer starts where there are many columns, because each change of each start is tried."""
    return int(np.clip(WIDE // max(int(limits.free.sum()), 1), 2, starts))


def _all_starts(oracle: Oracle, rows: Floats, pool: Floats, effort: Effort) -> tuple[Places, Floats]:
    """Rows of the pool, within the limits of each row, that still have the outcome."""
    order = np.argsort(permitted_distances(oracle.limits, rows, pool), axis=1, kind="stable")
    every, starts = np.arange(len(rows)), _affordable(oracle.limits, effort.starts)
    few = starts // 3
    found = [
        _starts(oracle, rows, pool[order[:, : effort.near]], every, starts - few),
        _starts(oracle, rows, pool[_spread(order, effort.near, effort.spread)], every, few),
    ]
    left = np.setdiff1d(every, np.concatenate([place for place, _ in found]))
    clearest = np.broadcast_to(np.arange(min(effort.far, len(pool))), (len(left), min(effort.far, len(pool))))
    further = np.concatenate([_spread(order[left], effort.near, effort.far), clearest], axis=1)
    found.append(_starts(oracle, rows, pool[further], left, starts))
    return np.concatenate([place for place, _ in found]), np.concatenate([each for _, each in found])


def _spread(order: Places, near: int, wanted: int) -> Places:
    """Places further away than the nearest, ever sparser with distance, the furthest among them."""
    p = order.shape[1]
    ranks = np.unique(np.geomspace(min(near, p), p, wanted).astype(np.intp)) - 1
    return order[:, ranks]


def _starts(oracle: Oracle, rows: Floats, chosen: Floats, places: Places, wanted: int) -> tuple[Places, Floats]:
    """The first of the rows chosen, shape (places, c, m), that keep the outcome when brought within the limits."""
    proposed = oracle.limits.fit_rows(rows[places], chosen).reshape(-1, rows.shape[1])
    place = np.repeat(places, chosen.shape[1])
    changed = differ(rows[place], proposed).any(axis=1)
    place, proposed = place[changed], proposed[changed]
    holds, _ = oracle(proposed)
    place, proposed = place[holds], proposed[holds]
    first = rank(place) < wanted
    return place[first], proposed[first]
