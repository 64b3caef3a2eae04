"""Scores every conjunction of conditions on up to three columns at once, from tables of counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from rai.erring.amount import Sums
from rai.erring.columns import CodedColumn
from rai.model.answers import Floats
from rai.statistics.intervals import wilson

#: Standard errors by which a cohort must exceed the error of all rows to be suspected.
SUSPECT = 3.0
#: Standard errors below its own error at which a cohort of one, two or three conditions is ranked. Each further
#: condition multiplies the cohorts looked at by some fifty, and the luckiest of N draws lies about sqrt(2 ln N)
#: standard errors out: 2.8, 4.0, 4.8.
CAUTION = (3.0, 4.0, 5.0)
#: Cohorts kept for each set of columns.
KEPT = 30
#: Most columns whose pairs are looked at, and most sets of three columns.
MOST_COLUMNS, MOST_TRIPLES = 40, 500

Rows = npt.NDArray[np.intp]
Tally = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A suspected cohort: one choice on each of some columns, its rank, and its sums in the half searched."""

    columns: tuple[int, ...]
    choices: tuple[int, ...]
    score: float
    sums: Sums


@dataclass(frozen=True)
class Half:
    """Positions of the rows of one half, and their errors."""

    rows: Rows
    errors: Floats


@dataclass(frozen=True)
class Suspects:
    """The candidates, best first, and how many combinations were looked at."""

    candidates: tuple[Candidate, ...]
    looked_at: int
    unpaired: tuple[int, ...]


@dataclass(frozen=True)
class Scale:
    """What makes a cohort suspect: its least rows and least lift, the error of all rows, and the kind of error."""

    least: int
    min_lift: float
    overall: float
    numeric: bool


def suspects(columns: Sequence[CodedColumn], half: Half, scale: Scale, *, max_conditions: int) -> Suspects:
    """Look at every conjunction of up to ``max_conditions`` choices on different columns.

    Parameters
    ----------
    columns
        The coded columns, all with choices.
    half
        The rows to look at; no other row is touched.

    Notes
    -----
    For each set of columns one joint table of rows and errors by level is counted; the numbers of every conjunction of
    choices are sums over it, so the cost does not grow with the number of conjunctions times rows.
    """
    codes = [column.codes[half.rows] for column in columns]
    board = _Board(codes, [_admits(column) for column in columns], half.errors, scale)
    found: list[Candidate] = []
    best: dict[tuple[int, ...], float] = {(place,): board.add(found, (place,)) for place in range(len(columns))}
    paired, unpaired = _paired(board, len(columns))
    if max_conditions > 1:
        for pair in combinations(paired, 2):
            best[pair] = board.add(found, pair)
    if max_conditions > 2:
        for triple in _triples(best, paired):
            board.add(found, triple)
    found.sort(key=lambda item: (-item.score, len(item.columns), item.columns, item.choices))
    return Suspects(tuple(found), board.looked_at, unpaired)


def _admits(column: CodedColumn) -> Floats:
    """Which levels each choice admits; shape (choices, levels)."""
    table = np.zeros((len(column.choices), len(column.labels)))
    for place, choice in enumerate(column.choices):
        table[place, list(choice.levels)] = 1
    return table


