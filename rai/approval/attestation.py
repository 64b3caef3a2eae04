"""Writes the attestation of an approval: a signed statement that a pipeline can check without this program."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from rai.approval.cases import Case
from rai.approval.events import seconds
from rai.approval.keys import Signer
from rai.approval.verify import PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE, Statement, Vote, pre_authentication
from rai.card import SignOff
from rai.digests import canonical_json, sha256
from rai.errors import Refused

#: Seconds an approval lasts.
LIFETIME = 30 * 24 * 3600

#: Name of the file beside the model.
FILE_NAME = "attestation.dsse.json"


def expires(case: Case) -> int:
    """Return when the approval of a case ends, in seconds since 1970.

    Raises
    ------
    Refused
        If it is not approved.
    """
    return seconds(_approval(case).time) + LIFETIME


def statement_of(case: Case) -> Statement:
    """Return what an attestation of this case says; made from its ledger rows only, so it is the same each time.

    Raises
    ------
    Refused
        If it is not approved.
    """
    approval = _approval(case)
    assert case.decision is not None
    votes = tuple(_vote(item) for item in case.sign_offs if item.decision == "approve")
    return Statement(
        subjects=dict(approval.digests),
        decision="APPROVED",
        registry={"model": case.ref.name, "version": case.ref.version, **case.registry.model_dump()},
        round=case.round,
        policy=case.policy,
        votes=votes,
        issued=seconds(approval.time),
        expires=expires(case),
        seq=case.decision.seq,
        head=case.decision.head,
        tools=dict(case.tools),
    )


def attest(case: Case, signer: Signer) -> bytes:
    """Sign the approval of a case and return the envelope; the same case and key always give the same bytes.

    Raises
    ------
    Refused
        If it is not approved.
    """
    return sign_statement(statement_of(case), signer)


def sign_statement(statement: Statement, signer: Signer) -> bytes:
    """Put a statement into a DSSE envelope with one signature."""
    payload = canonical_json(_in_toto(statement))
    signature = signer.sign(pre_authentication(payload))
    return canonical_json(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": signer.keyid, "sig": base64.b64encode(signature).decode()}],
        }
    )


def _approval(case: Case) -> SignOff:
    if case.state != "approved" or case.approval is None:
        raise Refused(f"There is nothing to attest. {case.sentence}")
    return case.approval


def _vote(item: SignOff) -> Vote:
    person = item.person
    return Vote(person.issuer, person.subject, item.role, item.time, sha256(item.rationale.encode()))


def _in_toto(statement: Statement) -> Mapping[str, object]:
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": value}} for name, value in statement.subjects.items()],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "decision": statement.decision,
            "registry": statement.registry,
            "round": statement.round,
            "policy": statement.policy,
            "votes": [_in_toto_vote(vote) for vote in statement.votes],
            "iat": statement.issued,
            "exp": statement.expires,
            "ledger": {"seq": statement.seq, "head": statement.head},
            "tools": statement.tools,
        },
    }


def _in_toto_vote(vote: Vote) -> Mapping[str, object]:
    person = {"iss": vote.issuer, "sub": vote.subject}
    return {"person": person, "group": vote.group, "time": vote.time, "comment_sha256": vote.comment_sha256}
