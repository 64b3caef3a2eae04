"""The model card: details, narrative with provenance, evidence, findings and sign-offs, built from stored records."""

from __future__ import annotations

from typing import Literal

from rai.digests import sha256
from rai.narrative import NarrativeField
from rai.narrative_fields import NARRATIVE
from rai.people import Person
from rai.policy import Finding, Tier, Verdict
from rai.review import Detail, Review
from rai.section import Section
from rai.stored import Stored

__all__ = [
    "NARRATIVE", "Decision", "EvidenceSection", "HolderSignature", "ModelCard", "NarrativeField", "SignOff", "Stand",
    "Waiver", "build_card",
]  # fmt: skip

Decision = Literal["approve", "request changes", "reject"]


class EvidenceSection(Stored):
    """An analysis in the card: its section, or why there is none.

    Attributes
    ----------
    status
        ``computed``, ``not_applicable`` or ``failed``.
    reason
        Why there is no section.
    """

    analysis: str
    title: str
    question: str
    status: str
    reason: str = ""
    section: Section | None = None


class SignOff(Stored):
    """A decision of one person on exactly these bytes.

    Attributes
    ----------
    role
        The group the vote counts for: ``reviewer`` or ``independent``.
    digests
        SHA-256 of model, dataset, review, card, policy and environment.
    """

    person: Person
    role: str
    decision: Decision
    rationale: str
    time: str
    digests: dict[str, str]


class Waiver(Stored):
    """A reviewer's word that one finding does not stand in the way for a time.

    Attributes
    ----------
    finding
        SHA-256 of exactly the finding that is waived; another value, bound or verdict is another finding.
    rule, sentence, verdict
        What that finding says.
    owner
        Who answers for it while the waiver lasts.
    until
        When it ends (ISO 8601 with offset).
    person, time
        Who waived it and when.
    """

    finding: str
    rule: str
    sentence: str
    verdict: Verdict
    reason: str
    owner: str
    until: str
    person: Person
    time: str


class HolderSignature(Stored):
    """One override holder's signature for an exception; it takes two with the same reason, ticket and end.

    Attributes
    ----------
    until
        When the exception ends (ISO 8601 with offset).
    """

    person: Person
    reason: str
    ticket: str
    until: str
    time: str
    digests: dict[str, str]


class Stand(Stored):
    """Where the decision stood when the card was written; said beside the card and not part of what is signed.

    Attributes
    ----------
    state
        State of the round, for example ``in_review``, ``approved`` or ``exception``.
    sentence
        The same in words.
    missing
        Whose approvals are still missing, a phrase each.
    exception
        The two signatures of an exception; empty for anything else.
    ledger_row, ledger_head
        Checkpoint: number and hash of the ledger row of the decision in force; 0 and empty without one.
    attestation
        SHA-256 of the signed attestation that says the same checkpoint; empty before it is signed.
    """

    state: str
    sentence: str
    tier: Tier
    missing: tuple[str, ...] = ()
    exception: tuple[HolderSignature, ...] = ()
    ledger_row: int = 0
    ledger_head: str = ""
    attestation: str = ""


class ModelCard(Stored):
    """The canonical card; every other form is rendered from it.

    Attributes
    ----------
    schema_version
        Of this record; docs/model-card.schema.json describes it.
    waivers
        Findings that do not keep the gate closed for a time, part of what is signed.
    sign_offs, stand
        Who decided and where that stands; they are about the card and therefore not part of what is signed.
    """

    schema_version: str = "2"
    model: str
    version: str
    review_id: str
    review_digest: str
    policy: str
    created: str
    details: tuple[Detail, ...]
    narrative: tuple[NarrativeField, ...]
    evidence: tuple[EvidenceSection, ...]
    findings: tuple[Finding, ...]
    digests: dict[str, str]
    waivers: tuple[Waiver, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    stand: Stand | None = None

    @property
    def content(self) -> bytes:
        """The card without its sign-offs and where they stand: what a sign-off binds."""
        return self.model_copy(update={"sign_offs": (), "stand": None}).to_bytes()

    @property
    def content_digest(self) -> str:
        """SHA-256 of :attr:`content`."""
        return sha256(self.content)

    @property
    def unwritten(self) -> tuple[NarrativeField, ...]:
        """Fields that the policy asks for and nobody has written; they keep the gate closed."""
        return tuple(field for field in self.narrative if field.required and not field.filled)


def build_card(
    review: Review,
    *,
    review_digest: str,
    evidence: tuple[EvidenceSection, ...],
    fields: tuple[NarrativeField, ...],
    policy: str,
) -> ModelCard:
    """Build the card of a review; the same records always give the same card.

    Parameters
    ----------
    review_digest
        SHA-256 of the review's bytes as they are kept; they are not written anew, because a later version of this
        program may write the same record otherwise.
    evidence
        One section an analysis, from the stored results.
    fields
        The narrative, see :func:`rai.narrative.narrative`.
    policy
        Title of the policy that judged it.
    """
    digests = review.digests
    return ModelCard(
        model=review.ref.name if review.ref else review.target,
        version=review.ref.version if review.ref else "",
        review_id=review.id,
        review_digest=review_digest,
        policy=policy,
        created=review.created,
        details=(*_details(review), *review.details),
        narrative=fields,
        evidence=evidence,
        findings=review.findings,
        digests={
            "model": digests.model,
            "dataset": digests.dataset,
            "review": review_digest,
            "policy": digests.policy,
            "environment": digests.environment,
        },
    )


def _details(review: Review) -> tuple[Detail, ...]:
    task, data, info = review.profile.task, review.profile.data, review.model
    facts = [
        Detail(name="Owner", value=review.profile.owner.name, source="profile"),
        Detail(name="Contact", value=review.profile.owner.contact, source="profile"),
        Detail(name="Task", value=f"{task.kind}: {task.target}", source="profile"),
        Detail(name="Sensitive features", value=", ".join(data.sensitive) or "none named", source="profile"),
        Detail(name="Evaluation data", value=f"{data.evaluation}, {review.rows:,} rows", source="review"),
        Detail(name="Reviewed", value=f"{review.created} by {review.by}", source="review"),
    ]
    if task.kind == "binary":
        words = f"{task.positive!r}; the {task.favourable} prediction is favourable for the person"
        facts.append(Detail(name="Positive label", value=words, source="profile"))
    if task.threshold is not None:
        facts.append(Detail(name="Decision threshold", value=f"{task.threshold:g}", source="profile"))
    if info:
        facts.append(Detail(name="Model", value=f"{info.estimator} ({info.flavour})", source="model"))
        facts.append(Detail(name="Inputs", value=", ".join(column.name for column in info.inputs), source="model"))
        facts.append(Detail(name="Isolation while reviewed", value=info.isolation, source="review"))
    return tuple(fact for fact in facts if fact.value)
