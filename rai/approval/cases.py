"""A case: where one version stands in its present round, derived from the ledger and stored nowhere else."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from rai.approval.chain import Checkpoint
from rai.approval.events import RegistryIdentity
from rai.approval.states import MEANING, State
from rai.card import SignOff
from rai.people import Person
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
    sealed
        Digests sealed so far: at submission at least ``model``, with the review all but ``card``, with the approval
        all six.
    sign_offs
        Decisions of this round.
    decision
        Row of the approval in the ledger.
    approved_at, tools
        Time of the approval (ISO 8601) and versions of the program then.
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
    sign_offs: tuple[SignOff, ...] = ()
    decision: Checkpoint | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    envelope: str = ""
    alias: str = ""
    reason: str = ""

    @property
    def approval(self) -> SignOff | None:
        """The approving sign-off of this round."""
        return next((item for item in self.sign_offs if item.decision == "approve"), None)

    @property
    def sentence(self) -> str:
        """Where it stands, for people."""
        words = f"{self.ref.uri} {MEANING[self.state]}."
        return f"{words} {self.reason}".strip()

    def touched_by(self, person: Person) -> bool:
        """True if the person had a hand in the version; names are never compared."""
        return any(same_person(person, other) for other in (self.submitter, *self.contributors, *self.editors))


def same_person(one: Person, other: Person) -> bool:
    """True if issuer and subject are the same, however their letters are composed (Unicode NFC)."""
    return _composed(one) == _composed(other)


def _composed(person: Person) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", part) for part in person.key)
