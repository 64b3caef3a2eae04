"""Text that means mischief, in every name, group and field at once: each page shows it and carries nothing of it out."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from pages.ui.contents import CONTENTS, Entry
from rai.approval import desk
from rai.narrative import Entry as Said
from rai.narrative import RiskPair
from rai.narrative_fields import FIELDS
from rai.people import Person, write_identity
from rai.review import Review
from rai.settings import Settings
from rai.signing import edit_narrative, standing
from rai.workspace import Workspace
from tests.browser.test_flow_in_browser import _FLAGS
from tests.pages import stored
from tests.pages.served import served
from tests.reports.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

#: Names of columns and groups in the stored reviews; every one of them is replaced by a share of the payloads.
NAMES = ("income", "debt", "region", "sex", "race", "north", "south", "west", "female", "male")
SHARES = {name: " ".join(PAYLOADS[place :: len(NAMES)]) for place, name in enumerate(NAMES)}
EVERYTHING = "\n\n".join(PAYLOADS)
MAN = Person(
    issuer="local", subject="mallory", name=" ".join(PAYLOADS[:40]), roles=("reviewer", "submitter", "auditor")
)
REF = stored.CHALLENGER


@dataclass
class Seen:
    """What a browser was made to do."""

    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


def replaced(value: object) -> object:
    """The same record with payloads for names, in keys and in sentences as well."""
    if isinstance(value, str):
        return re.sub(rf"\b({'|'.join(NAMES)})\b", lambda found: SHARES[found[1]], value)
    if isinstance(value, dict):
        return {str(replaced(key)): replaced(item) for key, item in value.items()}
    return [replaced(item) for item in value] if isinstance(value, list) else value


def spoilt(workspace: Workspace) -> None:
    """Put payloads into a review, its card, its ledger and the name of who looks."""
    review = workspace.archive.review(REF)
    assert review is not None
    record = json.loads(review.to_bytes())
    kept = {name: record[name] for name in ("digests", "target", "ref", "model", "versions")}
    workspace.archive.save_review(Review.model_validate({**replaced(record), **kept, "by": EVERYTHING}))
    for spec in FIELDS:
        said = Said(
            text=EVERYTHING, pairs=(RiskPair(risk=EVERYTHING, mitigation=EVERYTHING),) if spec.kind == "pairs" else ()
        )
        if spec.kind != "date":
            edit_narrative(workspace, REF, actor=MAN, texts={spec.key: said}, time=stored.TIME)
    found = standing(workspace, stored.WAGE)
    desk.sign_off(
        workspace.ledger, stored.WAGE, actor=MAN, decision="request changes", rationale=EVERYTHING, idem="x",
        seen_etag=found.etag, live=found.digests, findings=found.findings, unwritten=(), time=stored.TIME,
    )  # fmt: skip


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
        window.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        window.on("request", lambda asked: None if asked.url.startswith(own) else seen.foreign.append(asked.url))
        window.context.on("page", lambda other: seen.pages.append(other.url))
        yield window, seen
        browser.close()


@pytest.mark.parametrize("entry", CONTENTS, ids=lambda entry: entry.key)
def test_a_page_shows_it_and_runs_and_fetches_nothing(visited: tuple[Page, Seen], entry: Entry) -> None:
    page, seen = visited
    page.goto("/" if entry.key == "inbox" else f"/{entry.key}?model={REF.name}&version={REF.version}")
    expect(page.get_by_role("heading", level=1)).to_have_text(entry.question, timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    main = page.get_by_test_id("stMain")
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
    page.wait_for_timeout(1_000)
    assert (seen.dialogs, seen.foreign, seen.pages) == ([], [], [])
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
