"""Reviews a submitted version: conducts it, keeps the record, and writes it beside the model in the registry."""

from __future__ import annotations

import uuid

from rai.approval import desk
from rai.approval.questions import champion
from rai.archive import CohortResult, Submission
from rai.clock import now
from rai.conduct import conduct, environment, on_cohort, open_subject
from rai.errors import InputError
from rai.evaluation import evaluated
from rai.pairing.comparing import Champion
from rai.policy import read_policy
from rai.prediction_record import PredictionRecord
from rai.review import Progress, Review
from rai.subject import Keep
from rai.submission import material
from rai.toolbox import toolbox_html
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

#: Mirrors of the ledger, for people who look at the registry; never read for a decision.
STATUS_TAG, REVIEW_TAG = "rai.status", "rai.review"


def new_review_id() -> str:
    """Return a name for a review: 12 hexadecimal digits."""
    return uuid.uuid4().hex[:12]


def review_version(workspace: Workspace, submission: Submission, *, by: str, progress: Progress) -> Review:
    """Review what was sealed at submission; the review is listed only when everything about it is written.

    Raises
    ------
    InputError
        If the policy is gone or sealed bytes are missing.
    RegistryError
        If the record cannot be written beside the model; it is kept here and the job may be started again.
    """
    policy = read_policy(workspace.settings.policies, submission.profile.review.policy)
    review = conduct(
        material(workspace, submission),
        review_id=new_review_id(),
        policy=policy,
        by=by,
        when=now(),
        keep=_keeper(workspace),
        progress=progress,
        against=champion_for(workspace, submission.ref),
    )
    progress("Write the record", 0.97)
    workspace.store.put(environment())
    publish_review(workspace, submission, review)
    kept = workspace.archive.save_review(review)
    sealed = review.digests
    digests = {
        "model": sealed.model,
        "dataset": sealed.dataset,
        "review": kept,
        "policy": sealed.policy,
        "environment": sealed.environment,
    }
    desk.record_reviewed(
        workspace.ledger, submission.ref, review_id=review.id, policy=policy.name, terms=policy.approval,
        evaluation=evaluated(review, policy), digests=digests, time=now(),
    )  # fmt: skip
    return review


def champion_for(workspace: Workspace, ref: ModelVersionRef) -> Champion | None:
    """Find the version in use that a version is compared with; ``None`` where none is known or it was not reviewed.

    The ledger says which version was promoted last. Where it has no promotion, the registry's alias is taken: it
    decides nothing here but with which numbers the new ones are laid side by side.
    """
    promoted = champion(workspace.ledger.history(), ref.name)
    version = promoted.ref.version if promoted else workspace.registry.aliases(ref.name).get("champion", "")
    other = ModelVersionRef(name=ref.name, version=version)
    digest = workspace.archive.review_digest(other) if version and other != ref else None
    if digest is None:
        return None
    review = Review.from_bytes(workspace.store.get(digest))
    if not review.digests.predictions:
        return None
    kept = PredictionRecord.from_bytes(workspace.store.get(review.digests.predictions))
    return Champion(
        uri=other.uri,
        review=digest,
        dataset=kept.dataset,
        profile=review.profile,
        predictions=kept.predictions(),
        classes=review.model.classes if review.model else (),
    )


def publish_review(workspace: Workspace, submission: Submission, review: Review) -> None:
    """Write the record beside the model; the status tag comes last, so that a half-written review is not announced."""
    ref = submission.ref
    files = {
        "review.json": review.to_bytes(),
        "review.toml": submission.profile_text.encode(),
        "environment.json": environment(),
    }
    workspace.registry.write(ref, {f"{review.id}/{name}": data for name, data in files.items()})
    workspace.registry.set_tag(ref, REVIEW_TAG, review.id)
    workspace.registry.set_tag(ref, STATUS_TAG, "in_review")


def review_cohort(workspace: Workspace, ref: ModelVersionRef, cohort: str, *, progress: Progress) -> CohortResult:
    """Carry out every analysis on a cohort of the newest review and keep the outcomes with it."""
    submission, _, review = submitted_and_reviewed(workspace, ref)
    keep = _keeper(workspace)
    with open_subject(material(workspace, submission), keep=keep, progress=_part(progress, 0.0, 0.2)) as subject:
        outcomes = on_cohort(subject, cohort, seed=review.seed, progress=_part(progress, 0.2, 1.0))
    result = CohortResult(review_id=review.id, cohort=cohort, outcomes=outcomes)
    workspace.archive.save_cohort(result)
    return result


def make_toolbox(workspace: Workspace, ref: ModelVersionRef, *, progress: Progress) -> str:
    """Make the Responsible AI Toolbox file of the newest review and return its digest."""
    submission, _, review = submitted_and_reviewed(workspace, ref)
    with open_subject(
        material(workspace, submission), keep=_keeper(workspace), progress=_part(progress, 0.0, 0.3)
    ) as subject:
        progress("Make the dashboard", 0.3)
        page = toolbox_html(subject, seed=review.seed)
    return workspace.archive.attach(review.id, "toolbox.html", page)


def submitted_and_reviewed(workspace: Workspace, ref: ModelVersionRef) -> tuple[Submission, str, Review]:
    """Return the newest submission of a version, and its newest review with the digest of the review's bytes.

    Raises
    ------
    InputError
        If one of them is not there.
    """
    submission, kept = workspace.archive.submission(ref), workspace.archive.kept_review(ref)
    if submission is None:
        raise InputError(f"{ref.uri} has not been submitted. Submit it with: rai submit {ref.uri}")
    if kept is None:
        raise InputError(f"{ref.uri} has no complete review. Start one with: rai review {ref.uri}")
    return submission, *kept


def _keeper(workspace: Workspace) -> Keep:
    return lambda record: workspace.store.put(record.to_bytes())


def _part(progress: Progress, low: float, high: float) -> Progress:
    return lambda name, share: progress(name, low + (high - low) * share)
