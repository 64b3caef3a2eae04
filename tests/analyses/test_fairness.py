"""Fairness: published group rates, agreement with fairlearn, small groups, undefined rates, and what is told."""

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fairlearn_metrics
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rai.analyses import fairness
from rai.errors import NotApplicable, RaiError
from rai.fairness import agreement
from rai.theme import write
from tests.analyses.subjects import find, from_counts, make_subject, shared

COUNTS = {"a": (30, 10, 10, 50), "b": (40, 30, 20, 60)}


def run(subject, **config):
    result = fairness.compute(subject, fairness.Config(**config))
    return result, fairness.measures(result)


def value(measures, metric, *, aggregate="", group=None, feature=None):
    return find(measures, metric, aggregate=aggregate, group=group, feature=feature).value


@pytest.fixture(scope="module")
def compas():
    frame = shared("compas_two_years")
    predicted = (frame["score_text"] != "Low").astype(int)
    kept = frame[["race", "sex", "age_cat", "two_year_recid"]]
    subject = make_subject(
        kept, "two_year_recid", predicted, sensitive=("race", "sex", "age_cat"), favourable="negative"
    )
    return run(subject)


def test_compas_error_rates_by_race_are_propublicas(compas):
    _, found = compas
    expected = {
        "African-American": {"false_positive_rate": 0.4485, "false_negative_rate": 0.2799, "precision": 0.63},
        "Caucasian": {"false_positive_rate": 0.2345, "false_negative_rate": 0.4772, "precision": 0.59},
    }
    for group, rates in expected.items():
        for metric, published in rates.items():
            ours = value(found, metric, group=(group,))
            assert ours == pytest.approx(published, abs=0.00501 if metric == "precision" else 0.0000501)


def test_compas_rates_are_exact_and_carry_their_denominators(compas):
    _, found = compas
    black = find(found, "false_positive_rate", group=("African-American",))
    white = find(found, "selection_rate", group=("Caucasian",))
    assert (black.value, black.n) == (pytest.approx(805 / 1795, abs=1e-12), 1795)
    assert (white.value, white.n) == (pytest.approx(854 / 2454, abs=1e-12), 2454)


# Aequitas' own table, two decimals, for the groups with enough rows.
AEQUITAS = {
    ("race", "Hispanic"): {"true_positive_rate": 0.44, "false_omission_rate": 0.29, "selection_rate": 0.30},
    ("race", "Other"): {"false_positive_rate": 0.15, "false_negative_rate": 0.68, "base_rate": 0.35},
    ("sex", "Female"): {"true_positive_rate": 0.61, "false_discovery_rate": 0.49, "negative_predictive_value": 0.76},
    ("sex", "Male"): {"true_negative_rate": 0.68, "precision": 0.64, "selection_rate": 0.47},
    ("age_cat", "Less than 25"): {"false_positive_rate": 0.54, "false_omission_rate": 0.42, "base_rate": 0.57},
    ("age_cat", "Greater than 45"): {"true_positive_rate": 0.43, "true_negative_rate": 0.83, "selection_rate": 0.25},
}


@pytest.mark.parametrize("place", AEQUITAS)
def test_compas_rates_are_those_of_the_aequitas_audit(compas, place):
    feature, group = place
    for metric, published in AEQUITAS[place].items():
        assert value(compas[1], metric, feature=(feature,), group=(group,)) == pytest.approx(published, abs=0.00501)


def test_a_tiny_group_is_listed_and_cannot_be_an_extreme(compas):
    result, found = compas
    # 18 Native American rows have the highest selection rate; they are excluded before the reference is chosen.
    race = result.features[0]
    native = next(group for group in race.groups if group.key == ("Native American",))
    own = find(found, "selection_rate", group=("Native American",))
    gap = race.metric("selection_rate").gap("ratio")
    assert native.n == 18
    assert own.value is None
    assert "at least 20" in own.reason
    assert gap.highest_group == ("African-American",)
    assert gap.lowest_group == ("Other",)


