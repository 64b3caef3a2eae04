"""The Responsible AI Toolbox as one file: what it is, the making of it, and its download."""

from __future__ import annotations

import streamlit as st

from pages.ui import show, state, words, work
from rai.review import Review
from rai.versions import ModelVersionRef

_NAME = "toolbox.html"
_WHAT = (
    "Microsoft's open-source dashboard for the same version and the same rows, as one HTML file: error tree, heatmap, "
    "model overview, data analysis and feature importances, to be explored with the mouse."
)
_MAKING = (
    "The review worker makes it within a few minutes, from at most 5,000 rows drawn at random; it asks the model again."
)
_LIMITS = (
    "It is for looking around. Findings, model card and sign-off rest on the evidence pages, not on this file.",
    (
        "The error analysis of this release mixes up false positive and false negative rates of cohorts. Read "
        "those rates on the pages Performance and Fairness."
    ),
    "The file holds rows of the evaluation data. Treat it as you treat the data.",
)


def draw(here: state.Here) -> None:
    """Draw the file of the version's newest review, or a way to have it made."""
    assert here.ref is not None
    assert here.review is not None
    digest = here.workspace.archive.attachment(here.review.id, _NAME)
    if digest is None:
        show.lead("Nobody has had the Toolbox file of this review made yet.")
    else:
        _download(here, here.ref, digest)
    _make(here, here.ref, again=digest is not None)
    _about(here.review)


def _download(here: state.Here, ref: ModelVersionRef, digest: str) -> None:
    store = here.workspace.store
    size = store.path(digest).stat().st_size if store.path(digest).is_file() else 0
    show.lead(f"The Toolbox file of this review is ready, {words.size(size)}.")
    st.download_button(
        "Download toolbox.html",
        data=lambda: store.get(digest),
        file_name=f"{ref.name}-{ref.version}-{_NAME}",
        mime="text/html",
        on_click="ignore",
        type="primary",
    )
    show.remark(f"SHA-256 {digest}. Open it in a browser; it asks nothing of the network or of the model.")


def _make(here: state.Here, ref: ModelVersionRef, *, again: bool) -> None:
    if work.job(here.workspace, here.workspace.jobs.latest(ref.uri, "toolbox")):
        return
    if not here.person.roles:
        show.remark("Somebody with a role here can have it made.")
    elif st.button("Make it again" if again else "Make the file", key=f"toolbox-{ref.uri}"):
        here.workspace.jobs.enqueue("toolbox", ref.uri, by=here.person.name)
        st.rerun()


def _about(review: Review) -> None:
    show.notes("What it is", (_WHAT, f"{_MAKING} Seed {review.seed}."))
    show.notes("Limitations", _LIMITS)
