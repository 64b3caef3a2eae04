"""What pages read again and again, kept by digest: the installation, reviews, their sections and rendered cards."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path

import streamlit as st

from rai.card import EvidenceSection, ModelCard
from rai.cards import evidence_section
from rai.errors import RegistryError
from rai.marking import ALIAS
from rai.review import Review
from rai.settings import Settings
from rai.workspace import Workspace

_log = logging.getLogger(__name__)

#: Seconds a page waits for the registry before it says that it has not answered.
_PATIENCE = 0.3


def workspace() -> Workspace:
    """Return the installation that the environment names, opened once for all sessions."""
    found = Settings.load()
    return _open(str(found.home), found.tracking_uri, found.database_url, str(found.policies), found.registry_uri)


@st.cache_resource(max_entries=8, show_spinner=False)
def _open(home: str, tracking_uri: str, database_url: str, policies: str, registry_uri: str) -> Workspace:
    return Workspace.open(Settings(Path(home), tracking_uri, database_url, Path(policies), registry_uri))


@st.cache_resource(max_entries=32, show_spinner=False)
def review(digest: str, _workspace: Workspace) -> Review:
    """Read a review by its digest; records are frozen, so all sessions may share one."""
    return Review.from_bytes(_workspace.store.get(digest))


@st.cache_resource(max_entries=256, show_spinner=False)
def section(digest: str, key: str, _review: Review) -> EvidenceSection:
    """Draw up one analysis of the review with this digest."""
    del digest  # the cache's key
    return evidence_section(key, _review.outcome(key))


@st.cache_data(max_entries=32, show_spinner=False)
def pdf(digest: str, _card: ModelCard) -> bytes:
    """Render the card with this digest as PDF."""
    from reports.pdf import render_pdf  # drawing libraries are loaded only where a card is rendered

    del digest  # the cache's key
    return render_pdf(_card)


def alias(asked: Workspace, model: str) -> str | None:
    """Return the version that the alias ``champion`` names; empty if it names none, ``None`` for not yet known.

    Raises
    ------
    RegistryError
        If the registry cannot be asked.
    """
    settings = asked.settings
    if settings.embedded and not (settings.home / "mlflow.db").is_file():
        return ""
    answer = _asked(f"{settings.tracking_uri} {settings.registry_uri}", model, asked)
    try:
        return answer.result(timeout=_PATIENCE)
    except TookTooLong:
        return None


@st.cache_resource(ttl="60s", max_entries=64, show_spinner=False)
def _asked(registry: str, model: str, _workspace: Workspace) -> Future[str]:
    # MLflow takes seconds to import and a silent registry longer to give up; neither may hold a page.
    del registry
    answer: Future[str] = Future()
    threading.Thread(target=_ask, args=(_workspace, model, answer), daemon=True).start()
    return answer


def _ask(asked: Workspace, model: str, answer: Future[str]) -> None:
    try:
        answer.set_result(asked.registry.aliases(model).get(ALIAS, ""))
    except RegistryError as error:
        answer.set_exception(error)
    except Exception:  # noqa: BLE001 - whatever a client raises, the page that asked is told
        _log.exception("The registry could not be asked")
        answer.set_exception(RegistryError("The registry could not be asked. The server's log says why."))
