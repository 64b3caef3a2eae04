"""Data against data: label balance by hand and by Clarify's numbers, missing values by group, shift from the reference."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, entropy
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from rai.analyses import data
from rai.theme import write
from tests.analyses.subjects import find, make_subject, shared


def run(subject, **config):
    result = data.compute(subject, data.Config(**config))
    return result, data.measures(result)


def labelled(counts, **options):
    """Rows of (group, outcome) as counted."""
    rows = [(group, label) for (group, label), n in counts.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["group", "truth"])
    return make_subject(frame, "truth", frame["truth"], sensitive=("group",), **options)


COUNTS = {("a", 1): 60, ("a", 0): 40, ("b", 1): 10, ("b", 0): 30, ("c", 1): 40, ("c", 0): 20, ("d", 1): 3, ("d", 0): 2}


def test_label_balance_by_hand():
    _, found = run(labelled(COUNTS))
    # b: 10 of 40 positive. The others: 103 of 165.
    p, q = 103 / 165, 10 / 40
    expected = {
        "class_imbalance": (165 - 40) / 205,
        "difference_in_proportions_of_labels": p - q,
        "kullback_leibler_divergence": p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)),
        "total_variation_distance": p - q,
    }
    for metric, number in expected.items():
        ours = find(found, metric, group=("b",))
        assert ours.value == pytest.approx(number, abs=1e-12), metric
        assert ours.low <= ours.value <= ours.high
    middle = (p + q) / 2
    half = [x * np.log(x / middle) + (1 - x) * np.log((1 - x) / (1 - middle)) for x in (p, q)]
    assert find(found, "jensen_shannon_divergence", group=("b",)).value == pytest.approx(sum(half) / 2, abs=1e-12)


def test_label_balance_of_compas_has_the_numbers_of_clarify():
    frame = shared("compas_two_years")
    frame = frame[frame["race"].isin(["African-American", "Caucasian"])].reset_index(drop=True)
    kept = frame[["race", "two_year_recid"]]
    _, found = run(make_subject(kept, "two_year_recid", kept["two_year_recid"], sensitive=("race",)))
    expected = {
        "class_imbalance": -0.201951, "difference_in_proportions_of_labels": -0.120697,
        "kullback_leibler_divergence": 0.029311, "jensen_shannon_divergence": 0.007365,
        "total_variation_distance": 0.120697,
    }  # fmt: skip
    for metric, number in expected.items():
        assert find(found, metric, group=("African-American",)).value == pytest.approx(number, abs=1e-6), metric


def test_the_difference_in_proportions_has_newcombes_interval():
    _, found = run(labelled(COUNTS))
    ours = find(found, "difference_in_proportions_of_labels", group=("b",))
    expected = confint_proportions_2indep(103, 165, 10, 40, compare="diff", method="newcomb", correction=False)
    assert (ours.low, ours.high) == pytest.approx(expected, abs=1e-9)


def test_a_small_group_is_counted_and_its_outcomes_not_judged():
    result, found = run(labelled(COUNTS))
    assert find(found, "class_imbalance", group=("d",)).value == pytest.approx((200 - 5) / 205)
    absent = find(found, "difference_in_proportions_of_labels", group=("d",))
    assert absent.value is None
    assert "5 rows in the group" in absent.reason
    table = next(item for item in data.section(result).tables if item.title == "Label balance by group")
    assert table.rows[-1][:2] == ("d", 5)
    assert "Not judged" in table.rows[-1][-1]


class_counts = st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=2, max_size=4).filter(
    lambda rows: all(sum(row) >= 20 for row in rows) and sum(any(row[k] for row in rows) for k in range(3)) > 1
)


@settings(max_examples=30, deadline=None)
@given(class_counts)
def test_divergences_of_several_classes_agree_with_scipy(rows):
    counts = {(f"g{g}", f"class {k}"): n for g, row in enumerate(rows) for k, n in enumerate(row) if n}
    _, found = run(labelled(counts, kind="multiclass"))
    own = np.array(rows[0], float)
    rest = np.array(rows, float).sum(axis=0) - own
    p, q = rest / rest.sum(), own / own.sum()
    assert find(found, "jensen_shannon_divergence", group=("g0",)).value == pytest.approx(
        jensenshannon(p, q) ** 2, abs=1e-9
    )
    assert find(found, "total_variation_distance", group=("g0",)).value == pytest.approx(np.abs(p - q).sum() / 2)
    if (own > 0).all() and (rest > 0).all():
        assert find(found, "kullback_leibler_divergence", group=("g0",)).value == pytest.approx(
            entropy(p, q), abs=1e-12
        )


def test_numbers_have_no_label_balance():
    frame = pd.DataFrame({"sex": ["m", "f"] * 50, "pay": np.arange(100.0)})
    result, _ = run(make_subject(frame, "pay", np.arange(100.0), sensitive=("sex",), kind="regression"))
    assert result.balance == ()


# Missing values by group.


def test_a_column_that_is_missing_more_often_in_one_group_is_found_with_its_test():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"sex": ["m"] * 300 + ["f"] * 200 + [None] * 5, "income": 1.0, "debt": 2.0})
    frame.loc[rng.choice(300, 30, replace=False), "income"] = np.nan
    frame.loc[300 + rng.choice(200, 80, replace=False), "income"] = np.nan
    frame.loc[[0, 1, 2, 400, 401], "debt"] = np.nan
    frame["truth"] = [0, 1] * 252 + [0]
    result, found = run(make_subject(frame, "truth", frame["truth"], sensitive=("sex",)))
    income, debt = result.missing
    assert (income.column, income.lowest_group, income.highest_group) == ("income", "m", "f")
    assert (income.lowest, income.highest) == (0.1, 0.4)
    p = [chi2_contingency([[30, 80], [270, 120]], correction=False).pvalue, debt.p]
    assert income.p == pytest.approx(p[0], rel=1e-9)
    assert [income.adjusted, debt.adjusted] == pytest.approx(multipletests(p, method="holm")[1])
    measure = find(found, "missing_rate[income]", aggregate="difference")
    assert (measure.value, measure.n, measure.feature) == (pytest.approx(0.3), 500, ("sex",))
    assert 0.2 < measure.low < 0.3 < measure.high
    titles = [table.title for table in data.section(result).tables]
    assert "Missing values by group" in titles


def test_without_missing_inputs_there_is_no_such_table():
    result, _ = run(labelled(COUNTS))
    assert result.missing == ()
    assert "Missing values by group" not in [table.title for table in data.section(result).tables]


# Evaluation data against reference data.


def against(frame, reference, **options):
    frame, reference = (part.assign(truth=np.arange(len(part)) % 2) for part in (frame, reference))
    made = make_subject(frame, "truth", frame["truth"], reference=reference, **options)
    result, found = run(made)
    return {item.column: item for item in result.shift}, result, found


def test_the_stability_index_of_values_by_hand():
    frame = pd.DataFrame({"region": ["n"] * 60 + ["s"] * 40})
    reference = pd.DataFrame({"region": ["n"] * 150 + ["s"] * 50})
    shift, _, found = against(frame, reference)
    p, q = np.array([60.5, 40.5]) / 101, np.array([150.5, 50.5]) / 201
    region = shift["region"]
    assert region.stability_index.value == pytest.approx(((p - q) * np.log(p / q)).sum(), abs=1e-12)
    assert region.jensen_shannon == pytest.approx(jensenshannon([0.6, 0.4], [0.75, 0.25]) ** 2, abs=1e-12)
    assert (region.rows, region.reference_rows, region.bins) == (100, 200, 2)
    assert region.p == pytest.approx(chi2_contingency([[60, 40], [150, 50]], correction=False).pvalue, rel=1e-9)
    measure = find(found, "population_stability_index", aggregate="overall", feature=("region",))
    assert measure.value == region.stability_index.value
    assert measure.low <= measure.value <= measure.high


def test_numbers_are_cut_at_the_deciles_of_the_reference_and_missing_is_a_bin():
    rng = np.random.default_rng(1)
    before, now = rng.normal(0, 1, 1000), rng.normal(0.5, 1, 500)
    now[:50] = np.nan
    shift, _, _ = against(pd.DataFrame({"x": now}), pd.DataFrame({"x": before}))
    cuts = np.quantile(before, np.arange(1, 10) / 10)
    counts = [
        np.append(np.bincount(np.digitize(v[~np.isnan(v)], cuts), minlength=10), np.isnan(v).sum())
        for v in (now, before)
    ]
    p, q = ((c + 0.5) / (c + 0.5).sum() for c in counts)
    assert shift["x"].stability_index.value == pytest.approx(((p - q) * np.log(p / q)).sum(), abs=1e-12)
    assert shift["x"].bins == 11
    assert "deciles" in shift["x"].method
    assert shift["x"].unseen == int((now < before.min()).sum() + (now > before.max()).sum())


def test_data_from_the_same_people_shift_as_much_as_chance_gives():
    rng, index, adjusted = np.random.default_rng(2), [], []
    for _ in range(60):
        shift, _, _ = against(pd.DataFrame({"x": rng.normal(size=400)}), pd.DataFrame({"x": rng.normal(size=800)}))
        index.append(shift["x"].stability_index.value)
        adjusted.append(shift["x"].p < 0.05)
    assert np.mean(index) == pytest.approx(shift["x"].by_chance, rel=0.2)
    assert np.mean(adjusted) <= 0.12


def test_values_the_reference_lacks_are_counted_and_many_values_are_counted_together():
    frame = pd.DataFrame({"town": [f"t{place % 60}" for place in range(600)], "plan": ["new"] * 7 + ["old"] * 593})
    reference = pd.DataFrame({"town": [f"t{place % 60}" for place in range(1200)], "plan": ["old"] * 1200})
    shift, result, _ = against(frame, reference)
    assert shift["plan"].unseen == 7
    assert (shift["town"].bins, shift["town"].unseen) == (31, 0)
    assert "30 most frequent" in shift["town"].method
    assert result.shift[0].column == "plan"  # the farthest apart first
    section = data.section(result)
    assert section.figures[-1].title == "Shift from the reference data"
    assert any(table.title == "Evaluation against reference data" for table in section.tables)


def test_the_same_values_written_in_other_types_do_not_shift():
    frame = pd.DataFrame({"code": [1, 2, 1, 2] * 30, "flag": [True, False] * 60})
    reference = pd.DataFrame({"code": [1.0, 2.0, None] * 40, "flag": ["True", "False"] * 60})
    shift, _, _ = against(frame, reference)
    assert shift["flag"].stability_index.value == pytest.approx(0, abs=1e-12)
    assert shift["code"].bins == 3


def test_without_reference_data_that_is_said():
    result, _ = run(labelled(COUNTS))
    assert result.shift == ()
    assert any("No reference data were given" in text for text in data.section(result).limitations)


def test_ignored_columns_and_stored_predictions_are_not_compared():
    frame = pd.DataFrame({"a": range(40), "b": range(40), "truth": [0, 1] * 20})
    made = make_subject(frame, "truth", frame["truth"], reference=frame)
    profile = made.profile.model_copy(update={"data": made.profile.data.model_copy(update={"ignore": ("b",)})})
    from dataclasses import replace

    result, _ = run(replace(made, dataset=replace(made.dataset, profile=profile)))
    assert {item.column for item in result.shift} == {"a", "truth"}


def test_every_table_survives_storage_and_can_be_written():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"sex": rng.choice(["m", "f"], 200), "x": rng.normal(size=200), "truth": rng.integers(0, 2, 200)}
    )
    frame.loc[::9, "x"] = np.nan
    made = make_subject(frame, "truth", frame["truth"], sensitive=("sex",), reference=frame.iloc[:100].copy())
    result, found = run(made, seed=4)
    stored = data.Result.from_bytes(result.to_bytes())
    assert run(made, seed=4)[0].to_bytes() == result.to_bytes()
    assert data.measures(stored) == found
    shown = data.section(stored)
    assert shown == data.section(result)
    for table in (*shown.tables, *(figure.table() for figure in shown.figures)):
        for row in table.rows:
            assert "nan" not in [write(cell, column.format) for cell, column in zip(row, table.columns, strict=True)]
