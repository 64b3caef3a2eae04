"""The table of risks in the card's form: two columns, rows to add and take away, edits kept until the next drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import streamlit as st

from pages.ui import words
from rai.narrative import PAIRS, RiskPair
from rai.versions import ModelVersionRef

#: Pixels: two columns fill the paper, and a row has room for two lines.
_COLUMN, _ROW = 440, 74


class _Rows(NamedTuple):
    """The rows a table was drawn with; its edits are counted from them, and a new number makes a new table."""

    number: int
    pairs: tuple[RiskPair, ...]


def draw(ref: ModelVersionRef, heading: str, on_change: Callable[[ModelVersionRef], None]) -> None:
    """Draw the table as it was laid out, with the reader's edits in it."""
    risks, done = PAIRS
    rows = st.session_state[_place(ref)]
    st.data_editor(
        # The table can be saved for a spreadsheet, so that no text in it may be a formula.
        {
            risks: [words.cell(pair.risk) for pair in rows.pairs],
            done: [words.cell(pair.mitigation) for pair in rows.pairs],
        },
        num_rows="dynamic", hide_index=True, row_height=_ROW, key=_editor(ref, rows), on_change=on_change, args=(ref,),
        alt=f"{heading}: risks and what is done about each of them",
        column_config={name: st.column_config.TextColumn(name, width=_COLUMN, default="") for name in PAIRS},
    )  # fmt: skip


def entered(ref: ModelVersionRef, otherwise: tuple[RiskPair, ...]) -> tuple[RiskPair, ...]:
    """Return the rows with the reader's edits; ``otherwise`` while no table has been drawn."""
    rows: _Rows | None = st.session_state.get(_place(ref))
    if rows is None:
        return otherwise
    edits = st.session_state.get(_editor(ref, rows)) or {}
    cells = [{PAIRS[0]: pair.risk, PAIRS[1]: pair.mitigation} for pair in rows.pairs]
    for place, changed in edits.get("edited_rows", {}).items():
        cells[int(place)].update(changed)
    gone = set(edits.get("deleted_rows", ()))
    kept = [row for place, row in enumerate(cells) if place not in gone]
    return tuple(map(_pair, [*kept, *edits.get("added_rows", ())]))


def put(ref: ModelVersionRef, pairs: tuple[RiskPair, ...]) -> None:
    """Lay other rows out, an empty one where there is none; edits of the earlier ones are gone with them."""
    before: _Rows | None = st.session_state.get(_place(ref))
    number = before.number + 1 if before else 0
    st.session_state[_place(ref)] = _Rows(number, pairs or (RiskPair(risk=""),))


def laid_out(ref: ModelVersionRef) -> bool:
    """True if a table has been laid out for this version."""
    return _place(ref) in st.session_state


def _pair(cells: Mapping[str, str | None]) -> RiskPair:
    risk, done = (words.typed(cells.get(name) or "") for name in PAIRS)
    return RiskPair(risk=risk, mitigation=done)


def _place(ref: ModelVersionRef) -> str:
    return f"rows-{ref.uri}"


def _editor(ref: ModelVersionRef, rows: _Rows) -> str:
    return f"pairs-{ref.uri}-{rows.number}"
