"""The overview of a version: reasons first, then findings by severity, then one line an analysis."""

from __future__ import annotations

import streamlit as st

from pages.ui import cached, evidence, exceptions, grid, show, state, words, work
from pages.ui.contents import CONTENTS, Entry
from rai.analyses import ANALYSES
from rai.card import EvidenceSection
from rai.signing import Standing, standing
from rai.theme import Tone

_TONES: dict[str, tuple[Tone, str]] = {
    "computed": ("pass", "carried out"),
    "not_applicable": ("none", "not applicable"),
    "failed": ("fail", "failed"),
}


def draw(here: state.Here) -> None:
    """Draw the overview of the version's newest review."""
    assert here.ref is not None
    assert here.review is not None
    found = standing(here.workspace, here.ref)
    _answer(found)
    _findings(found)
    analyses(here)
    st.divider()
    facts = f"Review {found.review.id}, {words.moment(found.review.created)}, by {found.review.by}"
    show.remark(f"{facts}; {found.review.rows:,} rows, seed {found.review.seed}, policy {found.card.policy}.")
    if not work.job(here.workspace, here.workspace.jobs.latest(here.ref.uri, "review")):
        if found.case is not None and found.case.in_force:
            show.remark("A new review makes the approval stale: what was signed is then no longer the evidence.")
        evidence.start_review(here, here.ref, "Review it again")


def _answer(found: Standing) -> None:
    if found.case is not None and found.case.state == "exception":
        st.markdown(f"##### {words.mark('unsure', 'Exception')}, not an approval.", anchors=False)
        exceptions.standing_signatures(found.case)
        show.notes("Why the gate is closed", found.reasons)
        return
    if found.open:
        st.markdown(f"##### {words.mark('pass', 'Approved')} on exactly these bytes.", anchors=False)
        return
    if not found.points:
        show.lead("Nothing in the evidence or the card keeps it from being approved.")
    else:
        count = len(found.points)
        show.lead(f"Not yet: {count} {'point keeps' if count == 1 else 'points keep'} it from being approved.")
    show.notes("Why the gate is closed", found.reasons)


def _findings(found: Standing) -> None:
    for severity, heading in (("block", "What must pass"), ("warn", "What must be answered in the rationale")):
        chosen = [item for item in found.findings if item.severity == severity]
        if chosen:
            st.subheader(heading, anchor=False)
            grid.findings(chosen)


def analyses(here: state.Here) -> None:
    """Draw one line an analysis of the version's newest review, each with the way to its page."""
    assert here.review is not None
    assert here.digest is not None
    st.subheader("The evidence in one line each", anchor=False)
    pages = {item.key: item for item in CONTENTS}
    for item in ANALYSES:
        _line(here, pages[item.KEY], cached.section(here.digest, item.KEY, here.review))


def _line(here: state.Here, page: Entry, found: EvidenceSection) -> None:
    assert here.ref is not None
    left, right = st.columns([1, 4], gap="medium")
    left.page_link(page.path, label=page.title, query_params=state.link(here.ref, here.cohort))
    tone, word = _TONES[found.status]
    said = found.section.lead if found.section else found.reason
    right.markdown(f"{words.mark(tone, word)}. {words.plain(said)}")
