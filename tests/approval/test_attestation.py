"""An attestation says what was decided, in the same bytes each time, and no altered one is believed."""

import base64
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from rai.approval import desk
from rai.approval.attestation import attest, sign_statement, statement_of
from rai.approval.keys import Signer
from rai.approval.verify import (
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    NotVerified,
    Statement,
    key_id,
    model_digest,
    pre_authentication,
    verify_envelope,
)
from rai.digests import canonical_json, tree_digest
from rai.errors import InputError, Refused
from tests.approval.builders import BOB, REF, TIME, MemoryLedger, approved, digests, in_review
from tests.approval.mutations import tally

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STRANGER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
BOOK = approved(MemoryLedger())
CASE = desk.case(BOOK, REF)
assert CASE is not None
ENVELOPE = attest(CASE, SIGNER)
TRUSTED = (SIGNER.public,)
ISSUED = 1777887000  # 2026-05-04T09:30:00 UTC
DAY = 24 * 3600


def verify(envelope: bytes, *, now: int = ISSUED + DAY, trusted: tuple[bytes, ...] = TRUSTED) -> Statement:
    return verify_envelope(envelope, trusted, now=now)


def payload() -> dict:
    return json.loads(base64.b64decode(json.loads(ENVELOPE)["payload"]))


def signed(body: object, signer: Signer = SIGNER, kind: str = PAYLOAD_TYPE) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = signer.sign(pre_authentication(data, kind))
    return envelope(data, [{"keyid": signer.keyid, "sig": base64.b64encode(signature).decode()}], kind)


def envelope(data: bytes, signatures: object, kind: str = PAYLOAD_TYPE) -> bytes:
    text = base64.b64encode(data).decode()
    return json.dumps({"payload": text, "payloadType": kind, "signatures": signatures}).encode()


def test_it_says_what_was_decided() -> None:
    found = verify(ENVELOPE)
    assert found == statement_of(CASE)
    assert found.subjects == digests()
    assert (found.registry["model"], found.registry["version"], found.registry["run_id"]) == ("credit", "3", "r1")
    assert (found.decision, found.round, found.policy) == ("APPROVED", 1, "standard")
    assert [(vote.issuer, vote.subject, vote.group, vote.time) for vote in found.votes] == [
        (BOB.issuer, BOB.subject, "reviewer", TIME)
    ]
    assert (found.issued, found.expires) == (ISSUED, ISSUED + 30 * DAY)
    assert (found.seq, found.head) == (3, BOOK.rows()[2].hash)


def test_the_same_decision_gives_the_same_bytes() -> None:
    assert attest(desk.case(MemoryLedger(BOOK.rows()), REF), SIGNER) == ENVELOPE


def test_the_signature_covers_the_published_encoding() -> None:
    # The worked example of the DSSE specification, protocol.md.
    example = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pre_authentication(b"hello world", "http://example.com/HelloWorld") == example


def test_the_form_is_an_in_toto_statement() -> None:
    body = payload()
    assert (body["_type"], body["predicateType"]) == ("https://in-toto.io/Statement/v1", PREDICATE_TYPE)
    assert {item["name"]: item["digest"]["sha256"] for item in body["subject"]} == digests()
    assert canonical_json(body) == base64.b64decode(json.loads(ENVELOPE)["payload"])


def test_only_an_approval_is_attested() -> None:
    with pytest.raises(Refused, match="waits for a decision"):
        attest(desk.case(in_review(MemoryLedger()), REF), SIGNER)
    stale = desk.mark_stale(MemoryLedger(BOOK.rows()), REF, live=digests(card="x"), time=TIME)
    with pytest.raises(Refused, match="stale"):
        attest(stale, SIGNER)


@pytest.mark.parametrize(
    ("now", "good"),
    [
        (ISSUED - 61, False),
        (ISSUED - 60, True),
        (ISSUED, True),
        (ISSUED + 30 * DAY - 1, True),
        (ISSUED + 30 * DAY, False),
    ],
)
def test_it_counts_from_its_issue_to_its_end(now: int, good: bool) -> None:
    if good:
        assert verify(ENVELOPE, now=now).decision == "APPROVED"
    else:
        with pytest.raises(NotVerified, match=r"expired|future"):
            verify(ENVELOPE, now=now)


