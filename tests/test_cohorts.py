"""Cohorts select the rows their text says, and the text survives an address."""

import numpy as np
import pandas as pd
import pytest

from rai.cohorts import ALL, Cohort, Condition, as_text, parse_cohort
from rai.errors import InputError

FRAME = pd.DataFrame(
    {
        "age": [20, 30, None, 50],
        "sex": ["f", "m", None, "f"],
        "a=b;c|d": ["x;y", "p|q", "x;y", "100%"],
        "flag": [True, False, True, True],
    }
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("age>=30", [1, 3]),
        ("age<30", [0]),
        ("age=missing", [2]),
        ("age=20|50", [0, 3]),
        ("sex=f;age>20", [3]),
        ("sex!=f", [1, 2]),
        ("flag=True", [0, 2, 3]),
    ],
)
def test_text_selects_rows(text: str, rows: list[int]) -> None:
    assert np.flatnonzero(parse_cohort(text).mask(FRAME)).tolist() == rows


def test_any_name_and_value_survives_the_address() -> None:
    cohort = Cohort(conditions=(Condition(column="a=b;c|d", op="=", values=("x;y", "100%")),))
    again = parse_cohort(cohort.text)
    assert again.conditions == cohort.conditions
    assert np.flatnonzero(again.mask(FRAME)).tolist() == [0, 2, 3]


def test_no_conditions_is_all_rows() -> None:
    assert ALL.text == ""
    assert parse_cohort("  ") == ALL


@pytest.mark.parametrize("text", ["age", "=5", "no sign here"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a cohort condition"):
        parse_cohort(text)


def test_an_unknown_column_is_named_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'height', which is not in the data. Columns: age, sex"):
        parse_cohort("height>3").mask(FRAME)


def test_comparing_numbers_with_words_is_refused() -> None:
    with pytest.raises(InputError, match="not a number"):
        parse_cohort("age>old").mask(FRAME)


def test_values_are_written_as_people_write_them() -> None:
    assert as_text(pd.Series([1.0, 2.5, None])).tolist() == ["1", "2.5", "missing"]
    assert as_text(pd.Series([1, 0])).tolist() == ["1", "0"]
    assert as_text(pd.Series([True, False])).tolist() == ["True", "False"]
