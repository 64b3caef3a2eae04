"""Faults of other tools, each as what must hold here instead.

Rows of the reference that other tests already show are not written twice:

======  ==============================================================================================
A7      test_fairness: a feature with 25 groups is compared and its smallest can be the worst
A8      test_fairness: a tiny group is listed and cannot be an extreme
A17     test_fairness: nobody selected gives no ratio (also traps 2 and Q9)
A11,    test_fairness_gaps: rates of every class and their means agree with scikit-learn
B13
B10,    test_fairness: pairs of features are compared and empty cells named
C2
B12,    tests/reports: a card in JSON, HTML and PDF names model, data, date and settings
C1
B15     test_data_compared: label balance by hand
C3      test_fairness: every value and gap lies in its interval and has its rows
Q1      test_fairness_gaps: the p-value of a rate rests on its own denominator (also trap 9)
Q2      test_fairness: duplicating the rows of a group changes no rate (also traps 7 and 8)
Q3      test_published_numbers: D23
Q6      test_fairness_gaps: a control feature that is not in the data is named; without one nothing is said
T4      test_fairness: missing sensitive values are a group
T12     test_intervals: equal groups have a gap interval that begins at zero
T15     test_published_numbers: D13, with and without incomplete rows
T16     test_published_numbers: D6, from the counts
T17     test_published_numbers: D15; the sentence stands with the explanations
T19     test_fairness: a number is banded and never dropped
======  ==============================================================================================
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rai.analyses import fairness, performance
from rai.cohorts import parse_cohort
from rai.errors import DataError, InputError
from rai.measures import Measure
from rai.policy import Rule, judge, read_policy, verdict_on
from rai.statistics.confusion import RATES
from rai.statistics.names import name_of
from rai.theme import write
from tests.analyses.subjects import find, from_counts, make_subject

ROOT = Path(__file__).parents[1]
#: TP, FP, FN, TN of a hundred rows that no two rates confuse.
ASYMMETRIC = (30, 6, 10, 54)


def fair(subject, **config):
    result = fairness.compute(subject, fairness.Config(**config))
    return result, fairness.measures(result)


def whole(subject):
    return performance.measures(performance.compute(subject, performance.Config()))


def overall(measures, metric):
    return find(measures, metric, aggregate="overall")


# A: the scorecard.


def test_precision_and_recall_of_a_cohort_are_not_exchanged():  # A3
    subject = from_counts({"a": ASYMMETRIC, "b": (10, 10, 10, 10)}).within(parse_cohort("group=a"))
    found = whole(subject)
    assert overall(found, "precision").value == pytest.approx(30 / 36)
    assert overall(found, "true_positive_rate").value == pytest.approx(0.75)


def test_the_words_for_precision_name_the_positive_class_and_errors_name_the_label():  # A4
    assert name_of("precision").meaning == "share of predicted positives that are positive"
    frame = pd.DataFrame({"x": range(40), "outcome": ["paid", "lost"] * 20})
    result = performance.compute(
        make_subject(frame, "outcome", ["paid"] * 30 + ["lost"] * 10, positive="paid"), performance.Config()
    )
    (said,) = (text for text in performance.section(result).how_to_read if "false positive" in text)
    assert "A false positive is a row predicted 'paid' that was not" in said
    assert "a false negative one that was 'paid' and was missed" in said


def test_the_rows_a_rate_names_are_the_rows_it_divides_by():  # A5
    tp, fp, fn, tn = ASYMMETRIC
    rows = {
        "rows": tp + fp + fn + tn, "actual positives": tp + fn, "actual negatives": fp + tn,
        "predicted positives": tp + fp, "predicted negatives": fn + tn,
    }  # fmt: skip
    result, found = fair(from_counts({"a": ASYMMETRIC, "b": (25, 25, 25, 25)}))
    for name, rate in RATES.items():
        own = find(found, name, group=("a",))
        assert result.features[0].metric(name).base == rate.base
        assert own.n == rows[rate.base], name
        assert own.value * own.n == pytest.approx(round(own.value * own.n), abs=1e-9)
    figure = next(item for item in fairness.section(result).figures if item.title == "False positive rate by group")
    assert figure.y.unit == "share of actual negatives"
    assert {point.x: point.n for point in figure.series[0].points} == {"a": 60, "b": 50}


def test_a_numeric_sensitive_feature_stands_in_tables_and_verdicts():  # A6
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.integers(18, 90, 600), "truth": rng.integers(0, 2, 600)})
    subject = make_subject(frame, "truth", rng.integers(0, 2, 600), sensitive=("age",), bands={"age": (30, 60)})
    result, found = fair(subject)
    titles = [table.title for table in fairness.section(result).tables]
    assert {"Named measures by age", "Gaps between groups of age", "Rates by age"} <= set(titles)
    findings = judge(read_policy(ROOT / "policies", "strict"), found, subject.profile)
    judged = [item for item in findings if item.measure and item.measure.feature == ("age",)]
    assert judged
    assert all(item.verdict != "not evaluated" for item in judged)


@pytest.mark.parametrize(
    ("bound", "value", "verdict"),
    [
        ({"at_most": 0.0}, 0.0, "pass"),
        ({"at_most": 0.0}, 0.01, "fail"),
        ({"at_least": -0.5}, -0.4, "pass"),
        ({"at_least": -0.5}, -0.6, "fail"),
        ({"at_least": 0.0}, -0.01, "fail"),
    ],
)
def test_a_bound_of_zero_or_below_is_kept_and_judged(bound, value, verdict):  # A10
    rule = Rule(id="r", sentence="s", analysis="performance", metric="mean_residual", **bound)
    measure = Measure(analysis="performance", metric="mean_residual", aggregate="overall", value=value, n=100)
    assert verdict_on(rule, measure) == verdict


def test_percentages_are_rounded_to_the_nearest_and_never_cut():  # A15
    result, _ = fair(from_counts({"a": (999, 0, 1, 1000), "b": (500, 500, 500, 500)}))
    table = next(item for item in fairness.section(result).tables if item.title == "Rates by group")
    place = [column.name for column in table.columns].index("True positive rate (recall)")
    assert write(table.rows[0][place], table.columns[place].format) == "99.9 %"
    assert [write(share, "percent") for share in (0.9996, 0.99949, 0.0005, 0.123456)] == [
        "100.0 %", "99.9 %", "0.1 %", "12.3 %",
    ]  # fmt: skip


def test_a_cohort_of_an_unknown_column_is_an_error_that_names_the_known_ones():  # A16
    with pytest.raises(InputError, match=r"'departement', which is not in the data. Columns: group, truth"):
        from_counts({"a": ASYMMETRIC}).within(parse_cohort("departement=A"))


# B: the dashboard.


def test_rates_are_those_of_all_rows_also_where_the_data_are_sorted_by_group():  # B1, trap 18
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"sex": np.repeat(["f", "m"], 6000), "truth": rng.integers(0, 2, 12_000)})
    predicted = (rng.random(12_000) < np.where(frame["sex"] == "f", 0.3, 0.6)).astype(int)
    _, found = fair(make_subject(frame, "truth", predicted, sensitive=("sex",)))
    for sex in "fm":
        own = find(found, "selection_rate", group=(sex,))
        assert (own.value, own.n) == (pytest.approx(predicted[frame["sex"] == sex].mean(), abs=1e-12), 6000)


def test_the_order_of_the_rows_changes_no_number():  # trap 15
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], 500), "truth": rng.integers(0, 2, 500)})
    predicted, order = rng.integers(0, 2, 500), rng.permutation(500)
    once = fair(make_subject(frame, "truth", predicted, sensitive=("sex",)))[1]
    again = fair(make_subject(frame.iloc[order].reset_index(drop=True), "truth", predicted[order], sensitive=("sex",)))[
        1
    ]
    assert once == again


def million(n):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], n), "race": rng.choice(list("abcd"), n)})
    scores = rng.random(n)
    frame["truth"] = (rng.random(n) < scores).astype(int)
    made = make_subject(frame, "truth", (scores > 0.5).astype(int), scores=scores, sensitive=("sex", "race"))
    return made, frame, scores


def test_a_million_rows_are_all_counted_and_shown_no_longer_than_ten_thousand():  # B2
    small, large = (million(n)[0] for n in (10_000, 1_000_000))
    before = time.monotonic()
    result, found = fair(large)
    whole(large)
    assert time.monotonic() - before < 30
    assert sum(find(found, "count", feature=("sex",), group=(sex,)).value for sex in "fm") == 1_000_000
    assert find(found, "selection_rate", feature=("sex",), group=("f",)).value == pytest.approx(0.5, abs=0.005)
    shown = [len(fairness.section(each).to_bytes()) for each in (result, fair(small)[0])]
    assert shown[0] < 1.1 * shown[1]


@pytest.mark.parametrize(("yes", "no"), [(1, 0), ("a", "b"), ("b", "a"), (True, False), (False, True), (0, 1)])
def test_error_rates_are_right_in_either_order_of_the_labels(yes, no):  # B3, traps 3 and 5
    said = [(yes, yes), (no, yes), (yes, no), (no, no)]
    rows = [pair for pair, n in zip(said, ASYMMETRIC, strict=True) for _ in range(n)]
    frame = pd.DataFrame({"group": ["g", "h"] * 50, "truth": [truth for truth, _ in rows]})
    subject = make_subject(frame, "truth", [predicted for _, predicted in rows], sensitive=("group",), positive=yes)
    found = whole(subject)
    expected = {"false_negative_rate": 0.25, "false_positive_rate": 0.10, "selection_rate": 0.36, "accuracy": 0.84}
    for name, number in expected.items():
        assert overall(found, name).value == pytest.approx(number), name
        assert overall(fair(subject)[1], name).value == pytest.approx(number), name


def test_no_rate_is_taken_from_the_error_analysis_package():  # B3
    users = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "rai").rglob("*.py")
        if "from erroranalysis" in path.read_text()
        and "metrics" in path.read_text().split("from erroranalysis")[1][:60]
    ]
    assert users == []


def test_rows_and_base_rate_stand_next_to_every_rate():  # B11
    result, _ = fair(from_counts({"a": ASYMMETRIC, "b": (40, 30, 20, 60)}))
    section = fairness.section(result)
    table = next(item for item in section.tables if item.title == "Rates by group")
    names = [column.name for column in table.columns]
    assert {"n", "Actual positive", "Actual negative", "Predicted positive", "Base rate"} <= set(names)
    row = dict(zip(names, table.rows[1], strict=True))
    assert (row["n"], row["Base rate"], row["Selection rate"]) == (150, 60 / 150, 70 / 150)
    points = [point for figure in section.figures for series in figure.series for point in series.points]
    assert all(point.n for point in points)


def test_the_record_names_its_settings_and_its_data():  # B12
    result, _ = fair(from_counts({"a": ASYMMETRIC, "b": (40, 30, 20, 60)}), min_group=15, seed=7)
    assert (result.config.min_group, result.config.seed, result.rows, result.target) == (15, 7, 250, "truth")
    assert any("at least 15 rows" in text for text in fairness.section(result).how_to_read)


# C, Q and the traps of the metrics.


def test_a_group_without_actual_positives_has_no_true_positive_rate():  # C4, trap 1
    frame = pd.DataFrame({"group": list("aabb"), "truth": [0, 0, 1, 1]})
    _, found = fair(make_subject(frame, "truth", [0, 1, 1, 1], sensitive=("group",)), min_group=1)
    absent = find(found, "true_positive_rate", group=("a",))
    assert absent.value is None
    assert absent.reason == "Undefined: the group has no actual positives."
    assert find(found, "equalized_odds_difference", aggregate="difference").value is None


def test_three_classes_are_not_taken_for_yes_or_no():  # C4, trap 3
    frame = pd.DataFrame({"group": list("ab") * 30, "truth": [0, 1, 2] * 20})
    with pytest.raises(DataError, match=r"has 3 labels .*Set \[task\] kind multiclass"):
        make_subject(frame, "truth", [1] * 60, sensitive=("group",))


def test_the_reference_group_is_chosen_after_small_groups_are_left_out():  # trap 6
    counts = {"A": (400, 0, 0, 600), "B": (340, 0, 0, 660), "C": (3, 0, 0, 0)}
    result, found = fair(from_counts(counts))
    ratio = find(found, "demographic_parity_ratio", aggregate="ratio")
    assert ratio.value == pytest.approx(0.85)
    assert result.features[0].metric("selection_rate").gap("ratio").highest_group == ("A",)
    assert find(found, "count", group=("C",)).value == 3


def test_every_gap_names_the_groups_at_its_ends():  # Q9, trap 10
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], 400), "truth": rng.integers(0, 2, 400)})
    scores = rng.random(400)
    result, _ = fair(make_subject(frame, "truth", (scores > 0.5).astype(int), scores=scores, sensitive=("sex",)))
    item = result.features[0]
    between = [gap for metric in item.metrics for gap in metric.gaps] + [
        gap for gap in item.named if not gap.metric.endswith("_to_overall")
    ]
    beyond = [gap for metric in item.metrics for gap in metric.to_overall]
    assert all({gap.lowest_group, gap.highest_group} == {("f",), ("m",)} for gap in between if gap.found.value)
    assert all(bool(gap.lowest_group) != bool(gap.highest_group) for gap in beyond if gap.found.value is not None)


def test_undefined_stays_undefined_and_is_neither_zero_nor_infinite():  # Q9, trap 2
    _, found = fair(from_counts({"a": (0, 0, 30, 30), "b": (0, 0, 40, 40)}))
    for name in ("precision", "false_discovery_rate"):
        assert find(found, name, group=("a",)).value is None
        assert find(found, name, aggregate="difference").value is None
    for name in ("demographic_parity", "equal_opportunity", "predictive_parity", "equalized_odds"):
        absent = find(found, f"{name}_ratio", aggregate="ratio")
        assert absent.value is None
        assert absent.reason


def test_opposite_gaps_in_two_rates_do_not_cancel():  # trap 11
    # b has 0.2 more false positives and 0.2 fewer true positives than a: their signed mean is 0.
    _, found = fair(from_counts({"a": (40, 10, 10, 40), "b": (30, 20, 20, 30)}))
    assert find(found, "equalized_odds_difference", aggregate="difference").value == pytest.approx(0.2)


def test_small_rates_stand_beside_their_ratio():  # trap 13
    result, found = fair(from_counts({"a": (1, 0, 0, 999), "b": (2, 0, 0, 998)}))
    table = next(item for item in fairness.section(result).tables if item.title == "Gaps between groups of group")
    names = [column.name for column in table.columns]
    row = dict(zip(names, next(row for row in table.rows if row[0] == "Selection rate"), strict=True))
    assert (row["Lowest"], row["Highest"], row["Ratio"]) == (0.001, 0.002, pytest.approx(0.5))
    assert row["Difference"] == pytest.approx(0.001)
    complement = 1 - find(found, "selection_rate", aggregate="maximum").value
    assert complement / 0.999 == pytest.approx(0.999, abs=1e-5)


def test_a_ratio_is_formed_from_unrounded_rates():  # trap 14
    counts = {"African-American": (1369, 805, 532, 990), "Caucasian": (505, 349, 461, 1139)}
    _, found = fair(from_counts(counts))
    ratio = find(found, "false_positive_rate", aggregate="ratio").value
    assert 1 / ratio == pytest.approx(1.9121, abs=5e-5)
    assert 1 / ratio != pytest.approx(1.9126, abs=2e-4)
