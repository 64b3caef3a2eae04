"""The review worker: takes jobs from the queue one at a time, reports progress, and records how each ended."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rai.clock import now
from rai.errors import InputError, RaiError
from rai.jobs import LEASE, Cancelled, Job
from rai.looking import Look
from rai.promoting import promote
from rai.publishing import publish
from rai.review import Progress
from rai.reviewing import make_toolbox, review_cohort, review_version
from rai.status_file import renew_status_list
from rai.versions import ModelVersionRef, parse_target
from rai.workspace import Workspace
from reports import render_all

_log = logging.getLogger(__name__)
_POLL = 0.5


def work(workspace: Workspace, *, parent: int | None = None, once: bool = False) -> None:
    """Take jobs until told to stop, and look at the registry every minute meanwhile.

    Parameters
    ----------
    parent
        Process id of the process that started the worker; the worker ends when that one is gone.
    once
        End when the queue is empty, without a look.
    """
    signal.signal(signal.SIGTERM, _stop)
    name = f"{socket.gethostname()}:{os.getpid()}"
    if not once:
        look = Look(workspace, render_all)
        threading.Thread(target=look.keep_looking, args=(threading.Event(),), daemon=True).start()
    while parent is None or os.getppid() == parent:
        job = workspace.jobs.take(name)
        if job is not None:
            carry_out(workspace, job)
        elif once:
            return
        else:
            time.sleep(_POLL)


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def carry_out(workspace: Workspace, job: Job) -> None:
    """Do one job and record its end; whatever goes wrong ends as a sentence in the job table."""
    stopped = threading.Event()
    pulse = threading.Thread(target=_keep_lease, args=(workspace, job, stopped), daemon=True)
    pulse.start()
    try:
        message = _WORK[job.kind](workspace, job, _reporter(workspace, job))
        workspace.jobs.finish(job, message=message)
    except Cancelled:
        workspace.jobs.stop(job)
    except RaiError as error:
        workspace.jobs.fail(job, str(error))
    except Exception as error:  # noqa: BLE001 - the queue must go on; the log has the details
        _log.exception("Job %s failed", job.id)
        workspace.jobs.fail(job, f"The job stopped with {type(error).__name__}. The worker's log says more.")
    finally:
        stopped.set()
        pulse.join()


def _keep_lease(workspace: Workspace, job: Job, stopped: threading.Event) -> None:
    while not stopped.wait(LEASE / 4):
        try:
            workspace.jobs.beat(job)
        except Cancelled:
            return  # The next report of progress raises it where the work is done.


def _reporter(workspace: Workspace, job: Job) -> Progress:
    return lambda step, share: workspace.jobs.beat(job, step=step, percent=round(100 * share, 1))


def _review(workspace: Workspace, job: Job, progress: Progress) -> str:
    ref = _ref(job)
    submission = workspace.archive.submission(ref)
    if submission is None:
        raise InputError(f"{job.key} has not been submitted. Submit it with: rai submit {job.key}")
    review = review_version(workspace, submission, by=job.by, progress=progress)
    failed = ", ".join(outcome.analysis for outcome in review.failed)
    return f"Completed; failed: {failed}." if failed else ""


def _cohort(workspace: Workspace, job: Job, progress: Progress) -> str:
    review_cohort(workspace, _ref(job), str(job.payload["cohort"]), progress=progress)
    return ""


def _toolbox(workspace: Workspace, job: Job, progress: Progress) -> str:
    make_toolbox(workspace, _ref(job), progress=progress)
    return ""


def _publish(workspace: Workspace, job: Job, progress: Progress) -> str:
    progress("Write it beside the model", 0.1)
    publish(workspace, _ref(job), render=render_all, time=now())
    renew_status_list(workspace)
    return ""


def _promote(workspace: Workspace, job: Job, progress: Progress) -> str:
    progress("Check the gate", 0.2)
    promote(workspace, _ref(job), by=job.by, time=now())
    return ""


def _look(workspace: Workspace, job: Job, progress: Progress) -> str:
    progress("Look at the registry", 0.1)
    report = Look(workspace, render_all).once(deep="deep" in job.payload)
    return " ".join((*report.open, *report.failed))


_WORK: dict[str, Callable[[Workspace, Job, Progress], str]] = {
    "review": _review,
    "cohort": _cohort,
    "toolbox": _toolbox,
    "publish": _publish,
    "promote": _promote,
    "look": _look,
}


def _ref(job: Job) -> ModelVersionRef:
    target = parse_target(job.key)
    return ModelVersionRef(name=target.name, version=target.selector)


def start_worker(home: Path) -> subprocess.Popen[bytes]:
    """Start a worker process that ends with this one; its log lies in ``home/worker.log``."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "rai", "worker", "--parent", str(os.getpid())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=Path(__file__).resolve().parent.parent,
            env={**os.environ, "RAI_HOME": str(home)}, start_new_session=True,
        )  # fmt: skip
