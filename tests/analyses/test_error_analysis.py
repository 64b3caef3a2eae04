"""The error analysis against plain masks, planted weaknesses, pure noise, published corrections and erroranalysis."""

import sys
import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rai.analyses import error_analysis
from rai.cohorts import Cohort, parse_cohort
from rai.dataset import banded
from rai.erring.columns import code_column
from rai.erring.confirm import chance, holm, lift
from rai.erring.cuts import cut_between, number_text, quantile_cuts
from rai.erring.halves import Plan, find_worst
from rai.theme import write
from tests import subjects
from tests.analyses.subjects import find, make_subject

KINDS = ("binary", "multiclass", "regression")


def people(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 80, n), "sex": rng.choice(["F", "M"], n), "region": rng.choice(["n", "s", "w"], n),
            "income": rng.normal(50, 12, n).round(1), "job": rng.choice(list("abcdef"), n),
        }
    )  # fmt: skip


def wrong(frame, chance_of_error, *, seed=1, kind="binary", **options):
    """A Subject whose rows err with the given chance; for regression, by about that much."""
    rng = np.random.default_rng(seed)
    n = len(frame)
    if kind == "regression":
        truth = rng.normal(0, 10, n)
        return make_subject(
            frame.assign(y=truth), "y", truth + rng.normal(0, 1, n) * 10 * chance_of_error, kind=kind, **options
        )
    labels = np.array([0, 1] if kind == "binary" else ["a", "b", "c"])
    place = rng.integers(0, len(labels), n)
    moved = np.where(rng.random(n) < chance_of_error, (place + 1) % len(labels), place)
    return make_subject(frame.assign(y=labels[place]), "y", labels[moved], kind=kind, **options)


def planted(n=2000, *, seed=0, kind="binary", **options):
    frame = people(n, seed)
    inside = ((frame["age"] >= 61) & (frame["sex"] == "F")).to_numpy()
    return wrong(frame, np.where(inside, 0.6, 0.1), seed=seed + 1, kind=kind, **options), inside


def run(subject, **config):
    return error_analysis.compute(subject, error_analysis.Config(**config))


@pytest.fixture(scope="module")
def found():
    subject, inside = planted()
    return subject, inside, run(subject)


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_weakness_is_found_and_confirmed(kind):
    subject, inside = planted(kind=kind)
    confirmed = run(subject).search.confirmed
    worst, masks = confirmed[0], [item.cohort.mask(subject.dataset.frame) for item in confirmed]
    assert set(worst.features) == {"age", "sex"}
    assert (masks[0] & inside).sum() / masks[0].sum() > 0.9
    assert (np.any(masks, axis=0) & inside).sum() / inside.sum() > 0.75
    assert worst.p_adjusted < 0.001
    assert worst.lift.low > 1.5


def test_the_text_of_every_cohort_selects_exactly_its_rows(found):
    subject, _, result = found
    assert result.search.cohorts
    for item in result.search.cohorts:
        mask = parse_cohort(item.cohort.text).mask(subject.dataset.frame)
        assert mask.sum() == item.found.n == item.discovery.n + item.confirmation.n
        assert item.found.value == pytest.approx(subject.errors[mask].mean())
        assert item.share == pytest.approx(subject.errors[mask].sum() / subject.errors.sum())
        errors = item.discovery.value * item.discovery.n + item.confirmation.value * item.confirmation.n
        assert errors == pytest.approx(subject.errors[mask].sum())


def test_the_halves_are_all_rows_once(found):
    search = found[2].search
    assert search.searched_rows + search.held_out_rows == 2000
    assert search.held_out_rows == 1000


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_noise_confirms_nothing_in_the_vast_majority_of_seeds(kind):
    alarms = 0
    for seed in range(80):
        subject = wrong(people(800, seed), 0.2, seed=1000 + seed, kind=kind)
        columns = [code_column(subject.dataset, name, bins=8, least=40) for name in subject.inputs]
        plan = Plan(seed, kind == "regression", 40, 1.2, 3, 12)
        alarms += bool(find_worst(columns, subject.errors, plan).confirmed)
    assert alarms <= 4  # 5 % of 80


