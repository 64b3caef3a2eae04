"""Drafts: each is its writer's alone, one for each field, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rai.database import open_database
from rai.drafts import Draft, Drafts
from rai.narrative import Entry, RiskPair
from rai.people import Person
from rai.versions import ModelVersionRef
from tests import postgres

ADA = Person(issuer="x", subject="ada", name="Ada", roles=("submitter",))
BEN = Person(issuer="x", subject="ben", name="Ada", roles=("submitter",))
ONE, TWO = (ModelVersionRef(name="credit", version=number) for number in "12")


def draft(field: str = "users", text: str = "Officers.") -> Draft:
    entry = Entry(text=text, pairs=(RiskPair(risk="a", mitigation="é ✓"),), not_applicable="")
    return Draft(field=field, entry=entry, base="0" * 64, written="2026-05-04T10:00:00+00:00")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'rai.db'}"
    elif postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed here.")
    else:
        with postgres.server() as url:
            yield postgres.fresh(url)


def test_a_draft_is_kept_for_its_writer_version_and_field_and_outlives_the_program(address: str) -> None:
    engine = open_database(address)
    drafts = Drafts(engine)
    drafts.keep(ADA, ONE, draft(text="First."))
    drafts.keep(ADA, ONE, draft())
    drafts.keep(ADA, ONE, draft("caveats"))
    drafts.keep(ADA, TWO, draft("privacy"))
    drafts.keep(BEN, ONE, draft(text="Ben's."))
    engine.dispose()
    open_database.cache_clear()
    again = Drafts(open_database(address))
    assert again.of(ADA, ONE) == {"users": draft(), "caveats": draft("caveats")}
    assert again.of(BEN, ONE)["users"].entry.text == "Ben's."
    again.discard(ADA, ONE, "users")
    assert set(again.of(ADA, ONE)) == {"caveats"}
    again.discard(ADA, ONE)
    assert again.of(ADA, ONE) == {}
    assert set(again.of(ADA, TWO)) == {"privacy"}
    assert set(again.of(BEN, ONE)) == {"users"}
    open_database(address).dispose()


def test_a_letter_that_a_database_cannot_hold_does_not_lose_the_draft(address: str) -> None:
    engine = open_database(address)
    drafts = Drafts(engine)
    odd = draft(text="a\x00b \\u0000 c \ud7ff \U0001f600")
    drafts.keep(ADA, ONE, odd)
    assert drafts.of(ADA, ONE) == {"users": odd}
    engine.dispose()


def test_accounts_that_only_look_alike_do_not_share_drafts(tmp_path: Path) -> None:
    drafts = Drafts(open_database(f"sqlite:///{tmp_path / 'rai.db'}"))
    drafts.keep(ADA, ONE, draft())
    for other in ({"subject": "ADA"}, {"issuer": "X"}, {"issuer": "x\nada", "subject": ""}):
        assert drafts.of(ADA.model_copy(update=other), ONE) == {}
    assert drafts.of(ADA.model_copy(update={"name": "Renamed", "roles": ()}), ONE) != {}
