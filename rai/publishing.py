"""Carries a decision to the registry in steps that may break off anywhere and be taken up again.

P1 the decision's row in the ledger; that row without its row ``published`` is what is still to be done. P2 look again
at ledger, version and bytes, and sign. P3 keep the attestation here. P4 write card, evidence and attestation beside the
model and read them back. P5 set the tags, the status last. P6 move the alias, only when somebody asked. P7 record it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from rai.approval import desk
from rai.approval.attestation import CARD_FILE, ENVIRONMENT_FILE, FILE_NAME, POLICY_FILE, REVIEW_FILE, attest
from rai.approval.cases import Case
from rai.approval.keys import open_signer
from rai.approval.subjects import changed, missing
from rai.card import ModelCard
from rai.digests import sha256
from rai.errors import InputError, Refused, RegistryError
from rai.marking import mark
from rai.standing import Standing, standing
from rai.submission import registry_identity
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

#: Draws a card in every form, by file name.
Render = Callable[[ModelCard], Mapping[str, bytes]]


def unfinished(workspace: Workspace) -> tuple[Case, ...]:
    """Return every decision in force whose publication was not recorded, in the order of the ledger."""
    return tuple(case for case in desk.cases(workspace.ledger) if case.in_force and not _recorded(workspace, case))


def _recorded(workspace: Workspace, case: Case) -> bool:
    signed = workspace.outbox.attestation_digest(case)
    return bool(case.envelope) and signed in {"", case.envelope}


def publish(workspace: Workspace, ref: ModelVersionRef, *, render: Render, time: str) -> Case:
    """Carry the decision on a version to the registry and return the case as it then is.

    Every step may be repeated: the same decision gives the same bytes. Without a decision in force only the tags are
    set. What changed after the decision is recorded as stale and is not published.

    Raises
    ------
    Refused
        If it was not submitted, the ledger is broken, or the version in the registry is another one by now.
    RegistryError
        If something cannot be written, or is not read back as it was written; publish it again then.
    """
    case = desk.case(workspace.ledger, ref)
    if case is None:
        raise Refused(f"{ref.uri} was not submitted; there is no decision to publish.")
    same_version(workspace, case)
    if not case.in_force:
        return mark(workspace, case)
    found = standing(workspace, ref, live=True)
    case = _looked_again(workspace, ref, found, time=time)
    if not case.in_force:
        return mark(workspace, case)
    envelope = _attested(workspace, case)
    parts = {**files(workspace, case, _told(found, envelope), render), FILE_NAME: envelope}
    _write(workspace, found, parts)
    workspace.outbox.keep_files(case, {f"{case.review_id}/{name}": sha256(data) for name, data in parts.items()})
    return _announce(workspace, case, envelope, time=time)


def same_version(workspace: Workspace, case: Case) -> None:
    """Look whether the version of this name in the registry is the one that was submitted.

    Raises
    ------
    Refused
        If the name was used again.
    """
    if registry_identity(workspace, case.ref) != case.registry:
        raise Refused(
            f"{case.ref.uri} in the registry is not the version that was submitted: the name was used again. "
            "Nothing is written to it. Submit the new version."
        )


def _looked_again(workspace: Workspace, ref: ModelVersionRef, found: Standing, *, time: str) -> Case:
    problems = workspace.ledger.check()
    if problems:
        raise Refused(f"{problems[0]} Nothing is signed until the ledger is restored from a backup.")
    unknown = missing(found.digests)
    if unknown:
        raise InputError(f"The digest of {', '.join(unknown)} could not be computed, so nothing is signed. Try again.")
    desk.mark_expired(workspace.ledger, ref, time=time)
    case = desk.mark_stale(workspace.ledger, ref, live=found.digests, time=time)
    assert case is not None
    if case.in_force and (different := changed(case.bound, found.digests)):
        raise Refused(f"The {', '.join(different)} of {ref.uri} is not the one that was approved. Nothing is signed.")
    return case


def _attested(workspace: Workspace, case: Case) -> bytes:
    """Return the one attestation of this round; it is kept before anybody sees it, so there is never a second."""
    kept = workspace.outbox.attestation(case)
    if kept is not None:
        return kept
    return workspace.outbox.keep_attestation(case, attest(case, open_signer(workspace.signing_key)))


def _told(found: Standing, envelope: bytes) -> Standing:
    """The card says which attestation signs its decision; that is signed before the card is drawn."""
    stand = found.card.stand
    assert stand is not None
    signed = stand.model_copy(update={"attestation": sha256(envelope)})
    return replace(found, card=found.card.model_copy(update={"stand": signed}))


def files(workspace: Workspace, case: Case, found: Standing, render: Render) -> dict[str, bytes]:
    """Return what lies beside the model besides the attestation: the card in every form, and what was approved.

    Raises
    ------
    Refused
        If a file is not the one whose digest was approved.
    """
    policy = workspace.settings.policies / f"{found.review.profile.review.policy}.toml"
    bound = {
        CARD_FILE: ("card", found.card.content),
        REVIEW_FILE: ("review", workspace.store.get(case.bound["review"])),
        ENVIRONMENT_FILE: ("environment", workspace.store.get(case.bound["environment"])),
        POLICY_FILE: ("policy", policy.read_bytes()),
    }
    for name, (subject, data) in bound.items():
        if sha256(data) != case.bound[subject]:
            raise Refused(f"{name} is not the {subject} that was approved. It is not published.")
    return {**render(found.card), **{name: data for name, (_, data) in bound.items()}}


def _write(workspace: Workspace, found: Standing, parts: Mapping[str, bytes]) -> None:
    """Write what is not there yet, the attestation after everything it speaks of, and read all of it back."""
    ref, folder = found.review.ref, found.review.id
    assert ref is not None
    wanted = {f"{folder}/{name}": data for name, data in parts.items()}
    there = workspace.registry.read_folder(ref, folder)
    lacking = {path: data for path, data in wanted.items() if there.get(path) != data}
    last = f"{folder}/{FILE_NAME}"
    for group in ({path: data for path, data in lacking.items() if path != last}, {last: wanted[last]}):
        if group.keys() & lacking.keys():
            workspace.registry.write(ref, group)
    if not lacking:
        return
    back = workspace.registry.read_folder(ref, folder)
    for path, data in wanted.items():
        if back.get(path) != data:
            raise RegistryError(f"{path} of {ref.uri} is not read back as it was written. Publish it again.")


def _announce(workspace: Workspace, before: Case, envelope: bytes, *, time: str) -> Case:
    """Set the tags and record the publication, unless the case has moved on meanwhile; then the tags follow it."""
    now = _case(workspace, before)
    if not now.in_force or now.decision != before.decision:
        mark(workspace, now)
        raise Refused(f"{now.sentence} It changed while its approval was being published; that is not announced.")
    mark(workspace, now, envelope=sha256(envelope))
    try:
        desk.record_published(workspace.ledger, now.ref, envelope=envelope, time=time)
    except Refused:
        mark(workspace, _case(workspace, before))
        raise
    return _case(workspace, before)


def _case(workspace: Workspace, before: Case) -> Case:
    found = desk.case(workspace.ledger, before.ref)
    assert found is not None
    return found
