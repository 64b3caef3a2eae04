"""Where the reader is: version, cohort and person, kept in the address so that a page can be sent to a colleague."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui import cached, identity
from rai.errors import InputError
from rai.people import Person
from rai.review import Review
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

_PLACE = ("model", "version", "cohort")
_KEPT = "place"


@dataclass(frozen=True)
class Here:
    """What every page starts from.

    Attributes
    ----------
    ref
        The version chosen; ``None`` while nothing has been submitted.
    cohort
        The cohort in its text form, empty for all rows.
    digest, review
        The newest complete review of the version, if there is one.
    """

    workspace: Workspace
    person: Person
    ref: ModelVersionRef | None
    cohort: str
    digest: str | None
    review: Review | None


def enter() -> Here:
    """Let a page begin: the first line of every page. Without an identity nothing after it runs."""
    workspace = cached.workspace()
    person = identity.person(workspace.settings)
    if person is None:
        st.stop()
    place = _place()
    ref = ModelVersionRef(name=place["model"], version=place["version"]) if place["version"] else None
    digest = workspace.archive.review_digest(ref) if ref else None
    review = cached.review(digest, workspace) if digest else None
    return Here(workspace, person, ref, place["cohort"], digest, review)


def follow_address(known: tuple[ModelVersionRef, ...]) -> None:
    """Take the place from the address if it names one, otherwise keep the last one, and write it back.

    Raises
    ------
    InputError
        If the address names a version that has not been submitted.
    """
    asked = {name: st.query_params.get(name, "") for name in _PLACE}
    place = asked if asked["model"] else _place()
    of_model = [ref for ref in known if ref.name == place["model"]]
    if asked["model"] and (
        not of_model or (asked["version"] and asked["version"] not in {r.version for r in of_model})
    ):
        st.session_state.pop(_KEPT, None)
        raise InputError(
            f"The address names models:/{asked['model']}/{asked['version']}, which has not been submitted here. "
            "Choose a version in the sidebar."
        )
    if not of_model and known:
        place = {"model": known[0].name, "version": known[0].version, "cohort": ""}
    elif of_model and not place["version"]:
        place = {**place, "version": max(of_model, key=lambda ref: int(ref.version)).version}
    go(**place)


def go(*, model: str, version: str, cohort: str = "") -> None:
    """Move to a version and cohort; the address follows."""
    place = {"model": model, "version": version, "cohort": cohort}
    st.session_state[_KEPT] = place
    for name, value in place.items():
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
        elif not value and name in st.query_params:
            del st.query_params[name]


def choose_cohort(text: str) -> None:
    """Move to another cohort of the same version."""
    place = _place()
    go(model=place["model"], version=place["version"], cohort=text)


def link(ref: ModelVersionRef, cohort: str = "") -> dict[str, str]:
    """Return the query parameters of an address that leads to a version and cohort."""
    place = {"model": ref.name, "version": ref.version, "cohort": cohort}
    return {name: value for name, value in place.items() if value}


def _place() -> dict[str, str]:
    kept: dict[str, str] = st.session_state.get(_KEPT, dict.fromkeys(_PLACE, ""))
    return kept
