"""The data section: who was tested, who hardly was, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from rai.representation.compared_tables import balance_tables, missing_table, shift_figure, shift_table
from rai.representation.record import (
    ColumnFacts,
    FeatureBalance,
    MissingGap,
    NumberSummary,
    Outcome,
    RepresentedFeature,
    Shift,
)
from rai.section import Axis, Cell, Column, Figure, Point, Section, Series, Table, sums
from rai.statistics.estimates import Estimate
from rai.theme import interval, number, write


@dataclass(frozen=True)
class Facts:
    """What the words need to know besides groups and columns."""

    target: str
    positive: str
    rows: int
    min_group: int
    reference_rows: int
    base_rate: Estimate | None
    target_numbers: NumberSummary | None
    balance: tuple[FeatureBalance, ...] = ()
    missing: tuple[MissingGap, ...] = ()
    shift: tuple[Shift, ...] = ()


def data_section(
    features: tuple[RepresentedFeature, ...],
    outcomes: tuple[Outcome, ...],
    columns: tuple[ColumnFacts, ...],
    facts: Facts,
    *,
    heading: tuple[str, str, str],
) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    single = [item for item in features if len(item.feature) == 1]
    rates = [figure for item in single if (figure := _base_rates(item, facts))]
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(single, facts),
        warnings=_warnings(features, columns, facts),
        figures=(*(_shares(item) for item in single), *rates, *shift_figure(facts.shift)),
        tables=(
            *_outcome_tables(outcomes, facts),
            *(_groups(item, facts) for item in single),
            *balance_tables(facts.balance),
            *missing_table(facts.missing),
            *shift_table(facts.shift),
            *(_groups(item, facts) for item in features if len(item.feature) > 1),
            _columns(columns),
        ),
        how_to_read=(*_HOW_TO_READ, *(_ON_SHIFT if facts.shift else ())),
        limitations=(*_LIMITATIONS, *(() if facts.shift else _NO_REFERENCE)),
    )


_HOW_TO_READ = (
    "A number about a group is only as good as its rows: look at n first.",
    (
        "The base rate is how often the true outcome occurred in the group. Where base rates differ, some gaps "
        "in error "
        "rates cannot be avoided by any model that errs."
    ),
    (
        "Missing is the share of the group's input cells without a value. Missing values of a sensitive feature are a "
        "group of their own, called missing."
    ),
)
_LIMITATIONS = (
    (
        "Shares are those of the rows tested. Whether they match the people the model will meet is not in the data: "
        "compare with the population."
    ),
    "The true outcome is what was recorded. A record can itself be wrong, late, or wrong more often for some groups.",
)

_ON_SHIFT = (
    (
        "A model meets other people than it learned from where the evaluation data are far from the reference data. "
        "Compare the stability index with what chance alone gives; in practice 0.1 is often called a small and 0.25 "
        "a large shift, which is a habit and not a rule. With many rows a small shift is no chance, but still small."
    ),
)
_NO_REFERENCE = (
    "No reference data were given, so nothing is said about how far these rows are from those the model learned from.",
)


def _lead(single: list[RepresentedFeature], facts: Facts) -> str:
    outcome = ""
    if facts.positive and facts.base_rate:
        written = interval(facts.base_rate.value, facts.base_rate.low, facts.base_rate.high, "percent")
        outcome = f"; '{facts.target}' was '{facts.positive}' in {written}"
    elif facts.base_rate:
        written = interval(facts.base_rate.value, facts.base_rate.low, facts.base_rate.high, "number")
        outcome = f"; the mean of '{facts.target}' is {written}"
    smallest = min(
        ((group.n, item.name, group) for item in single for group in item.groups),
        key=lambda each: each[0],
        default=None,
    )
    last = ""
    if smallest:
        n, name, group = smallest
        share = write(group.share.value, "percent")
        last = f". The smallest group is {', '.join(group.key)} ({name}) with {n:,} rows, {share}"
    return f"The model was tested on {facts.rows:,} rows{outcome}{last}."


def _warnings(
    features: tuple[RepresentedFeature, ...], columns: tuple[ColumnFacts, ...], facts: Facts
) -> tuple[str, ...]:
    found = [item.note for item in features if "no bands in the profile" in item.note]
    for item in features:
        small = [f"{', '.join(group.key)} (n {group.n})" for group in item.groups if group.n < facts.min_group]
        if small:
            more = f" and {len(small) - 12} more" if len(small) > 12 else ""
            found.append(f"{item.name}: fewer than {facts.min_group} rows: {'; '.join(small[:12])}{more}.")
        if item.total > len(item.groups):
            found.append(f"{item.name} has {item.total:,} groups; the {len(item.groups)} largest are listed.")
    gone = [column.name for column in columns if column.distinct == 0]
    same = [column.name for column in columns if column.distinct == 1 and not column.missing.value]
    if gone:
        found.append(f"Columns without any value: {', '.join(gone[:20])}.")
    if same:
        found.append(f"Columns with one value only, which can explain nothing: {', '.join(same[:20])}.")
    return tuple(found)


def _shares(item: RepresentedFeature) -> Figure:
    ordered = sorted(item.groups, key=lambda group: (-group.n, group.key))
    most, least = ordered[0], ordered[-1]
    return Figure(
        kind="bars",
        title=f"Rows by {item.name}",
        x=Axis(label=item.name, format="text"),
        y=Axis(label="Share of rows", format="percent", low=0),
        series=(
            Series(
                name="Share of rows",
                points=tuple(Point(x=", ".join(group.key), y=group.share.value, n=group.n) for group in ordered),
            ),
        ),
        alt=(
            f"Bars of the share of rows by {item.name}, from {write(most.share.value, 'percent')} for "
            f"{', '.join(most.key)} to {write(least.share.value, 'percent')} for {', '.join(least.key)}."
        ),
        sums=("series",),
        sized=True,
    )


def _base_rates(item: RepresentedFeature, facts: Facts) -> Figure | None:
    known = [(group, found) for group in item.groups if (found := group.base_rate) and found.value is not None]
    if not known or facts.base_rate is None:
        return None
    known.sort(key=lambda pair: (-(pair[1].value or 0.0), pair[0].key))
    label = f"Share with {facts.target} = {facts.positive}" if facts.positive else f"Mean {facts.target}"
    share = bool(facts.positive)
    return Figure(
        kind="interval",
        title=f"{'Base rate' if share else 'Mean outcome'} by {item.name}",
        x=Axis(label=item.name, format="text"),
        y=Axis(
            label=label, format="percent" if share else "number", low=0 if share else None, high=1 if share else None
        ),
        series=(
            Series(
                name=label,
                points=tuple(
                    Point(x=", ".join(group.key), y=found.value, low=found.low, high=found.high, n=found.n)
                    for group, found in known
                ),
            ),
        ),
        reference=facts.base_rate.value,
        reference_label="all rows",
        alt=f"{label} with 95 % intervals by {item.name}; highest for {', '.join(known[0][0].key)}, lowest for "
        f"{', '.join(known[-1][0].key)}.",
        sums=("series",),
    )


def _outcome_tables(outcomes: tuple[Outcome, ...], facts: Facts) -> tuple[Table, ...]:
    if facts.target_numbers:
        spread = facts.target_numbers
        names = ("Least", "Lower quartile", "Median", "Upper quartile", "Most")
        row = (spread.least, spread.lower_quartile, spread.median, spread.upper_quartile, spread.most)
        columns = tuple(Column(name=name, format="number", single=name in {"Least", "Most"}) for name in names)
        middle = f"Half of the rows lie between {number(spread.lower_quartile)} and {number(spread.upper_quartile)}."
        return (Table(title=f"Spread of {facts.target}", columns=columns, rows=(row,), note=middle),)
    reference = any(item.reference for item in outcomes)
    shares = ("Share", "Low", "High", *(("Share in reference data",) if reference else ()))
    rows = []
    for item in outcomes:
        cells: tuple[Cell, ...] = (item.label, item.n, item.share.value, item.share.low, item.share.high)
        rows.append((*cells, item.reference.value if item.reference else None) if reference else cells)
    columns = (
        Column(name="Outcome"),
        Column(name="n", format="integer"),
        *(Column(name=name, format="percent", sized=True) for name in shares),
    )
    lines = sums([(item.label,) for item in outcomes])
    return (Table(title=f"Outcomes of {facts.target}", columns=columns, rows=tuple(rows), sums=lines),)


def _groups(item: RepresentedFeature, facts: Facts) -> Table:
    reference = any(group.reference is not None for group in item.groups)
    rated = any(group.base_rate for group in item.groups)
    form = "percent" if facts.positive else "number"
    heads = [
        Column(name=item.name),
        Column(name="n", format="integer"),
        Column(name="Share of rows", format="percent", sized=True),
    ]
    if rated:
        name = "Base rate" if facts.positive else "Mean outcome"
        heads += [
            Column(name=head, format="percent" if form == "percent" else "number", sized=head != name)
            for head in (name, "Low", "High")
        ]
    heads.append(Column(name="Missing inputs", format="percent"))
    if reference:
        share = Column(name="Share there", format="percent", sized=True)
        heads += [Column(name="n in reference data", format="integer"), share]
    rows = []
    ordered = sorted(item.groups, key=lambda each: (-each.n, each.key))
    for group in ordered:
        cells: list[Cell] = [", ".join(group.key), group.n, group.share.value]
        if rated:
            base = group.base_rate
            cells += [base.value, base.low, base.high] if base else [None, None, None]
        cells.append(group.missing)
        if reference:
            there = group.reference
            cells += [there, there / facts.reference_rows if there is not None and facts.reference_rows else None]
        rows.append(tuple(cells))
    empty = f"No rows: {'; '.join(', '.join(values) for values in item.empty)}." if item.empty else ""
    return Table(
        title=f"Groups of {item.name}",
        columns=tuple(heads),
        rows=tuple(rows),
        note=f"{item.note} {empty}".strip(),
        sums=sums([group.key for group in ordered]),
    )


def _columns(columns: tuple[ColumnFacts, ...]) -> Table:
    rows = tuple(
        (item.name, item.role, item.kind, item.missing.value, item.distinct)
        for item in sorted(columns, key=lambda each: (-(each.missing.value or 0.0), each.name))
    )
    heads = (
        Column(name="Column"),
        Column(name="Role"),
        Column(name="Kind"),
        Column(name="Missing", format="percent"),
        Column(name="Distinct values", format="integer"),
    )
    return Table(title="Columns", columns=heads, rows=rows, note="Most missing first.")
