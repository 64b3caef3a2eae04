"""Figures with a row for each category: a dot on its interval, a bar, or a step of a waterfall, with n at the right."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from pages.ui.ink import Ink, blank, colour, key, plain, reference, scale
from rai import theme
from rai.section import Figure, Point, Series

_ROW, _HEAD = 30, 96


@dataclass(frozen=True)
class _Place:
    """Where a point is drawn: its row, and how far from the row's middle where several series share it."""

    series: int
    point: Point
    at: float


def _categories(figure: Figure) -> list[str]:
    return list(dict.fromkeys(str(point.x) for series in figure.series for point in series.points))


def _places(figure: Figure) -> list[_Place]:
    rows = {name: number for number, name in enumerate(_categories(figure))}
    spread = [0.0] if len(figure.series) < 2 else _spread(len(figure.series))
    return [
        _Place(number, point, rows[str(point.x)] + spread[number])
        for number, series in enumerate(figure.series)
        for point in series.points
    ]


def _spread(count: int) -> list[float]:
    return [0.44 * (number / (count - 1) - 0.5) for number in range(count)]


def _sheet(figure: Figure, ink: Ink) -> go.Figure:
    names = _categories(figure)
    tall = _ROW * len(names) * (1 if len(figure.series) < 2 else 0.5 + 0.5 * len(figure.series))
    found = blank(ink, height=int(_HEAD + tall))
    found.update_yaxes(
        tickvals=list(range(len(names))), ticktext=[plain(name) for name in names], range=[len(names) - 0.4, -0.6],
        ticklen=0,
    )  # fmt: skip
    values = [end for series in figure.series for point in series.points for end in (point.y, point.low, point.high)]
    found.update_xaxes(**scale(figure.y, ink, values=[value for value in values if value is not None]))
    found.update_layout(margin_r=96)
    if figure.reference is not None and figure.kind != "waterfall":
        reference(found, figure.reference, figure.reference_label, ink, upright=True)
    return found


def _told(figure: Figure, series: Series, point: Point) -> str:
    words = [plain(str(point.x)), theme.interval(point.y, point.low, point.high, figure.y.format)]
    words += [f"n {point.n:,}"] if point.n is not None else []
    words += [plain(point.note)] if point.note else []
    head = [plain(series.name)] if len(figure.series) > 1 else []
    return "<br>".join([*head, *words])


def _edge(found: go.Figure, figure: Figure, ink: Ink, places: list[_Place]) -> None:
    """Write n at the right edge, and a note where there is no value to draw."""
    if any(place.point.n is not None for place in places):
        found.add_annotation(
            x=1, xref="paper", xshift=88, xanchor="right", y=1, yref="paper", yanchor="bottom", text="n",
            showarrow=False, font={"color": ink.muted, "size": 12},
        )  # fmt: skip
    for place in places:
        if place.point.n is not None:
            found.add_annotation(
                x=1, xref="paper", xshift=88, xanchor="right", y=place.at, text=f"{place.point.n:,}", showarrow=False,
                font={"color": ink.muted, "size": 12},
            )  # fmt: skip
        if place.point.y is None:
            found.add_annotation(
                x=0.01, xref="paper", xanchor="left", y=place.at, showarrow=False,
                text=plain(place.point.note or "no value"), font={"color": ink.muted, "size": 12},
            )  # fmt: skip
    _label_series(found, figure, ink, places)


def _label_series(found: go.Figure, figure: Figure, ink: Ink, places: list[_Place]) -> None:
    """Write the name of each series beside its first mark."""
    if len(figure.series) < 2:
        return
    for number, series in enumerate(figure.series):
        first = next((place for place in places if place.series == number and place.point.y is not None), None)
        if first is not None:
            end = first.point.high if first.point.high is not None else first.point.y
            found.add_annotation(
                x=end, y=first.at, xanchor="left", xshift=6, showarrow=False, font={"color": ink.text, "size": 12},
                text=key(ink, number, len(figure.series), series.name),
            )  # fmt: skip


