"""Makes an example as small as it can be: takes back changes that are not needed, then shortens the remaining steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.recourse.choice import rank
from rai.recourse.oracle import Oracle
from rai.recourse.space import Floats, differ

Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

#: Parts into which a way is divided at each question.
PARTS = 8
#: With more changes than this, many are taken back at once first.
MANY = 25


def revert(oracle: Oracle, rows: Floats, found: Floats) -> Floats:
    """Take back change by change while the outcome holds, the one first that leaves the outcome clearest."""
    found = found.copy()
    many = differ(rows, found).sum(axis=1) > MANY
    found[many] = _revert_many(oracle, rows[many], found[many])
    active = np.ones(len(rows), dtype=bool)
    while active.any():
        place, column = np.nonzero(differ(rows, found) & active[:, None])
        tried = found[place]
        tried[np.arange(len(place)), column] = rows[place, column]
        holds, strength = oracle(tried)
        chosen = _best(place[holds], strength[holds], _saved(oracle, rows, found, place, column)[holds])
        found[place[holds][chosen], column[holds][chosen]] = rows[place[holds][chosen], column[holds][chosen]]
        active = np.zeros(len(rows), dtype=bool)
        active[place[holds][chosen]] = True
    return found


def _revert_many(oracle: Oracle, rows: Floats, found: Floats) -> Floats:
    """Take back many changes at once: as many as the outcome allows, in the order of how little each one matters."""
    found = found.copy()
    place, column = np.nonzero(differ(rows, found))
    tried = found[place]
    tried[np.arange(len(place)), column] = rows[place, column]
    holds, strength = oracle(tried)
    order = np.lexsort((-_saved(oracle, rows, found, place, column), -strength, ~holds, place))
    turn = np.full(found.shape, found.shape[1])
    turn[place[order], column[order]] = rank(place[order])
    good, bad = np.zeros(len(rows), dtype=np.intp), differ(rows, found).sum(axis=1)
    while (active := bad - good > 1).any():
        middle = (good + bad) // 2
        tried = np.where(turn < middle[:, None], rows, found)
        holds = np.zeros(len(rows), dtype=bool)
        holds[active] = oracle(tried[active])[0]
        good, bad = np.where(active & holds, middle, good), np.where(active & ~holds, middle, bad)
    return np.where(turn < good[:, None], rows, found)


def _saved(oracle: Oracle, rows: Floats, found: Floats, place: Places, column: Places) -> Floats:
    saved: Floats = oracle.limits.space.gaps(rows, found)[place, column]
    return saved


def _best(place: Places, strength: Floats, saved: Floats) -> Places:
    """For each place the position of its strongest trial; where equal, of the one that saves most."""
    order = np.lexsort((-saved, -strength, place))
    _, first = np.unique(place[order], return_index=True)
    return order[first]


def approach(oracle: Oracle, rows: Floats, found: Floats) -> Floats:
    """Move each changed number as near to its old value as the outcome allows, the largest step first."""
    found = found.copy()
    numbers = np.array([scale is not None for scale in oracle.limits.space.scales])
    open_ = differ(rows, found) & numbers & ~np.isnan(rows)
    gaps = np.where(open_, oracle.limits.space.gaps(rows, found), -1.0)
    order = np.argsort(-gaps, axis=1, kind="stable")
    for turn in range(int(open_.sum(axis=1).max(initial=0))):
        place = np.flatnonzero(open_.sum(axis=1) > turn)
        found[place] = _narrow(oracle, rows[place], found[place], order[place, turn])
    return found


def _narrow(oracle: Oracle, rows: Floats, found: Floats, column: Places) -> Floats:
    """Close in on the boundary between the value that holds and the nearest one that may be proposed.

    Each question divides the way into :data:`PARTS`: a model answers a few hundred more rows in the time it takes to
    ask it once.
    """
    found, line = found.copy(), np.arange(len(rows))
    decimals = np.array([scale.decimals if scale else 0 for scale in oracle.limits.space.scales])[column]
    good = found[line, column]
    # The nearest permitted value is asked first: with a range it can lie away from the row's own value.
    bad = _nearest(oracle, rows, column)
    near = bad != rows[line, column]
    good = np.where(near & _ask(oracle, found, column, bad[:, None], near[:, None])[:, 0], bad, good)
    while True:
        points = _round(bad[:, None] + (good - bad)[:, None] * np.arange(1, PARTS) / PARTS, decimals[:, None])
        new = (points != good[:, None]) & (points != np.column_stack([bad, points[:, :-1]]))
        # Neighbours on the grid of written values differ by one step and a rounding error.
        active = (np.abs(good - bad) > 1.001 * 10.0**-decimals) & new.any(axis=1)
        if not active.any():
            found[line, column] = good
            return found
        holds = _ask(oracle, found, column, points, new & active[:, None]) | (points == good[:, None])
        ladder = np.column_stack([bad, points, good])
        nearest = np.column_stack([holds, np.ones(len(rows), dtype=bool)]).argmax(axis=1)
        good, bad = (np.where(active, ladder[line, nearest + up], old) for up, old in ((1, good), (0, bad)))


def _nearest(oracle: Oracle, rows: Floats, column: Places) -> Floats:
    nearest = rows[np.arange(len(rows)), column]
    for place in np.unique(column):
        low, high = oracle.limits.bounds(rows, int(place))
        nearest = np.where(column == place, np.clip(nearest, low, high), nearest)
    return nearest


def _ask(oracle: Oracle, found: Floats, column: Places, values: Floats, asked: Mask) -> Mask:
    """Try several values, shape (n, k), in one column of each row; what is not asked does not hold."""
    place, turn = np.nonzero(asked)
    tried = found[place]
    tried[np.arange(len(place)), column[place]] = values[place, turn]
    holds = np.zeros(asked.shape, dtype=bool)
    holds[place, turn] = oracle(tried)[0]
    return holds


def _round(values: Floats, decimals: Places) -> Floats:
    rounded = values.copy()
    for each in np.unique(decimals):
        rounded = np.where(decimals == each, np.round(values, int(each)), rounded)
    return rounded
