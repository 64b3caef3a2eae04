"""The status list says where every round stands, and a decision it does not bear out is denied."""

import base64
import json
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rai.approval import desk
from rai.approval.attestation import attest
from rai.approval.events import seconds
from rai.approval.keys import Signer
from rai.approval.ledger import Ledger
from rai.approval.status_list import make
from rai.approval.verify import NotVerified, Statement, Trust, verify_envelope
from rai.approval.verifying.status import need_in_force, read_status
from rai.approval.verifying.trust import parse_trust
from rai.cli import main
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    ADA,
    BOB,
    IDA,
    REF,
    TIME,
    MemoryLedger,
    approved,
    digests,
    excepted,
    in_review,
    review,
    submit,
    vote,
)

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
TRUST = Trust.of([SIGNER.public])
NOW = seconds(TIME) + 60
LATER = "2026-05-06T09:30:00+00:00"


def statement(book: Ledger) -> Statement:
    case = desk.case(book, REF)
    assert case is not None
    return verify_envelope(attest(case, SIGNER), TRUST, now=NOW)


def judge(book: Ledger, said: Statement) -> None:
    need_in_force(said, read_status(make(desk.cases(book), SIGNER, now=NOW), TRUST, now=NOW))


def test_it_lists_every_case_with_its_decision() -> None:
    book = approved(MemoryLedger())
    other = ModelVersionRef(name="credit", version="4")
    submit(book, ref=other, model="other")
    body = json.loads(base64.b64decode(json.loads(make(desk.cases(book), SIGNER, now=NOW))["payload"]))
    assert (body["format"], body["made"]) == ("rai-status/v1", NOW)
    first, second = body["rounds"]
    assert (first["version"], first["round"], first["state"], first["seq"]) == ("3", 1, "approved", 3)
    assert first["head"] == book.rows()[2].hash
    assert (second["version"], second["state"], second["seq"], second["head"]) == ("4", "draft", None, None)


def test_the_same_ledger_gives_the_same_bytes() -> None:
    book = approved(MemoryLedger())
    assert make(desk.cases(book), SIGNER, now=NOW) == make(desk.cases(MemoryLedger(book.rows())), SIGNER, now=NOW)


def test_a_decision_in_force_counts() -> None:
    book = approved(MemoryLedger())
    judge(book, statement(book))


def test_an_exception_in_force_counts_as_one() -> None:
    book = excepted(MemoryLedger())
    envelope = attest(desk.case(book, REF), SIGNER)
    with pytest.raises(NotVerified, match="EXCEPTION"):
        verify_envelope(envelope, TRUST, now=NOW)
    said = verify_envelope(envelope, TRUST, now=NOW, decisions=("APPROVED", "EXCEPTION"))
    judge(book, said)
    desk.revoke(book, REF, actor=IDA, reason="The data were wrong.", time=LATER)
    with pytest.raises(NotVerified, match="its round is revoked"):
        judge(book, said)


def revoked(book: Ledger) -> None:
    desk.revoke(book, REF, actor=BOB, reason="The data were wrong.", time=LATER)


def withdrawn(book: Ledger) -> None:
    desk.withdraw(book, REF, actor=ADA, reason="Not needed.", time=LATER)


def stale(book: Ledger) -> None:
    desk.mark_stale(book, REF, live=digests(model="x"), time=LATER)


def expired(book: Ledger) -> None:
    desk.mark_expired(book, REF, time="2027-05-06T09:30:00+00:00")


def newer_round(book: Ledger) -> None:
    stale(book)
    submit(book, time=LATER)


def approved_again(book: Ledger) -> None:
    newer_round(book)
    review(book, review_id="r2")
    vote(book)


@pytest.mark.parametrize("then", [revoked, withdrawn, stale, expired, newer_round, approved_again])
def test_what_happened_afterwards_is_known_offline(then: object) -> None:
    book = approved(MemoryLedger())
    said = statement(book)
    then(book)  # type: ignore[operator]
    with pytest.raises(NotVerified, match="The approval does not count"):
        judge(book, said)


def test_a_decision_of_another_ledger_is_denied() -> None:
    said = statement(approved(MemoryLedger()))
    for book in (MemoryLedger(), in_review(MemoryLedger())):
        with pytest.raises(NotVerified, match="The approval does not count"):
            judge(book, said)


def test_an_attestation_is_no_status_list_and_the_other_way_round() -> None:
    book = approved(MemoryLedger())
    with pytest.raises(NotVerified, match="The status list is not accepted: its payload type"):
        read_status(attest(desk.case(book, REF), SIGNER), TRUST, now=NOW)
    with pytest.raises(NotVerified, match="payload type"):
        verify_envelope(make(desk.cases(book), SIGNER, now=NOW), TRUST, now=NOW)


def test_the_commands_write_the_list_and_the_signers_to_believe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("RAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RAI_SIGNING_KEY", str(tmp_path / "elsewhere" / "key.pem"))
    assert main(["trust", "--out", str(tmp_path / "trust.json")]) == 0
    assert main(["status", "--out", str(tmp_path / "status.dsse.json")]) == 0
    believed = parse_trust((tmp_path / "trust.json").read_bytes())
    assert (tmp_path / "elsewhere" / "key.pem").exists()
    now = int(time.time())
    listed = read_status((tmp_path / "status.dsse.json").read_bytes(), believed, now=now)
    assert (listed.rounds, now - listed.made < 60) == ({}, True)
    capfdbinary.readouterr()
    assert main(["trust"]) == 0
    assert capfdbinary.readouterr().out == (tmp_path / "trust.json").read_bytes()
    assert main(["status"]) == 0
    assert read_status(capfdbinary.readouterr().out, believed, now=now + 5).rounds == {}
