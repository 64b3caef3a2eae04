"""The ledger as people read it: one line an event, and the same lines for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from rai.approval.chain import LedgerRow
from rai.approval.events import (
    SYSTEM,
    AnyEvent,
    AttemptRefused,
    Ended,
    NarrativeEdited,
    Overridden,
    Promoted,
    Published,
    Reviewed,
    SignedOff,
    Stale,
    Submitted,
    Waived,
    action_of,
)
from rai.approval.verify import SUBJECTS
from rai.errors import Refused
from rai.people import Person

_DONE: Mapping[str, str] = {
    "submit": "submitted",
    "review": "reviewed",
    "edit": "card edited",
    "waive": "finding waived",
    "approve": "approved",
    "request changes": "changes requested",
    "reject": "rejected",
    "override": "exception signed",
    "publish": "published",
    "promote": "promoted",
    "mark stale": "found stale",
    "withdraw": "withdrawn",
    "expire": "expired",
    "revoke": "revoked",
    "supersede": "superseded",
}
#: What an event may be called, for filters.
KINDS: tuple[str, ...] = (*_DONE.values(), "attempt refused", "unreadable")

#: Within a text, after whatever parts cells or rows in some country's files: there an unseen letter is put.
_PARTED = re.compile(r"([;,\t\r\n\"'][\s\"']*)(?=[=+\-@|%＝＋－＠])")
#: Signs with which a spreadsheet begins a formula or a command (OWASP, CSV injection), narrow or wide.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Line:
    """One row of the ledger in words.

    Attributes
    ----------
    time
        ISO 8601 with offset.
    who, identity, roles
        Name, issuer and subject, and the roles held at that moment.
    kind
        One of :data:`KINDS`.
    said
        The rationale, the reason, or what was changed.
    digests
        ``name digest`` for each subject named, joined by a comma.
    row
        The row's own hash.
    """

    seq: int
    time: str
    model: str
    version: str
    round: int
    who: str
    identity: str
    roles: str
    kind: str
    said: str
    digests: str
    row: str


def lines(rows: Iterable[LedgerRow]) -> tuple[Line, ...]:
    """Put rows into words; a row that cannot be read is shown as such and never left out."""
    return tuple(_line(row) for row in rows)


def _line(row: LedgerRow) -> Line:
    model, version = row.about
    try:
        event, number = row.event, row.round
    except Refused as refusal:
        return Line(row.seq, "", model, version, 0, "", "", "", "unreadable", str(refusal), "", row.hash)
    return Line(
        seq=row.seq,
        time=event.time,
        model=model,
        version=version,
        round=number,
        who=event.actor.name,
        identity="|".join(event.actor.key),
        roles=_roles(event.actor),
        kind=kind_of(event),
        said=said(event),
        digests=", ".join(f"{name} {digest}" for name, digest in _digests(event).items()),
        row=row.hash,
    )


def _roles(actor: Person) -> str:
    return "program" if actor.key == SYSTEM.key else ", ".join(actor.roles) or "no role"


def kind_of(event: AnyEvent) -> str:
    """Return what an event is called."""
    return "attempt refused" if isinstance(event, AttemptRefused) else _DONE[action_of(event)]


def said(event: AnyEvent) -> str:
    """Return what the event itself says, in a phrase or a sentence; empty where its kind says it all."""
    match event:
        case SignedOff() | Waived() | Overridden():
            return _decided(event)
        case AttemptRefused():
            return f"Tried to {event.action}. {event.reason}"
        case Reviewed():
            return f"Review {event.review_id}, policy {event.policy}, tier {event.terms.tier}"
        case NarrativeEdited():
            return f"Field {event.field.replace('_', ' ')}"
        case Promoted():
            return f"Alias {event.alias}, asked for by {event.asked_by}"
        case Stale():
            return f"Changed: {', '.join(event.changed)}"
        case Ended():
            return event.reason
        case Submitted():
            others = ", ".join(person.name for person in event.contributors)
            return f"Contributors: {others}" if others else ""
        case Published():
            return "Card and attestation lie beside the model"


def _decided(event: SignedOff | Waived | Overridden) -> str:
    match event:
        case SignedOff():
            return event.rationale
        case Waived():
            return f"Finding {event.rule} ({event.verdict}) until {event.until}, owner {event.owner}: {event.reason}"
        case Overridden():
            return f"Until {event.until}, ticket {event.ticket}: {event.reason}"


def _digests(event: AnyEvent) -> Mapping[str, str]:
    match event:
        case Submitted() | Reviewed() | SignedOff() | Overridden():
            return {name: event.digests[name] for name in SUBJECTS if name in event.digests}
        case Stale():
            return {name: event.live[name] for name in event.changed if name in event.live}
        case NarrativeEdited():
            return {event.field: event.text_sha256}
        case Waived():
            return {"finding": event.finding}
        case Published():
            return {"attestation": event.envelope_sha256}
        case Promoted() | Ended() | AttemptRefused():
            return {}


def spreadsheet(found: Sequence[Line]) -> bytes:
    """Return lines as CSV (UTF-8 with its mark, RFC 4180).

    Text that a spreadsheet would take for a formula begins with an apostrophe, which it shows as text; where a part of
    it would be one if a separator or a new line parted it, an unseen letter (U+2060) stands before that part.
    """
    out = io.StringIO()
    # All in quotes: a semicolon parts cells in some countries, and what follows it would begin a cell.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    names = [field.name for field in fields(Line)]
    writer.writerow(names)
    writer.writerows([_cell(getattr(line, name)) for name in names] for line in found)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: str | int) -> str | int:
    # Leading spaces do not keep a spreadsheet from calculating.
    if not isinstance(value, str):
        return value
    value = _PARTED.sub("\\1\N{WORD JOINER}", value)
    return f"'{value}" if value.lstrip(" \u00a0\u3000").startswith(_FORMULA) else value
