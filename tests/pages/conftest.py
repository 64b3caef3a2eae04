"""One stored installation for all tests of the pages, and a copy for each test that writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rai.people import Person, write_identity
from rai.settings import Settings
from rai.workspace import Workspace
from tests.pages import stored

FRAME = Path(__file__).resolve().parent.parent.parent / "pages" / "ui" / "frame.py"

Visit = Callable[..., AppTest]


@pytest.fixture(scope="session")
def stored_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real reviews of made applicants, looked at by a reviewer. Read it, do not write to it."""
    home = tmp_path_factory.mktemp("stored") / "rai"
    stored.build(Workspace.open(settings(home)))
    write_identity(home / "identity.toml", stored.REVIEWER)
    return home


def settings(home: Path) -> Settings:
    return Settings.load({"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")})


@pytest.fixture
def here(stored_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The stored installation, to be read."""
    return _entered(stored_home, monkeypatch)


@pytest.fixture
def own(stored_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of the stored installation that a test may write to."""
    home = tmp_path / "rai"
    shutil.copytree(stored_home, home)
    stored.moved(stored_home, home)
    return _entered(home, monkeypatch)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An installation with champion and challenger alone; its registry is where it was made, so that a gate can open."""
    home = tmp_path / "rai"
    stored.build(Workspace.open(settings(home)), (stored.CHAMPION, stored.CHALLENGER))
    write_identity(home / "identity.toml", stored.REVIEWER)
    return _entered(home, monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An installation in which nothing has happened yet, looked at by a reviewer."""
    home = tmp_path / "rai"
    write_identity(home / "identity.toml", stored.REVIEWER)
    return _entered(home, monkeypatch)


def _entered(home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("RAI_HOME", str(home))
    monkeypatch.setenv("RAI_POLICIES", str(home / "policies"))
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "RAI_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Workspace.open(settings(home))


@pytest.fixture
def visit() -> Visit:
    """Open a page as a browser does: its address, then whatever the test clicks."""

    def go(key: str, **address: str) -> AppTest:
        at = AppTest.from_file(str(FRAME), default_timeout=30)
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        at.switch_page(f"../{key}.py")
        return at.run()

    return go


def become(workspace: Workspace, person: Person) -> None:
    """Let another person look."""
    write_identity(workspace.settings.identity_file, person)
