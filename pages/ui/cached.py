"""What pages read again and again, kept by digest: the installation, reviews and their sections."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rai.card import EvidenceSection
from rai.cards import evidence_section
from rai.review import Review
from rai.settings import Settings
from rai.workspace import Workspace


def workspace() -> Workspace:
    """Return the installation that the environment names, opened once for all sessions."""
    settings = Settings.load()
    return _open(str(settings.home), settings.tracking_uri, settings.database_url, str(settings.policies), settings.registry_uri)


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
    return evidence_section(key, _review.outcome(key))
