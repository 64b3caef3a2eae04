"""Writes down the best example of each row, for the store of row-level evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rai.cohorts import as_text
from rai.dataset import Groups
from rai.recourse.desired import Desired
from rai.recourse.space import differ
from rai.recourse.ways import Ways
from rai.row_evidence import Change, CounterfactualExample, CounterfactualExamples


def example_rows(desired: Desired, ways: Ways, *, most: int) -> CounterfactualExamples:
    """The rows examined, at most so many, with their best example or without a way."""
    subject, space = desired.subject, ways.limits.space
    before = desired.texts(subject.predictions)
    best = {int(ways.block.place[at]): int(at) for at in ways.block.best}
    old, new = _texts(space.decode(ways.coded)), _texts(space.decode(ways.block.found))
    made = []
    for place, row in enumerate(ways.rows[:most]):
        at = best.get(place)
        if at is None:
            made.append(_without(int(row), str(before[row])))
            continue
        changed = np.flatnonzero(differ(ways.coded[place], ways.block.found[at]))
        made.append(
            CounterfactualExample(
                row=int(row),
                outcome_before=str(before[row]),
                outcome_after=ways.outcomes[at],
                changes=tuple(
                    Change(feature=space.columns[each], before=str(old[place, each]), after=str(new[at, each]))
                    for each in changed
                ),
                distance=float(space.distance(ways.coded[place], ways.block.found[at])),
            )
        )
    kept = tuple(space.columns[place] for place in np.flatnonzero(space.counts & ~ways.limits.free))
    return CounterfactualExamples(cohort=subject.cohort.text, fixed=kept, rows=tuple(made))


def _without(row: int, before: str) -> CounterfactualExample:
    return CounterfactualExample(row=row, outcome_before=before, outcome_after="", changes=(), distance=None)


def _texts(frame: pd.DataFrame) -> Groups:
    """Every value as text, in an array of the same shape."""
    columns = [np.asarray(as_text(frame[name]), dtype=object) for name in frame.columns]
    return np.column_stack(columns)
