"""Predictions kept row by row are read back as they were."""

from __future__ import annotations

import numpy as np
import pytest

from rai.model.answers import Predictions
from rai.prediction_record import PredictionRecord


@pytest.mark.parametrize(
    "labels", [np.array([1, 0, 1]), np.array(["Yes", "No", "Yes"], dtype=object), np.array([1.5, 2.0, -3.25])]
)
@pytest.mark.parametrize("scores", [None, np.array([[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]])])
def test_what_is_kept_is_read_back_from_its_bytes(labels: np.ndarray, scores: np.ndarray | None) -> None:
    kept = PredictionRecord.from_bytes(PredictionRecord.of(Predictions(labels, scores), dataset="d" * 64).to_bytes())
    found = kept.predictions()
    assert (kept.rows, kept.dataset) == (3, "d" * 64)
    assert found.labels.tolist() == labels.tolist()
    if scores is None:
        assert found.scores is None
    else:
        assert found.scores is not None
        assert found.scores.tolist() == scores.tolist()


def test_the_same_answers_have_the_same_digest() -> None:
    answers = Predictions(np.array([1, 0]), np.array([[0.1, 0.9], [0.7, 0.3]]))
    assert PredictionRecord.of(answers, dataset="d").digest == PredictionRecord.of(answers, dataset="d").digest
