"""Draws a Figure for paper: the same numbers as on the screen, readable without colour and without a pointer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from rai import theme
from rai.section import Figure, FigureKind
from reports.figures.lines import histogram, line, scatter
from reports.figures.maps import heatmap
from reports.figures.rows import bars, interval
from reports.figures.sheet import Drawing, Sheet, drawing, sheet, words, writing
from reports.figures.steps import waterfall
from reports.figures.trees import tree

_DRAW: dict[FigureKind, Callable[[Figure], tuple[Sheet, ...]]] = {
    "interval": interval,
    "bars": bars,
    "line": line,
    "histogram": histogram,
    "heatmap": heatmap,
    "waterfall": waterfall,
    "scatter": scatter,
    "tree": tree,
}

__all__ = ["Drawing", "draw"]


@lru_cache(maxsize=512)
def draw(figure: Figure) -> tuple[Drawing, ...]:
    """Draw a figure as SVG, in parts where it is longer than a page; the same figure always gives the same bytes."""
    with writing():
        sheets = _DRAW[figure.kind](figure) if _filled(figure) else (_nothing(),)
        return tuple(drawing(sheet, figure, part=number, parts=len(sheets)) for number, sheet in enumerate(sheets, 1))


def _filled(figure: Figure) -> bool:
    return bool(figure.nodes) or any(series.points for series in figure.series)


def _nothing() -> Sheet:
    on = sheet(24)
    words(on, 0, 12, "There is nothing to draw.", colour=theme.MUTED)
    return on
