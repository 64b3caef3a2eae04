"""The deeds of a person on a version: write in the card, vote, waive, except, take back, ask for promotion."""

from __future__ import annotations

from datetime import date

from rai.approval import desk
from rai.approval.cases import Case
from rai.approval.rules import decide
from rai.approval.states import Action
from rai.card import Decision
from rai.errors import InputError
from rai.jobs import Job
from rai.narrative_editing import edit_narrative
from rai.people import Person
from rai.policy import Finding
from rai.standing import Standing, model_digest, standing
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

__all__ = [
    "Standing", "edit_narrative", "end_of", "model_digest", "queue_promotion", "revoke", "sign", "sign_exception",
    "standing", "waive", "withdraw",
]  # fmt: skip


def end_of(day: date) -> str:
    """Return the last second of a day in UTC, ISO 8601: when a waiver or an exception until that day ends."""
    return f"{day.isoformat()}T23:59:59+00:00"


def sign(  # noqa: PLR0913 - everything a decision rests on is named
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, decision: Decision, rationale: str, seen_etag: str,
    idem: str, time: str,
) -> Case:  # fmt: skip
    """Record a decision on exactly what was seen, and queue its publication beside the model.

    An approval that does not yet make enough is recorded and leaves the version in review.

    Parameters
    ----------
    seen_etag
        :attr:`Standing.etag` of the page that was shown.
    idem
        Made when the form was drawn; a second click changes nothing.

    Raises
    ------
    Refused
        With the reason, see :func:`rai.approval.rules.decide`.
    RegistryError
        If the model's files cannot be digested now: then nothing is signed.
    """
    now = _as_it_is(workspace, ref, actor=actor, action=decision, idem=idem, time=time)
    case = desk.sign_off(
        workspace.ledger, ref, actor=actor, decision=decision, rationale=rationale, seen_etag=seen_etag,
        live=now.digests, findings=now.findings, unwritten=now.unwritten, time=time, idem=idem,
    )  # fmt: skip
    return _told(workspace, case, by=actor)


def sign_exception(  # noqa: PLR0913
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, reason: str, ticket: str, until: str, seen_etag: str,
    idem: str, time: str,
) -> Case:  # fmt: skip
    """Record one override holder's signature for an exception; parameters and errors as in :func:`sign`."""
    now = _as_it_is(workspace, ref, actor=actor, action="override", idem=idem, time=time)
    case = desk.override(
        workspace.ledger, ref, actor=actor, reason=reason, ticket=ticket, until=until, seen_etag=seen_etag,
        live=now.digests, time=time, idem=idem,
    )  # fmt: skip
    return _told(workspace, case, by=actor)


def waive(  # noqa: PLR0913
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, finding: Finding, reason: str, owner: str, until: str,
    idem: str, time: str,
) -> Case:  # fmt: skip
    """Waive one finding for a time; see :func:`rai.approval.decisions.waive`.

    Raises
    ------
    InputError
        If the newest review has no such finding.
    Refused
        With the reason.
    """
    if finding not in standing(workspace, ref).findings:
        raise InputError("This finding is not in the newest review. Load the page again.")
    return desk.waive(
        workspace.ledger, ref, actor=actor, finding=finding, reason=reason, owner=owner, until=until, time=time,
        idem=idem,
    )  # fmt: skip


def revoke(  # noqa: PLR0913
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, reason: str, idem: str, time: str
) -> Case:
    """Take a decision back for good; the registry is told. Errors as in :func:`rai.approval.endings.revoke`."""
    case = desk.revoke(workspace.ledger, ref, actor=actor, reason=reason, time=time, idem=idem)
    return _told(workspace, case, by=actor)


def withdraw(  # noqa: PLR0913
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, reason: str, idem: str, time: str
) -> Case:
    """Take a submission back; the registry is told. Errors as in :func:`rai.approval.endings.withdraw`."""
    case = desk.withdraw(workspace.ledger, ref, actor=actor, reason=reason, time=time, idem=idem)
    return _told(workspace, case, by=actor)


def _as_it_is(  # noqa: PLR0913
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, action: Action, idem: str, time: str
) -> Standing:
    """Digest everything anew for a decision and keep the card it would bind; who may not decide need not wait."""
    if not any(row.idem == idem for row in workspace.ledger.rows(ref)):
        decide(actor, action, desk.case(workspace.ledger, ref))
    now = standing(workspace, ref, live=True, time=time)
    workspace.store.put(now.card.content)
    return now


def _told(workspace: Workspace, case: Case, *, by: Person) -> Case:
    if case.state != "in_review":
        workspace.jobs.enqueue("publish", case.ref.uri, {"state": case.state}, by=by.name)
    return case


def queue_promotion(workspace: Workspace, ref: ModelVersionRef, *, actor: Person) -> Job:
    """Queue the move of the alias ``champion``; the worker asks the gate again before it moves anything."""
    decide(actor, "promote", desk.case(workspace.ledger, ref))
    return workspace.jobs.enqueue("promote", ref.uri, by=actor.name)
