"""What the commands do that is more than one call: review any kind of target, and say in words what came of it."""

from __future__ import annotations

from pathlib import Path

from rai.archive import Submission
from rai.clock import now
from rai.conduct import Material, conduct
from rai.errors import InputError, ProfileError
from rai.people import acting
from rai.policy import Finding, read_policy
from rai.review import Progress, Review
from rai.reviewing import new_review_id, review_version
from rai.settings import Settings
from rai.statistics.names import value_format
from rai.submission import directory_material, read_handed, registered, submit
from rai.theme import interval, write
from rai.versions import ModelVersionRef, Target, parse_target
from rai.workspace import Workspace


def version_of(workspace: Workspace, text: str) -> ModelVersionRef:
    """Return the registered version a TARGET names.

    An address with a version number needs no registry; an alias is looked up there.
    """
    target = parse_target(text)
    if target.kind == "version":
        return ModelVersionRef(name=target.name, version=target.selector)
    return registered(workspace, target)


def review_target(settings: Settings, text: str, *, profile: Path | None, progress: Progress) -> Review:
    """Review a registered version (and keep the review), a model folder, or stored predictions."""
    target = parse_target(text)
    workspace = Workspace.open(settings)
    if target.kind in {"version", "alias"}:
        submission = _submission(workspace, target, profile)
        return review_version(workspace, submission, by=submission.submitter.name, progress=progress)
    found = _outside(workspace, target, text, profile)
    policy = read_policy(settings.policies, found.profile.review.policy)
    return conduct(
        found,
        review_id=new_review_id(),
        policy=policy,
        by="command line",
        when=now(),
        keep=lambda record: workspace.store.put(record.to_bytes()),
        progress=progress,
    )


def _submission(workspace: Workspace, target: Target, profile: Path | None) -> Submission:
    earlier = workspace.archive.submission(registered(workspace, target))
    if earlier is not None and profile is None:
        return earlier
    handed = read_handed(workspace, profile) if profile else None
    person = acting(workspace.settings.identity_file)
    return submit(workspace, target, handed=handed, submitter=person, when=now())


def _outside(workspace: Workspace, target: Target, text: str, profile: Path | None) -> Material:
    if profile is None:
        raise ProfileError(f"Reviewing {text} needs a profile. Give one with --profile review.toml.")
    handed = read_handed(workspace, profile)
    if target.kind == "directory":
        folder = Path(target.selector)
        if not (folder / "MLmodel").is_file():
            raise InputError(f"{folder} holds no file MLmodel. Expected a folder in MLflow's model format.")
        return directory_material(handed, folder, target=text)
    if handed.profile.predictions is None:
        raise ProfileError("The profile names no stored predictions. Add [predictions] label = COLUMN to review.toml.")
    return directory_material(handed, None, target=text)


def print_review(review: Review) -> tuple[str, ...]:
    """Say in words what a review found: one line an analysis, one a finding."""
    lines = [f"Review {review.id} of {review.target}, {review.rows:,} rows"]
    for outcome in review.outcomes:
        words = outcome.status.replace("_", " ")
        lines.append(f"  {outcome.analysis}: {words}{': ' + outcome.reason if outcome.reason else ''}")
    lines += [f"  {finding.verdict.upper()} ({finding.severity}) {_finding(finding)}" for finding in review.findings]
    closed = sum(finding.closes_gate for finding in review.findings)
    lines.append(f"{closed} findings keep the gate closed." if closed else "No finding keeps the gate closed.")
    return tuple(lines)


def _finding(finding: Finding) -> str:
    measure = finding.measure
    if measure is None or measure.value is None:
        return finding.sentence
    about = f" for {', '.join(measure.feature)}" if measure.feature else ""
    value = interval(measure.value, measure.low, measure.high, value_format(measure.metric, measure.aggregate))
    return f"{finding.sentence} Measured{about}: {value}, n {write(measure.n, 'integer')}."