def test_the_denominator_decides_whether_a_group_is_judged(compas):
    # 32 Asian rows are enough for the selection rate; 9 actual positives are too few for the true positive rate.
    assert value(compas[1], "selection_rate", group=("Asian",)) == pytest.approx(8 / 32)
    assert value(compas[1], "true_positive_rate", group=("Asian",)) is None


def test_compas_named_measures_of_two_groups_are_fairlearns():
    frame = shared("compas_two_years")
    frame = frame[frame["race"].isin(["African-American", "Caucasian"])].reset_index(drop=True)
    predicted = (frame["score_text"] != "Low").astype(int)
    _, found = run(make_subject(frame[["race", "two_year_recid"]], "two_year_recid", predicted, sensitive=("race",)))
    expected = {
        "demographic_parity_difference": 0.240200203219763,
        "demographic_parity_ratio": 0.591637556991608,
        "equalized_odds_difference": 0.213924955821128,
        "equalized_odds_ratio": 0.522987210311895,
        "equal_opportunity_difference": 0.197372963777373,
        "equal_opportunity_ratio": 0.725926950956328,
    }
    for metric, number in expected.items():
        kind = metric.rsplit("_", 1)[1]
        assert value(found, metric, aggregate=kind) == pytest.approx(number, abs=1e-9)


# D5 and D6 of the published numbers: (TP, FP, FN, TN) of the groups.
def test_adult_impact_ratio_of_aif360():
    _, found = run(from_counts({"female": (238, 65, 273, 3821), "male": (1731, 619, 1139, 5681)}))
    assert value(found, "demographic_parity_ratio", aggregate="ratio") == pytest.approx(0.268898039765991, abs=1e-12)


def test_law_school_rates_of_le_quy():
    _, found = run(from_counts({"non-white": (647, 123, 64, 136), "white": (4834, 370, 22, 44)}))
    assert value(found, "demographic_parity_difference", aggregate="difference") == pytest.approx(0.193661847845224)
    assert value(found, "equalized_odds_difference", aggregate="difference") == pytest.approx(0.41881633185981)
    assert value(found, "true_negative_rate", group=("white",)) == pytest.approx(0.106280193236715)


def test_the_example_of_the_fairlearn_guide():
    truth = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    predicted = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
    groups = list("bbabbcccaacabccbcc")
    frame = pd.DataFrame({"group": groups, "truth": truth})
    _, found = run(make_subject(frame, "truth", predicted, sensitive=("group",)), min_group=1)
    assert [value(found, "true_positive_rate", group=(g,)) for g in "abc"] == pytest.approx([0.5, 0.6, 0.4])
    assert value(found, "equalized_odds_difference", aggregate="difference") == 1
    assert value(found, "equalized_odds_ratio", aggregate="ratio") == 0
    assert value(found, "true_positive_rate", aggregate="minimum") == pytest.approx(0.4)
    assert value(found, "selection_rate", aggregate="maximum") == pytest.approx(0.75)


tables = st.lists(st.tuples(*[st.integers(1, 40)] * 4), min_size=2, max_size=5)


@settings(max_examples=25, deadline=None)
@given(tables)
def test_named_measures_agree_with_fairlearn_on_any_counts(cells):
    subject = from_counts({f"g{place}": row for place, row in enumerate(cells)})
    _, found = run(subject, min_group=1, replicates=200)
    arrays = {"y_true": subject.y_true.astype(int), "y_pred": subject.y_pred.astype(int)}
    for name in ("demographic_parity", "equalized_odds", "equal_opportunity"):
        for kind in ("difference", "ratio"):
            theirs = getattr(fairlearn_metrics, f"{name}_{kind}")
            expected = theirs(**arrays, sensitive_features=subject.dataset.groups("group"))
            assert value(found, f"{name}_{kind}", aggregate=kind) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4).filter(any), min_size=2, max_size=4))
