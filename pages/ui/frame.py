"""The frame around every page: who is looking, the contents, the sidebar, and one place where refusals are shown."""

from __future__ import annotations

import streamlit as st

from pages.ui import cached, identity, show, sidebar, state
from pages.ui.contents import CONTENTS, FOLDER, Entry
from rai.workspace import Workspace


def _page(entry: Entry) -> st.Page:
    first = entry is CONTENTS[0]
    return st.Page(entry.path, title=entry.title, url_path=entry.key, help=entry.question, default=first)


def _outside(workspace: Workspace) -> None:
    """Show somebody without an identity what to do, and nothing else; no page is known to the server."""

    def closed() -> None:
        st.title("RAI Review", anchor=False)
        st.text(identity.nobody(workspace.settings))
        if identity.login_configured():
            st.button("Sign in", type="primary", on_click=st.login)

    st.navigation([st.Page(closed, title="RAI Review", url_path="closed", default=True)], position="hidden").run()


def _inside(workspace: Workspace) -> None:
    groups: dict[str, list[st.Page]] = {}
    for entry in CONTENTS:
        groups.setdefault(entry.group, []).append(_page(entry))
    page = st.navigation(groups, expanded=True)
    refs = {item.ref for item in workspace.archive.submissions()}
    known = tuple(sorted(refs, key=lambda ref: (ref.name, int(ref.version))))
    paper = st.container(width=show.WIDTH, key="paper")
    arrived = False
    with paper, show.refusals():
        state.follow_address(known)
        arrived = True
    with st.sidebar, show.refusals():
        sidebar.draw(known)
    if arrived:
        with paper, show.refusals():
            page.run()


# A file of our own: a named symbol would be fetched from another host by the browser of everybody who looks.
st.set_page_config(page_title="RAI Review", page_icon=str(FOLDER / "ui" / "icon.svg"), layout="wide")
st.logo(FOLDER / "ui" / "wordmark.svg", size="large")
with show.refusals():
    here = cached.workspace()
    if identity.person(here.settings) is None:
        _outside(here)
    else:
        _inside(here)
