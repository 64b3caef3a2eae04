"""Forms that count once: a key made when the form was drawn, kept until the deed is done, and the person read anew."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import streamlit as st

from pages.ui import cached, identity
from rai.errors import Refused
from rai.people import Person
from rai.versions import ModelVersionRef


def key(kind: str, ref: ModelVersionRef, about: str = "") -> str:
    """Return the key of the form as it was drawn; used twice, it counts once."""
    return str(st.session_state.setdefault(_place(kind, ref, about), uuid4().hex))


def used(kind: str, ref: ModelVersionRef, about: str = "") -> None:
    """Forget a form that did its work; the next one drawn is another."""
    st.session_state.pop(_place(kind, ref, about), None)


def _place(kind: str, ref: ModelVersionRef, about: str) -> str:
    return f"form-{kind}-{ref.uri}-{about}"


def signer() -> Person:
    """Return who acts, with the roles held now, signed in recently enough to decide.

    Raises
    ------
    Refused
        If nobody is signed in any more, or the login is too old.
    """
    actor = identity.person(cached.workspace().settings)
    if actor is None:
        raise Refused("Nobody is signed in any more. Sign in again; what you wrote is kept.")
    identity.require_recent_login()
    return actor


def written(name: str) -> str:
    """Return what was written in a field."""
    return str(st.session_state.get(name) or "").strip()


def today() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
