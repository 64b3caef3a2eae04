"""Finds new versions that come with a review profile, hands them in for whoever logged them, queues their reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from rai.approval.cases import Case
from rai.errors import RaiError
from rai.people import Person
from rai.registry_client import RegistrySilent
from rai.registry_records import VersionMarks
from rai.submission import submit
from rai.versions import ModelVersionRef, Target
from rai.workspace import Workspace

#: The registry as an identity provider: whoever it names logged the version and will not decide on it.
ISSUER = "mlflow"
#: How long after registration a profile may still be added to the run and is found.
_LATE = timedelta(days=1)


class Watch:
    """Looks at the registry again and again.

    What it has handed in is known from the ledger, so that it may be started anew at any time; in memory it keeps
    only what it need not ask for again.

    Parameters
    ----------
    workspace
        The installation.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._done: set[tuple[str, str, str]] = set()

    def look(self, *, time: str) -> tuple[tuple[ModelVersionRef, ...], tuple[str, ...]]:
        """Hand in what is new.

        Returns
        -------
        tuple
            Versions handed in now, and a sentence for each that has a profile and could not be. Such a one is tried
            again as long as it is new: its files may still be on their way.

        Raises
        ------
        RegistrySilent
            If the registry does not answer.
        """
        taken, failed = [], []
        for mark in self._new():
            try:
                if self._hand_in(mark, time=time):
                    taken.append(mark.ref)
            except RegistrySilent:
                raise
            except RaiError as error:
                failed.append(f"{mark.ref.uri}: {error}")
            if _old(mark, time):
                self._done.add(_identity(mark))
        return tuple(taken), tuple(failed)

    def _new(self) -> Iterable[VersionMarks]:
        history = self._workspace.ledger.history()
        for mark in self._workspace.registry.marks():
            if _identity(mark) in self._done or not mark.run_id:
                continue
            if _left(history.case(mark.ref), refused=bool(history.of(mark.ref))):
                yield mark
            else:
                self._done.add(_identity(mark))

    def _hand_in(self, mark: VersionMarks, *, time: str) -> bool:
        workspace, ref = self._workspace, mark.ref
        kept = workspace.archive.submission(ref)
        if kept is None:
            if workspace.registry.attached_profile(ref) is None:
                return False
            target = Target(kind="version", name=ref.name, selector=ref.version)
            kept = submit(workspace, target, handed=None, submitter=_whoever(workspace, ref), when=time)
        # Whatever broke off between here and the last time is made up for: the same work is queued once.
        workspace.jobs.enqueue("review", ref.uri, by=kept.submitter.name)
        self._done.add(_identity(mark))
        return True


def _left(case: Case | None, *, refused: bool) -> bool:
    """True if nobody has handed it in, or this program did and broke off; what was refused once is not tried again."""
    if case is None:
        return not refused
    return case.state == "draft" and case.submitter.issuer == ISSUER


def _identity(mark: VersionMarks) -> tuple[str, str, str]:
    # A name may be used again; the moment of registration then differs.
    return (mark.ref.name, mark.ref.version, mark.created)


def _old(mark: VersionMarks, time: str) -> bool:
    return datetime.fromisoformat(time) - datetime.fromisoformat(mark.created) > _LATE


def _whoever(workspace: Workspace, ref: ModelVersionRef) -> Person:
    user = workspace.registry.version(ref).user or "unknown"
    return Person(issuer=ISSUER, subject=user, name=user, roles=("submitter",))
