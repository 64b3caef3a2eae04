"""How a table fits on paper: widths of its columns, smaller letters where needed, parts where that is not enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reports.document import Cell, Grid
from reports.drawable import BREAK, breakable, drawable, width

#: Room between the margins, and between the words of two columns, in points.
PAPER, GAP = 470.0, 8.0

#: Sizes of letters that are tried, largest first, in points.
SIZES = (8.0, 7.2, 6.5)

#: Letters of a word that always stay together.
_LONGEST = 14
#: A status no longer than this stands in one line.
_STATUS = 20
#: Lines of a narrow column before smaller letters are tried, and what is narrow, in letters' heights.
_LINES, _NARROW = 4, 15
_CODE_WIDTH = 0.606


@dataclass(frozen=True)
class Part:
    """A table, or a part of one, that fits between the margins.

    Attributes
    ----------
    widths
        Of each column in points, with the gap.
    size
        Of the letters, in points.
    """

    grid: Grid
    widths: tuple[float, ...]
    size: float


def fitted(grid: Grid, paper: float = PAPER) -> tuple[Part, ...]:
    """Fit a table between the margins; where it is too wide, parts follow each other, each with the first column."""
    shown = _drawable(grid)
    whole = None
    for size in SIZES:
        part = Part(shown, tuple(_widths(shown, size, paper)), size)
        if sum(part.widths) <= paper + 0.01:
            whole = part
            if not _crowded(part):
                break
    if whole is not None:
        return (whole,)
    parts = _parts(shown, SIZES[-1], paper)
    size = next((size for size in SIZES if all(sum(_widths(part, size, paper)) <= paper for part in parts)), SIZES[-1])
    return tuple(Part(part, tuple(_widths(part, size, paper)), size) for part in parts)


def _crowded(part: Part) -> bool:
    """True if words stand one below the other in a narrow column."""
    narrow = [place for place, wide in enumerate(part.widths) if wide < _NARROW * part.size]
    return any(
        _lines(row[place].text, part.widths[place] - GAP, part.size) > _LINES
        for row in part.grid.rows for place in narrow if not part.grid.right[place]
    )  # fmt: skip


def _lines(text: str, room: float, size: float) -> int:
    """Lines of a text, broken between words."""
    lines, used = 1, 0.0
    for word in text.split():
        wide = width(f"{word} ", size)
        if used and used + wide > room:
            lines, used = lines + 1, 0.0
        used += wide
    return lines


def _drawable(grid: Grid) -> Grid:
    rows = tuple(tuple(replace(cell, text=_shown(cell)) for cell in row) for row in grid.rows)
    return replace(
        grid, title=drawable(grid.title), note=drawable(grid.note),
        heads=tuple(breakable(drawable(head), _LONGEST) for head in grid.heads), rows=rows,
    )  # fmt: skip


def _shown(cell: Cell) -> str:
    return drawable(cell.text) if cell.code else breakable(drawable(cell.text), _LONGEST)


def _widths(grid: Grid, size: float, paper: float) -> list[float]:
    """Widths of the columns: as wide as their words, or the room shared out among those that can break."""
    least = [_least(grid, place, size) for place in range(len(grid.heads))]
    most = [max(_most(grid, place, size), least[place]) for place in range(len(grid.heads))]
    spare = paper - sum(least)
    wanted = sum(most) - sum(least)
    if wanted <= spare or spare <= 0:
        return most if wanted <= spare else least
    return [low + spare * (high - low) / wanted for low, high in zip(least, most, strict=True)]


def _least(grid: Grid, place: int, size: float) -> float:
    """The narrowest a column can be: its longest piece that cannot break; numbers never break."""
    cells = [_piece(row[place], size) if not grid.right[place] else _line(row[place], size) for row in grid.rows]
    return max([*cells, _longest(grid.heads[place], size, bold=True)]) + GAP


def _most(grid: Grid, place: int, size: float) -> float:
    """The widest a column can use: every cell in one line."""
    cells = [_line(row[place], size) for row in grid.rows]
    return max([*cells, width(grid.heads[place], size, bold=True)]) + GAP


def _line(cell: Cell, size: float) -> float:
    if cell.code:
        return _CODE_WIDTH * size * len(cell.text)
    return max(width(line, size, bold=cell.tone is not None) for line in cell.text.split("\n")) + _sign(cell, size)


def _piece(cell: Cell, size: float) -> float:
    if cell.code:
        # A digest may break in the middle.
        return _CODE_WIDTH * size * min(len(cell.text), 32)
    if cell.tone is not None and len(cell.text) <= _STATUS:
        return _line(cell, size)
    return _longest(cell.text, size, bold=cell.tone is not None) + _sign(cell, size)


def _sign(cell: Cell, size: float) -> float:
    return 1.6 * size if cell.tone is not None else 0.0


def _longest(text: str, size: float, *, bold: bool = False) -> float:
    pieces = text.replace(BREAK, " ").replace("\n", " ").split(" ")
    return max((width(piece, size, bold=bold) for piece in pieces), default=0.0)


def _parts(grid: Grid, size: float, paper: float) -> list[Grid]:
    """Share the columns out among parts; the first column and the one with n stand in each."""
    kept = [place for place, head in enumerate(grid.heads) if place == 0 or (head == "n" and place == 1)]
    room = paper - sum(_least(grid, place, size) for place in kept)
    rest = {place: _least(grid, place, size) for place in range(len(grid.heads)) if place not in kept}
    parts = _packed(rest, room)
    # As many parts as needed, none of them much narrower than the others.
    even = sum(rest.values()) / len(parts)
    while len(_packed(rest, min(even, room))) > len(parts):
        even *= 1.05
    parts = _packed(rest, min(even, room))
    return [_only(grid, [*kept, *part], number, len(parts)) for number, part in enumerate(parts, 1)]


def _packed(widths: Mapping[int, float], room: float) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    used = 0.0
    for place, wide in widths.items():
        if parts[-1] and used + wide > room:
            parts.append([])
            used = 0.0
        parts[-1].append(place)
        used += wide
    return parts


def _only(grid: Grid, places: Sequence[int], number: int, count: int) -> Grid:
    mark = f"columns, part {number} of {count}"
    return replace(
        grid, title=f"{grid.title} ({mark})" if grid.title else mark, note=grid.note if number == count else "",
        heads=tuple(grid.heads[place] for place in places), right=tuple(grid.right[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in grid.rows),
    )  # fmt: skip
