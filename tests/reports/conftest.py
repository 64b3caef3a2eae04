"""Cards to render: real ones from made applicants, built once."""

from __future__ import annotations

import pytest

from rai.card import ModelCard
from rai.cards import current_card
from rai.settings import Settings
from rai.workspace import Workspace
from tests.pages import stored


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """An installation with real reviews."""
    home = tmp_path_factory.mktemp("reports")
    found = Workspace.open(Settings.load({"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")}))
    stored.build(found)
    return found


@pytest.fixture(scope="session")
def real(workspace: Workspace) -> ModelCard:
    """The card of a binary classifier, with nothing written and nobody's decision."""
    return current_card(workspace.archive, stored.CHALLENGER)


@pytest.fixture(scope="session")
def real_cards(workspace: Workspace) -> tuple[ModelCard, ...]:
    """Cards of all kinds of task."""
    return tuple(current_card(workspace.archive, ref) for ref in (stored.CHALLENGER, stored.WAGE, stored.GRADE))
