"""What stands beside every page: the version, its gate, the cohort, and who is looking."""

from __future__ import annotations

import streamlit as st

from pages.ui import cohort_builder, identity, show, state, words
from rai.errors import InputError
from rai.signing import standing
from rai.versions import ModelVersionRef

_SELECTOR = "version-selector"


def draw(known: tuple[ModelVersionRef, ...]) -> None:
    """Draw the sidebar below the contents.

    Parameters
    ----------
    known
        Every version submitted.
    """
    here = state.enter()
    if known:
        _version(known, here.ref)
    else:
        show.remark("No version has been submitted yet.")
    if here.ref is not None:
        with show.refusals():
            _gate(here, here.ref)
            cohort_builder.draw(here)
    _identity(here)


def _version(known: tuple[ModelVersionRef, ...], ref: ModelVersionRef | None) -> None:
    names = {f"{item.name}, version {item.version}": item for item in known}
    st.session_state[_SELECTOR] = f"{ref.name}, version {ref.version}" if ref else None

    def move() -> None:
        chosen = names.get(st.session_state[_SELECTOR])
        if chosen is not None:
            state.go(model=chosen.name, version=chosen.version)

    st.selectbox("Model version", list(names), key=_SELECTOR, on_change=move, placeholder="Choose a version")


def _gate(here: state.Here, ref: ModelVersionRef) -> None:
    try:
        found = standing(here.workspace, ref)
    except InputError:
        st.markdown(f"Gate: {words.mark('none', 'closed, not reviewed')}")
        return
    if found.open and found.case is not None and found.case.exception:
        until = words.moment(found.case.exception[-1].until)
        st.markdown(f"Gate: {words.mark('unsure', 'open by exception')}, not approved, until {words.plain(until)}")
        return
    if found.open:
        st.markdown(f"Gate: {words.mark('pass', 'open')}")
        return
    state_of = found.case.state.replace("_", " ") if found.case else "not submitted"
    st.markdown(f"Gate: {words.mark('fail', 'closed')}, {words.plain(state_of)}", help=words.plain(found.reasons[0]))


def _identity(here: state.Here) -> None:
    st.divider()
    roles = ", ".join(here.person.roles) or "no role"
    st.markdown(f"**{words.plain(here.person.name)}**, {words.plain(roles)}")
    show.remark(identity.source(here.workspace.settings))
    if identity.login_configured():
        st.button("Sign out", on_click=st.logout)
