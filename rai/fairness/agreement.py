"""The second opinion: the same rates and measures computed by fairlearn, and the largest difference from our own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.errors import RaiError
from rai.statistics.confusion import FN, FP, RATES, TN, TP

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-9

#: Our names of the rates that fairlearn computes itself.
COMPARED = (
    "selection_rate",
    "true_positive_rate",
    "true_negative_rate",
    "false_positive_rate",
    "false_negative_rate",
)

_TRUTH = {TP: 1, FP: 0, FN: 1, TN: 0}
_PREDICTED = {TP: 1, FP: 1, FN: 0, TN: 0}


def check_against_fairlearn(counts: Counts, *, feature: str) -> float:
    """Largest difference between our rates of the groups and those of ``fairlearn.metrics.MetricFrame``.

    Parameters
    ----------
    counts
        Confusion counts, shape (groups, 4). Each cell stands for its rows by its weight, so that the check takes the
        same time for any number of rows.
    feature
        Named in the error.

    Raises
    ------
    RaiError
        If a rate differs by more than 1e-9: one of the two is wrong, and no number may be signed before it is known
        which.

    Notes
    -----
    fairlearn writes 0 where a rate has nothing to divide by; there is nothing to compare in those places.
    """
    theirs = _rates_by_fairlearn(counts)
    ours = np.stack([RATES[name].of(counts) for name in COMPARED], axis=1)
    defined = np.isfinite(ours)
    largest = float(np.abs(np.where(defined, ours - theirs, 0.0)).max(initial=0.0))
    if largest > TOLERANCE:
        raise RaiError(
            f"The rates by '{feature}' differ from fairlearn's by {largest:.3g}, expected at most {TOLERANCE:g}. "
            "Report this as a defect; do not sign these numbers."
        )
    return largest


def _rates_by_fairlearn(counts: Counts) -> Floats:
    from fairlearn import metrics

    groups, cells = np.nonzero(counts)
    frame = metrics.MetricFrame(
        metrics={name: getattr(metrics, name) for name in COMPARED},
        y_true=np.array([_TRUTH[int(cell)] for cell in cells]),
        y_pred=np.array([_PREDICTED[int(cell)] for cell in cells]),
        sensitive_features=np.array([f"{group:09d}" for group in groups]),
        sample_params={name: {"sample_weight": counts[groups, cells].astype(float)} for name in COMPARED},
    )
    return np.asarray(frame.by_group[list(COMPARED)], dtype=float)
