"""What a card says about its approval: only from its own decisions, findings and digests, and never more than those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rai.approval.points import open_points
from rai.card import HolderSignature, ModelCard, SignOff, Stand
from rai.policy import Verdict as Finding
from rai.theme import Tone
from reports.document import Verdict
from reports.moments import moment, seconds
from reports.waivers import waiver_lines, waiver_of

#: How each verdict of a finding looks.
TONES: dict[Finding, Tone] = {"pass": "pass", "fail": "fail", "not enough evidence": "unsure", "not evaluated": "none"}

#: What no card can know.
AFTERWARDS = (
    "A card says what was signed. Whether the approval still holds, or has expired or been revoked since, is answered "
    "by the command rai gate."
)


def verdict(card: ModelCard) -> Verdict:
    """Say whether the version is approved as far as the card can tell: that takes sign-offs on these very bytes."""
    points = open_points(card.findings, [field.heading for field in card.unwritten], waived_then(card))
    tone, word, sentence = _judged(card, points)
    return Verdict(tone, word, sentence, () if tone == "pass" else points, waiver_lines(card))


def waived_then(card: ModelCard) -> frozenset[str]:
    """Digests of the findings that were waived when somebody last decided something in this card."""
    exceptions = card.stand.exception if card.stand else ()
    times = [
        *(item.time for item in card.sign_offs), *(item.time for item in exceptions), *(w.time for w in card.waivers)
    ]  # fmt: skip
    last = max(map(seconds, times), default=0)
    found = ((item, waiver_of(card, item)) for item in card.findings)
    return frozenset(item.digest for item, waiver in found if waiver and last < seconds(waiver.until))


def _judged(card: ModelCard, points: Sequence[str]) -> tuple[Tone, str, str]:
    if card.stand is not None and card.stand.state == "exception":
        return _excepted(card, card.stand)
    if not card.sign_offs:
        return "none", "Not approved", "Nobody has decided on this version yet."
    last = card.sign_offs[-1]
    if last.decision == "reject":
        return "fail", "Rejected", f"Rejected {_by(last)}."
    if last.decision == "request changes":
        return "unsure", "Changes requested", f"Sent back for changes {_by(last)}."
    return _approved(card, points)


def _approved(card: ModelCard, points: Sequence[str]) -> tuple[Tone, str, str]:
    votes = [item for item in card.sign_offs if item.decision == "approve"]
    signed = " and ".join(_by(item) for item in votes)
    if other := list(dict.fromkeys(name for item in votes for name in differing(card, item.digests))):
        what = f"but what was signed is not what stands here: {', '.join(other)}"
        return "fail", "Not approved", f"It was approved {signed}, {what}."
    if points:
        return "fail", "Not approved", f"It was approved {signed} in spite of open points."
    if card.stand is not None and card.stand.state != "approved":
        lacking = f" Still missing: {', '.join(card.stand.missing)}." if card.stand.missing else ""
        return "none", "Not approved", f"It was approved {signed}. {_sentence(card.stand.sentence)}{lacking}"
    return "pass", "Approved", f"Approved {signed}, on exactly these bytes."


def _excepted(card: ModelCard, stand: Stand) -> tuple[Tone, str, str]:
    """Never an approval: two holders let the version be used for a time."""
    signed = stand.exception
    if len({item.person.key for item in signed}) < 2:
        return "fail", "Not approved", "It stands as an exception, which takes the signatures of two people."
    if other := list(dict.fromkeys(name for item in signed for name in differing(card, item.digests))):
        what = f"it was signed for other bytes than stand here: {', '.join(other)}"
        return "fail", "Not approved", f"It stands as an exception, but {what}."
    return "unsure", "Not approved, used by exception", _exception(signed)


def _exception(signed: Sequence[HolderSignature]) -> str:
    names, first = " and ".join(item.person.name for item in signed), signed[0]
    return f"{names} let it be used until {moment(first.until)}, ticket {first.ticket}: {_sentence(first.reason)}"


def _sentence(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def _by(item: SignOff) -> str:
    return f"by {item.person.name} ({item.role}) on {moment(item.time)}"


def subjects(card: ModelCard) -> dict[str, str]:
    """What a sign-off on this card binds: the digests it names and that of the card itself."""
    return {**card.digests, "card": card.content_digest}


def differing(card: ModelCard, signed: Mapping[str, str]) -> tuple[str, ...]:
    """Name what was signed with another digest than it has in this card, or was not signed at all."""
    return tuple(name for name, digest in subjects(card).items() if not digest or signed.get(name) != digest)
