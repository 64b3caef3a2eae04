"""What pages, command line and worker do to a case: one function a deed, one transaction each.

Every function returns the case as it stands afterwards, or raises :class:`rai.errors.Refused` with a sentence to
show; the attempt is then in the ledger. Nothing here asks the registry: live digests are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rai.approval.cases import Case
from rai.approval.decisions import override, refuse_rejected, sign_off, waive
from rai.approval.endings import mark_expired, mark_stale, revoke, supersede_older, withdraw
from rai.approval.entering import about, enter
from rai.approval.events import (
    SYSTEM,
    Evaluated,
    NarrativeEdited,
    Promoted,
    Published,
    RegistryIdentity,
    Reviewed,
    Submitted,
)
from rai.approval.ledger import Ledger
from rai.approval.subjects import changed, etag, missing
from rai.digests import sha256
from rai.errors import Refused
from rai.people import Person
from rai.policy import Terms
from rai.versions import ModelVersionRef

__all__ = [
    "case", "cases", "mark_expired", "mark_stale", "open_round", "override", "record_narrative", "record_promoted",
    "record_published", "record_reviewed", "revoke", "sign_off", "supersede_older", "waive", "withdraw",
]  # fmt: skip


def case(ledger: Ledger, ref: ModelVersionRef) -> Case | None:
    """Return where a version stands; ``None`` if it was never submitted.

    Raises
    ------
    Refused
        If the ledger is broken, or holds rows about this version that the rules do not allow.
    """
    return ledger.history().case(ref)


def cases(ledger: Ledger) -> tuple[Case, ...]:
    """Return every case, in the order of first submission; errors as in :func:`case`."""
    return ledger.history().cases()


def open_round(  # noqa: PLR0913 - what a round binds is named, one by one
    ledger: Ledger, ref: ModelVersionRef, *, registry: RegistryIdentity, submitter: Person,
    contributors: Sequence[Person], digests: Mapping[str, str], time: str,
) -> Case:  # fmt: skip
    """Open a round for a submitted version: state draft until its review is complete.

    Parameters
    ----------
    contributors
        Whoever else had a hand in it, for example the user of the training run; they will not decide on it.
    digests
        What is sealed already; ``model`` at least.

    Raises
    ------
    Refused
        If a round is open for decision, or these bytes were rejected before, under whatever name.
    """
    event = Submitted(
        **about(ref, submitter, time), registry=registry, contributors=tuple(contributors), digests=dict(digests)
    )
    return enter(ledger, event, guard=lambda history: refuse_rejected(history, digests.get("model", "")))


def record_reviewed(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, review_id: str, policy: str, terms: Terms, evaluation: Evaluated,
    digests: Mapping[str, str], time: str,
) -> Case:  # fmt: skip
    """Record a complete review: a draft is then in review, an approved version stale; votes given before are void.

    Parameters
    ----------
    policy, terms
        Name of the policy that judged it, and what its section ``[approval]`` asks for.
    evaluation
        What the evidence came to, analysis by analysis.
    digests
        SHA-256 of model, dataset, review, policy and environment.

    Raises
    ------
    Refused
        If the version is not submitted, its round has ended, or the model is not the one submitted.
    """
    event = Reviewed(
        **about(ref, SYSTEM, time), review_id=review_id, policy=policy, terms=terms, evaluation=evaluation,
        digests=dict(digests),
    )  # fmt: skip
    return enter(ledger, event)


def record_narrative(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, field: str, text: str, time: str
) -> Case:
    """Record that a person wrote a field of the card; call it before the text is kept.

    The writer counts as a contributor from then on and cannot decide on the version. Votes given before are void, and
    an approved version is stale.

    Raises
    ------
    Refused
        If the person may not write, or the round has ended for good.
    """
    event = NarrativeEdited(**about(ref, actor, time), field=field, text_sha256=sha256(text.encode()))
    return enter(ledger, event)


def record_published(ledger: Ledger, ref: ModelVersionRef, *, envelope: bytes, time: str) -> Case:
    """Record that card and attestation lie beside the model and were read back; doing it twice changes nothing.

    Raises
    ------
    Refused
        If the version is not approved (any more).
    """
    found, digest = case(ledger, ref), sha256(envelope)
    event = Published(**about(ref, SYSTEM, time), envelope_sha256=digest)
    return enter(ledger, event, idem=f"published:{ref.uri}:{found.round if found else 0}:{digest}")


def record_promoted(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, alias: str, live: Mapping[str, str], time: str,
    asked_by: str = "",
) -> Case:  # fmt: skip
    """Record a promotion; call it before the alias is moved, with the gate open. It ends what it supersedes.

    Parameters
    ----------
    actor
        A reviewer, or :data:`rai.approval.events.SYSTEM` for a queued job.
    asked_by
        Name of the person whose wish a job carries out.

    Raises
    ------
    Refused
        If the version is not approved, or a digest is unknown or other than the approved one.
    """
    event = Promoted(**about(ref, actor, time), alias=alias, asked_by=asked_by or actor.name)
    promoted = enter(ledger, event, guard=lambda history: _as_decided(history.case(ref), live))
    supersede_older(ledger, ref, time=time)
    return promoted


def _as_decided(found: Case | None, live: Mapping[str, str]) -> None:
    if found is None or not found.in_force:
        where = found.sentence if found else "It was not submitted."
        raise Refused(f"Only an approved version can be promoted. {where}")
    unknown = missing(live)
    if unknown:
        raise Refused(f"The digest of {', '.join(unknown)} could not be computed now. Try again.")
    if etag(live) != etag(found.bound):
        different = ", ".join(changed(found.bound, live))
        raise Refused(f"{found.ref.uri} is not what was approved: {different} changed. It needs a new decision.")
