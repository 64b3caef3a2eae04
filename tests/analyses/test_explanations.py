"""The explanations of models whose rule is written down, against values worked out by hand and other libraries."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance

from rai.analyses import explanations
from rai.analyses.explanations import Config, Result, compute, measures, section
from rai.cohorts import as_text, parse_cohort
from rai.dataset import make_dataset
from rai.errors import ModelError, NotApplicable, RaiError
from rai.explaining.attribution import Effort, attribute
from rai.explaining.game import background_digest
from rai.model.answers import Contributions, Predictions
from rai.row_evidence import RowExplanations
from rai.strata import draw_in_proportion
from rai.subject import Subject
from tests.analyses.subjects import find
from tests.subjects import RuleModel, dataset, frame, model, profile, subject

#: Every row is explained and every row is kept, so that summaries can be recomputed.
WHOLE = Config(sampled_rows=1_000, kept_rows=1_000, budget=2_000_000, background=20)
EFFORT = Effort(seed=0, max_rows=1_000, sampled_rows=1_000, background=20, budget=2_000_000)


@dataclass(frozen=True)
class Explaining(RuleModel):
    """A rule that also tells contributions, or fails to."""

    found: object = None

    def contributions(self, rows: pd.DataFrame) -> Contributions | None:
        return self.found(rows)


def kept(some: Subject, config: Config = WHOLE) -> tuple[Result, RowExplanations]:
    """The result, and the rows it keeps elsewhere."""
    records = {}

    def keep(record):
        records[record.digest] = record
        return record.digest

    result = compute(replace(some, keep=keep), config)
    return result, records[result.rows_digest]


def contribution(record: RowExplanations, name: str) -> np.ndarray:
    """The contribution of one input to every row, in the order of the rows."""
    assert [item.row for item in record.rows] == list(range(len(record.rows)))
    return np.array([next(r.contribution for r in item.reasons if r.feature == name) for item in record.rows])


def importance(result: Result, name: str) -> float:
    return next(item.found.value for item in result.found.importance if item.name == name)


def with_model(some: Subject, rule, **changes) -> Subject:
    """The same rows, answered by another rule."""
    other = RuleModel(some.model.info, rule)
    return replace(some, model=other, predictions=rule(some.dataset.frame), **changes)


def test_an_additive_rule_is_explained_in_closed_form() -> None:
    some = replace(subject("regression"), reference=dataset("regression", n=20, seed=5))
    _, record = kept(some)
    rows, behind = some.dataset.frame, some.reference.frame
    # wage = 0.5 (income - 0.8 debt - 30) + 15, a missing debt counted as 20, against the mean of twenty other rows
    np.testing.assert_allclose(
        contribution(record, "income"), 0.5 * (rows["income"] - behind["income"].mean()), atol=1e-9
    )
    debt, before = rows["debt"].fillna(20), behind["debt"].fillna(20).mean()
    np.testing.assert_allclose(contribution(record, "debt"), -0.4 * (debt - before), atol=1e-9)
    expected = 0.5 * (behind["income"].mean() - 0.8 * before - 30) + 15
    assert record.rows[0].base == pytest.approx(expected)


def test_importance_is_the_mean_absolute_contribution_with_the_normal_interval() -> None:
    result, record = kept(subject())
    sizes = np.abs(contribution(record, "debt"))
    found = next(item.found for item in result.found.importance if item.name == "debt")
    assert found.value == pytest.approx(sizes.mean())
    assert found.n == 400
    assert found.high == pytest.approx(sizes.mean() + 1.959964 * sizes.std(ddof=1) / 20, rel=1e-6)


def test_every_row_adds_up_to_the_prediction_made_once() -> None:
    some = subject(uses_sex=True)
    result, record = kept(some)
    for item, score in zip(record.rows, some.predictions.scores[:, 1], strict=True):
        assert item.base + sum(reason.contribution for reason in item.reasons) == pytest.approx(score)
        assert item.score == pytest.approx(score)
    assert result.facts.additivity_residual < 1e-12


def test_an_input_the_rule_ignores_has_zero_and_no_figure_of_its_own() -> None:
    result, record = kept(subject())
    assert (contribution(record, "region") == 0).all()
    assert importance(result, "region") == 0
    assert next(item.found.value for item in result.found.agreement.shuffled if item.name == "region") == 0
    titles = " ".join(figure.title for figure in section(result).figures)
    assert "income" in titles
    assert "region" not in titles
    # It still stands in the first figure and in the table.
    assert "region" in [point.x for point in section(result).figures[0].series[0].points]


def test_a_sensitive_feature_among_the_inputs_is_told_with_its_rank() -> None:
    warnings = section(compute(subject(uses_sex=True), Config())).warnings
    assert (
        "The model takes the sensitive feature 'sex' as an input. It ranks 3 of 4 by its mean absolute SHAP value."
        in warnings
    )
    assert not any("as an input" in text for text in section(compute(subject(), Config())).warnings)


def test_an_input_that_follows_a_sensitive_feature_is_told() -> None:
    rows = frame()
    rows["region"] = rows["sex"].map({"female": "north", "male": "south"})
    some = Subject(make_dataset(rows, profile(), digest="0" * 64), model().predict(rows), model=model())
    result = compute(some, Config())
    assert find(measures(result), "association", aggregate="overall", feature=("region", "sex")).value == pytest.approx(
        1.0
    )
    assert any(
        "'region' (rank 3 of 3) closely follows the sensitive feature 'sex'" in text
        for text in section(result).warnings
    )
    # Income differs between women and men by 4 with a spread of 12: far from telling the sex.
    assert not any("'income'" in text for text in section(result).warnings)


def test_stored_predictions_are_not_explained_and_the_reason_is_said() -> None:
    with pytest.raises(NotApplicable, match="only stored predictions are here"):
        compute(subject(with_model=False), Config())


def test_importance_by_group_is_that_of_the_groups_rows() -> None:
    some = subject()
    result, record = kept(some)
    sizes, sex = np.abs(contribution(record, "income")), some.dataset.frame["sex"].to_numpy()
    for group in ("female", "male"):
        found = next(
            item.found
            for item in result.found.by_group
            if (item.feature, item.group, item.name) == ("sex", group, "income")
        )
        assert found.value == pytest.approx(sizes[sex == group].mean())
        assert found.n == (sex == group).sum()
    # Seven rows have no race: too few to say anything.
    absent = [item.found for item in result.found.by_group if item.group == "missing"]
    assert [(found.value, found.n) for found in absent] == [(None, 7)] * 2
    assert all("Fewer than 10 rows" in found.reason for found in absent)


def test_dependence_is_the_mean_contribution_of_the_rows_in_a_bin() -> None:
    some = subject()
    result, record = kept(some)
    item = next(item for item in result.found.dependence if item.name == "debt")
    steps, debt = contribution(record, "debt"), some.dataset.frame["debt"].to_numpy()
    assert item.numeric
    cuts = np.nanquantile(debt, np.arange(1, 8) / 8)
    inside = np.digitize(debt, cuts) == 2
    assert item.bins[2].found.value == pytest.approx(steps[inside & ~np.isnan(debt)].mean())
    assert item.bins[2].at == pytest.approx(np.nanmean(debt[inside]))
    # Five rows have no debt: their bin is there, and says why it has no number.
    assert (item.bins[-1].label, item.bins[-1].found.n, item.bins[-1].found.value) == ("missing", 5, None)


def test_a_number_with_few_values_and_a_text_are_shown_value_by_value() -> None:
    result = compute(subject(uses_sex=True), WHOLE)
    item = next(item for item in result.found.dependence if item.name == "sex")
    assert not item.numeric
    assert [each.label for each in item.bins] == ["female", "male"]
    assert item.bins[0].found.value < 0 < item.bins[1].found.value


def test_nothing_about_fewer_than_ten_rows_stands_in_a_result() -> None:
    result = compute(subject(uses_sex=True).take(np.arange(40)), WHOLE)
    bins = [each for item in result.found.dependence for part in (item, *item.halves) for each in part.bins]
    assert min(each.found.n for each in bins if each.found.value is not None) >= 10
    assert any(each.found.value is None for each in bins)
    assert min(band.n for item in result.found.spread for band in item.bands) >= 10
    few = compute(subject().take(np.arange(6)), WHOLE)
    assert few.found.responses == ()
    assert all(item.bands == () for item in few.found.spread)
    assert [figure.kind for figure in section(few).figures] == ["bars"]


def test_bands_are_the_quantiles_of_low_middle_and_high_values() -> None:
    some = subject()
    result, record = kept(some)
    item = next(item for item in result.found.spread if item.name == "income")
    steps, income = contribution(record, "income"), some.dataset.frame["income"].to_numpy()
    low, high = np.quantile(income, [1 / 3, 2 / 3])
    parts = [income <= low, (income > low) & (income <= high), income > high]
    assert [band.level for band in item.bands] == ["low", "middle", "high"]
    for band, inside in zip(item.bands, parts, strict=True):
        assert band.n == inside.sum()
        assert band.middle == pytest.approx(np.median(steps[inside]))
        assert (band.least, band.most) == pytest.approx(tuple(np.quantile(steps[inside], [0.05, 0.95])))


def test_a_yes_or_no_has_two_bands_and_a_text_one() -> None:
    rows = frame()
    rows["region"] = (np.arange(len(rows)) % 10 == 0).astype(int)

    def rule(given: pd.DataFrame) -> Predictions:
        score = np.where(given["region"] == 1, 0.8, 0.4) + 0.1 * (given["sex"] == "male")
        return Predictions((score > 0.5).astype(int), np.column_stack([1 - score, score]))

    info = model(uses_sex=True).info
    some = Subject(make_dataset(rows, profile(), digest="0" * 64), rule(rows), model=RuleModel(info, rule))
    found = {item.name: item.bands for item in compute(some, WHOLE).found.spread}
    assert [(band.level, band.label, band.n) for band in found["region"]] == [("low", "0", 360), ("high", "1", 40)]
    assert [(band.level, band.n) for band in found["sex"]] == [("any", 400)]


def test_the_probabilities_of_several_classes_are_explained_together() -> None:
    some = subject("multiclass")
    found = attribute(some, EFFORT)
    assert found.outputs == ("fair", "good", "poor")
    # The three probabilities of a row sum to 1, so what one gains the others lose.
    np.testing.assert_allclose(found.shap_values.sum(axis=2), 0, atol=1e-12)
    result = compute(some, WHOLE)
    assert importance(result, "income") == pytest.approx(np.abs(found.shap_values[:, 0]).sum(axis=1).mean())
    assert result.facts.described == as_text(pd.Series(some.predictions.labels)).mode()[0]


def test_the_other_label_as_the_positive_one_turns_the_sign() -> None:
    def with_positive(value: int) -> Subject:
        changed = profile(task={"kind": "binary", "target": "approve", "positive": value})
        rows = make_dataset(frame(), changed, digest="0" * 64)
        return Subject(rows, model().predict(rows.frame), model=model())

    one, other = (attribute(with_positive(value), EFFORT) for value in (1, 0))
    np.testing.assert_allclose(one.shap_values, -other.shap_values, atol=1e-12)
    assert (one.outputs, other.outputs) == (("1",), ("0",))


def test_labels_without_scores_are_explained_as_shares() -> None:
    some = subject()
    only = with_model(some, lambda rows: Predictions(model().predict(rows).labels))
    result, record = kept(only)
    assert result.facts.unit == "share predicted"
    sums = [item.base + sum(reason.contribution for reason in item.reasons) for item in record.rows]
    np.testing.assert_allclose(sums, some.predictions.labels, atol=1e-12)
    assert importance(result, "region") == 0
    assert result.check.difference < 1e-9


def test_the_background_comes_from_the_reference_data_and_is_named_by_its_digest() -> None:
    result = compute(replace(subject(), reference=dataset(n=15, seed=4)), WHOLE)
    assert (result.facts.background, result.facts.background_from) == (15, "reference")
    lines = ["income,debt,region"]
    for income, debt, region in frame(15, 4)[["income", "debt", "region"]].itertuples(index=False):
        lines.append(f"{income:.17g},{'' if np.isnan(debt) else f'{debt:.17g}'},{region}")
    assert result.facts.background_digest == sha256(("\n".join(lines) + "\n").encode()).hexdigest()
    assert background_digest(frame(15, 4)[["income", "debt", "region"]]) == result.facts.background_digest


def test_without_reference_data_the_background_comes_from_the_rows_themselves() -> None:
    result = compute(replace(subject(), reference=None), Config())
    assert (result.facts.background, result.facts.background_from) == (25, "evaluation")
    assert "25 background rows of the evaluation data" in " ".join(section(result).limitations)


def test_shaps_own_explainer_agrees_where_every_coalition_is_asked() -> None:
    for kind in ("binary", "multiclass", "regression"):
        result = compute(subject(kind, uses_sex=True), Config())
        assert result.check.rows == 5
        assert result.check.difference < 1e-8 * result.check.typical + 1e-9


def test_own_values_that_do_not_add_up_are_not_used_and_that_is_said() -> None:
    some = subject()

    def wrong(rows: pd.DataFrame) -> Contributions:
        values = np.full((len(rows), 3), 0.7)
        return Contributions(values, np.zeros(len(rows)), ("income", "debt", "region"), "probability", "1", "made up")

    other = Explaining(some.model.info, some.model.rule, wrong)
    result = compute(replace(some, model=other), Config())
    assert result.facts.method.startswith("interventional")
    assert result.facts.note.startswith("The model's own SHAP values (made up) do not add up to its answers")
    assert result.facts.note in section(result).warnings
    assert importance(result, "region") == 0


def test_own_values_that_fail_are_replaced_and_that_is_said() -> None:
    some = subject()

    def failing(_: pd.DataFrame) -> Contributions:
        raise ModelError("The model failed at predict: ValueError: no leaves.")

    result = compute(replace(some, model=Explaining(some.model.info, some.model.rule, failing)), Config())
    assert "no leaves" in result.facts.note
    assert importance(result, "income") > 0


def test_own_values_in_log_odds_are_used_where_they_add_up() -> None:
    some = subject()

    def own(rows: pd.DataFrame) -> Contributions:
        income, debt = rows["income"].to_numpy() / 8, -0.1 * rows["debt"].fillna(20).to_numpy()
        values = np.column_stack([income - 6, debt + 2, np.zeros(len(rows))])
        base = np.full(len(rows), 6 - 2 - 30 / 8)
        return Contributions(values, base, ("income", "debt", "region"), "log-odds", "1", "closed form")

    result, record = kept(replace(some, model=Explaining(some.model.info, some.model.rule, own)))
    facts = result.facts
    assert (facts.method, facts.unit, facts.link, facts.rows) == ("closed form", "log-odds", "logit", 400)
    assert (facts.background, facts.background_digest, facts.note) == (0, "", "")
    assert importance(result, "income") == pytest.approx(np.abs(some.dataset.frame["income"] / 8 - 6).mean())
    assert contribution(record, "region").tolist() == [0.0] * 400
    words = " ".join(row[1] for row in section(result).tables[-1].rows)
    assert "log-odds (logit link)" in words


def test_where_all_rows_are_too_many_for_the_model_fewer_are_explained() -> None:
    some = subject(n=3_000)
    asked = []

    def own(rows: pd.DataFrame) -> Contributions | None:
        asked.append(len(rows))
        if len(rows) > 2_000:
            return None
        score = model().predict(rows).scores[:, 1]
        values = np.column_stack([score, np.zeros((len(rows), 2))])
        return Contributions(values, np.zeros(len(rows)), ("income", "debt", "region"), "probability", "1", "own")

    result = compute(replace(some, model=Explaining(some.model.info, some.model.rule, own)), Config())
    assert asked == [200, 3_000, 2_000]
    assert (result.facts.rows, result.facts.rows_available) == (2_000, 3_000)
    assert (
        "A seeded sample of 2,000 of 3,000 rows was explained, drawn in proportion from every group of the sensitive "
        "features and every predicted label."
    ) in section(result).limitations


def test_a_model_with_values_of_its_own_is_explained_for_every_row_of_a_usual_evaluation_set() -> None:
    some = subject(n=16_500)

    def own(rows: pd.DataFrame) -> Contributions:
        score = model().predict(rows).scores[:, 1]
        values = np.column_stack([score, np.zeros((len(rows), 2))])
        return Contributions(values, np.zeros(len(rows)), ("income", "debt", "region"), "probability", "1", "own")

    result = compute(replace(some, model=Explaining(some.model.info, some.model.rule, own)), Config())
    assert result.facts.rows == 16_500
    assert not any("sample of" in text for text in section(result).limitations)


def test_the_rows_explained_are_drawn_in_proportion_from_every_group_and_prediction() -> None:
    some = subject(n=4_000)
    rows = draw_in_proportion(some, 500, 3)
    assert len(np.unique(rows)) == 500
    assert (np.diff(rows) > 0).all()
    frame_ = some.dataset.frame
    names = pd.Series(
        list(
            zip(
                frame_["sex"], as_text(frame_["race"]), np.digitize(frame_["age"], [30, 50]), some.predicted_text,
                strict=True,
            )
        )
    )  # fmt: skip
    whole, drawn = names.value_counts(), names.iloc[rows].value_counts()
    assert len(whole) > 30
    assert ((drawn.reindex(whole.index, fill_value=0) - whole / 8).abs() < 1).all()
    assert (rows == draw_in_proportion(some, 500, 3)).all()
    assert (rows != draw_in_proportion(some, 500, 4)).any()
    np.testing.assert_array_equal(draw_in_proportion(some, 4_000, 3), np.arange(4_000))


def test_every_row_has_the_same_chance_to_be_explained() -> None:
    some = subject(n=60)
    counts = np.bincount(np.concatenate([draw_in_proportion(some, 20, seed) for seed in range(900)]), minlength=60)
    # Each row is expected 300 times with a standard deviation of 14.
    assert abs(counts - 300).max() < 60


def test_a_model_that_answers_twice_differently_is_refused() -> None:
    some = subject()
    rng = np.random.default_rng(0)

    def fickle(rows: pd.DataFrame) -> Predictions:
        score = rng.uniform(size=len(rows))
        return Predictions((score > 0.5).astype(int), np.column_stack([1 - score, score]))

    with pytest.raises(RaiError, match="asked twice about the same rows, it answers differently"):
        compute(with_model(some, fickle), Config())


def test_a_model_that_always_answers_the_same_is_told_so() -> None:
    some = subject()

    def constant(rows: pd.DataFrame) -> Predictions:
        return Predictions(np.ones(len(rows), dtype=int), np.tile([0.3, 0.7], (len(rows), 1)))

    result = compute(with_model(some, constant), Config())
    found = section(result)
    assert found.lead == "No input moves the probability of '1': over 200 rows the model answers always the same."
    assert result.found.agreement.correlation.value is None
    assert "rank alike" in result.found.agreement.correlation.reason
    assert (result.found.dependence, result.found.responses) == ((), ())


class Wrapped(BaseEstimator):
    """A rule in the shape scikit-learn's inspection functions take."""

    def __init__(self, rule=None):
        self.rule = rule

    def fit(self, *_):
        self.fitted_ = True
        self.classes_ = np.array([0, 1])
        return self

    def predict(self, rows):
        return self.rule(rows).labels