def test_nodes_of_the_tree_are_counted_by_plain_masks_and_branches_hold_every_row():
    frame = people(3000)
    frame.loc[:400, "age"] = np.nan
    at_risk = (frame["age"] >= 61) & (frame["sex"] == "F") | frame["job"].isin(["a", "d"]) & (frame["region"] == "n")
    subject = wrong(frame, np.where(at_risk, 0.6, 0.1))
    tree = run(subject).tree
    assert tree.reason == ""
    assert 5 <= len(tree.nodes) <= 22
    for node in tree.nodes:
        mask = Cohort(conditions=node.conditions).mask(subject.dataset.frame)
        assert mask.sum() == node.found.n
        assert node.found.value == pytest.approx(subject.errors[mask].mean())
        assert node.share == pytest.approx(subject.errors[mask].sum() / subject.errors.sum())
        children = [child.found.n for child in tree.nodes if child.parent == node.key]
        assert not children or sum(children) == node.found.n
    assert any(node.words == "age missing" for node in tree.nodes)


def test_the_first_split_is_the_one_erroranalysis_makes(found):
    from erroranalysis.analyzer import PredictionsAnalyzer

    subject, _, result = found
    table = subject.dataset.frame[["age", "sex", "region", "income", "job"]]
    own = PredictionsAnalyzer(
        subject.errors, table, np.zeros(len(table)), list(table.columns), ["sex", "region", "job"]
    ).compute_error_tree(list(table.columns), None, None, 3, 8, 20)
    split = {(node["condition"], node["size"]) for node in own if node["parentId"] == own[0]["id"]}
    ours = {(node.words, node.found.n) for node in result.tree.nodes if node.parent == 0}
    assert {condition for condition, _ in split} == {"age <= 60.50", "age > 60.50"}
    assert {words for words, _ in ours} == {"age under 61", "age 61 and over"}
    assert {n for _, n in split} == {n for _, n in ours}
    below = {node.words for node in result.tree.nodes if node.parent == 2}
    assert below == {"sex = F", "sex = M"}


def test_text_values_that_are_rare_share_a_branch_that_holds_the_right_rows():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"town": [f"t{i}" for i in rng.integers(0, 300, 4000)], "x": rng.normal(size=4000)})
    frame.loc[rng.random(4000) < 0.4, "town"] = rng.choice(["big", "large"], 4000)[: (rng.random(4000) < 0.4).sum()][0]
    frame.loc[:900, "town"] = "large"
    subject = wrong(frame, np.where(frame["town"].isin(["big", "large"]), 0.05, 0.5))
    tree = run(subject).tree
    assert tree.nodes[1:]
    for node in tree.nodes:
        assert Cohort(conditions=node.conditions).mask(frame).sum() == node.found.n
    assert any(condition.op == "!=" for node in tree.nodes for condition in node.conditions)


def test_noise_gives_a_tree_of_one_node_and_says_so():
    trees = [run(wrong(people(600, seed), 0.2, seed=100 + seed)).tree for seed in range(20)]
    single = [tree for tree in trees if len(tree.nodes) == 1]
    assert len(single) >= 18
    assert all("No split separates" in tree.reason and tree.hidden > 0 for tree in single)


def test_cells_of_the_heatmap_are_counted_by_plain_masks():
    frame = people(2000)
    frame.loc[:30, "job"] = None
    subject = wrong(frame, 0.2, sensitive=("age",), bands={"age": [30, 50, 78]})
    result = run(subject, heatmap=("age", "job"), min_cell=15)
    shown = result.heatmap
    assert shown.features == ("age", "job")
    ages = banded(frame["age"], [30, 50, 78])
    jobs = frame["job"].fillna("missing").to_numpy()
    total, absent = 0, 0
    for age, row in zip(shown.rows, shown.cells, strict=True):
        for job, cell in zip(shown.columns, row, strict=True):
            mask = (ages == age) & (jobs == job)
            assert cell.found.n == mask.sum()
            total += cell.found.n
            assert cell.share == pytest.approx(subject.errors[mask].sum() / subject.errors.sum())
            if mask.sum() < 15:
                absent += 1
                assert cell.found.value is None
                assert "15 rows" in cell.found.reason or "No row" in cell.found.reason
            else:
                assert cell.found.value == pytest.approx(subject.errors[mask].mean())
    assert total == 2000
    assert absent > 0


