"""The main job in a real browser: from the queue through the evidence to a signed, published and promoted version."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright
from pypdf import PdfReader

from pages.ui.contents import CONTENTS
from rai.approval.events import SignedOff
from rai.card import NARRATIVE
from rai.demo_queue import REVIEWER
from rai.people import Person, write_identity
from rai.settings import Settings
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests.pages.served import ROOT, served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

VERSION = ModelVersionRef(name="mortgage-approval", version="2")
#: A name that would become a link, a picture, a colour and bold letters if it were not made plain.
NAME = "Wim *Writer* <b>x</b> [a](https://example.org) ![i](https://example.org/i.png) :red[y] :material/home: $z$ `c`"
WRITER = Person(issuer="local", subject="wim", name=NAME, roles=("submitter",))
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo with nothing reviewed yet; the application's own worker does that."""
    found = tmp_path_factory.mktemp("browser") / "rai"
    environment = {**os.environ, "RAI_HOME": str(found)}
    subprocess.run([sys.executable, "-m", "rai", "demo"], cwd=ROOT, env=environment, check=True, capture_output=True)
    return found


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    """A window of Chromium on the running application."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert chromium is not None, "Install the package chromium to run this test."
    with served(home, worker=True) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        window = browser.new_page(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1400, "height": 1000})
        window.set_default_timeout(30_000)
        yield window
        browser.close()


def workspace(home: Path) -> Workspace:
    return Workspace.open(Settings.load({"RAI_HOME": str(home)}))


def settled(page: Page, question: str) -> None:
    """Wait until a page has its title and its script has ended."""
    expect(page.get_by_role("heading", level=1)).to_have_text(question, timeout=30_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)


def become(page: Page, home: Path, person: Person, key: str) -> None:
    """Let another person look at a page of the version."""
    write_identity(home / "identity.toml", person)
    page.goto(f"/{key}?model={VERSION.name}&version={VERSION.version}")
    settled(page, next(item.question for item in CONTENTS if item.key == key))
    sidebar = page.get_by_test_id("stSidebarUserContent")
    assert person.name in sidebar.inner_text().replace("\u2060", "")
    assert sidebar.locator("a, b, img, code, .katex").count() == 0


def paper(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def test_from_the_queue_to_the_champion(page: Page, home: Path) -> None:
    _find_it_in_the_queue(page)
    _look_through_the_evidence(page)
    _write_the_card(page, home)
    _sign(page, home)
    _promote(page)
    _download_the_card(page)
    _as_the_records_say(home)


def _find_it_in_the_queue(page: Page) -> None:
    page.goto("/")
    settled(page, "What waits for me?")
    row = page.locator(".st-key-row-mortgage-approval-2")
    expect(row).to_contain_text("mortgage-approval, version 2")
    row.get_by_role("link", name="Open the evidence").click(timeout=240_000)
    settled(page, "Can I approve this, and if not, why?")
    assert "model=mortgage-approval" in page.url
    assert "version=2" in page.url
    expect(paper(page)).to_contain_text("Nothing in the evidence or the card keeps it from being approved.")


def _look_through_the_evidence(page: Page) -> None:
    for entry in CONTENTS:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=entry.title, exact=True).click()
        settled(page, entry.question)
        assert page.get_by_test_id("stException").count() == 0
        assert "could not be shown" not in paper(page).inner_text()
        assert not re.search(r"\b(nan|None|NaN)\b", paper(page).inner_text())


def _write_the_card(page: Page, home: Path) -> None:
    become(page, home, WRITER, "card")
    for _, heading, _ in NARRATIVE:
        box = page.get_by_role("textbox", name=heading, exact=True)
        box.fill(f"Written by hand: {heading}.")
        box.press("Control+Enter")
        expect(paper(page)).to_contain_text(re.compile(f"not saved: .*'{heading}'"))
    page.get_by_role("button", name="Save what I wrote").click()
    expect(paper(page)).to_contain_text("Saved: 'Intended use'")
    expect(paper(page)).to_contain_text("fields written")
    assert "not written" not in paper(page).inner_text()


def _sign(page: Page, home: Path) -> None:
    become(page, home, REVIEWER, "sign_off")
    page.get_by_text("Approve: it may go to production as it is").click()
    page.get_by_role("textbox", name="Rationale").fill("The gaps by race rest on few rows; we watch them monthly.")
    page.get_by_role("button", name="Sign", exact=True).dblclick()
    expect(paper(page)).to_contain_text("approve by Local reviewer", timeout=60_000)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("open")
    expect(paper(page)).to_contain_text("Card and attestation lie beside the model", timeout=120_000)


def _promote(page: Page) -> None:
    page.get_by_role("button", name="Make version 2 the champion").click()
    expect(paper(page)).to_contain_text("the alias champion names this version", timeout=60_000)


def _download_the_card(page: Page) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Model card", exact=True).click()
    settled(page, "What will the world read?")
    with page.expect_download(timeout=60_000) as asked:
        page.get_by_role("button", name="Download card.pdf").click()
    data = Path(asked.value.path()).read_bytes()
    assert data.startswith(b"%PDF-")
    document = PdfReader(io.BytesIO(data))
    assert document.metadata is not None
    assert "mortgage-approval" in str(document.metadata.title)
    text = "".join(item.extract_text() for item in document.pages)
    assert "Written by hand: Intended use." in text
    assert "Local reviewer" in text


def _as_the_records_say(home: Path) -> None:
    found = workspace(home)
    signed = [row.event for row in found.ledger.rows(VERSION) if isinstance(row.event, SignedOff)]
    assert [(item.decision, item.actor.name) for item in signed] == [("approve", "Local reviewer")]
    assert found.ledger.check() == ()
    assert found.registry.aliases(VERSION.name)["champion"] == "2"
    gate = subprocess.run(
        [sys.executable, "-m", "rai", "gate", VERSION.uri], cwd=ROOT, env={**os.environ, "RAI_HOME": str(home)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert gate.returncode == 0, gate.stdout + gate.stderr


def test_a_page_in_the_dark_is_drawn_for_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"/fairness?model={VERSION.name}&version={VERSION.version}")
    settled(page, "Who is treated differently, by how much, and how sure are we?")
    background = page.get_by_test_id("stApp").evaluate("node => getComputedStyle(node).backgroundColor")
    assert background == "rgb(23, 26, 25)"
    ink = page.locator(".js-plotly-plot .ytick text").first
    expect(ink).to_be_visible()
    red, *_ = map(int, re.findall(r"\d+", ink.evaluate("node => getComputedStyle(node).fill")))
    assert red > 150
    page.emulate_media(color_scheme="light")
