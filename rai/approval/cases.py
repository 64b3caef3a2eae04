"""A case: where one version stands in its present round, derived from the ledger and stored nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rai.approval.chain import Checkpoint
from rai.approval.events import Evaluated, RegistryIdentity, seconds
from rai.approval.persons import same_person
from rai.approval.quota import missing_votes
from rai.approval.states import IN_FORCE, MEANING, State
from rai.card import HolderSignature, SignOff, Waiver
from rai.people import Person
from rai.policy import Terms
from rai.versions import ModelVersionRef


@dataclass(frozen=True)
class Case:
    """One version in its present round.

    Attributes
    ----------
    round
        Counted from 1; a new submission opens a new one and no vote is carried over.
    contributors
        Everyone who had a hand in the version, the submitter included; grows from round to round.
    editors
        Who wrote in the card's narrative; they count as contributors.
    review_id, policy
        The review that was sealed and the policy that judged it; empty while in draft.
    terms, evaluation
        What that policy asks of an approval, and what the evidence came to; ``None`` before the review.
    sealed
        Digests sealed so far: at submission at least ``model``, with the review all but ``card``, with the decision
        all six.
    waivers
        Findings waived in this round, on the review as it is.
    sign_offs
        Decisions of this round that count; approvals on other bytes than the newest one are in ``voided``.
    overrides
        Signatures for an exception on these bytes, one a holder.
    decision, decided, tools
        Row of the decision in force in the ledger, its time (ISO 8601), and versions of the program then.
    envelope
        SHA-256 of the published attestation; empty before.
    alias
        The alias it was promoted to; empty before.
    reason
        Why it is in this state, where that needs words.
    """

    ref: ModelVersionRef
    registry: RegistryIdentity
    round: int
    state: State
    submitter: Person
    contributors: tuple[Person, ...]
    sealed: Mapping[str, str]
    opened: str
    editors: tuple[Person, ...] = ()
    review_id: str = ""
    policy: str = ""
    terms: Terms = field(default_factory=Terms)
    evaluation: Evaluated | None = None
    waivers: tuple[Waiver, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    voided: tuple[SignOff, ...] = ()
    overrides: tuple[HolderSignature, ...] = ()
    decision: Checkpoint | None = None
    decided: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    envelope: str = ""
    alias: str = ""
    reason: str = ""

    @property
    def approvals(self) -> tuple[SignOff, ...]:
        """Approvals that count, of different people on the same bytes."""
        return tuple(item for item in self.sign_offs if item.decision == "approve")

    @property
    def approval(self) -> SignOff | None:
        """The approval that decided; ``None`` while some are missing, and for an exception."""
        return self.approvals[-1] if self.decision and self.approvals and not self.exception else None

    @property
    def exception(self) -> tuple[HolderSignature, ...]:
        """The two signatures that made an exception; empty for anything else."""
        if self.decision is None or not self.overrides:
            return ()
        last = self.overrides[-1]
        return tuple(item for item in self.overrides if same_words(item, last))

    @property
    def bound(self) -> Mapping[str, str]:
        """Digests of what was approved or excepted; empty before."""
        return self.sealed if self.decision else {}

    @property
    def in_force(self) -> bool:
        """True if it is approved or excepted and nothing has ended that."""
        return self.state in IN_FORCE and self.decision is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """Whose approvals are still missing, a phrase each."""
        return missing_votes(self.terms, self.approvals)

    @property
    def needs(self) -> str:
        """What it takes until it is approved, in a sentence; empty once it is decided."""
        if self.state != "in_review":
            return ""
        return f"Tier {self.terms.tier}: it still takes the approval of {' and '.join(self.missing)}."

    @property
    def ends(self) -> int:
        """When the decision ends, in seconds since 1970: with its lifetime, or with the first waiver it rests on."""
        if self.exception:
            return seconds(self.exception[-1].until)
        lifetime = seconds(self.decided) + self.terms.lifetime_days * 24 * 3600 if self.decided else 0
        return min([lifetime, *(seconds(item.until) for item in self.waivers)])

    @property
    def sentence(self) -> str:
        """Where it stands, for people."""
        words = f"{self.ref.uri} {MEANING[self.state]}."
        return f"{words} {self.reason}".strip()

    def touched_by(self, person: Person) -> bool:
        """True if the person had a hand in the version; names are never compared."""
        return any(same_person(person, other) for other in (self.submitter, *self.contributors, *self.editors))

    def decided_by(self, person: Person) -> bool:
        """True if the person has a decision in this round that counts."""
        return any(same_person(person, item.person) for item in self.sign_offs)


def same_words(one: HolderSignature, other: HolderSignature) -> bool:
    """True if both signed the same exception: reason, ticket, end and bytes."""
    return (one.reason, one.ticket, one.until, one.digests) == (other.reason, other.ticket, other.until, other.digests)
