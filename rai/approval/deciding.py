"""What a waiver, a vote and a signature for an exception make of a case: who counts, what is void, what is decided."""

from __future__ import annotations

from dataclasses import replace

from rai.approval.cases import Case, same_words
from rai.approval.chain import Checkpoint
from rai.approval.events import Overridden, SignedOff, Waived
from rai.approval.persons import same_person
from rai.approval.quota import group_of, missing_votes
from rai.approval.states import State
from rai.card import HolderSignature, SignOff, Waiver


def decided(case: Case, event: Waived | SignedOff | Overridden, row: Checkpoint, state: State) -> Case:
    """Apply a decision that the rules allow.

    Parameters
    ----------
    row
        The decision's own row.
    state
        Where it leads, once enough people have taken it.
    """
    match event:
        case Waived():
            return _waived(case, event)
        case SignedOff(decision="approve"):
            return _approved(case, event, row, state)
        case SignedOff():
            reason = f"{event.actor.name}: {event.rationale}"
            return replace(case, state=state, sign_offs=(*case.sign_offs, _sign_off(event)), reason=reason)
        case Overridden():
            return _overridden(case, event, row, state)


def without_votes(case: Case) -> Case:
    """Void every vote and signature: what they were given on has other bytes now."""
    return replace(case, sign_offs=(), overrides=(), voided=(*case.voided, *case.sign_offs))


def _waived(case: Case, event: Waived) -> Case:
    waiver = Waiver(
        finding=event.finding, rule=event.rule, sentence=event.sentence, verdict=event.verdict, reason=event.reason,
        owner=event.owner, until=event.until, person=event.actor, time=event.time,
    )  # fmt: skip
    others = tuple(item for item in case.waivers if item.finding != event.finding)
    # The waiver is printed on the card, so the card that was voted on is another one now.
    return replace(without_votes(case), waivers=(*others, waiver))


def _approved(case: Case, event: SignedOff, row: Checkpoint, state: State) -> Case:
    same = tuple(item for item in case.sign_offs if item.digests == event.digests)
    others = tuple(item for item in case.sign_offs if item.digests != event.digests)
    voted = replace(case, sign_offs=(*same, _sign_off(event)), voided=(*case.voided, *others))
    if missing_votes(case.terms, voted.approvals):
        return voted
    return replace(
        voted, state=state, sealed=event.digests, decision=row, decided=event.time, tools=event.tools, overrides=(),
        reason="",
    )  # fmt: skip


def _sign_off(event: SignedOff) -> SignOff:
    return SignOff(
        person=event.actor, role=group_of(event.actor), decision=event.decision, rationale=event.rationale,
        time=event.time, digests=event.digests,
    )  # fmt: skip


def _overridden(case: Case, event: Overridden, row: Checkpoint, state: State) -> Case:
    signature = HolderSignature(
        person=event.actor, reason=event.reason, ticket=event.ticket, until=event.until, time=event.time,
        digests=event.digests,
    )  # fmt: skip
    # A holder who signs again changed their mind about the words: the newest signature counts.
    others = tuple(item for item in case.overrides if not same_person(item.person, event.actor))
    signed = replace(case, overrides=(*others, signature))
    if not any(same_words(item, signature) for item in others):
        return signed
    return replace(
        signed, state=state, sealed=event.digests, decision=row, decided=event.time, tools=event.tools, reason=""
    )
