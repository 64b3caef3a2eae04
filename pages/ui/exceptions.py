"""Exceptions on the sign-off page: who signed for one, and the form with which two override holders make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from pages.ui import cached, forms, notice, show, state, words
from rai.approval.cases import Case
from rai.approval.grounds import LONGEST_RATIONALE, SHORTEST_OVERRIDE
from rai.approval.rules import decide
from rai.card import HolderSignature
from rai.clock import now
from rai.errors import Refused
from rai.signing import Standing, end_of, sign_exception
from rai.versions import ModelVersionRef

_PLACE, _KIND, _ASKED = "exception", "exception", "exception-asked"


@dataclass(frozen=True)
class _Asked:
    """What a click asks for: one signature with these words on what was shown."""

    ref: ModelVersionRef
    reason: str
    ticket: str
    until: str
    etag: str
    idem: str


def standing_signatures(case: Case) -> None:
    """Say who signed for an exception, whether it is in force or waits for the second signature."""
    for item in case.exception or case.overrides:
        word = "exception" if case.exception else "exception, one of two signatures"
        st.markdown(f"{words.mark('unsure', word)} by {words.plain(_said(item))}")


def _said(item: HolderSignature) -> str:
    return (
        f"{item.person.name}, {words.moment(item.time)}, until {words.moment(item.until)}, ticket {item.ticket}: "
        f"{item.reason}"
    )


def draw(here: state.Here, found: Standing) -> None:
    """Draw the form for an override holder; nobody else sees it."""
    assert here.ref is not None
    notice.draw(_PLACE)
    try:
        decide(here.person, "override", found.case)
    except Refused:
        return
    assert found.case is not None
    st.header("An exception", anchor=False)
    show.sentence(
        "Two override holders may let a version be used for a time without an approval. It is never an approval, it is "
        "shown wherever the verdict is, and the gate opens for it only where the policy says so."
    )
    for item in found.case.overrides:
        if item.person.key != here.person.key:
            _second(here.ref, found, item)
    _first(here.ref, found)


def _second(ref: ModelVersionRef, found: Standing, item: HolderSignature) -> None:
    asked = _Asked(
        ref, item.reason, item.ticket, item.until, found.etag, forms.key(_KIND, ref, f"second-{item.person.subject}")
    )
    st.button(f"Sign the exception of {words.plain(item.person.name)}", on_click=_ask, args=(asked,), type="primary")


def _first(ref: ModelVersionRef, found: Standing) -> None:
    assert found.case is not None
    days = found.case.terms.longest_exception_days
    with st.form(f"exception-{ref.uri}", border=False, enter_to_submit=False):
        st.text_area(
            "Reason", key=f"exception-reason-{ref.uri}", height=110, max_chars=LONGEST_RATIONALE,
            persist_state="session", placeholder=f"At least {SHORTEST_OVERRIDE} characters.",
        )  # fmt: skip
        st.text_input("Ticket", key=f"exception-ticket-{ref.uri}", persist_state="session")
        st.date_input(
            "Until the end of (UTC)", value=None, min_value="today", key=f"exception-until-{ref.uri}",
            max_value=forms.today().date() + timedelta(days=days - 1), format="YYYY-MM-DD",
        )  # fmt: skip
        key = forms.key(_KIND, ref, "first")
        st.form_submit_button("Sign for an exception", on_click=_propose, args=(ref, found.etag, key))


def _propose(ref: ModelVersionRef, etag: str, idem: str) -> None:
    with notice.attempt(_PLACE):
        day: date | None = st.session_state.get(f"exception-until-{ref.uri}")
        if day is None:
            raise Refused("Choose the day until which the exception lasts.")
        reason, ticket = forms.written(f"exception-reason-{ref.uri}"), forms.written(f"exception-ticket-{ref.uri}")
        _ask(_Asked(ref, reason, ticket, end_of(day), etag, idem))


def _ask(asked: _Asked) -> None:
    st.session_state[_ASKED] = asked


def carry_out() -> None:
    """Do what was asked for, before the page is drawn; the digests are computed anew for it."""
    asked: _Asked | None = st.session_state.pop(_ASKED, None)
    if asked is None:
        return
    with st.spinner("Digesting the model's files and recording your signature"), notice.attempt(_PLACE):
        _sign(asked)
    st.rerun()


def _sign(asked: _Asked) -> None:
    actor = forms.signer()
    case = sign_exception(
        cached.workspace(), asked.ref, actor=actor, reason=asked.reason, ticket=asked.ticket, until=asked.until,
        seen_etag=asked.etag, idem=asked.idem, time=now(),
    )  # fmt: skip
    for name in [name for name in st.session_state if str(name).startswith(f"form-{_KIND}-{asked.ref.uri}-")]:
        del st.session_state[name]
    more = "" if case.exception else " It takes a second override holder with the same words."
    notice.keep(_PLACE, f"Recorded: exception, signed by {actor.name}.{more}")
