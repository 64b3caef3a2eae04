"""Data that do not fit are refused in a sentence; groups are banded, and missing values are a group of their own."""

import io

import numpy as np
import pandas as pd
import pytest

from rai.cohorts import parse_cohort
from rai.dataset import banded, make_dataset, read_table
from rai.errors import DataError
from rai.profile import ReviewProfile, parse_profile

FRAME = pd.DataFrame(
    {"income": [1.0, 2.0, 3.0, 4.0], "sex": ["f", None, "m", "f"], "age": [24, 25, 45, None], "y": [0, 1, 0, 1]}
)


def profile(**changes: object) -> ReviewProfile:
    text = """
[task]
kind = "binary"
target = "y"
positive = 1
[data]
evaluation = "e.csv"
sensitive = ["sex", "age"]
[data.bands]
age = [25, 45]
[owner]
name = "o"
"""
    for old, new in changes.items():
        text = text.replace(
            *{
                "kind": ('"binary"', str(new)),
                "target": ('"y"', str(new)),
                "positive": ("positive = 1", str(new)),
                "sensitive": ('["sex", "age"]', str(new)),
            }[old]
        )
    return parse_profile(text)


def parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


def test_groups_are_banded_and_missing_is_a_group() -> None:
    dataset = make_dataset(FRAME, profile(), digest="")
    assert dataset.groups("age").tolist() == ["under 25", "25 to under 45", "45 and over", "missing"]
    assert dataset.groups("sex").tolist() == ["f", "missing", "m", "f"]
    assert dataset.features == ("income", "sex", "age")


def test_a_cohort_is_a_dataset_again() -> None:
    dataset = make_dataset(FRAME, profile(), digest="")
    assert dataset.within(parse_cohort("sex=f")).frame["income"].tolist() == [1.0, 4.0]
    assert FRAME["income"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_a_cut_point_belongs_to_the_band_above_it() -> None:
    assert banded(pd.Series([9.9, 10, np.nan]), [10]).tolist() == ["under 10", "10 and over", "missing"]


@pytest.mark.parametrize("name", ["e.csv", "e.parquet"])
def test_both_formats_are_read(name: str) -> None:
    data = parquet(FRAME) if name.endswith("parquet") else FRAME.to_csv(index=False).encode()
    assert read_table(data, name=name)["income"].tolist() == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "e.csv", "is empty"),
        (b"", "e.parquet", "is empty"),
        (b"a,b\n", "e.csv", "has no rows"),
        (parquet(FRAME)[:-40], "e.parquet", "cut short or damaged"),
        (parquet(FRAME)[:200], "e.parquet", "cut short or damaged"),
        (b"a;b;c\n1;2;3\n4;5;6\n", "e.csv", "seems to use ';'"),
        (b"a\tb\n1\t2\n", "e.csv", "seems to use"),
        (b"\xff\xfe\x00\x80", "e.csv", "neither parquet nor a csv file"),
        (b"not parquet at all", "e.parquet", "cut short or damaged"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_table(data, name=name)


@pytest.mark.parametrize(
    ("frame", "changes", "sentence"),
    [
        (
            FRAME,
            {"sensitive": '["race", "age"]'},
            r"Column 'race' is not in the data. Columns: income, sex.*Set \[data\] sensitive",
        ),
        (FRAME, {"target": '"approved"'}, r"'approved' is not in the data"),
        (FRAME, {"positive": "positive = 2"}, "positive label 2 never occurs in 'y', which holds 0 and 1"),
        (FRAME, {"positive": 'positive = "yes"'}, "positive label 'yes' never occurs"),
        (FRAME.assign(y=1), {}, "one class only"),
        (FRAME.assign(y=[0, 1, 2, 3]), {}, "has 4 labels"),
        (FRAME.assign(y=[0, 1, None, 1]), {}, "missing in 1 of 4 rows"),
        (FRAME.assign(y=["a", "b", "a", "b"]), {"kind": '"regression"'}, "not numeric"),
        (FRAME.assign(age=["x", "y", "z", "w"]), {}, "not numeric, so it cannot be cut"),
    ],
)
def test_data_that_do_not_fit_are_refused_in_a_sentence(
    frame: pd.DataFrame, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence):
        make_dataset(frame, profile(**changes), digest="")
