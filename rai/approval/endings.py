"""How a decision ends: something changed, its time is over, it is taken back, or a newer version takes its place."""

from __future__ import annotations

from collections.abc import Mapping

from rai.approval.cases import Case
from rai.approval.entering import about, enter
from rai.approval.events import SYSTEM, Ended, Stale, seconds
from rai.approval.ledger import Ledger
from rai.approval.states import TRANSITIONS
from rai.approval.subjects import changed
from rai.people import Person
from rai.versions import ModelVersionRef


def mark_stale(ledger: Ledger, ref: ModelVersionRef, *, live: Mapping[str, str], time: str) -> Case | None:
    """Compare live digests with the sealed ones and record what changed; nothing happens where nothing did.

    Call it whenever live digests are at hand. A subject missing from ``live`` is not a change; the gate is closed
    all the same while it is unknown. Before the decision the card may change freely.
    """
    found = ledger.history().case(ref)
    if found is None or (found.state, "mark stale") not in TRANSITIONS:
        return found
    other = changed(found.sealed, live)
    other = other if found.in_force else tuple(name for name in other if name != "card")
    if not other:
        return found
    event = Stale(**about(ref, SYSTEM, time), changed=other, live=dict(live))
    return enter(ledger, event, idem=f"stale:{found.ref.uri}:{found.round}")


def mark_expired(ledger: Ledger, ref: ModelVersionRef, *, time: str) -> Case | None:
    """Record that a decision has come to its end; nothing happens before that."""
    found = ledger.history().case(ref)
    if found is None or not found.in_force or seconds(time) < found.ends:
        return found
    waiver = any(seconds(item.until) == found.ends for item in found.waivers) and not found.exception
    reason = "A waiver it rested on has ended." if waiver else "Its time was over."
    event = Ended(**about(ref, SYSTEM, time), event="expired", reason=reason)
    return enter(ledger, event, idem=f"expired:{found.ref.uri}:{found.round}")


def withdraw(  # noqa: PLR0913 - as for every deed with a form
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, reason: str, time: str, idem: str = ""
) -> Case:
    """Take a submission back; only its submitter may."""
    return enter(ledger, Ended(**about(ref, actor, time), event="withdrawn", reason=reason), idem=idem)


def revoke(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, reason: str, time: str, idem: str = ""
) -> Case:
    """Take an approval or an exception back for good, with a reason of at least ten characters.

    A reviewer who decided in the round may, an independent approver, and a policy administrator.
    """
    return enter(ledger, Ended(**about(ref, actor, time), event="revoked", reason=reason), idem=idem)


def supersede_older(ledger: Ledger, ref: ModelVersionRef, *, time: str) -> tuple[Case, ...]:
    """End the approvals of older versions whose alias this version took, where their policy says so.

    Doing it twice changes nothing. Going back to an older version ends no approval.

    Returns
    -------
    tuple of Case
        The versions whose approval ended now.
    """
    history = ledger.history()
    taker = history.case(ref)
    if taker is None or not taker.alias:
        return ()
    older = [item for item in history.cases() if _gives_way(item, taker)]
    return tuple(_superseded(ledger, item, taker, time) for item in older)


def _gives_way(item: Case, taker: Case) -> bool:
    same_place = (item.ref.name, item.alias) == (taker.ref.name, taker.alias)
    ends = item.state == "approved" and item.terms.supersede
    return same_place and ends and _number(item) < _number(taker)


def _number(item: Case) -> int:
    return int(item.ref.version) if item.ref.version.isdecimal() else 0


def _superseded(ledger: Ledger, item: Case, taker: Case, time: str) -> Case:
    reason = f"{taker.ref.uri} took its place as {taker.alias}."
    event = Ended(**about(item.ref, SYSTEM, time), event="superseded", reason=reason)
    return enter(ledger, event, idem=f"superseded:{item.ref.uri}:{item.round}")
