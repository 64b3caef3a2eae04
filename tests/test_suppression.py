"""What a card leaves out: everything about fewer people than the policy says, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rai.card import EvidenceSection
from rai.section import Axis, Column, Figure, Node, Point, Section, Series, Table
from rai.suppression import without_small_cells

N = Column(name="n", format="integer")
RATE = Column(name="Rate", format="percent")


def shown(smallest: int = 5, **parts: object) -> Section:
    section = Section(key="fairness", title="T", question="Q?", **{"lead": "L.", **parts})
    found = EvidenceSection(analysis="fairness", title="T", question="Q?", status="computed", section=section)
    kept = without_small_cells(found, smallest).section
    assert kept is not None
    return kept


def table(*rows: tuple, columns: tuple = (Column(name="Group"), N, RATE)) -> Table:
    return Table(title="Groups", columns=columns, rows=rows)


def figure(kind: str, *points: Point, nodes: tuple[Node, ...] = ()) -> Figure:
    axis = Axis(label="A")
    series = (Series(name="s", points=points),) if points else ()
    return Figure(kind=kind, title="F", x=axis, y=axis, series=series, nodes=nodes, alt="Between 0.1 and 0.9.")


def test_a_row_about_few_people_keeps_its_name_and_loses_its_numbers() -> None:
    found = shown(tables=(table(("a", 5, 0.2), ("b", 4, 0.25), ("c", 0, None)),))
    assert found.tables[0].rows == (("a", 5, 0.2), ("b", None, None), ("c", 0, None))
    assert found.limitations == (
        (
            "Numbers about fewer than 5 people are left out of this card, in 1 place, so that it describes no single "
            "person. Reviewers saw them."
        ),
    )


def test_a_number_is_about_the_count_before_it_or_else_the_first() -> None:
    columns = (Column(name="Lift", format="number"), N, RATE, Column(name="n held out", format="integer"), RATE)
    found = shown(tables=(table((1.0, 9, 0.5, 3, 0.6), (2.0, 2, 0.7, 8, 0.8), columns=columns),))
    assert found.tables[0].rows == ((1.0, 9, 0.5, None, None), (None, None, None, 8, 0.8))


def test_a_small_count_of_people_is_left_out_alone() -> None:
    columns = (Column(name="Group"), N, Column(name="Actual positive", format="integer", people=True), RATE)
    assert shown(tables=(table(("a", 30, 3, 0.1), columns=columns),)).tables[0].rows == (("a", 30, None, 0.1),)


def test_a_table_without_people_stays() -> None:
    columns = (Column(name="Rank", format="integer"), Column(name="Input"))
    same = table((1, "age"), columns=columns)
    assert shown(tables=(same,)).tables == (same,)


def test_a_mark_about_few_people_keeps_its_category_and_loses_its_value() -> None:
    found = shown(figures=(figure("interval", Point(x="a", y=0.2, n=50), Point(x="b", y=0.9, low=0.1, n=2)),))
    [drawn] = found.figures
    assert drawn.series[0].points[0] == Point(x="a", y=0.2, n=50)
    assert drawn.series[0].points[1] == Point(x="b", y=None, note="fewer than 5 people, not shown")
    assert drawn.alt == "F. What is about fewer than 5 people is left out."


def test_a_mark_placed_by_a_number_goes_altogether() -> None:
    found = shown(figures=(figure("line", Point(x=0.08, y=0.0, n=1), Point(x=0.5, y=0.5, n=40)),))
    assert [point.x for point in found.figures[0].series[0].points] == [0.5]


def test_a_small_node_goes_with_its_siblings_and_all_below() -> None:
    nodes = (
        Node(key=0, parent=None, label="all", value=0.1, n=100),
        Node(key=1, parent=0, label="left", value=0.1, n=60),
        Node(key=2, parent=0, label="right", value=0.1, n=40),
        Node(key=3, parent=2, label="few", value=1.0, n=4),
        Node(key=4, parent=2, label="rest", value=0.1, n=36),
        Node(key=5, parent=4, label="below", value=0.1, n=20),
        Node(key=6, parent=4, label="below", value=0.1, n=16),
    )
    assert [node.key for node in shown(figures=(figure("tree", nodes=nodes),)).figures[0].nodes] == [0, 1, 2]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("The smallest group is missing (sex) with 3 rows, 0.3 %.", "with fewer than 5 rows."),
        ("fewer than 20 rows: black, missing (n 2); white, missing (n 7).", "black, missing (n below 5); white, missing (n 7)."),
        ("Not judged: 3 actual negatives, at least 20 are needed.", "Not judged: fewer than 5 actual negatives, at least"),
        ("0.25 (0.1 to 0.4); 3.1 % of all errors; n 4", "; n below 5"),
        ("1,003 rows and fewer than 2 rows and at least 3 rows", "1,003 rows and fewer than 2 rows and at least 3 rows"),
    ],
)  # fmt: skip
def test_sentences_name_no_small_number(said: str, left: str) -> None:
    found = shown(lead=said, warnings=(said,))
    assert left in found.lead
    assert found.warnings == (found.lead,)


def test_a_policy_may_show_all() -> None:
    same = table(("b", 1, 1.0))
    assert shown(0, tables=(same,)).tables == (same,)
    assert shown(1, tables=(same,)).tables == (same,)
    assert shown(0, tables=(same,)).limitations == ()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(2, 12))
def test_no_number_of_a_small_group_is_left(sizes: list[int], smallest: int) -> None:
    # Values that occur nowhere else, so that a search finds them wherever they hide.
    values = [1 / (7 + 10 * place) for place in range(len(sizes))]
    rows = tuple((f"g{place}", n, value) for place, (n, value) in enumerate(zip(sizes, values, strict=True)))
    points = tuple(Point(x=name, y=value, low=value / 3, high=value * 3, n=n) for name, n, value in rows)
    section = shown(smallest, tables=(table(*rows),), figures=(figure("bars", *points), figure("line", *points)))
    text = section.model_dump_json()
    for _, n, value in rows:
        for number in (value, value / 3, value * 3):
            assert (json.dumps(number) in text) == (not 0 < n < smallest)
