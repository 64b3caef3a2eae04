"""The model card as the world will read it: the narrative, the evidence filled in, its printed pages and its files."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from pages.ui import cached, card_changes, edits, grid, show, state, summary, words, writing
from rai.card import ModelCard
from rai.clock import now
from rai.narrative import completeness, overdue
from rai.signing import standing

_FILES = (
    ("card.pdf", "application/pdf"),
    ("card-summary.pdf", "application/pdf"),
    ("card.html", "text/html"),
    ("card.md", "text/markdown"),
    ("card.json", "application/json"),
)


def draw(here: state.Here) -> None:
    """Draw the card of the version's newest review."""
    assert here.ref is not None
    found = standing(here.workspace, here.ref)
    card = found.card
    show.lead(f"{completeness(card.narrative)}; the evidence is filled in from review {card.review_id}.")
    _remarks(card)
    st.header("What people write", anchor=False)
    writing.draw(here, card, found.case)
    edits.draw(here)
    card_changes.draw(here, card)
    st.header("What is filled in", anchor=False)
    _details(card)
    summary.analyses(here)
    st.header("The card", anchor=False)
    _files(card)
    _pages(card)


def _remarks(card: ModelCard) -> None:
    if card.unwritten:
        names = ", ".join(f"'{field.heading}'" for field in card.unwritten)
        show.remark(f"The policy asks for fields that nobody has written: {names}. They keep it from being approved.")
    day = overdue(card.narrative, today=datetime.fromisoformat(now()).date())
    if day is not None:
        st.warning(words.plain(f"It was to be reviewed again by {words.day(day)}, and that day is over."))


def _details(card: ModelCard) -> None:
    lines = [(words.plain(item.name), words.plain(item.value), words.plain(item.source)) for item in card.details]
    with st.expander(f"{len(lines)} facts about the model, its data and its review"):
        grid.grid(("Fact", "Value", "Known from"), lines)


def _files(card: ModelCard) -> None:
    for column, (name, mime) in zip(st.columns(len(_FILES)), _FILES, strict=True):
        column.download_button(
            f"Download {name}",
            data=partial(_rendered, card, name),
            file_name=f"{card.model}-{card.version}-{name}",
            mime=mime,
            on_click="ignore",
            width="stretch",
        )
    show.remark(f"SHA-256 of the card without its sign-offs: {card.content_digest}")


def _rendered(card: ModelCard, name: str) -> bytes:
    from reports import RENDERERS  # drawing libraries are loaded only where a card is rendered

    return RENDERERS[name](card)


def _pages(card: ModelCard) -> None:
    if st.toggle("Show the pages as they are printed", key="card-pages"):
        st.pdf(cached.pdf(card.digest, card), height=900, alt=f"Model card of {card.model}, version {card.version}")
