"""What pages, command line and worker do to a case: one function a deed, one transaction each.

Every function returns the case as it stands afterwards, or raises :class:`rai.errors.Refused` with a sentence to
show; the attempt is then in the ledger. Nothing here asks the registry: live digests are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from rai import __version__
from rai.approval.attestation import expires
from rai.approval.cases import Case
from rai.approval.events import (
    SYSTEM,
    AnyEvent,
    Ended,
    NarrativeEdited,
    Promoted,
    Published,
    RegistryIdentity,
    Reviewed,
    SignedOff,
    Stale,
    Submitted,
    seconds,
)
from rai.approval.history import History
from rai.approval.ledger import Guard, Ledger
from rai.approval.rules import SHORTEST_RATIONALE, Ballot, decide
from rai.approval.states import TRANSITIONS
from rai.approval.subjects import changed, etag, missing
from rai.card import Decision
from rai.digests import canonical_json, sha256
from rai.errors import Refused
from rai.people import Person
from rai.policy import Finding
from rai.versions import ModelVersionRef


class _About(TypedDict):
    model: str
    version: str
    actor: Person
    time: str


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
        **_about(ref, submitter, time), registry=registry, contributors=tuple(contributors), digests=dict(digests)
    )
    return _do(ledger, event, guard=lambda history: _not_rejected(history, digests.get("model", "")))


def record_reviewed(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, review_id: str, policy: str, digests: Mapping[str, str], time: str
) -> Case:
    """Record a complete review: a draft is then in review, an approved version stale.

    Parameters
    ----------
    policy
        Name of the policy that judged it.
    digests
        SHA-256 of model, dataset, review, policy and environment.

    Raises
    ------
    Refused
        If the version is not submitted, its round has ended, or the model is not the one submitted.
    """
    event = Reviewed(**_about(ref, SYSTEM, time), review_id=review_id, policy=policy, digests=dict(digests))
    return _do(ledger, event)


def record_narrative(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, field: str, text: str, time: str
) -> Case:
    """Record that a person wrote a field of the card; call it before the text is kept.

    The writer counts as a contributor from then on and cannot decide on the version; an approved version is stale.

    Raises
    ------
    Refused
        If the person may not write, or the round has ended for good.
    """
    event = NarrativeEdited(**_about(ref, actor, time), field=field, text_sha256=sha256(text.encode()))
    return _do(ledger, event)


def sign_off(  # noqa: PLR0913 - everything a decision rests on is named, one by one
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, decision: Decision, rationale: str, seen_etag: str,
    live: Mapping[str, str], findings: Sequence[Finding], unwritten: Sequence[str], time: str, idem: str,
) -> Case:  # fmt: skip
    """Record the decision of a reviewer on exactly the bytes they saw.

    Parameters
    ----------
    actor
        The person with the roles read just now, not when the page was drawn.
    seen_etag
        :func:`rai.approval.subjects.etag` of the digests the page showed; keep it with the form.
    live
        The six digests computed right before this call; leave out what could not be computed.
    findings
        Of the review that is signed. An empty sequence means that no policy judged, and refuses an approval.
    unwritten
        Headings of narrative fields nobody has written.
    idem
        Made when the form was drawn (for example ``uuid4().hex``); a second click with it changes nothing.

    Raises
    ------
    Refused
        With the reason; see :func:`rai.approval.rules.decide`.
    """
    ballot = Ballot(rationale, seen_etag, live, findings, unwritten)
    event = SignedOff(
        **_about(ref, actor, time), decision=decision, rationale=rationale, etag=seen_etag, digests=dict(live),
        tools={"rai-review": __version__},
    )  # fmt: skip

    def guard(history: History) -> None:
        decide(actor, decision, history.case(ref), ballot=ballot)
        if decision == "approve":
            _not_rejected(history, live.get("model", ""))

    return _do(ledger, event, guard=guard, idem=idem)


def mark_stale(ledger: Ledger, ref: ModelVersionRef, *, live: Mapping[str, str], time: str) -> Case | None:
    """Compare live digests with the sealed ones and record what changed; nothing happens where nothing did.

    Call it whenever live digests are at hand. A subject missing from ``live`` is not a change; the gate is closed
    all the same while it is unknown. Before the decision the card may change freely.
    """
    found = case(ledger, ref)
    if found is None or (found.state, "mark stale") not in TRANSITIONS:
        return found
    other = changed(found.sealed, live)
    other = other if found.state == "approved" else tuple(name for name in other if name != "card")
    if not other:
        return found
    event = Stale(**_about(ref, SYSTEM, time), changed=other, live=dict(live))
    return _do(ledger, event, idem=f"stale:{found.ref.uri}:{found.round}")


def mark_expired(ledger: Ledger, ref: ModelVersionRef, *, time: str) -> Case | None:
    """Record that an approval has come to its end; nothing happens before that."""
    found = case(ledger, ref)
    if found is None or found.state != "approved" or seconds(time) < expires(found):
        return found
    event = Ended(**_about(ref, SYSTEM, time), event="expired", reason="Its time was over.")
    return _do(ledger, event, idem=f"expired:{found.ref.uri}:{found.round}")


def record_published(ledger: Ledger, ref: ModelVersionRef, *, envelope: bytes, time: str) -> Case:
    """Record that card and attestation lie beside the model and were read back; doing it twice changes nothing.

    Raises
    ------
    Refused
        If the version is not approved (any more).
    """
    found, digest = case(ledger, ref), sha256(envelope)
    event = Published(**_about(ref, SYSTEM, time), envelope_sha256=digest)
    return _do(ledger, event, idem=f"published:{ref.uri}:{found.round if found else 0}:{digest}")


def record_promoted(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, alias: str, live: Mapping[str, str], time: str,
    asked_by: str = "",
) -> Case:  # fmt: skip
    """Record a promotion; call it before the alias is moved, with the gate open.

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
    event = Promoted(**_about(ref, actor, time), alias=alias, asked_by=asked_by or actor.name)
    return _do(ledger, event, guard=lambda history: _as_approved(history.case(ref), live))