class WrappedClassifier(ClassifierMixin, Wrapped):
    def predict_proba(self, rows):
        return self.rule(rows).scores


class WrappedRegressor(RegressorMixin, Wrapped):
    pass


@pytest.mark.parametrize(("kind", "wrapper"), [("binary", WrappedClassifier), ("regression", WrappedRegressor)])
def test_the_drop_when_shuffled_is_scikit_learns_permutation_importance(kind: str, wrapper: type) -> None:
    some = subject(kind, uses_sex=True, n=800)
    result = compute(some, Config(repeats=20, shuffled_budget=1_000_000))
    names, rows = list(some.inputs), some.dataset.frame
    other = permutation_importance(
        wrapper(some.model.rule).fit(), rows[names], some.dataset.target, n_repeats=60, random_state=0,
        scoring="accuracy" if kind == "binary" else "r2",
    )  # fmt: skip
    found = {item.name: item.found for item in result.found.agreement.shuffled}
    for name, value, spread in zip(names, other.importances_mean, other.importances_std, strict=True):
        assert found[name].value == pytest.approx(value, abs=3 * spread * (1 / 20 + 1 / 60) ** 0.5 + 1e-12)
        assert found[name].n == 800
    assert found["region"].value == 0
    assert found["income"].low > 0
    assert result.found.agreement.score == ("accuracy" if kind == "binary" else "r2_score")


