"""Figures in two dimensions: a heatmap with its numbers in the cells, and a tree from its root at the left."""

from __future__ import annotations

import plotly.graph_objects as go

from pages.ui.ink import Ink, blank, plain, shade
from rai import theme
from rai.section import Figure, Node, Point

_CELL, _LEAF = 44, 62


def heatmap(figure: Figure, ink: Ink) -> go.Figure:
    """A cell for each row and column, shaded by its value, with value and n written in it."""
    columns = list(dict.fromkeys(str(point.x) for series in figure.series for point in series.points))
    found = blank(ink, height=90 + _CELL * len(figure.series))
    values = [point.y for series in figure.series for point in series.points if point.y is not None]
    low, high = _ends(figure, values)
    for row, series in enumerate(figure.series):
        for point in series.points:
            _cell(found, figure, ink, point, at=(columns.index(str(point.x)), row), ends=(low, high))
    title = {"text": plain(figure.x.label), "font": {"color": ink.muted, "size": 13}}
    found.update_xaxes(
        side="top", tickvals=list(range(len(columns))), ticktext=[plain(name) for name in columns], title=title,
        range=[-0.5, len(columns) - 0.5], ticklen=0,
    )  # fmt: skip
    names = [plain(series.name) for series in figure.series]
    found.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.5, -0.5], ticklen=0)
    found.update_layout(margin_t=64)
    return found


def _ends(figure: Figure, values: list[float]) -> tuple[float, float]:
    low = figure.y.low if figure.y.low is not None else min(values, default=0.0)
    high = figure.y.high if figure.y.high is not None else max(values, default=1.0)
    return (low, high) if high > low else (low, low + 1)


def _cell(  # noqa: PLR0913 - what a cell looks like and where it stands
    found: go.Figure, figure: Figure, ink: Ink, point: Point, *, at: tuple[int, int], ends: tuple[float, float]
) -> None:
    share = 0.0 if point.y is None else (point.y - ends[0]) / (ends[1] - ends[0])
    fill, text = shade(ink, share)
    column, row = at
    found.add_shape(
        type="rect", x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5, fillcolor=fill, layer="below",
        line={"color": ink.paper, "width": 2},
    )  # fmt: skip
    words = theme.write(point.y, figure.y.format)
    words += f"<br><span style='font-size:11px'>n {point.n:,}</span>" if point.n is not None else ""
    found.add_annotation(x=column, y=row, text=words, showarrow=False, font={"color": text, "size": 13})
    found.add_scatter(
        x=[column], y=[row], mode="markers", marker={"opacity": 0, "size": 30}, hoverinfo="text",
        hovertext=plain(point.note) or words,
    )  # fmt: skip


def tree(figure: Figure, ink: Ink) -> go.Figure:
    """The nodes of a tree, each with its condition, value and n; a darker shade is a higher value."""
    children: dict[int | None, list[Node]] = {}
    for node in figure.nodes:
        children.setdefault(node.parent, []).append(node)
    places: dict[int, tuple[float, float]] = {}
    for root in children.get(None, []):
        _arrange(root, children, places, depth=0)
    deepest = max((x for x, _ in places.values()), default=0.0)
    leaves = sum(1 for node in figure.nodes if node.key not in children)
    found = blank(ink, height=40 + _LEAF * max(leaves, 1))
    values = [node.value for node in figure.nodes if node.value is not None]
    low, high = _ends(figure, values)
    for node in figure.nodes:
        _branch(found, node, places, ink)
    for node in figure.nodes:
        share = 0.0 if node.value is None else (node.value - low) / (high - low)
        _box(found, figure, node, at=places[node.key], colours=shade(ink, share), ink=ink)
    found.update_xaxes(visible=False, range=[-0.46, deepest + 0.46])
    found.update_yaxes(visible=False, range=[max(leaves, 1) - 0.4, -0.6])
    return found


def _arrange(
    node: Node, children: dict[int | None, list[Node]], places: dict[int, tuple[float, float]], *, depth: int
) -> float:
    """Place a node in the middle of its children; leaves follow each other down the page."""
    below = [_arrange(child, children, places, depth=depth + 1) for child in children.get(node.key, [])]
    leaves = [place for key, (_, place) in places.items() if key not in children]
    at = (below[0] + below[-1]) / 2 if below else max(leaves, default=-1.0) + 1
    places[node.key] = (float(depth), at)
    return at


def _branch(found: go.Figure, node: Node, places: dict[int, tuple[float, float]], ink: Ink) -> None:
    if node.parent is None:
        return
    (x0, y0), (x1, y1) = places[node.parent], places[node.key]
    found.add_scatter(
        x=[x0 + 0.42, x0 + 0.5, x0 + 0.5, x1 - 0.42], y=[y0, y0, y1, y1], mode="lines", hoverinfo="skip",
        line={"color": ink.rule, "width": 1.5},
    )  # fmt: skip


def _box(  # noqa: PLR0913 - what a box looks like and where it stands
    found: go.Figure, figure: Figure, node: Node, *, at: tuple[float, float], colours: tuple[str, str], ink: Ink
) -> None:
    (x, y), (fill, text) = at, colours
    found.add_shape(
        type="rect", x0=x - 0.42, x1=x + 0.42, y0=y - 0.38, y1=y + 0.38, fillcolor=fill, layer="below",
        line={"color": ink.rule, "width": 1},
    )  # fmt: skip
    label = node.label if len(node.label) <= 30 else f"{node.label[:29]}…"
    words = f"{plain(label)}<br><b>{theme.write(node.value, figure.y.format)}</b>  n {node.n:,}"
    found.add_annotation(x=x, y=y, text=words, showarrow=False, font={"color": text, "size": 12})
    found.add_scatter(
        x=[x], y=[y], mode="markers", marker={"opacity": 0, "size": 40}, hoverinfo="text",
        hovertext="<br>".join(plain(part) for part in (node.label, node.note) if part),
    )  # fmt: skip
