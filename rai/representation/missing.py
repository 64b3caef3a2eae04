"""Missing values by group: which columns are missing more often for some people than for others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.representation.record import MissingGap
from rai.statistics.equality import equal_rates, holm
from rai.statistics.estimates import Estimate, estimate
from rai.statistics.grouping import Grouping
from rai.statistics.resampling import generator, resample
from rai.statistics.simultaneous import of_rates, widest_gap
from rai.subject import Subject

Floats = npt.NDArray[np.float64]

REPLICATES = 1000


@dataclass(frozen=True)
class _Missing:
    """How often a column is missing in the groups that can be judged."""

    column: str
    feature: str
    groups: tuple[str, ...]
    hits: Floats
    rows: Floats


def missing_gaps(
    subject: Subject, groupings: tuple[Grouping, ...], *, min_group: int, max_groups: int, seed: int
) -> tuple[MissingGap, ...]:
    """Every input with missing values by every single feature, the least probable gap first."""
    gone = {
        name: column.isna().to_numpy()
        for name in subject.inputs
        if name in subject.dataset.frame.columns and (column := subject.dataset.frame[name]).isna().any()
    }
    found = [
        item
        for grouping in groupings
        if len(grouping.feature) == 1 and len(grouping.groups) <= max_groups
        for name, cells in gone.items()
        # A sensitive feature is missing in its own group of missing values and nowhere else.
        if name != grouping.feature[0] and (item := _missing(name, cells, grouping, min_group))
    ]
    tests = [
        equal_rates(item.hits, item.rows, generator(seed, "missing", item.column, item.feature)).p for item in found
    ]
    gaps = [_gap(item, p, float(q), seed) for item, p, q in zip(found, tests, holm(tests), strict=True)]
    return tuple(sorted(gaps, key=lambda gap: (gap.adjusted, gap.p, gap.column)))


def _missing(name: str, cells: npt.NDArray[np.bool_], grouping: Grouping, min_group: int) -> _Missing | None:
    hits = np.bincount(grouping.codes, weights=cells, minlength=len(grouping.groups))
    judged = np.flatnonzero(grouping.sizes >= min_group)
    if len(judged) < 2:
        return None
    groups = tuple(grouping.groups[int(place)][0] for place in judged)
    return _Missing(name, grouping.feature[0], groups, hits[judged].astype(float), grouping.sizes[judged].astype(float))


def _gap(item: _Missing, p: float, adjusted: float, seed: int) -> MissingGap:
    rates = item.hits / item.rows
    least, most = int(np.argmin(rates)), int(np.argmax(rates))
    return MissingGap(
        column=item.column,
        feature=item.feature,
        lowest_group=item.groups[least],
        lowest=float(rates[least]),
        highest_group=item.groups[most],
        highest=float(rates[most]),
        difference=_difference(item, float(rates[most] - rates[least]), seed),
        p=p,
        adjusted=adjusted,
    )


def _difference(item: _Missing, value: float, seed: int) -> Estimate:
    pair = np.stack([item.hits, item.rows - item.hits], axis=-1).astype(np.int64)
    rng = generator(seed, "missing gap", item.column, item.feature)
    drawn = resample(pair, replicates=REPLICATES, rng=rng, prior=0.5)
    spread = of_rates(item.hits, item.rows, drawn[..., 0] / drawn.sum(axis=-1))
    return estimate(value, *widest_gap([spread]), int(item.rows.sum()))
