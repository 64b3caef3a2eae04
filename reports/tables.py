"""Tables ready to be set: cells written out, and a value with its interval in one column."""

from __future__ import annotations

from collections.abc import Sequence

from rai import theme
from rai.section import Column, Figure, Table
from reports.document import Cell, Grid

#: Says in a heading that an interval stands in brackets behind each value; the words stay in one line.
INTERVAL = "(low\u00a0to\u00a0high)"


def grid(table: Table) -> Grid:
    """Write a table out.

    A column followed by its low and high end becomes one column, ``72.0 % (70.1 to 73.9)``, and a column of words
    without a single word is left out. No number is lost: card.json holds every cell by itself.
    """
    columns = [
        group
        for group in _groups(table)
        if len(group) > 1 or not table.rows or any(row[group[0]] != "" for row in table.rows)
    ]
    heads = [table.columns[group[0]] for group in columns]
    return Grid(
        title=table.title,
        heads=tuple(_head(table, head, group) for head, group in zip(heads, columns, strict=True)),
        right=tuple(head.format != "text" for head in heads),
        rows=tuple(tuple(Cell(_cell(table, row, group)) for group in columns) for row in table.rows),
        note=table.note,
    )


def figure_grid(figure: Figure) -> Grid:
    """The numbers of a figure as a table, without the column of the series where there is only one."""
    table = figure.table()
    first = 0 if figure.kind == "tree" or len(figure.series) > 1 else 1
    columns, rows = table.columns[first:], tuple(row[first:] for row in table.rows)
    return grid(Table(title=table.title, columns=columns, rows=rows, note=_units(figure)))


def _units(figure: Figure) -> str:
    """Units of the axes and the reference, in words."""
    told = [f"{axis.label} in {axis.unit}." for axis in (figure.x, figure.y) if axis.unit]
    if figure.reference is not None or figure.reference_label:
        form = figure.x.format if figure.kind == "histogram" else figure.y.format
        label = figure.reference_label or "reference"
        told.append(
            f"Thin line: {label}{'' if figure.reference is None else f' at {theme.write(figure.reference, form)}'}."
        )
    return " ".join(told)


def plain(title: str, heads: Sequence[str], rows: Sequence[Sequence[str | Cell]], *, note: str = "") -> Grid:
    """Make a table of words."""
    cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    return Grid(title, tuple(heads), (False,) * len(heads), cells, note)


def _groups(table: Table) -> list[tuple[int, ...]]:
    """Places of the columns: by themselves, or three of them as value, low and high."""
    found: list[tuple[int, ...]] = []
    at = 0
    while at < len(table.columns):
        size = 3 if _is_interval(table, at) else 1
        found.append(tuple(range(at, at + size)))
        at += size
    return found


def interval_at(columns: Sequence[Column], at: int) -> bool:
    """True if a column is followed by its own low and high end."""
    if at + 2 >= len(columns):
        return False
    value, low, high = columns[at : at + 3]
    named = (low.name, high.name) in {("Low", "High"), (f"{value.name}, low", f"{value.name}, high")}
    return named and value.format == low.format == high.format != "text"


def _is_interval(table: Table, at: int) -> bool:
    return interval_at(table.columns, at) and all(_whole(row[at : at + 3]) for row in table.rows)


def _whole(cells: Sequence[object]) -> bool:
    """True if the three cells are all there, all absent, or a value without an interval: nothing else fits one cell."""
    value, low, high = cells
    numbers = all(cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)) for cell in cells)
    return numbers and (low is None) == (high is None) and (value is not None or low is None)


def _head(table: Table, column: Column, group: Sequence[int]) -> str:
    ends = len(group) > 1 and any(row[group[1]] is not None for row in table.rows)
    return f"{column.name} {INTERVAL}" if ends else column.name


def _cell(table: Table, row: Sequence[object], group: Sequence[int]) -> str:
    form = table.columns[group[0]].format
    cells = [row[place] for place in group]
    if len(group) == 1:
        return theme.write(cells[0], form)  # type: ignore[arg-type]  # a row holds cells
    value, low, high = (float(cell) if isinstance(cell, int | float) else None for cell in cells)
    return theme.interval(value, low, high, form)
