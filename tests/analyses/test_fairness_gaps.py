"""Fairness in depth: gaps to all rows, chance and its correction, control features, calibration, the stated choice."""

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fairlearn_metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as oracle
from statsmodels.stats.multitest import multipletests

from rai.analyses import fairness
from rai.errors import DataError
from rai.fairness.guide import choice, leading
from rai.profile import FAIRNESS_METRICS
from rai.theme import write
from tests.analyses.subjects import find, from_counts, make_subject

COUNTS = {"a": (30, 10, 10, 50), "b": (40, 30, 20, 60), "c": (5, 20, 25, 30)}


def run(subject, **config):
    result = fairness.compute(subject, fairness.Config(**config))
    return result, fairness.measures(result)


def value(measures, metric, *, aggregate="", group=None, feature=None):
    return find(measures, metric, aggregate=aggregate, group=group, feature=feature).value


def table(result, title):
    return next(item for item in fairness.section(result).tables if item.title.startswith(title))


# Random yes-or-no data against MetricFrame and the named measures, in words as labels, in both of fairlearn's methods.

labels = st.lists(st.tuples(st.sampled_from("xyz"), st.booleans(), st.booleans()), min_size=30, max_size=120).filter(
    lambda rows: (
        all(
            len({truth for group, truth, _ in rows if group == name}) == 2
            and len({said for group, _, said in rows if group == name}) == 2
            for name in {group for group, _, _ in rows}
        )
        and len({group for group, _, _ in rows}) > 1
        and len({truth for _, truth, _ in rows}) == 2
    )
)

RATES = {
    "selection_rate": fairlearn_metrics.selection_rate,
    "true_positive_rate": fairlearn_metrics.true_positive_rate,
    "true_negative_rate": fairlearn_metrics.true_negative_rate,
    "false_positive_rate": fairlearn_metrics.false_positive_rate,
    "false_negative_rate": fairlearn_metrics.false_negative_rate,
    "precision": oracle.precision_score,
    "accuracy": oracle.accuracy_score,
}


@settings(max_examples=25, deadline=None)
@given(labels)
def test_gaps_of_any_rows_are_those_of_fairlearns_metric_frame(rows):
    groups, truth, said = (np.array(column) for column in zip(*rows, strict=True))
    frame = pd.DataFrame({"group": groups, "truth": np.where(truth, "Yes", "No")})
    made = make_subject(frame, "truth", np.where(said, "Yes", "No"), sensitive=("group",), positive="Yes")
    _, found = run(made, min_group=1, replicates=200)
    theirs = fairlearn_metrics.MetricFrame(
        metrics=RATES, y_true=truth.astype(int), y_pred=said.astype(int), sensitive_features=groups
    )
    expected = {
        ("difference", ""): theirs.difference(), ("ratio", ""): theirs.ratio(),
        ("minimum", ""): theirs.group_min(), ("maximum", ""): theirs.group_max(),
        ("difference", "_to_overall"): theirs.difference(method="to_overall"),
        ("ratio", "_to_overall"): theirs.ratio(method="to_overall"),
    }  # fmt: skip
    for (kind, suffix), numbers in expected.items():
        for name in RATES:
            ours = value(found, f"{name}{suffix}", aggregate=kind)
            if ours is not None:
                assert ours == pytest.approx(numbers[name], abs=1e-12), (name, kind, suffix)
            else:
                assert kind == "ratio"
                assert np.isnan(numbers[name]) or theirs.by_group[name].max() == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.integers(1, 40)] * 4), min_size=2, max_size=4))
def test_named_measures_to_all_rows_are_fairlearns(cells):
    made = from_counts({f"g{place}": row for place, row in enumerate(cells)})
    _, found = run(made, min_group=1, replicates=200)
    arrays = {"y_true": made.y_true.astype(int), "y_pred": made.y_pred.astype(int)}
    for name in ("demographic_parity", "equalized_odds", "equal_opportunity"):
        for kind in ("difference", "ratio"):
            theirs = getattr(fairlearn_metrics, f"{name}_{kind}")
            expected = theirs(**arrays, sensitive_features=made.dataset.groups("group"), method="to_overall")
            ours = find(found, f"{name}_{kind}_to_overall", aggregate=kind)
            assert ours.value == pytest.approx(expected, abs=1e-12)
            assert ours.low <= ours.value <= ours.high


