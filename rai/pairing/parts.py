"""The rows that are compared at once: all of them, then every group of every sensitive feature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.dataset import ReviewDataset
from rai.statistics.grouping import group_by

#: Fewer rows than this are counted and not judged, as in the fairness analysis.
MIN_GROUP = 20


@dataclass(frozen=True)
class Part:
    """All rows (no feature), or those of one group."""

    feature: str
    group: str
    rows: npt.NDArray[np.intp]


def parts_of(dataset: ReviewDataset) -> Iterator[Part]:
    """All rows, then each group."""
    yield Part("", "", np.arange(len(dataset)))
    for feature in dataset.profile.data.sensitive:
        grouping = group_by(dataset, feature)
        for place, group in enumerate(grouping.groups):
            yield Part(feature, group[0], np.flatnonzero(grouping.codes == place))
