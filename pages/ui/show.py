"""Draws stored records on the screen: sections, tables, figures, findings, and the sentence of a refusal."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Literal

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from pages.ui import plots, words
from rai.errors import RaiError
from rai.section import Cell, Column, Figure, Section, Table
from rai.theme import write

#: Width of the paper in pixels.
WIDTH = 980

#: Rows above which a table is folded up, and up to which it is shown whole.
_FOLDED, _WHOLE = 16, 40
#: Pixels of a letter and of the margins in a table; the columns of words are as wide as their longest cell.
_LETTER, _MARGIN, _WIDEST = 7, 28, 420

_CONFIG = {"displayModeBar": False, "responsive": True}
_log = logging.getLogger(__name__)


@contextmanager
def refusals() -> Iterator[None]:
    """Show a refusal as its one sentence; anything unforeseen as a sentence too, with the details in the log."""
    try:
        yield
    except RaiError as error:
        st.error(words.plain(str(error)))
    except Exception:  # noqa: BLE001 - whatever stopped, the reader is told that it did
        _log.exception("A page stopped")
        st.error("This page could not be shown. The server's log says why; nothing was changed.")


def sentence(text: str) -> None:
    """Write a sentence as it stands."""
    st.markdown(words.plain(text))


def remark(text: str) -> None:
    """Write a remark in small letters."""
    st.caption(words.plain(text))


def question(text: str) -> None:
    """Write the question a page answers as its title."""
    st.title(words.plain(text), anchor=False)


def section(found: Section) -> None:
    """Draw a section: lead, warnings, figures, tables, how to read, limitations."""
    lead(found.lead)
    for text in found.warnings:
        st.warning(words.plain(text))
    for beside in _side_by_side(found.figures):
        for (number, drawn), place in zip(beside, st.columns(len(beside), gap="medium"), strict=True):
            with place:
                figure(drawn, key=f"{found.key}-{number}")
    for number, listed in enumerate(found.tables):
        table(listed, key=f"{found.key}-{number}")
    notes("How to read this", found.how_to_read)
    notes("Limitations", found.limitations)


def _side_by_side(figures: Iterable[Figure]) -> list[list[tuple[int, Figure]]]:
    """Put two figures beside each other where half the width is enough: one line, without labels at its sides."""
    found: list[list[tuple[int, Figure]]] = []
    for number, drawn in enumerate(figures):
        before = found[-1] if found else []
        if len(before) == 1 and _narrow(drawn) and _narrow(before[0][1]):
            before.append((number, drawn))
        else:
            found.append([(number, drawn)])
    return found


def _narrow(drawn: Figure) -> bool:
    return drawn.kind in {"line", "histogram"} and len(drawn.series) == 1


def lead(text: str) -> None:
    """Write the sentence with the number that matters."""
    st.markdown(f"##### {words.plain(text)}", anchors=False)


def notes(heading: str, texts: Iterable[str]) -> None:
    """Write remarks under a small heading; nothing if there are none."""
    lines = [f"- {words.plain(text)}" for text in texts]
    if lines:
        st.markdown("\n".join([f"**{heading}**", "", *lines]))


def figure(found: Figure, *, key: str) -> None:
    """Draw a figure and offer its numbers as a table."""
    st.subheader(words.plain(found.title), anchor=False)
    drawn = plots.draw(found, dark=st.context.theme.type == "dark")
    st.plotly_chart(drawn, theme=None, key=f"figure-{key}", config=_CONFIG, alt=found.alt)
    with st.expander("The numbers as a table"):
        rows(found.table(), key=f"numbers-{key}")


def table(found: Table, *, key: str) -> None:
    """Draw a table under its title, with its note; a long one is folded up."""
    st.subheader(words.plain(found.title), anchor=False)
    count = len(found.rows)
    with st.expander(f"{count} rows") if count > _FOLDED else nullcontext():
        rows(found, key=f"table-{key}")
    if found.note:
        remark(found.note)


def rows(found: Table, *, key: str) -> None:
    """Draw the rows of a table; numbers are written as everywhere and stand at the right."""
    if not found.rows:
        remark("There are no rows.")
        return
    cells, looks = _laid_out(found)
    st.dataframe(cells, hide_index=True, column_config=looks, key=key, alt=found.title, height=_height(found))


def chosen_row(found: Table, *, key: str) -> int | None:
    """Draw the rows of a table and return the place of the one the reader has chosen."""
    cells, looks = _laid_out(found)
    state = st.dataframe(
        cells, hide_index=True, column_config=looks, key=key, alt=found.title, height=_height(found),
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    places = state.selection.rows
    return places[0] if places and places[0] < len(found.rows) else None


def _height(found: Table) -> Literal["content", "auto"]:
    # Whole on the page as on paper, unless that makes the page too long to read.
    return "content" if len(found.rows) <= _WHOLE else "auto"


def _laid_out(found: Table) -> tuple[dict[str, list[str]], dict[str, ColumnConfig]]:
    names = _distinct(column.name for column in found.columns)
    cells = {
        name: [_cell(row[place], column) for row in found.rows]
        for place, (name, column) in enumerate(zip(names, found.columns, strict=True))
    }
    looks = {
        name: st.column_config.TextColumn(alignment="left", width=_width(name, cells[name]))
        if column.format == "text"
        else st.column_config.TextColumn(alignment="right")
        for name, column in zip(names, found.columns, strict=True)
    }
    return cells, looks


def _width(name: str, texts: Iterable[str]) -> int:
    return min(_WIDEST, _MARGIN + _LETTER * max(map(len, (name, *texts))))


def _cell(value: Cell, column: Column) -> str:
    text = write(value, column.format)
    return words.cell(text) if isinstance(value, str) else text


def _distinct(names: Iterable[str]) -> list[str]:
    # Two columns of one name would fall into one: unseen letters keep them apart.
    found: list[str] = []
    for name in names:
        text = words.cell(name) or " "
        while text in found:
            text += "\u200b"
        found.append(text)
    return found
