"""What a writer to the registry can try to have a version pass that nobody approved; the gate must not be moved by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rai.approval.attestation import FILE_NAME
from rai.errors import RaiError
from rai.gating import gate
from rai.registry import connect
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests.publishing import kit
from tests.publishing.kit import FIRST, SECOND

Forgery = Callable[[Workspace, int], ModelVersionRef]


def denied(workspace: Workspace, ref: ModelVersionRef) -> bool:
    """True if the gate is closed, or says that it cannot decide."""
    try:
        return not gate(workspace, ref).open
    except RaiError as error:
        return error.exit_code in {1, 2}


def status(workspace: Workspace, number: int) -> ModelVersionRef:
    workspace.registry.set_tag(SECOND, "rai.status", ("approved", "APPROVED", "approved ", "exception")[number % 4])
    return SECOND


def attestation(workspace: Workspace, number: int) -> ModelVersionRef:
    true = workspace.registry.version(FIRST).tags["rai.attestation"]
    workspace.registry.set_tag(SECOND, "rai.attestation", (true, true.upper(), "0" * 64, "")[number % 4])
    return SECOND


def other_tools(workspace: Workspace, number: int) -> ModelVersionRef:
    workspace.registry.set_tag(SECOND, ("Approval", "approval", "Approval_Check", "deployment")[number % 4], "Approved")
    return SECOND


def alias(workspace: Workspace, number: int) -> ModelVersionRef:
    workspace.registry.set_alias(SECOND, ("champion", "production", "approved", "Champion")[number % 4])
    return SECOND


def borrowed_attestation(workspace: Workspace, _: int) -> ModelVersionRef:
    """The true attestation of another version, put beside this one."""
    case = workspace.ledger.history().case(SECOND)
    workspace.registry.write(SECOND, {f"{case.review_id}/{FILE_NAME}": kit.published(workspace)[FILE_NAME]})
    return SECOND


def everything_of_the_other(workspace: Workspace, _: int) -> ModelVersionRef:
    case = workspace.ledger.history().case(SECOND)
    files = {f"{case.review_id}/{name}": data for name, data in kit.published(workspace).items()}
    workspace.registry.write(SECOND, files)
    for name, value in kit.tags(workspace).items():
        workspace.registry.set_tag(SECOND, name, value)
    workspace.registry.set_alias(SECOND, "champion")
    return SECOND


def unsubmitted(workspace: Workspace, number: int) -> ModelVersionRef:
    """The approved files registered again under the same name, with the approved version's tags."""
    client = connect(workspace.settings)
    source = workspace.registry.version(FIRST).source
    found = client.create_model_version(FIRST.name, source, tags=kit.tags(workspace) if number % 2 else {})
    return ModelVersionRef(name=FIRST.name, version=str(found.version))


def copy(workspace: Workspace, number: int) -> ModelVersionRef:
    """MLflow's own copy, which carries the tags over."""
    found = connect(workspace.settings).copy_model_version(FIRST.uri, f"copied {number % 7}")
    return ModelVersionRef(name=f"copied {number % 7}", version=str(found.version))


MARKS: tuple[Forgery, ...] = (
    status, attestation, other_tools, alias, borrowed_attestation, everything_of_the_other, unsubmitted, copy,
)  # fmt: skip


def forged_marks(workspace: Workspace, planned: int) -> list[bool]:
    """Forge one mark after another, never taking one back, and ask the gate about the version each time."""
    return [denied(workspace, MARKS[number % len(MARKS)](workspace, number)) for number in range(planned)]


def replayed(template: Path, folder: Path, number: int) -> bool:
    """Delete the approved model, register the same files again under its name, and put back all that was approved."""
    workspace = kit.copied(template, folder / f"replay-{number}")
    kept, tags = kit.published(workspace), kit.tags(workspace)
    case = workspace.ledger.history().case(FIRST)
    source, client = workspace.registry.version(FIRST).source, connect(workspace.settings)
    client.delete_registered_model(FIRST.name)
    client.create_registered_model(FIRST.name)
    for _ in range(1 + number % 2):
        client.create_model_version(FIRST.name, source, tags=tags)
    workspace.registry.write(FIRST, {f"{case.review_id}/{name}": data for name, data in kept.items()})
    workspace.registry.set_alias(FIRST, "champion")
    return denied(workspace, FIRST)