def test_predictive_parity_is_the_gap_in_precision():
    _, found = run(from_counts(COUNTS))
    # 30 of 40, 40 of 70 and 5 of 25 predicted positives came true.
    assert value(found, "predictive_parity_difference", aggregate="difference") == pytest.approx(0.75 - 0.2)
    assert value(found, "predictive_parity_ratio", aggregate="ratio") == pytest.approx(0.2 / 0.75)


def test_the_gap_to_all_rows_names_the_farthest_group_and_its_side():
    result, found = run(from_counts(COUNTS))
    metric = result.features[0].metric("true_positive_rate")
    # 75 of 130 actual positives are found: .577; a has .75, b .667, c .167.
    gap = metric.farthest("difference")
    assert metric.whole == pytest.approx(75 / 130)
    assert (gap.lowest_group, gap.highest_group) == (("c",), ())
    assert value(found, "true_positive_rate_to_overall", aggregate="difference") == pytest.approx(75 / 130 - 5 / 30)
    assert value(found, "true_positive_rate_to_overall", aggregate="ratio") == pytest.approx((5 / 30) / (75 / 130))


def test_all_rows_include_groups_that_are_too_small_to_be_judged():
    _, found = run(from_counts({**COUNTS, "tiny": (5, 0, 0, 0)}))
    everyone = (40 + 70 + 25 + 5) / 335
    assert value(found, "selection_rate_to_overall", aggregate="difference") == pytest.approx(
        max(abs(rate - everyone) for rate in (40 / 100, 70 / 150, 25 / 80))
    )


def test_groups_with_the_same_value_are_both_named():
    gap = (
        run(from_counts({"a": (20, 5, 5, 20), "b": (40, 10, 10, 40)}))[0]
        .features[0]
        .metric("accuracy")
        .gap("difference")
    )
    assert (gap.found.value, gap.lowest_group, gap.highest_group) == (0, ("a",), ("b",))


# Significance: on each metric's own denominator, corrected once for everything.


def test_the_p_value_of_a_rate_rests_on_its_own_denominator():
    result, _ = run(from_counts(COUNTS))
    columns = {
        "selection_rate": [(40, 100), (70, 150), (25, 80)],
        "true_positive_rate": [(30, 40), (40, 60), (5, 30)],
        "false_positive_rate": [(10, 60), (30, 90), (20, 50)],
        "precision": [(30, 40), (40, 70), (5, 25)],
        "accuracy": [(80, 100), (100, 150), (35, 80)],
    }
    for name, pairs in columns.items():
        hits, rows = np.array(pairs).T
        expected = stats.chi2_contingency([hits, rows - hits], correction=False).pvalue
        test = result.features[0].metric(name).test
        assert (test.method, test.p) == ("chi-square", pytest.approx(expected, rel=1e-9)), name


def test_a_rate_and_its_complement_are_counted_once_and_base_rates_not_at_all():
    result, _ = run(from_counts(COUNTS))
    metrics = result.features[0].metrics
    by_name = {metric.metric: metric.test for metric in metrics}
    assert by_name["false_negative_rate"] == by_name["true_positive_rate"]
    assert by_name["false_discovery_rate"] == by_name["precision"]
    assert by_name["false_positive_rate"] != by_name["false_discovery_rate"]
    assert by_name["base_rate"] is None
    assert result.tests == 6  # selection, TPR, FPR, precision, NPV, accuracy


def test_p_values_are_corrected_by_holm_over_all_features_and_metrics():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.choice(list("ab"), 600) for name in ("sex", "race")})
    frame["truth"] = rng.integers(0, 2, 600)
    predicted = ((rng.random(600) < 0.5) | (frame["sex"] == "a")).astype(int)
    result, _ = run(make_subject(frame, "truth", predicted, sensitive=("sex", "race")))
    tests = {
        (item.feature, name): item.metric(name).test
        for item in result.features
        for name in (
            "selection_rate", "true_positive_rate", "false_positive_rate", "precision", "negative_predictive_value",
            "accuracy",
        )
        if item.metric(name).test
    }  # fmt: skip
    expected = multipletests([test.p for test in tests.values()], method="holm")[1]
    assert [test.adjusted for test in tests.values()] == pytest.approx(expected, abs=1e-12)
    assert result.tests == len(tests)
    # Nobody is without a prediction of 1 for sex a: that gap is no chance, those by race are.
    assert tests[(("sex",), "selection_rate")].adjusted < 1e-6
    assert all(test.adjusted > 0.05 for (feature, _), test in tests.items() if feature == ("race",))