def test_the_interval_of_the_drop_holds_what_other_rows_give() -> None:
    # The drop over very many rows stands for the true one.
    true = compute(subject("regression", n=30_000), Config(shuffled_rows=30_000, shuffled_budget=10**7))
    truth = {item.name: item.found.value for item in true.found.agreement.shuffled}
    inside = []
    for seed in range(40):
        rows = dataset("regression", n=300, seed=100 + seed)
        some = Subject(rows, model("regression").predict(rows.frame), model=model("regression"))
        found = compute(some, Config(seed=seed, sampled_rows=20)).found.agreement.shuffled
        inside += [item.found.low <= truth[item.name] <= item.found.high for item in found if item.name != "region"]
    assert np.mean(inside) > 0.85


def test_both_orders_of_the_inputs_are_compared() -> None:
    result = compute(subject(uses_sex=True), Config(repeats=10))
    # Income, debt, sex and region in both.
    assert result.found.agreement.correlation.value == pytest.approx(1.0)
    assert find(measures(result), "permutation_rank_correlation", aggregate="overall").value == pytest.approx(1.0)
    assert [item.name for item in result.found.agreement.shuffled] == [item.name for item in result.found.importance]


def test_a_model_that_leans_on_noise_is_warned_about() -> None:
    """Six inputs; the rule looks most at those that say nothing about the outcome."""
    rng = np.random.default_rng(0)
    names = [f"x{place}" for place in range(6)]
    rows = pd.DataFrame(rng.normal(size=(600, 6)), columns=names)
    rows["y"] = (rows[["x3", "x4", "x5"]].sum(axis=1) > 0).astype(int)

    def rule(given: pd.DataFrame) -> Predictions:
        signal = given[names].to_numpy() @ np.array([2.0, 1.9, 1.8, 0.8, 0.9, 1.0])
        score = 1 / (1 + np.exp(-signal))
        return Predictions((score > 0.5).astype(int), np.column_stack([1 - score, score]))

    changed = profile(
        task={"kind": "binary", "target": "y", "positive": 1}, data={"evaluation": "x"}, counterfactuals={}
    )
    some = Subject(make_dataset(rows, changed, digest="0" * 64), rule(rows), model=model())
    info = some.model.info.model_copy(
        update={"inputs": tuple(some.model.info.inputs[0].model_copy(update={"name": n}) for n in names)}
    )
    found = section(compute(replace(some, model=RuleModel(info, rule)), Config()))
    # The order is reversed among six inputs, and only three of them have a drop at all.
    text = next(text for text in found.warnings if text.startswith("Shuffling"))
    assert "ranks them differently (rank correlation -" in text
    assert "3 of 6 inputs have a drop that is clearly above 0" in text


