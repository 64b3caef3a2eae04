"""What is kept about each version: submissions, complete reviews, cohort results, attachments and narrative edits.

The database holds which record belongs to what; the records themselves lie in the content store under their digest.
A review is listed only once its record is complete.
"""

from __future__ import annotations

import sqlalchemy as sa

from rai.database import METADATA, reading, writing
from rai.drafts import Drafts
from rai.narrative import NarrativeField
from rai.people import Person
from rai.profile import ReviewProfile
from rai.review import Outcome, Review
from rai.store import ContentStore
from rai.stored import Stored
from rai.versions import ModelVersionRef

_RECORDS = sa.Table(
    "records",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("key", sa.String(700), nullable=False),
    sa.Column("name", sa.String(700), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Index("records_by_key", "kind", "key", "id"),
)


class Submission(Stored):
    """A version handed in for review, with what was sealed.

    Attributes
    ----------
    evaluation, reference, model
        SHA-256 of the sealed data files and of the model's tree; ``reference`` is empty where none was given.
    profile_text
        ``review.toml`` as it was handed in.
    submitted
        ISO 8601, UTC.
    """

    ref: ModelVersionRef
    profile: ReviewProfile
    profile_text: str
    evaluation: str
    reference: str = ""
    model: str
    submitter: Person
    contributors: tuple[Person, ...] = ()
    submitted: str


class CohortResult(Stored):
    """The analyses of one review carried out on one cohort."""

    review_id: str
    cohort: str
    outcomes: tuple[Outcome, ...]


class Archive:
    """The records of this installation.

    Parameters
    ----------
    engine, store
        The database and the content store.

    Attributes
    ----------
    drafts
        What people have begun to write in cards and not saved.
    """

    def __init__(self, engine: sa.Engine, store: ContentStore) -> None:
        self._engine = engine
        self._store = store
        self.drafts = Drafts(engine)

    def save_submission(self, submission: Submission) -> None:
        """Keep a submission; the newest one of a version counts."""
        self._add("submission", submission.ref.uri, submission.submitted, submission)

    def submission(self, ref: ModelVersionRef) -> Submission | None:
        """Return the newest submission of a version."""
        digest = self._newest("submission", ref.uri)
        return Submission.from_bytes(self._store.get(digest)) if digest else None

    def submissions(self) -> tuple[Submission, ...]:
        """Return the newest submission of every version, newest first."""
        found = (Submission.from_bytes(self._store.get(digest)) for digest in self._newest_of_each("submission"))
        return tuple(found)

    def save_review(self, review: Review) -> str:
        """Keep a complete review and return its digest."""
        return self._add("review", review.ref.uri if review.ref else review.target, review.id, review)

    def review(self, ref: ModelVersionRef) -> Review | None:
        """Return the newest complete review of a version."""
        kept = self.kept_review(ref)
        return kept[1] if kept else None

    def kept_review(self, ref: ModelVersionRef) -> tuple[str, Review] | None:
        """Return the newest complete review of a version with the digest of its bytes as they are kept."""
        digest = self.review_digest(ref)
        return (digest, Review.from_bytes(self._store.get(digest))) if digest else None

    def review_at(self, digest: str) -> Review:
        """Return the complete review whose bytes have this digest.

        Raises
        ------
        InputError
            If they are missing or altered.
        """
        return Review.from_bytes(self._store.get(digest))

    def review_digest(self, ref: ModelVersionRef) -> str | None:
        """Return the digest of the newest complete review: a key for caches."""
        return self._newest("review", ref.uri)

    def save_cohort(self, result: CohortResult) -> None:
        """Keep the analyses of a cohort."""
        self._add("cohort", result.review_id, result.cohort, result)

    def cohort_outcomes(self, review_id: str, cohort: str) -> tuple[Outcome, ...] | None:
        """Return the outcomes on a cohort, or ``None`` if they have not been computed."""
        digest = self._newest("cohort", review_id, cohort)
        return CohortResult.from_bytes(self._store.get(digest)).outcomes if digest else None

    def attach(self, review_id: str, name: str, data: bytes) -> str:
        """Keep a file that belongs to a review, for example ``toolbox.html``."""
        digest = self._store.put(data)
        self._insert("attachment", review_id, name, digest)
        return digest

    def attachment(self, review_id: str, name: str) -> str | None:
        """Return the digest of an attached file."""
        return self._newest("attachment", review_id, name)

    def write_narrative(self, ref: ModelVersionRef, field: NarrativeField) -> None:
        """Append an edit of one narrative field; earlier entries stay in the history."""
        self._add("narrative", ref.uri, field.key, field)

    def narrative(self, ref: ModelVersionRef) -> dict[str, NarrativeField]:
        """Return the newest entry of each narrative field of a version."""
        return {field.key: field for field in self.narrative_history(ref)}

    def narrative_history(self, ref: ModelVersionRef) -> tuple[NarrativeField, ...]:
        """Return every edit of the narrative, oldest first."""
        with reading(self._engine) as connection:
            where = sa.and_(_RECORDS.c.kind == "narrative", _RECORDS.c.key == ref.uri)
            rows = connection.execute(sa.select(_RECORDS.c.digest).where(where).order_by(_RECORDS.c.id)).all()
        return tuple(NarrativeField.from_bytes(self._store.get(row.digest)) for row in rows)

    def _add(self, kind: str, key: str, name: str, record: Stored) -> str:
        digest = self._store.put(record.to_bytes())
        self._insert(kind, key, name, digest)
        return digest

    def _insert(self, kind: str, key: str, name: str, digest: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.insert(_RECORDS).values(kind=kind, key=key, name=name, digest=digest))

    def _newest(self, kind: str, key: str, name: str | None = None) -> str | None:
        query = sa.select(_RECORDS.c.digest).where(_RECORDS.c.kind == kind, _RECORDS.c.key == key)
        query = query if name is None else query.where(_RECORDS.c.name == name)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(_RECORDS.c.id.desc()).limit(1)).scalar()
        return None if found is None else str(found)

    def _newest_of_each(self, kind: str) -> tuple[str, ...]:
        newest = sa.select(sa.func.max(_RECORDS.c.id)).where(_RECORDS.c.kind == kind).group_by(_RECORDS.c.key)
        query = sa.select(_RECORDS.c.digest).where(_RECORDS.c.id.in_(newest)).order_by(_RECORDS.c.id.desc())
        with reading(self._engine) as connection:
            return tuple(str(row.digest) for row in connection.execute(query).all())
