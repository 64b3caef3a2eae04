"""Writes the attestation of a decision: a signed statement that a pipeline can check without this program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from rai.approval.cases import Case
from rai.approval.chain import Checkpoint
from rai.approval.events import seconds
from rai.approval.keys import Signer
from rai.approval.sealing import seal
from rai.approval.verify import (
    PREDICATE_TYPES,
    STATEMENT_TYPE,
    Evaluation,
    Override,
    Statement,
    Vote,
)
from rai.card import SignOff
from rai.digests import canonical_json, sha256
from rai.errors import Refused

#: Name of the file beside the model.
FILE_NAME = "attestation.dsse.json"

#: Names of the files beside it whose SHA-256 are the subjects card, review, environment and policy.
CARD_FILE, REVIEW_FILE, ENVIRONMENT_FILE, POLICY_FILE = (
    "card.content.json",
    "review.json",
    "environment.json",
    "policy.toml",
)


def expires(case: Case) -> int:
    """Return when the decision in force ends, in seconds since 1970.

    Raises
    ------
    Refused
        If it is neither approved nor excepted.
    """
    _decided(case)
    return case.ends


def statement_of(case: Case) -> Statement:
    """Return what an attestation of this case says; made from its ledger rows only, so it is the same each time.

    Raises
    ------
    Refused
        If it is neither approved nor excepted.
    """
    decision = _decided(case)
    override = _override(case)
    return Statement(
        subjects=dict(case.bound),
        decision="EXCEPTION" if override else "APPROVED",
        registry={"model": case.ref.name, "version": case.ref.version, **case.registry.model_dump()},
        round=case.round,
        tier=case.terms.tier,
        policy=case.policy,
        votes=tuple(_vote(item) for item in case.approvals),
        override=override,
        evaluation=_evaluation(case),
        issued=seconds(case.decided),
        expires=case.ends,
        seq=decision.seq,
        head=decision.head,
        tools=dict(case.tools),
    )


def attest(case: Case, signer: Signer) -> bytes:
    """Sign the decision on a case and return the envelope; the same case and key always give the same bytes.

    Raises
    ------
    Refused
        If it is neither approved nor excepted.
    """
    return sign_statement(statement_of(case), signer)


def sign_statement(statement: Statement, signer: Signer) -> bytes:
    """Put a statement into a DSSE envelope with one signature."""
    return seal(canonical_json(_in_toto(statement)), signer)


def _decided(case: Case) -> Checkpoint:
    if not case.in_force or case.decision is None:
        raise Refused(f"There is nothing to attest. {case.sentence}")
    return case.decision


def _evaluation(case: Case) -> Evaluation:
    found = case.evaluation
    # Nothing is decided before a complete review.
    assert found is not None
    return Evaluation(checks=dict(found.checks), sandbox=found.sandbox, lock=case.bound["environment"], seed=found.seed)


def _override(case: Case) -> Override | None:
    if not case.exception:
        return None
    last = case.exception[-1]
    return Override(
        holders=tuple(item.person.key for item in case.exception),
        reason=last.reason,
        ticket=last.ticket,
        expires=case.ends,
    )


def _vote(item: SignOff) -> Vote:
    person = item.person
    return Vote(person.issuer, person.subject, item.role, item.time, sha256(item.rationale.encode()))


def _in_toto(statement: Statement) -> Mapping[str, object]:
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": value}} for name, value in statement.subjects.items()],
        "predicateType": PREDICATE_TYPES[statement.decision],
        "predicate": {
            "decision": statement.decision,
            "registry": statement.registry,
            "round": statement.round,
            "tier": statement.tier,
            "policy": statement.policy,
            "votes": [_in_toto_vote(vote) for vote in statement.votes],
            "override": _in_toto_override(statement.override),
            "evaluation": asdict(statement.evaluation),
            "iat": statement.issued,
            "exp": statement.expires,
            "ledger": {"seq": statement.seq, "head": statement.head},
            "tools": statement.tools,
        },
    }


def _in_toto_vote(vote: Vote) -> Mapping[str, object]:
    person = {"iss": vote.issuer, "sub": vote.subject}
    return {"person": person, "group": vote.group, "time": vote.time, "comment_sha256": vote.comment_sha256}


def _in_toto_override(override: Override | None) -> Mapping[str, object] | None:
    if override is None:
        return None
    holders = [{"iss": issuer, "sub": subject} for issuer, subject in override.holders]
    return {"holders": holders, "reason": override.reason, "ticket": override.ticket, "exp": override.expires}
