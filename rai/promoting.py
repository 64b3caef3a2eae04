"""Moves the alias ``champion`` to a version whose gate is open: first a row in the ledger, then the registry."""

from __future__ import annotations

from rai.approval import desk
from rai.approval.events import SYSTEM
from rai.approval.history import History
from rai.approval.questions import Championship, champion
from rai.errors import Refused, RegistryError
from rai.gating import gate
from rai.marking import ALIAS
from rai.standing import standing
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


def promote(workspace: Workspace, ref: ModelVersionRef, *, by: str, time: str) -> None:
    """Move the alias ``champion`` to a version, if the gate is open now.

    The version that was promoted last on this very decision is champion already, as far as the ledger knows: then
    nothing is recorded anew, and only the alias is moved, in case it was not moved yet or somebody else moved it.

    Raises
    ------
    Refused
        If the gate is closed, with each reason.
    """
    answer = gate(workspace, ref)
    if not answer.open:
        raise Refused(f"The gate is closed for {ref.uri}, so the alias stays where it is. {' '.join(answer.reasons)}")
    if not _champion_already(workspace, ref):
        live = standing(workspace, ref, live=True).digests
        desk.record_promoted(workspace.ledger, ref, actor=SYSTEM, alias=ALIAS, live=live, time=time, asked_by=by)
    move_alias(workspace, ref.name)


def promoted(workspace: Workspace, model: str) -> Championship | None:
    """Return the newest promotion of a model as the ledger has it."""
    return champion(workspace.ledger.history(), model, alias=ALIAS)


def _champion_already(workspace: Workspace, ref: ModelVersionRef) -> bool:
    case, newest = desk.case(workspace.ledger, ref), promoted(workspace, ref.name)
    if case is None or case.decision is None or newest is None:
        return False
    return newest.ref == case.ref and newest.seq > case.decision.seq


def unmoved(workspace: Workspace, history: History, model: str) -> Championship | None:
    """Return the newest promotion of a model if its alias was not moved yet."""
    newest = champion(history, model, alias=ALIAS)
    moved = newest is None or workspace.outbox.alias_settled(model, ALIAS, newest.seq)
    return None if moved else newest


def move_alias(workspace: Workspace, model: str) -> None:
    """Point the alias at the version promoted last and read it back.

    Raises
    ------
    RegistryError
        If it is not read back as it was set.
    """
    newest = promoted(workspace, model)
    if newest is None:
        return
    workspace.registry.set_alias(newest.ref, ALIAS)
    if workspace.registry.aliases(model).get(ALIAS) != newest.ref.version:
        raise RegistryError(f"The alias {ALIAS} of '{model}' is not read back as it was set. Ask for it again.")
    workspace.outbox.settle_alias(model, ALIAS, newest.seq)
