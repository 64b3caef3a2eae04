"""Cohorts: any named filter over the rows, written as text so that it can stand in an address.

The text form joins conditions with ``;`` and all must hold: ``age>=25;race=black|hispanic;sex!=missing``.
Values are percent-encoded where they hold one of the signs used here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.errors import InputError
from rai.stored import Stored

Operator = Literal["=", "!=", ">=", "<=", ">", "<"]
Mask = npt.NDArray[np.bool_]

#: How a missing value is written wherever values are shown as groups.
MISSING = "missing"

_CONDITION = re.compile(r"(?P<column>[^=!<>]+)(?P<op>>=|<=|!=|=|>|<)(?P<values>.*)")
_NUMERIC: dict[str, Callable[[npt.NDArray[np.float64], float], npt.NDArray[np.bool_]]] = {
    ">=": np.greater_equal,
    "<=": np.less_equal,
    ">": np.greater,
    "<": np.less,
}


class Condition(Stored):
    """One column compared with values.

    ``=`` holds if the value is among ``values``, ``!=`` if it is not; the others compare numbers and take one value.
    A missing value equals the word ``missing`` and satisfies no comparison of numbers.
    """

    column: str
    op: Operator
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        """The condition as it stands in an address."""
        return f"{quote(self.column, safe=' ')}{self.op}{'|'.join(quote(value, safe=' ') for value in self.values)}"

    def mask(self, frame: pd.DataFrame) -> Mask:
        """Which rows of ``frame`` satisfy the condition."""
        if self.column not in frame.columns:
            known = ", ".join(map(str, frame.columns))
            raise InputError(f"The cohort names '{self.column}', which is not in the data. Columns: {known}.")
        column = frame[self.column]
        if self.op in {"=", "!="}:
            inside = as_text(column).isin(self.values).to_numpy(dtype=bool)
            return inside if self.op == "=" else ~inside
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        with np.errstate(invalid="ignore"):
            return np.asarray(_NUMERIC[self.op](numbers, self._bound()), dtype=bool)

    def _bound(self) -> float:
        try:
            return float(self.values[0])
        except (ValueError, IndexError):
            raise InputError(f"'{self.text}' compares with something that is not a number. Use = instead.") from None


class Cohort(Stored):
    """Rows that satisfy all conditions, under a name; no conditions means all rows."""

    name: str = "All rows"
    conditions: tuple[Condition, ...] = ()

    @property
    def text(self) -> str:
        """The cohort as it stands in an address; empty for all rows."""
        return ";".join(condition.text for condition in self.conditions)

    def mask(self, frame: pd.DataFrame) -> Mask:
        """Which rows of ``frame`` belong to the cohort."""
        found = np.ones(len(frame), dtype=bool)
        for condition in self.conditions:
            found &= condition.mask(frame)
        return found


#: Every row.
ALL = Cohort()


def parse_cohort(text: str) -> Cohort:
    """Read the text form; its name is the conditions in words.

    Raises
    ------
    InputError
        If a condition is not a column, a sign and values.
    """
    if not text.strip():
        return ALL
    conditions = tuple(_condition(part) for part in text.split(";"))
    words = (f"{item.column} {item.op} {' or '.join(item.values)}" for item in conditions)
    return Cohort(name=" and ".join(words), conditions=conditions)


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise InputError(f"'{text}' is not a cohort condition. Expected for example age>=25 or sex=female|missing.")
    values = tuple(unquote(value) for value in found["values"].split("|"))
    op = found["op"]
    assert op in {"=", "!=", ">=", "<=", ">", "<"}
    return Condition.model_validate({"column": unquote(found["column"]), "op": op, "values": values})


def as_text(column: pd.Series) -> pd.Series:
    """Write each value as a group name: whole numbers without a point, missing values as ``missing``."""
    if pd.api.types.is_bool_dtype(column.dtype):
        text = column.astype("string")
    elif pd.api.types.is_numeric_dtype(column.dtype):
        text = column.map(lambda value: f"{value:.15g}", na_action="ignore").astype("string")
    else:
        text = column.astype("string")
    return text.fillna(MISSING).astype(object)
