"""What differs in the data before any model: label balance, missing values by group, and shift from the reference."""

from __future__ import annotations

from rai.representation.record import Balance, FeatureBalance, MissingGap, Shift
from rai.section import Axis, Cell, Column, Figure, Format, Point, Series, Table, sums
from rai.statistics.estimates import Estimate

#: Columns drawn, and listed where very many were compared.
DRAWN, LISTED = 15, 100

Head = tuple[str, Format]

IMBALANCE, UNSEEN = "Class imbalance", "Unseen rows"
_ENDS = (", low", ", high")


def _columns(heads: tuple[Head, ...]) -> tuple[Column, ...]:
    return tuple(
        Column(name=name, format=form, people=name == UNSEEN, sized=name == IMBALANCE or name.endswith(_ENDS))
        for name, form in heads
    )


def _value(found: Estimate | None) -> float | None:
    return found.value if found else None


def balance_tables(features: tuple[FeatureBalance, ...]) -> tuple[Table, ...]:
    """One table for each sensitive feature: every group against all other rows."""
    return tuple(_balance(item) for item in features)


def _balance(item: FeatureBalance) -> Table:
    binary = any(group.difference_in_proportions for group in item.groups)
    heads: list[Head] = [(item.feature, "text"), ("n", "integer"), (IMBALANCE, "number")]
    if binary:
        heads += [(f"Difference in proportions{end}", "points") for end in ("", ", low", ", high")]
    heads += [("Kullback-Leibler", "number"), ("Jensen-Shannon", "number"), ("Total variation", "number")]
    heads.append(("Note", "text"))
    ordered = sorted(item.groups, key=lambda group: (-group.n, group.key))
    return Table(
        title=f"Label balance by {item.feature}",
        columns=_columns(tuple(heads)),
        rows=tuple(_balance_row(group, binary=binary) for group in ordered),
        sums=sums([group.key for group in ordered]),
        note=(
            "Each group against all other rows. Class imbalance: other rows minus the group's, over all. Difference in "
            "proportions: share of positive outcomes among the others minus that in the group. The divergences say "
            "how far the outcomes of the two are apart (natural logarithm; 0 is equal). Definitions as in SageMaker "
            "Clarify; the intervals of all are in the record."
        ),
    )


def _balance_row(group: Balance, *, binary: bool) -> tuple[Cell, ...]:
    apart = group.difference_in_proportions
    share: tuple[Cell, ...] = (apart.value, apart.low, apart.high) if apart else (None, None, None)
    return (
        ", ".join(group.key),
        group.n,
        group.class_imbalance.value,
        *(share if binary else ()),
        group.kullback_leibler.value,
        group.jensen_shannon.value,
        group.total_variation.value,
        group.jensen_shannon.reason,
    )


def missing_table(gaps: tuple[MissingGap, ...]) -> tuple[Table, ...]:
    """Which columns are missing more often in one group than in another, the least probable gap first."""
    if not gaps:
        return ()
    heads: tuple[Head, ...] = (
        ("Column", "text"), ("Feature", "text"), ("Lowest group", "text"), ("Missing there", "percent"),
        ("Highest group", "text"), ("Missing in it", "percent"), ("Difference", "points"),
        ("Difference, low", "points"), ("Difference, high", "points"), ("n", "integer"), ("p, corrected", "p_value"),
    )  # fmt: skip
    rows = tuple(
        (
            gap.column, gap.feature, gap.lowest_group, gap.lowest, gap.highest_group, gap.highest,
            gap.difference.value, gap.difference.low, gap.difference.high, gap.difference.n, gap.adjusted,
        )
        for gap in gaps[:LISTED]
    )  # fmt: skip
    note = (
        "Groups with enough rows only. Tested by Pearson's chi-square, exactly where fewer than 5 rows are expected in "
        f"a cell, and corrected for all {len(gaps):,} such gaps (Holm).{_left_out(len(gaps))}"
    )
    return (Table(title="Missing values by group", columns=_columns(heads), rows=rows, note=note),)


def _left_out(count: int) -> str:
    return f" The first {LISTED} of {count:,} are listed; all are in the record." if count > LISTED else ""


def shift_table(shift: tuple[Shift, ...]) -> tuple[Table, ...]:
    """How far each column is from the reference data, the farthest first."""
    if not shift:
        return ()
    heads: tuple[Head, ...] = (
        ("Column", "text"), ("Role", "text"), ("PSI", "number"), ("PSI, low", "number"), ("PSI, high", "number"),
        ("PSI by chance", "number"), ("Jensen-Shannon", "number"), (UNSEEN, "integer"), ("n", "integer"),
        ("n, reference", "integer"), ("p, corrected", "p_value"), ("How it was counted", "text"),
    )  # fmt: skip
    rows = tuple(
        (
            item.column, item.role, item.stability_index.value, item.stability_index.low, item.stability_index.high,
            item.by_chance, item.jensen_shannon, item.unseen, item.rows, item.reference_rows, item.adjusted,
            item.method,
        )
        for item in shift[:LISTED]
    )  # fmt: skip
    note = (
        "PSI: population stability index, the sum of (p - q) ln(p / q) over bins, half a row added to each; missing "
        "values are a bin. By chance: what it would be on average if both data came from the same people. Unseen: rows "
        "with a value, or a number outside the range, that the reference data lack. Tested by chi-square on the same "
        f"bins, corrected for all {len(shift):,} columns (Holm).{_left_out(len(shift))}"
    )
    return (Table(title="Evaluation against reference data", columns=_columns(heads), rows=rows, note=note),)


def shift_figure(shift: tuple[Shift, ...]) -> tuple[Figure, ...]:
    """The columns farthest from the reference data."""
    if not shift:
        return ()
    first = shift[:DRAWN]
    points = tuple(
        Point(x=item.column, y=item.stability_index.value, low=item.stability_index.low,
              high=item.stability_index.high, n=item.rows)
        for item in first
    )  # fmt: skip
    farthest = first[0]
    return (
        Figure(
            kind="interval",
            title="Shift from the reference data",
            x=Axis(label="Column", format="text"),
            y=Axis(label="Population stability index", low=0),
            series=(Series(name="Population stability index", points=points),),
            alt=(
                f"Dots with 95 % intervals of the population stability index of {len(first)} columns; the highest is "
                f"{farthest.stability_index.value:.3g} for {farthest.column}."
            ),
        ),
    )