def test_halves_of_the_rows_that_rank_the_inputs_alike() -> None:
    result = compute(subject("regression", uses_sex=True), WHOLE)
    found = result.found.stability
    assert (found.correlation.value, found.correlation.n) == (pytest.approx(1.0), 400)
    assert (found.first, found.shared) == (4, 4)
    assert find(measures(result), "stability_rank_correlation", aggregate="overall").value == pytest.approx(1.0)


def test_halves_of_rows_explained_by_noise_do_not_rank_alike() -> None:
    some = subject()
    noisy = attribute(some, EFFORT)
    rng = np.random.default_rng(2)
    values = rng.standard_cauchy(size=(400, 30, 1))
    from rai.explaining.stability import stability

    found = stability(
        replace(noisy, halves=np.stack([values, values]), columns=tuple(f"x{n}" for n in range(30))), seed=0
    )
    assert abs(found.correlation.value) < 0.5
    few = stability(replace(noisy, rows=noisy.rows[:15]), seed=0)
    assert few.correlation.value is None
    assert "Fewer than 20 rows" in few.correlation.reason


@pytest.mark.parametrize(("kind", "wrapper"), [("binary", WrappedClassifier), ("regression", WrappedRegressor)])
def test_the_answers_with_one_input_changed_are_scikit_learns_partial_dependence(kind: str, wrapper: type) -> None:
    some = subject(kind, uses_sex=True)
    result = compute(some, Config(response_rows=1_000))
    item = next(item for item in result.found.responses if item.name == "income")
    grid = [point.at for point in item.points]
    assert 2 < len(grid) <= 12
    assert set(grid) <= set(some.dataset.frame["income"])
    names = list(some.inputs)
    other = partial_dependence(
        wrapper(some.model.rule).fit(), some.dataset.frame[names], ["income"], custom_values={"income": np.array(grid)},
        method="brute", response_method="predict_proba" if kind == "binary" else "auto", kind="average",
    )  # fmt: skip
    np.testing.assert_allclose([point.mean for point in item.points], other["average"][0], atol=1e-12)
    assert item.n == 400


