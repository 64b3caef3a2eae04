"""Writes an approved card and its attestation beside the model, mirrors the decision as a tag, and moves the alias."""

from __future__ import annotations

from collections.abc import Mapping

from rai.approval import desk
from rai.approval.attestation import FILE_NAME, attest
from rai.approval.events import SYSTEM
from rai.approval.keys import open_signer
from rai.digests import sha256
from rai.errors import Refused, RegistryError
from rai.gating import gate
from rai.reviewing import STATUS_TAG
from rai.signing import standing
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

ATTESTATION_TAG, ALIAS = "rai.attestation", "champion"


def publish(workspace: Workspace, ref: ModelVersionRef, files: Mapping[str, bytes], *, time: str) -> None:
    """Write the card's files beside the model and mirror the decision; for an approval the attestation as well.

    Every step may be repeated: the same decision gives the same bytes. The tag comes last.

    Raises
    ------
    RegistryError
        If something cannot be written, or is not read back as it was written.
    """
    found = standing(workspace, ref)
    if found.case is None:
        raise Refused(f"{ref.uri} was not submitted; there is no decision to publish.")
    folder = found.review.id
    parts = {f"{folder}/{name}": data for name, data in files.items()}
    if found.case.state != "approved":
        workspace.registry.set_tag(ref, STATUS_TAG, found.case.state)
        return
    envelope = attest(found.case, open_signer(workspace.signing_key))
    parts[f"{folder}/{FILE_NAME}"] = envelope
    workspace.registry.write(ref, parts)
    for path, data in parts.items():
        if workspace.registry.read(ref, path) != data:
            raise RegistryError(f"{path} of {ref.uri} is not read back as it was written. Publish it again.")
    workspace.registry.set_tag(ref, ATTESTATION_TAG, sha256(envelope))
    workspace.registry.set_tag(ref, STATUS_TAG, found.case.state)
    desk.record_published(workspace.ledger, ref, envelope=envelope, time=time)


def promote(workspace: Workspace, ref: ModelVersionRef, *, by: str, time: str) -> None:
    """Move the alias ``champion`` to a version, if the gate is open now.

    Raises
    ------
    Refused
        If the gate is closed, with each reason.
    """
    answer = gate(workspace, ref)
    if not answer.open:
        raise Refused(f"The gate is closed for {ref.uri}, so the alias stays where it is. {' '.join(answer.reasons)}")
    live = standing(workspace, ref, live=True).digests
    desk.record_promoted(workspace.ledger, ref, actor=SYSTEM, alias=ALIAS, live=live, time=time, asked_by=by)
    workspace.registry.set_alias(ref, ALIAS)
