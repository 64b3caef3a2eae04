"""Waivers on the sign-off page: those that are in force, and a form for each finding that closes the gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from pages.ui import cached, forms, grid, notice, show, state, words
from rai.approval.grounds import LONGEST_WAIVER
from rai.approval.rules import decide
from rai.card import Waiver
from rai.clock import now
from rai.errors import Refused
from rai.policy import Finding
from rai.signing import Standing, end_of, waive
from rai.versions import ModelVersionRef

_PLACE, _KIND = "waiver", "waiver"


def listed(waivers: Sequence[Waiver]) -> None:
    """Draw the waivers on the card, each with its reason, its owner and its end; nothing if there are none."""
    if not waivers:
        return
    st.subheader("Waived for a time", anchor=False)
    lines = [
        (
            words.verdict(item.verdict),
            words.plain(item.sentence),
            words.plain(item.reason),
            words.plain(item.owner),
            words.plain(words.moment(item.until)),
            words.plain(item.person.name),
        )
        for item in waivers
    ]
    grid.grid(("Verdict", "What is asked", "Why it is waived", "Who answers for it", "Until", "Waived by"), lines)
    show.remark("A waiver lifts exactly this finding. An approval ends with the first waiver it rests on.")


def draw(here: state.Here, found: Standing) -> None:
    """Draw the forms for somebody who may waive, while there is something to waive."""
    assert here.ref is not None
    notice.draw(_PLACE)
    if not found.waivable:
        return
    try:
        decide(here.person, "waive", found.case)
    except Refused:
        return
    for item in found.waivable:
        with st.expander(words.plain(f"Waive for a time: {item.sentence}")):
            _form(here.ref, item)


def _form(ref: ModelVersionRef, item: Finding) -> None:
    about = item.digest
    longest = forms.today().date() + timedelta(days=LONGEST_WAIVER - 1)
    with st.form(f"waive-{about}", border=False, enter_to_submit=False):
        st.text_area("Why it may be waived", key=f"waive-reason-{about}", height=80, persist_state="session")
        st.text_input("Who answers for it meanwhile", key=f"waive-owner-{about}", persist_state="session")
        st.date_input(
            "Until the end of (UTC)", value=None, min_value="today", max_value=longest, key=f"waive-until-{about}",
            format="YYYY-MM-DD",
        )  # fmt: skip
        show.remark("It is printed on the card and kept in the ledger. Approvals given before have to be given again.")
        st.form_submit_button(
            "Waive this finding", on_click=_waive, args=(ref, item, forms.key(_KIND, ref, about)),
        )  # fmt: skip


def _waive(ref: ModelVersionRef, item: Finding, idem: str) -> None:
    # A callback runs before the page is drawn: what it says is kept until then.
    with notice.attempt(_PLACE):
        actor, about = forms.signer(), item.digest
        day = st.session_state.get(f"waive-until-{about}")
        if day is None:
            raise Refused("Choose the day until which the finding is waived.")
        waive(
            cached.workspace(), ref, actor=actor, finding=item, reason=forms.written(f"waive-reason-{about}"),
            owner=forms.written(f"waive-owner-{about}"), until=end_of(day), idem=idem, time=now(),
        )  # fmt: skip
        forms.used(_KIND, ref, about)
        notice.keep(_PLACE, f"Waived until the end of {words.day(day)}: {item.sentence}")
