"""Writes the golden evidence of a release once: ``python -m tests.approval.make_golden 0.1``.

Every later release must come to the same verdicts on it. The key is a test key that nobody trusts.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rai.approval import desk
from rai.approval.attestation import attest
from rai.approval.events import seconds
from rai.approval.keys import Signer, trust_file
from rai.approval.status_list import make
from rai.approval.verify import Trust
from rai.digests import sha256, tree_digest
from rai.policy import Terms
from tests.approval.builders import (
    ADA,
    BOB,
    EVALUATED,
    HIGH,
    IDA,
    LOW,
    OLE,
    OMA,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    holder_signs,
    vote,
)
from tests.approval.evidence import FILES, POLICY

GOLDEN = Path(__file__).parent / "golden"
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
BESIDE = {
    "dataset.csv": b"age,income,label\n31,2400,1\n45,1900,0\n",
    "review.json": b'{"id":"r1","kind":"review"}',
    "card.content.json": b'{"kind":"card","model":"credit"}',
    "environment.json": b'{"python":"3.11"}',
}
SUBJECT_FILES = dict(zip(("dataset", "review", "card", "environment"), BESIDE, strict=True))
POLICIES = {
    "approval": POLICY.replace(b'"low"', b'"high"'),
    "exception": POLICY + b'allow_exception = true\nexception_stages = ["staging"]\n',
}


def main(release: str) -> None:
    """Write the folder of a release that has none."""
    folder = GOLDEN / release
    folder.mkdir(parents=True)
    for name, data in FILES.items():
        path = folder / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name, data in BESIDE.items():
        (folder / name).write_bytes(data)
    for kind, data in POLICIES.items():
        (folder / f"{kind}.policy.toml").write_bytes(data)
    (folder / "trust.json").write_bytes(trust_file(Trust.of([SIGNER.public])))
    _approval(folder)
    _exception(folder)


def _digests(folder: Path, kind: str) -> dict[str, str]:
    beside = {name: sha256(BESIDE[file]) for name, file in SUBJECT_FILES.items()}
    return {"model": tree_digest(folder / "model"), "policy": sha256(POLICIES[kind]), **beside}


def _opened(live: Mapping[str, str], terms: Terms) -> MemoryLedger:
    book = MemoryLedger()
    sealed = {name: digest for name, digest in live.items() if name != "card"}
    desk.open_round(
        book, REF, registry=REGISTRY, submitter=ADA, contributors=(), digests={"model": live["model"]}, time=TIME
    )
    desk.record_reviewed(
        book, REF, review_id="r1", policy="standard", terms=terms, evaluation=EVALUATED, digests=sealed, time=TIME
    )
    return book


def _approval(folder: Path) -> None:
    live = _digests(folder, "approval")
    book = _opened(live, HIGH)
    for person in (BOB, IDA):
        vote(book, by=person, live=live, seen=live)
    _write(folder, "approval", book)
    desk.revoke(book, REF, actor=BOB, reason="The data were wrong.", time="2026-05-04T11:00:00+00:00")
    (folder / "revoked.status.dsse.json").write_bytes(make(desk.cases(book), SIGNER, now=seconds(TIME) + 7200))


def _exception(folder: Path) -> None:
    live = _digests(folder, "exception")
    book = _opened(live, LOW.model_copy(update={"allow_exception": True}))
    for person in (OLE, OMA):
        holder_signs(book, by=person, live=live, seen=live)
    _write(folder, "exception", book)


def _write(folder: Path, kind: str, book: MemoryLedger) -> None:
    case = desk.case(book, REF)
    assert case is not None
    (folder / f"{kind}.dsse.json").write_bytes(attest(case, SIGNER))
    (folder / f"{kind}.status.dsse.json").write_bytes(make(desk.cases(book), SIGNER, now=seconds(TIME) + 60))


if __name__ == "__main__":
    main(sys.argv[1])
