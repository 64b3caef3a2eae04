"""The counterfactuals tables: flips by group, the quality of the examples, ways by group, and permitted changes."""

from __future__ import annotations

from rai.fairness.record import MetricByGroup
from rai.profile import TaskKind
from rai.recourse.record import Changed, Flip, GroupRecourse, Permission, Quality
from rai.section import Cell, Column, Format, Table, alike, sums
from rai.statistics.estimates import Estimate

#: Rows of a table of inputs; with more, the record still holds them all.
LISTED = 60


def flip_tables(flips: tuple[Flip, ...], kind: TaskKind) -> tuple[Table, ...]:
    """The flip rate of every feature, and the rows flipped by the group they are in."""
    if not flips:
        return ()
    rate = Table(
        title="Flip test",
        columns=_columns("Sensitive feature", "percent", "Flip rate"),
        rows=tuple((flip.feature, *_ends(flip.found), flip.found.n, flip.found.reason or _how(flip)) for flip in flips),
    )
    sides = ("Predicted higher", "Predicted lower") if kind == "regression" else ("Would gain it", "Would lose it")
    groups = Table(
        title="Flips by the group a row is in",
        columns=(
            Column(name="Sensitive feature"),
            Column(name="Group"),
            *(Column(name=name, format="integer", people=True) for name in ("n", "Flipped", *sides)),
        ),
        rows=tuple(
            (flip.feature, group.group, group.n, group.flipped, group.towards, group.away)
            for flip in flips
            for group in flip.groups
        ),
        sums=alike([flip.feature for flip in flips for _ in flip.groups]),
        note="Rows of the group for which at least one other value of the feature changes the answer, and which way.",
    )
    return (rate, *_change_table(flips), *((groups,) if groups.rows else ()))


def _how(flip: Flip) -> str:
    if not flip.taken:
        return "the model does not take it"
    shown = ", ".join(flip.values[:8])
    return f"tried: {shown}" + (f" and {len(flip.values) - 8} more" if len(flip.values) > 8 else "")


def _change_table(flips: tuple[Flip, ...]) -> tuple[Table, ...]:
    rows = tuple(
        (flip.feature, *_ends(flip.mean_absolute_change), flip.mean_absolute_change.n, flip.mean_absolute_change.reason)
        for flip in flips
        if flip.mean_absolute_change is not None
    )
    if not rows:
        return ()
    columns = _columns("Sensitive feature", "number", "Mean absolute change")
    return (Table(title="Change of the prediction with a sensitive feature", columns=columns, rows=rows),)


def quality_tables(quality: Quality, without: Estimate) -> tuple[Table, ...]:
    """How good the examples are; none where there are none."""
    shares = (("Share without a way", without), ("Validity", quality.validity))
    means = (
        ("Proximity: Gower distance of the best example", quality.proximity),
        ("Sparsity: inputs it changes", quality.sparsity),
        ("Diversity: distance between examples of a row", quality.diversity),
        ("Plausibility: distance to the nearest real row", quality.plausibility),
    )
    if all(found.value is None for _, found in (*shares, *means)):
        return ()
    return (
        Table(
            title="Ways found and confirmed",
            columns=_columns("What", "percent", "Share"),
            rows=tuple((name, *_ends(found), found.n, found.reason) for name, found in shares),
            note="Validity is the share of the examples proposed that the model confirmed when asked again.",
        ),
        Table(
            title="Quality of the examples",
            columns=_columns("What", "number", "Mean"),
            rows=tuple((name, *_ends(found), found.n, found.reason) for name, found in means),
            note="Shorter is better for proximity, sparsity and plausibility; a larger diversity leaves more choice.",
        ),
    )


def group_tables(groups: tuple[GroupRecourse, ...]) -> tuple[Table, ...]:
    """Ways by the groups of each feature."""
    found = []
    for item in groups:
        found += _group_table(item, item.without, f"Share without a way by {item.feature}", "percent")
        found += _group_table(item, item.cost, f"Distance to the outcome by {item.feature}", "number")
    return tuple(found)


def _group_table(item: GroupRecourse, metric: MetricByGroup | None, title: str, form: Format) -> list[Table]:
    if metric is None:
        return []
    groups = tuple(
        (group, *_ends(found), found.n, found.reason) for group, found in zip(item.groups, metric.by_group, strict=True)
    )
    gaps = [
        (_gap_name(metric, kind), *_ends(gap.found), gap.found.n, gap.found.reason)
        for kind in ("difference", "ratio")
        if (gap := metric.gap(kind)) and (kind == "difference" or form == "number")
    ]
    columns, lines = _columns("Group", form, "Value"), sums([(group,) for group in item.groups])
    return [Table(title=title, columns=columns, rows=(*groups, *gaps), note=item.note, sums=lines)]


def _gap_name(metric: MetricByGroup, kind: str) -> str:
    gap = next(item for item in metric.gaps if item.aggregate == kind)
    if gap.found.value is None or gap.highest_group == gap.lowest_group:
        return kind.capitalize()
    high, low = ", ".join(gap.highest_group), ", ".join(gap.lowest_group)
    return f"Difference, {high} minus {low}" if kind == "difference" else f"Ratio, {low} over {high}"


def changed_tables(changed: tuple[Changed, ...]) -> tuple[Table, ...]:
    """How often each input is changed."""
    if not changed:
        return ()
    rows = tuple((item.feature, *_ends(item.found), item.found.n, item.found.reason) for item in changed[:LISTED])
    return (
        Table(
            title="How often each input is changed",
            columns=_columns("Input", "percent", "Share"),
            rows=rows,
            note=_listed(len(changed)) or "Share of the rows with a way whose best example changes the input.",
        ),
    )


def permission_tables(permissions: tuple[Permission, ...]) -> tuple[Table, ...]:
    """What each input was allowed to do."""
    return (
        Table(
            title="Permitted changes",
            columns=(Column(name="Input"), Column(name="Permitted")),
            rows=tuple((item.feature, item.words) for item in permissions[:LISTED]),
            note=_listed(len(permissions)),
        ),
    )


def _listed(n: int) -> str:
    return f"The first {LISTED} of {n:,} inputs." if n > LISTED else ""


def _columns(first: str, form: Format, value: str) -> tuple[Column, ...]:
    return (
        Column(name=first),
        Column(name=value, format=form),
        Column(name="Low", format=form, sized=True),
        Column(name="High", format=form, sized=True),
        Column(name="n", format="integer"),
        Column(name="Note"),
    )


def _ends(found: Estimate) -> tuple[Cell, Cell, Cell]:
    return found.value, found.low, found.high
