"""What was found in the registry that does not agree with the ledger: a record for each disagreement, kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import sqlalchemy as sa

from rai.database import METADATA, reading, writing
from rai.stored import Stored

Kind = Literal["status", "attestation", "approval", "alias", "closed champion", "replaced", "unsubmitted", "file"]
Ending = Literal["", "gone", "restored"]

_TABLE = sa.Table(
    "drifts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("model", sa.String(700), nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("expected", sa.Text, nullable=False),
    sa.Column("found", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("first_seen", sa.String(40), nullable=False),
    sa.Column("last_seen", sa.String(40), nullable=False),
    sa.Column("ending", sa.String(20), nullable=False, default=""),
)


class Difference(Stored):
    """One thing in the registry that is not as the ledger says.

    Attributes
    ----------
    version
        Empty where it is about the whole model.
    expected, found
        Values of the tag or alias; empty for none.
    sentence
        For people.
    """

    model: str
    version: str = ""
    kind: Kind
    expected: str = ""
    found: str = ""
    sentence: str


class Drift(Difference):
    """A difference with its time.

    Attributes
    ----------
    first_seen, last_seen
        ISO 8601, UTC.
    ending
        ``restored`` if this program put it right, ``gone`` if it was right again by itself, empty while it lasts.
    """

    id: int
    first_seen: str
    last_seen: str
    ending: Ending = ""


class Drifts:
    """The table of disagreements.

    Parameters
    ----------
    engine
        The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, found: Iterable[Difference], *, restored: Iterable[Difference] = (), time: str) -> None:
        """Keep what one look at the whole registry found.

        A difference seen before is the same record; one that was not seen this time has ended.

        Parameters
        ----------
        found
            What differs and was left as it is.
        restored
            What differed and was put right.
        """
        lasting, mended = list(found), list(restored)
        with writing(self._engine) as connection:
            before = {_difference(row): row for row in connection.execute(_open()).all()}
            for item in (*lasting, *mended):
                ending = "" if item in lasting else "restored"
                if item in before:
                    _set(connection, before[item].id, last_seen=time, ending=ending)
                else:
                    values = {**item.model_dump(), "first_seen": time, "last_seen": time, "ending": ending}
                    connection.execute(sa.insert(_TABLE).values(**values))
            for item, row in before.items():
                if item not in lasting and item not in mended:
                    _set(connection, row.id, ending="gone")

    def open(self) -> tuple[Drift, ...]:
        """Return what does not agree now, as far as the last look saw, oldest first."""
        with reading(self._engine) as connection:
            return tuple(_drift(row) for row in connection.execute(_open()).all())

    def all(self, limit: int = 200) -> tuple[Drift, ...]:
        """Return the newest records, newest first, those that have ended included."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)).all()
        return tuple(_drift(row) for row in rows)


def _open() -> sa.Select[tuple[object, ...]]:
    return sa.select(_TABLE).where(_TABLE.c.ending == "").order_by(_TABLE.c.id)


def _set(connection: sa.Connection, number: int, **values: str) -> None:
    connection.execute(sa.update(_TABLE).where(_TABLE.c.id == number).values(**values))


def _difference(row: sa.Row[tuple[object, ...]]) -> Difference:
    names = Difference.model_fields
    return Difference.model_validate({key: value for key, value in row._mapping.items() if key in names})  # noqa: SLF001 - documented as public


def _drift(row: sa.Row[tuple[object, ...]]) -> Drift:
    return Drift.model_validate(dict(row._mapping))  # noqa: SLF001 - documented as public
