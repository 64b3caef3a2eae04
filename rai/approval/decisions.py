"""What people decide on a version: a vote, a waiver of one finding, a signature for an exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rai import __version__
from rai.approval.cases import Case
from rai.approval.entering import about, enter
from rai.approval.events import Overridden, SignedOff, Waived, seconds
from rai.approval.grounds import Ballot
from rai.approval.history import History
from rai.approval.ledger import Ledger
from rai.approval.points import open_points, waived
from rai.approval.rules import decide
from rai.card import Decision
from rai.errors import Refused
from rai.people import Person
from rai.policy import Finding
from rai.versions import ModelVersionRef

_TOOLS: Mapping[str, str] = {"rai-review": __version__}


def sign_off(  # noqa: PLR0913 - everything a decision rests on is named, one by one
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, decision: Decision, rationale: str, seen_etag: str,
    live: Mapping[str, str], findings: Sequence[Finding], unwritten: Sequence[str], time: str, idem: str,
) -> Case:  # fmt: skip
    """Record the decision of a reviewer on exactly the bytes they saw.

    An approval that does not yet make enough leaves the version in review, with the vote listed.

    Parameters
    ----------
    actor
        The person with the roles read just now, not when the page was drawn.
    seen_etag
        :func:`rai.approval.subjects.etag` of the digests the page showed; keep it with the form.
    live
        The six digests computed right before this call; leave out what could not be computed.
    findings
        Of the review that is signed. An empty sequence means that no policy judged, and refuses an approval.
    unwritten
        Headings of narrative fields nobody has written.
    idem
        Made when the form was drawn (for example ``uuid4().hex``); a second click with it changes nothing.

    Raises
    ------
    Refused
        With the reason; see :func:`rai.approval.rules.decide`.
    """
    event = SignedOff(
        **about(ref, actor, time), decision=decision, rationale=rationale, etag=seen_etag, digests=dict(live),
        tools=dict(_TOOLS),
    )  # fmt: skip

    def guard(history: History) -> None:
        found = history.case(ref)
        waived_now = waived(found.waivers if found else (), at=seconds(time))
        points = open_points(findings, unwritten, waived_now)
        decide(actor, decision, found, Ballot(rationale, seen_etag, live, points))
        if decision == "approve":
            refuse_rejected(history, live.get("model", ""))

    return enter(ledger, event, guard=guard, idem=idem)


def override(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, reason: str, ticket: str, until: str, seen_etag: str,
    live: Mapping[str, str], time: str, idem: str,
) -> Case:  # fmt: skip
    """Record one holder's signature for an exception; the second with the same words makes it one.

    Parameters
    ----------
    until
        When it ends: ISO 8601 with offset, at most as far ahead as the policy allows.

    Raises
    ------
    Refused
        With the reason; see :func:`rai.approval.rules.decide`.
    """
    event = Overridden(
        **about(ref, actor, time), reason=reason, ticket=ticket, until=until, etag=seen_etag, digests=dict(live),
        tools=dict(_TOOLS),
    )  # fmt: skip
    return enter(ledger, event, guard=lambda history: refuse_rejected(history, live.get("model", "")), idem=idem)


def waive(  # noqa: PLR0913
    ledger: Ledger, ref: ModelVersionRef, *, actor: Person, finding: Finding, reason: str, owner: str, until: str,
    time: str, idem: str,
) -> Case:  # fmt: skip
    """Waive one finding of the newest review for a time; votes given before are void, because the card changes.

    Parameters
    ----------
    finding
        Exactly the finding that is waived; another value in a later review is another finding.
    owner
        Who answers for it while the waiver lasts.
    until
        When the waiver ends: ISO 8601 with offset, at most 180 days ahead. An approval ends with its first waiver.

    Raises
    ------
    Refused
        With the reason; see :func:`rai.approval.rules.decide`.
    """

    def guard(_: History) -> None:
        if not finding.closes_gate:
            raise Refused(f"The finding '{finding.rule}' does not keep the gate closed; there is nothing to waive.")

    event = Waived(
        **about(ref, actor, time), finding=finding.digest, rule=finding.rule, sentence=finding.sentence,
        verdict=finding.verdict, reason=reason, owner=owner, until=until,
    )  # fmt: skip
    return enter(ledger, event, guard=guard, idem=idem)


def refuse_rejected(history: History, model: str) -> None:
    """Refuse bytes that were rejected before, under whatever name.

    Raises
    ------
    Refused
        With the address they had then.
    """
    where = history.rejected().get(model)
    if where is not None:
        raise Refused(f"This model was rejected as {where}. The same bytes are not accepted again under any name.")
