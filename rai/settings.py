"""Where this installation keeps its things and which registry it asks, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rai.errors import InputError

Mirror = Literal["flag", "restore"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The installation.

    Attributes
    ----------
    home
        Folder for everything this program keeps (``RAI_HOME``, default ``.rai``).
    tracking_uri
        The MLflow server (``MLFLOW_TRACKING_URI``, default the embedded one below ``home``).
    database_url
        Job table, drafts and ledger (``RAI_DATABASE_URL``, default SQLite below ``home``).
    policies
        Folder of policy files (``RAI_POLICIES``, default ``policies`` beside the program).
    registry_uri
        The model registry, where it is not the server's own (``MLFLOW_REGISTRY_URI``); empty means the server's own.
    mirror
        What becomes of a tag or alias in the registry that does not agree with the ledger: ``flag`` shows it,
        ``restore`` also puts it right (``RAI_MIRROR``).
    approval_tag
        Tag set to ``Approved`` on an approved version, for tools that wait for it, for example a Databricks
        deployment job (``RAI_APPROVAL_TAG``); empty for none.
    key
        File of the key that signs attestations (``RAI_SIGNING_KEY``); ``None`` for the one below ``home``.
    watch
        Submit new versions that have a profile attached (``RAI_WATCH=1``).
    """

    home: Path
    tracking_uri: str
    database_url: str
    policies: Path
    registry_uri: str = ""
    mirror: Mirror = "flag"
    approval_tag: str = ""
    watch: bool = False
    key: Path | None = None

    @property
    def store(self) -> Path:
        """The content store: sealed bytes under their SHA-256."""
        return self.home / "store"

    @property
    def identity_file(self) -> Path:
        """The local identity, used where no OpenID Connect login is configured."""
        return self.home / "identity.toml"

    @property
    def embedded(self) -> bool:
        """True if the registry is the one below ``home``."""
        return self.tracking_uri == embedded_uri(self.home) and self.registry_uri in {"", self.tracking_uri}

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from environment variables."""
        values = os.environ if environ is None else environ
        home = Path(values.get("RAI_HOME") or ".rai").expanduser().resolve()
        beside = Path(__file__).resolve().parent.parent / "policies"
        return cls(
            home=home,
            tracking_uri=values.get("MLFLOW_TRACKING_URI") or embedded_uri(home),
            database_url=values.get("RAI_DATABASE_URL") or f"sqlite:///{home / 'rai.db'}",
            policies=Path(values["RAI_POLICIES"]).resolve() if values.get("RAI_POLICIES") else beside,
            registry_uri=values.get("MLFLOW_REGISTRY_URI") or "",
            mirror=_mirror(values.get("RAI_MIRROR") or "flag"),
            approval_tag=(values.get("RAI_APPROVAL_TAG") or "").strip(),
            watch=values.get("RAI_WATCH") == "1",
            key=Path(values["RAI_SIGNING_KEY"]).expanduser().resolve() if values.get("RAI_SIGNING_KEY") else None,
        )


def _mirror(value: str) -> Mirror:
    if value == "flag":
        return "flag"
    if value == "restore":
        return "restore"
    raise InputError(f"RAI_MIRROR is '{value}'. Set it to flag or to restore.")


def embedded_uri(home: Path) -> str:
    """Address of the registry that the demo makes below ``home``."""
    return f"sqlite:///{home / 'mlflow.db'}"