def interval(figure: Figure, ink: Ink) -> go.Figure:
    """A dot on its 95 % interval for each category."""
    found, places = _sheet(figure, ink), _places(figure)
    for number, series in enumerate(figure.series):
        own = [place for place in places if place.series == number and place.point.y is not None]
        tint = colour(ink, number, len(figure.series))
        for place in own:
            if place.point.low is not None and place.point.high is not None:
                found.add_scatter(
                    x=[place.point.low, place.point.high], y=[place.at, place.at], mode="lines", hoverinfo="skip",
                    line={"color": tint, "width": 2},
                )  # fmt: skip
        found.add_scatter(
            x=[place.point.y for place in own], y=[place.at for place in own], mode="markers",
            marker={"color": tint, "size": 9, "line": {"color": ink.paper, "width": 1}},
            hovertext=[_told(figure, series, place.point) for place in own], hoverinfo="text",
        )  # fmt: skip
    _edge(found, figure, ink, places)
    return found


def bars(figure: Figure, ink: Ink) -> go.Figure:
    """A bar for each category, with its value at the end."""
    found, places = _sheet(figure, ink), _places(figure)
    width = 0.55 if len(figure.series) < 2 else 0.5 / len(figure.series)
    for number, series in enumerate(figure.series):
        own = [place for place in places if place.series == number and place.point.y is not None]
        found.add_bar(
            orientation="h", x=[place.point.y for place in own], y=[place.at for place in own], width=width,
            marker={"color": colour(ink, number, len(figure.series))},
            hovertext=[_told(figure, series, place.point) for place in own], hoverinfo="text",
        )  # fmt: skip
        _whiskers(found, own, ink)
        _values(found, figure, own, ink)
    found.update_layout(barmode="overlay")
    _edge(found, figure, ink, places)
    return found


def _values(found: go.Figure, figure: Figure, own: list[_Place], ink: Ink) -> None:
    """Write each value beyond the end of its bar and of its whisker."""
    for place in own:
        ends = [end for end in (place.point.y, place.point.high, 0.0) if end is not None]
        found.add_annotation(
            x=max(ends), y=place.at, xanchor="left", xshift=4, text=theme.write(place.point.y, figure.y.format),
            showarrow=False, font={"color": ink.text, "size": 12},
        )  # fmt: skip


def _whiskers(found: go.Figure, own: list[_Place], ink: Ink) -> None:
    for place in own:
        if place.point.low is not None and place.point.high is not None:
            found.add_scatter(
                x=[place.point.low, place.point.high], y=[place.at, place.at], mode="lines", hoverinfo="skip",
                line={"color": ink.muted, "width": 1.5},
            )  # fmt: skip


def waterfall(figure: Figure, ink: Ink) -> go.Figure:
    """Steps from the reference (the base value) to the sum, one below the other, each with its size."""
    found, places = _sheet(figure, ink), _places(figure)
    at, ends = figure.reference or 0.0, []
    for place in places:
        step = place.point.y or 0.0
        ends.append((at, at + step))
        at += step
    found.add_bar(
        orientation="h", base=[start for start, _ in ends], x=[end - start for start, end in ends],
        y=[place.at for place in places], width=0.6,
        marker={"color": [ink.groups[0 if end >= start else 1] for start, end in ends]},
        text=[_signed(figure, place.point) for place in places], textposition="outside", cliponaxis=False,
        hovertext=[_told(figure, figure.series[0], place.point) for place in places], hoverinfo="text",
    )  # fmt: skip
    marks = [value for pair in ends for value in pair] or [at]
    room = 0.12 * ((max(marks) - min(marks)) or 1.0)
    found.update_xaxes(range=[min(marks) - room, max(marks) + room])
    reference(found, figure.reference or 0.0, figure.reference_label, ink, upright=True)
    found.add_vline(x=at, line={"color": ink.accent, "width": 1}, layer="below")
    found.add_annotation(
        x=at, y=0, yref="paper", yanchor="top", yshift=-22, showarrow=False, font={"color": ink.accent, "size": 12},
        text=f"sum {theme.write(at, figure.y.format)}",
    )  # fmt: skip
    return found


def _signed(figure: Figure, point: Point) -> str:
    text = theme.write(point.y, figure.y.format)
    return text if point.y is None or point.y < 0 or text.startswith("+") else f"+{text}"
