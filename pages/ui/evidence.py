"""The body all evidence pages share: the question, then one analysis on all rows or on the cohort chosen."""

from __future__ import annotations

import streamlit as st

from pages.ui import cached, show, state, words, work
from pages.ui.contents import entry
from rai.card import EvidenceSection
from rai.cards import evidence_section
from rai.cohorts import parse_cohort
from rai.review import Outcome
from rai.versions import ModelVersionRef


def page(key: str) -> Outcome | None:
    """Draw the page of an analysis and return the outcome it shows, if there is one."""
    here = state.enter()
    show.question(entry(key).question)
    if here.review is None or here.digest is None:
        not_reviewed(here)
        return None
    if not here.cohort:
        body(cached.section(here.digest, key, here.review))
        return here.review.outcome(key)
    outcomes = here.workspace.archive.cohort_outcomes(here.review.id, here.cohort)
    if outcomes is None:
        _offer_cohort(here)
        return None
    show.remark(f"Only rows with {parse_cohort(here.cohort).name}.")
    outcome = next((item for item in outcomes if item.analysis == key), None)
    body(evidence_section(key, outcome))
    return outcome


def body(found: EvidenceSection) -> None:
    """Draw a section, or say why there is none."""
    if found.section is not None:
        show.section(found.section)
    elif found.status == "not_applicable":
        st.info(words.plain(f"Not applicable here: {found.reason}"))
    else:
        st.error(words.plain(f"This analysis failed: {found.reason} The gate stays closed until a review has it."))


def not_reviewed(here: state.Here) -> None:
    """Say that there is no review, and show the one under way or offer to start one."""
    if here.ref is None:
        show.sentence("No version has been submitted yet. Submit one with: rai submit models:/NAME/VERSION")
        return
    if work.job(here.workspace, here.workspace.jobs.latest(here.ref.uri, "review")):
        show.remark("The evidence appears here when the review is complete.")
        return
    show.sentence(f"{here.ref.uri} has no complete review yet.")
    start_review(here, here.ref)


def start_review(here: state.Here, ref: ModelVersionRef, label: str = "Start the review") -> None:
    """Offer to queue a review of a version to somebody who has a role here."""
    if here.person.roles and st.button(label, key=f"start-{ref.uri}"):
        here.workspace.jobs.enqueue("review", ref.uri, by=here.person.name)
        st.rerun()


def _offer_cohort(here: state.Here) -> None:
    assert here.ref is not None
    name, payload = parse_cohort(here.cohort).name, {"cohort": here.cohort}
    if work.job(here.workspace, here.workspace.jobs.latest(here.ref.uri, "cohort", payload)):
        return
    show.sentence(f"The cohort {name} has not been analysed in this review.")
    if here.person.roles and st.button("Analyse this cohort", key="cohort-start", type="primary"):
        here.workspace.jobs.enqueue("cohort", here.ref.uri, payload, by=here.person.name)
        st.rerun()