def test_an_undefined_rate_is_absent_and_never_zero(cells):
    hits, alarms, misses, rest = (np.array(column) for column in zip(*cells, strict=True))
    counts = {f"g{place}": row for place, row in enumerate(cells)}
    assume((hits + misses).sum() and (alarms + rest).sum())  # the dataset itself refuses one class
    _, found = run(from_counts(counts), min_group=1, replicates=200)
    for place in range(len(cells)):
        own = find(found, "true_positive_rate", group=(f"g{place}",))
        actual = int(hits[place] + misses[place])
        assert (own.value is None) == (actual == 0)
        assert own.n == actual
        assert own.reason if actual == 0 else own.value == pytest.approx(hits[place] / actual)


def test_a_group_without_actual_positives_does_not_set_equalized_odds():
    _, found = run(from_counts({"a": (0, 20, 0, 20), "b": (40, 0, 0, 0)}))
    own = find(found, "true_positive_rate", group=("a",))
    odds = find(found, "equalized_odds_difference", aggregate="difference")
    assert own.value is None
    assert "no actual positives" in own.reason
    assert odds.value is None
    assert "Fewer than two groups" in odds.reason


def test_nobody_selected_gives_no_ratio():
    _, found = run(from_counts({"a": (0, 0, 30, 30), "b": (0, 0, 30, 40)}))
    ratio = find(found, "demographic_parity_ratio", aggregate="ratio")
    assert ratio.value is None
    assert "0/0" in ratio.reason
    assert value(found, "demographic_parity_difference", aggregate="difference") == 0


def test_duplicating_the_rows_of_a_group_changes_no_rate():
    _, once = run(from_counts(COUNTS))
    _, twice = run(from_counts({**COUNTS, "b": tuple(2 * cell for cell in COUNTS["b"])}))
    for metric in ("selection_rate", "true_positive_rate", "false_discovery_rate", "accuracy"):
        for group in "ab":
            assert value(once, metric, group=(group,)) == value(twice, metric, group=(group,))


def test_every_value_and_gap_lies_in_its_interval_and_has_its_rows(compas):
    for measure in compas[1]:
        assert (measure.value is None) == bool(measure.reason)
        if measure.value is not None and measure.metric != "count":
            assert measure.low is not None
            assert measure.high is not None
            assert measure.low <= measure.value <= measure.high
            assert measure.n > 0


def test_the_favourable_rate_follows_the_profile():
    _, good = run(from_counts(COUNTS, favourable="positive"))
    _, bad = run(from_counts(COUNTS, favourable="negative"))
    assert value(good, "favourable_rate", group=("a",)) == pytest.approx(0.40)
    assert value(bad, "favourable_rate", group=("a",)) == pytest.approx(0.60)
    # Selected 40 of 100 and 70 of 150, so the favourable ratio is (80/150) / (60/100) = 8/9.
    assert value(bad, "favourable_rate", aggregate="ratio") == pytest.approx(8 / 9)
    assert value(bad, "selection_rate", aggregate="ratio") == pytest.approx(0.4 / (70 / 150))


def test_labels_that_are_words_are_mapped_through_the_profile():
    frame = pd.DataFrame({"sex": ["m", "f"] * 40, "outcome": ["Yes", "No", "No", "Yes"] * 20})
    predicted = np.array(["Yes", "No"] * 40)
    _, found = run(make_subject(frame, "outcome", predicted, sensitive=("sex",), positive="Yes"))
    assert value(found, "demographic_parity_difference", aggregate="difference") == 1


def test_missing_sensitive_values_are_a_group():
    frame = pd.DataFrame({"sex": ["m", None, "f"] * 30, "truth": [0, 1] * 45})
    result, found = run(make_subject(frame, "truth", [1, 0] * 45, sensitive=("sex",)))
    assert {group.key for group in result.features[0].groups} == {("f",), ("m",), ("missing",)}
    assert find(found, "selection_rate", group=("missing",)).n == 30


