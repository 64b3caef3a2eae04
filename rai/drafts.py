"""What people have begun to write in a model card and not saved: kept on the server, each for its writer alone."""

from __future__ import annotations

import sqlalchemy as sa

from rai.database import METADATA, reading, writing
from rai.digests import sha256
from rai.narrative import Entry
from rai.people import Person
from rai.stored import Stored
from rai.versions import ModelVersionRef

_DRAFTS = sa.Table(
    "drafts",
    METADATA,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("version", sa.String(700), primary_key=True),
    sa.Column("field", sa.String(64), primary_key=True),
    sa.Column("draft", sa.Text, nullable=False),
)


class Draft(Stored):
    """What one person has begun to write in one field.

    Attributes
    ----------
    base
        Digest of the entry the draft started from; if the card holds another one now, somebody else has written.
    written
        When it was kept (ISO 8601, UTC).
    disputed
        True if saving it was refused because somebody else had written the field meanwhile.
    """

    field: str
    entry: Entry
    base: str
    written: str
    disputed: bool = False


class Drafts:
    """The drafts of this installation; nothing here gives anybody the draft of another person."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, person: Person, ref: ModelVersionRef) -> dict[str, Draft]:
        """Return the drafts of one person for one version by field."""
        query = sa.select(_DRAFTS.c.draft).where(*_mine(person, ref)).order_by(_DRAFTS.c.field)
        with reading(self._engine) as connection:
            found = [Draft.from_bytes(row.draft.encode()) for row in connection.execute(query).all()]
        return {draft.field: draft for draft in found}

    def keep(self, person: Person, ref: ModelVersionRef, draft: Draft) -> None:
        """Keep a draft in place of an earlier one of the same person, version and field."""
        # JSON writes the zero letter as an escape, so PostgreSQL can hold it.
        text = draft.to_bytes().decode()
        values = {"person": _key(person), "version": ref.uri, "field": draft.field, "draft": text}
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_DRAFTS).where(*_mine(person, ref), _DRAFTS.c.field == draft.field))
            connection.execute(sa.insert(_DRAFTS).values(**values))

    def discard(self, person: Person, ref: ModelVersionRef, *fields: str) -> None:
        """Throw drafts of one person for one version away: those of the fields named, or all."""
        chosen = (_DRAFTS.c.field.in_(fields),) if fields else ()
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_DRAFTS).where(*_mine(person, ref), *chosen))


def _mine(person: Person, ref: ModelVersionRef) -> tuple[sa.ColumnElement[bool], ...]:
    return (_DRAFTS.c.person == _key(person), _DRAFTS.c.version == ref.uri)


def _key(person: Person) -> str:
    # Exactly the account that wrote it: a draft is shown to nobody who only looks like its writer.
    return sha256("\n".join(person.key).encode())