def test_a_category_is_set_to_each_of_its_values_by_hand() -> None:
    some = subject(uses_sex=True)
    result = compute(some, Config(response_rows=1_000))
    item = next(item for item in result.found.responses if item.name == "sex")
    assert [point.label for point in item.points] == ["female", "male"]
    for point in item.points:
        answers = some.model.predict(some.dataset.frame.assign(sex=point.label)).scores[:, 1]
        assert point.mean == pytest.approx(answers.mean())


def test_where_inputs_only_add_up_every_row_changes_alike() -> None:
    for item in compute(subject("regression", uses_sex=True), Config()).found.responses:
        for point in item.points:
            assert point.low == pytest.approx(point.mean)
            assert point.high == pytest.approx(point.mean)


def test_the_middle_rows_by_hand_where_inputs_interact() -> None:
    rows = pd.DataFrame({"a": np.tile([0.0, 1.0], 50), "b": np.repeat(np.arange(100) / 10, 1), "y": np.arange(100.0)})

    def rule(given: pd.DataFrame) -> Predictions:
        return Predictions((given["a"] * given["b"]).to_numpy())

    names = ("a", "b")
    info = model("regression").info
    info = info.model_copy(update={"inputs": tuple(info.inputs[0].model_copy(update={"name": name}) for name in names)})
    changed = profile(task={"kind": "regression", "target": "y"}, data={"evaluation": "x"}, counterfactuals={})
    some = Subject(make_dataset(rows, changed, digest="0" * 64), rule(rows), model=RuleModel(info, rule))
    item = next(item for item in compute(some, Config()).found.responses if item.name == "a")
    # With a set to 0 the answer is 0, with 1 it is b, whose mean is 4.95. A row's own curve is -b/2, b/2 around its
    # mean, the mean one -2.475, 2.475: they differ by (b - 4.95) / 2, whose 10 % and 90 % quantiles are -+1.98.
    assert [(point.label, round(point.mean, 9)) for point in item.points] == [("0", 0.0), ("1", 4.95)]
    assert (item.points[1].low, item.points[1].high) == (pytest.approx(4.95 - 1.98), pytest.approx(4.95 + 1.98))
    assert (item.points[0].low, item.points[0].high) == (pytest.approx(-1.98), pytest.approx(1.98))


