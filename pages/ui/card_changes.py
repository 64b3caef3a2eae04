"""What changed since the last approval: the card as it stands against the card that was signed."""

from __future__ import annotations

import streamlit as st

from pages.ui import changed_words, grid, show, state, words
from rai.approval.questions import Approval
from rai.card import ModelCard
from rai.card_difference import CardDifference, FactChange, FieldChange, VerdictChange, card_difference
from rai.errors import InputError
from rai.last_approved import last_approved
from rai.word_difference import excerpt

_KINDS = {"added": "+ added", "removed": "− removed", "changed": "± changed"}


def draw(here: state.Here, card: ModelCard) -> None:
    """Draw what is different from the card that was approved last, or say that there is none."""
    assert here.ref is not None
    try:
        found = last_approved(here.workspace, here.ref)
    except InputError as error:
        st.header("What changed since the last approval", anchor=False)
        show.sentence(str(error))
        return
    if found is None:
        st.header("What changed since the last approval", anchor=False)
        show.sentence("No version of this model has been approved before, so there is nothing to compare with.")
        return
    approval, before = found
    own = approval.ref.version == here.ref.version
    named = "this version" if own else f"version {approval.ref.version}"
    st.header(words.plain(f"What changed since {named} was approved"), anchor=False)
    show.remark(_approved(approval))
    _difference(card_difference(before, card), same=before.content_digest == card.content_digest)


def _approved(approval: Approval) -> str:
    signed = approval.event
    return f"Approved on {words.moment(signed.time)} by {signed.actor.name}; compared with the card that was signed."


def _difference(found: CardDifference, *, same: bool) -> None:
    if same:
        show.sentence("Nothing: this is the card that was approved, byte by byte.")
        return
    if found.nothing:
        show.sentence("The narrative, the facts, the findings and the numbers are the same; other parts differ.")
        return
    for field in found.fields:
        _field(field)
    _verdicts(found.verdicts)
    _table("Numbers that differ", found.numbers)
    _table("Facts that differ", found.facts)


def _field(field: FieldChange) -> None:
    st.markdown(f"**{words.plain(field.heading)}**: {words.plain(_KINDS[field.kind])}")
    st.markdown(changed_words.marked(excerpt(field.changes)))


def _verdicts(changes: tuple[VerdictChange, ...]) -> None:
    if not changes:
        return
    st.subheader("Findings with another verdict", anchor=False)
    rows = [
        (
            words.plain(item.about),
            words.verdict(item.before) if item.before else words.plain("no such finding"),
            words.verdict(item.after) if item.after else words.plain("no such finding"),
        )
        for item in changes
    ]
    grid.grid(("What is asked", "Then", "Now"), rows)


def _table(heading: str, changes: tuple[FactChange, ...]) -> None:
    if not changes:
        return
    with st.expander(f"{heading}: {len(changes)}"):
        rows = [(words.plain(item.name), words.plain(item.before), words.plain(item.after)) for item in changes]
        grid.grid(("What", "Then", "Now"), rows)