def test_a_gap_of_small_groups_is_tested_exactly():
    result, _ = run(from_counts({"a": (10, 1, 2, 9), "b": (1, 2, 10, 12)}))
    test = result.features[0].metric("precision").test
    assert test is None  # 11 and 3 predicted positives are fewer than 20
    result, _ = run(from_counts({"a": (10, 1, 2, 9), "b": (1, 2, 10, 12)}), min_group=1)
    test = result.features[0].metric("precision").test
    assert (test.method, test.p) == ("Fisher exact", pytest.approx(stats.fisher_exact([[10, 1], [1, 2]])[1]))


def test_the_table_of_chance_says_how_it_was_found():
    result, _ = run(from_counts(COUNTS))
    found = table(result, "Could the gaps be chance?")
    assert [column.name for column in found.columns][-3:] == ["p", "p, corrected", "Reading"]
    assert len(found.rows) == 6
    assert "Holm" in found.note
    assert "own denominator" in found.note
    assert found.rows[0][-1] == "more than chance"


def test_numbers_of_groups_are_tested_by_welch_and_scores_too():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"sex": ["m"] * 100 + ["f"] * 60, "pay": rng.normal(50, 10, 160)})
    predicted = frame["pay"] + rng.normal(0, 2, 160) + np.where(frame["sex"] == "f", -5.0, 0.0)
    result, _ = run(make_subject(frame, "pay", predicted, sensitive=("sex",), kind="regression"))
    moves = predicted - frame["pay"]
    men, women = moves[frame["sex"] == "m"], moves[frame["sex"] == "f"]
    test = result.features[0].metric("mean_residual").test
    assert test.method == "Welch"
    assert test.p == pytest.approx(stats.ttest_ind(men, women, equal_var=False).pvalue, rel=1e-6)


# Control features: Berkeley admissions of 1973, six largest departments; (admitted, rejected) of men and women.
BERKELEY = {
    "A": ((512, 313), (89, 19)), "B": ((353, 207), (17, 8)), "C": ((120, 205), (202, 391)),
    "D": ((138, 279), (131, 244)), "E": ((53, 138), (94, 299)), "F": ((22, 351), (24, 317)),
}  # fmt: skip


def admissions(**data):
    rows = [
        (sex, department, admitted)
        for department, pairs in BERKELEY.items()
        for sex, counts in zip(("man", "woman"), pairs, strict=True)
        for admitted, n in zip((1, 0), counts, strict=True)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["sex", "department", "admitted"])
    return make_subject(
        frame[["sex", "department"]].assign(truth=np.arange(len(frame)) % 2), "truth", frame["admitted"],
        sensitive=("sex",), control=("department",), **data,
    )  # fmt: skip


@pytest.fixture(scope="module")
def berkeley():
    return run(admissions())


def test_within_departments_the_gap_of_berkeley_admissions_turns_round(berkeley):
    result, found = berkeley
    whole = [item for item in found if item.cohort == ""]
    assert value(whole, "selection_rate", group=("man",)) == pytest.approx(1198 / 2691)
    assert value(whole, "selection_rate", group=("woman",)) == pytest.approx(557 / 1835)
    published = {"A": (0.621, 0.824), "B": (0.630, 0.680), "C": (0.369, 0.341), "D": (0.331, 0.349),
                 "E": (0.277, 0.239), "F": (0.059, 0.070)}  # fmt: skip
    for department, (men, women) in published.items():
        inside = [item for item in found if item.cohort == f"department={department}"]
        assert value(inside, "selection_rate", group=("man",)) == pytest.approx(men, abs=5e-4)
        assert value(inside, "selection_rate", group=("woman",)) == pytest.approx(women, abs=5e-4)
    warnings = fairness.section(result).warnings
    assert any("turns round within department = A." in text for text in warnings)


