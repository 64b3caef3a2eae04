"""The mirror: tags on a version that repeat what the ledger says, for people and tools that look at the registry.

They are written and compared, and never read for a decision: anybody who may write to the registry can set them.
"""

from __future__ import annotations

from collections.abc import Mapping

from rai.approval.cases import Case
from rai.errors import RegistryError
from rai.reviewing import STATUS_TAG
from rai.workspace import Workspace

ATTESTATION_TAG, ALIAS = "rai.attestation", "champion"
#: What the tag named by RAI_APPROVAL_TAG says on an approved version.
APPROVED = "Approved"


def own_tags(workspace: Workspace) -> tuple[str, ...]:
    """Name the tags this program sets for a decision, in the order in which they are set: the status comes last."""
    extra = workspace.settings.approval_tag
    return (ATTESTATION_TAG, *((extra,) if extra else ()), STATUS_TAG)


def wanted(workspace: Workspace, case: Case, *, envelope: str = "") -> dict[str, str]:
    """Return the tags a case should have; a tag that is not named should not be there.

    Parameters
    ----------
    envelope
        Digest of the attestation that is being published; otherwise the published one counts.
    """
    published = envelope or case.envelope
    tags: dict[str, str] = {STATUS_TAG: case.state}
    if published:
        tags[ATTESTATION_TAG] = published
    # An exception is not an approval: nothing that waits for one may take it for one.
    if workspace.settings.approval_tag and published and case.in_force and case.state == "approved":
        tags[workspace.settings.approval_tag] = APPROVED
    return tags


def differing(workspace: Workspace, tags: Mapping[str, str], found: Mapping[str, str]) -> tuple[str, ...]:
    """Name the tags of this program that are not as they should be."""
    return tuple(name for name in own_tags(workspace) if tags.get(name) != found.get(name))


def mark(workspace: Workspace, case: Case, *, envelope: str = "") -> Case:
    """Set the tags of a case, read them back, and return the case.

    Raises
    ------
    RegistryError
        If they cannot be set or are not read back as they were set.
    """
    tags = wanted(workspace, case, envelope=envelope)
    if not case.in_force or case.envelope or envelope:
        set_tags(workspace, case, tags)
    return case


def set_tags(workspace: Workspace, case: Case, tags: Mapping[str, str]) -> None:
    """Make the tags of a version what they should be; errors as in :func:`mark`."""
    registry, ref = workspace.registry, case.ref
    found = registry.version(ref).tags
    if not differing(workspace, tags, found) and workspace.outbox.tags_settled(ref, tags):
        return
    workspace.outbox.settle_tags(ref, None)
    for name in differing(workspace, tags, found):
        if name in tags:
            registry.set_tag(ref, name, tags[name])
        else:
            registry.delete_tag(ref, name)
    if differing(workspace, tags, registry.version(ref).tags):
        raise RegistryError(f"The tags of {ref.uri} are not read back as they were set. Publish it again.")
    workspace.outbox.settle_tags(ref, tags)
