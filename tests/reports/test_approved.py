"""A card that went through the ledger says what was decided there."""

from __future__ import annotations

from rai.signing import standing
from rai.workspace import Workspace
from reports.verdict import verdict
from tests.test_flow import VERSION, approve


def test_the_card_of_a_version_approved_in_the_ledger_says_approved(own_demo: Workspace):
    before = verdict(standing(own_demo, VERSION).card)
    assert (before.tone, before.word) == ("none", "Not approved")
    approve(own_demo)
    after = verdict(standing(own_demo, VERSION).card)
    assert (after.tone, after.word, after.points) == ("pass", "Approved", ())
