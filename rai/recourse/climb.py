"""Looks harder where the nearest rows gave no way: changes one input after another, always the ones that help most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.recourse.choice import Block, rank
from rai.recourse.limits import Limits
from rai.recourse.oracle import Oracle
from rai.recourse.space import Floats, differ

Places = npt.NDArray[np.intp]

#: Values tried of each input, states carried on from each row, and trials of a row in one step.
VALUES, BEAM, TRIALS = 24, 8, 4_000
#: Most inputs changed this way.
STEPS = 6
#: Rows looked at together.
AT_ONCE = 64


def climb(oracle: Oracle, rows: Floats, pool: Floats) -> Block:
    """Find examples by a beam search from the row itself; those found change as few inputs as any looked at.

    Parameters
    ----------
    rows, pool
        As in :func:`rai.recourse.search.search`.
    """
    values = [_values(oracle.limits, pool[:, place], int(place)) for place in range(rows.shape[1])]
    found = [Block(np.zeros(0, dtype=np.intp), rows[:0])]
    for start in range(0, len(rows), AT_ONCE):
        block = _climb(oracle, rows[start : start + AT_ONCE], values)
        found.append(Block(block.place + start, block.found))
    return Block(np.concatenate([each.place for each in found]), np.concatenate([each.found for each in found]))


def _values(limits: Limits, column: Floats, place: int) -> Floats:
    """Values worth trying: numbers spread over those of the rows with the outcome, and the most frequent names."""
    if not limits.free[place]:
        return np.zeros(0)
    known = column[~np.isnan(column)]
    if limits.space.scales[place] is not None:
        # By rows, so that common values are tried, and by distinct values, so that rare ones are.
        return np.unique(np.r_[limits.low[place], limits.high[place], _spread(known), _spread(np.unique(known))])
    permitted = limits.permitted[place]
    assert permitted is not None
    counts = np.bincount(known.astype(np.intp), minlength=len(permitted))
    order = np.argsort(-counts, kind="stable")
    return order[permitted[order]][:VALUES].astype(float)


def _spread(known: Floats) -> Floats:
    return np.quantile(known, np.linspace(0, 1, VALUES), method="nearest") if len(known) else known


def _climb(oracle: Oracle, rows: Floats, values: list[Floats]) -> Block:
    trials = max(1, sum(len(each) for each in values))
    beam = int(np.clip(TRIALS // trials, 1, BEAM))
    place, states = np.arange(len(rows)), rows
    found = [Block(place[:0], rows[:0])]
    for _ in range(min(oracle.limits.most, STEPS)):
        place, states = _neighbours(oracle.limits, rows, place, states, values)
        holds, strength = oracle(states)
        found.append(Block(place[holds], states[holds]))
        going = ~np.isin(place, place[holds])
        chosen = _strongest(place[going], strength[going], beam)
        place, states = place[going][chosen], states[going][chosen]
        if not len(place):
            break
    return Block(np.concatenate([each.place for each in found]), np.concatenate([each.found for each in found]))


def _neighbours(
    limits: Limits, rows: Floats, place: Places, states: Floats, values: list[Floats]
) -> tuple[Places, Floats]:
    """Every state with one more input changed, each once."""
    places, made = [place[:0]], [states[:0]]
    for column, tried in enumerate(values):
        given = limits.fit(rows[place], np.broadcast_to(tried, (len(place), len(tried))), column)
        new = differ(given, states[:, [column]]) & ~differ(rows[place], states)[:, [column]]
        at, which = np.nonzero(new)
        changed = states[at]
        changed[:, column] = given[at, which]
        places.append(place[at])
        made.append(changed)
    keys = np.column_stack([np.concatenate(places), np.concatenate(made)])
    keys = np.unique(keys, axis=0)
    return keys[:, 0].astype(np.intp), keys[:, 1:]


def _strongest(place: Places, strength: Floats, wanted: int) -> Places:
    order = np.lexsort((-strength, place))
    return order[rank(place[order]) < wanted]
