"""Names of what is reviewed: ``models:/name/version``, ``models:/name@alias``, a directory, or ``predictions``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from rai.errors import InputError
from rai.stored import Stored

_VERSION = re.compile(r"models:/(?P<name>[^/@]+)/(?P<version>\d+)")
_ALIAS = re.compile(r"models:/(?P<name>[^/@]+)@(?P<alias>[^/@]+)")


class ModelVersionRef(Stored):
    """One version of a registered model."""

    name: str
    version: str

    @property
    def uri(self) -> str:
        """MLflow's address of the version, for example ``models:/credit/3``."""
        return f"models:/{self.name}/{self.version}"


class Target(Stored):
    """What a command was pointed at.

    Attributes
    ----------
    kind
        ``version`` and ``alias`` live in the registry, ``directory`` is a model in MLflow's format on disk,
        ``predictions`` means that columns of the data hold the output of a model this program never sees.
    name, selector
        Model name with version or alias; for a directory its path.
    """

    kind: Literal["version", "alias", "directory", "predictions"]
    name: str = ""
    selector: str = ""


def parse_target(text: str) -> Target:
    """Read a TARGET as typed on the command line.

    Raises
    ------
    InputError
        If it is none of the four forms.
    """
    if text == "predictions":
        return Target(kind="predictions", name="predictions")
    if found := _VERSION.fullmatch(text):
        return Target(kind="version", name=found["name"], selector=found["version"])
    if found := _ALIAS.fullmatch(text):
        return Target(kind="alias", name=found["name"], selector=found["alias"])
    if Path(text).is_dir():
        return Target(kind="directory", name=Path(text).resolve().name, selector=str(Path(text).resolve()))
    raise InputError(
        f"'{text}' is not a target. Expected models:/NAME/VERSION, models:/NAME@ALIAS, a model directory that exists, "
        "or the word predictions."
    )
