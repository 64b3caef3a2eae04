"""The cohort builder: pick a column, a comparison and values; every evidence page then speaks about those rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

import streamlit as st

from pages.ui import show, state
from rai.cohorts import Condition, Operator, parse_cohort
from rai.errors import InputError, RaiError
from rai.review import Review

_WORDS: dict[Operator, str] = {
    "=": "is", "!=": "is not", ">=": "at least", "<=": "at most", ">": "more than", "<": "less than",
}  # fmt: skip


def draw(here: state.Here) -> None:
    """Draw the cohort in force, a way to clear it and a form to add a condition."""
    if here.review is None:
        return
    cohort = parse_cohort(here.cohort)
    show.sentence(f"Cohort: {cohort.name}")
    if cohort.conditions:
        st.button("All rows again", on_click=state.choose_cohort, args=("",), key="cohort-clear")
    with st.expander("Narrow to a cohort"):
        _form(here.review, cohort.text)


def _form(review: Review, text: str) -> None:
    column = st.selectbox("Column", columns_of(review), key="cohort-column")
    op: Operator = st.selectbox("Comparison", get_args(Operator), format_func=_name, key="cohort-op")
    options = values_of(review, column) if op in {"=", "!="} else ()
    values = _values(options, column)
    st.button("Apply", key="cohort-apply", on_click=_apply, args=(text, column, op, values))
    if problem := st.session_state.pop("cohort-problem", ""):
        show.remark(problem)


def _name(op: Operator) -> str:
    return _WORDS[op]


def _values(options: tuple[str, ...], column: str) -> tuple[str, ...]:
    if options:
        return tuple(st.multiselect("Values", options, key=f"cohort-values-{column}", accept_new_options=True))
    typed = st.text_input("Value", key="cohort-value", help="For several values write | between them.")
    return tuple(part.strip() for part in typed.split("|") if part.strip())


def _apply(text: str, column: str, op: Operator, values: tuple[str, ...]) -> None:
    try:
        state.choose_cohort(narrowed(text, column, op, values))
    except RaiError as error:
        # A callback runs before the page is drawn, so its refusal is kept until the form is drawn again.
        st.session_state["cohort-problem"] = str(error)


def narrowed(text: str, column: str, op: Operator, values: tuple[str, ...]) -> str:
    """Return the cohort's text with one more condition.

    Raises
    ------
    InputError
        If there is no value, or a comparison of numbers has something else.
    """
    if not values:
        raise InputError(f"Say which values of '{column}' you mean.")
    if op not in {"=", "!="} and not _is_number(values):
        raise InputError(f"'{_WORDS[op]}' compares numbers. Give one number for '{column}'.")
    added = Condition(column=column, op=op, values=values)
    return ";".join(part for part in (text, added.text) if part)


def _is_number(values: tuple[str, ...]) -> bool:
    try:
        return len(values) == 1 and math.isfinite(float(values[0]))
    except ValueError:
        return False


def columns_of(review: Review) -> tuple[str, ...]:
    """Name the columns a cohort may use: sensitive features first, then the model's inputs, then the outcome."""
    inputs = (column.name for column in review.model.inputs) if review.model else ()
    return _once((*review.profile.data.sensitive, *inputs, review.profile.task.target))


def values_of(review: Review, column: str) -> tuple[str, ...]:
    """Name the groups the review measured in a column; none where its values were cut into bands."""
    if column in review.profile.data.bands:
        return ()
    single = (measure for measure in review.measures if measure.feature == (column,) and len(measure.group) == 1)
    return _once(measure.group[0] for measure in single)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
