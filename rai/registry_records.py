"""What the registry answers, as records: registered models, versions, and the profile logged with a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field

from rai.stored import Stored
from rai.versions import ModelVersionRef


class RegisteredModel(Stored):
    """A registered model: its versions by alias and the newest one."""

    name: str
    description: str = ""
    aliases: dict[str, str] = Field(default_factory=dict)
    latest: str = ""


class VersionRecord(Stored):
    """What the registry and the training run tell about a version.

    Attributes
    ----------
    created
        ISO 8601, UTC.
    user, creator
        Who logged the run, and who registered the version, as far as the registry knows.
    source
        Where its files are, as MLflow names it.
    model_id
        Id of the LoggedModel; empty for versions registered from a run.
    datasets
        Data logged with the run, with their contexts.
    """

    ref: ModelVersionRef
    created: str
    description: str = ""
    run_id: str = ""
    user: str = ""
    creator: str = ""
    source: str = ""
    model_id: str = ""
    tags: dict[str, str] = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    parameters: dict[str, str] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)
    datasets: tuple[str, ...] = ()


class VersionMarks(Stored):
    """What is written on the outside of a version: anybody who may write to the registry can set it.

    Attributes
    ----------
    created
        ISO 8601, UTC.
    run_id
        The training run; empty for versions registered without one.
    """

    ref: ModelVersionRef
    tags: dict[str, str] = Field(default_factory=dict)
    created: str
    run_id: str = ""


@dataclass(frozen=True)
class AttachedProfile:
    """A profile logged with the version's run, with the files beside it."""

    text: str
    files: Mapping[str, bytes]
