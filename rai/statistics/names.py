"""What each metric is called, how it is written and what it says, in words for a reader who does not know it."""

from __future__ import annotations

from dataclasses import dataclass

from rai.section import Format


@dataclass(frozen=True)
class Name:
    """A metric in words.

    Attributes
    ----------
    label
        What it is called in headings and tables.
    format
        How its values are written.
    meaning
        What it says, as the end of a sentence that begins with the label.
    """

    label: str
    format: Format
    meaning: str


NAMES: dict[str, Name] = {
    "favourable_rate": Name(
        "Favourable outcome rate", "percent", "share of people predicted the outcome good for them"
    ),
    "selection_rate": Name("Selection rate", "percent", "share predicted positive"),
    "true_positive_rate": Name("True positive rate (recall)", "percent", "share of actual positives found"),
    "true_negative_rate": Name("True negative rate (specificity)", "percent", "share of actual negatives recognised"),
    "false_positive_rate": Name(
        "False positive rate", "percent", "share of actual negatives wrongly predicted positive"
    ),
    "false_negative_rate": Name("False negative rate", "percent", "share of actual positives missed"),
    "precision": Name("Precision", "percent", "share of predicted positives that are positive"),
    "negative_predictive_value": Name(
        "Negative predictive value", "percent", "share of predicted negatives that are negative"
    ),
    "false_discovery_rate": Name("False discovery rate", "percent", "share of predicted positives that are negative"),
    "false_omission_rate": Name("False omission rate", "percent", "share of predicted negatives that are positive"),
    "accuracy": Name("Accuracy", "percent", "share of rows predicted as they turned out"),
    "balanced_accuracy": Name("Balanced accuracy", "percent", "mean recall of the classes; guessing gives 1 / classes"),
    "base_rate": Name("Base rate", "percent", "share of rows whose true outcome is positive"),
    "precision_macro": Name("Precision, macro", "percent", "plain mean of the classes' precision"),
    "f1_score": Name("F1 score", "percent", "harmonic mean of precision and recall"),
    "f1_macro": Name("F1 score, macro", "percent", "plain mean of the classes' F1 scores"),
    "f1_weighted": Name("F1 score, weighted", "percent", "mean of the classes' F1 scores by their rows"),
    "roc_auc": Name("ROC AUC", "number", "chance that a positive row scores above a negative one; 0.5 is chance"),
    "roc_auc_ovr": Name("ROC AUC, one against the rest", "number", "mean over the classes; 0.5 is chance"),
    "average_precision": Name(
        "Average precision", "number", "mean precision over recall; no skill gives the base rate"
    ),
    "log_loss": Name("Log loss", "number", "mean surprise at the true outcome; 0 is ideal"),
    "brier_score": Name("Brier score", "number", "mean squared error of the probabilities; 0 is ideal"),
    "expected_calibration_error": Name(
        "Expected calibration error", "percent", "mean gap between score and outcome; 0 is ideal"
    ),
    "calibration_in_the_large": Name(
        "Calibration in the large", "number", "mean score minus share of positive outcomes; above 0 scores too high"
    ),
    "baseline_accuracy": Name("Accuracy of the baseline", "percent", "always predicting the most frequent class"),
    "accuracy_gain_over_baseline": Name("Gain over the baseline", "points", "accuracy minus that of the baseline"),
    "r2_score": Name("R²", "number", "share of the variance explained; 0 is always predicting the mean, 1 is ideal"),
    "root_mean_squared_error": Name("Root mean squared error", "number", "typical error, large ones weighing more"),
    "mean_absolute_error": Name("Mean absolute error", "number", "mean size of the error"),
    "median_absolute_error": Name("Median absolute error", "number", "half of the errors are smaller"),
    "mean_residual": Name("Mean residual", "number", "prediction minus outcome; above 0 predicts too much"),
    "mean_prediction": Name("Mean prediction", "number", "mean of the predictions"),
    "mean_outcome": Name("Mean outcome", "number", "mean of the true outcomes"),
    "baseline_root_mean_squared_error": Name(
        "Root mean squared error of the baseline", "number", "always predicting the mean outcome"
    ),
    "error_rate": Name("Error rate", "percent", "share of rows predicted wrongly"),
    "worst_cohort_lift": Name(
        "Lift of the worst cohort", "number", "its error divided by that of all rows; 1 is no difference"
    ),
    "flip_rate": Name("Flip rate", "percent", "share of decisions that change with the sensitive feature alone"),
    "validity": Name("Validity", "percent", "share of examples whose outcome the model confirms"),
    "share_without_recourse": Name("Share with no way", "percent", "share for whom no permitted change was found"),
    "recourse_cost": Name("Cost to the desired outcome", "number", "mean Gower distance; 0 is no change"),
    "proximity": Name("Proximity", "number", "mean Gower distance of an example from its row; 0 is the same"),
    "sparsity": Name("Inputs changed", "number", "mean number of inputs an example changes"),
    "diversity": Name("Diversity", "number", "mean Gower distance between examples of one row"),
    "plausibility": Name("Distance to a real row", "number", "mean Gower distance to the nearest row of that outcome"),
    "mean_absolute_change": Name("Mean absolute change", "number", "mean size of the change of the prediction"),
    "class_imbalance": Name("Class imbalance", "number", "other rows minus the group's, over all rows"),
    "difference_in_proportions_of_labels": Name(
        "Difference in proportions of labels", "number", "share of positive outcomes among other rows minus the group's"
    ),
    "kullback_leibler_divergence": Name("Kullback-Leibler divergence", "number", "of other rows' outcomes from these"),
    "jensen_shannon_divergence": Name("Jensen-Shannon divergence", "number", "between outcomes; 0 is equal"),
    "total_variation_distance": Name(
        "Total variation distance", "number", "share of outcomes that would have to change"
    ),
    "missing_rate": Name("Missing", "percent", "share of rows without a value"),
    "population_stability_index": Name(
        "Population stability index", "number", "distance from the reference data; 0 is equal"
    ),
    "demographic_parity": Name("Demographic parity", "percent", "gap in the selection rate"),
    "equal_opportunity": Name("Equal opportunity", "percent", "gap in the true positive rate"),
    "predictive_parity": Name("Predictive parity", "percent", "gap in the precision"),
    "equalized_odds": Name("Equalized odds", "percent", "wider gap of true and false positive rate"),
}


