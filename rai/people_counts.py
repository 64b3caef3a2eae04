"""Finds the counts of people in tables and figures, and asks :mod:`rai.small_cells` which of them to hide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rai.section import Cell, Column, Figure, Section, Table, alike
from rai.small_cells import Counts, Hidden, Line, hidden

_COUNT = re.compile(r"^n\b")

#: Row and column of a cell.
Place = tuple[int, int]


def hidden_in_section(section: Section, smallest: int, before: Hidden) -> Hidden:
    """Add the names and numbers that this section must hide."""
    for table in section.tables:
        for found, _ in hidden_in_table(table, smallest, before):
            before |= found
    for figure in section.figures:
        before |= hidden_in_figure(figure, smallest, before)
    return before


def hidden_in_table(table: Table, smallest: int, before: Hidden) -> list[tuple[Hidden, list[Place]]]:
    """What is hidden among the counts of a table, with the row and column of each count."""
    columns = [place for place, column in enumerate(table.columns) if counts_people(column)]
    rows = range(len(table.rows))
    if not table.matrix:
        each = [[(row, place) for row in rows] for place in columns]
        return [(hidden(_counted(table, places, table.sums), smallest, before), places) for places in each]
    places = [(row, place) for row in rows for place in columns if table.columns[place].people]
    lines = (*alike([row for row, _ in places]), *alike([place for _, place in places]))
    return [(_nameless(hidden(_counted(table, places, lines), smallest)), places)]


def _nameless(found: Hidden) -> Hidden:
    """Bins and outcomes: nothing outside of their own lines follows from them."""
    return Hidden(found.few, found.beside)


def _counted(table: Table, places: Sequence[Place], lines: tuple[Line, ...]) -> Counts:
    values = tuple(count_in(table.rows[row][column]) for row, column in places)
    names = [tuple(cell for cell in table.rows[row] if isinstance(cell, str)) for row, _ in places]
    heads = (table.columns[column].name for _, column in places)
    return Counts(values, tuple((*words, head) for words, head in zip(names, heads, strict=True)), lines)


def hidden_in_figure(figure: Figure, smallest: int, before: Hidden) -> Hidden:
    """What is hidden among the marks of a figure."""
    marks = [(series.name, point) for series in figure.series for point in series.points]
    lines: tuple[Line, ...] = ()
    if "series" in figure.sums:
        lines += alike([name for name, _ in marks])
    if "category" in figure.sums:
        lines += alike([point.x for _, point in marks])
    names = tuple((str(point.x), name) for name, point in marks)
    found = hidden(Counts(tuple(point.n for _, point in marks), names, lines), smallest, before)
    named = figure.kind in {"interval", "bars"} and figure.sums == ("series",)
    return found if named else _nameless(found)


def count_in(cell: Cell) -> int | None:
    """The count in a cell, if it holds one."""
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None


def words_of(line: Sequence[Cell]) -> str:
    """What a row says in words."""
    return " ".join(cell for cell in line if isinstance(cell, str))


def counts_people(column: Column) -> bool:
    """True for a column of counts of people."""
    return column.people or heads_people(column)


def heads_people(column: Column) -> bool:
    """True for the column with the n of a row."""
    return column.format == "integer" and bool(_COUNT.match(column.name))
