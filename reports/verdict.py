"""What a card says about its approval: only from its own sign-offs, findings and digests, and never more than those."""

from __future__ import annotations

from rai.approval.rules import open_points
from rai.card import ModelCard, SignOff
from rai.policy import Verdict as Finding
from rai.theme import Tone
from reports.document import Verdict
from reports.moments import moment

#: How each verdict of a finding looks.
TONES: dict[Finding, Tone] = {"pass": "pass", "fail": "fail", "not enough evidence": "unsure", "not evaluated": "none"}

#: What no card can know.
AFTERWARDS = (
    "A card says what was signed. Whether the approval still holds, or has expired or been revoked since, is answered "
    "by the command rai gate."
)


def verdict(card: ModelCard) -> Verdict:
    """Say whether the version is approved as far as the card can tell: that takes a sign-off on these very bytes."""
    points = open_points(card.findings, [field.heading for field in card.unwritten])
    if not card.sign_offs:
        return Verdict("none", "Not approved", "Nobody has decided on this version yet.", points)
    last = card.sign_offs[-1]
    signed = f"by {last.person.name} ({last.role}) on {moment(last.time)}"
    if last.decision == "reject":
        return Verdict("fail", "Rejected", f"Rejected {signed}.", points)
    if last.decision == "request changes":
        return Verdict("unsure", "Changes requested", f"Sent back for changes {signed}.", points)
    if differing(card, last):
        names = ", ".join(differing(card, last))
        sentence = f"It was approved {signed}, but what was signed is not what stands here: {names}."
        return Verdict("fail", "Not approved", sentence, points)
    if points:
        return Verdict("fail", "Not approved", f"It was approved {signed} in spite of open points.", points)
    return Verdict("pass", "Approved", f"Approved {signed}, on exactly these bytes.")


def subjects(card: ModelCard) -> dict[str, str]:
    """What a sign-off on this card binds: the digests it names and that of the card itself."""
    return {**card.digests, "card": card.content_digest}


def differing(card: ModelCard, signed: SignOff) -> tuple[str, ...]:
    """Name what was signed with another digest than it has in this card, or was not signed at all."""
    return tuple(name for name, digest in subjects(card).items() if not digest or signed.digests.get(name) != digest)
