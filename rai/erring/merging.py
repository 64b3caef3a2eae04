"""Lists each finding once: cohorts that mostly repeat the rows of one already listed are merged into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.cohorts import Mask
from rai.erring.amount import Sums, apart, sums
from rai.erring.columns import CodedColumn
from rai.erring.lattice import CAUTION, Candidate, Half, Scale

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Kept:
    """A candidate that is listed, and how many similar ones it stands for."""

    candidate: Candidate
    merged: int


def mask_of(columns: Sequence[CodedColumn], candidate: Candidate) -> Mask:
    """Rows of a candidate among all rows."""
    found = np.ones(len(columns[0].codes), dtype=bool)
    for place, choice in zip(candidate.columns, candidate.choices, strict=True):
        found &= admitted(columns[place], choice)[columns[place].codes]
    return found


def admitted(column: CodedColumn, choice: int) -> Mask:
    """Which levels a choice admits; shape (levels,)."""
    table = np.zeros(len(column.labels), dtype=bool)
    table[list(column.choices[choice].levels)] = True
    return table


def distinct(
    columns: Sequence[CodedColumn], half: Half, candidates: Sequence[Candidate], scale: Scale, *, most: int
) -> tuple[Kept, ...]:
    """Keep up to ``most`` candidates whose conditions all matter, each with new rows that fail as well.

    A candidate is merged into the listed cohort it overlaps most (by Jaccard index) unless it says something new: at
    least half of its rows are in no listed cohort and those alone reach the least lift, or it fails clearly more than
    every listed cohort it shares a quarter of its rows with. A candidate is passed over where it fails no more than it
    would without one of its conditions.

    Parameters
    ----------
    candidates
        Best first.
    """
    bits = _Packed(columns, half, scale.numeric)
    listed: list[tuple[Candidate, Bits]] = []
    merged: list[int] = []
    covered = bits.none()
    for candidate in candidates:
        own = bits.of(zip(candidate.columns, candidate.choices, strict=True))
        if not (_is_new(bits, own, covered, scale) or _is_worse(bits, candidate, own, listed, scale)):
            merged[_nearest(own, [other for _, other in listed])] += 1
        elif len(listed) < most and _all_matter(bits, candidate, own):
            listed.append((candidate, own))
            merged.append(0)
            covered |= own
    return tuple(Kept(candidate, count) for (candidate, _), count in zip(listed, merged, strict=True))


def _is_new(bits: _Packed, own: Bits, covered: Bits, scale: Scale) -> bool:
    """Whether at least half of the rows are in no listed cohort, and those alone fail as often as a suspect must."""
    fresh = own & ~covered
    return 2 * _count(fresh) >= _count(own) and bits.amounts(fresh).mean >= scale.min_lift * scale.overall


def _is_worse(
    bits: _Packed, candidate: Candidate, own: Bits, others: Sequence[tuple[Candidate, Bits]], scale: Scale
) -> bool:
    """Whether the rows fail clearly more, and by the least lift, than each listed cohort they lie in."""
    caution = CAUTION[len(candidate.columns) - 1]
    around = [(kept, other) for kept, other in others if 4 * _count(own & other) >= candidate.sums.n]
    if not around or candidate.sums.mean < scale.min_lift * max(kept.sums.mean for kept, _ in around):
        return False
    return all(
        apart(candidate.sums, bits.amounts(other & ~own), numeric=bits.numeric) >= caution for _, other in around
    )


def _all_matter(bits: _Packed, candidate: Candidate, own: Bits) -> bool:
    """Whether the rows fail clearly more than those that only one condition parts from them, for each condition."""
    pairs = list(zip(candidate.columns, candidate.choices, strict=True))
    for dropped in range(len(pairs) if len(pairs) > 1 else 0):
        wider = bits.of(pair for place, pair in enumerate(pairs) if place != dropped)
        if apart(candidate.sums, bits.amounts(wider & ~own), numeric=bits.numeric) < CAUTION[len(pairs) - 2]:
            return False
    return True


class _Packed:
    """Rows of each choice as packed bits, made when first needed."""

    def __init__(self, columns: Sequence[CodedColumn], half: Half, numeric: bool) -> None:  # noqa: FBT001 - private
        self.numeric = numeric
        self._columns = columns
        self._half = half
        self._wrong = np.packbits(half.errors > 0)
        self._codes: dict[int, npt.NDArray[np.int32]] = {}
        self._known: dict[tuple[int, int], Bits] = {}

    def none(self) -> Bits:
        return np.packbits(np.zeros(len(self._half.rows), dtype=bool))

    def of(self, pairs: Iterable[tuple[int, int]]) -> Bits:
        first, *rest = pairs
        found = self._choice(*first)
        for pair in rest:
            found = found & self._choice(*pair)
        return found

    def amounts(self, bits: Bits) -> Sums:
        if not self.numeric:
            wrong = float(_count(bits & self._wrong))
            return Sums(_count(bits), wrong, wrong)
        return sums(self._half.errors[np.unpackbits(bits, count=len(self._half.errors)).astype(bool)])

    def _choice(self, place: int, choice: int) -> Bits:
        if (place, choice) not in self._known:
            column = self._columns[place]
            codes = self._codes.setdefault(place, column.codes[self._half.rows])
            self._known[place, choice] = np.packbits(admitted(column, choice)[codes])
        return self._known[place, choice]


def _count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def _nearest(own: Bits, others: Sequence[Bits]) -> int:
    overlaps = [_count(own & other) / max(_count(own | other), 1) for other in others]
    return int(np.argmax(overlaps))
