"""Compares the registry's tags and aliases with the ledger: what is unfinished, and what somebody else has set."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rai.approval.cases import Case
from rai.approval.history import History
from rai.approval.questions import Championship, champion
from rai.approval.states import IN_FORCE, MEANING
from rai.beside import altered
from rai.drift import Difference, Kind
from rai.marking import ALIAS, ATTESTATION_TAG, differing, own_tags, wanted
from rai.registry_records import VersionMarks
from rai.reviewing import STATUS_TAG
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


@dataclass(frozen=True)
class Found:
    """What one comparison found.

    Attributes
    ----------
    differences
        Set by somebody else.
    unsettled
        Cases whose tags this program has not finished writing.
    models
        Models with a version in the ledger.
    """

    differences: tuple[Difference, ...]
    unsettled: tuple[Case, ...]
    models: tuple[str, ...]


def compare(workspace: Workspace, *, deep: bool = True) -> Found:
    """Ask the registry for all versions and models, and compare; nothing is written.

    Parameters
    ----------
    deep
        Read the files beside every published version as well; otherwise what the last deep look found still stands.

    Raises
    ------
    RegistryError
        If it cannot be asked.
    """
    history = workspace.ledger.history()
    cases = {_key(case.ref): case for case in history.cases()}
    models = tuple(dict.fromkeys(case.ref.name for case in cases.values()))
    marks = {_key(mark.ref): mark for mark in workspace.registry.marks()}
    unsettled = tuple(case for key, case in cases.items() if key in marks and _unsettled(workspace, case, marks[key]))
    differences = [
        *_versions(workspace, cases, marks, unsettled),
        *_unsubmitted(workspace, cases, marks),
        *_aliases(workspace, history, models),
        *(_files(workspace, cases, marks) if deep else _files_before(workspace)),
    ]
    return Found(tuple(differences), unsettled, models)


def _key(ref: ModelVersionRef) -> tuple[str, str]:
    # The ledger keeps names composed (NFC); the registry keeps them as they were typed.
    return (unicodedata.normalize("NFC", ref.name), ref.version)


def _unsettled(workspace: Workspace, case: Case, mark: VersionMarks) -> bool:
    """True if tags that are not as they should be, or were never read back, may be this program's own doing."""
    tags = wanted(workspace, case)
    if _unpublished(case) or _replaced(case, mark) or workspace.outbox.tags_settled(case.ref, tags):
        return False
    # A tag that speaks of a decision cannot come from here while there was none.
    return case.decision is not None or not _claims(workspace, mark.tags)


def _unpublished(case: Case) -> bool:
    return case.in_force and not case.envelope


def _replaced(case: Case, mark: VersionMarks) -> bool:
    return mark.created != case.registry.created


def _claims(workspace: Workspace, tags: Mapping[str, str]) -> bool:
    others = set(own_tags(workspace)) - {STATUS_TAG}
    return tags.get(STATUS_TAG) in IN_FORCE or bool(others & tags.keys())


def _versions(
    workspace: Workspace,
    cases: Mapping[tuple[str, str], Case],
    marks: Mapping[tuple[str, str], VersionMarks],
    unsettled: Iterable[Case],
) -> Iterable[Difference]:
    for key, case in cases.items():
        mark = marks.get(key)
        if mark is None or _replaced(case, mark):
            yield _other_version(case, mark)
        elif case not in unsettled and not _unpublished(case):
            yield from _tags(workspace, case, mark)


def _other_version(case: Case, mark: VersionMarks | None) -> Difference:
    words = "is not in the registry any more" if mark is None else "is another version now: the name was used again"
    return Difference(
        model=case.ref.name, version=case.ref.version, kind="replaced", expected=case.registry.created,
        found=mark.created if mark else "",
        sentence=f"{case.ref.uri} {words}. No decision about it holds for what is there.",
    )  # fmt: skip


def _tags(workspace: Workspace, case: Case, mark: VersionMarks) -> Iterable[Difference]:
    tags = wanted(workspace, case)
    for name in differing(workspace, tags, mark.tags):
        expected, found = tags.get(name, ""), mark.tags.get(name, "")
        shown = f"says '{found}'" if found else "was removed"
        yield Difference(
            model=case.ref.name, version=case.ref.version, kind=_kind(name), expected=expected, found=found,
            sentence=f"The tag {name} of {case.ref.uri} {shown}. The ledger says: it {MEANING[case.state]}.",
        )  # fmt: skip


def _kind(name: str) -> Kind:
    known: dict[str, Kind] = {STATUS_TAG: "status", ATTESTATION_TAG: "attestation"}
    return known.get(name, "approval")


def _unsubmitted(
    workspace: Workspace, cases: Mapping[tuple[str, str], Case], marks: Mapping[tuple[str, str], VersionMarks]
) -> Iterable[Difference]:
    """Find tags of this program on versions it never saw: forged, or carried over when a version was copied."""
    known = {name for name, _ in cases}
    for key, mark in marks.items():
        names = own_tags(workspace) if key[0] in known else (ATTESTATION_TAG, STATUS_TAG)
        present = [name for name in names if name in mark.tags]
        if key in cases or not present:
            continue
        shown = ", ".join(f"{name} = '{mark.tags[name]}'" for name in present)
        yield Difference(
            model=mark.ref.name, version=mark.ref.version, kind="unsubmitted", found=shown,
            sentence=f"{mark.ref.uri} carries {shown}, and it was never submitted here.",
        )  # fmt: skip


def _files(
    workspace: Workspace, cases: Mapping[tuple[str, str], Case], marks: Mapping[tuple[str, str], VersionMarks]
) -> Iterable[Difference]:
    for key, case in cases.items():
        if case.envelope and key in marks and not _replaced(case, marks[key]):
            yield from altered(workspace, case)


def _files_before(workspace: Workspace) -> Iterable[Difference]:
    known = (item for item in workspace.drifts.open() if item.kind == "file")
    return (Difference.model_validate(item.model_dump(include=set(Difference.model_fields))) for item in known)


def _aliases(workspace: Workspace, history: History, models: Iterable[str]) -> Iterable[Difference]:
    there = {unicodedata.normalize("NFC", model.name): model.aliases for model in workspace.registry.models()}
    for model in models:
        found = there.get(model, {}).get(ALIAS, "")
        newest = champion(history, model, alias=ALIAS)
        if newest is None:
            yield from _never_promoted(model, found)
        else:
            case = history.case(newest.ref)
            moved = workspace.outbox.alias_settled(model, ALIAS, newest.seq)
            yield from _promoted(newest, found, in_force=case is not None and case.in_force, moved=moved)


def _never_promoted(model: str, found: str) -> Iterable[Difference]:
    if found:
        sentence = f"The alias {ALIAS} of '{model}' points to version {found}, and no version was promoted here."
        yield Difference(model=model, kind="alias", found=found, sentence=sentence)


def _promoted(newest: Championship, found: str, *, in_force: bool, moved: bool) -> Iterable[Difference]:
    model, expected = newest.ref.name, newest.ref.version
    if found != expected and (moved or not in_force):
        shown = f"points to version {found}" if found else "was removed"
        sentence = f"The alias {ALIAS} of '{model}' {shown}. Version {expected} was promoted last."
        yield Difference(model=model, kind="alias", expected=expected, found=found, sentence=sentence)
    if found == expected and not in_force:
        sentence = f"The alias {ALIAS} of '{model}' points to version {found}, which is not approved any more."
        yield Difference(model=model, kind="closed champion", expected=expected, found=found, sentence=sentence)
