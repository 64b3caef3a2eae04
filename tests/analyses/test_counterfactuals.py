"""Every example holds its constraints and the outcome when asked independently; flips equal a plain count."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from rai.analyses import counterfactuals as analysis
from rai.cohorts import parse_cohort
from rai.dataset import make_dataset
from rai.errors import InputError, NotApplicable
from rai.model.answers import ModelInfo, ModelInput, Predictions
from rai.policy import judge, read_policy
from rai.profile import ReviewProfile
from rai.recourse.space import encode
from rai.row_evidence import CounterfactualExamples, example_section
from rai.subject import Subject, check_predictions
from tests.analyses.subjects import find
from tests.subjects import RuleModel, dataset, model, profile, subject

ROOT = Path(__file__).parents[2]
FEW = analysis.Config(rows=120)


def limited(kind="binary", *, n=400, uses_sex=False, task=None, **limits):
    """The made applicants under other constraints."""
    made = profile(kind, counterfactuals=limits)
    if task:
        made = ReviewProfile.model_validate({**made.model_dump(), "task": {**made.task.model_dump(), **task}})
    rows = make_dataset(dataset(kind, n=n).frame, made, digest="0" * 64)
    asked = model(kind, uses_sex=uses_sex)
    before = make_dataset(dataset(kind, seed=1).frame, made, digest="1" * 64)
    found = Subject(dataset=rows, predictions=asked.predict(rows.frame), model=asked, reference=before)
    check_predictions(found)
    return found


def invented(data, rule, *, sensitive=(), target="y", truth=None, bands=None, inputs=None, **limits):
    """A Subject on any frame whose model is a rule over it: the outcome is 1 where the rule is true."""
    names = tuple(inputs or data.columns)
    whole = data.assign(**{target: np.arange(len(data)) % 2 if truth is None else truth})
    made = ReviewProfile.model_validate(
        {
            "task": {"kind": "binary", "target": target, "positive": 1},
            "data": {"evaluation": "e.csv", "sensitive": sensitive, "bands": bands or {}},
            "counterfactuals": limits,
            "owner": {"name": "o"},
        }
    )
    info = ModelInfo(
        flavour="test",
        estimator="Rule",
        inputs=tuple(ModelInput(name=name, type="unknown") for name in names),
        classes=("0", "1"),
    )
    asked = RuleModel(info, lambda rows: Predictions(np.asarray(rule(rows), dtype=bool).astype(int)))
    rows = make_dataset(whole, made, digest="0" * 64)
    return Subject(dataset=rows, predictions=asked.predict(rows.frame), model=asked)


def examined(made, config=FEW):
    """The result and the kept examples."""
    kept = []
    result = analysis.compute(replace(made, keep=lambda record: kept.append(record) or record.digest), config)
    (record,) = kept
    assert isinstance(record, CounterfactualExamples)
    assert record.digest == result.rows_digest
    return result, record


def changed_rows(made, record):
    """The examples as rows of the data, built from the stored texts alone, beside the rows they came from."""
    found = [row for row in record.rows if row.changes]
    before = made.dataset.frame.iloc[[row.row for row in found]].reset_index(drop=True)
    after = before.copy()
    for place, row in enumerate(found):
        for change in row.changes:
            numeric = pd.api.types.is_numeric_dtype(after[change.feature].dtype)
            after.loc[place, change.feature] = float(change.after) if numeric else change.after
    return before, after, found


# --- constraints and validity -----------------------------------------------------------------------------------


def test_every_example_holds_every_constraint_and_the_outcome_when_asked_independently():
    made = limited(
        fixed=["region"], increase_only=["income"], decrease_only=["debt"], ranges={"income": [40, 62]}, max_changes=2
    )
    result, record = examined(made, analysis.Config(rows=300))
    before, after, found = changed_rows(made, record)
    assert len(found) == result.search.with_way > 50
    assert (model().predict(after).labels == 1).all()
    assert (after["region"] == before["region"]).all()
    assert (after["income"] >= before["income"]).all()
    moved = after["income"] != before["income"]
    assert after.loc[moved, "income"].between(40, 62).all()
    known = before["debt"].notna()
    assert (after.loc[known, "debt"] <= before.loc[known, "debt"]).all()
    assert after.loc[~known, "debt"].isna().all()  # the direction from a missing value is unknown
    assert max(len(row.changes) for row in found) <= 2
    assert result.quality.validity.value == 1.0


def test_only_permitted_categories_are_proposed_and_numbers_listed_as_categories_are_names():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"grade": rng.integers(1, 7, 300), "town": rng.choice(list("abcd"), 300)})
    made = invented(
        data,
        lambda rows: (rows["grade"] >= 4) | (rows["town"] == "d"),
        categories={"grade": [1, 2, 5], "town": ["a", "b"]},
    )
    result, record = examined(made)
    assert result.without.value == 0.0
    changes = {(change.feature, change.after) for row in record.rows for change in row.changes}
    assert changes == {("grade", "5")}


def test_at_most_so_many_inputs_change_and_the_config_goes_before_the_profile():
    made = limited(max_changes=3)
    result, record = examined(made, analysis.Config(rows=200, max_changes=1))
    assert result.search.most == 1
    assert {len(row.changes) for row in record.rows} <= {0, 1}


def test_sensitive_features_are_kept_unless_the_profile_opens_them():
    closed, _ = examined(limited(uses_sex=True))
    only = limited(uses_sex=True, fixed=["income", "debt", "region"], categories={"sex": ["male", "female"]})
    opened, record = examined(only)
    assert ("sex", "kept as it is") in {(item.feature, item.words) for item in closed.permissions}
    assert ("sex", "one of 2 values") in {(item.feature, item.words) for item in opened.permissions}
    changes = {(change.feature, change.before, change.after) for row in record.rows for change in row.changes}
    assert changes == {("sex", "female", "male")}


def test_a_direction_for_names_without_an_order_keeps_them_and_says_so():
    result, record = examined(limited(increase_only=["region"]))
    assert "region" not in {change.feature for row in record.rows for change in row.changes}
    assert any("'region' may change in one direction only" in text for text in analysis.section(result).warnings)


# --- the smallest change ----------------------------------------------------------------------------------------


def test_the_smallest_change_of_income_is_the_threshold_of_the_rule():
    made = limited(fixed=["debt", "region"])
    _, record = examined(made, analysis.Config(rows=400))
    highest = max(made.dataset.frame["income"].max(), made.reference.frame["income"].max())
    for row in record.rows:
        needed = 30 + 0.8 * made.dataset.frame["debt"].fillna(20).iloc[row.row]
        if not row.changes:
            assert needed > highest
            continue
        (change,) = row.changes
        assert change.feature == "income"
        assert -1e-9 <= float(change.after) - needed <= 0.1 + 1e-9


def test_whole_numbers_stay_whole_and_end_at_the_last_one_that_will_do():
    made = limited(fixed=["income", "region"])
    _, record = examined(made, analysis.Config(rows=400))
    found = 0
    for row in record.rows:
        income = made.dataset.frame["income"].iloc[row.row]
        will_do = [debt for debt in range(40) if income - 0.8 * debt - 30 >= 0]
        if not row.changes:
            assert not will_do
            continue
        (change,) = row.changes
        # From a missing value there is no direction to come nearer from.
        assert float(change.after) == max(will_do) or (change.before == "missing" and int(change.after) in will_do)
        found += 1
    assert found > 50


def test_an_input_the_rule_does_not_use_never_changes():
    result, record = examined(subject(), analysis.Config(rows=300, examples=1))
    assert "region" not in {change.feature for row in record.rows for change in row.changes}
    changed = {item.feature: item.found.value for item in result.changed}
    assert changed["region"] == 0.0


def test_of_sixty_inputs_only_the_two_that_matter_change():
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.integers(0, 10, (400, 60)), columns=[f"x{number}" for number in range(60)])
    made = invented(data, lambda rows: (rows["x7"] >= 7) & (rows["x33"] >= 7))
    result, record = examined(made)
    assert result.without.value == 0.0
    for row in record.rows:
        own = data.iloc[row.row]
        needed = {name for name in ("x7", "x33") if own[name] < 7}
        assert {(change.feature, change.after) for change in row.changes} == {(name, "7") for name in needed}


def test_a_way_that_no_row_of_the_data_shows_is_found_all_the_same():
    # Rows of group b need both numbers high, and no row of the data has both: the nearest rows give no way.
    first = pd.DataFrame({"group": "a", "one": np.arange(100.0), "two": np.arange(100.0)[::-1]})
    data = pd.concat([first, first.assign(group="b").query("one < 20")], ignore_index=True)

    def rule(rows):
        high = (rows["one"] >= 80).astype(int) + (rows["two"] >= 80).astype(int)
        return np.where(rows["group"] == "a", high >= 1, high >= 2)

    made = invented(data, rule, sensitive=["group"])
    result, record = examined(made)
    assert result.without.value == 0.0
    for row in record.rows:
        own = made.dataset.frame.iloc[row.row]
        if own["group"] == "b":
            expected = {name for name in ("one", "two") if own[name] < 80}
            assert {change.feature for change in row.changes} == expected


# --- flips ------------------------------------------------------------------------------------------------------


def test_the_flip_rate_equals_a_plain_count_where_the_model_takes_the_feature():
    made = subject(uses_sex=True)
    rows = made.dataset.frame
    signal = rows["income"] - 0.8 * rows["debt"].fillna(20) - 30
    expected = (signal < 0) & (signal + 8 >= 0)
    result = analysis.compute(made, FEW)
    measure = find(analysis.measures(result), "flip_rate", aggregate="overall", feature=("sex",))
    assert measure.value == pytest.approx(expected.mean())
    interval = binomtest(int(expected.sum()), len(rows)).proportion_ci(method="wilson")
    assert (measure.low, measure.high, measure.n) == (pytest.approx(interval.low), pytest.approx(interval.high), 400)
    women, men = result.flips[0].groups
    assert (women.group, women.flipped, women.towards, women.away) == (
        "female",
        (expected & (rows["sex"] == "female")).sum(),
        (expected & (rows["sex"] == "female")).sum(),
        0,
    )
    lost = (expected & (rows["sex"] == "male")).sum()
    assert (men.group, men.flipped, men.towards, men.away) == ("male", lost, 0, lost)
    assert any("Changing only 'sex' changes the decision" in text for text in analysis.section(result).warnings)


def test_a_feature_the_model_does_not_take_has_a_flip_rate_of_exactly_nought_and_passes_the_policy():
    made = subject()
    result = analysis.compute(made, FEW)
    measures = analysis.measures(result)
    for feature in ("sex", "race", "age"):
        found = find(measures, "flip_rate", aggregate="overall", feature=(feature,))
        assert (found.value, found.low, found.high, found.n) == (0.0, 0.0, 0.0, 400)
    table = next(table for table in analysis.section(result).tables if table.title == "Flip test")
    assert {row[-1] for row in table.rows} == {"the model does not take it"}
    findings = judge(read_policy(ROOT / "policies", "standard"), measures, made.profile)
    assert [item.verdict for item in findings if item.rule == "flip"] == ["pass"] * 3


def test_a_banded_number_is_set_to_the_median_of_each_other_band():
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"age": rng.integers(18, 80, 301), "pay": rng.integers(0, 100, 301)})
    made = invented(data, lambda rows: rows["pay"] + rows["age"] >= 100, sensitive=["age"], bands={"age": [30, 50]})
    (flip,) = analysis.compute(made, FEW).flips
    age, pay = data["age"].to_numpy(), data["pay"].to_numpy()
    band = np.digitize(age, [30, 50])
    middles = [np.sort(age[band == each])[((band == each).sum() - 1) // 2] for each in range(3)]
    flipped = np.zeros(301, dtype=bool)
    for each in range(3):
        flipped |= (band != each) & ((pay + middles[each] >= 100) != (pay + age >= 100))
    assert flip.found.value == pytest.approx(flipped.mean())
    assert sum(group.flipped for group in flip.groups) == flipped.sum()


def test_a_missing_value_is_no_value_to_try_but_its_rows_are_given_the_others():
    data = pd.DataFrame({"race": ["a", "b", None, "a"] * 10, "pay": np.arange(40)})
    made = invented(data, lambda rows: (rows["race"] == "a") | rows["race"].isna(), sensitive=["race"])
    (flip,) = analysis.compute(made, FEW).flips
    assert flip.values == ("a", "b")
    # a becomes b: lost. b becomes a: gained. missing becomes b: lost, although as a it would keep it.
    assert {group.group: (group.flipped, group.towards, group.away) for group in flip.groups} == {
        "a": (20, 0, 20), "b": (10, 10, 0), "missing": (10, 0, 10),
    }  # fmt: skip


def test_with_many_values_a_seeded_sample_of_rows_is_tried_and_the_number_is_said():
    made = subject(uses_sex=True)
    result = analysis.compute(made, analysis.Config(rows=20, flip_budget=200))
    found = find(analysis.measures(result), "flip_rate", aggregate="overall", feature=("sex",))
    assert found.n == 100
    assert any("sample of 100 of 400 rows" in text for text in analysis.section(result).how_to_read)


def test_a_single_value_leaves_nothing_to_try_and_the_reason_is_said():
    part = subject(uses_sex=True).within(parse_cohort("sex=male"))
    found = find(analysis.measures(analysis.compute(part, FEW)), "flip_rate", aggregate="overall", feature=("sex",))
    assert found.value is None
    assert "Only one value of 'sex'" in found.reason


def test_a_flip_of_a_number_is_a_change_beyond_the_tolerance():
    made = subject("regression", uses_sex=True)
    result = analysis.compute(made, FEW)
    low, high = np.quantile(made.predictions.labels, [0.25, 0.75])
    assert result.flip_tolerance == pytest.approx(0.01 * (high - low))
    flip = result.flips[0]
    assert flip.found.value == 1.0
    assert flip.mean_absolute_change.value == pytest.approx(4.0)  # half of the bonus of 8
    women, men = flip.groups
    assert (women.towards, women.away) == (women.n, 0)
    assert (men.towards, men.away) == (0, men.n)
    still = analysis.compute(made, analysis.Config(rows=20, flip_tolerance=4.1 / (high - low)))
    assert still.flips[0].found.value == 0.0


# --- other tasks, cohorts, nothing to do ------------------------------------------------------------------------


def test_a_named_class_is_reached_and_rows_that_have_it_are_left_out():
    made = limited("multiclass", desired="good")
    result, record = examined(made)
    _, after, found = changed_rows(made, record)
    assert found
    assert set(model("multiclass").predict(after).labels) == {"good"}
    assert result.search.lacking == int((made.predictions.labels != "good").sum())
    assert result.search.desired_note == ""


def test_without_a_named_class_the_one_predicted_most_often_is_wanted_and_said():
    made = subject("multiclass")
    result, record = examined(made)
    labels, counts = np.unique(made.predictions.labels.astype(str), return_counts=True)
    most = labels[counts.argmax()]
    assert {row.outcome_after for row in record.rows if row.changes} == {most}
    assert any(f"predicted most often in these rows: '{most}'" in text for text in analysis.section(result).warnings)


def test_an_unknown_class_is_refused_in_one_sentence():
    with pytest.raises(InputError, match="desired is 'great', which is no label here"):
        analysis.compute(limited("multiclass", desired="great"), FEW)


def test_a_number_is_brought_to_the_median_prediction_or_into_the_named_range():
    made = subject("regression")
    middle = float(np.median(made.predictions.labels))
    result, record = examined(made)
    _, after, found = changed_rows(made, record)
    assert found
    assert (model("regression").predict(after).labels >= middle).all()
    assert result.search.lacking == int((made.predictions.labels < middle).sum())
    ranged = limited("regression", desired_range=[20, 22])
    _, record = examined(ranged)
    before, after, _ = changed_rows(ranged, record)
    reached = model("regression").predict(after).labels
    assert ((reached >= 20) & (reached <= 22)).all()
    own = model("regression").predict(before).labels
    assert (own < 20).any()
    assert (own > 22).any()


def test_within_a_cohort_rows_are_counted_from_its_first_row():
    part = subject().within(parse_cohort("region=north|south;income>=40"))
    result, record = examined(part)
    _, after, found = changed_rows(part, record)
    assert found
    assert (model().predict(after).labels == 1).all()
    assert {item.cohort for item in analysis.measures(result)} == {"region=north|south;income>=40"}


def test_without_a_model_it_does_not_apply():
    with pytest.raises(NotApplicable, match="only stored predictions are here"):
        analysis.compute(subject(with_model=False), FEW)


def test_where_everybody_has_the_outcome_the_flip_test_stands_and_the_rest_is_absent_with_its_reason():
    made = limited(uses_sex=True, task={"threshold": 0.0})
    result, record = examined(made)
    measures = analysis.measures(result)
    assert record.rows == ()
    assert find(measures, "flip_rate", aggregate="overall", feature=("sex",)).value == 0.0
    for metric in ("validity", "proximity", "share_without_recourse"):
        absent = find(measures, metric, aggregate="overall")
        assert absent.value is None
        assert "Every one of the 400 rows already has" in absent.reason
    section = analysis.section(result)
    assert "No example was searched" in section.lead
    assert section.figures


def test_where_everybody_has_the_outcome_and_nothing_is_sensitive_it_does_not_apply():
    data = pd.DataFrame({"x": np.arange(20)})
    with pytest.raises(NotApplicable, match="names no sensitive feature"):
        analysis.compute(invented(data, lambda rows: rows["x"] >= 0), FEW)


def test_where_nobody_has_the_outcome_no_share_is_claimed():
    data = pd.DataFrame({"x": np.arange(20), "sex": ["f", "m"] * 10})
    result, _ = examined(invented(data, lambda rows: rows["x"] < 0, sensitive=["sex"]))
    absent = find(analysis.measures(result), "share_without_recourse", aggregate="overall")
    assert absent.value is None
    assert "nowhere to start from" in absent.reason


def test_who_may_change_nothing_has_no_way():
    result, record = examined(limited(fixed=["income", "debt", "region"]))
    assert result.without.value == 1.0
    assert result.without.n == result.search.examined > 50
    assert all(row.distance is None for row in record.rows)
    lead = example_section(record, record.rows[0].row).lead
    assert lead.startswith("No change within the permitted range was found")


# --- groups and quality -----------------------------------------------------------------------------------------


def test_shares_and_distances_by_group_equal_a_plain_count_over_the_examples():
    made = limited(fixed=["debt", "region"], ranges={"income": [0, 50]})
    result, record = examined(made, analysis.Config(rows=400))
    rows = pd.DataFrame(
        {"sex": made.dataset.frame["sex"].iloc[row.row], "way": bool(row.changes), "distance": row.distance}
        for row in record.rows
    )
    measures = analysis.measures(result)
    lacking = 1 - rows.groupby("sex")["way"].mean()
    cost = rows[rows["way"]].astype({"distance": float}).groupby("sex")["distance"].mean()
    for group in ("female", "male"):
        share = find(measures, "share_without_recourse", feature=("sex",), group=(group,))
        assert (share.value, share.n) == (pytest.approx(lacking[group]), (rows["sex"] == group).sum())
        k = int((~rows.loc[rows["sex"] == group, "way"]).sum())
        interval = binomtest(k, share.n).proportion_ci(method="wilson")
        assert (share.low, share.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
        assert find(measures, "recourse_cost", feature=("sex",), group=(group,)).value == pytest.approx(cost[group])
    gap = find(measures, "share_without_recourse", aggregate="difference", feature=("sex",))
    assert gap.value == pytest.approx(abs(lacking["female"] - lacking["male"]))
    assert find(measures, "share_without_recourse", aggregate="overall").value == pytest.approx(1 - rows["way"].mean())
    assert find(measures, "proximity", aggregate="overall").value == pytest.approx(rows["distance"].dropna().mean())


def test_a_group_with_fewer_than_ten_rows_is_not_compared():
    result, record = examined(subject(), analysis.Config(rows=400))
    race = subject().dataset.frame["race"].fillna("missing")
    small = [name for name, n in race.iloc[[row.row for row in record.rows]].value_counts().items() if n < 10]
    assert small
    for name in small:
        found = find(analysis.measures(result), "share_without_recourse", feature=("race",), group=(name,))
        assert found.value is None
        assert "at least 10 are needed" in found.reason


def test_gower_distance_and_number_of_changes_are_those_worked_out_by_hand():
    data = pd.DataFrame({"x": [0, 10, 4, 8], "town": list("abab"), "idle": [1, 2, 3, 4]})
    made = invented(data, lambda rows: rows["x"] >= 5, sensitive=["town"])
    result, record = examined(made)
    assert [(row.row, row.distance) for row in record.rows] == [
        (0, pytest.approx(0.5 / 3)),
        (2, pytest.approx(0.1 / 3)),
    ]
    assert result.quality.proximity.value == pytest.approx(0.3 / 3)
    assert result.quality.sparsity.value == 1.0
    # The nearest real rows: (5, a, 1) is 0.3 + 1 + 1 from row 3 and 0.5 + 1 + 1/3 from row 1; (5, a, 3) is
    # 0.3 + 1 + 1/3 from row 3.
    assert result.quality.plausibility.value == pytest.approx(((0.5 + 1 + 1 / 3) + (0.3 + 1 + 1 / 3)) / 3 / 2)
    assert result.quality.diversity.value is None


def test_several_examples_of_a_row_change_different_inputs():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"x": rng.integers(0, 10, 200), "z": rng.integers(0, 10, 200)})
    result, _ = examined(invented(data, lambda rows: (rows["x"] >= 8) | (rows["z"] >= 8)))
    assert result.search.examples == 2 * result.search.with_way
    assert result.quality.diversity.n == result.search.with_way
    assert result.quality.diversity.value > 0


# --- kinds of columns -------------------------------------------------------------------------------------------


def mixed():
    """Columns of many types; the outcome needs two of them."""
    rng = np.random.default_rng(3)
    n = 300
    data = pd.DataFrame(
        {
            "flag": rng.choice([True, False], n),
            "count": rng.integers(0, 50, n).astype("int32"),
            "level": pd.Categorical(rng.choice(["low", "mid", "high"], n), ["low", "mid", "high"], ordered=True),
            "colour": pd.Categorical(rng.choice(["red", "blue"], n)),
            "street": [f"street {number}" for number in range(n)],
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
            "big": rng.integers(2**60, 2**61, n),
            "maybe": pd.array(rng.integers(0, 9, n), dtype="Int64"),
            "empty": np.nan,
        }
    )
    data.loc[:9, "maybe"] = pd.NA
    data.loc[10:19, "colour"] = None
    return data


def test_every_kind_of_column_goes_through_and_comes_back_unchanged():
    data = mixed()
    space, (rows,) = encode([data], list(data.columns))
    pd.testing.assert_frame_equal(space.decode(rows), data)
    assert space.distance(rows, rows).max() == 0.0


def test_booleans_and_ordered_categories_move_in_the_direction_allowed():
    made = invented(
        mixed(),
        lambda rows: rows["flag"] & (rows["level"].astype(str) == "high") & (rows["count"] >= 25),
        increase_only=["flag", "level", "count"],
        fixed=["street"],
    )
    result, record = examined(made)
    assert result.without.value == 0.0
    changes = {(change.feature, change.after) for row in record.rows for change in row.changes}
    assert changes == {("flag", "True"), ("level", "high"), ("count", "25")}
    fallen = examined(invented(mixed(), lambda rows: rows["flag"] & (rows["count"] >= 0), decrease_only=["flag"]))[0]
    assert fallen.without.value == 1.0


def test_a_missing_number_may_be_given_but_no_value_is_taken_away():
    data = pd.DataFrame({"x": [np.nan] * 20 + list(range(40))})
    result, record = examined(invented(data, lambda rows: rows["x"].fillna(100) >= 30), analysis.Config(rows=60))
    assert {row.row for row in record.rows} == set(range(20, 50))
    assert {change.after for row in record.rows for change in row.changes} == {"30"}
    result, record = examined(invented(data, lambda rows: rows["x"].fillna(0) >= 30), analysis.Config(rows=60))
    assert result.without.value == 0.0
    given = [change for row in record.rows for change in row.changes if change.before == "missing"]
    assert len(given) == 20


def test_a_model_that_names_no_inputs_is_sent_every_column_but_ignored_ones_never_change():
    asked = model()
    nameless = RuleModel(asked.info.model_copy(update={"inputs": ()}), asked.rule)
    made = replace(subject(), model=nameless)
    result, record = examined(made)
    assert result.search.with_way > 50
    assert {change.feature for row in record.rows for change in row.changes} <= {"income", "debt", "region"}


# --- time, engines, bytes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tiring:
    """A model that answers at once for a while and then takes longer than the time allowed."""

    inner: RuleModel
    calls: list[int]
    patience: int

    @property
    def info(self):
        return self.inner.info

    def predict(self, rows):
        self.calls.append(len(rows))
        if len(self.calls) == self.patience:
            time.sleep(2.1)
        return self.inner.predict(rows)

    def contributions(self, rows):
        return self.inner.contributions(rows)


def test_when_the_time_is_up_what_is_done_is_kept_and_the_count_is_said():
    counted = Tiring(model(), [], 10**9)
    made = replace(subject(n=2000), model=counted)
    analysis.compute(made, analysis.Config(rows=64))
    tiring = Tiring(model(), [], len(counted.calls) + 5)
    result, record = examined(replace(made, model=tiring), analysis.Config(rows=500, seconds=2.0))
    assert (result.search.examined, result.search.sampled) == (64, 500)
    assert len(record.rows) == 64
    assert any("Only 64 of the 500 sampled rows were examined" in text for text in analysis.section(result).warnings)
    whole, every = examined(made, analysis.Config(rows=500))
    assert whole.search.examined == 500
    best = {row.row: row for row in every.rows}
    assert all(best[row.row] == row for row in record.rows)


def test_when_the_time_is_up_before_the_first_rows_the_shares_are_absent():
    tiring = Tiring(model(), [], 1)
    result, _ = examined(replace(subject(), model=tiring), analysis.Config(seconds=2.0))
    assert result.without.value is None
    assert "used up before the first rows were done" in result.without.reason
    assert result.flips


def test_dice_holds_the_same_constraints_and_outcome():
    made = limited(fixed=["region"], increase_only=["income"], decrease_only=["debt"], ranges={"income": [40, 62]})
    config = analysis.Config(engine="dice", rows=6, seed=2)
    result, record = examined(made, config)
    before, after, found = changed_rows(made, record)
    assert found
    assert (model().predict(after).labels == 1).all()
    assert (after["region"] == before["region"]).all()
    assert (after["income"] >= before["income"]).all()
    assert after.loc[after["income"] != before["income"], "income"].between(40, 62).all()
    known = before["debt"].notna()
    assert (after.loc[known, "debt"] <= before.loc[known, "debt"]).all()
    assert (after.loc[known, "debt"] % 1 == 0).all()
    assert examined(made, config)[0].to_bytes() == result.to_bytes()
    assert any("DiCE" in text for text in analysis.section(result).limitations)


def test_a_sample_says_how_many_rows_it_stands_for_and_how_it_was_drawn():
    made = limited()
    refused = int((made.predicted_text != "1").sum())
    lead = analysis.section(examined(made, analysis.Config(rows=20))[0]).lead
    assert lead.startswith(f"Of 20 of the {refused:,} rows without ")
    assert ", drawn in proportion from every group, " in lead
    assert "drawn" not in analysis.section(examined(made, analysis.Config(rows=refused))[0]).lead


def test_dice_finds_no_way_where_there_is_none_and_goes_through_many_kinds_of_columns():
    config = analysis.Config(engine="dice", rows=3)
    assert examined(limited(fixed=["income", "debt"]), config)[0].without.value == 1.0
    made = invented(mixed().drop(columns="empty"), lambda rows: rows["flag"] & (rows["count"] >= 10))
    result, _ = examined(made, config)
    assert result.without.value == 0.0


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_stored_bytes_are_enough_and_the_same_seed_gives_the_same(kind):
    made = subject(kind, uses_sex=True)
    config = analysis.Config(seed=3, rows=100)
    result, record = examined(made, config)
    again = analysis.Result.from_bytes(result.to_bytes())
    assert again == result
    assert analysis.measures(again) == analysis.measures(result)
    section = analysis.section(again)
    assert section == analysis.section(result)
    assert section.lead
    assert section.how_to_read
    assert section.limitations
    assert all(figure.alt and figure.table().rows for figure in section.figures)
    other, other_record = examined(made, config)
    assert (other.to_bytes(), other_record.to_bytes()) == (result.to_bytes(), record.to_bytes())
    for measure in analysis.measures(result):
        assert measure.value is not None or measure.reason
        if None not in {measure.value, measure.low, measure.high}:
            assert measure.low <= measure.value <= measure.high


def test_a_kept_example_reads_as_a_sentence():
    _, record = examined(limited(fixed=["debt", "region"]))
    row = next(row for row in record.rows if row.changes)
    (change,) = row.changes
    lead = example_section(record, row.row).lead
    assert lead.startswith(f"With income from {change.before} to {change.after}, row {row.row} is predicted '1'")
    assert record.fixed == ("debt", "region")
