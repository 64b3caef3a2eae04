"""The card that was approved last of a model, as it was signed."""

from __future__ import annotations

from pydantic import ValidationError

from rai.approval.questions import Approval, last_approval
from rai.card import ModelCard
from rai.errors import InputError
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


def last_approved(workspace: Workspace, ref: ModelVersionRef) -> tuple[Approval, ModelCard] | None:
    """Return the last approval of a version, or else of its model, with the card that was signed; ``None`` for none.

    Raises
    ------
    InputError
        If there was an approval and its card cannot be shown any more.
    Refused
        If the ledger holds rows about the model that the rules do not allow.
    """
    approval = last_approval(workspace.ledger.history(), ref)
    if approval is None:
        return None
    digest = approval.event.digests.get("card", "")
    name = f"The card of version {approval.ref.version} that was approved last"
    if not digest or not workspace.store.intact(digest):
        raise InputError(f"{name} is not kept here any more, so nothing can be compared with it.")
    try:
        return approval, ModelCard.from_bytes(workspace.store.get(digest))
    except ValidationError as error:
        raise InputError(f"{name} was written by another version of this program and cannot be compared.") from error
