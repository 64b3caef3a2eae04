"""Makes the registry repeat what the ledger says: finishes what broke off, records changes, reports what was forged.

Nothing here decides anything: the ledger is read, and the registry's tags and aliases are only compared with it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from rai.approval import desk
from rai.approval.cases import Case
from rai.approval.events import seconds
from rai.approval.history import History
from rai.approval.subjects import changed
from rai.errors import InputError, RaiError, Refused
from rai.gating import gate
from rai.marking import ALIAS, mark
from rai.mirror_check import Found, compare
from rai.promoting import move_alias, unmoved
from rai.publishing import Render, publish, unfinished
from rai.registry_client import RegistrySilent
from rai.restoring import restore
from rai.standing import standing
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What one look found and did, as sentences.

    Attributes
    ----------
    done
        What was finished, recorded or put right.
    open
        What does not agree and was left as it is.
    failed
        What could not be done or found out, and why.
    """

    done: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def __add__(self, other: Report) -> Report:
        """Join two reports."""
        return Report(self.done + other.done, self.open + other.open, self.failed + other.failed)


def reconcile(workspace: Workspace, *, render: Render, time: str, deep: bool = True) -> Report:
    """Look at every case and at the whole registry once.

    Parameters
    ----------
    deep
        Download the files of every version under decision and digest them anew; otherwise only what is kept here is
        digested, which takes no time. The gate digests them each time it is asked, whatever is done here.

    Raises
    ------
    Refused
        If the ledger is broken: then nothing is compared with it.
    """
    problems = workspace.ledger.check()
    if problems:
        raise Refused(f"{problems[0]} Nothing is reconciled until the ledger is restored from a backup.")
    report = Report()
    try:
        # Read once: with many versions, reading the ledger for each would take longer than the time to the next look.
        history = workspace.ledger.history()
        for case in history.cases():
            if _suspect(workspace, case, history, deep=deep, time=time):
                report += _one(workspace, case, deep=deep, time=time)
        for case in unfinished(workspace):
            report += _finish(workspace, case, render=render, time=time)
        return report + _mirror(workspace, deep=deep, time=time)
    except RegistrySilent as silence:
        # Every further question would wait as long for nothing; the next look takes it all up again.
        return report + Report(failed=(str(silence),))


def _suspect(workspace: Workspace, case: Case, history: History, *, deep: bool, time: str) -> bool:
    """True if a decision's time may be over or its bytes may have changed."""
    if case.state != "in_review" and not case.in_force:
        return False
    if case.in_force and seconds(time) >= case.ends:
        return True
    try:
        return bool(changed(case.sealed, _live(workspace, case.ref, deep=deep, history=history)))
    except RegistrySilent:
        raise
    except RaiError:
        return True


def _one(workspace: Workspace, case: Case, *, deep: bool, time: str) -> Report:
    """Look at it with the ledger as it is now, and record that its time is over or that its bytes changed."""
    try:
        after = desk.mark_expired(workspace.ledger, case.ref, time=time)
        live = _live(workspace, case.ref, deep=deep)
        if changed(case.sealed, live):
            after = desk.mark_stale(workspace.ledger, case.ref, live=live, time=time)
    except RegistrySilent:
        raise
    except RaiError as error:
        return Report(failed=(f"{case.ref.uri}: {error}",))
    return Report(done=(after.sentence,) if after is not None and after.state != case.state else ())


def _live(workspace: Workspace, ref: ModelVersionRef, *, deep: bool, history: History | None = None) -> dict[str, str]:
    try:
        return standing(workspace, ref, live=deep, history=history).digests
    except InputError:
        return {}  # no complete review, or sealed bytes are gone: the gate says so


def _finish(workspace: Workspace, case: Case, *, render: Render, time: str) -> Report:
    try:
        after = publish(workspace, case.ref, render=render, time=time)
    except RegistrySilent:
        raise
    except RaiError as error:
        return Report(failed=(f"{case.ref.uri} is not published: {error}",))
    except Exception as error:  # noqa: BLE001 - one card that cannot be drawn keeps no other from being published
        _log.exception("Publishing %s stopped", case.ref.uri)
        return Report(failed=(f"{case.ref.uri} is not published: {type(error).__name__}. The log says more.",))
    return Report(done=(f"Published: {after.sentence}",))


def _mirror(workspace: Workspace, *, deep: bool, time: str) -> Report:
    """Compare tags and aliases, write what is this program's to write, and report or restore the rest."""
    found = compare(workspace, deep=deep)
    report = _settle(workspace, found)
    restored = restore(workspace, found.differences) if workspace.settings.mirror == "restore" else ()
    left = tuple(item for item in found.differences if item not in restored)
    workspace.drifts.note(left, restored=restored, time=time)
    return report + Report(
        done=tuple(f"Put right: {item.sentence}" for item in restored), open=tuple(item.sentence for item in left)
    )


def _settle(workspace: Workspace, found: Found) -> Report:
    """Write tags and aliases that this program had not finished writing."""
    report = Report()
    for case in found.unsettled:
        try:
            mark(workspace, case)
        except RegistrySilent:
            raise
        except RaiError as error:
            report += Report(failed=(f"{case.ref.uri}: {error}",))
    history = workspace.ledger.history()
    for model in found.models:
        promotion = unmoved(workspace, history, model)
        if promotion is not None and gate(workspace, promotion.ref).open:
            move_alias(workspace, model)
            report += Report(done=(f"The alias {ALIAS} of '{model}' points to version {promotion.ref.version} now.",))
    return report
