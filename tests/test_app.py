"""The real server: what its very first request meets, its health route and its security headers."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest

from pages.ui.contents import CONTENTS, Entry
from rai.people import write_identity
from tests.pages import stored
from tests.pages.served import ROOT, fetched, served, shown


@pytest.mark.parametrize("page", CONTENTS, ids=lambda page: page.key)
def test_the_first_request_of_all_goes_to_a_page_and_runs_nothing_of_it_for_nobody(tmp_path: Path, page: Entry) -> None:
    # The server is new for each page: after any session has run the frame, the way around it is shut anyway.
    home = tmp_path / "rai"
    with served(home) as port:
        sent = shown(port, page.key)
        assert "Nobody is named on this machine." in sent
        assert page.question not in sent
        assert page.title not in sent
        assert "page_not_found" in sent
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_the_same_request_shows_the_page_to_somebody(tmp_path: Path) -> None:
    home = tmp_path / "rai"
    write_identity(home / "identity.toml", stored.REVIEWER)
    with served(home) as port:
        sent = shown(port, "ledger")
    assert "Who decided what, when, on which bytes?" in sent.replace("\\", "")
    assert "page_not_found" not in sent


def test_no_folder_of_pages_lies_beside_the_script_that_is_run() -> None:
    # Streamlit runs what lies in a folder "pages" beside its main script without asking that script first.
    frame = ROOT / "pages" / "ui" / "frame.py"
    assert frame.is_file()
    assert not (frame.parent / "pages").exists()


def test_health_and_security_headers(tmp_path: Path) -> None:
    with served(tmp_path / "rai") as port:
        status, headers, body = fetched(port, "/api/health")
        assert (status, json.loads(body)) == (200, {"status": "ok"})
        for path in ("/api/health", "/", "/sign_off"):
            _, headers, _ = fetched(port, path)
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert "camera=()" in headers["permissions-policy"]


def test_the_queue_is_found_at_its_name(tmp_path: Path) -> None:
    with served(tmp_path / "rai") as port:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for path, leads in (("/inbox", "./"), ("/inbox?model=credit", "./?model=credit")):
            asked.request("GET", path)
            answer = asked.getresponse()
            answer.read()
            assert (answer.status, answer.headers["location"]) == (307, leads)
        asked.close()
