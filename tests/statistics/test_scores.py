"""Score-based numbers against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from rai.statistics.resampling import generator
from rai.statistics.scores import (
    average_precision,
    average_precision_estimate,
    calibration_bins,
    calibration_error,
    level_counts,
    roc_auc,
)

rows = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=80).filter(
    lambda found: len({truth for truth, _ in found}) == 2
)


@settings(max_examples=60)
@given(rows)
def test_area_and_average_precision_agree_with_scikit_learn_with_ties(found):
    truth, scores = np.array([t for t, _ in found]), np.array([s / 8 for _, s in found])
    assert roc_auc(truth, scores).value == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)
    expected = average_precision_score(truth, scores)
    assert float(average_precision(level_counts(truth, scores))) == pytest.approx(expected, abs=1e-12)


def test_the_error_of_the_area_is_delongs():
    # DeLong's variance by its definition: variances of the placements within each class.
    rng = np.random.default_rng(2)
    truth = rng.random(300) < 0.3
    scores = np.round(rng.normal(size=300) + truth, 1)
    up, down = scores[truth], scores[~truth]
    wins = (up[:, None] > down) + 0.5 * (up[:, None] == down)
    expected = np.sqrt(wins.mean(axis=1).var(ddof=1) / len(up) + wins.mean(axis=0).var(ddof=1) / len(down))
    assert roc_auc(truth, scores).error == pytest.approx(expected, rel=1e-9)


def test_one_class_has_no_area_and_says_so():
    found = roc_auc(np.array([True, True]), np.array([0.1, 0.2])).estimate()
    assert found.value is None
    assert "same outcome" in found.reason


def test_a_perfect_ranking_of_few_rows_is_not_certain():
    truth = np.array([True] * 10 + [False] * 30)
    found = roc_auc(truth, truth.astype(float)).estimate()
    assert found.value == found.high == 1
    assert found.low is not None
    assert found.low < 0.9


def test_the_interval_of_the_area_covers_the_truth():
    rng, held = np.random.default_rng(3), 0
    # Two unit normals one apart: the area is Phi(1 / sqrt 2) = 0.7602.
    for _ in range(400):
        truth = np.arange(120) < 50
        found = roc_auc(truth, rng.normal(size=120) + truth).estimate()
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.76025 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_average_precision_has_an_interval_like_that_of_resampled_rows():
    rng = np.random.default_rng(4)
    truth = rng.random(800) < 0.3
    scores = rng.normal(size=800) + truth
    found = average_precision_estimate(truth, scores, replicates=2000, rng=generator(0))
    picks = [rng.integers(0, 800, 800) for _ in range(600)]
    low, high = np.quantile([average_precision_score(truth[p], scores[p]) for p in picks], [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.015)


def test_calibration_error_by_hand():
    # Bin 0 to 0.5: scores 0.2, 0.2, one of two true (gap 0.3). Bin 0.5 to 1: scores 0.8, 0.8, both true (gap 0.2).
    truth, scores = np.array([True, False, True, True]), np.array([0.2, 0.2, 0.8, 0.8])
    found = calibration_error(calibration_bins(truth, scores, bins=2), replicates=500, rng=generator(0))
    assert found.value == pytest.approx(0.25)
    assert found.n == 4


def test_a_score_of_one_lies_in_the_last_bin():
    assert calibration_bins(np.array([True]), np.array([1.0]), bins=10).counts[9, 0] == 1
