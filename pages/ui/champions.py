"""An auditor's question: which version was champion on a day, and who said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from pages.ui import show, state, words
from rai.approval.questions import Championship, champion_on


def draw(here: state.Here, models: Sequence[str]) -> None:
    """Draw the question with its answer."""
    st.header("Which version was champion on a day, and who said so?", anchor=False)
    left, right = st.columns(2)
    place = models.index(here.ref.name) if here.ref and here.ref.name in models else 0
    model = left.selectbox("Model", models, index=place, key="champion-model")
    day = right.date_input("At the end of", key="champion-day", format="YYYY-MM-DD")
    found = champion_on(here.workspace.ledger.history(), model, day)
    if found is None:
        show.sentence(f"The ledger names no champion of {model} on {words.day(day)}.")
    else:
        show.sentence(_said(found, day))
        _approval(found)
    show.remark("An alias that somebody moved by hand in the registry is not in the ledger and opens no gate.")


def _said(found: Championship, day: date) -> str:
    return (
        f"On {words.day(day)} it was {found.ref.name}, version {found.ref.version}. {found.asked_by} had it promoted "
        f"on {words.moment(found.since)} (row {found.seq})."
    )


def _approval(found: Championship) -> None:
    if found.exception:
        holders = " and ".join(item.person.name for item in found.exception)
        show.sentence(f"It was not approved: {holders} had made an exception. {found.exception[-1].reason}")
        return
    if found.approval is None:
        show.sentence("The approval it rested on cannot be read from the ledger.")
        return
    signed = found.approval
    who = f"{signed.person.name}, {signed.role}, had approved it on {words.moment(signed.time)}"
    show.sentence(f"{who}: {signed.rationale}")
