"""What many tests share: one demo installation, built once with real models, real data and a real registry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rai.demo import demo_refs, make_demo
from rai.demo_queue import queue_demo
from rai.settings import Settings
from rai.worker import work
from rai.workspace import Workspace


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished demo: registry built, every version submitted and reviewed. Read it, do not write to it."""
    home = tmp_path_factory.mktemp("demo") / "rai"
    settings = Settings.load({"RAI_HOME": str(home)})
    make_demo(settings, say=lambda _: None)
    queue_demo(settings, say=lambda _: None)
    work(Workspace.open(settings), once=True)
    return home


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> Workspace:
    """The finished demo, to be read."""
    return Workspace.open(Settings.load({"RAI_HOME": str(demo_home)}))


@pytest.fixture
def own_demo(demo_home: Path, tmp_path: Path) -> Workspace:
    """A copy of the finished demo that a test may write to.

    Artifact addresses in the registry's database are absolute, so the copy's database is pointed at the copy; and
    MLflow remembers addresses by model id, which copies share, so it is made to forget them.
    """
    import sqlite3

    from mlflow.tracking._tracking_service import utils

    utils._artifact_repos_cache.clear()
    home = tmp_path / "rai"
    shutil.copytree(demo_home, home)
    with sqlite3.connect(home / "mlflow.db") as connection:
        for table, column in (
            ("experiments", "artifact_location"), ("runs", "artifact_uri"), ("logged_models", "artifact_location"),
            ("model_versions", "storage_location"),
        ):  # fmt: skip
            connection.execute(f"update {table} set {column} = replace({column}, ?, ?)", (str(demo_home), str(home)))
    return Workspace.open(Settings.load({"RAI_HOME": str(home)}))


__all__ = ["demo", "demo_home", "demo_refs", "own_demo"]
