"""Figures over a continuous axis: lines with their band, points, and the distribution of a number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from pages.ui.ink import Ink, blank, colour, key, plain, reference, scale
from rai import theme
from rai.section import Figure, Point, Series

_HEIGHT = 380


def _sheet(figure: Figure, ink: Ink) -> go.Figure:
    found = blank(ink, height=_HEIGHT)
    points = [point for series in figure.series for point in series.points]
    heights = [value for point in points for value in (point.y, point.low, point.high) if value is not None]
    found.update_yaxes(**scale(figure.y, ink, values=heights))
    found.update_xaxes(**scale(figure.x, ink, values=[point.x for point in points if isinstance(point.x, float)]))
    found.update_layout(margin_r=150 if len(figure.series) > 1 else 24)
    if figure.reference is not None:
        reference(found, figure.reference, figure.reference_label, ink, upright=figure.kind == "histogram")
    return found


def _told(figure: Figure, series: Series, point: Point) -> str:
    across = theme.write(point.x, figure.x.format) if isinstance(point.x, float) else plain(point.x)
    words = [plain(series.name), f"{plain(figure.x.label)}: {across}"]
    words.append(f"{plain(figure.y.label)}: {theme.interval(point.y, point.low, point.high, figure.y.format)}")
    words += [f"n {point.n:,}"] if point.n is not None else []
    words += [plain(point.note)] if point.note else []
    return "<br>".join(words)


def _ends(found: go.Figure, figure: Figure, ink: Ink) -> None:
    """Write the name of each series at the end of its line, apart from each other."""
    if len(figure.series) < 2:
        return
    ends = [
        (number, series.name, last.y)
        for number, series in enumerate(figure.series)
        if (last := next((point for point in reversed(series.points) if point.y is not None), None))
        and last.y is not None
    ]
    heights = [point.y for series in figure.series for point in series.points if point.y is not None]
    low, high = _range(figure, heights)
    for (number, name, _), at in zip(ends, _apart([(y - low) / (high - low) for *_, y in ends]), strict=True):
        found.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=8, y=at, yref="paper", showarrow=False, align="left",
            text=key(ink, number, len(figure.series), name), font={"color": ink.text, "size": 12},
        )  # fmt: skip


def _range(figure: Figure, heights: Sequence[float]) -> tuple[float, float]:
    low = figure.y.low if figure.y.low is not None else min(heights, default=0.0)
    high = figure.y.high if figure.y.high is not None else max(heights, default=1.0)
    return (low, high) if high > low else (low, low + 1)


def _apart(places: Sequence[float], gap: float = 0.07) -> list[float]:
    """Move labels so that none covers another, in their order."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    return moved


def line(figure: Figure, ink: Ink) -> go.Figure:
    """A line for each series, with its band where there are intervals."""
    found = _sheet(figure, ink)
    for number, series in enumerate(figure.series):
        tint = colour(ink, number, len(figure.series))
        points = [point for point in series.points if point.y is not None]
        if any(point.low is not None for point in points):
            _bars_of_error(found, points, tint)
        dots = len(points) <= 25 and any(point.n is not None for point in points)
        found.add_scatter(
            x=[point.x for point in points], y=[point.y for point in points],
            mode="lines+markers" if dots else "lines", line={"color": tint, "width": 2}, marker={"size": 7},
            hovertext=[_told(figure, series, point) for point in points], hoverinfo="text",
        )  # fmt: skip
    _ends(found, figure, ink)
    return found


def _bars_of_error(found: go.Figure, points: Sequence[Point], tint: str) -> None:
    for point in points:
        if point.low is not None and point.high is not None:
            found.add_scatter(
                x=[point.x, point.x], y=[point.low, point.high], mode="lines", hoverinfo="skip",
                line={"color": tint, "width": 1.5},
            )  # fmt: skip


def scatter(figure: Figure, ink: Ink) -> go.Figure:
    """A dot for each point."""
    found = _sheet(figure, ink)
    for number, series in enumerate(figure.series):
        points = [point for point in series.points if point.y is not None]
        found.add_scatter(
            x=[point.x for point in points], y=[point.y for point in points], mode="markers",
            marker={"color": colour(ink, number, len(figure.series)), "size": 6, "opacity": 0.7},
            hovertext=[_told(figure, series, point) for point in points], hoverinfo="text",
        )  # fmt: skip
    _ends(found, figure, ink)
    return found


def histogram(figure: Figure, ink: Ink) -> go.Figure:
    """A bar from each left edge to the next; several series stand as outlines."""
    found = _sheet(figure, ink)
    for number, series in enumerate(figure.series):
        tint = colour(ink, number, len(figure.series))
        edges = [float(point.x) for point in series.points]
        widths = _widths(edges)
        told = [_told(figure, series, point) for point in series.points]
        heights = [point.y for point in series.points]
        if len(figure.series) == 1:
            found.add_bar(
                x=edges, y=heights, width=widths, offset=0, hovertext=told, hoverinfo="text",
                marker={"color": tint, "line": {"color": ink.paper, "width": 1}},
            )  # fmt: skip
        else:
            found.add_scatter(
                x=edges, y=heights, mode="lines", line={"color": tint, "shape": "hv", "width": 2}, hovertext=told,
                hoverinfo="text",
            )  # fmt: skip
    _ends(found, figure, ink)
    return found


def _widths(edges: Sequence[float]) -> list[float]:
    gaps = [after - before for before, after in pairwise(edges)]
    return [*gaps, gaps[-1] if gaps else 1.0]
