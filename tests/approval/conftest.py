"""A ledger on disk for each test."""

from pathlib import Path

import pytest

from rai.approval.ledger import Ledger
from rai.database import open_database


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(open_database(f"sqlite:///{tmp_path / 'rai.db'}"))