def test_missing_values_are_among_the_categories_asked() -> None:
    rows = frame()
    rows.loc[rows.index[:60], "region"] = None

    def rule(given: pd.DataFrame) -> Predictions:
        score = np.where(given["region"].isna(), 0.9, 0.2)
        return Predictions((score > 0.5).astype(int), np.column_stack([1 - score, score]))

    some = Subject(make_dataset(rows, profile(), digest="0" * 64), rule(rows), model=RuleModel(model().info, rule))
    result = compute(some, Config())
    (item,) = result.found.responses
    assert {point.label: round(point.mean, 9) for point in item.points} == {
        "missing": 0.9, "north": 0.2, "south": 0.2, "west": 0.2,
    }  # fmt: skip
    labels = [each.label for each in result.found.dependence[0].bins]
    assert labels == ["missing", "north", "south", "west"]


def test_the_input_that_changes_what_another_does_is_found() -> None:
    some = subject("regression", uses_sex=True)

    def rule(rows: pd.DataFrame) -> Predictions:
        slope = np.where(rows["sex"] == "male", 1.0, -1.0)
        return Predictions(slope * (rows["income"].to_numpy() - 50) + 0.1 * rows["debt"].fillna(20).to_numpy())

    result = compute(with_model(some, rule), WHOLE)
    item = next(item for item in result.found.dependence if item.name == "income")
    assert item.other == "sex"
    assert item.strength > 0.8
    # Which sex is the more frequent one decides how the two sides are called.
    first = frame()["sex"].mode()[0]
    assert [half.label for half in item.halves] == [f"sex = {first}", f"sex other than {first}"]
    rising = {half.label: half.bins[-1].found.value - half.bins[0].found.value for half in item.halves}
    up = max(rising, key=rising.get)
    assert rising[up] > 10
    assert min(rising.values()) < -10
    assert up in {"sex = male", "sex other than female"}
    figure = next(figure for figure in section(result).figures if figure.title == "How income moves the output")
    assert [series.name for series in figure.series][:3] == ["all rows", item.halves[0].label, item.halves[1].label]


