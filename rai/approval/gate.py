"""The gate: may this version be deployed? Open only if everything is known and everything says yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rai.approval.attestation import statement_of
from rai.approval.cases import Case
from rai.approval.chain import Checkpoint
from rai.approval.events import RegistryIdentity
from rai.approval.points import open_points, waived
from rai.approval.subjects import changed, missing
from rai.approval.verify import NotVerified, Statement, Trust, verify_envelope
from rai.policy import Finding


@dataclass(frozen=True)
class GateAnswer:
    """The answer.

    Attributes
    ----------
    reasons
        Why it is closed, a sentence each; empty if and only if it is open.
    """

    reasons: tuple[str, ...]

    @property
    def open(self) -> bool:
        """True if nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True)
class Facts:
    """What was found about a version just now; ``None`` means that it could not be found out, which closes the gate.

    Attributes
    ----------
    live
        The six digests; leave out what could not be computed.
    registry
        The version's identity in the registry.
    attestation
        What the signed file beside the model says, or why it cannot be believed; see :func:`read_attestation`.
    chain
        Problems of the ledger (:meth:`rai.approval.ledger.Ledger.check`); empty means intact.
    findings, unwritten
        Findings of the review, and headings of narrative fields nobody has written.
    now
        Seconds since 1970, UTC.
    """

    live: Mapping[str, str] | None
    registry: RegistryIdentity | None
    attestation: Statement | str | None
    chain: Sequence[str] | None
    findings: Sequence[Finding] | None
    unwritten: Sequence[str] | None
    now: int | None


def read_attestation(envelope: bytes | None, trusted: Trust | Sequence[bytes], *, now: int) -> Statement | str:
    """Read the attestation, or say why it cannot be believed.

    Parameters
    ----------
    envelope
        The file beside the model; ``None`` if there is none.
    """
    if envelope is None:
        return "There is no attestation beside the model."
    try:
        # Whether an exception opens the gate is for the policy to say, below.
        return verify_envelope(envelope, trusted, now=now, decisions=("APPROVED", "EXCEPTION"))
    except NotVerified as refusal:
        return str(refusal)


def checkpoint(attestation: Statement | str | None) -> tuple[Checkpoint, ...]:
    """Return the row of the ledger an attestation points to, for :meth:`rai.approval.ledger.Ledger.check`."""
    return (Checkpoint(attestation.seq, attestation.head),) if isinstance(attestation, Statement) else ()


def judge_gate(case: Case | None, facts: Facts) -> GateAnswer:
    """Judge a version; every doubt is a reason, and any reason closes the gate."""
    if case is None:
        return GateAnswer(("The version has not been submitted for review.",))
    return GateAnswer(
        (
            *standing_reasons(case, now=facts.now),
            *_chain(facts.chain),
            *_bytes(case, facts.live),
            *_registry(case, facts.registry),
            *_attestation(case, facts.attestation),
            *_points(case, facts),
        )
    )


def standing_reasons(case: Case, *, now: int | None) -> Iterable[str]:
    """Say why the decision itself does not open the gate: there is none, it is over, or it is an unwanted exception.

    Parameters
    ----------
    now
        Seconds since 1970, UTC; ``None`` if the time is not known.
    """
    if not case.in_force or (case.state == "approved") != (case.approval is not None):
        yield case.sentence
        return
    if case.state == "exception" and not case.terms.allow_exception:
        yield f"{case.sentence} The policy opens the gate for no exception."
    if now is None:
        yield "The time is not known, so nobody knows whether the decision still holds."
    elif now >= case.ends:
        yield "Its time is over. It needs a new decision."


def _chain(problems: Sequence[str] | None) -> Iterable[str]:
    return ("The ledger has not been checked.",) if problems is None else problems


def _bytes(case: Case, live: Mapping[str, str] | None) -> Iterable[str]:
    found = live or {}
    for name in missing(found):
        yield f"The digest of the {name} could not be computed."
    if not case.bound:
        yield "Nobody has approved these bytes."
        return
    for name in changed(case.bound, found):
        yield f"The {name} is not the one that was approved."


def _registry(case: Case, registry: RegistryIdentity | None) -> Iterable[str]:
    if registry is None:
        yield "The registry did not say which version this is."
    elif registry != case.registry:
        yield f"{case.ref.uri} is not the version that was submitted: the name was used again, or in another registry."


def _attestation(case: Case, attestation: Statement | str | None) -> Iterable[str]:
    if attestation is None:
        yield "The attestation has not been read."
    elif isinstance(attestation, str):
        yield attestation
    elif not case.in_force or attestation != statement_of(case):
        yield "The attestation beside the model is about another decision than the one in the ledger."


def _points(case: Case, facts: Facts) -> Iterable[str]:
    if facts.unwritten is None:
        yield "The model card could not be read."
    if case.state != "exception":  # made in spite of open points: that is what it is for
        yield from open_points(facts.findings or (), facts.unwritten or (), waived(case.waivers, at=facts.now))
