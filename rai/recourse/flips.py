"""The flip test: changes nothing but one sensitive feature and counts whose decision changes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.asking import ask, input_columns, input_rows
from rai.model.answers import Predictions
from rai.recourse.desired import Desired
from rai.recourse.record import Flip, GroupFlips
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.grouping import Grouping, group_by
from rai.statistics.intervals import mean, rate
from rai.statistics.resampling import generator
from rai.subject import Subject

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

#: Most values tried; of a feature with more, the most frequent ones.
VALUES = 60
#: Most groups counted one by one in the record.
GROUPS = 200


@dataclass(frozen=True)
class Trials:
    """How much is tried.

    Attributes
    ----------
    rows
        Most rows tried for one feature; a seeded sample of more.
    budget
        Most rows predicted for one feature: with many values to try, fewer rows are.
    tolerance
        Regression: a change counts if it exceeds this share of the interquartile range of the predictions.
    """

    seed: int
    rows: int
    budget: int
    tolerance: float


@dataclass(frozen=True)
class _Moves:
    """What other values do to n rows.

    Attributes
    ----------
    tried
        How many other values each row was given.
    flipped, towards, away
        Rows that at least one of them flips, moves towards the desired outcome, moves away from it.
    moved
        Regression: the sum of the absolute changes of the prediction.
    """

    tried: npt.NDArray[np.int64]
    flipped: Bools
    towards: Bools
    away: Bools
    moved: Floats

    def __add__(self, other: _Moves) -> _Moves:
        return _Moves(
            self.tried + other.tried,
            self.flipped | other.flipped,
            self.towards | other.towards,
            self.away | other.away,
            self.moved + other.moved,
        )


def _unmoved(n: int) -> _Moves:
    no = np.zeros(n, dtype=bool)
    return _Moves(np.zeros(n, dtype=np.int64), no, no, no, np.zeros(n))


def flip_tests(desired: Desired, trials: Trials) -> tuple[Flip, ...]:
    """Test every sensitive feature of the profile."""
    return tuple(_flip_test(desired, name, trials) for name in desired.subject.profile.data.sensitive)


def tolerance_of(subject: Subject, share: float) -> float:
    """Regression: the change of a prediction that counts, in the unit of the target; 0 for labels."""
    if subject.task.kind != "regression":
        return 0.0
    low, high = np.quantile(np.asarray(subject.y_pred, dtype=float), [0.25, 0.75])
    return float(high - low) * share


def _flip_test(desired: Desired, feature: str, trials: Trials) -> Flip:
    subject = desired.subject
    grouping, n = group_by(subject.dataset, feature), len(subject)
    if feature not in input_columns(subject):
        # Nothing the model is told changes, so this is known and not estimated: the interval has no width.
        still = Estimate(value=0.0, low=0.0, high=0.0, n=n)
        groups = _counted(grouping, np.arange(n), _unmoved(n))
        return _record(subject, grouping, still, still).model_copy(update={"taken": False, "groups": groups})
    values = _values(subject, grouping)
    if len(values) < 2:
        none = absent(0, f"Only one value of '{feature}' occurs in these rows, so there is no other to try.")
        return _record(subject, grouping, none, none)
    rows = _drawn(n, min(trials.rows, max(1, trials.budget // len(values))), trials.seed, feature)
    moves = _try_all(desired, grouping, rows, values, tolerance_of(subject, trials.tolerance))
    found = _record(subject, grouping, rate(int(moves.flipped.sum()), len(rows)), _mean_change(moves))
    names = tuple(grouping.groups[group][0] for group in values)
    return found.model_copy(update={"values": names, "groups": _counted(grouping, rows, moves)})


def _record(subject: Subject, grouping: Grouping, found: Estimate, change: Estimate) -> Flip:
    return Flip(
        feature=grouping.feature[0],
        taken=True,
        values=(),
        rows_available=len(subject),
        found=found,
        mean_absolute_change=change if subject.task.kind == "regression" else None,
        groups=(),
        note=grouping.note,
    )


def _values(subject: Subject, grouping: Grouping) -> dict[int, int]:
    """For each group to try, the position of a row that holds its value: of a band, the row at the (lower) median.

    Missing is no value somebody could have instead, so it is not tried; of many groups the most frequent are.
    """
    column = subject.dataset.frame[grouping.feature[0]]
    known = column.notna().to_numpy(dtype=bool)
    sizes = np.bincount(grouping.codes[known], minlength=len(grouping.groups))
    order = np.argsort(-sizes, kind="stable")[:VALUES]
    return {
        int(group): _middle(column, np.flatnonzero(known & (grouping.codes == group)))
        for group in sorted(order)
        if sizes[group]
    }


def _middle(column: pd.Series, places: Places) -> int:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return int(places[0])
    numbers = column.iloc[places].to_numpy(dtype=float)
    return int(places[np.argsort(numbers, kind="stable")[(len(places) - 1) // 2]])


def _drawn(n: int, wanted: int, seed: int, feature: str) -> Places:
    if n <= wanted:
        return np.arange(n)
    return np.sort(generator(seed, "flip", feature).choice(n, wanted, replace=False)).astype(np.intp)


def _try_all(desired: Desired, grouping: Grouping, rows: Places, values: dict[int, int], tolerance: float) -> _Moves:
    """Give every row every value of the other groups, one value at a time."""
    subject = desired.subject
    inputs, moves = input_rows(subject).iloc[rows].reset_index(drop=True), _unmoved(len(rows))
    column = subject.dataset.frame[grouping.feature[0]]
    for group, holder in values.items():
        other = grouping.codes[rows] != group
        if not other.any():
            continue
        changed = inputs[other].reset_index(drop=True)
        changed[grouping.feature[0]] = column.take(np.full(len(changed), holder)).reset_index(drop=True)
        moves = moves + _spread(_compare(desired, rows[other], ask(subject, changed), tolerance), other)
    return moves


def _compare(desired: Desired, rows: Places, answer: Predictions, tolerance: float) -> _Moves:
    """Compare the answer to changed rows with the predictions made once."""
    subject, one = desired.subject, np.ones(len(rows), dtype=np.int64)
    if subject.task.kind == "regression":
        delta = np.asarray(answer.labels, dtype=float) - np.asarray(subject.y_pred, dtype=float)[rows]
        return _Moves(one, np.abs(delta) > tolerance, delta > tolerance, delta < -tolerance, np.abs(delta))
    flipped = np.asarray(subject.predicted_text[rows] != subject.decide(answer), dtype=bool)
    before, after = desired.already[rows], desired.holds(answer)
    return _Moves(one, flipped, after & ~before, before & ~after, np.zeros(len(rows)))


def _spread(moves: _Moves, other: Bools) -> _Moves:
    """The same among all rows; those not tried are not moved."""
    whole = _unmoved(len(other))
    spread = []
    for empty, found in zip(vars(whole).values(), vars(moves).values(), strict=True):
        filled = empty.copy()
        filled[other] = found
        spread.append(filled)
    return _Moves(*spread)


def _mean_change(moves: _Moves) -> Estimate:
    asked = moves.tried > 0
    found = mean(moves.moved[asked] / moves.tried[asked])
    if found.value is None or found.low is None or found.high is None:
        return found
    return estimate(found.value, max(0.0, found.low), found.high, found.n)


def _counted(grouping: Grouping, rows: Places, moves: _Moves) -> tuple[GroupFlips, ...]:
    codes, width = grouping.codes[rows], len(grouping.groups)
    n = np.bincount(codes, minlength=width)
    counts = [np.bincount(codes[mask], minlength=width) for mask in (moves.flipped, moves.towards, moves.away)]
    return tuple(
        GroupFlips(
            group=grouping.groups[place][0],
            n=int(n[place]),
            flipped=int(counts[0][place]),
            towards=int(counts[1][place]),
            away=int(counts[2][place]),
        )
        for place in range(min(width, GROUPS))
    )