def test_a_number_is_banded_and_never_dropped():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.integers(18, 90, 400), "truth": rng.integers(0, 2, 400)})
    predicted = rng.integers(0, 2, 400)
    declared, _ = run(make_subject(frame, "truth", predicted, sensitive=("age",), bands={"age": (25, 45)}))
    automatic, _ = run(make_subject(frame, "truth", predicted, sensitive=("age",)))
    names = {group.key[0] for group in declared.features[0].groups}
    assert names == {"under 25", "25 to under 45", "45 and over"}
    assert len(automatic.features[0].groups) == 4
    assert any("quartiles" in warning for warning in fairness.section(automatic).warnings)


def test_pairs_of_features_are_compared_and_empty_cells_named():
    frame = pd.DataFrame(
        {"sex": ["m"] * 60 + ["f"] * 40, "race": ["x"] * 30 + ["y"] * 30 + ["x"] * 40, "truth": [0, 1] * 50}
    )
    result, found = run(make_subject(frame, "truth", [1, 1, 0, 1] * 25, sensitive=("sex", "race")))
    pair = result.features[2]
    assert pair.feature == ("sex", "race")
    assert pair.empty == (("f", "y"),)
    assert find(found, "selection_rate", feature=("sex", "race"), group=("m", "x")).n == 30


def test_a_feature_with_25_groups_is_compared_and_its_smallest_can_be_the_worst():
    counts = {f"g{place:02d}": (20, 10, 10, 60 - place) for place in range(24)} | {"worst": (2, 28, 28, 2)}
    result, _ = run(from_counts(counts))
    gap = result.features[0].metric("accuracy").gap("difference")
    assert gap.lowest_group == ("worst",)
    assert len(fairness.section(result).figures[0].series[0].points) == 25


def test_no_sensitive_feature_is_not_applicable():
    frame = pd.DataFrame({"x": range(10), "truth": [0, 1] * 5})
    with pytest.raises(NotApplicable, match="names no sensitive feature"):
        run(make_subject(frame, "truth", [0, 1] * 5))


def test_one_group_only_is_not_applicable_with_its_name():
    with pytest.raises(NotApplicable, match="one group"):
        run(from_counts({"only": (10, 10, 10, 10)}))


def test_one_feature_without_groups_leaves_its_reason_on_its_measures():
    frame = pd.DataFrame({"sex": ["m", "f"] * 40, "country": ["x"] * 80, "truth": [0, 1, 1, 0] * 20})
    _, found = run(make_subject(frame, "truth", [1, 0, 0, 0] * 20, sensitive=("sex", "country")))
    absent = find(found, "demographic_parity_difference", aggregate="difference", feature=("country",))
    assert absent.value is None
    assert "one group" in absent.reason


def test_a_disagreement_with_fairlearn_stops_the_analysis(monkeypatch):
    monkeypatch.setattr(agreement, "_rates_by_fairlearn", lambda counts: np.full((len(counts), 5), 0.5))
    with pytest.raises(RaiError, match="differ from fairlearn"):
        run(from_counts(COUNTS))


def test_the_agreement_with_fairlearn_is_recorded(compas):
    assert compas[0].agreement_with_fairlearn <= 1e-12


def test_a_cohort_carries_its_text():
    from rai.cohorts import parse_cohort

    frame = pd.DataFrame({"sex": ["m", "f"] * 60, "age": [20, 60, 60, 20] * 30, "truth": [0, 1, 1, 0, 0, 1] * 20})
    subject = make_subject(frame, "truth", [1, 0] * 60, sensitive=("sex",)).within(parse_cohort("age>=25"))
    assert {item.cohort for item in run(subject)[1]} == {"age>=25"}


def test_the_same_seed_gives_the_same_bytes_and_survives_storage():
    result, found = run(from_counts(COUNTS), seed=3)
    again, _ = run(from_counts(COUNTS), seed=3)
    stored = fairness.Result.from_bytes(result.to_bytes())
    assert result.to_bytes() == again.to_bytes()
    assert fairness.measures(stored) == found
    assert fairness.section(stored) == fairness.section(result)


