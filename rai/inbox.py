"""The review queue as rows, what waits for a decision first."""

from __future__ import annotations

from collections import Counter

from rai.approval.history import History
from rai.archive import Submission
from rai.jobs import Job
from rai.policy import Verdict
from rai.review import Review
from rai.stored import Stored
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


class InboxRow(Stored):
    """One version in the queue.

    Attributes
    ----------
    state
        State of its round in the ledger, for example ``in_review``.
    job
        The newest review job, with its progress.
    counts
        Findings of the newest review by verdict; empty without a review.
    closing
        Findings that keep the gate closed.
    needs
        Whose approvals are still missing, in a sentence; empty where nothing waits for a decision.
    """

    ref: ModelVersionRef
    state: str
    job: Job | None
    review_id: str | None
    owner: str
    submitter: str
    submitted: str
    counts: dict[Verdict, int]
    closing: int
    needs: str = ""


def inbox(workspace: Workspace) -> tuple[InboxRow, ...]:
    """Return every submitted version, those waiting for a decision first, then the newest."""
    history = workspace.ledger.history()
    rows = [_row(workspace, history, submission) for submission in workspace.archive.submissions()]
    return tuple(sorted(rows, key=lambda row: row.state != "in_review"))


def _row(workspace: Workspace, history: History, submission: Submission) -> InboxRow:
    ref = submission.ref
    review: Review | None = workspace.archive.review(ref)
    current = history.case(ref)
    findings = review.findings if review else ()
    return InboxRow(
        ref=ref,
        state=current.state if current else "draft",
        job=workspace.jobs.latest(ref.uri, "review"),
        review_id=review.id if review else None,
        owner=submission.profile.owner.name,
        submitter=submission.submitter.name,
        submitted=submission.submitted,
        counts=dict(Counter(finding.verdict for finding in findings)),
        closing=sum(finding.closes_gate for finding in findings),
        needs=current.needs if current else "",
    )
