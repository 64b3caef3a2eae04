"""Compares what lies beside a model in the registry with what was published there: who alters a card later is found."""

from __future__ import annotations

from collections.abc import Mapping

from rai.approval.cases import Case
from rai.digests import sha256
from rai.drift import Difference
from rai.workspace import Workspace


def altered(workspace: Workspace, case: Case) -> tuple[Difference, ...]:
    """Read the files published for a decision and name those that are not as they were published.

    Nothing is compared for a version whose decision was never published.

    Raises
    ------
    RegistryError
        If they cannot be read.
    """
    published = workspace.outbox.files(case)
    if not published:
        return ()
    there = {path: sha256(data) for path, data in workspace.registry.read_folder(case.ref, case.review_id).items()}
    paths = sorted(path for path in {*published, *there} if published.get(path) != there.get(path))
    return tuple(_difference(case, path, published, there) for path in paths)


def _difference(case: Case, path: str, published: Mapping[str, str], there: Mapping[str, str]) -> Difference:
    expected, found = published.get(path, ""), there.get(path, "")
    name = path.rsplit("/", 1)[-1]
    words = "differs from the one that was approved" if expected and found else "was removed"
    words = words if expected else "was not put there by this program"
    return Difference(
        model=case.ref.name, version=case.ref.version, kind="file", expected=expected, found=found,
        sentence=f"The file {name} beside {case.ref.uri} {words}.",
    )  # fmt: skip
