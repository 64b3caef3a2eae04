"""A challenger against a champion on the same rows: hand counts, published tests, and agreement with other libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from rai.errors import NotApplicable
from rai.model.answers import Predictions
from rai.pairing.comparing import Champion, compare_paired
from rai.pairing.means import mcnemar
from rai.pairing.record import Comparison, Paired
from rai.pairing.section import paired_section, verdict
from tests import subjects
from tests.analyses.subjects import make_subject

HEADING = ("compare", "Champion and challenger", "Is it better?")


def champion_of(subject, labels, scores=None, **changes):
    found = {"uri": "models:/m/1", "review": "a" * 64, "dataset": subject.dataset.digest, "profile": subject.profile}
    return Champion(**{**found, "predictions": Predictions(np.asarray(labels), scores), **changes})


def find(comparison: Comparison, metric: str, group: str = "") -> Paired:
    return next(item for item in comparison.metrics if (item.metric, item.group) == (metric, group))


@pytest.fixture
def hand():
    """100 rows of a and 60 of b; the challenger mends 12 errors of a and makes 6 new ones in b."""
    cells = [
        ("a", 1, 1, 1, 40),
        ("a", 1, 0, 1, 12),
        ("a", 0, 0, 0, 48),
        ("b", 1, 1, 1, 24),
        ("b", 1, 1, 0, 6),
        ("b", 0, 0, 0, 30),
    ]
    rows = [(group, truth, one, other) for group, truth, one, other, n in cells for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["group", "truth", "one", "other"])
    subject = make_subject(frame[["group", "truth"]], "truth", frame["other"], sensitive=("group",))
    return compare_paired(subject, champion_of(subject, frame["one"]), challenger="models:/m/2", seed=0)


def test_values_and_differences_are_the_hand_counts(hand):
    accuracy = find(hand, "accuracy")
    assert (accuracy.champion, accuracy.challenger) == (148 / 160, 154 / 160)
    assert accuracy.difference.value == pytest.approx(6 / 160)
    assert find(hand, "true_positive_rate", "a").difference.value == pytest.approx(12 / 52)
    assert find(hand, "true_positive_rate", "b").difference.value == pytest.approx(-6 / 30)
    assert find(hand, "true_positive_rate", "b").difference.n == 30
    assert find(hand, "false_positive_rate", "a").difference.value == 0


def test_changed_decisions_are_counted_in_both_directions(hand):
    flips = {item.group: (item.n, item.to_favourable, item.to_unfavourable) for item in hand.flips}
    assert flips == {"": (160, 12, 6), "a": (100, 12, 0), "b": (60, 0, 6)}


def test_who_gains_and_who_loses_is_told(hand):
    assert verdict(find(hand, "accuracy", "a"), 0.01) == "better"
    assert verdict(find(hand, "accuracy", "b"), 0.01) == "worse"
    section = paired_section(hand, heading=HEADING)
    assert section.warnings == ("Less often right than the champion within: group = b.",)
    assert "160 rows" in section.lead
    assert all(figure.alt for figure in section.figures)


@pytest.mark.parametrize(("gained", "lost"), [(12, 6), (0, 5), (30, 11), (1, 1)])
def test_the_test_of_changed_decisions_is_the_exact_binomial_one(gained, lost):
    assert mcnemar(gained, lost) == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)


def test_many_changed_decisions_take_the_normal_form():
    assert mcnemar(800, 700) == pytest.approx(stats.binomtest(800, 1500).pvalue, rel=0.01)
    assert mcnemar(0, 0) is None


def test_the_paired_interval_of_accuracy_covers_as_often_as_it_says():
    rng, covered = np.random.default_rng(1), 0
    runs = 300
    for run in range(runs):
        truth = rng.integers(0, 2, 300)
        one = np.where(rng.random(300) < 0.8, truth, 1 - truth)
        other = np.where(rng.random(300) < 0.1, 1 - one, one)
        # True accuracies: 0.8 and 0.8 * 0.9 + 0.2 * 0.1 = 0.74.
        subject = make_subject(pd.DataFrame({"truth": truth}), "truth", other)
        found = compare_paired(subject, champion_of(subject, one), challenger="c", seed=run)
        gap = find(found, "accuracy").difference
        covered += gap.low <= -0.06 <= gap.high
    assert 0.92 <= covered / runs <= 0.98


def test_the_paired_interval_is_narrower_than_two_side_by_side():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 2000)
    one = np.where(rng.random(2000) < 0.8, truth, 1 - truth)
    other = np.where(rng.random(2000) < 0.05, 1 - one, one)
    subject = make_subject(pd.DataFrame({"truth": truth}), "truth", other)
    gap = find(compare_paired(subject, champion_of(subject, one), challenger="c", seed=0), "accuracy").difference
    apart = 2 * 1.96 * np.sqrt(2 * 0.8 * 0.2 / 2000)
    assert gap.high - gap.low < 0.6 * apart


def test_the_difference_of_areas_is_that_of_sklearn_and_its_error_that_of_resampled_rows():
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, 800)
    one = 1 / (1 + np.exp(-(truth + rng.normal(0, 1.0, 800))))
    other = 1 / (1 + np.exp(-(1.4 * truth + rng.normal(0, 1.0, 800))))
    subject = make_subject(pd.DataFrame({"truth": truth}), "truth", (other > 0.5).astype(int), scores=other)
    champion = champion_of(subject, (one > 0.5).astype(int), np.column_stack([1 - one, one]))
    found = find(compare_paired(subject, champion, challenger="c", seed=0), "roc_auc")
    assert found.difference.value == pytest.approx(roc_auc_score(truth, other) - roc_auc_score(truth, one))
    drawn = [
        roc_auc_score(truth[rows], other[rows]) - roc_auc_score(truth[rows], one[rows])
        for rows in rng.integers(0, 800, (400, 800))
    ]
    assert (found.difference.high - found.difference.low) / 3.92 == pytest.approx(np.std(drawn), rel=0.15)


def test_the_same_answers_differ_in_nothing():
    subject = subjects.subject()
    champion = champion_of(subject, subject.predictions.labels, subject.predictions.scores)
    found = compare_paired(subject, champion, challenger="c", seed=0)
    assert {item.difference.value for item in found.metrics if item.difference.value is not None} == {0.0}
    assert {(item.to_favourable, item.to_unfavourable, item.p_value) for item in found.flips} == {(0, 0, None)}


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_every_kind_of_task_is_compared_and_told(kind):
    subject = subjects.subject(kind)
    labels = np.roll(subject.predictions.labels, 1)
    found = compare_paired(subject, champion_of(subject, labels), challenger="c", seed=0)
    assert Comparison.from_bytes(found.to_bytes()) == found
    section = paired_section(found, heading=HEADING)
    assert section.lead.startswith("On the same 400 rows")
    assert section.tables[0].rows


def test_regression_is_compared_by_the_errors_of_the_same_rows():
    frame = pd.DataFrame({"y": np.arange(40.0)})
    subject = make_subject(frame, "y", np.arange(40.0) + 2, kind="regression")
    found = compare_paired(subject, champion_of(subject, np.arange(40.0) - 3), challenger="c", seed=0)
    error = find(found, "mean_absolute_error")
    assert (error.champion, error.challenger, error.difference.value) == (3, 2, -1)
    assert (error.difference.low, error.difference.high) == (-1, -1)
    assert verdict(error, 0.01) == "better"


def test_other_rows_and_other_tasks_cannot_be_paired():
    subject = subjects.subject()
    labels = subject.predictions.labels
    with pytest.raises(NotApplicable, match="different rows"):
        compare_paired(subject, champion_of(subject, labels, dataset="b" * 64), challenger="c", seed=0)
    other = subjects.profile("multiclass")
    with pytest.raises(NotApplicable, match="different tasks"):
        compare_paired(subject, champion_of(subject, labels, profile=other), challenger="c", seed=0)


def test_the_champions_own_threshold_decides_its_labels():
    subject = subjects.subject()
    scores = subject.predictions.scores
    strict = subjects.profile(task={"kind": "binary", "target": "approve", "positive": 1, "threshold": 0.9})
    champion = champion_of(subject, subject.predictions.labels, scores, profile=strict, classes=("0", "1"))
    found = compare_paired(subject, champion, challenger="c", seed=0)
    assert find(found, "selection_rate").champion == pytest.approx((scores[:, 1] >= 0.9).mean())
    assert find(found, "selection_rate").challenger == pytest.approx((scores[:, 1] >= 0.5).mean())
