"""The comparison page: beside the champion if it is known, otherwise beside what the reader picks."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit
from tests.pages.reading import refusals, said
from tests.pages.test_ledger import approve

ONE = {"model": stored.CHAMPION.name, "version": "1"}
TWO = {"model": stored.CHALLENGER.name, "version": "2"}


def answered(at: AppTest) -> AppTest:
    """Wait until the registry has said which version its alias names."""
    until = time.monotonic() + 20
    while "is being asked" in said(at) and time.monotonic() < until:
        time.sleep(0.1)
        at.run()
    return at


@pytest.mark.usefixtures("here")
def test_without_a_known_champion_the_reader_picks_the_other_version(visit: Visit) -> None:
    at = answered(visit("compare", **TWO))
    assert "The ledger records no promotion of mortgage approval. The registry names no champion either." in said(at)
    assert at.selectbox(key="compare-models:/mortgage approval/2-").options == ["Version 1"]
    assert "Version 1 stands in the champion's place because you chose it." in said(at)
    assert "ersion 2 against version 1 on 400 rows" in said(at)
    assert refusals(at) == []


def test_the_alias_of_the_registry_is_named_as_what_it_is(own: Workspace, visit: Visit) -> None:
    own.registry.set_alias(stored.CHAMPION, "champion")
    at = answered(visit("compare", **TWO))
    assert "The registry's alias names version 1; whoever may write there can set it." in said(at)
    assert "because you chose it" not in said(at)


def test_the_promotion_in_the_ledger_counts_before_the_alias(own: Workspace, visit: Visit) -> None:
    own.registry.set_alias(stored.CHALLENGER, "champion")
    approve(own, stored.CHAMPION, time="2026-05-10T10:00:00+00:00", promoted="2026-05-11T10:00:00+00:00")
    at = visit("compare", **TWO)
    assert "Champion since 11 May 2026, 10:00 UTC: version 1. Ola Ops asked for it (row 17 of the ledger)." in said(at)
    at = visit("compare", **ONE)
    assert "Version 1 is the champion itself, so version 2 stands here as the challenger." in said(at)
    assert "ersion 2 against version 1 on 400 rows" in said(at)


@pytest.mark.usefixtures("here")
def test_a_version_alone_has_nothing_to_be_compared_with(visit: Visit) -> None:
    at = visit("compare", model=stored.WAGE.name, version="1")
    assert "There is nothing to compare it with." in said(at)
    assert "No other version of hourly-wage has a complete review." in said(at)


@pytest.mark.usefixtures("here")
def test_a_silent_registry_does_not_hold_the_page(visit: Visit, monkeypatch) -> None:
    # An address on this machine at which nobody ever answers: connected, and then silence.
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.perf_counter()
        at = visit("compare", **TWO)
        assert time.perf_counter() - began < 3
        assert "The registry is being asked which version its alias names." in said(at)
        assert "ersion 2 against version 1 on 400 rows" in said(at)
