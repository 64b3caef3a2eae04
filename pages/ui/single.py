"""Evidence about single rows: the reader picks one of the rows kept with the review."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui import show, state
from rai.review import Outcome
from rai.row_evidence import CounterfactualExamples, RowExplanations, example_section, row_section
from rai.section import Section


def explanation(outcome: Outcome) -> None:
    """Let the reader pick a row and show why it got its prediction."""
    data = _kept(outcome)
    if data is None:
        return
    record = RowExplanations.from_bytes(data)
    labels = [f"Row {item.row}, predicted {item.prediction}" for item in record.rows]
    _pick("Why did one row get its prediction?", labels, [item.row for item in record.rows], _explain(record))


def example(outcome: Outcome) -> None:
    """Let the reader pick a row and show what would have changed its outcome."""
    data = _kept(outcome)
    if data is None:
        return
    record = CounterfactualExamples.from_bytes(data)
    labels = [f"Row {item.row}: {_way(len(item.changes))}" for item in record.rows]
    _pick("What would have changed one outcome?", labels, [item.row for item in record.rows], _changes(record))


def _way(changes: int) -> str:
    if not changes:
        return "no way found"
    return f"{changes} {'change' if changes == 1 else 'changes'}"


def _explain(record: RowExplanations) -> Callable[[int], Section]:
    return lambda row: row_section(record, row)


def _changes(record: CounterfactualExamples) -> Callable[[int], Section]:
    return lambda row: example_section(record, row)


def _kept(outcome: Outcome) -> bytes | None:
    digest = (outcome.result or {}).get("rows_digest")
    return state.enter().workspace.store.get(digest) if isinstance(digest, str) and digest else None


def _pick(heading: str, labels: Sequence[str], rows: Sequence[int], drawn: Callable[[int], Section]) -> None:
    st.divider()
    st.subheader(heading, anchor=False)
    if not rows:
        show.sentence("No single rows were kept with this review.")
        return
    place = st.selectbox("Row", range(len(rows)), format_func=labels.__getitem__, key=f"row-of-{heading}")
    found = drawn(rows[place])
    show.section(found.model_copy(update={"key": f"{found.key}-row"}))
