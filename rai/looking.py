"""One look at everything outside: hand in what is new, make the registry repeat the ledger, renew the status list."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from rai.clock import now
from rai.errors import RaiError
from rai.publishing import Render
from rai.reconciling import Report, reconcile
from rai.status_file import renew_status_list
from rai.watching import Watch
from rai.workspace import Workspace

_log = logging.getLogger(__name__)

#: Seconds between two looks, and between two that download every version's files anew.
EVERY, DEEP_EVERY = 60.0, 3600.0


class Look:
    """Looks when asked, or every minute; never twice at once.

    Parameters
    ----------
    workspace
        The installation.
    render
        Draws a card in every form.
    """

    def __init__(self, workspace: Workspace, render: Render) -> None:
        self._workspace = workspace
        self._render = render
        self._watch = Watch(workspace)
        self._one_at_a_time = threading.Lock()
        self._last_deep = time.monotonic()

    def once(self, *, deep: bool = False) -> Report:
        """Look once.

        Raises
        ------
        Refused
            If the ledger is broken.
        """
        with self._one_at_a_time:
            report = self._new() if self._workspace.settings.watch else Report()
            report += reconcile(self._workspace, render=self._render, time=now(), deep=deep or self._due())
            renew_status_list(self._workspace)
            return report

    def _new(self) -> Report:
        try:
            taken, failed = self._watch.look(time=now())
        except RaiError as error:
            return Report(failed=(str(error),))
        return Report(done=tuple(f"{ref.uri} was handed in and its review is queued." for ref in taken), failed=failed)

    def _due(self) -> bool:
        moment = time.monotonic()
        if moment - self._last_deep < DEEP_EVERY:
            return False
        self._last_deep = moment
        return True

    def keep_looking(self, stopped: threading.Event) -> None:
        """Look every minute until told to stop; what goes wrong is written to the log and tried again."""
        said: tuple[str, ...] = ()
        while not stopped.wait(EVERY):
            try:
                report = self.once()
                found = (*report.open, *report.failed)
            except RaiError as error:
                report, found = Report(), (str(error),)
            except Exception:  # noqa: BLE001 - the next look must come; the log has the details
                _log.exception("A look at the registry stopped")
                continue
            for sentence in report.done:
                _log.info(sentence)
            for sentence in found if found != said else ():
                _log.warning(sentence)
            said = found


def reconcile_now(workspace: Workspace, render: Render) -> Report:
    """Look at every case and the whole registry once, every file digested anew, and renew the status list."""
    report = reconcile(workspace, render=render, time=now())
    renew_status_list(workspace)
    return report


def watch_registry(workspace: Workspace, render: Render, *, once: bool, say: Callable[[str], None]) -> None:
    """Look for new versions every minute, or once, and say what was done and what failed."""
    look = Look(replace(workspace, settings=replace(workspace.settings, watch=True)), render)
    while True:
        report = look.once()
        for sentence in (*report.done, *report.open, *report.failed):
            say(sentence)
        if once:
            return
        time.sleep(EVERY)