def test_gaps_within_a_control_feature_agree_with_fairlearn(berkeley):
    made, (_, found) = admissions(), berkeley
    theirs = fairlearn_metrics.MetricFrame(
        metrics={"selection_rate": fairlearn_metrics.selection_rate, "tpr": fairlearn_metrics.true_positive_rate},
        y_true=made.y_true.astype(int), y_pred=made.y_pred.astype(int),
        sensitive_features=made.dataset.frame["sex"], control_features=made.dataset.frame["department"],
    )  # fmt: skip
    for method, suffix in (("between_groups", ""), ("to_overall", "_to_overall")):
        for kind in ("difference", "ratio"):
            expected = getattr(theirs, kind)(method=method)
            for department in BERKELEY:
                inside = [item for item in found if item.cohort == f"department={department}"]
                ours = value(inside, f"selection_rate{suffix}", aggregate=kind)
                assert ours == pytest.approx(expected.loc[department, "selection_rate"], abs=1e-12)


def test_small_groups_within_a_value_of_a_control_feature_are_not_judged(berkeley):
    _, found = berkeley
    # Department B has 25 women, of whom fewer than 20 were admitted.
    inside = [item for item in found if item.cohort == "department=B"]
    assert value(inside, "selection_rate", group=("woman",)) == pytest.approx(17 / 25)
    precision = find(inside, "precision", group=("woman",))
    assert (precision.value, precision.n) == (None, 17)
    assert "at least 20" in precision.reason


def test_tests_within_control_features_are_corrected_together(berkeley):
    result, _ = berkeley
    tests = [
        item.metric(name).test
        for stratum in result.controlled[0].strata
        for item in stratum.features
        for name in (
            "selection_rate", "true_positive_rate", "false_positive_rate", "precision", "negative_predictive_value",
            "accuracy",
        )
        if item.metric(name).test
    ]  # fmt: skip
    assert result.tests_controlled == len(tests)
    expected = multipletests([test.p for test in tests], method="holm")[1]
    assert [test.adjusted for test in tests] == pytest.approx(expected, abs=1e-12)


def test_the_section_shows_the_gap_within_each_value_of_the_control_feature(berkeley):
    result, _ = berkeley
    section = fairness.section(result)
    figure = next(item for item in section.figures if "within each department" in item.title)
    assert [point.x for point in figure.series[0].points] == list("ABCDEF")
    assert figure.reference == pytest.approx(1198 / 2691 - 557 / 1835)
    found = table(result, "Gaps within each department")
    assert found.rows[0][:3] == ("A", "sex", "Favourable outcome rate")
    assert any("itself a product of unequal treatment" in text for text in section.how_to_read)


def test_without_a_control_feature_nothing_is_said_within_one():
    result, found = run(from_counts(COUNTS))
    assert result.controlled == ()
    assert {item.cohort for item in found} == {""}
    assert any("no control feature" in text for text in fairness.section(result).limitations)


def test_a_control_feature_that_is_not_in_the_data_is_named():
    frame = pd.DataFrame({"sex": ["m", "f"] * 40, "truth": [0, 1] * 40})
    with pytest.raises(DataError, match=r"Column 'department' is not in the data.*Set \[data\] control"):
        make_subject(frame, "truth", [0, 1] * 40, sensitive=("sex",), control=("department",))


def test_a_numeric_control_feature_is_banded_and_each_band_is_a_cohort():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"sex": rng.choice(["m", "f"], 400), "income": rng.normal(50, 10, 400)})
    frame["truth"] = rng.integers(0, 2, 400)
    frame.loc[:4, "income"] = np.nan
    predicted = rng.integers(0, 2, 400)
    made = make_subject(frame, "truth", predicted, sensitive=("sex",), control=("income",), bands={"income": (45, 55)})
    result, found = run(made)
    cohorts = {stratum.value: stratum.cohort for stratum in result.controlled[0].strata}
    assert cohorts == {
        "under 45": "income<45", "45 to under 55": "income>=45;income<55", "55 and over": "income>=55",
        "missing": "income=missing",
    }  # fmt: skip
    inside = [item for item in found if item.cohort == "income>=45;income<55"]
    middle = frame["income"].between(45, 55, inclusive="left") & (frame["sex"] == "f")
    assert value(inside, "selection_rate", group=("f",)) == pytest.approx(predicted[middle].mean())
    missing = result.controlled[0].strata[-1]
    assert (missing.n, missing.features) == (5, ())
    assert "at least 20" in missing.reason
    assert "missing (n 5)" in table(result, "Gaps within each income").note