def test_a_stranger_s_signature_is_not_believed() -> None:
    for trusted in ((), (STRANGER.public,)):
        with pytest.raises(NotVerified, match="not trusted"):
            verify(ENVELOPE, trusted=trusted)
    disguised = json.loads(signed(payload(), STRANGER))
    disguised["signatures"][0]["keyid"] = SIGNER.keyid
    with pytest.raises(NotVerified, match="does not fit"):
        verify(json.dumps(disguised).encode())
    assert verify(ENVELOPE, trusted=(STRANGER.public, SIGNER.public)).round == 1


def test_every_signature_must_be_good_and_by_another_key() -> None:
    one = json.loads(ENVELOPE)["signatures"][0]
    two = json.loads(signed(base64.b64decode(json.loads(ENVELOPE)["payload"]), STRANGER))["signatures"][0]
    data = base64.b64decode(json.loads(ENVELOPE)["payload"])
    both = (SIGNER.public, STRANGER.public)
    assert verify(envelope(data, [one, two]), trusted=both).round == 1
    for signatures in ([], [one, one], [one, {**two, "keyid": one["keyid"]}], [one, {**two, "sig": "AAAA"}], [two, 1]):
        with pytest.raises(NotVerified):
            verify(envelope(data, signatures), trusted=both)
    with pytest.raises(NotVerified, match="not trusted"):
        verify(envelope(data, [one, two]))


def put(body: object, path: tuple, value: object) -> object:
    """A copy of JSON with one place changed; ``...`` takes the place away."""
    if not path:
        return value
    copy = body.copy()
    if value is ... and len(path) == 1:
        del copy[path[0]]
    elif len(path) == 1:
        copy[path[0]] = value
    else:
        copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


def places(body: object, path: tuple = ()) -> list[tuple]:
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def still_sound(path: tuple, body: dict) -> bool:
    """True if a change was made in the list of tools or of checks, whose names are open, and left what may stand."""
    if path[:2] == ("predicate", "tools") and "tools" in body["predicate"]:
        held, allowed = body["predicate"]["tools"], None
    elif path[:3] == ("predicate", "evaluation", "checks") and "checks" in body["predicate"]["evaluation"]:
        held, allowed = body["predicate"]["evaluation"]["checks"], {"pass", "fail", "error", "skipped"}
    else:
        return False
    return isinstance(held, dict) and all(isinstance(x, str) and (not allowed or x in allowed) for x in held.values())


def test_even_a_well_signed_statement_must_have_the_exact_form() -> None:
    """The key signs anything here: what is tested is that the reader accepts nothing unexpected."""
    tried = 0
    for path in places(payload()):
        for value in (..., None, [], {}, {"x": 1}, True, -1, [1], ["x"], [{}]):
            if value is ... and not path:
                continue
            other = put(payload(), path, value)
            if other == payload() or still_sound(path, other):
                continue
            tried += 1
            with pytest.raises(NotVerified):
                verify(signed(other))
    assert tried > 400


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("_type",), "https://in-toto.io/Statement/v2"),
        (("predicateType",), PREDICATE_TYPE.replace("approval", "exception")),
        (("predicate", "decision"), "EXCEPTION"),
        (("predicate", "decision"), "approved"),
        (("predicate", "votes"), []),
        (("predicate", "votes"), payload()["predicate"]["votes"] * 2),
        (("subject",), payload()["subject"][:5]),
        (("subject",), [*payload()["subject"], payload()["subject"][0]]),
        (("subject",), [*payload()["subject"], {"name": "more", "digest": {"sha256": "0" * 64}}]),
        (("subject", 0, "digest", "sha256"), "A" * 64),
        (("subject", 0, "digest", "sha256"), "0" * 63),
        (("subject", 0, "digest", "sha512"), "0" * 128),
        (("predicate", "exp"), ISSUED),
        (("predicate", "round"), "1"),
        (("predicate", "override"), {}),
        (("predicate", "tier"), "medium"),
        (("predicate", "tier"), "high"),
        (("predicate", "tier"), "LOW"),
        (("predicate", "evaluation"), {"performance": "pass"}),
        (("predicate", "evaluation", "checks"), {"performance": True}),
        (("predicate", "evaluation", "checks"), {"performance": "computed"}),
        (("predicate", "evaluation", "lock"), "0" * 64),
        (("predicate", "evaluation", "seed"), -1),
        (("predicate", "more"), 1),
    ],
)
def test_statements_that_are_not_an_approval(path: tuple, value: object) -> None:
    with pytest.raises(NotVerified):
        verify(signed(put(payload(), path, value)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf" + ENVELOPE,
        ENVELOPE.decode().encode("utf-16"),
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b" " * (1 << 20) + ENVELOPE,
        ENVELOPE + ENVELOPE,
        ENVELOPE.replace(b'{"payload"', b'{"payload":"","payload"'),
        ENVELOPE[:-1] + b',"x":1}',
        ENVELOPE.replace(PAYLOAD_TYPE.encode(), b"application/json"),
        json.dumps({**json.loads(ENVELOPE), "payload": "\ud800"}).encode(),
        json.dumps({**json.loads(ENVELOPE), "payload": 1}).encode(),
    ],
)
def test_files_that_are_not_an_envelope(data: bytes) -> None:
    with pytest.raises(NotVerified) as refusal:
        verify(data)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "text", ['{"a":NaN}', '{"a":Infinity}', '{"a":1.5}', '{"a":1e2}', '{"a":' + "9" * 5000 + "}", '{"a":1,"a":1}', ""]
)
def test_signed_json_of_a_forbidden_form(text: str) -> None:
    with pytest.raises(NotVerified):
        verify(signed(text.encode()))