def test_the_heatmap_crosses_the_features_of_the_worst_cohorts(found):
    result = found[2]
    assert set(result.heatmap.features) == {"age", "sex"}
    assert sum(cell.found.n for row in result.heatmap.cells for cell in row) == 2000


def test_a_heatmap_of_an_unknown_feature_has_a_reason_and_the_rest_stands(found):
    result = run(found[0], heatmap=("age", "shoe size"))
    assert "'shoe size'" in result.heatmap.reason
    assert result.search == found[2].search
    assert any("No heatmap" in text for text in error_analysis.section(result).warnings)


def test_cohorts_that_repeat_each_other_are_merged():
    subject, inside = planted(6000)
    search = run(subject).search
    masks = [item.cohort.mask(subject.dataset.frame) for item in search.cohorts]
    for place, one in enumerate(masks):
        for other in masks[:place]:
            assert (one & other).sum() / (one | other).sum() < 0.6
    within = [item for item, mask in zip(search.cohorts, masks, strict=True) if (mask & ~inside).sum() == 0]
    assert len(within) <= 1
    assert max(item.merged for item in search.cohorts) > 10


def test_a_condition_that_does_not_matter_is_not_in_the_cohort():
    for seed in range(5):
        subject, _ = planted(3000, seed=seed)
        assert set(run(subject).search.confirmed[0].features) == {"age", "sex"}


def test_for_regression_the_error_is_the_absolute_residual():
    subject, _ = planted(kind="regression")
    result = run(subject)
    residuals = np.abs(subject.y_true - subject.y_pred)
    measures = error_analysis.measures(result)
    whole = find(measures, "mean_absolute_error", aggregate="overall")
    assert whole.value == pytest.approx(residuals.mean())
    worst = result.search.confirmed[0]
    mask = worst.cohort.mask(subject.dataset.frame)
    assert worst.found.value == pytest.approx(residuals[mask].mean())
    assert worst.share == pytest.approx(residuals[mask].sum() / residuals.sum())
    assert find(measures, "mean_absolute_error", group=worst.groups).n == worst.confirmation.n
    assert any("absolute residual" in text for text in error_analysis.section(result).how_to_read)


def test_missing_values_are_cohorts_like_others():
    frame = people(3000)
    frame.loc[::8, "income"] = np.nan
    frame.loc[1::9, "job"] = None
    subject = wrong(frame, np.select([frame["income"].isna(), frame["job"].isna()], [0.6, 0.5], 0.1))
    confirmed = run(subject).search.confirmed
    assert {item.cohort.text for item in confirmed} >= {"income=missing", "job=missing"}
    for item in confirmed:
        assert item.found.n == parse_cohort(item.cohort.text).mask(frame).sum()


def test_measures_are_the_error_of_all_rows_each_confirmed_cohort_and_the_largest_lift(found):
    subject, _, result = found
    measures = error_analysis.measures(result)
    whole = find(measures, "error_rate", aggregate="overall")
    assert (whole.value, whole.n) == (pytest.approx(subject.errors.mean()), 2000)
    assert whole.low < whole.value < whole.high
    assert len(measures) == 2 + len(result.search.confirmed)
    for item in result.search.confirmed:
        own = find(measures, "error_rate", feature=item.features, group=item.groups)
        assert (own.value, own.low, own.high, own.n) == (
            item.confirmation.value, item.confirmation.low, item.confirmation.high, item.confirmation.n,
        )  # fmt: skip
        assert ";".join(own.group) == item.cohort.text
    top = find(measures, "worst_cohort_lift", aggregate="overall")
    assert top.value == max(item.lift.value for item in result.search.confirmed)
    assert top.low < top.value < top.high


def test_without_a_confirmed_cohort_the_lift_is_absent_with_the_reason():
    result = run(wrong(people(600), 0.2))
    top = find(error_analysis.measures(result), "worst_cohort_lift", aggregate="overall")
    assert result.search.confirmed == ()
    assert top.value is None
    assert len(top.reason) > 20


