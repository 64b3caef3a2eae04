"""What a mark tells to whoever points at it: what it is, its value with its interval, and n; without any script."""

from __future__ import annotations

from html import escape

from rai import theme
from rai.section import Figure, Node, Point, Series
from reports.drawable import legible
from reports.figures.sheet import Drawing, Spot

#: With more marks than these nobody can point at one; the table of the numbers has them all.
MOST = 600


def told(figure: Figure, series: Series, point: Point) -> str:
    """One mark in words: ``women: 72.0 % (70.1 to 73.9), n 1,000``."""
    place = theme.write(point.x, figure.x.format)
    if not isinstance(point.x, str):
        place = f"{figure.x.label} {place}"
    names = [series.name, place] if len(figure.series) > 1 else [place]
    value = theme.interval(point.y, point.low, point.high, figure.y.format) if point.y is not None else "no value"
    return _joined(", ".join(names), value, point.n, point.note)


def told_node(figure: Figure, node: Node) -> str:
    """One node of a tree in words."""
    return _joined(node.label, theme.write(node.value, figure.y.format), node.n, node.note)


def _joined(name: str, value: str, n: int | None, note: str) -> str:
    counted = f", n {n:,}" if n is not None else ""
    return f"{name}: {value}{counted}{f'. {note}' if note else ''}"


def pointed(drawing: Drawing) -> str:
    """The drawing with a place around each mark that shows its words when it is pointed at."""
    if not 0 < len(drawing.spots) <= MOST:
        return drawing.svg
    places = "".join(_place(item) for item in drawing.spots)
    group = f'<g class="spots" fill="none" stroke="none" pointer-events="all">{places}</g>'
    return f"{drawing.svg.removesuffix('</svg>')}{group}</svg>"


def _place(item: Spot) -> str:
    box = (
        f'x="{item.left:.1f}" y="{item.top:.1f}" width="{max(item.right - item.left, 0):.1f}" '
        f'height="{max(item.bottom - item.top, 0):.1f}"'
    )
    return f"<rect {box}><title>{escape(legible(item.text))}</title></rect>"