def name_of(metric: str) -> Name:
    """The words for a metric; ``selection_rate[red]`` is the selection rate of the class red."""
    if metric.endswith("_to_overall"):
        between = name_of(metric.removesuffix("_to_overall"))
        return Name(f"{between.label} to all rows", between.format, between.meaning)
    plain, _, label = metric.partition("[")
    known = NAMES.get(plain, Name(plain.replace("_", " "), "number", ""))
    if not label:
        return known
    return Name(f"{known.label} of {label.removesuffix(']')}", known.format, known.meaning)


def gap_format(form: Format) -> Format:
    """How a difference of two such values is written: shares in percentage points."""
    return "points" if form == "percent" else form


def value_format(metric: str, aggregate: str) -> Format:
    """How a Measure's value, its interval and its bound are written.

    Parameters
    ----------
    aggregate
        As in :class:`rai.measures.Measure`: ``difference`` and ``ratio`` are over groups.
    """
    if aggregate == "ratio":
        return "number"
    # Some names say themselves that they are a gap: equal_opportunity_difference.
    form = name_of(metric.removesuffix("_difference")).format
    return gap_format(form) if aggregate == "difference" else form


#: Metrics of which less is better.
LESS_IS_BETTER = frozenset(
    {"mean_absolute_error", "root_mean_squared_error", "median_absolute_error", "log_loss", "brier_score",
     "false_positive_rate", "false_negative_rate", "expected_calibration_error", "demographic_parity_difference",
     "equalized_odds_difference", "equal_opportunity_difference", "predictive_parity_difference",
     "false_discovery_rate", "false_omission_rate", "flip_rate", "error_rate", "worst_cohort_lift"}
)  # fmt: skip
