"""The status list: where every round stood when it was made, signed, so that a revoked approval is known offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from rai.approval.verifying.envelope import need_quorum, open_envelope, parse_envelope
from rai.approval.verifying.statement import Statement
from rai.approval.verifying.strict import NotVerified, an_object, digest, items, number, read_json, text
from rai.approval.verifying.trust import Trust

STATUS_TYPE = "application/vnd.rai-review.status+json"
STATUS_FORMAT = "rai-status/v1"
ROUND_FIELDS = ("instance", "model", "version", "created", "round", "state", "seq", "head")
OLDEST = 24 * 3600
_AHEAD = 60
_LARGEST = 64 << 20

#: States in which a decision counts, by the decision an attestation names.
IN_FORCE: Mapping[str, str] = {"APPROVED": "approved", "EXCEPTION": "exception"}


@dataclass(frozen=True)
class Round:
    """Where the present round of one version stands; ``seq`` and ``head`` are its decision's row, if there is one."""

    instance: str
    model: str
    version: str
    created: str
    round: int
    state: str
    seq: int | None
    head: str | None


@dataclass(frozen=True)
class StatusList:
    """The list: when it was made (Unix seconds), and the present round of every version by (model, version)."""

    made: int
    rounds: Mapping[tuple[str, str], Round]


def read_status(data: bytes, trust: Trust, *, now: int) -> StatusList:
    """Verify a status list that is at most 24 hours old.

    Raises
    ------
    NotVerified
        If it is unsigned, forged, of another form, too old, or from the future.
    """
    try:
        signed = open_envelope(parse_envelope(data, payload_type=STATUS_TYPE, largest=_LARGEST), trust)
        found = _parsed(signed.payload)
        need_quorum(signed, trust, time=found.made)
    except NotVerified as error:
        raise NotVerified(error.why, about="The status list is not accepted") from error
    if now - found.made > OLDEST:
        _refuse("it is more than 24 hours old; fetch the present one")
    if found.made - now > _AHEAD:
        _refuse("it was made in the future; compare the clocks")
    return found


def need_in_force(statement: Statement, status: StatusList) -> None:
    """Refuse a decision that the status list does not know or that does not count any more.

    Raises
    ------
    NotVerified
        With the reason.
    """
    registry = statement.registry
    found = status.rounds.get((registry["model"], registry["version"]))
    if found is None or found.round < statement.round:
        # The list may be older than the decision, never younger: then the decision is in no ledger.
        if statement.issued < status.made:
            _deny("the status list was made after it and does not know it")
        return
    if (found.instance, found.created) != (registry["instance"], registry["created"]):
        _deny("the status list knows another registered version by this name")
    if found.round > statement.round:
        _deny(f"a newer round ({found.round}) was opened after it")
    if found.state != IN_FORCE[statement.decision]:
        _deny(f"its round is {found.state.replace('_', ' ')}")
    if (found.seq, found.head) != (statement.seq, statement.head):
        _deny("the ledger holds another decision for its round")


def _parsed(payload: bytes) -> StatusList:
    fields = an_object(read_json(payload, largest=_LARGEST), ("format", "made", "rounds"), "the status list")
    if fields["format"] != STATUS_FORMAT:
        raise NotVerified(f"its format is not {STATUS_FORMAT}")
    rounds: dict[tuple[str, str], Round] = {}
    for item in items(fields["rounds"], "rounds"):
        found = _round(item)
        if (found.model, found.version) in rounds:
            raise NotVerified("it lists one version twice")
        rounds[found.model, found.version] = found
    return StatusList(number(fields["made"], "made"), rounds)


def _round(item: object) -> Round:
    fields = an_object(item, ROUND_FIELDS, "a round")
    return Round(
        instance=text(fields["instance"], "instance"),
        model=text(fields["model"], "model"),
        version=text(fields["version"], "version"),
        created=text(fields["created"], "created"),
        round=number(fields["round"], "round"),
        state=text(fields["state"], "state"),
        seq=None if fields["seq"] is None else number(fields["seq"], "seq"),
        head=None if fields["head"] is None else digest(fields["head"], "head"),
    )


def _refuse(why: str) -> NoReturn:
    raise NotVerified(why, about="The status list is not accepted")


def _deny(why: str) -> NoReturn:
    raise NotVerified(why, about="The approval does not count")
