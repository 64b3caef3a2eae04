"""Performance: every metric against scikit-learn or by hand, baselines, absent scores, and what is told."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as oracle

from rai.analyses import performance
from rai.cohorts import parse_cohort
from rai.theme import write
from tests.analyses.subjects import find, from_counts, make_subject, shared


def run(subject, **config):
    result = performance.compute(subject, performance.Config(**config))
    return result, performance.measures(result)


def whole(measures, metric):
    return find(measures, metric, aggregate="overall")


@pytest.fixture(scope="module")
def binary():
    rng = np.random.default_rng(0)
    truth = (rng.random(900) < 0.35).astype(int)
    scores = np.round(1 / (1 + np.exp(-(rng.normal(size=900) + 1.6 * truth - 1))), 3)
    predicted = (scores >= 0.5).astype(int)
    frame = pd.DataFrame({"x": rng.normal(size=900), "sex": rng.choice(["m", "f"], 900), "truth": truth})
    subject = make_subject(frame, "truth", predicted, scores=scores)
    return subject, truth, predicted, scores, run(subject)


def test_binary_metrics_agree_with_scikit_learn(binary):
    _, truth, predicted, scores, (_, found) = binary
    expected = {
        "accuracy": oracle.accuracy_score(truth, predicted),
        "balanced_accuracy": oracle.balanced_accuracy_score(truth, predicted),
        "precision": oracle.precision_score(truth, predicted),
        "true_positive_rate": oracle.recall_score(truth, predicted),
        "true_negative_rate": oracle.recall_score(truth, predicted, pos_label=0),
        "f1_score": oracle.f1_score(truth, predicted),
        "roc_auc": oracle.roc_auc_score(truth, scores),
        "average_precision": oracle.average_precision_score(truth, scores),
        "log_loss": oracle.log_loss(truth, scores),
        "brier_score": oracle.brier_score_loss(truth, scores),
    }
    for metric, number in expected.items():
        assert whole(found, metric).value == pytest.approx(number, abs=1e-12), metric


def test_calibration_error_agrees_with_plain_masks(binary):
    _, truth, _, scores, (_, found) = binary
    places = np.minimum((scores * 10).astype(int), 9)
    gaps = [abs(truth[places == b].sum() - scores[places == b].sum()) for b in range(10)]
    assert whole(found, "expected_calibration_error").value == pytest.approx(sum(gaps) / len(truth), abs=1e-12)


def test_every_metric_has_an_interval_around_it_and_its_rows(binary):
    for measure in binary[4][1]:
        assert measure.low is not None
        assert measure.high is not None
        assert measure.low < measure.value < measure.high
        assert measure.n > 0
    assert whole(binary[4][1], "precision").n == int(binary[2].sum())


def test_intervals_are_like_those_of_resampled_rows(binary):
    _, truth, predicted, scores, (_, found) = binary
    rng = np.random.default_rng(1)
    picks = [rng.integers(0, len(truth), len(truth)) for _ in range(500)]
    functions = {
        "f1_score": lambda p: oracle.f1_score(truth[p], predicted[p]),
        "balanced_accuracy": lambda p: oracle.balanced_accuracy_score(truth[p], predicted[p]),
        "roc_auc": lambda p: oracle.roc_auc_score(truth[p], scores[p]),
        "log_loss": lambda p: oracle.log_loss(truth[p], scores[p]),
    }
    for metric, function in functions.items():
        low, high = np.quantile([function(p) for p in picks], [0.025, 0.975])
        ours = whole(found, metric)
        assert (ours.low, ours.high) == pytest.approx((low, high), abs=0.02), metric


def test_compas_over_all_rows_has_propublicas_numbers():
    frame = shared("compas_two_years")
    predicted = (frame["score_text"] != "Low").astype(int)
    result, found = run(make_subject(frame[["sex", "two_year_recid"]], "two_year_recid", predicted))
    expected = {
        "true_positive_rate": 0.625961242694556,
        "false_positive_rate": 0.323492303810245,
        "precision": 0.613506180283389,
        "accuracy": 0.653728860548933,
        "base_rate": 0.450651510950929,
    }
    for metric, number in expected.items():
        assert whole(found, metric).value == pytest.approx(number, abs=1e-9)
    assert result.measured.confusion.counts == ((2681, 1282), (1216, 2035))


def test_an_asymmetric_matrix_keeps_precision_and_recall_apart():
    _, found = run(from_counts({"all": (30, 6, 10, 54)}))
    assert whole(found, "precision").value == pytest.approx(30 / 36)
    assert whole(found, "true_positive_rate").value == pytest.approx(0.75)
    assert whole(found, "false_negative_rate").value == pytest.approx(0.25)
    assert whole(found, "false_positive_rate").value == pytest.approx(0.10)
    assert whole(found, "selection_rate").value == pytest.approx(0.36)


def test_without_scores_their_metrics_are_absent_with_the_reason():
    result, found = run(from_counts({"all": (30, 6, 10, 54)}))
    for metric in ("roc_auc", "average_precision", "log_loss", "brier_score", "expected_calibration_error"):
        assert whole(found, metric).value is None
        assert "labels only" in whole(found, metric).reason
    assert [figure.title for figure in performance.section(result).figures] == ["Confusion matrix"]


def test_scores_outside_zero_to_one_are_ranked_but_not_called_probabilities():
    frame = pd.DataFrame({"truth": [0, 1] * 50})
    scores = np.stack([np.zeros(100), np.arange(100) / 10.0], axis=1)
    _, found = run(make_subject(frame, "truth", [0, 1] * 50, scores=scores))
    assert whole(found, "roc_auc").value is not None
    assert "no probabilities" in whole(found, "brier_score").reason


def test_a_model_that_never_says_yes_is_told_not_to_beat_the_baseline():
    result, found = run(from_counts({"all": (0, 0, 24, 76)}))
    warnings = performance.section(result).warnings
    assert whole(found, "accuracy").value == whole(found, "baseline_accuracy").value == 0.76
    assert whole(found, "precision").value is None
    assert any("does not beat always predicting '0'" in warning and "76.0 %" in warning for warning in warnings)


def test_a_gain_that_may_be_chance_is_said_to_be_that():
    result, found = run(from_counts({"all": (12, 10, 38, 40)}))  # 52 right against 50
    gain = whole(found, "accuracy_gain_over_baseline")
    assert gain.value == pytest.approx(0.02)
    assert gain.low < 0 < gain.high
    assert any("may be chance" in warning for warning in performance.section(result).warnings)


def test_a_clear_gain_over_either_baseline_warns_of_nothing():
    for counts in ((30, 6, 10, 54), (54, 10, 6, 30)):
        result, found = run(from_counts({"all": counts}))
        assert whole(found, "accuracy_gain_over_baseline").value == pytest.approx(0.84 - 0.6)
        assert performance.section(result).warnings == ()


def test_labels_that_do_not_follow_from_the_scores_are_noticed():
    frame = pd.DataFrame({"truth": [0, 1, 0, 1] * 10})
    subject = make_subject(frame, "truth", [0, 1, 1, 0] * 10, scores=np.array([0.2, 0.9, 0.3, 0.8] * 10))
    assert any("do not follow from the scores" in note for note in run(subject)[0].measured.notes)


def test_the_threshold_curve_counts_rows_at_or_above_each_threshold(binary):
    _, truth, _, scores, (result, _) = binary
    for point in result.measured.thresholds[::10]:
        chosen = scores >= point.threshold
        assert point.selection_rate == pytest.approx(chosen.mean())
        assert point.true_positive_rate == pytest.approx(chosen[truth == 1].mean())
    assert len(result.measured.thresholds) == 51


def test_the_calibration_curve_names_every_row_once(binary):
    result = binary[4][0]
    assert sum(item.observed.n for item in result.measured.calibration) == 900
    assert [item.low for item in result.measured.calibration][:3] == pytest.approx([0, 0.1, 0.2])


def test_a_cohort_with_one_outcome_has_reasons_instead_of_numbers():
    frame = pd.DataFrame({"age": [20] * 40 + [60] * 40, "truth": [1] * 40 + [0, 1] * 20})
    subject = make_subject(frame, "truth", [1] * 40 + [0, 1] * 20, scores=np.linspace(0, 1, 80))
    _, found = run(subject.within(parse_cohort("age<25")))
    assert whole(found, "true_negative_rate").value is None
    assert "no actual negatives" in whole(found, "true_negative_rate").reason
    assert "nothing to rank" in whole(found, "roc_auc").reason
    assert whole(found, "balanced_accuracy").value is None
    assert {item.cohort for item in found} == {"age<25"}


@pytest.fixture(scope="module")
def multiclass():
    rng = np.random.default_rng(3)
    truth = rng.choice(list("abc"), 600, p=[0.6, 0.3, 0.1])
    scores = rng.dirichlet([1, 1, 1], 600) + 0.5 * np.stack([truth == label for label in "abc"], axis=1)
    scores /= scores.sum(axis=1, keepdims=True)
    predicted = np.array(list("abc"))[scores.argmax(axis=1)]
    predicted[:60] = "b"
    subject = make_subject(pd.DataFrame({"kind": truth}), "kind", predicted, scores=scores, kind="multiclass")
    return truth, predicted, scores, run(subject)


def test_multiclass_metrics_agree_with_scikit_learn(multiclass):
    truth, predicted, scores, (_, found) = multiclass
    expected = {
        "accuracy": oracle.accuracy_score(truth, predicted),
        "balanced_accuracy": oracle.balanced_accuracy_score(truth, predicted),
        "f1_macro": oracle.f1_score(truth, predicted, average="macro"),
        "f1_weighted": oracle.f1_score(truth, predicted, average="weighted"),
        "log_loss": oracle.log_loss(truth, scores),
        "roc_auc_ovr": oracle.roc_auc_score(truth, scores, multi_class="ovr", average="macro"),
    }
    for metric, number in expected.items():
        ours = whole(found, metric)
        assert ours.value == pytest.approx(number, abs=1e-12), metric
        assert ours.low < ours.value < ours.high


def test_every_class_has_its_own_precision_and_recall(multiclass):
    truth, predicted, _, (_, found) = multiclass
    for place, label in enumerate("abc"):
        precision = oracle.precision_score(truth, predicted, average=None)[place]
        recall = oracle.recall_score(truth, predicted, average=None)[place]
        assert find(found, "precision", group=(label,)).value == pytest.approx(precision)
        assert find(found, "true_positive_rate", group=(label,)).value == pytest.approx(recall)
        assert find(found, "true_positive_rate", group=(label,)).feature == ("kind",)


def test_a_perfect_ranking_of_all_classes_is_not_certain():
    truth = np.array(list("abc") * 15)
    scores = np.stack([truth == label for label in "abc"], axis=1).astype(float)
    _, found = run(make_subject(pd.DataFrame({"kind": truth}), "kind", truth, scores=scores, kind="multiclass"))
    assert whole(found, "roc_auc_ovr").value == 1
    assert whole(found, "roc_auc_ovr").low < 0.95


def test_a_class_that_is_never_predicted_counts_as_scikit_learn_counts_it():
    truth, predicted = list("aabbcc") * 10, list("aabbab") * 10
    _, found = run(make_subject(pd.DataFrame({"kind": truth}), "kind", predicted, kind="multiclass"))
    assert whole(found, "balanced_accuracy").value == pytest.approx(2 / 3)
    assert whole(found, "f1_macro").value == pytest.approx(oracle.f1_score(truth, predicted, average="macro"))
    assert find(found, "precision", group=("c",)).value is None
    assert "labels only" in whole(found, "roc_auc_ovr").reason


def test_a_multiclass_model_that_says_the_same_to_all_is_warned_of():
    frame = pd.DataFrame({"kind": list("aaabbc") * 20})
    result, _ = run(make_subject(frame, "kind", ["a"] * 120, kind="multiclass"))
    assert any("does not beat always predicting 'a'" in warning for warning in performance.section(result).warnings)


@pytest.fixture(scope="module")
def regression():
    rng = np.random.default_rng(4)
    truth = rng.gamma(2, 10, 500)
    predicted = truth + rng.normal(1, 5, 500)
    subject = make_subject(pd.DataFrame({"pay": truth}), "pay", predicted, kind="regression")
    return truth, predicted, run(subject)


def test_regression_metrics_agree_with_scikit_learn(regression):
    truth, predicted, (_, found) = regression
    expected = {
        "r2_score": oracle.r2_score(truth, predicted),
        "root_mean_squared_error": oracle.root_mean_squared_error(truth, predicted),
        "mean_absolute_error": oracle.mean_absolute_error(truth, predicted),
        "median_absolute_error": oracle.median_absolute_error(truth, predicted),
        "mean_residual": float((predicted - truth).mean()),
        "baseline_root_mean_squared_error": float(truth.std()),
    }
    for metric, number in expected.items():
        ours = whole(found, metric)
        assert ours.value == pytest.approx(number, rel=1e-12), metric
        assert ours.low < ours.value < ours.high


def test_the_interval_of_r2_is_like_that_of_resampled_rows(regression):
    truth, predicted, (_, found) = regression
    rng = np.random.default_rng(5)
    picks = [rng.integers(0, 500, 500) for _ in range(1000)]
    low, high = np.quantile([oracle.r2_score(truth[p], predicted[p]) for p in picks], [0.025, 0.975])
    assert (whole(found, "r2_score").low, whole(found, "r2_score").high) == pytest.approx((low, high), abs=0.01)


def test_a_regression_no_better_than_the_mean_is_warned_of():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"pay": rng.normal(50, 10, 200)})
    result, _ = run(make_subject(frame, "pay", rng.normal(50, 10, 200), kind="regression"))
    assert any("does not beat always predicting the mean" in text for text in performance.section(result).warnings)


def test_a_constant_outcome_has_no_r2():
    _, found = run(make_subject(pd.DataFrame({"pay": [5.0] * 30}), "pay", [4.0, 6.0] * 15, kind="regression"))
    assert whole(found, "r2_score").value is None
    assert whole(found, "mean_absolute_error").value == 1


def test_residuals_and_bins_hold_every_row(regression):
    result = regression[2][0]
    assert sum(item.n for item in result.measured.residuals) == 500
    assert sum(item.outcome.n for item in result.measured.predicted) == 500


def test_results_survive_storage_and_repeat_byte_for_byte(binary, multiclass, regression):
    assert run(binary[0])[0].to_bytes() == binary[4][0].to_bytes()
    for result, found in (binary[4], multiclass[3], regression[2]):
        stored = performance.Result.from_bytes(result.to_bytes())
        assert performance.measures(stored) == found
        assert performance.section(stored) == performance.section(result)


def test_the_lead_names_accuracy_baseline_and_rows():
    lead = performance.section(run(from_counts({"all": (30, 6, 10, 54)}))[0]).lead
    assert "Of 100 rows 84.0 %" in lead
    assert "60.0 % for always predicting '0'" in lead


def test_all_tables_and_figures_can_be_written(binary, multiclass, regression):
    for result, _ in (binary[4], multiclass[3], regression[2]):
        shown = performance.section(result)
        assert shown.figures
        for table in (*shown.tables, *(figure.table() for figure in shown.figures)):
            for row in table.rows:
                written = [write(cell, column.format) for cell, column in zip(row, table.columns, strict=True)]
                assert "nan" not in written