def test_a_control_feature_with_too_many_values_says_so():
    frame = pd.DataFrame({"sex": ["m", "f"] * 100, "town": [f"t{place}" for place in range(200)]})
    frame["truth"] = [0, 1, 1, 0] * 50
    result, _ = run(make_subject(frame, "truth", [1, 0] * 100, sensitive=("sex",), control=("town",)))
    assert any(text.startswith("town: There are 200 values") for text in fairness.section(result).warnings)


def test_within_a_cohort_the_values_of_a_control_feature_are_cohorts_of_it():
    from rai.cohorts import parse_cohort

    _, found = run(admissions().within(parse_cohort("department=A|B")))
    assert {item.cohort for item in found} == {
        "department=A|B", "department=A|B;department=A", "department=A|B;department=B",
    }  # fmt: skip


# Scores within groups.


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"sex": rng.choice(["m", "f"], 1200), "x": rng.random(1200)})
    chance = np.clip(0.1 + 0.8 * frame["x"] - 0.25 * (frame["sex"] == "f"), 0.02, 0.98)
    frame["truth"] = (rng.random(1200) < chance).astype(int)
    scores = np.clip(0.1 + 0.8 * frame["x"], 0, 1).to_numpy()  # too high for women by about a quarter
    return (
        frame,
        scores,
        run(make_subject(frame, "truth", (scores > 0.5).astype(int), scores=scores, sensitive=("sex",))),
    )


def test_calibration_within_groups_agrees_with_plain_masks(scored):
    frame, scores, (_, found) = scored
    for sex in "mf":
        own = (frame["sex"] == sex).to_numpy()
        truth, score = frame["truth"].to_numpy()[own], scores[own]
        place = np.minimum((score * 10).astype(int), 9)
        gaps = [abs((truth - score)[place == b].sum()) for b in range(10)]
        error = find(found, "expected_calibration_error", group=(sex,))
        large = find(found, "calibration_in_the_large", group=(sex,))
        assert error.value == pytest.approx(sum(gaps) / own.sum(), abs=1e-12)
        assert large.value == pytest.approx((score - truth).mean(), abs=1e-12)
        assert error.low <= error.value <= error.high
    gap = find(found, "calibration_in_the_large", aggregate="difference")
    assert 0.1 < gap.low < gap.value < gap.high < 0.4


def test_calibration_in_the_large_has_no_ratio_and_the_noisy_error_no_test(scored):
    result, found = scored[2]
    item = result.features[0]
    assert "below 0" in find(found, "calibration_in_the_large", aggregate="ratio").reason
    assert item.metric("expected_calibration_error").test is None
    assert item.metric("calibration_in_the_large").test.adjusted < 0.001
    assert item.metric("brier_score").test.method == "Welch"


def test_calibration_curves_hold_every_row_of_their_group(scored):
    frame, _, (result, _) = scored
    curves = {curve.key[0]: curve for curve in result.features[0].calibration}
    assert {key: sum(point.observed.n for point in curve.points) for key, curve in curves.items()} == dict(
        frame["sex"].value_counts()
    )
    figure = next(item for item in fairness.section(result).figures if item.title == "Calibration by sex")
    assert {series.name for series in figure.series} == {"m", "f", "Perfect calibration"}


def test_groups_equally_well_calibrated_but_unequal_in_size_have_no_certain_gap():
    # The error of 40 rows is larger by noise alone; its interval gives that back.
    rng, certain = np.random.default_rng(4), 0
    for seed in range(40):
        scores = rng.random(2040)
        frame = pd.DataFrame({"sex": ["m"] * 2000 + ["f"] * 40, "truth": (rng.random(2040) < scores).astype(int)})
        made = make_subject(frame, "truth", (scores > 0.5).astype(int), scores=scores, sensitive=("sex",))
        _, found = run(made, replicates=300, seed=seed)
        certain += find(found, "expected_calibration_error", aggregate="difference").low > 0
    assert certain <= 5


def test_scores_that_are_no_probabilities_are_ranked_and_not_calibrated():
    frame = pd.DataFrame({"sex": ["m", "f"] * 60, "truth": [0, 1, 1, 0] * 30})
    scores = np.stack([np.zeros(120), np.arange(120.0)], axis=1)
    result, found = run(make_subject(frame, "truth", [0, 1] * 60, scores=scores, sensitive=("sex",)))
    assert find(found, "roc_auc", group=("f",)).value is not None
    assert not [item for item in found if item.metric == "expected_calibration_error"]
    assert result.features[0].calibration == ()


