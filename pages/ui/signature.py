"""The form with which a reviewer decides: bound to what was shown when it was drawn, and used once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from uuid import uuid4

import streamlit as st

from pages.ui import cached, forms, identity, notice, show, state, words
from rai.approval.grounds import LONGEST_RATIONALE
from rai.approval.quota import group_of
from rai.approval.rules import decide
from rai.approval.subjects import changed, missing
from rai.card import Decision
from rai.clock import now
from rai.errors import Refused
from rai.signing import Standing, sign
from rai.versions import ModelVersionRef

_PLACE = "sign-off"
_ASKED = "sign-asked"
_WORDS: dict[Decision, str] = {
    "approve": "Approve: it may go to production as it is",
    "request changes": "Request changes: the submitter mends it and submits it again",
    "reject": "Reject: these bytes are never accepted again, under any name",
}


@dataclass(frozen=True)
class _Drawn:
    """A form as it was drawn.

    Attributes
    ----------
    etag, digests
        What was shown beside it.
    idem
        Names this form: used twice, it counts once.
    """

    etag: str
    digests: dict[str, str]
    idem: str


@dataclass(frozen=True)
class _Asked:
    """What a click on the form asks for."""

    ref: ModelVersionRef
    drawn: _Drawn
    decision: Decision | None
    rationale: str


def draw(here: state.Here, found: Standing) -> None:
    """Draw the form for somebody who may decide; everybody else sees why not."""
    assert here.ref is not None
    notice.draw(_PLACE)
    try:
        decide(here.person, "approve", found.case)
    except Refused as refusal:
        show.sentence(str(refusal))
        return
    if unknown := missing(found.digests):
        show.sentence(f"The digest of {', '.join(unknown)} could not be computed, so nothing can be signed now.")
        return
    drawn = st.session_state.setdefault(_form(here.ref), _fresh(found))
    if drawn.etag == found.etag:
        _fields(here, drawn)
    else:
        _out_of_date(here.ref, drawn, found)


def _form(ref: ModelVersionRef) -> str:
    return f"sign-form-{ref.uri}"


def _fresh(found: Standing) -> _Drawn:
    return _Drawn(found.etag, dict(found.digests), uuid4().hex)


def _fields(here: state.Here, drawn: _Drawn) -> None:
    assert here.ref is not None
    with st.form(f"sign-{here.ref.uri}", border=False, enter_to_submit=False):
        st.radio(
            "Decision", get_args(Decision), index=None, format_func=_word, key=f"decision-{here.ref.uri}",
            persist_state="session",
        )  # fmt: skip
        st.text_area(
            "Rationale", key=f"rationale-{here.ref.uri}", height=140, max_chars=LONGEST_RATIONALE,
            persist_state="session",
            placeholder="Why you decide like this, with an answer to each warning above.",
        )  # fmt: skip
        show.remark(
            f"You sign as {here.person.name} ({here.person.issuer}, {here.person.subject}), "
            f"{group_of(here.person)}. "
            f"{identity.source(here.workspace.settings)} The model's files are digested once more before it counts."
        )
        st.form_submit_button("Sign", type="primary", on_click=_ask, args=(here.ref, drawn))


def _word(decision: Decision) -> str:
    return _WORDS[decision]


def _out_of_date(ref: ModelVersionRef, drawn: _Drawn, found: Standing) -> None:
    names = ", ".join(changed(drawn.digests, found.digests))
    st.warning(words.plain(f"Changed since you opened this form: {names}. Look at what is signed now, above."))
    st.button("I have looked: draw the form again", key=f"again-{ref.uri}", on_click=_renew, args=(ref,))


def _renew(ref: ModelVersionRef) -> None:
    st.session_state.pop(_form(ref), None)


def _ask(ref: ModelVersionRef, drawn: _Drawn) -> None:
    # Only what was drawn counts, so it is an argument of the button; a form that was used up asks for nothing more.
    if st.session_state.get(_form(ref)) != drawn:
        return
    decision, rationale = st.session_state.get(f"decision-{ref.uri}"), st.session_state.get(f"rationale-{ref.uri}")
    st.session_state[_ASKED] = _Asked(ref, drawn, decision, rationale or "")


def carry_out() -> None:
    """Do what the form was asked for, before the page is drawn; the digests are computed anew for it."""
    asked: _Asked | None = st.session_state.pop(_ASKED, None)
    if asked is None:
        return
    with st.spinner("Digesting the model's files and recording your decision"), notice.attempt(_PLACE):
        _sign(asked)
    st.rerun()


def _sign(asked: _Asked) -> None:
    if asked.decision is None:
        raise Refused("Choose a decision: approve, request changes or reject.")
    actor = forms.signer()
    case = sign(
        cached.workspace(), asked.ref, actor=actor, decision=asked.decision, rationale=asked.rationale.strip(),
        seen_etag=asked.drawn.etag, idem=asked.drawn.idem, time=now(),
    )  # fmt: skip
    for key in (_form(asked.ref), f"decision-{asked.ref.uri}", f"rationale-{asked.ref.uri}"):
        st.session_state.pop(key, None)
    notice.keep(_PLACE, f"Recorded: {asked.decision}, signed by {actor.name}. {case.needs}".strip())
