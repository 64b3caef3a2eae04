"""Writes the status list: where the present round of every version stands, signed, for pipelines without the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rai.approval.cases import Case
from rai.approval.keys import Signer
from rai.approval.sealing import seal
from rai.approval.verifying.status import STATUS_FORMAT, STATUS_TYPE
from rai.digests import canonical_json

#: Name of the file.
FILE_NAME = "status.dsse.json"


def make(cases: Iterable[Case], signer: Signer, *, now: int) -> bytes:
    """Sign where every case stands.

    A verifier believes the list for 24 hours, and refuses a decision that a younger list does not know: it must be
    made from all cases of the ledger (:func:`rai.approval.desk.cases`).

    Parameters
    ----------
    now
        Seconds since 1970, UTC.
    """
    payload = canonical_json({"format": STATUS_FORMAT, "made": now, "rounds": [_round(case) for case in cases]})
    return seal(payload, signer, payload_type=STATUS_TYPE)


def _round(case: Case) -> Mapping[str, object]:
    return {
        "instance": case.registry.instance,
        "model": case.ref.name,
        "version": case.ref.version,
        "created": case.registry.created,
        "round": case.round,
        "state": case.state,
        "seq": case.decision.seq if case.decision else None,
        "head": case.decision.head if case.decision else None,
    }
