"""Hands a registered version in: checks the profile, seals data and model, opens a round and queues the review."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rai.approval import desk
from rai.approval.events import RegistryIdentity
from rai.archive import Submission
from rai.conduct import DataFile, Material, read_dataset
from rai.digests import sha256, tree_digest
from rai.errors import InputError, ProfileError
from rai.files import in_words, make_folder
from rai.people import Person
from rai.policy import read_policy
from rai.profile import ReviewProfile, parse_profile
from rai.review import Detail
from rai.versions import ModelVersionRef, Target
from rai.workspace import Workspace


@dataclass(frozen=True)
class Handed:
    """A profile with the data it names, as they were handed in."""

    text: str
    profile: ReviewProfile
    evaluation: DataFile
    reference: DataFile | None


def read_handed(workspace: Workspace, path: Path) -> Handed:
    """Read a profile and its data from disk; data may also be named by an address the registry can download."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"The profile {path} cannot be read. Give the path of a review.toml in UTF-8.") from error
    profile = parse_profile(text, name=path.name)
    data = profile.data
    reference = _data_file(workspace, data.reference, path.parent) if data.reference else None
    return Handed(text, profile, _data_file(workspace, data.evaluation, path.parent), reference)


def _data_file(workspace: Workspace, location: str, beside: Path) -> DataFile:
    if "://" in location or location.startswith(("runs:/", "models:/")):
        return DataFile(_short(location), workspace.registry.download(location))
    path = beside / location
    if not path.is_file():
        raise InputError(f"The data file {location} is not beside the profile. Put it there or give its address.")
    return DataFile(path.name, path.read_bytes())


def _short(location: str) -> str:
    return location.rsplit("/", 1)[-1]


def attached(workspace: Workspace, ref: ModelVersionRef) -> Handed:
    """Read the profile and data that were logged with the version."""
    found = workspace.registry.attached_profile(ref)
    if found is None:
        raise ProfileError(
            f"{ref.uri} has no review profile attached. Give one with --profile review.toml, or log the folder "
            "review/ with review.toml and its data to the version's run."
        )
    profile = parse_profile(found.text)

    def file(name: str) -> DataFile:
        if name not in found.files:
            raise ProfileError(f"The attached profile names {name}, which was not logged beside it. Log it again.")
        return DataFile(name, found.files[name])

    reference = file(profile.data.reference) if profile.data.reference else None
    return Handed(found.text, profile, file(profile.data.evaluation), reference)


def registered(workspace: Workspace, target: Target) -> ModelVersionRef:
    """Find the version a target names; a directory or stored predictions are none."""
    if target.kind not in {"version", "alias"}:
        raise InputError("Only a registered version is meant here: models:/NAME/VERSION or models:/NAME@ALIAS.")
    return workspace.registry.resolve(target)


def submit(workspace: Workspace, target: Target, *, handed: Handed | None, submitter: Person, when: str) -> Submission:
    """Seal a version with its data and profile and open a round for it.

    Raises
    ------
    InputError
        If the profile, the policy it names or the data cannot be used; nothing is kept then.
    RegistryError
        If the version or its files cannot be had.
    """
    ref = registered(workspace, target)
    given = handed or attached(workspace, ref)
    read_policy(workspace.settings.policies, given.profile.review.policy)
    for file in (given.evaluation, given.reference):
        if file is not None:
            read_dataset(file, given.profile)
    submission = Submission(
        ref=ref,
        profile=given.profile,
        profile_text=given.text,
        evaluation=workspace.store.put(given.evaluation.data),
        reference=workspace.store.put(given.reference.data) if given.reference else "",
        model=seal_model(workspace, ref),
        submitter=submitter,
        contributors=(*_contributors(workspace, ref), *_data_owner(given.profile)),
        submitted=when,
    )
    _open(workspace, submission)
    workspace.archive.save_submission(submission)
    return submission


