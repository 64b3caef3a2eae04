"""Whose signature counts, and when: rotation, the end of a key's time, compromise, and how many must sign."""

import json
import time
from pathlib import Path

import pytest

from rai.approval.gate import read_attestation
from rai.approval.verify import Statement
from rai.approval.verifying.trust import parse_trust
from rai.errors import InputError
from tests.approval.evidence import DAY, KEY, OTHER_KEY, Evidence, key_entry, round_entry, trusted

NOW = int(time.time())
ISSUED = NOW - 3600


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "e", issued=ISSUED)


def believe(evidence: Evidence, *keys: dict, quorum: int = 1) -> None:
    (evidence.folder / "trust.json").write_bytes(trusted(*keys, quorum=quorum))


CASES = {
    "1 inside the window": ([key_entry(not_before=ISSUED - 10, not_after=ISSUED + 2 * DAY)], True),
    "2 before the window": ([key_entry(not_before=ISSUED + 1)], False),
    "3 after the window": ([key_entry(not_after=ISSUED - 1)], False),
    "4 the window ended since": ([key_entry(not_before=ISSUED, not_after=ISSUED)], True),
    "5 the old one of two overlapping": (
        [key_entry(not_after=ISSUED + 10), key_entry(OTHER_KEY, not_before=ISSUED - 10)],
        True,
    ),
    "7 not in the trust file": ([key_entry(OTHER_KEY)], False),
    "9 revoked from then on": ([key_entry(revoked_from=ISSUED)], False),
    "9 revoked from before": ([key_entry(revoked_from=ISSUED - 5)], False),
    "10 revoked from later on": ([key_entry(revoked_from=ISSUED + 1)], True),
    "no key at all": ([], False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_key_counts_in_its_time(evidence: Evidence, case: str) -> None:
    keys, good = CASES[case]
    believe(evidence, *keys)
    # The list is younger than the decision; it is signed with a key whose window is open today.
    believe_today = [*keys, key_entry(OTHER_KEY)] if case[0] not in "57" and keys else keys
    believe(evidence, *believe_today)
    evidence.list_status(key=OTHER_KEY)
    answer = evidence.ask()
    assert (answer.verdict, answer.step if not good else 0) == ("allow" if good else "deny", 0 if good else 2)


def test_6_the_new_one_of_two_overlapping(evidence: Evidence) -> None:
    believe(evidence, key_entry(not_after=ISSUED + 10), key_entry(OTHER_KEY, not_before=ISSUED - 10))
    evidence.attest(None, OTHER_KEY)
    evidence.list_status(key=OTHER_KEY)
    assert evidence.ask().verdict == "allow"


def test_8_one_key_under_two_names_does_not_count_twice(evidence: Evidence) -> None:
    believe(evidence, key_entry(), key_entry(keyid="0" * 64), quorum=2)
    evidence.attest(None, KEY, KEY, ids=[key_entry()["keyid"], "0" * 64])
    answer = evidence.ask()
    assert (answer.verdict, answer.step) == ("deny", 2)
    assert "fewer than 2 different keys" in answer.reason


def test_two_keys_make_a_quorum_of_two_and_one_does_not(evidence: Evidence) -> None:
    believe(evidence, key_entry(), key_entry(OTHER_KEY), quorum=2)
    assert evidence.ask().reason.endswith("fewer than 2 different keys signed it.")
    evidence.attest(None, KEY, OTHER_KEY)
    assert evidence.ask().step == 8  # the status list still has one signature
    believe(evidence, key_entry(), key_entry(OTHER_KEY), quorum=1)
    assert evidence.ask().verdict == "allow"


def test_every_signature_must_be_of_a_key_in_force(evidence: Evidence) -> None:
    believe(evidence, key_entry(), key_entry(OTHER_KEY, revoked_from=0))
    evidence.attest(None, KEY, OTHER_KEY)
    assert (evidence.ask().verdict, evidence.ask().step) == ("deny", 2)


@pytest.mark.parametrize(
    "listed",
    [round_entry(round=1, seq=7, head="0" * 64), round_entry(round=1, seq=8), round_entry(version="2")],
)
def test_11_a_stolen_key_cannot_back_date_what_no_ledger_holds(evidence: Evidence, listed: dict) -> None:
    evidence.list_status(listed)
    answer = evidence.ask()
    assert (answer.verdict, answer.step) == ("deny", 8)


def test_12_a_valid_key_does_not_prolong_an_approval(evidence: Evidence) -> None:
    evidence.list_status(made=ISSUED + 30 * DAY)
    answer = evidence.ask(now=ISSUED + 30 * DAY)
    assert (answer.verdict, answer.step) == ("deny", 7)
    assert evidence.ask(now=ISSUED + 30 * DAY - 1).verdict == "allow"


def test_the_live_gate_believes_the_same_trust_file(evidence: Evidence) -> None:
    envelope = evidence.bundle.read_bytes()
    for keys, quorum in (
        ([key_entry(revoked_from=ISSUED)], 1),
        ([key_entry(not_after=ISSUED - 1)], 1),
        ([key_entry()], 2),
    ):
        assert isinstance(read_attestation(envelope, parse_trust(trusted(*keys, quorum=quorum)), now=NOW), str)
    read = read_attestation(envelope, parse_trust(trusted(key_entry(revoked_from=ISSUED + 1))), now=NOW)
    assert isinstance(read, Statement)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        trusted(key_entry(), key_entry()),
        trusted(key_entry(public="AAAA")),
        trusted(key_entry(public=1)),
        trusted(key_entry(keyid="A" * 64)),
        trusted(key_entry(not_before=None)),
        trusted(key_entry(not_before=True)),
        trusted(key_entry(not_after="never")),
        trusted(key_entry(more=1)),
        trusted(key_entry(), quorum=0),
        trusted(key_entry()).replace(b"rai-trust/v1", b"rai-trust/v2"),
        trusted({key: value for key, value in key_entry().items() if key != "revoked_from"}),
        json.dumps({"format": "rai-trust/v1", "keys": []}).encode(),
    ],
)
def test_a_trust_file_that_is_none_decides_nothing(evidence: Evidence, data: bytes) -> None:
    with pytest.raises(InputError, match="trust file cannot be used"):
        parse_trust(data)
    (evidence.folder / "trust.json").write_bytes(data)
    answer = evidence.ask()
    assert (answer.verdict, answer.step) == ("undecided", 2)
