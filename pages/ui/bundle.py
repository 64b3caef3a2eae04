"""What a reviewer puts their name to: six digests, what changed since the last approval, findings and open points."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui import afterwards, exceptions, grid, show, signature, state, taking_back, trail, waivers, words
from rai.approval.cases import Case
from rai.approval.questions import Approval, last_approval
from rai.approval.reading import lines
from rai.approval.verify import SUBJECTS
from rai.card import Decision
from rai.policy import Finding
from rai.signing import standing
from rai.theme import DASH, Tone

_WHAT: Mapping[str, str] = {
    "model": "the model's files as they were sealed at submission",
    "dataset": "the evaluation data",
    "review": "the record of the review: results, measures and findings",
    "card": "the model card with its narrative, without sign-offs",
    "policy": "the policy file that judged the measures",
    "environment": "Python and every package that computed the evidence",
}

_TONES: Mapping[Decision, Tone] = {"approve": "pass", "request changes": "unsure", "reject": "fail"}


def draw(here: state.Here) -> None:
    """Draw what is signed, the form, and what has been decided so far."""
    assert here.ref is not None
    signature.carry_out()
    exceptions.carry_out()
    found, history = standing(here.workspace, here.ref), here.workspace.ledger.history()
    show.lead(found.case.sentence if found.case else f"{here.ref.uri} has not been submitted.")
    _signed(found.case)
    afterwards.draw(here, found)
    st.header("What you sign", anchor=False)
    _digests(found.digests, last_approval(history, here.ref), here.ref.version)
    show.notes("What keeps it from being approved", found.points)
    _findings(found.findings)
    waivers.listed(found.card.waivers)
    waivers.draw(here, found)
    st.header("Your decision", anchor=False)
    signature.draw(here, found)
    exceptions.draw(here, found)
    taking_back.draw(here, found)
    st.header("What happened so far", anchor=False)
    trail.history(lines(reversed(history.of(here.ref))))


def _signed(case: Case | None) -> None:
    if case is None:
        return
    for item in case.sign_offs:
        who = f"{words.plain(item.person.name)}, {words.plain(item.role)}, {words.plain(words.moment(item.time))}"
        st.markdown(f"{words.mark(_TONES[item.decision], item.decision)} by {who}: {words.plain(item.rationale)}")
    exceptions.standing_signatures(case)
    if case.needs:
        show.sentence(case.needs)
    if case.voided:
        names = ", ".join(dict.fromkeys(item.person.name for item in case.voided))
        show.remark(f"What they signed has changed since, so the approval of {names} does not count any more.")


def _digests(digests: Mapping[str, str], before: Approval | None, version: str) -> None:
    signed = before.event.digests if before else {}
    rows = [
        (
            f"**{words.plain(name.capitalize())}**",
            words.plain(_WHAT[name]),
            words.plain(words.short(digests.get(name, ""))),
            words.plain(_since(digests.get(name, ""), signed.get(name, ""))),
        )
        for name in SUBJECTS
    ]
    grid.grid(("Subject", "What it is", "SHA-256, first 12 digits", "Since the last approval"), rows)
    show.remark(_last(before, version))
    with st.expander("The digests in full"):
        st.code("\n".join(f"{digests.get(name, 'unknown'):<64}  {name}" for name in SUBJECTS), language=None)


def _since(now: str, before: str) -> str:
    if not before:
        return DASH
    return "the same" if now == before else "changed"


def _last(before: Approval | None, version: str) -> str:
    if before is None:
        return "No version of this model has been approved before."
    which = "This version" if before.ref.version == version else f"Version {before.ref.version}"
    when = words.moment(before.event.time)
    return f"{which} was approved on {when} by {before.event.actor.name} (row {before.seq} of the ledger)."


def _findings(found: tuple[Finding, ...]) -> None:
    block = [item for item in found if item.severity == "block"]
    warn = [item for item in found if item.severity == "warn"]
    if block:
        st.subheader("What must pass", anchor=False)
        grid.findings(block)
    if warn:
        st.subheader("What must be answered in the rationale", anchor=False)
        grid.findings(warn)
