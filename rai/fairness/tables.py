"""The fairness tables: every rate with the rows it rests on, the gaps with their groups, and the named measures."""

from __future__ import annotations

from rai.fairness.record import FeatureResult, Gap, MetricByGroup
from rai.section import Cell, Column, Format, Table
from rai.statistics.estimates import Estimate
from rai.statistics.names import gap_format, name_of


def feature_tables(item: FeatureResult, drawn: tuple[str, ...]) -> tuple[Table, ...]:
    """All tables of one feature, or of the combinations of two; none where nothing is compared."""
    if not item.metrics:
        return ()
    forms: tuple[Format, ...] = ("percent", "number")
    gaps = [_gaps(item, metrics, form) for form in forms if (metrics := _written_as(item, form))]
    values = [_rates(item)] if item.groups[0].confusion else [_values(item, item.metrics)]
    if len(item.feature) > 1:
        shown = tuple(metric for metric in item.metrics if metric.metric in drawn)
        return (_values(item, shown), gaps[0], *_named(item))
    scores = _written_as(item, "number")
    extra = [_values(item, scores)] if scores and item.groups[0].confusion else []
    return (*values, *extra, *gaps, *_named(item))


def _written_as(item: FeatureResult, form: Format) -> tuple[MetricByGroup, ...]:
    return tuple(metric for metric in item.metrics if name_of(metric.metric).format == form)


def _rates(item: FeatureResult) -> Table:
    metrics = _written_as(item, "percent")
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
            *(Column(name=head, format="integer") for head in heads),
            *(Column(name=name_of(metric.metric).label, format="percent") for metric in metrics),
        ),
        rows=tuple(rows),
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
    return _without(
        Table(title=f"Values by {item.name}", columns=_VALUE_COLUMNS, rows=tuple(rows), note=_empty_note(item)),
        drop=(() if shares else (3, 4, 5)) + (() if numbers else (6, 7, 8)),
    )


_VALUE_COLUMNS = (
    Column(name="Metric"),
    Column(name="Group"),
    Column(name="n", format="integer"),
    Column(name="Share", format="percent"),
    Column(name="Share, low", format="percent"),
    Column(name="Share, high", format="percent"),
    Column(name="Value", format="number"),
    Column(name="Value, low", format="number"),
    Column(name="Value, high", format="number"),
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


def _gaps(item: FeatureResult, metrics: tuple[MetricByGroup, ...], form: Format) -> Table:
    apart = gap_format(form)
    return Table(
        title=f"Gaps between groups of {item.name}" + (" in scores and numbers" if form == "number" else ""),
        columns=(
            Column(name="Metric"),
            Column(name="Lowest group"),
            Column(name="Lowest", format=form),
            Column(name="Highest group"),
            Column(name="Highest", format=form),
            Column(name="Difference", format=apart),
            Column(name="Difference, low", format=apart),
            Column(name="Difference, high", format=apart),
            Column(name="Ratio", format="number"),
            Column(name="Ratio, low", format="number"),
            Column(name="Ratio, high", format="number"),
            Column(name="n", format="integer"),
            Column(name="Note"),
        ),
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
        *_ends(difference.found),
        *_ends(ratio.found),
        difference.found.n,
        difference.found.reason or ratio.found.reason,
    )


def _kind(metric: MetricByGroup, aggregate: str) -> Gap:
    return next(gap for gap in metric.gaps if gap.aggregate == aggregate)


def _ends(found: Estimate) -> tuple[float | None, float | None, float | None]:
    return found.value, found.low, found.high


def _named(item: FeatureResult) -> tuple[Table, ...]:
    if not item.named:
        return ()
    rows = tuple(
        (
            gap.metric.replace("_", " ").capitalize(),
            *_ends(gap.found),
            gap.found.n,
            ", ".join(gap.lowest_group),
            ", ".join(gap.highest_group),
            gap.found.reason or gap.note,
        )
        for gap in item.named
    )
    heads: tuple[tuple[str, Format], ...] = (
        ("Measure", "text"),
        ("Value", "number"),
        ("Low", "number"),
        ("High", "number"),
        ("n", "integer"),
        ("Lowest group", "text"),
        ("Highest group", "text"),
        ("Note", "text"),
    )
    columns = tuple(Column(name=name, format=form) for name, form in heads)
    note = "Differences are ideally 0, ratios ideally 1. Definitions as in fairlearn.metrics, between groups."
    return (Table(title=f"Named measures by {item.name}", columns=columns, rows=rows, note=note),)
