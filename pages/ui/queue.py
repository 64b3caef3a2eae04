"""The review queue: one row a version, with the work under way and a way into its evidence."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import evidence, show, state, words, work
from pages.ui.contents import entry
from rai.inbox import InboxRow, inbox
from rai.policy import Verdict
from rai.theme import Tone

_TONES: dict[str, Tone] = {
    "approved": "pass",
    "rejected": "fail",
    "revoked": "fail",
    "stale": "unsure",
    "exception": "unsure",
}
_VERDICTS: tuple[Verdict, ...] = ("fail", "not evaluated", "not enough evidence", "pass")


def draw(here: state.Here) -> None:
    """Draw every submitted version, those that wait for a decision first."""
    rows = inbox(here.workspace)
    if not rows:
        show.lead("Nothing has been submitted yet.")
        show.sentence("Hand a version in with: rai submit models:/NAME/VERSION --profile review.toml")
        return
    show.lead(_lead(rows))
    for row in rows:
        _row(here, row)


def _lead(rows: Sequence[InboxRow]) -> str:
    waiting = sum(row.state == "in_review" for row in rows)
    working = sum(row.job is not None and row.job.open for row in rows)
    versions = f"{waiting} of {len(rows)} versions {'waits' if waiting == 1 else 'wait'} for a decision"
    return f"{versions}; {working} under review now." if working else f"{versions}."


def _row(here: state.Here, row: InboxRow) -> None:
    with st.container(key=f"row-{row.ref.name}-{row.ref.version}", gap="xsmall"):
        st.divider()
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            st.markdown(f"##### {words.plain(row.ref.name)}, version {words.plain(row.ref.version)}", anchors=False)
            st.markdown(_status(row))
            if row.needs:
                show.sentence(row.needs)
            show.remark(f"Owner {row.owner}. Submitted {words.moment(row.submitted)} by {row.submitter}.")
        with right:
            _way_in(here, row)
        work.job(here.workspace, row.job)


def _status(row: InboxRow) -> str:
    stands = words.mark(_TONES.get(row.state, "none"), row.state.replace("_", " "))
    if row.review_id is None:
        return f"{stands}, no complete review yet"
    counts = ", ".join(
        f"{words.verdict(verdict)} {row.counts[verdict]}" for verdict in _VERDICTS if row.counts.get(verdict)
    )
    return f"{stands}. Findings: {counts or 'none'}"


def _way_in(here: state.Here, row: InboxRow) -> None:
    if row.review_id is not None:
        page = entry("overview")
        st.page_link(page.path, label="Open the evidence", query_params=state.link(row.ref))
    elif row.job is None or not row.job.open:
        evidence.start_review(here, row.ref)
