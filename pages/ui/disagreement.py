"""What in the registry does not agree with the ledger: tags, aliases and files that somebody else has set."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import grid, show, state, words, work
from rai.drift import Drift
from rai.webhook import KEY

_ENDINGS = {"": "still so", "gone": "gone", "restored": "put right"}


def about_version(here: state.Here) -> None:
    """Say aloud what does not agree about this version, and offer to look again; nothing where it was not published."""
    if here.ref is None:
        return
    for item in _about(here, here.workspace.drifts.open()):
        st.error(f"{words.plain(item.sentence)} {words.plain(f'Seen {words.moment(item.last_seen)}.')}")


def look_again(here: state.Here) -> None:
    """Offer to compare what lies in the registry with what was published, and show that being done."""
    job = here.workspace.jobs.latest(KEY, "look")
    if work.job(here.workspace, job):
        return
    if here.person.roles and st.button("Compare with the registry now", key="look-again"):
        here.workspace.jobs.enqueue("look", KEY, {"deep": "yes"}, by=here.person.name)
        st.rerun()


def draw(here: state.Here) -> None:
    """List everything that was ever found, newest first."""
    st.header("Where the registry did not agree", anchor=False)
    found = here.workspace.drifts.all()
    if not found:
        show.sentence("Tags, aliases and files in the registry have agreed with the ledger at every look so far.")
    else:
        grid.grid(("Seen first", "Seen last", "What was found", "Now"), [_line(item) for item in found])
    show.remark(
        "The worker compares tags and aliases every minute and the files beside each model every hour. Nothing of "
        "this is ever read for a decision."
    )
    look_again(here)


def _line(item: Drift) -> tuple[str, ...]:
    tone = "unsure" if item.ending == "" else "none"
    times = (words.plain(words.moment(item.first_seen)), words.plain(words.moment(item.last_seen)))
    return (*times, words.plain(item.sentence), words.mark(tone, _ENDINGS[item.ending]))


def _about(here: state.Here, found: Sequence[Drift]) -> tuple[Drift, ...]:
    assert here.ref is not None
    return tuple(item for item in found if item.model == here.ref.name and item.version in {"", here.ref.version})
