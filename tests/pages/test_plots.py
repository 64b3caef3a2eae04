"""Every kind of figure is drawn from its data, on light and dark paper, with n beside it and no markup from data."""

from __future__ import annotations

import re

import plotly.graph_objects as go
import pytest

from pages.ui import plots
from pages.ui.ink import DARK, LIGHT, shade
from rai.section import Axis, Figure, FigureKind, Node, Point, Series
from rai.theme import INK, PAPER

EVIL = "<b>bold</b> & <a href='http://x'>y</a>"


def figure(kind: FigureKind, **changes: object) -> Figure:
    """A small figure of one kind, with a name from the data that looks like markup."""
    along = [float(n) for n in range(3)] if kind in {"line", "histogram", "scatter"} else [EVIL, "b", "c"]
    points = tuple(
        Point(x=x, y=y, low=y - 0.1, high=y + 0.1, n=n)
        for x, y, n in zip(along, (0.2, 0.5, 0.8), (1234, 56, 7), strict=True)
    )
    nodes = (
        Node(key=0, parent=None, label="All rows", value=0.2, n=1234),
        Node(key=1, parent=0, label=EVIL, value=0.1, n=1000),
        Node(key=2, parent=0, label="other", value=None, n=234),
    )
    whole = {
        "kind": kind, "title": "T", "x": Axis(label="Group"), "y": Axis(label="Rate", format="percent", low=0, high=1),
        "series": (Series(name=EVIL, points=points),), "alt": "A", "nodes": nodes if kind == "tree" else (),
        "reference": 0.4, "reference_label": "all rows 40.0 %",
    }  # fmt: skip
    return Figure.model_validate({**whole, **changes})


def texts(drawn: go.Figure) -> list[str]:
    """Every text in a drawing: annotations, ticks and what is told at a mark."""
    found = [item.text or "" for item in drawn.layout.annotations]
    for axis in (drawn.layout.xaxis, drawn.layout.yaxis):
        found += [*map(str, axis.ticktext or ()), axis.title.text or ""]
    for trace in drawn.data:
        told = getattr(trace, "hovertext", None)
        found += [told] if isinstance(told, str) else list(told or ())
    return found


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", ["interval", "bars", "line", "histogram", "heatmap", "waterfall", "scatter", "tree"])
def test_a_figure_says_its_numbers_and_shows_names_from_data_as_they_stand(kind: FigureKind, dark: bool) -> None:
    said = " ".join(texts(plots.draw(figure(kind), dark=dark)))
    assert "1,234" in said
    assert "&lt;b&gt;bold" in said
    assert not re.search(r"<(?!br>|/?b>|span|/span)", said)
    assert "<b>bold" not in said


def test_n_stands_at_the_right_edge_of_each_row() -> None:
    drawn = plots.draw(figure("interval"))
    edge = [item.text for item in drawn.layout.annotations if item.xref == "paper" and item.xanchor == "right"]
    assert edge == ["n", "1,234", "56", "7"]


def test_a_value_that_is_absent_leaves_its_reason_in_its_row() -> None:
    points = (Point(x="a", y=0.3, n=50), Point(x="b", y=None, n=4, note="Not judged: 4 rows, at least 20 are needed."))
    for kind in ("interval", "bars"):
        drawn = plots.draw(figure(kind, series=(Series(name="s", points=points),)))
        assert "Not judged: 4 rows, at least 20 are needed." in texts(drawn)
        marks = [trace for trace in drawn.data if trace.hovertext]
        assert [len(trace.x) for trace in marks] == [1]


def test_the_value_of_a_bar_stands_beyond_its_whisker() -> None:
    drawn = plots.draw(figure("bars"))
    labels = {item.text: item.x for item in drawn.layout.annotations if item.xanchor == "left"}
    assert labels == pytest.approx({"20.0 %": 0.3, "50.0 %": 0.6, "80.0 %": 0.9})


def test_a_waterfall_goes_from_the_base_value_to_the_sum() -> None:
    points = (Point(x="a", y=0.3), Point(x="b", y=-0.1))
    drawn = plots.draw(
        figure("waterfall", series=(Series(name="s", points=points),), reference=1.0, reference_label="base value",
               y=Axis(label="SHAP value"))
    )  # fmt: skip
    bars = next(trace for trace in drawn.data if trace.type == "bar")
    assert list(zip(bars.base, bars.x, strict=True)) == [(1.0, pytest.approx(0.3)), (1.3, pytest.approx(-0.1))]
    assert "sum 1.20" in texts(drawn)
    assert list(bars.text) == ["+0.300", "-0.100"]


def test_series_have_colours_of_their_own_and_none_is_the_colour_of_a_verdict() -> None:
    for ink in (LIGHT, DARK):
        assert len(set(ink.groups)) == len(ink.groups) >= 5
        assert not {"#D55E00", "#00735C", "#B07A00", "#009E73"} & set(ink.groups)


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_text_on_a_shade_can_be_read(ink) -> None:
    for share in (-1.0, 0.0, 0.3, 0.5, 0.8, 1.0, 2.0):
        fill, text = shade(ink, share)
        assert contrast(fill, text) > 4
    assert {shade(ink, 0.0)[1], shade(ink, 1.0)[1]} == {INK, PAPER}


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
