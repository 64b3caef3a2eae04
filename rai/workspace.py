"""Everything one installation works with, opened from its settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rai.approval.ledger import Ledger
from rai.archive import Archive
from rai.database import open_database
from rai.drift import Drifts
from rai.jobs import Jobs
from rai.outbox import Outbox
from rai.registry import Registry
from rai.settings import Settings
from rai.store import ContentStore


@dataclass(frozen=True)
class Workspace:
    """One installation.

    Attributes
    ----------
    settings
        Where it lies and which registry it asks.
    store, archive, jobs, ledger, registry
        Sealed bytes, records, the queue, decisions, and MLflow.
    outbox, drifts
        What was sent to the registry, and what was found there that does not agree with the ledger.
    """

    settings: Settings
    store: ContentStore
    archive: Archive
    jobs: Jobs
    ledger: Ledger
    outbox: Outbox
    drifts: Drifts

    @classmethod
    def open(cls, settings: Settings | None = None) -> Workspace:
        """Open the installation the environment names; its database is made if it is not there."""
        chosen = settings or Settings.load()
        chosen.home.mkdir(parents=True, exist_ok=True)
        engine = open_database(chosen.database_url)
        store = ContentStore(chosen.store)
        archive, outbox = Archive(engine, store), Outbox(engine, store)
        return cls(chosen, store, archive, Jobs(engine), Ledger(engine), outbox, Drifts(engine))

    @cached_property
    def registry(self) -> Registry:
        """The model registry; MLflow is imported when it is first asked."""
        return Registry(self.settings)

    @property
    def models(self) -> Path:
        """Sealed model trees, each in a folder named by its digest."""
        return self.settings.home / "models"

    @property
    def signing_key(self) -> Path:
        """The key that signs attestations."""
        return self.settings.key or self.settings.home / "keys" / "signing.pem"
