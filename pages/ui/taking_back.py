"""Taking a decision back: the submitter withdraws, whoever decided revokes; each with a reason and once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui import cached, forms, notice, show, state
from rai.approval.cases import Case
from rai.approval.grounds import LONGEST_RATIONALE
from rai.approval.rules import decide
from rai.approval.states import Action
from rai.clock import now
from rai.errors import Refused
from rai.signing import Standing, revoke, withdraw
from rai.versions import ModelVersionRef

_PLACE = "taking-back"
_DEEDS: dict[Action, Callable[..., Case]] = {"revoke": revoke, "withdraw": withdraw}
_SAID: dict[Action, tuple[str, str, str]] = {
    "revoke": ("Revoke it for good", "The gate closes at once, and this version is never approved again.", "Revoked"),
    "withdraw": ("Withdraw it", "The gate closes, and the version may be submitted again in a new round.", "Withdrawn"),
}


def draw(here: state.Here, found: Standing) -> None:
    """Draw what this person may take back now; nothing for anybody else."""
    assert here.ref is not None
    notice.draw(_PLACE)
    for action in _DEEDS:
        try:
            decide(here.person, action, found.case)
        except Refused:
            continue
        with st.expander(_SAID[action][0]):
            _form(here.ref, action)


def _form(ref: ModelVersionRef, action: Action) -> None:
    label, what, _ = _SAID[action]
    with st.form(f"{action}-{ref.uri}", border=False, enter_to_submit=False):
        show.remark(what)
        st.text_area(
            "Reason", key=f"{action}-reason-{ref.uri}", height=80, max_chars=LONGEST_RATIONALE, persist_state="session"
        )
        st.form_submit_button(label, on_click=_take_back, args=(ref, action, forms.key(action, ref)))


def _take_back(ref: ModelVersionRef, action: Action, idem: str) -> None:
    # A callback runs before the page is drawn: what it says is kept until then.
    with notice.attempt(_PLACE):
        actor = forms.signer()
        reason = forms.written(f"{action}-reason-{ref.uri}")
        _DEEDS[action](cached.workspace(), ref, actor=actor, reason=reason, idem=idem, time=now())
        forms.used(action, ref)
        notice.keep(_PLACE, f"{_SAID[action][2]} by {actor.name}.")
