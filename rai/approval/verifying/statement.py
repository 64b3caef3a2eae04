"""What an attestation says: an in-toto Statement v1 about six subjects, with who decided what, on which evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SUBJECTS = ("model", "dataset", "review", "card", "policy", "environment")
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://rai-review.example/rai-approval/v1"
EXCEPTION_TYPE = "https://rai-review.example/rai-exception/v1"

#: An exception has its own predicate type, so that who knows only approvals cannot take it for one.
PREDICATE_TYPES: Mapping[str, str] = {"APPROVED": PREDICATE_TYPE, "EXCEPTION": EXCEPTION_TYPE}
REGISTRY_FIELDS = ("instance", "model", "version", "model_id", "run_id", "created", "source")
PREDICATE_FIELDS = (
    "decision", "registry", "round", "tier", "policy", "votes", "override", "evaluation", "iat", "exp", "ledger",
    "tools",
)  # fmt: skip

#: What an analysis may have come to; only ``pass`` is a pass.
RESULTS = ("pass", "fail", "error", "skipped")
EVALUATION_FIELDS = ("checks", "sandbox", "lock", "seed")

#: Persons an approval needs at least, by tier.
PERSONS: Mapping[str, int] = {"low": 1, "medium": 2, "high": 2}
INDEPENDENT = "independent"
LONGEST_EXCEPTION = 14 * 24 * 3600
SHORTEST_REASON = 40


@dataclass(frozen=True)
class Vote:
    """One person's approval: who, in which group, when (ISO 8601), and the SHA-256 of the rationale."""

    issuer: str
    subject: str
    group: str
    time: str
    comment_sha256: str


@dataclass(frozen=True)
class Override:
    """An exception: the two persons (issuer, subject) who made it, why, its ticket, and its end in Unix seconds."""

    holders: tuple[tuple[str, str], ...]
    reason: str
    ticket: str
    expires: int


@dataclass(frozen=True)
class Evaluation:
    """What the evidence came to, and how it was made.

    Attributes
    ----------
    checks
        Result of each analysis by its key, one of ``RESULTS``: ``fail`` where a blocking rule about it did not pass,
        ``error`` where it was not carried out, ``skipped`` where it does not apply.
    sandbox
        How the model was shut in while it was asked.
    lock
        SHA-256 of the list of everything installed; the same as the subject ``environment``.
    seed
        Of every random choice.
    """

    checks: Mapping[str, str]
    sandbox: str
    lock: str
    seed: int


@dataclass(frozen=True)
class Statement:
    """What a verified attestation says.

    Attributes
    ----------
    subjects
        SHA-256 of each of the six things the approval binds.
    decision
        ``APPROVED`` or ``EXCEPTION``.
    registry
        Which version of which model in which registry; the keys are ``REGISTRY_FIELDS``.
    tier
        Risk tier: ``low``, ``medium`` or ``high``.
    policy
        Name of the policy; its digest is a subject.
    override
        Who made an exception and why; ``None`` for an approval.
    issued, expires
        Seconds since 1970, UTC.
    seq, head
        Number and hash of the decision's row in the ledger.
    tools
        Versions of what made the attestation.
    """

    subjects: Mapping[str, str]
    decision: str
    registry: Mapping[str, str]
    round: int
    tier: str
    policy: str
    votes: tuple[Vote, ...]
    override: Override | None
    evaluation: Evaluation
    issued: int
    expires: int
    seq: int
    head: str
    tools: Mapping[str, str]