@dataclass
class _Board:
    """The codes of the rows looked at, and the count of conjunctions so far."""

    codes: list[npt.NDArray[np.int32]]
    admits: list[Floats]
    errors: Floats
    scale: Scale
    looked_at: int = 0

    def add(self, found: list[Candidate], places: tuple[int, ...]) -> float:
        """Score all conjunctions on these columns, keep the best, and return the highest score."""
        table = self.tally(places)
        for place in places:
            # Sums the levels of the leading column into its choices and moves them to the end.
            table = np.tensordot(table, self.admits[place], axes=([1], [1]))
        self.looked_at += int((table[0] >= self.scale.least).sum())
        scores = scored(table, self.scale, CAUTION[len(places) - 1])
        flat = scores.ravel()
        good = np.flatnonzero(flat > 0)
        for at in good[np.argsort(-flat[good], kind="stable")[:KEPT]]:
            choices = tuple(int(item) for item in np.unravel_index(at, scores.shape))
            n, total, squares = (float(part[choices]) for part in table)
            found.append(Candidate(places, choices, float(flat[at]), Sums(int(n), total, squares)))
        return float(flat.max(initial=0.0))

    def tally(self, places: tuple[int, ...]) -> Tally:
        """Rows, errors and squared errors by level; shape (3, levels of each column ...)."""
        widths = [self.admits[place].shape[1] for place in places]
        cell = np.zeros(len(self.errors), dtype=np.intp)
        for place, width in zip(places, widths, strict=True):
            cell *= width
            cell += self.codes[place]
        size = int(np.prod(widths))
        rows = np.bincount(cell, minlength=size)
        total = np.bincount(cell, weights=self.errors, minlength=size)
        squares = np.bincount(cell, weights=self.errors**2, minlength=size) if self.scale.numeric else total
        table: Tally = np.stack([rows, total, squares]).astype(float).reshape(3, *widths)
        return table


def scored(table: Tally, scale: Scale, caution: float) -> Floats:
    """How high each cohort ranks, by rows, errors and squared errors; 0 where it is not suspect.

    The rank is the lower limit of its error rate (Wilson) or mean absolute residual at ``caution`` standard errors,
    divided by the error of all rows: small cohorts have low limits, so they lead only where they fail very often.
    Suspect is what has enough rows, the least lift, and a lower limit at ``SUSPECT`` standard errors above all rows.
    """
    rows, total, squares = table
    enough = rows >= scale.least
    mean = np.divide(total, rows, out=np.zeros_like(total), where=enough)
    enough &= mean >= scale.min_lift * scale.overall
    scores = np.zeros_like(mean)
    parts = (rows[enough], total[enough], squares[enough])
    suspect = _lower(*parts, SUSPECT, numeric=scale.numeric) > scale.overall
    low = _lower(*parts, caution, numeric=scale.numeric)
    scores[enough] = np.where(suspect, np.maximum(low / scale.overall, 1e-9), 0)
    found: Floats = scores
    return found


def _lower(n: Floats, total: Floats, squares: Floats, z: float, *, numeric: bool) -> Floats:
    """Lower limits at ``z`` standard errors."""
    if not numeric:
        return wilson(np.minimum(total, n), n, z)[0]
    mean = total / n
    spread = np.maximum(squares / n - mean**2, 0) * n / np.maximum(n - 1, 1)
    low: Floats = mean - z * np.sqrt(spread / n)
    return low


def _paired(board: _Board, count: int) -> tuple[list[int], tuple[int, ...]]:
    """Columns whose combinations are looked at: all, or those whose levels differ most in their error."""
    if count <= MOST_COLUMNS:
        return list(range(count)), ()
    worth = []
    for place in range(count):
        rows, total, _ = board.tally((place,))
        gap = np.divide(total, rows, out=np.full_like(total, board.scale.overall), where=rows > 0) - board.scale.overall
        worth.append(float((rows * gap**2).sum()) / max(int((rows > 0).sum()) - 1, 1))
    order = sorted(range(count), key=lambda place: -worth[place])
    return sorted(order[:MOST_COLUMNS]), tuple(sorted(order[MOST_COLUMNS:]))


def _triples(best: dict[tuple[int, ...], float], paired: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Sets of three columns, those around the best pairs first, up to ``MOST_TRIPLES``."""
    seen: set[tuple[int, ...]] = set()
    for pair in sorted((key for key in best if len(key) == 2), key=lambda key: -best[key]):
        for third in paired:
            triple = tuple(sorted({*pair, third}))
            if len(triple) < 3 or triple in seen:
                continue
            if len(seen) == MOST_TRIPLES:
                return
            seen.add(triple)
            yield triple
