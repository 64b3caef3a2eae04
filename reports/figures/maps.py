"""The heatmap: a shade for each row and column, with its value and n written in the cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rai import theme
from rai.section import Figure, Point, Series
from reports.drawable import drawable, width, wrap
from reports.figures.scales import titled
from reports.figures.sheet import SMALL, TALLEST, TEXT, WIDTH, Sheet, Spot, box, sheet, widest, words
from reports.figures.telling import told

_CELL, _LINE, _BROADEST, _NARROWEST = 27.0, 9.0, 84.0, 42.0


def heatmap(figure: Figure) -> tuple[Sheet, ...]:
    """Draw the cells, in parts where there are more rows or columns than fit on a page."""
    names = list(dict.fromkeys(theme.write(p.x, figure.x.format) for series in figure.series for p in series.points))
    labels = [wrap(drawable(series.name), 0.28 * WIDTH, TEXT) for series in figure.series]
    left = max((widest(label) for label in labels), default=0.0) + 8
    wide = int((WIDTH - left) // _NARROWEST)
    rows = int((TALLEST - 60) // _CELL)
    return tuple(
        _page(figure, figure.series[top : top + rows], columns, left)
        for top in range(0, max(len(figure.series), 1), rows)
        for columns in _shared(names, wide)
    )


def _shared(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Share columns out evenly among as few parts as hold them."""
    parts = max(1, -(-len(names) // most))
    each = -(-len(names) // parts)
    for start in range(0, max(len(names), 1), max(each, 1)):
        yield names[start : start + each]


def _page(figure: Figure, rows: Sequence[Series], names: Sequence[str], left: float) -> Sheet:
    cell = min(_BROADEST, (WIDTH - left) / max(len(names), 1))
    heads = [wrap(drawable(name), cell - 4, SMALL) for name in names]
    head = 16 + _LINE * max((len(lines) for lines in heads), default=1)
    remarks = [_cell_says(figure, rows), *_reasons(rows)]
    foot = [line for note in remarks for line in wrap(drawable(note), WIDTH, SMALL, most=2)]
    on = sheet(head + _CELL * len(rows) + 4 + _LINE * len(foot))
    words(on, left, 6, titled(figure.x, WIDTH - left), size=SMALL, colour=theme.MUTED)
    for column, lines in enumerate(heads):
        for number, line in enumerate(lines):
            y = head - 6 - _LINE * (len(lines) - 1 - number)
            words(on, left + cell * (column + 0.5), y, line, size=SMALL, align="center")
    for number, series in enumerate(rows):
        top = head + _CELL * number
        _label(on, series.name, top=top)
        for point in series.points:
            name = theme.write(point.x, figure.x.format)
            if name in names:
                x = left + cell * names.index(name)
                _cell(on, figure, point, left=x, top=top, wide=cell)
                on.spots.append(Spot(x, top, x + cell, top + _CELL, _told(figure, series, point)))
    for number, line in enumerate(foot):
        words(on, 0, head + _CELL * len(rows) + 8 + _LINE * number, line, size=SMALL, colour=theme.MUTED)
    return on


def _told(figure: Figure, series: Series, point: Point) -> str:
    """A cell names its row even where there is only one."""
    return told(figure, series, point) if len(figure.series) > 1 else f"{series.name}, {told(figure, series, point)}"


def _cell_says(figure: Figure, rows: Sequence[Series]) -> str:
    unit = f" ({figure.y.unit})" if figure.y.unit else ""
    counted = any(point.n is not None for series in rows for point in series.points)
    return f"In each cell: {figure.y.label}{unit}{', and n' if counted else ''}."


def _reasons(rows: Sequence[Series], most: int = 3) -> list[str]:
    """Why cells have no value, where there are few reasons to tell."""
    found = list(dict.fromkeys(p.note for series in rows for p in series.points if p.y is None and p.note))
    if len(found) > most:
        return [f"{theme.DASH} No value; card.html and card.json hold the reason for each cell."]
    return [f"{theme.DASH} {reason}" for reason in found]


def _label(on: Sheet, name: str, *, top: float) -> None:
    lines = wrap(drawable(name), 0.28 * WIDTH, TEXT)
    for number, line in enumerate(lines):
        words(on, 0, top + _CELL / 2 + _LINE * (number - (len(lines) - 1) / 2), line)


def _cell(  # noqa: PLR0913 - what is drawn and where
    on: Sheet, figure: Figure, point: Point, *, left: float, top: float, wide: float
) -> None:
    fill, ink = shade(figure, point.y)
    box(on, left + 0.7, top + 0.7, left + wide - 0.7, top + _CELL - 0.7, fill=fill, shade=True)
    middle, n = top + _CELL / 2, "" if point.n is None else f"n {point.n:,}"
    _fitted(on, theme.write(point.y, figure.y.format), (left + wide / 2, middle - (4.5 if n else 0)), wide - 4, ink=ink)
    _fitted(on, n, (left + wide / 2, middle + 5.5), wide - 4, ink=ink, size=SMALL - 0.5)


def _fitted(  # noqa: PLR0913 - what is written, where and how
    on: Sheet, text: str, at: tuple[float, float], room: float, *, ink: str, size: float = TEXT
) -> None:
    while size > 4 and width(text, size) > room:
        size -= 0.5
    if text:
        words(on, *at, text, size=size, colour=ink, align="center", shaded=True)


def shade(figure: Figure, value: float | None) -> tuple[str, str]:
    """Return the shade of a value among those of its figure, and the colour of text on it."""
    known = [point.y for series in figure.series for point in series.points if point.y is not None]
    known += [node.value for node in figure.nodes if node.value is not None]
    low = figure.y.low if figure.y.low is not None else min(known, default=0.0)
    high = figure.y.high if figure.y.high is not None else max(known, default=1.0)
    share = 0.0 if value is None or high <= low else (value - low) / (high - low)
    steps = len(theme.SEQUENTIAL) - 1
    place = min(steps, max(0, round(share * steps)))
    return theme.SEQUENTIAL[place], theme.PAPER if place >= steps - 1 else theme.INK