def withdraw(ledger: Ledger, ref: ModelVersionRef, *, actor: Person, reason: str, time: str) -> Case:
    """Take a submission back; only its submitter may."""
    return _do(ledger, Ended(**_about(ref, actor, time), event="withdrawn", reason=reason))


def revoke(ledger: Ledger, ref: ModelVersionRef, *, actor: Person, reason: str, time: str) -> Case:
    """Take an approval back for good; a reviewer may, with a reason of at least ten characters."""

    def guard(_: History) -> None:
        if len(reason.strip()) < SHORTEST_RATIONALE:
            raise Refused(f"A reason has at least {SHORTEST_RATIONALE} characters. Say why the approval is revoked.")

    return _do(ledger, Ended(**_about(ref, actor, time), event="revoked", reason=reason), guard=guard)


def _nothing_more(_: History) -> None:
    """Leave it to the rules that hold for every event."""


def _do(ledger: Ledger, event: AnyEvent, *, guard: Guard = _nothing_more, idem: str = "") -> Case:
    ledger.append(event, idem=idem or _key(ledger, event), guard=guard)
    found = case(ledger, event.ref)
    assert found is not None
    return found


def _key(ledger: Ledger, event: AnyEvent) -> str:
    # An event without a form is its own key, at the place in the history where it was made: written twice at once it
    # counts once, and the same deed may be done again later.
    place = len(ledger.history().of(event.ref))
    return sha256(canonical_json([place, event.model_dump(mode="json")]))


def _about(ref: ModelVersionRef, actor: Person, time: str) -> _About:
    return {"model": ref.name, "version": ref.version, "actor": actor, "time": time}


def _not_rejected(history: History, model: str) -> None:
    where = history.rejected().get(model)
    if where is not None:
        raise Refused(f"This model was rejected as {where}. The same bytes are not accepted again under any name.")


def _as_approved(found: Case | None, live: Mapping[str, str]) -> None:
    if found is None or found.approval is None:
        raise Refused("Only an approved version can be promoted.")
    unknown = missing(live)
    if unknown:
        raise Refused(f"The digest of {', '.join(unknown)} could not be computed now. Try again.")
    if etag(live) != etag(found.approval.digests):
        different = ", ".join(changed(found.approval.digests, live))
        raise Refused(f"{found.ref.uri} is not what was approved: {different} changed. It needs a new decision.")
