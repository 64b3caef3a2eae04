"""Who is looking: claims of the identity provider, roles of this installation, and how old a login may be to sign."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import identity
from rai.approval.events import SignedOff
from rai.errors import InputError
from rai.signing import edit_narrative
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import FRAME
from tests.pages.reading import refusals, said
from tests.pages.test_sign_off import ADDRESS, REF, TEXTS, decide, press

ISSUER = "https://login.example.org"


def signed_in(workspace: Workspace, *, subject: str = "ada", ago: float = 60.0, **claims: object) -> AppTest:
    """The sign-off page as somebody sees it who came through the identity provider."""
    (workspace.settings.home / "roles.toml").write_text(f'"{ISSUER}|ada" = ["reviewer"]\n', encoding="utf-8")
    edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts=TEXTS, time=stored.TIME)
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.secrets["auth"] = {"redirect_uri": "http://localhost:8501/oauth2callback"}
    at.user = {
        "is_logged_in": True, "iss": ISSUER, "sub": subject, "name": "Ada Example", "auth_time": time.time() - ago,
        **claims,
    }  # fmt: skip
    for name, value in ADDRESS.items():
        at.query_params[name] = value
    at.run()
    at.switch_page("../sign_off.py")
    return at.run()


def signatures(workspace: Workspace) -> list[SignedOff]:
    return [row.event for row in workspace.ledger.rows(REF) if isinstance(row.event, SignedOff)]


def test_the_identity_is_issuer_and_subject_and_the_local_file_counts_no_more(own: Workspace) -> None:
    at = signed_in(own)
    assert "Signed in with your identity provider." in said(at)
    decide(at)
    assert refusals(at) == []
    [signed] = signatures(own)
    assert (signed.actor.issuer, signed.actor.subject, signed.actor.roles) == (ISSUER, "ada", ("reviewer",))


def test_an_old_login_may_look_and_not_sign(own: Workspace) -> None:
    at = signed_in(own, ago=16 * 60)
    decide(at)
    assert refusals(at) == ["You signed in more than 15 minutes ago. Sign out and in again, then decide."]
    assert signatures(own) == []


def test_the_time_of_the_token_does_not_count(own: Workspace) -> None:
    at = signed_in(own, ago=3600, iat=time.time())
    decide(at)
    assert refusals(at) == ["You signed in more than 15 minutes ago. Sign out and in again, then decide."]
    assert signatures(own) == []


@pytest.mark.parametrize("stamp", [None, "yesterday", True])
def test_a_login_without_a_time_signs_nothing(own: Workspace, stamp: object) -> None:
    at = signed_in(own, auth_time=stamp, iat=time.time())
    decide(at)
    [refusal] = refusals(at)
    assert refusal.startswith("Your identity provider does not say when you signed in (claim auth_time)")
    assert signatures(own) == []


def test_a_login_of_tomorrow_signs_nothing(own: Workspace) -> None:
    at = signed_in(own, ago=-24 * 3600)
    decide(at)
    assert len(refusals(at)) == 1
    assert signatures(own) == []


def test_somebody_who_logged_in_and_is_not_named_has_no_role(own: Workspace) -> None:
    at = signed_in(own, subject="eve")
    assert "Ada Example may not approve: only the reviewer or independent approver may." in said(at)
    assert len(at.radio) == 0


def test_accounts_of_one_person_are_joined_so_that_nobody_decides_on_their_own_version(own: Workspace) -> None:
    listed = f'[[person]]\naccounts = ["{ISSUER}|ada", "{stored.SUBMITTER.account}"]\n'
    (own.settings.home / "accounts.toml").write_text(listed, encoding="utf-8")
    at = signed_in(own)
    assert "Ada Example had a hand in models:/mortgage approval/2 and cannot approve it" in said(at)
    assert len(at.radio) == 0


@pytest.mark.parametrize("claims", [{"is_logged_in": False}, {"iss": ""}, {"sub": None}])
def test_nobody_without_a_whole_identity_sees_a_page(own: Workspace, claims: dict[str, object]) -> None:
    (own.settings.home / "roles.toml").write_text(f'"{ISSUER}|ada" = ["reviewer"]\n', encoding="utf-8")
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.secrets["auth"] = {"redirect_uri": "http://localhost:8501/oauth2callback"}
    at.user = {"is_logged_in": True, "iss": ISSUER, "sub": "ada", **claims}
    at.run()
    assert at.text[0].value == "Nobody is signed in. Sign in to see the reviews."
    assert [button.label for button in at.button] == ["Sign in"]
    assert len(at.selectbox) == 0


def test_a_role_that_does_not_exist_is_refused_in_a_sentence(own: Workspace) -> None:
    (own.settings.home / "roles.toml").write_text(f'"{ISSUER}|ada" = ["boss"]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"roles\.toml is not a table of roles"):
        identity.roles(own.settings, ISSUER, "ada")


def test_a_promotion_needs_a_recent_login_as_well(fresh: Workspace) -> None:
    from rai.worker import work

    at = signed_in(fresh)
    decide(at)
    work(fresh, once=True)
    at.user = {
        "is_logged_in": True,
        "iss": ISSUER,
        "sub": "ada",
        "name": "Ada Example",
        "auth_time": time.time() - 3600,
    }
    at.run()
    press(at, "Make version 2 the champion")
    assert refusals(at) == ["You signed in more than 15 minutes ago. Sign out and in again, then decide."]
    assert fresh.jobs.latest(REF.uri, "promote") is None


ADDRESS_ASKED = """
import asyncio
from streamlit.web.server.starlette.starlette_auth_routes import _create_oauth_client
client, redirect = _create_oauth_client("default")
print(asyncio.run(client.create_authorization_url(redirect))["url"])
"""


def test_the_settings_of_the_security_page_ask_the_provider_for_the_time(tmp_path: Path) -> None:
    """A provider must send ``auth_time`` if it is asked with ``max_age`` (OpenID Connect Core 1.0, section 3.1.2.1)."""
    text = (FRAME.parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    section = text.split("```toml\n[auth.default]")[1].split("```")[0]
    (tmp_path / "provider.json").write_text('{"authorization_endpoint": "https://login.example.org/authorize"}')
    with served_folder(tmp_path) as address:
        section = section.replace(
            "https://login.example.org/.well-known/openid-configuration", f"{address}/provider.json"
        )
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit" / "secrets.toml").write_text(
            f'[auth]\nredirect_uri = "http://localhost/oauth2callback"\ncookie_secret = "x"\n[auth.default]{section}',
            encoding="utf-8",
        )
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ADDRESS_ASKED], cwd=tmp_path, capture_output=True, text=True
        )
    assert "max_age=900" in done.stdout, done.stderr


@contextmanager
def served_folder(folder: Path) -> Iterator[str]:
    """Serve the files of a folder on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
