"""Tells a comparison on the same rows: what got better, what got worse, whose decision changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rai.pairing.record import Comparison, Flips, Paired
from rai.section import Axis, Cell, Column, Figure, Format, Point, Section, Series, Table, alike
from rai.statistics.names import LESS_IS_BETTER, gap_format, name_of
from rai.theme import interval, write

#: Metrics of which neither more nor less is better.
NEITHER = frozenset({"selection_rate", "mean_prediction"})


def paired_section(found: Comparison, *, heading: tuple[str, str, str]) -> Section:
    """What a reader is shown of a comparison on the same rows.

    Parameters
    ----------
    heading
        Key, title and question.
    """
    key, title, question = heading
    overall = [item for item in found.metrics if not item.feature]
    groups = [item for item in found.metrics if item.feature]
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(found, overall, groups),
        warnings=_warnings(groups),
        figures=_figures(found, groups),
        tables=(
            _table("Over all rows", overall, found.margin),
            *((_flip_table(found),) if found.flips else ()),
            *((_table("Within each group", groups, found.margin),) if groups else ()),
        ),
        how_to_read=(
            (
                "Both versions answered the same rows. The interval is that of the difference within rows, so it is "
                "narrower than two intervals side by side."
            ),
            (
                f"'Not worse' means that the whole interval lies above a loss of {write(found.margin, 'percent')}; "
                "'open' means that the rows do not decide it."
            ),
        ),
        limitations=(
            "A gain over all rows can hide a loss within a group: read both tables.",
            "The comparison is about these rows. It says nothing about people who are not in them.",
        ),
    )


def verdict(item: Paired, margin: float) -> str:
    """Say how the challenger stands: better, worse, not worse, open; higher or lower where neither is better."""
    low, high = item.difference.low, item.difference.high
    if low is None or high is None:
        return "not judged"
    if item.metric in NEITHER:
        return "higher" if low > 0 else "lower" if high < 0 else "open"
    if item.metric in LESS_IS_BETTER:
        low, high = -high, -low
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    share = name_of(item.metric).format == "percent" or item.metric == "roc_auc"
    return "not worse" if share and low > -margin else "open"


def _lead(found: Comparison, overall: list[Paired], groups: list[Paired]) -> str:
    first = next((item for item in overall if item.difference.value is not None), None)
    worse = [item for item in groups if verdict(item, found.margin) == "worse"]
    tail = f"{len(worse)} of {len(groups)} numbers within groups are worse" if worse else "no number within a group is"
    tail = tail if worse else f"{tail} clearly worse"
    head = f"On the same {found.rows:,} rows"
    if first is None:
        return f"{head}, {tail}."
    name = name_of(first.metric)
    gap = first.difference
    change = interval(gap.value, gap.low, gap.high, gap_format(name.format))
    return f"{head}, {name.label} changes by {change} from the champion to the challenger; {tail}."


def _warnings(groups: Iterable[Paired]) -> tuple[str, ...]:
    lost = [item for item in groups if item.metric == "accuracy" and (item.difference.high or 0.0) < 0]
    if not lost:
        return ()
    names = ", ".join(f"{item.feature} = {item.group}" for item in lost)
    return (f"Less often right than the champion within: {names}.",)


def _figures(found: Comparison, groups: list[Paired]) -> tuple[Figure, ...]:
    metric = "mean_absolute_error" if found.kind == "regression" else "accuracy"
    chosen = [item for item in groups if item.metric == metric and item.difference.value is not None]
    if not chosen:
        return ()
    name = name_of(metric)
    form = gap_format(name.format)
    points = tuple(
        Point(
            x=f"{item.feature} = {item.group}", y=item.difference.value, low=item.difference.low,
            high=item.difference.high, n=item.difference.n,
        )
        for item in sorted(chosen, key=lambda item: -(item.difference.value or 0.0))
    )  # fmt: skip
    better = "below 0 the challenger is better" if metric in LESS_IS_BETTER else "above 0 the challenger is better"
    return (
        Figure(
            kind="interval",
            title=f"Change in {name.label.lower()} within each group",
            x=Axis(label="Group", format="text"),
            y=Axis(label="challenger minus champion", format=form),
            series=(Series(name=name.label, points=points),),
            reference=0.0,
            reference_label="no change",
            alt=f"Change in {name.label.lower()} with 95 % intervals within {len(points)} groups; {better}.",
        ),
    )


def _table(title: str, items: Sequence[Paired], margin: float) -> Table:
    columns = (
        Column(name="Measure"),
        Column(name="Group"),
        Column(name="Champion", written=True),
        Column(name="Challenger", written=True),
        Column(name="Change (95 % interval)", written=True),
        Column(name="n", format="integer"),
        Column(name="Challenger is"),
    )
    rows = tuple(_row(item, margin) for item in items)
    lines = alike([(item.metric, item.feature) if item.feature else None for item in items])
    return Table(title=title, columns=columns, rows=rows, sums=lines)


def _row(item: Paired, margin: float) -> tuple[Cell, ...]:
    name, gap = name_of(item.metric), item.difference
    form: Format = gap_format(name.format)
    change = gap.reason if gap.value is None else interval(gap.value, gap.low, gap.high, form)
    group = f"{item.feature} = {item.group}" if item.feature else "all rows"
    one, other = write(item.champion, name.format), write(item.challenger, name.format)
    return (name.label, group, one, other, change, gap.n, verdict(item, margin))


def _flip_table(found: Comparison) -> Table:
    several = found.kind == "multiclass"
    to, away = ("now right", "now wrong") if several else ("now favourable", "now unfavourable")
    columns = (
        Column(name="Group"),
        Column(name="n", format="integer"),
        Column(name=to.capitalize(), format="integer", people=True),
        Column(name=away.capitalize(), format="integer", people=True),
        Column(name="p (McNemar)", format="p_value"),
    )
    rows = tuple(_flip_row(item) for item in found.flips)
    note = "p is the probability of a split at least as uneven if neither direction were likelier; it is not corrected."
    lines = alike([item.feature or None for item in found.flips])
    return Table(title="Decisions that change", columns=columns, rows=rows, note=note, sums=lines)


def _flip_row(item: Flips) -> tuple[Cell, ...]:
    group = f"{item.feature} = {item.group}" if item.feature else "all rows"
    return (group, item.n, item.to_favourable, item.to_unfavourable, item.p_value)
