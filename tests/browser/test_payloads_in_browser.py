"""Text that means mischief, in every name, group and field at once: each page shows it and carries nothing of it out."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from pages.ui.contents import CONTENTS, Entry
from rai.people import Person, write_identity
from rai.settings import Settings
from rai.workspace import Workspace
from tests.browser.spoiling import MAN, REF, acts, spoilt
from tests.browser.test_flow_in_browser import _FLAGS
from tests.pages import stored
from tests.pages.served import served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass
class Seen:
    """What a browser was made to do; everything of it is nothing."""

    ran: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Seen]]:
    """A window of Chromium on an application full of payloads, watched."""
    home = tmp_path_factory.mktemp("payloads") / "rai"
    workspace = Workspace.open(Settings.load({"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")}))
    stored.build(workspace)
    spoilt(workspace)
    write_identity(home / "identity.toml", Person(issuer="local", subject="mallory", name="Mallory", roles=MAN.roles))
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert chromium is not None, "Install the package chromium to run this test."
    seen = Seen()
    with served(home, RAI_POLICIES=str(home / "policies")) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        window = browser.new_page(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1400, "height": 1000})
        window.set_default_timeout(30_000)
        own = (f"http://127.0.0.1:{port}/", "data:", "blob:")
        # Whatever is called by a payload reports here, from any frame; a dialog is counted as well.
        window.context.expose_binding("ran", lambda _, what: seen.ran.append(str(what)))
        window.add_init_script("const own = window.alert; window.alert = said => { window.ran('alert'); own(said) }")
        window.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        window.on("request", lambda asked: None if asked.url.startswith(own) else seen.foreign.append(asked.url))
        window.context.on("page", lambda other: seen.pages.append(other.url))
        yield window, seen
        browser.close()


def test_the_hook_counts_what_runs(visited: tuple[Page, Seen]) -> None:
    # Without this a hook that never counts would look like pages on which nothing runs.
    page, seen = visited
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/none.png onerror=ran(1)>')")
    page.wait_for_timeout(1_000)
    assert seen.ran == ["1"]
    seen.ran.clear()


def _touch(page: Page) -> None:
    """Do what a reader does with a mouse: point at what is drawn, where small windows open."""
    for mark in page.locator(".js-plotly-plot .hoverlayer + *, .js-plotly-plot .point").all()[:8]:
        if mark.is_visible():
            mark.hover(force=True, timeout=2_000, no_wait_after=True)
    page.wait_for_timeout(300)


@pytest.mark.parametrize("entry", CONTENTS, ids=lambda entry: entry.key)
def test_a_page_shows_it_and_runs_and_fetches_nothing(visited: tuple[Page, Seen], entry: Entry) -> None:
    page, seen = visited
    page.goto("/" if entry.key == "inbox" else f"/{entry.key}?model={REF.name}&version={REF.version}")
    expect(page.get_by_role("heading", level=1)).to_have_text(entry.question, timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    main = page.get_by_test_id("stMain")
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
    page.wait_for_timeout(1_000)
    _touch(page)
    assert (seen.ran, seen.dialogs, seen.foreign, seen.pages) == ([], [], [], [])
    # Nothing of it became an element: no link, picture, form or script that this program did not make.
    assert (
        main.locator("a[href*='evil.example'], img[src*='evil'], iframe, form[action], object, embed, base").count()
        == 0
    )
    assert main.locator("svg a, foreignObject script, .katex").count() == 0
    said = main.inner_text()
    if entry.key in {"data", "fairness", "explanations", "counterfactuals", "card"}:
        assert "<script>alert(1)</script>" in said
        assert "Traceback" not in said
    assert "could not be shown" not in said


# All tables are drawn by two functions: one for a section, one in which a row can be chosen.
@pytest.mark.parametrize("key", ["data", "ledger"])
def test_a_table_saved_from_a_page_holds_no_formula(visited: tuple[Page, Seen], key: str) -> None:
    page, _ = visited
    page.goto(f"/{key}?model={REF.name}&version={REF.version}")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    # Without the window in which a reader picks a folder, the browser saves to its own.
    page.evaluate("window.showSaveFilePicker = undefined")
    tables = page.get_by_test_id("stMain").get_by_test_id("stDataFrame").filter(visible=True)
    saved = [_saved(page, tables.nth(number)) for number in range(min(4, tables.count()))]
    assert any(text.replace("\N{WORD JOINER}", "").count("evil.example") for text in saved)
    for text in saved:
        for separator in (",", ";", "\t"):
            rows = csv.reader(io.StringIO(text), delimiter=separator)
            assert not [cell for row in rows for cell in row if acts(cell)]


def _saved(page: Page, table: Locator) -> str:
    """Save a table as a reader does: point at it, and take the button that appears."""
    table.scroll_into_view_if_needed()
    table.hover()
    with page.expect_download() as asked:
        # The buttons of a table stand beside it in the same frame.
        frame = table.locator("xpath=ancestor::*[@data-testid='stFullScreenFrame'][1]")
        frame.get_by_label("Download as CSV").first.dispatch_event("click")
    return Path(asked.value.path()).read_text(encoding="utf-8-sig")
