"""Reads verified bytes as a statement: nothing but the complete, known form, and what its kind of decision needs."""

from __future__ import annotations

from rai.approval.verifying.statement import (
    EVALUATION_FIELDS,
    INDEPENDENT,
    LONGEST_EXCEPTION,
    PERSONS,
    PREDICATE_FIELDS,
    PREDICATE_TYPES,
    REGISTRY_FIELDS,
    RESULTS,
    SHORTEST_REASON,
    STATEMENT_TYPE,
    SUBJECTS,
    Evaluation,
    Override,
    Statement,
    Vote,
)
from rai.approval.verifying.strict import an_object, digest, items, number, read_json, refuse, text, texts


def read_statement(payload: bytes) -> Statement:
    """Read verified bytes; nothing but a complete statement of the known form is accepted.

    Raises
    ------
    NotVerified
        With what is wrong.
    """
    fields = an_object(read_json(payload), ("_type", "subject", "predicateType", "predicate"), "the statement")
    predicate = an_object(fields["predicate"], PREDICATE_FIELDS, "the predicate")
    decision = text(predicate["decision"], "decision")
    if fields["_type"] != STATEMENT_TYPE or fields["predicateType"] not in PREDICATE_TYPES.values():
        refuse("it is a statement of another kind")
    if PREDICATE_TYPES.get(decision) != fields["predicateType"]:
        refuse("its decision is not the one its type stands for")
    ledger = an_object(predicate["ledger"], ("seq", "head"), "ledger")
    return _sound(
        Statement(
            subjects=_subjects(fields["subject"]),
            decision=decision,
            registry=texts(an_object(predicate["registry"], REGISTRY_FIELDS, "registry"), "registry"),
            round=number(predicate["round"], "round"),
            tier=text(predicate["tier"], "tier"),
            policy=text(predicate["policy"], "policy"),
            votes=tuple(_vote(item) for item in items(predicate["votes"], "votes")),
            override=_override(predicate["override"]),
            evaluation=_evaluation(predicate["evaluation"]),
            issued=number(predicate["iat"], "iat"),
            expires=number(predicate["exp"], "exp"),
            seq=number(ledger["seq"], "seq"),
            head=digest(ledger["head"], "head"),
            tools=texts(an_object(predicate["tools"], None, "tools"), "tools"),
        )
    )


def _sound(statement: Statement) -> Statement:
    """Return a statement that holds what its kind of decision needs."""
    if statement.expires <= statement.issued:
        refuse("it expires before it was issued")
    if statement.tier not in PERSONS:
        refuse(f"its tier is none of {', '.join(PERSONS)}")
    if len({(vote.issuer, vote.subject) for vote in statement.votes}) != len(statement.votes):
        refuse("it counts one person twice")
    if statement.evaluation.lock != statement.subjects["environment"]:
        refuse("its evidence was made in another environment than the one it names")
    if statement.decision == "EXCEPTION":
        _need_override(statement)
    else:
        _need_votes(statement)
    return statement


def _need_votes(statement: Statement) -> None:
    if statement.override is not None:
        refuse("it is an approval and names an override")
    if len(statement.votes) < PERSONS[statement.tier]:
        refuse(f"its tier {statement.tier} needs {PERSONS[statement.tier]} persons")
    if statement.tier == "high" and all(vote.group != INDEPENDENT for vote in statement.votes):
        refuse("its tier high needs an independent person")


def _need_override(statement: Statement) -> None:
    override = statement.override
    if override is None or len(set(override.holders)) != 2 or len(override.holders) != 2:
        refuse("it is an exception without two different persons who made it")
    if len(override.reason) < SHORTEST_REASON or not override.ticket:
        refuse("it is an exception without a full reason and a ticket")
    if override.expires != statement.expires or statement.expires - statement.issued > LONGEST_EXCEPTION:
        refuse("it is an exception for longer than 14 days")


def _subjects(value: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items(value, "subject"):
        fields = an_object(item, ("name", "digest"), "a subject")
        name = text(fields["name"], "the name of a subject")
        if name in found:
            refuse(f"it names the subject {name!r} twice")
        found[name] = digest(an_object(fields["digest"], ("sha256",), name)["sha256"], name)
    if set(found) != set(SUBJECTS):
        refuse(f"it must name exactly these subjects: {', '.join(SUBJECTS)}")
    return found


def _evaluation(value: object) -> Evaluation:
    fields = an_object(value, EVALUATION_FIELDS, "evaluation")
    checks = texts(an_object(fields["checks"], None, "checks"), "checks")
    if unknown := sorted(set(checks.values()) - set(RESULTS)):
        refuse(f"it names a result {unknown[0]!r}, which is none of {', '.join(RESULTS)}")
    return Evaluation(
        checks=checks,
        sandbox=text(fields["sandbox"], "sandbox"),
        lock=digest(fields["lock"], "lock"),
        seed=number(fields["seed"], "seed"),
    )


def _vote(item: object) -> Vote:
    fields = an_object(item, ("person", "group", "time", "comment_sha256"), "a vote")
    issuer, subject = _person(fields["person"])
    return Vote(
        issuer=issuer,
        subject=subject,
        group=text(fields["group"], "group"),
        time=text(fields["time"], "time"),
        comment_sha256=digest(fields["comment_sha256"], "comment_sha256"),
    )


def _person(value: object) -> tuple[str, str]:
    fields = an_object(value, ("iss", "sub"), "a person")
    return text(fields["iss"], "iss"), text(fields["sub"], "sub")


def _override(value: object) -> Override | None:
    if value is None:
        return None
    fields = an_object(value, ("holders", "reason", "ticket", "exp"), "override")
    return Override(
        holders=tuple(_person(item) for item in items(fields["holders"], "holders")),
        reason=text(fields["reason"], "reason"),
        ticket=text(fields["ticket"], "ticket"),
        expires=number(fields["exp"], "exp"),
    )
