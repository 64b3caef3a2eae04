"""Six thousand tamperings with a ledger of real decisions: with a checkpoint at the head every one is found."""

from __future__ import annotations

from rai.approval.chain import broken_links
from rai.approval.history import History, against_the_rules
from tests.approval.tampering import CLASSES, campaign, made_ledger, rechained

ONLY_BY_CHECKPOINT = {"edit_and_rechain", "delete_and_rechain", "truncate"}


def test_the_ledger_that_is_tampered_with_is_a_good_one() -> None:
    rows = made_ledger()
    assert len(rows) > 40
    assert broken_links(rows, [rows[-1].checkpoint]) == ()
    assert against_the_rules(History(rows)) == ()
    assert rechained(rows) == list(rows)
    kinds = {row.fields["event"] for row in rows}
    assert kinds >= {"submitted", "reviewed", "narrative_edited", "waived", "signed_off", "overridden", "published",
                     "promoted", "revoked", "attempt_refused"}  # fmt: skip


def test_all_of_six_thousand_are_found_with_a_checkpoint_at_the_head() -> None:
    found = campaign(750, seed=1)
    assert len(CLASSES) == 8
    assert sum(tried for tried, _ in found.values()) == 6000
    assert all(tried == count for tried, count in found.values()), str(found)


def test_the_chain_alone_finds_all_but_clean_cuts_and_rewrites() -> None:
    found = campaign(40, seed=2, checkpoint=False)
    assert {name for name, (tried, count) in found.items() if count == tried} == set(CLASSES) - ONLY_BY_CHECKPOINT
    assert {name: found[name][1] for name in ONLY_BY_CHECKPOINT} == dict.fromkeys(ONLY_BY_CHECKPOINT, 0)