def test_the_lead_names_the_gap_its_groups_and_their_rows():
    result, _ = run(from_counts(COUNTS))
    lead = fairness.section(result).lead
    assert "40.0 % for a (n 100) against 46.7 % for b (n 150)" in lead
    assert "6.7 percentage points" in lead
    assert lead.endswith("The interval reaches 0: this may be chance.")


def test_figures_are_sorted_and_carry_n_and_the_overall_value(compas):
    figure = fairness.section(compas[0]).figures[1]
    values = [point.y for point in figure.series[0].points if point.y is not None]
    assert figure.title == "False positive rate by race"
    assert values == sorted(values, reverse=True)
    assert figure.series[0].points[0].n == 1795
    assert figure.reference == pytest.approx(1282 / 3963)
    assert figure.series[0].points[-1].x == "Native American"


def test_words_name_who_is_harmed_in_either_direction():
    good = " ".join(fairness.section(run(from_counts(COUNTS, favourable="positive"))[0]).how_to_read)
    bad = " ".join(fairness.section(run(from_counts(COUNTS, favourable="negative"))[0]).how_to_read)
    assert "A false negative denies it" in good
    assert "A false positive puts it on somebody" in bad


def test_scores_are_compared_by_group():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"sex": ["m", "f"] * 200, "truth": rng.integers(0, 2, 400)})
    scores = np.clip(frame["truth"] * 0.3 + rng.random(400) * 0.7, 0, 1).to_numpy()
    scores[::2] = rng.random(200)
    result, found = run(make_subject(frame, "truth", (scores > 0.5).astype(int), scores=scores, sensitive=("sex",)))
    women = frame["sex"] == "f"
    from sklearn.metrics import brier_score_loss, roc_auc_score

    area = roc_auc_score(frame["truth"][women], scores[women])
    brier = brier_score_loss(frame["truth"][women], scores[women])
    assert value(found, "roc_auc", group=("f",)) == pytest.approx(area, abs=1e-12)
    assert value(found, "brier_score", group=("f",)) == pytest.approx(brier, abs=1e-12)
    gap = result.features[0].metric("roc_auc").gap("difference")
    assert gap.lowest_group == ("m",)
    assert gap.found.low > 0


def test_regression_compares_predictions_and_errors_by_group():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"sex": ["m"] * 100 + ["f"] * 100, "pay": rng.normal(50, 10, 200)})
    predicted = frame["pay"] + rng.normal(0, 2, 200) + np.where(frame["sex"] == "f", -5.0, 0.0)
    result, found = run(make_subject(frame, "pay", predicted, sensitive=("sex",), kind="regression"))
    moves = (predicted - frame["pay"])[frame["sex"] == "f"]
    residual = find(found, "mean_residual", group=("f",))
    assert residual.value == pytest.approx(moves.mean())
    assert residual.high < 0
    assert value(found, "root_mean_squared_error", group=("f",)) == pytest.approx(np.sqrt((moves**2).mean()))
    assert value(found, "mean_residual", aggregate="ratio") is None
    assert result.agreement_with_fairlearn is None
    assert "Mean absolute error differs most by sex" in fairness.section(result).lead


def test_multiclass_reports_every_class_for_every_group():
    truth, predicted = list("abcabc") * 20, list("abcaac") * 20
    frame = pd.DataFrame({"sex": ["m"] * 60 + ["f"] * 60, "kind": truth})
    result, found = run(make_subject(frame, "kind", predicted, sensitive=("sex",), kind="multiclass"), min_group=5)
    assert value(found, "true_positive_rate[b]", group=("f",)) == pytest.approx(0.5)
    assert value(found, "selection_rate[a]", group=("m",)) == pytest.approx(0.5)
    assert value(found, "balanced_accuracy", group=("m",)) == pytest.approx((1 + 0.5 + 1) / 3)
    assert fairness.section(result).figures


def test_a_page_of_tables_can_be_written_without_a_traceback(compas):
    for table in fairness.section(compas[0]).tables:
        for row in table.rows:
            assert all(write(cell, column.format) for cell, column in zip(row, table.columns, strict=True) if cell)
