"""How tables fit on paper."""

from __future__ import annotations

from reports.columns import PAPER, fitted
from reports.document import Cell, Grid


def table(heads, right, rows) -> Grid:
    return Grid("T", tuple(heads), tuple(right), tuple(tuple(Cell(text) for text in row) for row in rows), "A note.")


def test_a_narrow_table_keeps_its_own_width_and_the_largest_letters():
    (part,) = fitted(table(["Group", "n"], [False, True], [["women", "1,000"]]))
    assert part.size == 8.0
    assert sum(part.widths) < 100


def test_words_give_way_and_numbers_do_not():
    (part,) = fitted(table(["Group", "n"], [False, True], [["a long sentence " * 30, "1,000,000"]]))
    assert abs(sum(part.widths) - PAPER) < 0.1
    assert part.widths[1] > 40


def test_a_table_too_wide_is_shared_out_with_its_first_column_and_n_in_every_part():
    heads = ["Group", "n", *(f"Measure {at}" for at in range(30))]
    parts = fitted(
        table(heads, [False, *[True] * 31], [["women", "1,000", *(f"{at}.000 (0.100 to 0.200)" for at in range(30))]])
    )
    assert len(parts) > 2
    assert all(sum(part.widths) <= PAPER + 0.1 for part in parts)
    assert all(part.grid.heads[:2] == ("Group", "n") for part in parts)
    assert [head for part in parts for head in part.grid.heads[2:]] == heads[2:]
    assert [part.grid.note for part in parts] == [*[""] * (len(parts) - 1), "A note."]
    assert max(len(part.grid.heads) for part in parts) - min(len(part.grid.heads) for part in parts) <= 2


def test_a_word_without_spaces_may_break():
    (part,) = fitted(table(["Name", "n"], [False, True], [["x" * 400, "1"]]))
    assert sum(part.widths) <= PAPER + 0.1


def test_letters_get_smaller_before_words_stand_one_below_the_other():
    heads = [*(f"{at}.000 (low to high)" for at in range(4)), "Note"]
    numbers = [f"{at}.0781 (0.00633 to 0.196)" for at in range(3)]
    row = [*numbers, "word", "A ratio of numbers that can be below 0 has no meaning."]
    right = [True, True, True, False, False]
    (part,) = fitted(table(heads, right, [row]), paper=430)
    assert part.size < 8
    (roomy,) = fitted(table(heads, right, [row]))
    assert roomy.size == 8
