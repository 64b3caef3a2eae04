"""The durable queue: jobs survive a restart, are held by a lease with a heartbeat, show progress and can be cancelled.

The web process only adds and cancels jobs; a worker process takes them. A worker that dies stops its heartbeat, and
the job goes back to the queue, three times at most.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Literal

import sqlalchemy as sa
from pydantic import JsonValue

from rai.database import METADATA, reading, writing
from rai.errors import RaiError
from rai.stored import Stored

Kind = Literal["review", "cohort", "toolbox", "publish", "promote", "look"]
State = Literal["queued", "running", "done", "failed", "cancelled"]

#: Seconds without a heartbeat after which a running job is taken from its worker.
LEASE = 20.0
ATTEMPTS = 3

_TABLE = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("key", sa.String(500), nullable=False, index=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("step", sa.String(200), nullable=False, default=""),
    sa.Column("percent", sa.Float, nullable=False, default=0.0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("message", sa.Text, nullable=False, default=""),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("worker", sa.String(200), nullable=False, default=""),
    sa.Column("queued_at", sa.Float, nullable=False),
    sa.Column("started_at", sa.Float),
    sa.Column("finished_at", sa.Float),
    sa.Column("heartbeat", sa.Float),
    sa.Column("cancel", sa.Boolean, nullable=False, default=False),
)


class Cancelled(RaiError):  # noqa: N818 - somebody's wish, not a fault
    """Somebody cancelled the job, or its lease went to another worker."""


class Job(Stored):
    """One piece of work.

    Attributes
    ----------
    key
        What it is about: the version's address.
    percent
        0 to 100.
    message
        Why it failed, in a sentence.
    queued_at, started_at, finished_at, heartbeat
        Seconds since 1970, UTC.
    """

    id: int
    kind: Kind
    key: str
    payload: dict[str, JsonValue]
    state: State
    step: str = ""
    percent: float = 0.0
    attempts: int = 0
    message: str = ""
    by: str
    worker: str = ""
    queued_at: float
    started_at: float | None = None
    finished_at: float | None = None
    heartbeat: float | None = None
    cancel: bool = False

    @property
    def open(self) -> bool:
        """True while it waits or runs."""
        return self.state in {"queued", "running"}

    @property
    def remaining(self) -> float | None:
        """Seconds left if it goes on as before; ``None`` while nothing can be said."""
        if self.state != "running" or self.started_at is None or self.heartbeat is None or self.percent < 5:
            return None
        return (self.heartbeat - self.started_at) * (100 - self.percent) / self.percent


class Jobs:
    """The job table.

    Parameters
    ----------
    engine
        The database.
    clock
        Seconds since 1970; given by tests.
    """

    def __init__(self, engine: sa.Engine, *, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def enqueue(self, kind: Kind, key: str, payload: Mapping[str, str] | None = None, *, by: str) -> Job:
        """Add a job; the same work that already waits or runs is returned instead."""
        text = json.dumps(dict(payload or {}), sort_keys=True)
        with writing(self._engine) as connection:
            same = sa.and_(_TABLE.c.kind == kind, _TABLE.c.key == key, _TABLE.c.payload == text)
            waiting = connection.execute(
                sa.select(_TABLE).where(same, _TABLE.c.state.in_(["queued", "running"]))
            ).first()
            if waiting is not None:
                return _job(waiting)
            added = connection.execute(
                sa.insert(_TABLE)
                .values(kind=kind, key=key, payload=text, state="queued", by=by, queued_at=self._clock())
                .returning(_TABLE)
            ).one()
            return _job(added)

    def take(self, worker: str) -> Job | None:
        """Give the oldest waiting job to a worker; jobs whose worker fell silent wait again first."""
        now = self._clock()
        with writing(self._engine) as connection:
            self._return_lost(connection, now)
            row = connection.execute(
                sa.select(_TABLE.c.id).where(_TABLE.c.state == "queued").order_by(_TABLE.c.id).limit(1)
            ).first()
            if row is None:
                return None
            taken = connection.execute(
                sa.update(_TABLE)
                .where(_TABLE.c.id == row.id)
                .values(
                    state="running", worker=worker, started_at=now, heartbeat=now, step="Starting", percent=0.0,
                    attempts=_TABLE.c.attempts + 1,
                )
                .returning(_TABLE)
            ).one()  # fmt: skip
            return _job(taken)

    @staticmethod
    def _return_lost(connection: sa.Connection, now: float) -> None:
        lost = sa.and_(_TABLE.c.state == "running", _TABLE.c.heartbeat < now - LEASE)
        connection.execute(
            sa.update(_TABLE)
            .where(lost, _TABLE.c.attempts >= ATTEMPTS)
            .values(
                state="failed",
                finished_at=now,
                message=f"The worker died {ATTEMPTS} times on this. See its log, then start the review again.",
            )
        )
        connection.execute(sa.update(_TABLE).where(lost).values(state="queued", worker="", step="", percent=0.0))

    def beat(self, job: Job, *, step: str | None = None, percent: float | None = None) -> None:
        """Keep the lease and report progress.

        Raises
        ------
        Cancelled
            If the job was cancelled or no longer belongs to this worker.
        """
        news: dict[str, object] = {"heartbeat": self._clock()}
        news |= {"step": step} if step is not None else {}
        news |= {"percent": percent} if percent is not None else {}
        with writing(self._engine) as connection:
            row = connection.execute(
                sa.update(_TABLE).where(self._held(job)).values(**news).returning(_TABLE.c.cancel)
            ).first()
        if row is None or row.cancel:
            raise Cancelled("The job was cancelled.")

    def finish(self, job: Job, *, message: str = "") -> None:
        """Record success."""
        self._end(job, "done", message, percent=100.0)

    def fail(self, job: Job, message: str) -> None:
        """Record failure with its sentence."""
        self._end(job, "failed", message)

    def stop(self, job: Job) -> None:
        """Record that the job was given up after a wish to cancel it."""
        self._end(job, "cancelled", "Cancelled.")

    def _end(self, job: Job, state: State, message: str, **more: float) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(_TABLE)
                .where(self._held(job))
                .values(state=state, message=message, finished_at=self._clock(), step="", **more)
            )

    @staticmethod
    def _held(job: Job) -> sa.ColumnElement[bool]:
        same = (_TABLE.c.id == job.id, _TABLE.c.state == "running")
        return sa.and_(*same, _TABLE.c.worker == job.worker, _TABLE.c.attempts == job.attempts)

    def cancel(self, job_id: int) -> None:
        """Ask for a job to be given up; one that only waits ends at once."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(_TABLE).where(_TABLE.c.id == job_id).values(cancel=True))
            connection.execute(
                sa.update(_TABLE)
                .where(_TABLE.c.id == job_id, _TABLE.c.state == "queued")
                .values(state="cancelled", message="Cancelled.", finished_at=self._clock())
            )

    def latest(self, key: str, kind: Kind | None = None, payload: Mapping[str, str] | None = None) -> Job | None:
        """Return the newest job about ``key``."""
        query = sa.select(_TABLE).where(_TABLE.c.key == key)
        query = query if kind is None else query.where(_TABLE.c.kind == kind)
        query = query if payload is None else query.where(_TABLE.c.payload == json.dumps(dict(payload), sort_keys=True))
        with reading(self._engine) as connection:
            row = connection.execute(query.order_by(_TABLE.c.id.desc()).limit(1)).first()
        return None if row is None else _job(row)

    def all(self, limit: int = 200) -> tuple[Job, ...]:
        """Return the newest jobs, newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)).all()
        return tuple(_job(row) for row in rows)


def _job(row: sa.Row[tuple[object, ...]]) -> Job:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy documents it as public
    return Job.model_validate({**values, "payload": json.loads(values["payload"])})
