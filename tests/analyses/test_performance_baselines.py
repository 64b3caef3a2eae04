"""What always the same answer would reach, the warnings beside it, and the scores of several classes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle
from sklearn.dummy import DummyClassifier, DummyRegressor

from rai.analyses import performance
from tests.analyses.subjects import find, from_counts, make_subject


def run(subject, **config):
    result = performance.compute(subject, performance.Config(**config))
    return result, performance.measures(result)


def baseline(result, metric):
    return next(item.baseline for item in result.measured.metrics if item.metric == metric and not item.label)


@pytest.fixture(scope="module", params=[0.3, 0.8])
def binary(request):
    rng = np.random.default_rng(0)
    truth = (rng.random(500) < request.param).astype(int)
    scores = np.clip(rng.random(500) * 0.6 + 0.3 * truth, 0, 1)
    subject = make_subject(pd.DataFrame({"truth": truth}), "truth", (scores >= 0.5).astype(int), scores=scores)
    return truth, run(subject)[0]


def test_the_baseline_of_yes_or_no_is_scikit_learns_dummy(binary):
    truth, result = binary
    inputs = np.zeros((len(truth), 1))
    always = DummyClassifier(strategy="prior").fit(inputs, truth)
    said, score = always.predict(inputs), always.predict_proba(inputs)[:, 1]
    expected = {
        "accuracy": oracle.accuracy_score(truth, said),
        "balanced_accuracy": oracle.balanced_accuracy_score(truth, said),
        "true_positive_rate": oracle.recall_score(truth, said),
        "true_negative_rate": oracle.recall_score(truth, said, pos_label=0),
        "f1_score": oracle.f1_score(truth, said, zero_division=0),
        "roc_auc": oracle.roc_auc_score(truth, score),
        "average_precision": oracle.average_precision_score(truth, score),
        "log_loss": oracle.log_loss(truth, score),
        "brier_score": oracle.brier_score_loss(truth, score),
        "selection_rate": said.mean(),
    }
    for metric, number in expected.items():
        assert baseline(result, metric) == pytest.approx(number, abs=1e-9), metric
    # Precision of a baseline that never says yes is undefined, and not 0.
    assert baseline(result, "precision") == (pytest.approx(truth.mean()) if truth.mean() > 0.5 else None)


@pytest.fixture(scope="module")
def multiclass():
    rng = np.random.default_rng(3)
    truth = rng.choice(list("abc"), 600, p=[0.6, 0.3, 0.1])
    scores = rng.dirichlet([1, 1, 1], 600) + 0.5 * np.stack([truth == label for label in "abc"], axis=1)
    scores /= scores.sum(axis=1, keepdims=True)
    predicted = np.array(list("abc"))[scores.argmax(axis=1)]
    subject = make_subject(pd.DataFrame({"kind": truth}), "kind", predicted, scores=scores, kind="multiclass")
    return truth, predicted, scores, run(subject)


def test_the_baseline_of_several_classes_is_scikit_learns_dummy(multiclass):
    truth, _, _, (result, _) = multiclass
    inputs = np.zeros((len(truth), 1))
    always = DummyClassifier(strategy="prior").fit(inputs, truth)
    said, scores = always.predict(inputs), always.predict_proba(inputs)
    expected = {
        "accuracy": oracle.accuracy_score(truth, said),
        "balanced_accuracy": oracle.balanced_accuracy_score(truth, said),
        "f1_macro": oracle.f1_score(truth, said, average="macro"),
        "f1_weighted": oracle.f1_score(truth, said, average="weighted"),
        "log_loss": oracle.log_loss(truth, scores),
        "roc_auc_ovr": oracle.roc_auc_score(truth, scores, multi_class="ovr"),
        "brier_score": ((scores - np.stack([truth == label for label in "abc"], axis=1)) ** 2).sum(axis=1).mean(),
    }
    for metric, number in expected.items():
        assert baseline(result, metric) == pytest.approx(number, abs=1e-9), metric


def test_the_baseline_of_numbers_is_scikit_learns_dummy():
    rng = np.random.default_rng(4)
    truth = rng.gamma(2, 10, 301)
    result, _ = run(make_subject(pd.DataFrame({"pay": truth}), "pay", truth + rng.normal(0, 5, 301), kind="regression"))
    inputs = np.zeros((301, 1))
    mean, median = (DummyRegressor(strategy=s).fit(inputs, truth).predict(inputs) for s in ("mean", "median"))
    expected = {
        "r2_score": oracle.r2_score(truth, mean),
        "root_mean_squared_error": oracle.root_mean_squared_error(truth, mean),
        "mean_absolute_error": oracle.mean_absolute_error(truth, median),
        "median_absolute_error": oracle.median_absolute_error(truth, median),
        "mean_residual": 0,
    }
    for metric, number in expected.items():
        assert baseline(result, metric) == pytest.approx(number, abs=1e-9), metric


def test_the_baseline_stands_beside_every_metric_and_says_what_it_is():
    section = performance.section(run(from_counts({"all": (30, 6, 10, 54)}))[0])
    table = section.tables[0]
    place = [column.name for column in table.columns].index("Baseline")
    assert {row[0]: row[place] for row in table.rows}["Accuracy"] == pytest.approx(0.6)
    assert "always predicting '0'" in table.note


def test_scores_that_rank_by_chance_are_warned_of():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"truth": rng.integers(0, 2, 400)})
    result, _ = run(make_subject(frame, "truth", rng.integers(0, 2, 400), scores=rng.random(400)))
    notes = result.measured.notes
    assert any("not shown to rank better than chance" in note for note in notes)
    assert any("plain share of each outcome" in note for note in notes)


def test_scores_that_rank_well_but_are_far_from_the_outcomes_are_warned_of_only_for_that():
    rng = np.random.default_rng(6)
    truth = (rng.random(1000) < 0.1).astype(int)
    scores = np.clip(0.5 + 0.3 * truth + rng.normal(0, 0.05, 1000), 0, 1)  # 0.5 for people of whom nearly none is one
    result, found = run(
        make_subject(pd.DataFrame({"truth": truth}), "truth", (scores > 0.65).astype(int), scores=scores)
    )
    assert find(found, "roc_auc", aggregate="overall").low > 0.9
    (note,) = result.measured.notes
    assert "plain share of each outcome" in note


def test_useful_scores_are_warned_of_nothing(multiclass):
    assert multiclass[3][0].measured.notes == ()


def test_a_model_better_than_the_mean_but_not_than_the_median_is_warned_of():
    # Most are paid 10 and a few 1,000: guessing 60 for everybody but 500 for the few beats the mean, not the median.
    truth = np.array([10.0] * 190 + [1000.0] * 10)
    predicted = np.array([60.0] * 190 + [500.0] * 10)
    result, found = run(make_subject(pd.DataFrame({"pay": truth}), "pay", predicted, kind="regression"))
    assert find(found, "r2_score", aggregate="overall").low > 0
    (note,) = result.measured.notes
    assert "always predicting the median" in note


def test_scores_of_several_classes_agree_with_scikit_learn_and_plain_masks(multiclass):
    truth, predicted, scores, (result, found) = multiclass
    hits = np.stack([truth == label for label in "abc"], axis=1)
    brier = find(found, "brier_score", aggregate="overall")
    assert brier.value == pytest.approx(oracle.brier_score_loss(truth, scores, labels=list("abc")), abs=1e-12)
    assert brier.value == pytest.approx(((scores - hits) ** 2).sum(axis=1).mean(), abs=1e-12)
    sure, right = scores.max(axis=1), truth == predicted
    place = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(right[place == b].sum() - sure[place == b].sum()) for b in range(10)]
    error = find(found, "expected_calibration_error", aggregate="overall")
    assert error.value == pytest.approx(sum(gaps) / 600, abs=1e-12)
    assert sum(item.observed.n for item in result.measured.calibration) == 600


classes = st.lists(
    st.tuples(st.sampled_from(["yes", "no", "may be"]), st.sampled_from(["yes", "no", "may be"])), max_size=60
)


@settings(max_examples=40, deadline=None)
@given(classes)
def test_any_labels_of_several_classes_agree_with_scikit_learn(rows):
    rows = [*rows, ("yes", "yes"), ("no", "no"), ("may be", "may be")]
    truth, predicted = (list(column) for column in zip(*rows, strict=True))
    _, found = run(make_subject(pd.DataFrame({"kind": truth}), "kind", predicted, kind="multiclass"), replicates=200)
    expected = {
        "accuracy": oracle.accuracy_score(truth, predicted),
        "balanced_accuracy": oracle.balanced_accuracy_score(truth, predicted),
        "precision_macro": oracle.precision_score(truth, predicted, average="macro"),
        "f1_macro": oracle.f1_score(truth, predicted, average="macro"),
        "f1_weighted": oracle.f1_score(truth, predicted, average="weighted"),
    }
    for metric, number in expected.items():
        assert find(found, metric, aggregate="overall").value == pytest.approx(number, abs=1e-12), metric
    for label in ("yes", "no", "may be"):
        one = [t == label for t in truth], [p == label for p in predicted]
        for metric, function in (
            ("precision", oracle.precision_score), ("true_positive_rate", oracle.recall_score), ("f1_score", oracle.f1_score)
        ):  # fmt: skip
            assert find(found, metric, group=(label,)).value == pytest.approx(function(*one), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(1, 60)] * 4))
def test_any_yes_or_no_labels_agree_with_scikit_learn(cells):
    subject = from_counts({"all": cells})
    _, found = run(subject, replicates=200)
    truth, predicted = subject.y_true, subject.y_pred
    expected = {
        "accuracy": oracle.accuracy_score, "balanced_accuracy": oracle.balanced_accuracy_score,
        "precision": oracle.precision_score, "true_positive_rate": oracle.recall_score, "f1_score": oracle.f1_score,
    }  # fmt: skip
    for metric, function in expected.items():
        assert find(found, metric, aggregate="overall").value == pytest.approx(function(truth, predicted), abs=1e-12)


def test_a_class_that_is_never_predicted_has_no_mean_precision():
    frame = pd.DataFrame({"kind": list("aabbcc") * 10})
    _, found = run(make_subject(frame, "kind", list("aabbab") * 10, kind="multiclass"))
    absent = find(found, "precision_macro", aggregate="overall")
    assert absent.value is None
    assert "never predicted" in absent.reason


def test_residuals_are_summed_up_by_their_quantiles():
    truth = np.zeros(101)
    truth[0] = 1e-9  # not constant
    result, _ = run(make_subject(pd.DataFrame({"pay": truth}), "pay", np.arange(101.0), kind="regression"))
    spread = result.measured.residual_spread
    assert (spread.lower, spread.lower_quartile, spread.median, spread.upper, spread.most, spread.n) == (
        5,
        25,
        50,
        95,
        100,
        101,
    )
    assert any(table.title == "Residuals" for table in performance.section(result).tables)