def test_rows_after_the_five_thousandth_count():
    frame = people(12_000)
    late = np.arange(12_000) >= 5000
    risky = late & (frame["job"] == "c").to_numpy()
    subject = wrong(frame, np.where(risky, 0.7, np.where(late, 0.05, 0.0)))
    result = run(subject)
    assert subject.errors[:5000].sum() == 0
    assert result.overall.n == 12_000
    assert result.overall.value == pytest.approx(subject.errors.mean())
    assert result.search.confirmed[0].cohort.text == "job=c"
    assert result.search.confirmed[0].found.n == (frame["job"] == "c").sum()


def test_a_sensitive_feature_takes_part_though_the_model_does_not_take_it():
    frame = subjects.frame(3000)
    rows = subjects.dataset(n=3000)
    subject = subjects.subject(n=3000)
    truth = frame["approve"].to_numpy()
    flip = (frame["race"] == "b").to_numpy() & (np.random.default_rng(0).random(3000) < 0.5)
    predicted = np.where(flip, 1 - truth, truth)
    changed = type(subject)(rows, type(subject.predictions)(predicted), model=subject.model)
    result = run(changed)
    assert "race" not in changed.inputs
    assert result.search.confirmed[0].cohort.text == "race=b"
    assert any("(race)" in text for text in error_analysis.section(result).warnings)


def test_declared_bands_are_the_cuts_of_a_cohort():
    frame = people(3000)
    subject = wrong(
        frame, np.where(frame["age"].between(25, 44), 0.6, 0.1), sensitive=("age",), bands={"age": [25, 45]}
    )
    worst = run(subject).search.confirmed[0]
    assert worst.cohort.text == "age>=25;age<45"
    assert worst.cohort.name == "age 25 to under 45"
    assert (worst.features, worst.groups) == (("age",), ("age>=25;age<45",))


def test_inside_a_cohort_the_text_opens_on_all_rows():
    subject, _ = planted(4000)
    part = subject.within(parse_cohort("region=n|s"))
    result = run(part)
    assert result.overall.n == len(part)
    assert result.search.confirmed
    for item in result.search.cohorts:
        assert item.cohort.text.startswith("region=n|s;")
        assert parse_cohort(item.cohort.text).mask(subject.dataset.frame).sum() == item.found.n
    for node in result.tree.nodes:
        assert Cohort(conditions=node.conditions).mask(subject.dataset.frame).sum() == node.found.n
    assert {item.cohort for item in error_analysis.measures(result)} == {"region=n|s"}


@pytest.mark.parametrize("n", [1, 5, 60, 99])
def test_with_few_rows_there_is_no_search_and_the_reason_is_said(n):
    result = run(planted(400)[0].take(np.arange(n)))
    assert result.search.cohorts == ()
    assert f"{n} row" in result.search.reason
    assert len(result.tree.nodes) == 1 or n > 40
    section = error_analysis.section(result)
    assert "at least 100" in section.lead
    assert find(error_analysis.measures(result), "error_rate", aggregate="overall").n == n


def test_few_errors_and_none_are_said_to_be_that():
    frame = people(500)
    few = np.zeros(500)
    few[:4] = 1
    result = run(wrong(frame, few))
    assert result.search.reason == "Only 4 of 500 rows are wrong. A search needs at least 10 errors."
    perfect = run(wrong(frame, np.zeros(500)))
    assert perfect.overall.value == 0
    assert "no error" in perfect.search.reason
    assert "no error" in perfect.tree.reason
    exact = run(make_subject(frame.assign(y=1.5), "y", np.full(500, 1.5), kind="regression"))
    assert exact.overall.value == 0
    assert error_analysis.section(exact).lead.startswith("On average the prediction is off by 0 over 500 rows")


def test_a_model_that_is_always_wrong_has_no_cohort_worse_than_the_others():
    result = run(wrong(people(500), np.ones(500)))
    assert result.overall.value == 1
    assert result.search.cohorts == ()
    assert "errs" in result.tree.reason


