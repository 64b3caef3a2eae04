"""One small installation for all tests of publishing, and a copy for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rai.workspace import Workspace
from tests import postgres
from tests.publishing import kit


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions in review whose cards are written. Read it, do not write to it."""
    return kit.build(tmp_path_factory.mktemp("small") / "rai")


@pytest.fixture
def here(small_home: Path, tmp_path: Path) -> Workspace:
    """A copy to write to."""
    return kit.copied(small_home, tmp_path / "rai")


@pytest.fixture(scope="session")
def settled_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first version is approved, published and champion; the other one waits. Read it, do not write to it."""
    home = tmp_path_factory.mktemp("settled") / "rai"
    workspace = kit.copied(small_home, home)
    kit.settle(workspace)
    return home


@pytest.fixture
def settled(settled_home: Path, tmp_path: Path) -> Workspace:
    """A copy of that to write to."""
    return kit.copied(settled_home, tmp_path / "settled")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL server of our own."""
    if postgres.programs() is None:
        pytest.skip(
            "PostgreSQL is not installed. Install the package postgresql; make test does so where apt is there."
        )
    with postgres.server() as url:
        yield url
