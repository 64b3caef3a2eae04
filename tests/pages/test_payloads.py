"""Text that means mischief, in every name, group and field: pages show it as text, and no table saves a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import words
from pages.ui.contents import CONTENTS, Entry
from rai.approval.reading import lines, spreadsheet
from rai.workspace import Workspace
from tests.browser.spoiling import EVERYTHING, SHARES, acts, spoilt
from tests.pages import stored
from tests.pages.conftest import Visit
from tests.pages.reading import refusals, said
from tests.reports.payloads import PAYLOADS


@pytest.fixture
def dirty(own: Workspace) -> Workspace:
    """An installation with payloads in a review, its card, its ledger and the names of people."""
    spoilt(own)
    return own


@pytest.mark.parametrize("entry", CONTENTS, ids=lambda entry: entry.key)
@pytest.mark.usefixtures("dirty")
def test_a_page_shows_payloads_as_text(visit: Visit, entry: Entry) -> None:
    at = visit(entry.key, model=stored.CHALLENGER.name, version=stored.CHALLENGER.version)
    assert entry.question in said(at)
    assert refusals(at) == []
    for element in (*at.markdown, *at.caption, *at.warning, *at.error, *at.info, *at.success, *at.title, *at.subheader):
        assert not getattr(element, "allow_html", False)
        assert not getattr(element.proto, "allow_html", False)
        assert live(element.value) == []
    for heading in every_heading_and_cell(at):
        assert not begins_a_cell_that_acts(heading), heading


def live(markup: str) -> list[str]:
    """Signs of the screen's markup that nobody took the meaning of, apart from this program's own."""
    return re.findall(r"(?<!\\)(?:<[a-zA-Z/!]|!\[|\]\(|\$\S|https?:|www\.\w)", markup)


def every_heading_and_cell(at: AppTest) -> list[str]:
    frames = [table.value for table in at.dataframe]
    return [str(text) for frame in frames for name in frame for text in (name, *frame[name])]


def begins_a_cell_that_acts(text: str) -> bool:
    """True if a spreadsheet that opens this cell, or a part of it after a separator, calculates."""
    parts = [text, *re.split(r"[;,\t\r\n\"']", text)[1:]]
    return any(acts(part.lstrip("\"' ")) for part in parts) or acts(text)


@pytest.mark.parametrize("payload", [*PAYLOADS, " =1", "\u3000=1", "a;=1", "a\t@x", "x\n+1", '"";=1'])
def test_a_cell_cannot_act_and_reads_the_same(payload: str) -> None:
    assert not begins_a_cell_that_acts(words.cell(payload))
    assert words.typed(words.cell(payload)) == payload
    assert words.cell(words.cell(payload)) == words.cell(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_plain_text_leaves_no_sign_its_meaning(payload: str) -> None:
    assert live(words.plain(payload)) == []


@pytest.mark.parametrize("text", ["30-40", "a, b", "white; black", "3 %", "x=1", "a@b.example", "well-known"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert words.cell(text) == text


def test_the_ledger_for_a_spreadsheet_holds_no_formula(dirty: Workspace) -> None:
    data = spreadsheet(lines(dirty.ledger.rows())).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    cells = [cell for row in rows for cell in row]
    assert any(EVERYTHING.strip()[:40] in cell for cell in cells)
    assert not list(filter(acts, cells))
    # Every cell stands in quotes, so that another separator parts nothing.
    assert data.startswith('"')
    semicolon = [cell for row in csv.reader(io.StringIO(data), delimiter=";") for cell in row]
    assert not list(filter(acts, semicolon))


def test_every_payload_is_put_somewhere() -> None:
    everywhere = " ".join(SHARES.values())
    assert all(payload in everywhere and payload in EVERYTHING for payload in PAYLOADS)
