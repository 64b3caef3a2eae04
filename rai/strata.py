"""Draws rows so that every group and every prediction keeps its share: a sample of people is one of all of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.statistics.grouping import group_by
from rai.subject import Subject


def draw_in_proportion(subject: Subject, wanted: int, seed: int) -> npt.NDArray[np.intp]:
    """Draw rows in proportion from every group of the sensitive features and every prediction; all where they suffice.

    Rows are put in random order and sorted by stratum, and each n-th is taken (systematic sampling; Cochran 1977,
    chapter 8): every row has the same chance, and no stratum is off its share by more than one row.
    """
    n = len(subject)
    if n <= wanted:
        return np.arange(n)
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    order = order[np.argsort(_strata(subject)[order], kind="stable")]
    places = ((np.arange(wanted) + rng.uniform()) * n / wanted).astype(np.intp)
    return np.sort(order[places])


def _strata(subject: Subject) -> npt.NDArray[np.intp]:
    """Number the combinations of groups and, where labels are predicted, of the prediction."""
    codes = np.zeros(len(subject), dtype=np.intp)
    parts = [group_by(subject.dataset, name).codes for name in subject.profile.data.sensitive]
    if subject.task.kind != "regression":
        parts.append(pd.factorize(subject.predicted_text, sort=True)[0].astype(np.intp))
    for part in parts:
        # Numbered anew each time, so that many features do not grow out of the integers.
        codes = np.unique(codes * (int(part.max()) + 1) + part, return_inverse=True)[1].astype(np.intp)
    return codes
