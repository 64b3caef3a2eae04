"""The long fairness tables: every rate of every group with the rows it rests on, and every value with its interval."""

from __future__ import annotations

from rai.fairness.record import FeatureResult, MetricByGroup
from rai.fairness.significance import family
from rai.section import Cell, Column, Table, sums
from rai.statistics.confusion import RATES
from rai.statistics.names import name_of

#: Count-based rates, which stand in one wide table beside the counts they divide.
COUNTED = frozenset({"favourable_rate", *RATES})


def shown_metrics(item: FeatureResult) -> tuple[MetricByGroup, ...]:
    """The metrics that are listed: of a single class only those that are not the complement of another."""
    return tuple(
        metric for metric in item.metrics if "[" not in metric.metric or family(metric.metric) == metric.metric
    )


def value_tables(item: FeatureResult, drawn: tuple[str, ...]) -> tuple[Table, ...]:
    """The values of every group; for combinations of two only of the metrics that are drawn."""
    if not item.metrics:
        return ()
    shown = shown_metrics(item)
    if len(item.feature) > 1:
        return (_values(item, tuple(metric for metric in shown if metric.metric in drawn)),)
    if not item.groups[0].confusion:
        return (_values(item, shown),)
    others = tuple(metric for metric in shown if metric.metric not in COUNTED)
    return (_rates(item), *((_values(item, others),) if others else ()))


def _rates(item: FeatureResult) -> Table:
    metrics = tuple(metric for metric in item.metrics if metric.metric in COUNTED)
    heads = ("n", "Actual positive", "Actual negative", "Predicted positive", "Predicted negative")
    rows = []
    for place, group in enumerate(item.groups):
        cells = group.confusion
        assert cells is not None
        up, down = cells.true_positives + cells.false_negatives, cells.false_positives + cells.true_negatives
        chosen = cells.true_positives + cells.false_positives
        counts: tuple[Cell, ...] = (", ".join(group.key), group.n, up, down, chosen, group.n - chosen)
        rows.append((*counts, *(metric.by_group[place].value for metric in metrics)))
    return Table(
        title=f"Rates by {item.name}",
        columns=(
            Column(name=item.name),
            *(Column(name=head, format="integer", people=True) for head in heads),
            *(Column(name=name_of(metric.metric).label, format="percent") for metric in metrics),
        ),
        rows=tuple(rows),
        sums=sums([group.key for group in item.groups]),
        note=(
            "Each rate divides by one of the counts on the left: true positive and false negative rate by the actual "
            "positives, true negative and false positive rate by the actual negatives, precision and false discovery "
            "rate by the predicted positives, negative predictive value and false omission rate by the predicted "
            "negatives, the others by n. A dash: too few rows to judge, or nothing to divide by."
        ),
    )


def _values(item: FeatureResult, metrics: tuple[MetricByGroup, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    # Shares and other numbers are written differently, so shares get their own columns.
    for metric in metrics:
        share = name_of(metric.metric).format == "percent"
        for group, found in zip(item.groups, metric.by_group, strict=True):
            ends = (found.value, found.low, found.high)
            cells = (*ends, None, None, None) if share else (None, None, None, *ends)
            rows.append((name_of(metric.metric).label, ", ".join(group.key), found.n, *cells, found.reason))
    shares = any(name_of(metric.metric).format == "percent" for metric in metrics)
    numbers = any(name_of(metric.metric).format != "percent" for metric in metrics)
    keys = [group.key for group in item.groups]
    lines = tuple(line for place in range(len(metrics)) for line in sums(keys, at=place * len(keys)))
    title = f"Values by {item.name}"
    return _without(
        Table(title=title, columns=_VALUE_COLUMNS, rows=tuple(rows), note=_empty_note(item), sums=lines),
        drop=(() if shares else (3, 4, 5)) + (() if numbers else (6, 7, 8)),
    )


_VALUE_COLUMNS = (
    Column(name="Metric"),
    Column(name="Group"),
    Column(name="n", format="integer"),
    Column(name="Share", format="percent"),
    Column(name="Share, low", format="percent", sized=True),
    Column(name="Share, high", format="percent", sized=True),
    Column(name="Value", format="number"),
    Column(name="Value, low", format="number", sized=True),
    Column(name="Value, high", format="number", sized=True),
    Column(name="Note"),
)


def _without(table: Table, *, drop: tuple[int, ...]) -> Table:
    keep = [place for place in range(len(table.columns)) if place not in drop]
    return table.model_copy(
        update={
            "columns": tuple(table.columns[place] for place in keep),
            "rows": tuple(tuple(row[place] for place in keep) for row in table.rows),
        }
    )


def _empty_note(item: FeatureResult) -> str:
    if not item.empty:
        return item.note
    return f"{item.note} No rows: {'; '.join(', '.join(group) for group in item.empty)}.".strip()
