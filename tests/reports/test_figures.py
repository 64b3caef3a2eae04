"""Figures on paper: every kind is drawn, the same each time, legible, and safe to stand in a page."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from rai import theme
from rai.section import Node, Point, Series
from reports.drawable import BOX, breakable, drawable, legible, width, wrap
from reports.figures import draw
from reports.figures.telling import MOST, pointed
from tests.reports import making

MANY = tuple(
    f"group {number} {'with a very long name, and_on_and_on_without_any_space_' * (number % 3)}" for number in range(60)
)


def words(drawing) -> list[str]:
    return [item.text or "" for item in ET.fromstring(drawing.svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("kind", making.KINDS)
def test_every_kind_is_drawn_with_its_alternative_text(kind):
    (found,) = draw(making.figure(kind))
    root = ET.fromstring(found.svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", f"What the {kind} shows.")
    assert len(words(found)) > 5


@pytest.mark.parametrize("kind", making.KINDS)
def test_the_same_figure_gives_the_same_bytes(kind):
    first = draw(making.figure(kind))
    draw.cache_clear()
    assert draw(making.figure(kind)) == first


@pytest.mark.parametrize("kind", making.KINDS)
def test_a_drawing_has_no_style_sheet_script_address_or_foreign_id(kind):
    (found,) = draw(making.figure(kind))
    assert not re.search(r"<style|<script|<metadata|\sstyle=|DOCTYPE", found.svg)
    assert re.findall(r"https?://[^\"]*", found.svg) == ["http://www.w3.org/2000/svg"]
    ids = re.findall(r'\sid="([^"]*)"', found.svg)
    assert len(ids) == len(set(ids))
    assert all(name.startswith(found.mark) for name in [*ids, *re.findall(r'href="#([^"]*)"', found.svg)])


@pytest.mark.parametrize("kind", ["interval", "bars"])
def test_a_row_shows_its_group_value_interval_and_n(kind):
    (found,) = draw(making.figure(kind))
    assert {"women", "10.0 % (5.0 to 15.0)", "1,000", "all rows", "Rate (share of rows)"} <= set(words(found))
    assert {"nobody", "no value", "Not judged: 7 rows.", "7"} <= set(words(found))


def test_a_cell_of_a_heatmap_shows_its_value_and_n_and_says_why_one_is_absent():
    (found,) = draw(making.figure("heatmap"))
    assert {"10.0 %", "n 1,000", "–", "– Not judged: 7 rows."} <= set(words(found))


def test_a_waterfall_ends_at_the_base_value_plus_all_steps():
    steps = Series(name="score", points=(Point(x="income = 3", y=0.3), Point(x="debt = 1", y=-0.1)))
    figure = making.figure(
        "waterfall",
        series=(steps,),
        reference=0.25,
        reference_label="base value",
        y=making.axes("bars")["y"].model_copy(update={"format": "number"}),
    )
    assert {"+0.300", "-0.100", "sum 0.450", "base value"} <= set(words(draw(figure)[0]))


def test_lines_name_their_series_and_tell_n():
    series = tuple(
        Series(name=f"version {at}", points=tuple(Point(x=i / 9, y=i / 20 + at / 10, n=30 + i) for i in range(10)))
        for at in range(2)
    )
    found = words(draw(making.figure("line", series=series))[0])
    assert {"version 0", "version 1", "n 30 to 39 at each point"} <= set(found)
    one = words(draw(making.figure("line", series=series[:1]))[0])
    assert {"n", "30", "39"} <= set(one)


@pytest.mark.parametrize("kind", making.KINDS)
def test_sixty_groups_with_long_names_fit_on_pages_and_none_is_lost(kind):
    parts = draw(making.figure(kind, MANY))
    assert all(part.wide <= 470 and part.tall <= 640 for part in parts)
    said = " ".join(word for part in parts for word in words(part))
    if kind in {"interval", "bars", "waterfall", "heatmap", "tree"}:
        assert len(parts) > 1
        assert {f"group {number} " for number in range(60)} <= set(re.findall(r"group \d+ ", f"{said} "))


@pytest.mark.parametrize("kind", making.KINDS)
def test_no_text_leaves_the_sheet(kind):
    for part in draw(making.figure(kind, MANY)):
        for item in ET.fromstring(part.svg).iter("{http://www.w3.org/2000/svg}text"):
            if "rotate(-90" in item.get("transform", ""):
                continue
            size = float(item.get("font-size", "").removesuffix("px"))
            wide = width(item.text or "", size) * 1.001
            left = (
                float(item.get("x", ""))
                - {"start": 0, "middle": wide / 2, "end": wide}[item.get("text-anchor", "start")]
            )
            assert left >= -1
            assert left + wide <= part.wide + 1, item.text
            assert 0 < float(item.get("y", "")) <= part.tall


@pytest.mark.parametrize("kind", making.KINDS)
def test_every_mark_can_be_pointed_at_and_lies_on_the_sheet(kind):
    figure = making.figure(kind, MANY)
    parts = draw(figure)
    spots = [spot for part in parts for spot in part.spots]
    marks = [*figure.nodes, *(point for series in figure.series for point in series.points)]
    assert len(spots) == len(marks)
    for part in parts:
        for spot in part.spots:
            assert -5 <= spot.left < spot.right <= part.wide + 5
            assert -5 <= spot.top < spot.bottom <= part.tall + 5


def test_pointing_at_marks_is_no_part_of_the_paper_and_cannot_break_out_of_the_page():
    (found,) = draw(making.figure("bars", ("</title><script>alert(1)</script>",)))
    assert "<title>" not in found.svg
    told = pointed(found)
    assert "<script" not in told
    assert ET.fromstring(told).findall(".//{http://www.w3.org/2000/svg}title")[0].text.startswith("</title><script>")


def test_a_figure_of_too_many_marks_is_left_to_its_table():
    points = tuple(Point(x=at / 1000, y=at / 1000) for at in range(MOST + 1))
    (found,) = draw(making.figure("scatter", series=(Series(name="s", points=points),)))
    assert pointed(found) == found.svg


def test_rows_of_an_interval_figure_do_not_touch():
    (found,) = draw(making.figure("interval", tuple(f"group {number}" for number in range(20))))
    at = sorted(
        float(item.get("y", ""))
        for item in ET.fromstring(found.svg).iter("{http://www.w3.org/2000/svg}text")
        if item.text and item.text.startswith("group")
    )
    assert len(at) == 20
    assert min(after - before for before, after in pairwise(at)) >= 9


def test_series_are_told_apart_without_colour():
    series = tuple(Series(name=f"s{at}", points=tuple(Point(x=i / 3, y=i / 5) for i in range(4))) for at in range(3))
    svg = draw(making.figure("line", series=series))[0].svg
    assert len(set(re.findall(r'stroke-dasharray="([^"]*)"', svg))) >= 3


def test_formulas_and_markup_in_labels_are_text():
    name = "$\\frac{1}{0}$ <b>&amp;</b> \\textbf{x}"
    (found,) = draw(making.figure("interval", (name,)))
    assert name in " ".join(words(found))


def test_characters_without_a_letter_form_are_boxes_and_direction_cannot_be_turned():
    assert drawable("日本 α שלום مرحبا ✓ é") == f"{BOX}{BOX} α שלום مرحبا ✓ é"
    assert legible("a\u202egnp.exe\x07\ud800\ufffe") == f"a{BOX}gnp.exe{BOX}{BOX}{BOX}"
    assert legible("日本 😀\r\nb\tc") == "日本 😀\nb    c"
    (found,) = draw(making.figure("bars", ("日本", "a\x00b", "x\u202ey")))
    assert {f"{BOX}{BOX}", f"a{BOX}b", f"x{BOX}y"} <= set(words(found))


def test_words_wrap_within_their_room_and_what_does_not_fit_is_marked():
    lines = wrap("a rather long name that_has_to_be_broken_somewhere and more and more of it", 60, 8, most=3)
    assert len(lines) == 3
    assert all(width(line, 8) <= 60 for line in lines)
    assert lines[-1].endswith("…")
    assert breakable("aaaa_bbbb_cccc dd", 4).replace("\u200b", "") == "aaaa_bbbb_cccc dd"


def test_a_tree_with_a_circle_or_a_lost_parent_shows_every_node_once():
    nodes = (
        Node(key=1, parent=2, label="one", value=0.1, n=1), Node(key=2, parent=1, label="two", value=None, n=2),
        Node(key=3, parent=99, label="three", value=0.3, n=3),
    )  # fmt: skip
    found = words(draw(making.figure("tree", nodes=nodes))[0])
    assert [word for word in found if word in {"one", "two", "three"}] == ["three", "one", "two"]


def test_a_deep_tree_keeps_room_for_its_words():
    nodes = tuple(
        Node(key=at, parent=at - 1 if at else None, label=f"condition {at} on a column", value=at / 40, n=400 - at)
        for at in range(40)
    )
    said = " ".join(word for part in draw(making.figure("tree", nodes=nodes)) for word in words(part))
    assert all(f"condition {at} on a column" in said for at in range(40))


@pytest.mark.parametrize("kind", making.KINDS)
def test_a_figure_without_marks_says_so(kind):
    (found,) = draw(making.figure(kind, series=(), nodes=()))
    assert words(found) == ["There is nothing to draw."]


@pytest.mark.parametrize("kind", ["interval", "bars", "line", "heatmap", "scatter", "waterfall", "histogram"])
def test_absent_and_equal_values_are_drawn_without_failing(kind):
    numeric = kind in {"line", "histogram", "scatter"}
    points = tuple(Point(x=float(at) if numeric else f"g{at}", y=None if at else 5.0) for at in range(3))
    axis = making.axes(kind)["y"].model_copy(update={"low": None, "high": None, "format": "number"})
    (found,) = draw(making.figure(kind, series=(Series(name="s", points=points),), y=axis, reference=None))
    assert len(words(found)) > 2


def test_letters_on_a_shade_stand_out():
    found = draw(making.figure("heatmap", MANY[:8]))[0]
    assert f'fill="{theme.PAPER.lower()}"' in found.svg


def test_a_short_note_stands_beside_its_series_and_a_long_one_below_the_group():
    long = "income was cut into three parts of equally many rows"
    series = tuple(
        Series(name=name, points=(Point(x="income", y=0.2, n=9, note=note),))
        for name, note in (("low values", "3 to 44"), ("high values", long))
    )
    found = words(draw(making.figure("interval", series=series))[0])
    assert {"low values (3 to 44)", "high values"} <= set(found)
    assert long in " ".join(found)


def test_a_heatmap_with_many_reasons_points_to_where_they_are():
    points = tuple(Point(x=f"c{at}", y=None, n=at, note=f"Fewer than 10 rows (n {at}).") for at in range(6))
    found = words(draw(making.figure("heatmap", series=(Series(name="r", points=points),)))[0])
    assert "– No value; card.html and card.json hold the reason for each cell." in found
