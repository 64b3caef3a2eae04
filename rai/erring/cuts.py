"""Cut points of a numeric column that a person can read and that select exactly the rows meant."""

from __future__ import annotations

import math

import numpy as np

from rai.model.answers import Floats

#: Share of the rows by which a cut may lie beside its quantile to be a shorter number.
SLACK = 0.003


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    short = f"{value:.15g}"
    return short if float(short) == value else repr(float(value))


def cut_between(below: float, above: float, *, aim: float | None = None) -> float:
    """The number with the fewest digits that is greater than ``below`` and not greater than ``above``.

    ``x < cut`` then holds for ``below`` and not for ``above``: 60 and 61 give 61, 1.2784 and 1.2861 give 1.28. Among
    numbers with as few digits it is the one nearest to ``aim``, which is ``above`` if not given.
    """
    if not (math.isfinite(below) and math.isfinite(above)):
        return float(above)
    goal = above if aim is None else aim
    size = math.floor(math.log10(max(abs(below), abs(above))))
    # A float ends near 1e308, and powers below 1e-300 lose digits.
    for place in range(min(size + 1, 308), max(size - 16, -300), -1):
        whole = math.floor(goal / 10.0**place)
        near = [cut for step in (whole, whole + 1) if below < (cut := float(f"{step}e{place}")) <= above]
        if near:
            return min(near, key=lambda cut: abs(cut - goal))
    return float(above)


def quantile_cuts(ordered: Floats, bins: int, *, least: int = 1) -> tuple[float, ...]:
    """Cut points that leave about equally many rows in each of at most ``bins`` bins.

    Equal values stay together; with at most ``bins`` distinct values each has a bin of its own. A value that half of
    the rows share takes one bin and the others are cut from the rest.

    Parameters
    ----------
    ordered
        Sorted numbers without NaN, shape (n,).
    least
        A bin with fewer rows is joined to its neighbour.
    """
    if not len(ordered):
        return ()
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    if len(starts) >= bins:
        starts = np.array(_even_starts(ordered, bins), dtype=np.intp)
    kept: list[int] = []
    for start in starts.tolist():
        if start - (kept[-1] if kept else 0) >= least and len(ordered) - start >= least:
            kept.append(start)
    return tuple(_near(ordered, start) for start in kept)


def _near(ordered: Floats, start: int) -> float:
    """A short number that parts the rows near position ``start``, by at most ``SLACK`` of them off.

    Where many rows share the value on either side it parts them exactly there.
    """
    reach = int(len(ordered) * SLACK)
    below, above = ordered[max(start - 1 - reach, 0)], ordered[min(start + reach, len(ordered) - 1)]
    if below == ordered[start - 1] or above == ordered[start]:
        return cut_between(float(ordered[start - 1]), float(ordered[start]))
    return cut_between(float(below), float(above), aim=float(ordered[start]))


def _even_starts(ordered: Floats, bins: int) -> list[int]:
    """Positions at which a new bin begins."""
    starts: list[int] = []
    last, n = 0, len(ordered)
    for left in range(bins, 1, -1):
        aim = last + (n - last) / left
        value = ordered[min(int(aim), n - 1)]
        first, after = int(np.searchsorted(ordered, value)), int(np.searchsorted(ordered, value, side="right"))
        place = first if first > last and aim - first <= after - aim else after
        if place >= n:
            break
        starts.append(place)
        last = place
    return starts
