"""What a card leaves out: everything about fewer people than the policy says, and what that follows from."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rai.card import EvidenceSection, ModelCard
from rai.measures import Measure
from rai.policy import Finding
from rai.section import Axis, Column, Figure, Node, Point, Section, Series, Table, sums
from rai.small_cells import Counts, Hidden, hidden
from rai.suppression import without_small_cells

N = Column(name="n", format="integer")
RATE = Column(name="Rate", format="percent")
SHARE = Column(name="Share of rows", format="percent", sized=True)
FEW = "fewer than 5 people, not shown"
NOTED: dict = {"columns": (Column(name="Group"), N, RATE, Column(name="Note"))}


def card(*findings: Finding, lead: str = "L.", **parts: object) -> ModelCard:
    section = Section(key="fairness", title="T", question="Q?", lead=lead, **parts)
    found = EvidenceSection(analysis="fairness", title="T", question="Q?", status="computed", section=section)
    return ModelCard(
        model="m", version="1", review_id="r", review_digest="d", policy="p", created="2026-05-04T09:30:00+00:00",
        details=(), narrative=(), evidence=(found,), findings=findings, digests={},
    )  # fmt: skip


def shown(smallest: int = 5, **parts: object) -> Section:
    kept = without_small_cells(card(**parts), smallest).evidence[0].section
    assert kept is not None
    return kept


def table(*rows: tuple, columns: tuple = (Column(name="Group"), N, RATE), **more: object) -> Table:
    return Table(title="Groups", columns=columns, rows=rows, **more)


def figure(kind: str, *points: Point, nodes: tuple[Node, ...] = (), **more: object) -> Figure:
    axis = Axis(label="A")
    series = (Series(name="s", points=points),) if points else ()
    return Figure(kind=kind, title="F", x=axis, y=axis, series=series, nodes=nodes, alt="Between 0.1 and 0.9.", **more)


def hide(counts: Sequence[int], keys: list[tuple[str, ...]], smallest: int, before: Hidden = Hidden()) -> Hidden:  # noqa: B008
    return hidden(Counts(tuple(counts), tuple((", ".join(key),) for key in keys), sums(keys)), smallest, before)


def test_a_row_about_few_people_keeps_its_name_and_loses_its_numbers() -> None:
    found = shown(tables=(table(("a", 5, 0.2), ("b", 4, 0.25), ("c", 0, None)),))
    assert found.tables[0].rows == (("a", 5, 0.2), ("b", None, None), ("c", 0, None))
    assert found.limitations == (
        (
            "Numbers about fewer than 5 people are left out of this card, in 1 place, so that it describes no single "
            "person. Reviewers saw them."
        ),
    )


def test_beside_a_single_small_group_the_next_smallest_loses_its_count_and_what_tells_it() -> None:
    columns = (Column(name="Group"), N, SHARE, RATE)
    rows = (("a", 50, 0.5, 0.1), ("b", 47, 0.47, 0.2), ("c", 3, 0.03, 1.0))
    found = shown(tables=(table(*rows, columns=columns, sums=((0, 1, 2),)),))
    assert found.tables[0].rows == (("a", 50, 0.5, 0.1), ("b", None, None, 0.2), ("c", None, None, None))
    assert "in 1 place; in 1 more a count from which one could be computed" in found.limitations[-1]


def test_a_count_of_all_but_the_small_group_goes_wherever_it_stands() -> None:
    # 97 of 100 rows are compared: beside the known total that tells the 3 of the group left out.
    groups = table(("a", 50, 0.1), ("b", 47, 0.2), ("c", 3, 1.0), sums=((0, 1, 2),))
    gaps = table(("Gap", 97, 0.1), ("Other", 100, 0.3))
    found = shown(tables=(groups, gaps), lead="0.2 for b (n 47) against 0.1 for a (n 50), among 97 rows of 100 rows.")
    assert found.tables[1].rows == (("Gap", None, 0.1), ("Other", 100, 0.3))
    assert found.lead == "0.2 for b (n not shown) against 0.1 for a (n 50), among … rows of 100 rows."


def test_another_group_keeps_the_number_that_is_hidden_for_one() -> None:
    # b and d have 9 each, and only b's is hidden: beside d, or beside no name at all, 9 tells nothing.
    ab = table(("a", 50, 0.1, ""), ("b", 9, 0.2, "Not judged: 9 rows."), ("c", 3, 1.0, ""), sums=((0, 1, 2),), **NOTED)
    de = table(("d", 9, 0.3, "Not judged: 9 rows."), ("e", 53, 0.1, ""), sums=((0, 1),), **NOTED)
    found = shown(tables=(ab, de), warnings=("few: d (n 9).", "few: b (n 9)."), lead="The smallest has 9 rows.")
    assert found.tables[0].rows[1] == ("b", None, 0.2, "Not judged: … rows.")
    assert found.tables[1].rows[0] == ("d", 9, 0.3, "Not judged: 9 rows.")
    assert (found.warnings, found.lead) == (("few: d (n 9).", "few: b (n not shown)."), "The smallest has 9 rows.")


def test_bins_of_a_group_keep_their_counts_where_the_group_keeps_its_own() -> None:
    def bins(*counts: int) -> Figure:
        points = tuple(Point(x=place / 10, y=0.1, n=count) for place, count in enumerate(counts))
        return figure("line", sums=("series",)).model_copy(update={"series": (Series(name="b", points=points),)})

    # Of the positives b's 9 is hidden; of all rows its 40 is not.
    positives = table(("a", 50, 0.1), ("b", 9, 0.2), ("c", 3, 1.0), sums=((0, 1, 2),))
    both = shown(tables=(positives,), figures=(bins(25, 15), bins(5, 4))).figures
    assert [point.n for point in both[0].series[0].points] == [25, 15]
    assert {point.n for point in both[1].series[0].points} == {None}


def test_two_small_groups_protect_each_other_unless_their_sum_says_what_they_are() -> None:
    def gone(*counts: int) -> set[int]:
        found = hide(counts, [(f"g{place}",) for place in range(len(counts))], 5)
        return set(found.few | found.beside)

    assert gone(90, 40, 3, 2) == {2, 3}  # a sum of 5: 1 and 4, or 2 and 3
    assert gone(90, 40, 2, 2) == {1, 2, 3}  # together 4, and so fewer than 5
    assert gone(90, 40, 1, 1) == {1, 2, 3}  # a sum of 2 can only be 1 and 1
    assert gone(90, 40, 4, 4) == {1, 2, 3}  # a sum of 8 can only be 4 and 4
    assert gone(90, 40, 5, 1) == {1, 2, 3}  # a sum of 6, one of them at least 5: only 5 and 1
    assert gone(90, 40, 5) == set()


def test_the_cells_of_a_crossing_are_hidden_across_and_down() -> None:
    keys = [(sex, race) for sex in ("f", "m") for race in ("a", "b", "c")]
    assert sums(keys) == ((0, 3), (0, 1, 2), (1, 4), (2, 5), (3, 4, 5))
    counts = (40, 30, 3, 50, 20, 60)
    found = hide(counts, keys, 5)
    # The 3 by row: the 30 goes; by column: the 60 goes; then 20, beside 30 and 60 in their own lines.
    assert (found.few, found.beside) == ({2}, {1, 4, 5})


def test_of_equal_counts_the_same_is_hidden_whatever_the_order() -> None:
    for rows in ((("a", 7, 0.1), ("b", 7, 0.2), ("c", 3, 1.0)), (("c", 3, 1.0), ("b", 7, 0.2), ("a", 7, 0.1))):
        found = shown(tables=(table(*rows, sums=((0, 1, 2),)),)).tables[0].rows
        assert {row[0]: row[1] for row in found} == {"a": None, "b": 7, "c": None}


def test_the_same_groups_are_hidden_wherever_they_are_counted() -> None:
    # Of all, c has 3 and b is the next; of the positives a has the fewest after c, and b is hidden all the same.
    groups = table(("a", 50, 0.1), ("b", 47, 0.2), ("c", 3, 1.0), sums=((0, 1, 2),))
    points = (Point(x="a", y=0.5, n=20), Point(x="b", y=0.6, n=40), Point(x="c", y=None, n=0))
    bins = Series(name="b", points=(Point(x=0.2, y=0.1, low=0.0, high=0.3, n=20), Point(x=0.4, y=0.2, n=27)))
    drawn = (figure("interval", *points, sums=("series",)), figure("line", sums=("series",)))
    lines = drawn[1].model_copy(update={"series": (bins,)})
    rates, calibration = shown(tables=(groups,), figures=(drawn[0], lines)).figures
    assert [point.n for point in rates.series[0].points] == [20, None, None]
    assert [(point.y, point.low, point.n) for point in calibration.series[0].points] == [
        (0.1, None, None),
        (0.2, None, None),
    ]


def test_a_row_about_a_group_goes_with_any_small_count_in_it() -> None:
    columns = (Column(name="Group"), N, Column(name="Actual positive", format="integer", people=True), RATE)
    rows = (("a", 30, 3, 0.1), ("b", 40, 20, 0.5), ("c", 90, 30, 0.2))
    found = shown(tables=(table(*rows, columns=columns, sums=((0, 1, 2),)),)).tables[0].rows
    assert found[0] == ("a", None, None, None)
    assert found[1] == ("b", None, None, 0.5)
    assert found[2] == rows[2]


def test_parts_of_a_row_cannot_be_subtracted() -> None:
    columns = (Column(name="Cohort"), N, RATE, Column(name="n held out", format="integer"), RATE)
    found = shown(tables=(table(("a", 9, 0.5, 3, 0.6), ("b", 20, 0.7, 8, 0.8), columns=columns),))
    assert found.tables[0].rows == (("a", None, None, None, None), ("b", 20, 0.7, 8, 0.8))


def test_a_small_count_that_is_no_group_is_left_out_alone() -> None:
    columns = (Column(name="Column"), N, Column(name="Unseen rows", format="integer", people=True), RATE)
    assert shown(tables=(table(("a", 30, 3, 0.1), columns=columns),)).tables[0].rows == (("a", 30, None, 0.1),)


def test_the_confusion_matrix_hides_a_small_cell_and_what_it_follows_from() -> None:
    cells = [Column(name=f"Predicted {name}", format="integer", people=True) for name in "abc"]
    columns = (Column(name="True outcome"), *cells, N)
    rows = (("a", 30, 2, 9, 41), ("b", 11, 40, 12, 63), ("c", 13, 14, 50, 77))
    # In its row the 9 goes, in its column the 14; beside that the 13, beside that the 11, beside that the 12.
    found = shown(tables=(table(*rows, columns=columns, matrix=True),)).tables[0].rows
    assert found == (("a", 30, None, None, 41), ("b", None, 40, None, 63), ("c", None, None, 50, 77))


def test_least_and_most_are_single_rows_and_not_shown() -> None:
    columns = (Column(name="Least", single=True), Column(name="Median"), Column(name="Most", single=True), N)
    assert shown(tables=(table((1.0, 5.0, 9.0, 90), columns=columns),)).tables[0].rows == ((None, 5.0, None, 90),)


def test_a_number_written_out_goes_where_numbers_go() -> None:
    columns = (Column(name="Group"), N, Column(name="Change", written=True))
    found = shown(tables=(table(("a", 3, "+0.3"), ("b", 30, "+0.1"), columns=columns),)).tables[0].rows
    assert found == (("a", None, None), ("b", 30, "+0.1"))


def test_a_table_without_people_stays() -> None:
    same = table((1, "age"), columns=(Column(name="Rank", format="integer"), Column(name="Input")))
    assert shown(tables=(same,)).tables == (same,)


def test_a_mark_about_few_people_keeps_its_category_and_loses_its_value() -> None:
    points = (Point(x="a", y=0.2, n=50), Point(x="b", y=0.9, low=0.1, n=2), Point(x="c", y=0.3, low=0.2, n=30))
    [drawn] = shown(figures=(figure("interval", *points, sums=("series",)),)).figures
    assert drawn.series[0].points == (
        points[0],
        Point(x="b", y=None, note=FEW),
        Point(x="c", y=0.3, note="n not shown, so that a smaller one cannot be computed"),
    )
    assert drawn.alt == "F. What is about fewer than 5 people is left out."
    [shares] = shown(figures=(figure("bars", *points, sums=("series",), sized=True),)).figures
    assert shares.series[0].points[2].y is None


@pytest.mark.parametrize("kind", ["line", "histogram", "scatter"])
def test_a_mark_placed_by_a_number_goes_altogether(kind: str) -> None:
    found = shown(figures=(figure(kind, Point(x=0.08, y=0.0, n=1), Point(x=0.5, y=0.5, n=40)),))
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
        ("It changes for 2.3 rows and 1,003 rows and fewer than 2 rows and at least 3 rows", "1,003 rows and fewer than 2 rows and at least 3 rows"),
        ("higher for 900 rows and lower for 2.", "lower for fewer than 5."),
        ("of the 3 of them held out", "of the fewer than 5 of them held out"),
        ("for 4 it is", "for 4 it is"),
        ("way; for 4 it is enough", "for fewer than 5 it is enough"),
    ],
)  # fmt: skip
def test_sentences_name_no_small_number(said: str, left: str) -> None:
    found = shown(lead=said, warnings=(said,), how_to_read=(said,))
    assert left in found.lead
    assert found.warnings == found.how_to_read == (found.lead,)


def judged(n: int, group: tuple[str, ...] = ()) -> Finding:
    measure = Measure(
        analysis="fairness", metric="selection_rate", feature=("sex",), group=group, value=0.25, low=0.1, high=0.5, n=n
    )
    return Finding(rule="r", severity="warn", verdict="fail", sentence="S.", measure=measure)


def test_findings_keep_their_verdict_and_lose_what_tells_of_few_people() -> None:
    groups = table(("a", 50, 0.1), ("b", 47, 0.2), ("c", 3, 1.0), sums=((0, 1, 2),))
    given = (judged(3, ("c",)), judged(47, ("b",)), judged(97), judged(50, ("a",)))
    found = without_small_cells(card(*given, tables=(groups,)), 5).findings
    assert [item.verdict for item in found] == ["fail"] * 4
    told = [
        (item.measure.value, item.measure.low, item.measure.n, item.measure.reason) for item in found if item.measure
    ]
    assert told == [(None, None, None, FEW), (0.25, None, None, ""), (0.25, 0.1, None, ""), (0.25, 0.1, 50, "")]


def test_the_reason_of_a_finding_does_not_tell_what_its_n_must_not() -> None:
    groups = table(("a", 50, 0.1), ("b", 9, 0.2), ("c", 3, 1.0), sums=((0, 1, 2),))
    unjudged = judged(9, ("b",))
    assert unjudged.measure is not None
    measure = unjudged.measure.model_copy(update={"value": None, "reason": "Not judged: 9 rows, at least 20."})
    (found,) = without_small_cells(card(unjudged.model_copy(update={"measure": measure}), tables=(groups,)), 5).findings
    assert found.measure is not None
    assert found.measure.reason == "Not judged: … rows, at least 20."


def test_a_policy_may_show_all() -> None:
    same = card(
        judged(1), tables=(table(("b", 1, 1.0), sums=((0,),)),), figures=(figure("bars", Point(x="b", y=1, n=1)),)
    )
    assert without_small_cells(same, 0) == same
    assert without_small_cells(same, 1) == same


def possible(shown_counts: list[int | None], few: set[int], total: int, smallest: int) -> list[set[int]]:
    """Every value each hidden count can have, from the total, the shown counts and which of them are few."""
    gone = [place for place, count in enumerate(shown_counts) if count is None]
    left = total - sum(count for count in shown_counts if count is not None)
    ranges = [range(1, smallest) if place in few else range(smallest, left + 1) for place in gone]
    # Sums that a set of ranges can reach, to ask for each place which values the others leave open.
    found = []
    for place in range(len(gone)):
        reach = {0}
        for other in (item for at, item in enumerate(ranges) if at != place):
            reach = {total + value for total in reach for value in other if total + value <= left}
        found.append({value for value in ranges[place] if left - value in reach})
    return found


@given(st.lists(st.integers(1, 40), min_size=3, max_size=7), st.integers(3, 12))
def test_no_hidden_count_follows_from_the_total_and_all_that_is_shown(sizes: list[int], smallest: int) -> None:
    names = [(f"g{place}",) for place in range(len(sizes))]
    rows = tuple((name, n, 0.5) for (name,), n in zip(names, sizes, strict=True))
    section = shown(smallest, tables=(table(*rows, sums=sums(names)),))
    counts = [row[1] for row in section.tables[0].rows]
    few = {place for place, n in enumerate(sizes) if n < smallest}
    assert all(counts[place] is None for place in few)
    if few and any(count is not None for count in counts):
        assert all(len(values) > 1 for values in possible(counts, few, sum(sizes), smallest))  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.integers(2, 12))
def test_no_number_of_a_small_group_is_left(sizes: list[int], smallest: int) -> None:
    # Values that occur nowhere else, so that a search finds them wherever they hide.
    values = [1 / (7 + 10 * place) for place in range(len(sizes))]
    names = [f"g{place}" for place in range(len(sizes))]
    rows = tuple(zip(names, sizes, values, strict=True))
    points = tuple(Point(x=name, y=value, low=value / 3, high=value * 3, n=n) for name, n, value in rows)
    drawn = (figure("bars", *points, sums=("series",)), figure("line", *points, sums=("series",)))
    section = shown(smallest, tables=(table(*rows, sums=sums([(name,) for name in names])),), figures=drawn)
    text = section.model_dump_json()
    for _, n, value in rows:
        for number in (value, value / 3, value * 3):
            assert not (0 < n < smallest and json.dumps(number) in text)
        assert 0 < n < smallest or json.dumps(value) in text


@given(st.lists(st.integers(1, 30), min_size=6, max_size=6), st.integers(3, 8))
def test_no_line_of_a_crossing_hides_a_single_count(counts: list[int], smallest: int) -> None:
    keys = [(sex, race) for sex in ("f", "m") for race in ("a", "b", "c")]
    found = hide(counts, keys, smallest)
    gone = found.few | found.beside
    assert all(len(gone & set(line)) != 1 for line in sums(keys))
