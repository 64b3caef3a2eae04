"""Draws a Figure on the screen: one way for each of its kinds."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from pages.ui.ink import DARK, LIGHT, Ink
from pages.ui.plot_lines import histogram, line, scatter
from pages.ui.plot_maps import heatmap, tree
from pages.ui.plot_rows import bars, interval, waterfall
from rai.section import Figure, FigureKind

_DRAW: dict[FigureKind, Callable[[Figure, Ink], go.Figure]] = {
    "interval": interval,
    "bars": bars,
    "line": line,
    "histogram": histogram,
    "heatmap": heatmap,
    "waterfall": waterfall,
    "scatter": scatter,
    "tree": tree,
}


def draw(figure: Figure, *, dark: bool = False) -> go.Figure:
    """Return the drawing of a figure for light or dark paper."""
    return _DRAW[figure.kind](figure, DARK if dark else LIGHT)
