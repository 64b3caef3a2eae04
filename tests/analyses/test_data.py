"""Data: who is in the rows, published base rates, missing values, small groups and idle columns."""

import numpy as np
import pandas as pd
import pytest

from rai.analyses import data
from rai.theme import write
from tests.analyses.subjects import find, make_subject, shared


def run(subject, **config):
    result = data.compute(subject, data.Config(**config))
    return result, data.measures(result)


def test_adult_has_the_published_base_rates_by_sex():
    frame = pd.concat([shared("adult_train"), shared("adult_test")], ignore_index=True)[["sex", "income"]]
    frame = frame.assign(income=frame["income"].str.strip().str.rstrip("."), sex=frame["sex"].str.strip())
    _, found = run(make_subject(frame, "income", frame["income"], sensitive=("sex",), positive=">50K", kind="binary"))
    assert find(found, "base_rate", aggregate="overall").value == pytest.approx(0.239281765693461, abs=1e-9)
    women = find(found, "base_rate", group=("Female",))
    assert (women.value, women.n) == (pytest.approx(0.109251482213439, abs=1e-9), 16192)
    assert find(found, "base_rate", group=("Male",)).value == pytest.approx(0.303767228177642, abs=1e-9)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "sex": ["m"] * 60 + ["f"] * 30 + [None] * 10,
            "region": ["n"] * 60 + ["s"] * 40,
            "age": [30.0, np.nan] * 50,
            "idle": 1,
            "gone": [None] * 100,
            "truth": [1] * 30 + [0] * 70,
        }
    )


@pytest.fixture
def subject(frame):
    return make_subject(frame, "truth", [0, 1] * 50, sensitive=("sex", "region"))


def test_groups_have_rows_share_base_rate_and_interval(subject):
    result, found = run(subject)
    men = find(found, "base_rate", group=("m",))
    assert (men.value, men.n) == (0.5, 60)
    assert men.low < 0.5 < men.high
    assert find(found, "count", group=("f",)).value == 30
    shares = {group.key[0]: group.share.value for group in result.features[0].groups}
    assert shares == {"m": 0.6, "f": 0.3, "missing": 0.1}


def test_missing_sensitive_values_are_a_group(subject):
    assert find(run(subject)[1], "count", group=("missing",)).value == 10


def test_missing_inputs_are_counted_for_each_group(frame):
    only_age = frame[["sex", "age", "truth"]]
    result, _ = run(make_subject(only_age, "truth", [0, 1] * 50, sensitive=("sex",)))
    men = next(group for group in result.features[0].groups if group.key == ("m",))
    assert men.missing == pytest.approx(0.25)  # of 120 cells of sex and age, 30 ages


def test_pairs_list_the_empty_cells(subject):
    pair = run(subject)[0].features[2]
    assert pair.feature == ("sex", "region")
    assert {group.key: group.n for group in pair.groups} == {("m", "n"): 60, ("f", "s"): 30, ("missing", "s"): 10}
    assert ("f", "n") in pair.empty


def test_small_groups_idle_and_empty_columns_are_warned_of(subject):
    warnings = " ".join(data.section(run(subject)[0]).warnings)
    assert "missing (n 10)" in warnings
    assert "without any value: gone" in warnings
    assert "one value only, which can explain nothing: idle" in warnings


def test_columns_are_listed_with_role_and_missing_values(subject):
    columns = {item.name: item for item in run(subject)[0].columns}
    assert columns["age"].missing.value == 0.5
    assert columns["truth"].role == "target"
    assert columns["sex"].role == "sensitive, input"
    assert columns["gone"].distinct == 0


def test_reference_data_stand_beside_the_evaluation_data(frame):
    reference = pd.concat([frame, frame.iloc[:50]], ignore_index=True)
    result, _ = run(make_subject(frame, "truth", [0, 1] * 50, sensitive=("sex",), reference=reference))
    groups = {group.key: group.reference for group in result.features[0].groups}
    assert groups == {("m",): 110, ("f",): 30, ("missing",): 10}
    assert result.outcomes[1].reference.value == pytest.approx(60 / 150)
    assert "n in reference data" in {column.name for table in data.section(result).tables for column in table.columns}


def test_automatic_bands_of_the_evaluation_data_also_cut_the_reference():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.integers(18, 60, 200), "truth": [0, 1] * 100})
    older = frame.assign(age=frame["age"] + 30)
    result, _ = run(make_subject(frame, "truth", [0, 1] * 100, sensitive=("age",), reference=older))
    assert sum(group.reference for group in result.features[0].groups) == 200
    assert max(result.features[0].groups, key=lambda group: group.reference).key[0].endswith("and over")


def test_without_sensitive_features_the_rows_are_still_described(frame):
    result, found = run(make_subject(frame[["age", "truth"]], "truth", [0, 1] * 50))
    assert find(found, "count", aggregate="overall").value == 100
    assert data.section(result).lead.startswith("The model was tested on 100 rows; 'truth' was '1' in 30.0 %")


def test_a_regression_target_is_described_by_its_spread():
    frame = pd.DataFrame({"sex": ["m", "f"] * 50, "pay": np.arange(100.0)})
    result, found = run(make_subject(frame, "pay", np.arange(100.0), sensitive=("sex",), kind="regression"))
    assert (result.target_numbers.least, result.target_numbers.median, result.target_numbers.most) == (0, 49.5, 99)
    assert find(found, "mean_outcome", group=("m",)).value == pytest.approx(49)
    assert data.section(result).tables[0].title == "Spread of pay"


def test_several_classes_have_shares_and_no_base_rate():
    frame = pd.DataFrame({"sex": ["m", "f"] * 30, "kind": list("abcaab") * 10})
    result, found = run(make_subject(frame, "kind", list("abcaab") * 10, sensitive=("sex",), kind="multiclass"))
    assert {item.label: item.share.value for item in result.outcomes} == {
        "a": 0.5,
        "b": pytest.approx(1 / 3),
        "c": pytest.approx(1 / 6),
    }
    assert not [item for item in found if item.metric == "base_rate"]


def test_a_feature_with_very_many_groups_lists_the_largest_and_says_so():
    frame = pd.DataFrame({"town": [f"t{place}" for place in range(200)], "truth": [0, 1] * 100})
    result, _ = run(make_subject(frame, "truth", [0, 1] * 100, sensitive=("town",)))
    assert len(result.features[0].groups) == 60
    assert any("200 groups" in warning for warning in data.section(result).warnings)


def test_the_result_survives_storage_and_can_be_written(subject):
    result, found = run(subject)
    stored = data.Result.from_bytes(result.to_bytes())
    assert data.measures(stored) == found
    shown = data.section(stored)
    assert shown == data.section(result)
    for table in (*shown.tables, *(figure.table() for figure in shown.figures)):
        for row in table.rows:
            assert all(write(cell, column.format) for cell, column in zip(row, table.columns, strict=True) if cell)