# Several classes and numbers.

three = st.lists(
    st.tuples(st.sampled_from("gh"), st.sampled_from("abc"), st.sampled_from("abc")), min_size=40, max_size=90
)


@settings(max_examples=25, deadline=None)
@given(three)
def test_rates_of_every_class_and_their_means_agree_with_scikit_learn(rows):
    rows = [*rows, *[(group, label, label) for group in "gh" for label in "abc"]]
    groups, truth, said = (np.array(column) for column in zip(*rows, strict=True))
    frame = pd.DataFrame({"group": groups, "kind": truth})
    _, found = run(
        make_subject(frame, "kind", said, sensitive=("group",), kind="multiclass"), min_group=1, replicates=200
    )
    for group in "gh":
        one, other = truth[groups == group], said[groups == group]
        matrices = oracle.multilabel_confusion_matrix(one, other, labels=list("abc"))
        for label, ((tn, fp), (fn, tp)) in zip("abc", matrices, strict=True):
            expected = {
                "selection_rate": (tp + fp) / len(one), "true_positive_rate": tp / (tp + fn),
                "true_negative_rate": tn / (tn + fp), "false_positive_rate": fp / (tn + fp),
                "false_negative_rate": fn / (tp + fn), "precision": tp / (tp + fp),
                "negative_predictive_value": tn / (tn + fn), "false_discovery_rate": fp / (tp + fp),
                "false_omission_rate": fn / (tn + fn),
            }  # fmt: skip
            for name, number in expected.items():
                assert value(found, f"{name}[{label}]", group=(group,)) == pytest.approx(number, abs=1e-12)
        assert value(found, "accuracy", group=(group,)) == pytest.approx((one == other).mean())
        for name, function in (("precision_macro", oracle.precision_score), ("f1_macro", oracle.f1_score)):
            assert value(found, name, group=(group,)) == pytest.approx(function(one, other, average="macro"), abs=1e-12)
        assert value(found, "balanced_accuracy", group=(group,)) == pytest.approx(
            oracle.balanced_accuracy_score(one, other), abs=1e-12
        )


def test_a_group_without_a_class_has_no_mean_over_the_classes():
    truth, said = list("abc" * 20 + "ab" * 30), list("abc" * 20 + "ab" * 30)
    frame = pd.DataFrame({"group": ["g"] * 60 + ["h"] * 60, "kind": truth})
    _, found = run(make_subject(frame, "kind", said, sensitive=("group",), kind="multiclass"))
    absent = find(found, "f1_macro", group=("h",))
    assert absent.value is None
    assert "rarest class" in absent.reason


def test_very_many_classes_keep_two_rates_each():
    classes = [f"k{place:02d}" for place in range(12)]
    frame = pd.DataFrame({"group": ["g", "h"] * 240, "kind": np.repeat(classes, 40)})
    _, found = run(make_subject(frame, "kind", frame["kind"], sensitive=("group",), kind="multiclass"), min_group=5)
    assert value(found, "true_positive_rate[k03]", group=("g",)) == 1
    assert not [item for item in found if item.metric == "precision[k03]"]


def test_the_explained_variance_of_every_group_agrees_with_scikit_learn():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"sex": ["m"] * 150 + ["f"] * 90, "pay": rng.gamma(2, 10, 240)})
    predicted = frame["pay"] + rng.normal(0, np.where(frame["sex"] == "f", 12, 4))
    result, found = run(make_subject(frame, "pay", predicted, sensitive=("sex",), kind="regression"))
    for sex in "mf":
        own = frame["sex"] == sex
        ours = find(found, "r2_score", group=(sex,))
        assert ours.value == pytest.approx(oracle.r2_score(frame["pay"][own], predicted[own]), abs=1e-12)
        assert ours.low < ours.value < ours.high
    assert value(found, "mean_absolute_error_to_overall", aggregate="difference") == pytest.approx(
        max(abs((predicted - frame["pay"]).abs()[frame["sex"] == sex].mean() - (predicted - frame["pay"]).abs().mean())
            for sex in "mf")
    )  # fmt: skip
    assert result.features[0].metric("r2_score").gap("difference").lowest_group == ("f",)


# The choice of metric.