def test_inputs_that_only_add_up_have_no_partner() -> None:
    result = compute(subject("regression", uses_sex=True), WHOLE)
    assert [item.other for item in result.found.dependence] == [""] * 3
    assert all(item.halves == () for item in result.found.dependence)


def test_a_cohort_is_explained_by_its_own_rows() -> None:
    part = subject().within(parse_cohort("sex=female"))
    result = compute(part, Config())
    assert result.facts.rows_available == len(part)
    assert {item.cohort for item in measures(result)} == {"sex=female"}
    assert {item.group for item in result.found.by_group if item.feature == "sex"} == {"female"}
    # Within one group there is nothing to follow.
    assert all(item.found.value is None for item in result.found.proxies if item.feature == "sex")


def test_every_input_has_its_measures() -> None:
    found = measures(compute(subject(uses_sex=True), Config()))
    sizes = [item for item in found if item.metric == "mean_absolute_shap_value"]
    assert [item.feature[0] for item in sizes] == ["income", "debt", "sex", "region"]
    assert {item.feature for item in found if item.metric == "association"} == {
        (name, feature) for name in ("income", "debt", "sex", "region") for feature in ("sex", "race", "age") if name != feature
    }  # fmt: skip


def test_the_lead_names_the_first_inputs_with_their_unit_and_rows() -> None:
    lead = section(compute(subject("regression", uses_sex=True), WHOLE)).lead
    assert lead.startswith("Over 400 rows 'income' moves the predicted wage most, by ")
    assert lead.endswith(" on average, followed by 'debt' and 'sex'.")
    assert " percentage points on average" in section(compute(subject(), WHOLE)).lead


def test_attribution_is_never_called_a_cause() -> None:
    found = section(compute(subject(uses_sex=True), Config()))
    assert any("never a cause" in text for text in found.limitations)
    words = found.model_dump_json().lower()
    assert not any(word in words for word in ("debias", "unbiased", "fair model", "protected attribute", "insight"))


def test_a_stored_result_is_shown_without_anything_heavy(tmp_path) -> None:
    (tmp_path / "result.json").write_bytes(compute(subject(), Config()).to_bytes())
    code = (
        "import sys; from pathlib import Path; from rai.analyses.explanations import Result, measures, section\n"
        f"result = Result.from_bytes(Path({str(tmp_path / 'result.json')!r}).read_bytes())\n"
        "assert section(result).figures and measures(result)\n"
        "print([n for n in ('shap', 'sklearn', 'scipy', 'lightgbm', 'xgboost', 'numba', 'mlflow') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_analysis_has_its_names() -> None:
    assert (explanations.KEY, explanations.QUESTION) == ("explanations", "What does it look at?")
