"""What follows a decision: the card is written beside the model, and an approved version may become the champion."""

from __future__ import annotations

import streamlit as st

from pages.ui import cached, disagreement, identity, notice, show, state, words, work
from rai.approval.cases import Case
from rai.approval.rules import decide
from rai.errors import Refused
from rai.signing import Standing, queue_promotion
from rai.versions import ModelVersionRef

_PLACE = "promotion"


def draw(here: state.Here, found: Standing) -> None:
    """Draw the work that follows a decision; nothing before there is one."""
    if found.case is None or not (found.case.in_force or here.workspace.jobs.latest(found.case.ref.uri, "publish")):
        return
    notice.draw(_PLACE)
    disagreement.about_version(here)
    job = here.workspace.jobs.latest(found.case.ref.uri, "publish")
    if work.job(here.workspace, job):
        return
    if job is not None and job.state in {"failed", "cancelled"}:
        _publish_again(here, found.case)
    elif found.case.in_force and found.case.envelope:
        show.sentence(f"Card and attestation lie beside the model (attestation {words.short(found.case.envelope)}).")
        _promotion(here, found.case)


def _publish_again(here: state.Here, case: Case) -> None:
    if here.person.roles and st.button("Write it again", key="publish-again"):
        here.workspace.jobs.enqueue("publish", case.ref.uri, {"state": case.state}, by=here.person.name)
        st.rerun()


def _promotion(here: state.Here, case: Case) -> None:
    if work.job(here.workspace, here.workspace.jobs.latest(case.ref.uri, "promote")):
        return
    if case.alias:
        st.markdown(f"{words.mark('pass', 'promoted')}: the alias {words.plain(case.alias)} names this version.")
        return
    try:
        decide(here.person, "promote", case)
    except Refused as refusal:
        show.remark(str(refusal))
        return
    st.button(
        f"Make version {words.plain(case.ref.version)} the champion", key="promote", type="primary",
        on_click=_promote, args=(case.ref,),
    )  # fmt: skip
    show.remark("The gate is asked again, with the bytes in the registry, before the alias is moved.")


def _promote(ref: ModelVersionRef) -> None:
    # A callback runs before the page is drawn: what it says is kept until then.
    with notice.attempt(_PLACE):
        workspace = cached.workspace()
        actor = identity.person(workspace.settings)
        if actor is None:
            raise Refused("Nobody is signed in any more. Sign in again.")
        identity.require_recent_login()
        queue_promotion(workspace, ref, actor=actor)