def test_the_stated_metric_leads_the_section_with_its_reason():
    stated = {"metric": "equal_opportunity", "rationale": "A missed case goes untreated."}
    result, _ = run(from_counts(COUNTS, fairness=stated))
    section = fairness.section(result)
    assert section.lead.startswith("True positive rate (recall) differs most by group: 16.7 % for c (n 30)")
    assert section.how_to_read[0] == (
        "The submitter's metric is: Equal opportunity. The reason given: A missed case goes untreated."
    )
    assert section.figures[0].title == "True positive rate (recall) by group"
    assert table(result, "Which metric").note == section.how_to_read[0]


def test_without_a_stated_metric_the_profile_key_is_named():
    section = fairness.section(run(from_counts(COUNTS))[0])
    assert "states no metric" in section.how_to_read[0]
    assert "[fairness]" in section.how_to_read[0]
    assert section.lead.startswith("Favourable outcome rate differs most")


def test_equalized_odds_leads_with_the_wider_of_its_two_rates():
    stated = {"metric": "equalized_odds", "rationale": "Both errors harm."}
    lead = fairness.section(run(from_counts({"a": (40, 5, 10, 45), "b": (38, 35, 12, 15)}, fairness=stated))[0]).lead
    assert lead.startswith("False positive rate differs most")


def test_a_stated_metric_that_could_not_be_measured_is_said_to_be_that():
    stated = {"metric": "roc_auc", "rationale": "Ranking decides."}
    lead = fairness.section(run(from_counts(COUNTS, fairness=stated))[0]).lead
    assert "ROC AUC, the metric the profile states, could not be measured" in lead


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_every_metric_a_profile_may_state_is_measured(kind):
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"sex": rng.choice(["m", "f"], 200), "y": rng.integers(0, 2, 200)})
    scores = rng.random(200)
    predicted = scores if kind == "regression" else (scores > 0.5).astype(int)
    given_scores = None if kind == "regression" else np.column_stack([1 - scores, scores])
    for name in FAIRNESS_METRICS[kind]:
        stated = {"metric": name, "rationale": "Because."}
        made = make_subject(frame, "y", predicted, scores=given_scores, sensitive=("sex",), kind=kind, fairness=stated)
        result, _ = run(made, replicates=200)
        assert fairness.section(result).lead.count("differs most by sex") == 1, name


def test_the_guide_is_drawn_from_the_side_that_is_good_for_the_person():
    good = table(run(from_counts(COUNTS, favourable="positive"))[0], "Which metric")
    bad = table(run(from_counts(COUNTS, favourable="negative"))[0], "Which metric")
    assert good.rows[0][:3] == ("Who is denied '1' although it was true?", "the person denied", "False negative rate")
    assert bad.rows[0][:3] == (
        "Who is predicted '1' although it was not true?", "the person wrongly burdened", "False positive rate"
    )  # fmt: skip
    for rows in (good.rows, bad.rows):
        assert {"Equal opportunity", "Demographic parity", "Predictive parity"} <= {row[3] for row in rows}


def test_the_words_say_disparity_and_nothing_else(berkeley, scored):
    shown = fairness.section(berkeley[0]).model_dump_json() + fairness.section(scored[2][0]).model_dump_json()
    for word in ("bias", "unfair", "fair model", "protected", "discriminat"):
        assert word not in shown.lower().replace("fairness", "")


def test_tables_begin_with_the_guide_and_the_long_ones_come_last(scored):
    titles = [item.title for item in fairness.section(scored[2][0]).tables]
    assert titles == [
        "Which metric for which harm", "Named measures by sex", "Gaps between groups of sex",
        "Gaps between groups of sex in scores", "Group farthest from all rows",
        "Could the gaps be chance?", "Rates by sex", "Values by sex",
    ]  # fmt: skip


def test_every_table_and_figure_of_a_controlled_comparison_can_be_written(berkeley, scored):
    for result in (berkeley[0], scored[2][0]):
        stored = fairness.Result.from_bytes(result.to_bytes())
        section = fairness.section(stored)
        assert section == fairness.section(result)
        for each in (*section.tables, *(figure.table() for figure in section.figures)):
            for row in each.rows:
                written = [write(cell, column.format) for cell, column in zip(row, each.columns, strict=True)]
                assert "nan" not in written


def test_the_leading_metric_follows_the_task_where_none_is_stated():
    result, _ = run(from_counts(COUNTS))
    facts = fairness.facts_of(result)
    assert leading(facts) == ("favourable_rate",)
    assert "states no metric" in choice(facts)