def test_columns_that_cannot_make_cohorts_are_named_with_the_reason():
    frame = people(500).assign(id=[f"r{i}" for i in range(500)], same=1, empty=np.nan, when=pd.Timestamp("2020-01-01"))
    frame["tags"] = [[1]] * 500
    reasons = {item.column: item.reason for item in run(wrong(frame, 0.2)).search.left_out}
    assert set(reasons) == {"id", "same", "empty", "when", "tags"}
    assert reasons["id"] == "no value has 40 rows"
    assert reasons["same"] == reasons["when"] == "one value only"
    assert reasons["empty"] == "no value at all"
    assert "cannot be compared" in reasons["tags"]


def test_a_failure_of_erroranalysis_is_recorded_and_the_other_parts_stand(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "erroranalysis.analyzer", None)
    result = run(found[0])
    assert len(result.tree.nodes) == 1
    assert "erroranalysis could not grow an error tree" in result.tree.reason
    assert result.search == found[2].search
    assert result.heatmap.cells
    assert any("erroranalysis" in text for text in error_analysis.section(result).warnings)


def test_nothing_is_printed(found, capfd):
    run(found[0])
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_model", [True, False])
def test_every_task_gives_an_answer_with_and_without_a_model(kind, with_model):
    subject = subjects.subject(kind, with_model=with_model)
    result = run(subject)
    names = {"income", "debt", "region", "race", "age", "sex"}
    assert set(result.search.columns) | {item.column for item in result.search.left_out} == names
    section = error_analysis.section(result)
    assert section.lead
    assert f"{len(subject)} rows" in section.lead
    stored = error_analysis.Result.from_bytes(result.to_bytes())
    assert stored == result
    assert error_analysis.section(stored) == section
    assert error_analysis.measures(stored) == error_analysis.measures(result)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_halves(found):
    subject, _, result = found
    assert run(subject).to_bytes() == result.to_bytes()
    assert run(subject, seed=1).search.cohorts[0].confirmation != result.search.cohorts[0].confirmation


def test_all_tables_and_figures_can_be_written(found):
    section = error_analysis.section(found[2])
    assert [figure.kind for figure in section.figures] == ["interval", "tree", "heatmap"]
    values = [point.y for point in section.figures[0].series[0].points]
    assert values == sorted(values, reverse=True)
    assert section.figures[0].reference == found[2].overall.value
    for table in (*section.tables, *(figure.table() for figure in section.figures)):
        for row in table.rows:
            written = [write(cell, column.format) for cell, column in zip(row, table.columns, strict=True)]
            assert "nan" not in written


def test_the_lead_names_error_rate_rows_worst_cohort_and_the_rows_held_out(found):
    result = found[2]
    lead, worst = error_analysis.section(result).lead, result.search.confirmed[0]
    assert f"The model is wrong in {100 * result.overall.value:.1f} % of 2,000 rows" in lead
    assert f"of the {worst.found.n} rows with {worst.cohort.name}" in lead
    assert f"of the {worst.confirmation.n} of them held out" in lead


def test_every_condition_selects_the_rows_of_its_levels_whatever_the_names_and_values():
    rng = np.random.default_rng(9)
    n = 600
    frame = pd.DataFrame(
        {
            "a=b;c<d": rng.choice(["x|y", "p;q", "50 %", "", " spaced ", "ü>1"], n),
            "close": rng.choice([0.3, 0.1 + 0.2, 0.30000000000000016, 1e-9, 1e300], n),
            "long": rng.normal(size=n) * 1e-7,
            "whole": rng.integers(-3, 4, n),
            "huge": rng.integers(10**15, 10**15 + 50, n),
            "flag": rng.random(n) < 0.5,
            "maybe": pd.array(rng.choice([True, False, None], n), dtype="boolean"),
            "count": pd.array(rng.choice([1, 2, 3, None], n), dtype="Int64"),
            "kind": pd.Categorical(rng.choice(["u", "v", "missing"], n)),
            "endless": rng.choice([-np.inf, 0.0, 1.0, np.inf], n),
            "mixed": pd.Series(rng.choice([1, 2], n), dtype=object).where(rng.random(n) < 0.5, "two"),
        }
    )
    subject = make_subject(frame.assign(y=rng.integers(0, 2, n)), "y", np.zeros(n, dtype=int))
    checked = 0
    for name in frame.columns:
        column = code_column(subject.dataset, name, bins=8, least=10)
        assert column.choices, name
        for choice in column.choices:
            mask = parse_cohort(Cohort(conditions=choice.conditions).text).mask(frame)
            assert np.array_equal(mask, np.isin(column.codes, choice.levels)), choice.words
            checked += 1
    assert checked > 100