def _contributors(workspace: Workspace, ref: ModelVersionRef) -> tuple[Person, ...]:
    record = workspace.registry.version(ref)
    users = dict.fromkeys(user for user in (record.user, record.creator) if user)
    return tuple(Person(issuer="mlflow", subject=user, name=user) for user in users)


def _data_owner(profile: ReviewProfile) -> tuple[Person, ...]:
    issuer, subject = (part.strip() for part in (profile.data.owner or "|").split("|"))
    return (Person(issuer=issuer, subject=subject, name=subject),) if subject else ()


def _open(workspace: Workspace, submission: Submission) -> None:
    desk.open_round(
        workspace.ledger,
        submission.ref,
        registry=registry_identity(workspace, submission.ref),
        submitter=submission.submitter,
        contributors=submission.contributors,
        digests={"model": submission.model, "dataset": submission.evaluation},
        time=submission.submitted,
    )


def registry_identity(workspace: Workspace, ref: ModelVersionRef) -> RegistryIdentity:
    """Return what a version is in its registry: names can be used again, so more than the name is bound."""
    record = workspace.registry.version(ref)
    # The embedded registry moves with its folder: a restored backup is the same registry at another path.
    instance = "embedded" if workspace.settings.embedded else workspace.settings.tracking_uri
    return RegistryIdentity(
        instance=instance,
        created=record.created,
        model_id=record.model_id,
        run_id=record.run_id,
        source=record.source,
    )


def seal_model(workspace: Workspace, ref: ModelVersionRef) -> str:
    """Copy the version's files into the installation and return the digest of the tree.

    Raises
    ------
    RaiError
        If they cannot be had or kept, for example because the disk is full; then nothing is left behind.
    """
    make_folder(workspace.models)
    with in_words(workspace.models), tempfile.TemporaryDirectory(dir=workspace.models) as folder:
        tree = workspace.registry.fetch(ref, Path(folder) / "model")
        digest = tree_digest(tree)
        if not (workspace.models / digest).exists():
            shutil.move(tree, workspace.models / digest)
    return digest


def material(workspace: Workspace, submission: Submission) -> Material:
    """Gather what was sealed, checking that not a byte has changed.

    Raises
    ------
    InputError
        If sealed data or the sealed model are missing or altered.
    """
    data = submission.profile.data
    model = workspace.models / submission.model
    if not model.is_dir() or tree_digest(model) != submission.model:
        raise InputError(f"The sealed model of {submission.ref.uri} is missing or altered. Submit the version again.")
    reference = None
    if submission.reference:
        reference = DataFile(_short(data.reference or ""), workspace.store.get(submission.reference))
    return Material(
        target=submission.ref.uri,
        ref=submission.ref,
        profile=submission.profile,
        evaluation=DataFile(_short(data.evaluation), workspace.store.get(submission.evaluation)),
        reference=reference,
        model=model,
        model_digest=submission.model,
        details=registry_details(workspace, submission.ref),
    )


def registry_details(workspace: Workspace, ref: ModelVersionRef) -> tuple[Detail, ...]:
    """Return what the registry tells about the version, for the card."""
    record = workspace.registry.version(ref)
    facts = [
        Detail(name="Description", value=record.description, source="registry"),
        Detail(name="Registered", value=record.created, source="registry"),
        Detail(name="Run", value=record.run_id, source="registry"),
        Detail(name="Trained by", value=record.user, source="run"),
        Detail(name="Logged data", value=", ".join(record.datasets), source="run"),
    ]
    parameters = sorted(record.parameters.items())
    facts += [Detail(name=f"Parameter {key}", value=value, source="run") for key, value in parameters]
    return tuple(fact for fact in facts if fact.value)


def directory_material(handed: Handed, folder: Path | None, *, target: str) -> Material:
    """Gather a model folder, or stored predictions where ``folder`` is ``None``, with a profile from disk."""
    digest = tree_digest(folder) if folder else sha256(handed.evaluation.data)
    return Material(
        target=target,
        ref=None,
        profile=handed.profile,
        evaluation=handed.evaluation,
        reference=handed.reference,
        model=folder,
        model_digest=digest,
    )
