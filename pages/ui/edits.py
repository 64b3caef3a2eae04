"""The history of a card's narrative: each edit with its writer, its time and the words that changed."""

from __future__ import annotations

import streamlit as st

from pages.ui import changed_words, show, state, words
from rai.narrative_history import Edit, edits
from rai.word_difference import excerpt


def draw(here: state.Here) -> None:
    """Draw every edit, newest first, folded up."""
    assert here.ref is not None
    found = edits(here.workspace.archive.narrative_history(here.ref))
    with st.expander(f"History: {len(found)} {'edit' if len(found) == 1 else 'edits'}"):
        if not found:
            show.remark("Nobody has written in this card yet.")
        for edit in found:
            _edit(edit)


def _edit(edit: Edit) -> None:
    who = edit.author.name if edit.author else "an unnamed author"
    st.markdown(f"**{words.plain(edit.heading)}**, {words.plain(who)}, {words.plain(words.moment(edit.written))}")
    st.markdown(changed_words.marked(excerpt(edit.changes)) or words.plain("No word changed."))
    if edit.source:
        show.remark(edit.source)
