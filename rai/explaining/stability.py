"""Whether another half of the rows, compared with another half of the background, would rank the inputs alike."""

from __future__ import annotations

import numpy as np

from rai.explaining.attribution import Attribution
from rai.explaining.record import Stability
from rai.explaining.shuffling import rank_correlation
from rai.explaining.summary import FEWEST, absolute
from rai.statistics.estimates import absent
from rai.statistics.resampling import generator

#: Most important inputs that are compared.
FIRST = 5


def stability(found: Attribution, *, seed: int) -> Stability:
    """Rank correlation of the importances in two random halves of the rows, each against its half of the background.

    Halves differ more than all rows from as many others would, so this is on the careful side.
    """
    n, first = len(found.rows), min(FIRST, len(found.columns))
    if n < 2 * FEWEST:
        return Stability(correlation=absent(n, f"Fewer than {2 * FEWEST} rows were explained."), first=0, shared=0)
    order = generator(seed, "stability").permutation(n)
    halves = [
        absolute(values[np.sort(order[start::2])]).mean(axis=0)
        for start, values in zip((0, 1), found.halves, strict=True)
    ]
    best = [set(np.argsort(-sizes, kind="stable")[:first].tolist()) for sizes in halves]
    return Stability(correlation=rank_correlation(halves[0], halves[1], n), first=first, shared=len(best[0] & best[1]))
