"""Subjects for the tests of the analyses, from plain arrays."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rai.dataset import make_dataset
from rai.model.answers import Predictions
from rai.profile import ReviewProfile
from rai.subject import Subject

SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(name):
    """A table of ``../shared/data``, which exists beside the repository where the published numbers are checked."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is absent, so the published numbers cannot be recomputed")
    return pd.read_parquet(SHARED / name / f"{name}.parquet")


def make_subject(
    frame,
    target,
    predicted,
    *,
    scores=None,
    sensitive=(),
    control=(),
    bands=None,
    reference=None,
    fairness=None,
    **task,
):
    kind = task.setdefault("kind", "binary")
    if kind == "binary":
        task.setdefault("positive", 1)
    profile = ReviewProfile.model_validate(
        {
            "task": {"target": target, **task},
            "data": {
                "evaluation": "rows.csv", "sensitive": tuple(sensitive), "control": tuple(control), "bands": bands or {},
            },
            "fairness": fairness or {},
            "owner": {"name": "Owner"},
        }
    )  # fmt: skip
    if scores is not None and np.ndim(scores) == 1:
        scores = np.stack([1 - np.asarray(scores), scores], axis=1)
    dataset = make_dataset(frame, profile, digest="0" * 64)
    before = None if reference is None else make_dataset(reference, profile, digest="1" * 64)
    answers = Predictions(np.asarray(predicted), None if scores is None else np.asarray(scores, dtype=float))
    return Subject(dataset, answers, reference=before)


def from_counts(counts, **options):
    """A binary Subject whose groups have the given (TP, FP, FN, TN)."""
    rows = [
        (group, truth, predicted)
        for group, cells in counts.items()
        for (truth, predicted), n in zip(((1, 1), (0, 1), (1, 0), (0, 0)), cells, strict=True)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["group", "truth", "predicted"])
    return make_subject(frame[["group", "truth"]], "truth", frame["predicted"], sensitive=("group",), **options)


def find(measures, metric, *, aggregate="", feature=None, group=None):
    """The one Measure that fits."""
    fits = [
        item
        for item in measures
        if item.metric == metric
        and item.aggregate == aggregate
        and (feature is None or item.feature == feature)
        and (group is None or item.group == group)
    ]
    assert len(fits) == 1, fits
    return fits[0]
