"""The short fairness tables: gaps between groups, groups farthest from all rows, and which gaps could be chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rai.fairness.record import FeatureResult, Gap, MetricByGroup
from rai.fairness.significance import ALPHA, family
from rai.fairness.tables import shown_metrics
from rai.section import Cell, Column, Format, Table
from rai.statistics.estimates import Estimate
from rai.statistics.names import gap_format, name_of

Head = tuple[str, Format]


def columns_of(heads: Iterable[Head]) -> tuple[Column, ...]:
    """Columns from pairs of heading and format."""
    return tuple(Column(name=name, format=form) for name, form in heads)


def ends(found: Estimate) -> tuple[float | None, float | None, float | None]:
    """Value, lower and upper end."""
    return found.value, found.low, found.high


def gap_tables(item: FeatureResult, drawn: tuple[str, ...]) -> tuple[Table, ...]:
    """The named measures and the gaps of one feature; for combinations of two only the metrics that are drawn."""
    if not item.metrics:
        return ()
    shown = shown_metrics(item)
    if len(item.feature) > 1:
        shown = tuple(metric for metric in shown if metric.metric in drawn)
    forms: tuple[Format, ...] = ("percent", "number")
    parts = [(form, tuple(each for each in shown if name_of(each.metric).format == form)) for form in forms]
    both = all(metrics for _, metrics in parts)
    return (*_named(item), *(_gaps(item, metrics, form, both=both) for form, metrics in parts if metrics))


def _gaps(item: FeatureResult, metrics: tuple[MetricByGroup, ...], form: Format, *, both: bool) -> Table:
    apart = gap_format(form)
    heads: tuple[Head, ...] = (
        ("Metric", "text"), ("Lowest group", "text"), ("Lowest", form), ("Highest group", "text"), ("Highest", form),
        ("Difference", apart), ("Difference, low", apart), ("Difference, high", apart), ("Ratio", "number"),
        ("Ratio, low", "number"), ("Ratio, high", "number"), ("n", "integer"), ("Note", "text"),
    )  # fmt: skip
    return Table(
        title=f"Gaps between groups of {item.name}" + (" in scores" if both and form == "number" else ""),
        columns=columns_of(heads),
        rows=tuple(_gap_row(metric) for metric in metrics),
    )


def _gap_row(metric: MetricByGroup) -> tuple[Cell, ...]:
    difference, ratio, least, most = (_kind(metric, kind) for kind in ("difference", "ratio", "minimum", "maximum"))
    return (
        name_of(metric.metric).label,
        ", ".join(difference.lowest_group),
        least.found.value,
        ", ".join(difference.highest_group),
        most.found.value,
        *ends(difference.found),
        *ends(ratio.found),
        difference.found.n,
        difference.found.reason or ratio.found.reason,
    )


def _kind(metric: MetricByGroup, aggregate: str) -> Gap:
    return next(gap for gap in metric.gaps if gap.aggregate == aggregate)


def _named(item: FeatureResult) -> tuple[Table, ...]:
    by_name = {gap.metric: gap for gap in item.named}
    names = [name.removesuffix("_difference") for name in by_name if name.endswith("_difference")]
    if not names:
        return ()
    heads: tuple[Head, ...] = (
        ("Measure", "text"), ("Difference", "points"), ("Difference, low", "points"), ("Difference, high", "points"),
        ("Ratio", "number"), ("Ratio, low", "number"), ("Ratio, high", "number"), ("Lowest group", "text"),
        ("Highest group", "text"), ("n", "integer"), ("p, corrected", "p_value"), ("Note", "text"),
    )  # fmt: skip
    rows = tuple(_named_row(name, by_name[f"{name}_difference"], by_name[f"{name}_ratio"]) for name in names)
    note = (
        "Differences are ideally 0, ratios ideally 1. Definitions as in fairlearn.metrics, between groups; predictive "
        "parity is the same gap in precision."
    )
    return (Table(title=f"Named measures by {item.name}", columns=columns_of(heads), rows=rows, note=note),)


def _named_row(name: str, difference: Gap, ratio: Gap) -> tuple[Cell, ...]:
    return (
        name_of(name).label,
        *ends(difference.found),
        *ends(ratio.found),
        ", ".join(difference.lowest_group),
        ", ".join(difference.highest_group),
        difference.found.n,
        difference.test.adjusted if difference.test else None,
        difference.found.reason or ratio.found.reason or difference.note,
    )


def overall_tables(features: Sequence[FeatureResult], drawn: tuple[str, ...]) -> tuple[Table, ...]:
    """The group farthest from all rows, for the metrics that are drawn; shares and numbers apart."""
    found = []
    forms: tuple[tuple[Format, str], ...] = (("percent", ""), ("number", ", numbers"))
    for form, words in forms:
        rows = [
            _overall_row(item, metric)
            for item in features
            for metric in item.metrics
            if metric.metric in drawn and name_of(metric.metric).format == form and metric.to_overall
        ]
        if rows:
            found.append(_overall_table(f"Group farthest from all rows{words}", tuple(rows), form))
    return tuple(found)


def _overall_table(title: str, rows: tuple[tuple[Cell, ...], ...], form: Format) -> Table:
    apart = gap_format(form)
    heads: tuple[Head, ...] = (
        ("Feature", "text"), ("Metric", "text"), ("All rows", form), ("Farthest group", "text"), ("Side", "text"),
        ("Difference", apart), ("Difference, low", apart), ("Difference, high", apart), ("Ratio", "number"),
        ("Ratio, low", "number"), ("Ratio, high", "number"), ("n", "integer"), ("Note", "text"),
    )  # fmt: skip
    note = (
        "Distance from the value over all rows, in which groups too small to judge are included. The ratio is at most "
        "1 and may be that of another group."
    )
    return Table(title=title, columns=columns_of(heads), rows=rows, note=note)


def _overall_row(item: FeatureResult, metric: MetricByGroup) -> tuple[Cell, ...]:
    difference, ratio = metric.farthest("difference"), metric.farthest("ratio")
    assert difference is not None
    assert ratio is not None
    side = "below" if difference.lowest_group else "above" if difference.highest_group else ""
    return (
        item.name,
        name_of(metric.metric).label,
        metric.whole,
        ", ".join(difference.lowest_group or difference.highest_group),
        side,
        *ends(difference.found),
        *ends(ratio.found),
        difference.found.n,
        difference.found.reason or ratio.found.reason,
    )


def chance_table(features: Sequence[FeatureResult], tests: int) -> tuple[Table, ...]:
    """Which gaps could be chance: one row for each test, the least probable first."""
    rows = []
    for item in features:
        seen = set()
        for metric in item.metrics:
            if metric.test is None or family(metric.metric) in seen:
                continue
            seen.add(family(metric.metric))
            n = _kind(metric, "difference").found.n
            adjusted = metric.test.adjusted
            more = "more than chance" if adjusted is not None and adjusted < ALPHA else "may be chance"
            label = name_of(metric.metric).label
            rows.append((item.name, label, metric.test.method, n, metric.test.p, adjusted, more))
    if not rows:
        return ()
    rows.sort(key=lambda row: (row[5] or 0.0, row[4]))
    heads: tuple[Head, ...] = (
        ("Feature", "text"), ("Metric", "text"), ("Test", "text"), ("n", "integer"), ("p", "p_value"),
        ("p, corrected", "p_value"), ("Reading", "text"),
    )  # fmt: skip
    return (Table(title="Could the gaps be chance?", columns=columns_of(heads), rows=tuple(rows), note=_method(tests)),)


def _method(tests: int) -> str:
    return (
        "Each test asks whether all judged groups could be equal, on the rows of the metric's own denominator. Rates: "
        "Pearson's chi-square; where fewer than 5 rows are expected in a cell Fisher's exact test, for more than two "
        "groups simulated. Other numbers: Welch's test. A rate and its complement (false negative and true positive "
        f"rate) are one test. Corrected by Holm for all {tests:,} tests here, of every feature and pair."
    )
