"""Puts right what somebody else has set in the registry, where RAI_MIRROR says so; nothing is put right by guessing."""

from __future__ import annotations

from collections.abc import Iterable

from rai.approval import desk
from rai.drift import Difference
from rai.errors import RaiError
from rai.gating import gate
from rai.marking import own_tags, set_tags, wanted
from rai.promoting import move_alias, promoted
from rai.registry_client import RegistrySilent
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


def restore(workspace: Workspace, differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Put right what can be, and return that.

    An alias goes back only to a version whose gate is open now. A version whose name was used again, a champion that
    is not approved any more and a model that was never promoted here stay as they are: people decide on these.

    Raises
    ------
    RegistryError
        If the registry does not answer.
    """
    return tuple(item for item in differences if _restored(workspace, item))


def _restored(workspace: Workspace, item: Difference) -> bool:
    try:
        match item.kind:
            case "status" | "attestation" | "approval":
                return _tags(workspace, item)
            case "unsubmitted":
                return _bare(workspace, item)
            case "alias":
                return _alias(workspace, item)
    except RegistrySilent:
        raise
    except RaiError:
        return False
    return False


def _tags(workspace: Workspace, item: Difference) -> bool:
    case = desk.case(workspace.ledger, _ref(item))
    if case is None:
        return False
    set_tags(workspace, case, wanted(workspace, case))
    return True


def _bare(workspace: Workspace, item: Difference) -> bool:
    ref = _ref(item)
    for name in set(own_tags(workspace)) & workspace.registry.version(ref).tags.keys():
        workspace.registry.delete_tag(ref, name)
    return True


def _alias(workspace: Workspace, item: Difference) -> bool:
    newest = promoted(workspace, item.model)
    if newest is None or not gate(workspace, newest.ref).open:
        return False
    move_alias(workspace, item.model)
    return True


def _ref(item: Difference) -> ModelVersionRef:
    return ModelVersionRef(name=item.model, version=item.version)
