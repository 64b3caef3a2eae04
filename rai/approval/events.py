"""What the ledger can say: one record for each kind of event, with who, what, when and its own details."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, TypeAdapter, field_validator

from rai.approval.states import Action
from rai.card import Decision
from rai.people import PROGRAM, Person
from rai.policy import Terms, Verdict
from rai.stored import Stored
from rai.versions import ModelVersionRef

#: The program itself, for events nobody decides: a review finished, a digest changed, files were written.
SYSTEM = Person(issuer=PROGRAM, subject="system", name="RAI Review")


def seconds(time: str) -> int:
    """Return an ISO 8601 time with offset as seconds since 1970, UTC."""
    return int(datetime.fromisoformat(time).timestamp())


def with_offset(time: str) -> str:
    """Return a time that says its offset.

    Raises
    ------
    ValueError
        If it is no time, or does not say which.
    """
    if datetime.fromisoformat(time).tzinfo is None:
        raise ValueError("give the time with its offset, for example 2026-05-04T09:30:00+00:00")
    return time


#: A time as the ledger keeps it: ISO 8601 with its offset.
Time = Annotated[str, AfterValidator(with_offset)]


def _without_password(address: str) -> str:
    password = urlsplit(address).password
    return address.replace(f":{password}@", "@") if password else address


class RegistryIdentity(Stored):
    """Which registered version is meant: names can be used again, so more than the name is bound.

    Attributes
    ----------
    instance
        Address of the registry; a password in it is left out.
    created
        When the version was registered, as the registry says it.
    model_id, run_id, source
        Logged model, run and artifact address, empty where the registry has none.
    """

    instance: str
    created: str
    model_id: str = ""
    run_id: str = ""
    source: str = ""

    @field_validator("*")
    @classmethod
    def _as_kept(cls, value: str) -> str:
        # The ledger keeps text composed (NFC); what is compared with it must be composed too.
        return unicodedata.normalize("NFC", _without_password(value))


class Event(Stored):
    """Base of every event.

    Attributes
    ----------
    model, version
        What it is about.
    actor
        Who did it, with the roles held at that moment.
    time
        ISO 8601 with offset. Order is the ledger's sequence, never the time.
    """

    model: str
    version: str
    actor: Person
    time: Time

    @property
    def ref(self) -> ModelVersionRef:
        """The version."""
        return ModelVersionRef(name=self.model, version=self.version)


class Submitted(Event):
    """A round was opened."""

    event: Literal["submitted"] = "submitted"
    registry: RegistryIdentity
    contributors: tuple[Person, ...] = ()
    digests: dict[str, str]


class Evaluated(Stored):
    """What the evidence came to, and how it was made.

    Attributes
    ----------
    checks
        Result of each analysis by its key: ``fail`` where a blocking rule about it did not pass, ``error`` where it
        was not carried out, ``skipped`` where it does not apply. Only ``pass`` is a pass.
    sandbox
        How the model was shut in while it was asked.
    seed
        Of every random choice.
    """

    checks: dict[str, Literal["pass", "fail", "error", "skipped"]]
    sandbox: str
    seed: int = Field(ge=0)


class Reviewed(Event):
    """A review is complete and its evidence sealed.

    Attributes
    ----------
    terms
        What the policy asks of an approval, as its file said when it judged.
    """

    event: Literal["reviewed"] = "reviewed"
    review_id: str
    policy: str
    terms: Terms
    evaluation: Evaluated
    digests: dict[str, str]


class NarrativeEdited(Event):
    """A person wrote a field of the card; ``text_sha256`` is the digest of the new text."""

    event: Literal["narrative_edited"] = "narrative_edited"
    field: str
    text_sha256: str


class SignedOff(Event):
    """A reviewer decided on exactly these bytes."""

    event: Literal["signed_off"] = "signed_off"
    decision: Decision
    rationale: str
    etag: str
    digests: dict[str, str]
    tools: dict[str, str]


class Waived(Event):
    """A reviewer waived one finding for a time; fields as in :class:`rai.card.Waiver`."""

    event: Literal["waived"] = "waived"
    finding: str
    rule: str
    sentence: str
    verdict: Verdict
    reason: str
    owner: str
    until: Time


class Overridden(Event):
    """An override holder signed for an exception on exactly these bytes; it takes two with the same words."""

    event: Literal["overridden"] = "overridden"
    reason: str
    ticket: str
    until: Time
    etag: str
    digests: dict[str, str]
    tools: dict[str, str]


class Published(Event):
    """Card and attestation lie beside the model; ``envelope_sha256`` is the attestation's digest."""

    event: Literal["published"] = "published"
    envelope_sha256: str


class Promoted(Event):
    """The alias was moved to this version."""

    event: Literal["promoted"] = "promoted"
    alias: str
    asked_by: str


class Stale(Event):
    """Sealed subjects have other bytes now."""

    event: Literal["stale"] = "stale"
    changed: tuple[str, ...]
    live: dict[str, str]


class Ended(Event):
    """A round ended without a new decision on it: withdrawn, expired, revoked or superseded."""

    event: Literal["withdrawn", "expired", "revoked", "superseded"]
    reason: str


class AttemptRefused(Event):
    """Somebody tried what is not allowed; it changes nothing."""

    event: Literal["attempt_refused"] = "attempt_refused"
    action: Action
    reason: str


AnyEvent = Annotated[
    Submitted
    | Reviewed
    | NarrativeEdited
    | Waived
    | SignedOff
    | Overridden
    | Published
    | Promoted
    | Stale
    | Ended
    | AttemptRefused,
    Field(discriminator="event"),
]
EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)

_ACTIONS: dict[str, Action] = {
    "submitted": "submit",
    "reviewed": "review",
    "narrative_edited": "edit",
    "waived": "waive",
    "overridden": "override",
    "published": "publish",
    "promoted": "promote",
    "stale": "mark stale",
    "withdrawn": "withdraw",
    "expired": "expire",
    "revoked": "revoke",
    "superseded": "supersede",
}


def action_of(event: AnyEvent) -> Action:
    """Return the action the event is the trace of."""
    if isinstance(event, SignedOff):
        return event.decision
    return event.action if isinstance(event, AttemptRefused) else _ACTIONS[event.event]


def intent_of(event: AnyEvent) -> tuple[str, ...]:
    """Return what was meant, without the moment: two clicks on one button have the same intent."""
    seen = event.etag if isinstance(event, SignedOff | Overridden) else ""
    return (action_of(event), event.model, event.version, *event.actor.key, seen)
