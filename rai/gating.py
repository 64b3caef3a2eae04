"""Asks the gate about a version: gathers every fact as it is now and lets the gate judge them."""

from __future__ import annotations

import time

from rai.approval import desk
from rai.approval.attestation import FILE_NAME
from rai.approval.gate import Facts, GateAnswer, checkpoint, judge_gate, read_attestation
from rai.approval.keys import trust
from rai.clock import now
from rai.errors import InputError
from rai.standing import standing
from rai.submission import registry_identity
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


def gate(workspace: Workspace, ref: ModelVersionRef) -> GateAnswer:
    """Say whether a version may be deployed; what has changed since the approval is recorded as stale.

    Raises
    ------
    RegistryError
        If the registry cannot be asked: then nothing can be decided.
    Refused
        If the ledger is broken.
    """
    case = desk.case(workspace.ledger, ref)
    if case is None:
        return judge_gate(None, Facts(None, None, None, None, None, None, None))
    identity = registry_identity(workspace, ref)
    try:
        found = standing(workspace, ref, live=True)
    except InputError as error:
        # No complete review, or something sealed is gone or altered.
        return GateAnswer((str(error),))
    case = desk.mark_stale(workspace.ledger, ref, live=found.digests, time=now())
    case = desk.mark_expired(workspace.ledger, ref, time=now())
    moment = int(time.time())
    attestation = read_attestation(_envelope(workspace, ref, found.review.id), trust(workspace.signing_key), now=moment)
    facts = Facts(
        live=found.digests,
        registry=identity,
        attestation=attestation,
        chain=workspace.ledger.check(checkpoint(attestation)),
        findings=found.findings,
        unwritten=found.unwritten,
        now=moment,
    )
    return judge_gate(case, facts)


def _envelope(workspace: Workspace, ref: ModelVersionRef, review_id: str) -> bytes | None:
    path = f"{review_id}/{FILE_NAME}"
    return workspace.registry.read(ref, path) if path in workspace.registry.listing(ref, review_id) else None
