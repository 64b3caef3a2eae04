"""The ledger page: every row is there, filters leave out and never in, and a broken chain is said aloud."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest
from streamlit.testing.v1 import AppTest

from rai.approval import desk
from rai.approval.events import SYSTEM
from rai.policy import CardTerms
from rai.signing import edit_narrative, standing
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit
from tests.pages.reading import refusals, said


def rows(at: AppTest) -> list[tuple[str, ...]]:
    table = at.dataframe[0].value
    return list(zip(*(table[name] for name in table.columns), strict=True))


def approve(workspace: Workspace, ref: ModelVersionRef, *, time: str, promoted: str = "") -> None:
    texts = dict.fromkeys(CardTerms().required, "Text.")
    edit_narrative(workspace, ref, actor=stored.SUBMITTER, texts=texts, time=time)
    seen = standing(workspace, ref)
    desk.sign_off(
        workspace.ledger, ref, actor=stored.REVIEWER, decision="approve", rationale="Good for this *use*.",
        seen_etag=seen.etag, live=seen.digests, findings=seen.findings, unwritten=(), time=time, idem=ref.uri,
    )  # fmt: skip
    if promoted:
        desk.record_promoted(
            workspace.ledger, ref, actor=SYSTEM, alias="champion", live=seen.digests, time=promoted, asked_by="Ola Ops"
        )


@pytest.fixture
def promoted(own: Workspace) -> Workspace:
    """Version 1 was promoted in May, version 2 in July."""
    approve(own, stored.CHAMPION, time="2026-05-10T10:00:00+00:00", promoted="2026-05-10T23:30:00+00:00")
    approve(own, stored.CHALLENGER, time="2026-07-01T10:00:00+00:00", promoted="2026-07-02T08:00:00+02:00")
    return own


def test_every_row_is_shown_newest_first_and_the_chain_is_checked(here: Workspace, visit: Visit) -> None:
    at = visit("ledger")
    # Five submissions and four reviews.
    assert "9 rows, and the chain holds." in said(at)
    assert [row[0] for row in rows(at)] == ["9", "8", "7", "6", "5", "4", "3", "2", "1"]
    assert rows(at)[-1][1:7] == (
        "2026-05-04 09:30", "Lending *team*", "submitted", "mortgage approval 1", "", "submitter",
    )  # fmt: skip
    model = here.archive.submission(stored.CHAMPION).model  # type: ignore[union-attr]
    assert f"model {model[:12]}" in rows(at)[-1][7]


def test_a_row_can_be_read_in_full(here: Workspace, visit: Visit) -> None:
    at = visit("ledger")
    at.session_state["ledger"] = {"selection": {"rows": [8], "columns": [], "cells": []}}
    at.run()
    first = here.ledger.rows()[0]
    assert first.hash in said(at)
    assert here.archive.submission(stored.CHAMPION).model in said(at)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("ledger-models", ["grade"], {("grade 1", "submitted"), ("grade 1", "reviewed")}),
        ("ledger-versions", ["2"], {("mortgage approval 2", "submitted"), ("mortgage approval 2", "reviewed")}),
        (
            "ledger-people", ["RAI Review (rai, system)"],
            {(f"{name} {number}", "reviewed") for name, number in (("mortgage approval", 1), ("mortgage approval", 2), ("hourly-wage", 1), ("grade", 1))},
        ),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("here")
def test_a_filter_keeps_exactly_the_rows_it_names(
    visit: Visit, key: str, value: list[str], expected: set[tuple[str, str]]
) -> None:
    at = visit("ledger")
    at.get_by_key(key).set_value(value).run()
    assert {(row[4], row[3]) for row in rows(at)} == expected
    assert f"{len(expected)} of 9 rows" in said(at)


@pytest.mark.usefixtures("promoted")
def test_kinds_and_days_are_filtered(visit: Visit) -> None:
    at = visit("ledger")
    at.get_by_key("ledger-kinds").set_value(["approved", "promoted"]).run()
    assert [(row[3], row[4]) for row in rows(at)] == [
        ("promoted", "mortgage approval 2"), ("approved", "mortgage approval 2"), ("promoted", "mortgage approval 1"),
        ("approved", "mortgage approval 1"),
    ]  # fmt: skip
    at.get_by_key("ledger-first").set_value(dt.date(2026, 7, 2)).run()
    assert [(row[3], row[4]) for row in rows(at)] == [("promoted", "mortgage approval 2")]
    at.get_by_key("ledger-last").set_value(dt.date(2026, 7, 1)).run()
    assert len(at.dataframe) == 0
    assert "0 of 25 rows" in said(at)


@pytest.mark.usefixtures("promoted")
def test_the_ledger_says_who_was_champion_on_a_day(visit: Visit) -> None:
    at = visit("ledger", model="mortgage approval", version="2")
    day = at.get_by_key("champion-day")
    for date, sentence in (
        (dt.date(2026, 5, 9), "The ledger names no champion of mortgage approval on 9 May 2026."),
        (dt.date(2026, 5, 10), "On 10 May 2026 it was mortgage approval, version 1. Ola Ops had it promoted"),
        (dt.date(2026, 7, 1), "On 1 July 2026 it was mortgage approval, version 1. Ola Ops had it promoted"),
        (dt.date(2026, 7, 2), "on 2 July 2026, 06:00 UTC (row 25)."),
    ):
        day.set_value(date).run()
        assert sentence in said(at)
    assert "Ada Example, reviewer, had approved it on 1 July 2026, 10:00 UTC: Good for this *use*." in said(at)


def test_a_checkpoint_from_a_card_is_held_against_the_ledger(here: Workspace, visit: Visit) -> None:
    at = visit("ledger")
    row = list(here.ledger.rows())[3]
    at.number_input(key="checkpoint-row").set_value(row.seq)
    at.text_input(key="checkpoint-head").set_value(f" {row.hash.upper()} ").run()
    assert [item.value for item in at.success] == [
        "Row 4 of this ledger has that hash, and no row before it was changed."
    ]
    at.text_input(key="checkpoint-head").set_value("f" * 64).run()
    assert "Row 4 of the ledger is not the one to which the checkpoint points." in said(at)
    at.number_input(key="checkpoint-row").set_value(99).run()
    assert "The ledger has lost row 99, to which the checkpoint points." in said(at)
    assert not at.success


def test_a_changed_row_is_named_and_the_page_goes_on(own: Workspace, visit: Visit) -> None:
    with sqlite3.connect(own.settings.home / "rai.db") as connection:
        connection.execute("drop trigger ledger_no_update")
        connection.execute("update ledger set body = replace(body, 'Lending', 'Landing') where seq = 1")
    connection.close()
    at = visit("ledger")
    assert "The ledger is broken" in said(at)
    assert "- Row 1 of the ledger has been changed: its hash does not fit." in said(at)
    assert len(rows(at)) == 9


@pytest.mark.usefixtures("here")
def test_the_ledger_can_be_taken_away(visit: Visit) -> None:
    at = visit("ledger")
    labels = [item.label for item in at.get("download_button")]
    assert labels == ["Download these rows as CSV", "Download the whole ledger as JSON Lines"]
    assert refusals(at) == []