def test_another_payload_type_under_the_signature() -> None:
    with pytest.raises(NotVerified, match="payload type"):
        verify(signed(payload(), kind="application/json"))


@pytest.mark.parametrize("character", ["\n", " ", "="])
def test_another_spelling_of_the_same_base64_is_refused(character: str) -> None:
    fields = json.loads(ENVELOPE)
    for key in ("payload", "sig"):
        holder = fields if key == "payload" else fields["signatures"][0]
        other = json.loads(ENVELOPE)
        place = other if key == "payload" else other["signatures"][0]
        place[key] = holder[key] + character
        with pytest.raises(NotVerified, match="base64"):
            verify(json.dumps(other).encode())


def test_twenty_thousand_mutations_and_none_with_another_meaning() -> None:
    found = tally(ENVELOPE, TRUSTED, now=ISSUED + DAY, count=20_000, seed=4)
    assert found.wrong == []
    assert set(found.tried.values()) == {4000}
    assert found.accepted < 100


def test_the_count_would_notice_a_believer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.approval.mutations.verify_envelope", lambda *_, **__: "anything")
    assert len(tally(ENVELOPE, TRUSTED, now=ISSUED + DAY, count=50, seed=4).wrong) > 40


def test_every_changed_bit_of_payload_and_signature_is_refused() -> None:
    fields = json.loads(ENVELOPE)
    data, signature = base64.b64decode(fields["payload"]), base64.b64decode(fields["signatures"][0]["sig"])
    for at in range(0, len(data), 3):
        other = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
        with pytest.raises(NotVerified):
            verify(envelope(other, fields["signatures"]))
    for at in range(8 * len(signature)):
        other = bytearray(signature)
        other[at // 8] ^= 1 << at % 8
        item = {"keyid": key_id(SIGNER.public), "sig": base64.b64encode(other).decode()}
        with pytest.raises(NotVerified):
            verify(envelope(data, [item]))


def test_a_statement_about_another_model_is_another_statement() -> None:
    other = replace(statement_of(CASE), registry={**statement_of(CASE).registry, "version": "4"})
    assert verify(sign_statement(other, SIGNER)) != verify(ENVELOPE)


@given(policy=st.text(), name=st.text(), round_number=st.integers(0, 10**9))
def test_what_is_signed_is_what_is_read(policy: str, name: str, round_number: int) -> None:
    known = statement_of(CASE)
    texts = {key: unicodedata.normalize("NFC", value) for key, value in {"model": name, "source": policy}.items()}
    statement = replace(
        known,
        policy=texts["source"],
        round=round_number,
        registry={**known.registry, **texts},
        tools={"a": texts["model"]},
    )
    assert verify(sign_statement(statement, SIGNER)) == statement


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_a_sentence(data: bytes) -> None:
    for other in (data, signed(data), envelope(data, json.loads(ENVELOPE)["signatures"])):
        with pytest.raises(NotVerified):
            verify(other)


def test_the_folder_of_a_model_has_the_digest_of_the_subject(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}")
    assert model_digest(tmp_path) == model_digest(str(tmp_path)) == tree_digest(tmp_path)
    (tmp_path / "link").symlink_to("MLmodel")
    with pytest.raises(InputError):
        model_digest(tmp_path)