def test_cuts_are_the_shortest_number_between_two_values():
    assert cut_between(60, 61) == 61
    assert cut_between(1.2784, 1.2861) == 1.28
    assert cut_between(-0.26, -0.24) == -0.24
    assert cut_between(0.3, 0.1 + 0.2) == 0.1 + 0.2
    assert cut_between(-1e6, 1e-9) == 0
    assert cut_between(21.3, 30.2, aim=24.6) == 30
    assert cut_between(21.3, 29.2, aim=24.6) == 25
    assert [number_text(value) for value in (61.0, 0.1 + 0.2, 1.28)] == ["61", "0.30000000000000004", "1.28"]


def test_cuts_leave_equal_shares_and_keep_a_value_together():
    assert quantile_cuts(np.arange(100.0), 4) == (25, 50, 75)
    spiked = np.sort(np.concatenate([np.zeros(900), np.arange(1.0, 101)]))
    assert quantile_cuts(spiked, 5) == (1, 26, 50, 76)
    assert quantile_cuts(np.array([1.0, 1, 2, 3]), 8) == (2, 3)
    assert quantile_cuts(np.array([5.0, 5]), 8) == ()
    assert quantile_cuts(spiked, 5, least=100) == (1,)


def test_the_p_values_are_those_of_fishers_and_welchs_tests():
    rng = np.random.default_rng(2)
    mask = rng.random(300) < 0.2
    labels = (rng.random(300) < np.where(mask, 0.35, 0.2)).astype(float)
    table = [[labels[mask].sum(), (1 - labels[mask]).sum()], [labels[~mask].sum(), (1 - labels[~mask]).sum()]]
    exact = stats.fisher_exact(table, alternative="greater").pvalue
    assert chance(labels, mask, numeric=False) == pytest.approx(exact, rel=1e-9)
    sizes = rng.exponential(size=300)
    welch = stats.ttest_ind(sizes[mask], sizes[~mask], equal_var=False, alternative="greater").pvalue
    assert chance(sizes, mask, numeric=True) == pytest.approx(welch, rel=1e-9)
    assert chance(labels, np.arange(300) < 9, numeric=False) is None


def test_holms_correction_gives_the_published_numbers():
    corrected = holm([0.237874, 0.237874, 0.097081, 0.015928])
    assert corrected == pytest.approx((0.475747, 0.475747, 0.291244, 0.063711), abs=2e-6)
    assert holm([0.01, None, 0.02]) == (pytest.approx(0.03), None, pytest.approx(0.04))


def test_the_interval_of_the_lift_is_like_that_of_resampled_rows():
    rng = np.random.default_rng(3)
    mask = rng.random(1500) < 0.15
    errors = (rng.random(1500) < np.where(mask, 0.5, 0.2)).astype(float)
    ours = lift(errors, mask)
    picks = [rng.integers(0, 1500, 1500) for _ in range(2000)]
    drawn = [errors[pick][mask[pick]].mean() / errors[pick].mean() for pick in picks]
    assert ours.value == pytest.approx(errors[mask].mean() / errors.mean())
    assert (ours.low, ours.high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.05)
    assert ours.n == mask.sum()


def test_sixteen_thousand_rows_of_fourteen_columns_take_less_than_two_seconds():
    rng = np.random.default_rng(4)
    n = 16_281
    frame = pd.DataFrame(
        {f"x{i}": rng.normal(size=n) for i in range(8)} | {f"g{i}": rng.choice(list("abcdefghij"), n) for i in range(6)}
    )
    subject = wrong(frame, np.where((frame["x0"] > 1) & (frame["g1"] == "c"), 0.5, 0.12))
    start = time.process_time()
    columns = [code_column(subject.dataset, name, bins=8, least=163) for name in subject.inputs]
    search = find_worst(columns, subject.errors, Plan(0, False, 163, 1.2, 3, 12))
    assert time.process_time() - start < 2
    assert set(search.confirmed[0].features) == {"x0", "g1"}
