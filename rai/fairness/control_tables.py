"""The comparison within control features: the gap at each of their values, beside the gap over all rows."""

from __future__ import annotations

from collections.abc import Iterator

from rai.fairness.gap_tables import Head, columns_of, ends
from rai.fairness.record import Controlled, FeatureResult, Gap, MetricByGroup, Stratum
from rai.section import Axis, Cell, Figure, Format, Point, Series, Table
from rai.statistics.names import gap_format, name_of
from rai.theme import write

Found = tuple[Stratum, FeatureResult, MetricByGroup, Gap]


def control_figures(
    features: tuple[FeatureResult, ...], controlled: tuple[Controlled, ...], metrics: tuple[str, ...]
) -> tuple[Figure, ...]:
    """One figure for each control feature and sensitive feature: the gap at each value, all rows as a line."""
    found = []
    for control in controlled:
        for item in features:
            for name in metrics:
                gaps = [each for each in _gaps(control, (name,)) if each[1].feature == item.feature]
                if any(gap.found.value is not None for *_, gap in gaps):
                    found.append(_figure(control, item, name, gaps))
    return tuple(found)


def _gaps(control: Controlled, metrics: tuple[str, ...]) -> Iterator[Found]:
    for stratum in control.strata:
        for item in stratum.features:
            for name in metrics:
                metric = item.metric(name)
                gap = metric.gap("difference") if metric else None
                if metric and gap:
                    yield stratum, item, metric, gap


def _figure(control: Controlled, item: FeatureResult, name: str, gaps: list[Found]) -> Figure:
    words = name_of(name)
    metric = item.metric(name)
    whole = metric.gap("difference") if metric else None
    value = whole.found.value if whole else None
    form = gap_format(words.format)
    points = tuple(
        Point(
            x=stratum.value,
            y=gap.found.value,
            low=gap.found.low,
            high=gap.found.high,
            n=gap.found.n,
            note=gap.found.reason or _between(gap),
        )
        for stratum, _, _, gap in gaps
    )
    label = f"Difference in {words.label.lower()}"
    return Figure(
        kind="interval",
        title=f"{words.label} by {item.name}: the gap within each {control.control}",
        x=Axis(label=control.control, format="text"),
        y=Axis(label=label, format=form, low=0),
        series=(Series(name=label, points=points),),
        reference=value,
        reference_label="" if value is None else f"all rows {write(value, form)}",
        alt=_alt(control, item, label, gaps),
    )


def _between(gap: Gap) -> str:
    return f"{', '.join(gap.lowest_group)} lowest, {', '.join(gap.highest_group)} highest"


def _alt(control: Controlled, item: FeatureResult, label: str, gaps: list[Found]) -> str:
    known = [(gap.found.value, stratum) for stratum, _, _, gap in gaps if gap.found.value is not None]
    value, stratum = max(known, key=lambda each: each[0])
    return (
        f"Dots with 95 % intervals of the {label.lower()} by {item.name} within {len(known)} values of "
        f"{control.control}; the widest is {value:.3g} within {stratum.value}."
    )


def control_tables(controlled: tuple[Controlled, ...], metrics: tuple[str, ...], tests: int) -> tuple[Table, ...]:
    """One table for each control feature; shares and numbers have tables of their own."""
    found = []
    for control in controlled:
        forms: tuple[Format, ...] = ("percent", "number")
        for form in forms:
            shown = tuple(name for name in metrics if name_of(name).format == form)
            rows = [_row(each) for each in _gaps(control, shown)]
            if rows:
                found.append(_table(control, rows, form, tests))
    return tuple(found)


def _row(found: Found) -> tuple[Cell, ...]:
    stratum, item, metric, gap = found
    least, most = metric.gap("minimum"), metric.gap("maximum")
    assert least is not None
    assert most is not None
    return (
        stratum.value,
        item.name,
        name_of(metric.metric).label,
        gap.found.n,
        ", ".join(gap.lowest_group),
        least.found.value,
        ", ".join(gap.highest_group),
        most.found.value,
        *ends(gap.found),
        metric.test.adjusted if metric.test and gap.found.value is not None else None,
        gap.found.reason,
    )


def _table(control: Controlled, rows: list[tuple[Cell, ...]], form: Format, tests: int) -> Table:
    apart = gap_format(form)
    heads: tuple[Head, ...] = (
        (control.control, "text"), ("Feature", "text"), ("Metric", "text"), ("n", "integer"), ("Lowest group", "text"),
        ("Lowest", form), ("Highest group", "text"), ("Highest", form), ("Difference", apart),
        ("Difference, low", apart), ("Difference, high", apart), ("p, corrected", "p_value"), ("Note", "text"),
    )  # fmt: skip
    small = [f"{stratum.value} (n {stratum.n})" for stratum in control.strata if stratum.reason]
    skipped = f" Too few rows to look at: {'; '.join(small)}." if small else ""
    return Table(
        title=f"Gaps within each {control.control}" + (", numbers" if form == "number" else ""),
        columns=columns_of(heads),
        rows=tuple(rows),
        note=f"Corrected for all {tests:,} tests within control features.{skipped} {control.note}".strip(),
    )
