"""Work in the queue as the reader sees it: step, percent, remaining time, cancel, and how it ended."""

from __future__ import annotations

import streamlit as st

from pages.ui import show, words
from rai.jobs import Job, Kind
from rai.workspace import Workspace

_DOING: dict[Kind, str] = {
    "review": "The review",
    "cohort": "The review of this cohort",
    "toolbox": "The Toolbox file",
    "publish": "Writing the card beside the model",
    "promote": "Moving the alias",
    "look": "The look at the registry",
}


def job(workspace: Workspace, found: Job | None) -> bool:
    """Show a job while it waits or runs, or why it failed, and say whether it is still going on."""
    if found is None or found.state == "done":
        return False
    if found.open:
        _progress(workspace, found.id, found.kind)
        return True
    show.sentence(ended(found))
    return False


def ended(found: Job) -> str:
    """Say how a job ended that was not done."""
    if found.state == "cancelled":
        return f"{_DOING[found.kind]} was cancelled. Nothing was kept of it."
    return f"{_DOING[found.kind]} failed: {found.message}"


def state_of(found: Job) -> str:
    """Say in a few words how far a job is."""
    if found.state == "queued":
        return "waits for the worker"
    left = f", about {words.duration(found.remaining)} left" if found.remaining is not None else ""
    return f"{found.step or 'Starting'}, {found.percent:.0f} %{left}"


@st.fragment(run_every="2s")
def _progress(workspace: Workspace, job_id: int, kind: Kind) -> None:
    # The fragment runs again by itself, outside the frame: it needs its own place for refusals.
    with show.refusals():
        found = next((item for item in workspace.jobs.all() if item.id == job_id), None)
        if found is None or not found.open:
            st.rerun(scope="app")
        text = f"{_DOING[kind]}: {state_of(found)}"
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        left.progress(min(100, int(found.percent)), text=words.plain(text))
        right.button("Cancel", key=f"cancel-{job_id}", on_click=workspace.jobs.cancel, args=(job_id,))
