"""Draws stored records on the screen: sections, tables, figures, findings, and the sentence of a refusal."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st

from pages.ui import plots, words
from rai.errors import RaiError
from rai.section import Figure, Section, Table
from rai.theme import write

#: Width of the paper in pixels.
WIDTH = 980

_CONFIG = {"displayModeBar": False, "responsive": True}
_log = logging.getLogger(__name__)


@contextmanager
def refusals() -> Iterator[None]:
    """Show a refusal as its one sentence; anything unforeseen as a sentence too, with the details in the log."""
    try:
        yield
    except RaiError as error:
        st.error(words.plain(str(error)))
    except Exception:
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
    for number, item in enumerate(found.figures):
        figure(item, key=f"{found.key}-{number}")
    for number, item in enumerate(found.tables):
        table(item, key=f"{found.key}-{number}")
    notes("How to read this", found.how_to_read)
    notes("Limitations", found.limitations)


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
    """Draw a table under its title, with its note."""
    st.subheader(words.plain(found.title), anchor=False)
    rows(found, key=f"table-{key}")
    if found.note:
        remark(found.note)


def rows(found: Table, *, key: str) -> None:
    """Draw the rows of a table; numbers are written as everywhere and stand at the right."""
    if not found.rows:
        remark("There are no rows.")
        return
    names = _distinct(column.name for column in found.columns)
    cells = {
        name: [write(row[place], column.format) for row in found.rows]
        for place, (name, column) in enumerate(zip(names, found.columns, strict=True))
    }
    looks = {
        name: st.column_config.TextColumn(alignment="left" if column.format == "text" else "right")
        for name, column in zip(names, found.columns, strict=True)
    }
    st.dataframe(cells, hide_index=True, column_config=looks, key=key, alt=found.title)


def _distinct(names: Iterable[str]) -> list[str]:
    # Two columns of one name would fall into one: unseen letters keep them apart.
    found: list[str] = []
    for name in names:
        text = name or " "
        while text in found:
            text += "\u200b"
        found.append(text)
    return found
