"""The figures of the error analysis: the tree, the heatmap, and the worst cohorts beside all rows."""

from __future__ import annotations

from rai.erring.measured import metric_of
from rai.erring.record import Cell, ErrorTree, Heatmap, Search, WorstCohort
from rai.profile import TaskKind
from rai.section import Axis, Figure, Format, Node, Point, Series
from rai.statistics.estimates import Estimate
from rai.theme import interval, write

LABEL = {"error_rate": "Error rate", "mean_absolute_error": "Mean absolute residual"}
#: Letters of a cohort's name in a figure; the table has the whole.
WIDE = 64


def form_of(kind: TaskKind) -> Format:
    """How an error is written: a share for labels, a number in the target's unit for regression."""
    return "number" if kind == "regression" else "percent"


def figures_of(
    overall: Estimate, tree: ErrorTree, heatmap: Heatmap, search: Search, kind: TaskKind
) -> tuple[Figure, ...]:
    """Every figure there is something to draw for."""
    axis = Axis(label=LABEL[metric_of(kind)], format=form_of(kind), low=0)
    found = [_cohorts(overall, search, axis)] if search.cohorts else []
    if len(tree.nodes) > 1:
        found.append(_tree(tree, axis))
    if heatmap.cells:
        found.append(_heatmap(heatmap, axis))
    return tuple(found)


def short(number: int, item: WorstCohort) -> str:
    """A cohort's number in the table and the beginning of its name."""
    name = item.cohort.name
    return f"{number}. {name if len(name) <= WIDE else f'{name[: WIDE - 1]}…'}"


def _cohorts(overall: Estimate, search: Search, axis: Axis) -> Figure:
    points = tuple(
        Point(
            x=short(number, item),
            y=item.confirmation.value,
            low=item.confirmation.low,
            high=item.confirmation.high,
            n=item.confirmation.n,
            note=item.confirmation.reason or ("confirmed" if item.confirmed else "not confirmed"),
        )
        for number, item in enumerate(search.cohorts, start=1)
    )
    worst = search.cohorts[0]
    return Figure(
        kind="interval",
        title=f"{axis.label} in the suspected cohorts, on rows held out from the search",
        x=Axis(label="Cohort", format="text"),
        y=axis,
        series=(Series(name=axis.label, points=points),),
        reference=overall.value,
        reference_label=f"all rows {write(overall.value, axis.format)}",
        alt=(
            f"Dots with 95 % intervals of the {axis.label.lower()} in {len(search.cohorts)} cohorts, "
            f"{len(search.confirmed)} of them confirmed; the highest is {written(worst.confirmation, axis.format)} "
            f"for {worst.cohort.name}, against {write(overall.value, axis.format)} for all rows."
        ),
    )


def written(found: Estimate, form: Format) -> str:
    """A number with its interval, or its reason."""
    return found.reason if found.value is None else interval(found.value, found.low, found.high, form)


def _tree(tree: ErrorTree, axis: Axis) -> Figure:
    nodes = tuple(
        Node(
            key=node.key,
            parent=node.parent,
            label=node.words,
            value=node.found.value,
            n=node.found.n,
            note=_note(node.found, node.share, axis.format),
        )
        for node in tree.nodes
    )
    parents = {node.parent for node in tree.nodes}
    worst = max((node for node in tree.nodes if node.key not in parents), key=lambda node: node.found.value or 0.0)
    path = [worst.words]
    up = worst.parent
    while up:
        path.insert(0, tree.nodes[up].words)
        up = tree.nodes[up].parent
    return Figure(
        kind="tree",
        title="Error tree",
        x=Axis(label="Condition", format="text"),
        y=axis,
        nodes=nodes,
        alt=(
            f"Tree of {len(nodes)} nodes; the leaf with the highest {axis.label.lower()} is {', '.join(path)}: "
            f"{written(worst.found, axis.format)} of {worst.found.n:,} rows."
        ),
    )


def _note(found: Estimate, share: float | None, form: Format) -> str:
    part = f"; {write(share, 'percent')} of all errors" if share is not None else ""
    return f"{written(found, form)}{part}"


def _heatmap(heatmap: Heatmap, axis: Axis) -> Figure:
    down, across = heatmap.features
    series = tuple(
        Series(name=name, points=tuple(_point(at, cell, axis.format) for at, cell in _pairs(heatmap, row)))
        for name, row in zip(heatmap.rows, heatmap.cells, strict=True)
    )
    cells = [
        (cell, f"{down} {name}, {across} {at}")
        for name, row in zip(heatmap.rows, heatmap.cells, strict=True)
        for at, cell in _pairs(heatmap, row)
        if cell.found.value is not None
    ]
    worst = max(cells, key=lambda pair: pair[0].found.value or 0.0, default=None)
    said = "no cell has enough rows" if worst is None else _said(worst[0], worst[1], axis.format)
    return Figure(
        kind="heatmap",
        title=f"{axis.label} by {down} (down) and {across} (across)",
        x=Axis(label=across, format="text"),
        y=axis,
        series=series,
        alt=f"Heatmap of the {axis.label.lower()} by {down} and {across}; {said}.",
        sums=("series", "category"),
    )


def _said(cell: Cell, place: str, form: Format) -> str:
    return f"the highest is {written(cell.found, form)} at {place}, {cell.found.n:,} rows"


def _pairs(heatmap: Heatmap, row: tuple[Cell, ...]) -> list[tuple[str, Cell]]:
    return list(zip(heatmap.columns, row, strict=True))


def _point(at: str, cell: Cell, form: Format) -> Point:
    found = cell.found
    note = _note(found, cell.share, form) + f"; n {found.n:,}"
    return Point(x=at, y=found.value, low=found.low, high=found.high, n=found.n, note=note)
