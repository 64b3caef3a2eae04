"""The publisher's own memory: the attestation of a round, and what was last written to the registry and read back.

What is still to be published needs no table: an approved case without its row ``published`` in the ledger is it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa

from rai.approval.cases import Case
from rai.database import METADATA, reading, writing
from rai.digests import canonical_json
from rai.store import ContentStore
from rai.versions import ModelVersionRef

_TABLE = sa.Table(
    "outbox",
    METADATA,
    sa.Column("key", sa.String(900), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


class Outbox:
    """What has been signed and sent.

    Parameters
    ----------
    engine, store
        The database and the content store.
    """

    def __init__(self, engine: sa.Engine, store: ContentStore) -> None:
        self._engine = engine
        self._store = store

    def attestation(self, case: Case) -> bytes | None:
        """Return the attestation signed for this round, ``None`` before there is one.

        Raises
        ------
        InputError
            If its bytes are missing from the content store or altered.
        """
        digest = self.attestation_digest(case)
        return self._store.get(digest) if digest else None

    def attestation_digest(self, case: Case) -> str:
        """Return the SHA-256 of the attestation signed for this round; empty before there is one."""
        return self._get(_round(case))

    def keep_attestation(self, case: Case, envelope: bytes) -> bytes:
        """Keep the attestation of a round and return the one that counts: the first that was kept, for good."""
        digest = self._store.put(envelope)
        with writing(self._engine) as connection:
            kept = connection.execute(sa.select(_TABLE.c.value).where(_TABLE.c.key == _round(case))).scalar()
            if kept is None:
                connection.execute(sa.insert(_TABLE).values(key=_round(case), value=digest))
        return self._store.get(str(kept)) if kept else envelope

    def files(self, case: Case) -> dict[str, str]:
        """Return the SHA-256 of each file published for this round's decision, by path; empty before."""
        found = self._get(_files(case))
        return {str(path): str(digest) for path, digest in json.loads(found).items()} if found else {}

    def keep_files(self, case: Case, digests: Mapping[str, str]) -> None:
        """Keep which files were written for this round's decision and read back."""
        self._put(_files(case), _text(digests))

    def tags_settled(self, ref: ModelVersionRef, tags: Mapping[str, str]) -> bool:
        """True if exactly these tags were written to the version and read back, and nothing was begun since."""
        return self._get(f"tags {ref.uri}") == _text(tags)

    def settle_tags(self, ref: ModelVersionRef, tags: Mapping[str, str] | None) -> None:
        """Keep the tags that were read back; ``None`` when writing begins, so that a broken-off one is taken up."""
        self._put(f"tags {ref.uri}", "" if tags is None else _text(tags))

    def alias_settled(self, model: str, alias: str, seq: int) -> bool:
        """True if the promotion in this row of the ledger was carried out and read back."""
        return self._get(f"alias {model} {alias}") == str(seq)

    def settle_alias(self, model: str, alias: str, seq: int) -> None:
        """Keep that the promotion in this row of the ledger was carried out."""
        self._put(f"alias {model} {alias}", str(seq))

    def listed(self) -> str:
        """Return the ledger's head for which the status list was written last, and when; empty before."""
        return self._get("status list")

    def keep_listed(self, head: str) -> None:
        """Keep for which head of the ledger, and when, the status list was written."""
        self._put("status list", head)

    def _get(self, key: str) -> str:
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(_TABLE.c.value).where(_TABLE.c.key == key)).scalar()
        return "" if found is None else str(found)

    def _put(self, key: str, value: str) -> None:
        with writing(self._engine) as connection:
            changed = connection.execute(sa.update(_TABLE).where(_TABLE.c.key == key).values(value=value))
            if not changed.rowcount:
                connection.execute(sa.insert(_TABLE).values(key=key, value=value))


def _round(case: Case) -> str:
    # A round has one decision; the row of the decision tells rounds of different ledgers apart as well.
    seq = case.decision.seq if case.decision else 0
    return f"attestation {case.ref.uri} {case.round} {seq}"


def _files(case: Case) -> str:
    return _round(case).replace("attestation", "files", 1)


def _text(tags: Mapping[str, str]) -> str:
    return canonical_json(dict(tags)).decode()
