"""The performance section: the number that matters, the curves, and what they do not say."""

from __future__ import annotations

from rai.performance.figures import figures_of
from rai.performance.record import ConfusionTable, Measured, Metric, Residuals
from rai.profile import TaskKind
from rai.section import Cell, Column, Section, Table
from rai.statistics.estimates import Estimate
from rai.statistics.names import name_of
from rai.theme import interval, write

#: The metrics of the lead sentence and how they stand beside the baseline.
LEADING: dict[TaskKind, str] = {"binary": "accuracy", "multiclass": "accuracy", "regression": "r2_score"}


def performance_section(
    measured: Measured, *, kind: TaskKind, target: str, positive: str, heading: tuple[str, str, str]
) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    tables = _metric_tables(measured.metrics, _always(kind, measured.baseline))
    if measured.confusion:
        tables.append(_confusion_table(measured.confusion))
    if measured.residual_spread:
        tables.append(_residuals(measured.residual_spread, target))
    tables += _class_table(measured.metrics)
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_regression_lead(measured, target) if kind == "regression" else _label_lead(measured, kind),
        warnings=measured.notes,
        figures=figures_of(measured, target=target, positive=positive),
        tables=tuple(tables),
        how_to_read=_how_to_read(kind, positive),
        limitations=_limitations(kind),
    )


def _always(kind: TaskKind, answer: str) -> str:
    if kind == "regression":
        return "always predicting the mean outcome, for absolute errors the median"
    return f"always predicting '{answer}', as scores the share of each outcome"


def _known(measured: Measured, name: str) -> Estimate:
    found = measured.metric(name)
    assert found is not None
    return found


def _label_lead(measured: Measured, kind: TaskKind) -> str:
    right, baseline = _known(measured, "accuracy"), _known(measured, "baseline_accuracy")
    ranking = _known(measured, "roc_auc" if kind == "binary" else "roc_auc_ovr")
    area = f", with an area under the ROC curve of {_written(ranking, 'roc_auc')}" if ranking.value is not None else ""
    return (
        f"Of {right.n:,} rows {_written(right, 'accuracy')} are predicted as they turned out, against "
        f"{write(baseline.value, 'percent')} for always predicting '{measured.baseline}'{area}."
    )


def _regression_lead(measured: Measured, target: str) -> str:
    r2, error = _known(measured, "r2_score"), _known(measured, "root_mean_squared_error")
    baseline = _known(measured, "baseline_root_mean_squared_error")
    explained = f"; R² is {_written(r2, 'r2_score')}" if r2.value is not None else ""
    return (
        f"Over {error.n:,} rows the typical error in '{target}' (root mean square) is "
        f"{_written(error, 'root_mean_squared_error')}, against {write(baseline.value, 'number')} for always "
        f"predicting the mean{explained}."
    )


def _written(found: Estimate, metric: str) -> str:
    return interval(found.value, found.low, found.high, name_of(metric).format)


def _metric_tables(metrics: tuple[Metric, ...], always: str) -> list[Table]:
    whole = [item for item in metrics if not item.label]
    shares = [item for item in whole if name_of(item.metric).format in {"percent", "points"}]
    numbers = [item for item in whole if name_of(item.metric).format == "number"]
    found = []
    if shares:
        found.append(_metric_table("Metrics as shares of rows", shares, "percent", always))
    if numbers:
        found.append(_metric_table("Metrics as numbers", numbers, "number", always))
    return found


def _metric_table(title: str, metrics: list[Metric], form: str, always: str) -> Table:
    heads = [
        Column(name=name, format="percent" if form == "percent" else "number")
        for name in ("Value", "Low", "High", "Baseline")
    ]
    rows: list[tuple[Cell, ...]] = []
    for item in metrics:
        words, found = name_of(item.metric), item.found
        said = found.reason or words.meaning
        rows.append((words.label, found.value, found.low, found.high, item.baseline, found.n, said))
    columns = (Column(name="Metric"), *heads, Column(name="n", format="integer"), Column(name="What it says"))
    note = f"Low and high are the ends of the 95 % interval. Baseline: {always}."
    return Table(title=title, columns=columns, rows=tuple(rows), note=note)


def _class_table(metrics: tuple[Metric, ...]) -> list[Table]:
    classes = [item for item in metrics if item.label]
    if not classes:
        return []
    rows = tuple(
        (item.label, name_of(item.metric).label, item.found.value, item.found.low, item.found.high, item.found.n)
        for item in classes
    )
    heads = [Column(name=name, format="percent") for name in ("Value", "Low", "High")]
    columns = (Column(name="Class"), Column(name="Metric"), *heads, Column(name="n", format="integer"))
    return [Table(title="Metrics of each class", columns=columns, rows=rows)]


def _confusion_table(table: ConfusionTable) -> Table:
    heads = [Column(name=f"Predicted {label}", format="integer", people=True) for label in table.classes]
    columns = (Column(name="True outcome"), *heads, Column(name="n", format="integer"))
    rows = tuple((label, *row, sum(row)) for label, row in zip(table.classes, table.counts, strict=True))
    note = "Rows counted; the diagonal is right."
    return Table(title="Confusion matrix", columns=columns, rows=rows, note=note, matrix=True)


def _residuals(spread: Residuals, target: str) -> Table:
    names = ("Least", "5 %", "25 %", "Median", "75 %", "95 %", "Most")
    ends = {"Least", "Most"}
    numbers = (Column(name=name, format="number", single=name in ends) for name in names)
    columns = (*numbers, Column(name="n", format="integer"))
    row = tuple(getattr(spread, name) for name in type(spread).model_fields)
    note = f"Prediction minus true {target}: the share of rows below each value."
    return Table(title="Residuals", columns=columns, rows=(row,), note=note)


def _how_to_read(kind: TaskKind, positive: str) -> tuple[str, ...]:
    common = "Every number stands with its 95 % interval: what other rows of the same kind could have given."
    if kind == "regression":
        residual = "A residual is prediction minus outcome: above 0 the model predicts too much."
        explained = "R² is 1 for perfect predictions, 0 for always predicting the mean, below 0 for worse than that."
        return (common, residual, explained)
    balanced = (
        "Accuracy can be high where one class is rare and never predicted. Balanced accuracy gives every class the "
        "same weight; compare accuracy with that of the baseline."
    )
    if kind == "multiclass":
        scores = (
            "Calibration looks at the score of the class predicted: a score of 0.7 should be right in 7 of 10 cases. "
            "The Brier score adds the squared errors of all classes and lies between 0 and 2."
        )
        return (common, balanced, scores)
    errors = (
        f"Positive means '{positive}'. A false positive is a row predicted '{positive}' that was not; a false negative "
        f"one that was '{positive}' and was missed. Which error costs more is a question for people."
    )
    scores = (
        "ROC AUC and average precision say how well scores rank; calibration says whether a score of 0.7 comes true in "
        "7 of 10 cases."
    )
    return (common, balanced, errors, scores)


def _limitations(kind: TaskKind) -> tuple[str, ...]:
    found = (
        "The numbers hold for rows like these. Other people, places or times may give others.",
        "Good averages can hide groups for whom the model is poor: see fairness and error analysis.",
    )
    if kind == "regression":
        return (*found, "Intervals of means use the central limit theorem and are rough below about 30 rows.")
    method = (
        "Intervals of rates are Wilson's, that of the ROC AUC is DeLong's, those of means use the central limit "
        "theorem, the others resample counts. The expected calibration error depends on its bins and is raised "
        "by noise."
    )
    return (*found, method)
