"""The version at hand beside another one of the same model: the champion if it is known, or one the reader picks."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui import cached, show, state, words
from rai.approval.questions import champion
from rai.compare import compare
from rai.errors import RegistryError
from rai.review import Review
from rai.versions import ModelVersionRef


@dataclass(frozen=True)
class _Known:
    """Which version is the champion, if that is known, and who says so."""

    version: str
    source: str


def draw(here: state.Here) -> None:
    """Draw the comparison of the version's newest review."""
    assert here.ref is not None
    known = _champion(here, here.ref)
    show.remark(known.source)
    others = _reviewed(here, here.ref)
    if not others:
        show.lead("There is nothing to compare it with.")
        show.sentence(f"No other version of {here.ref.name} has a complete review. Submit one and have it reviewed.")
        return
    _side_by_side(here, here.ref, known, others)


def _champion(here: state.Here, ref: ModelVersionRef) -> _Known:
    found = champion(here.workspace.ledger.history(), ref.name)
    if found is not None:
        who = f"{found.asked_by} asked for it (row {found.seq} of the ledger)"
        return _Known(
            found.ref.version, f"Champion since {words.moment(found.since)}: version {found.ref.version}. {who}."
        )
    head = f"The ledger records no promotion of {ref.name}."
    if here.review is not None and here.review.comparison is not None:
        version = here.review.comparison.champion.rpartition("/")[2]
        return _Known(version, f"{head} When this review was made, the registry's alias named version {version}.")
    try:
        version = cached.alias(here.workspace, ref.name)
    except RegistryError as error:
        return _Known("", f"{head} {error}")
    if version is None:
        _wait(here, ref.name)
        return _Known("", f"{head} The registry is being asked which version its alias names.")
    if not version:
        return _Known("", f"{head} The registry names no champion either.")
    return _Known(version, f"{head} The registry's alias names version {version}; whoever may write there can set it.")


@st.fragment(run_every="1s")
def _wait(here: state.Here, model: str) -> None:
    # The fragment runs again by itself, outside the frame: it needs its own place for refusals.
    with show.refusals():
        try:
            known = cached.alias(here.workspace, model) is not None
        except RegistryError:
            known = True
        if known:
            st.rerun(scope="app")


def _reviewed(here: state.Here, ref: ModelVersionRef) -> dict[str, ModelVersionRef]:
    same = [item.ref for item in here.workspace.archive.submissions() if item.ref.name == ref.name and item.ref != ref]
    return {
        item.version: item
        for item in sorted(same, key=lambda item: int(item.version))
        if here.workspace.archive.review_digest(item) is not None
    }


def _side_by_side(here: state.Here, ref: ModelVersionRef, known: _Known, others: dict[str, ModelVersionRef]) -> None:
    assert here.review is not None
    if known.version and known.version not in {ref.version, *others}:
        show.sentence(f"The champion, version {known.version}, has no complete review here, so it cannot stand beside.")
    versions = list(others)
    first = versions.index(known.version) if known.version in others else len(versions) - 1
    chosen = st.selectbox(
        "Compare with",
        versions,
        index=first,
        key=f"compare-{ref.uri}-{known.version}",
        format_func=lambda version: f"Version {version}",
    )
    other = _review(here, others[chosen])
    if known.version == ref.version:
        show.remark(f"Version {ref.version} is the champion itself, so version {chosen} stands here as the challenger.")
        show.section(compare(here.review, other))
        return
    if chosen != known.version:
        show.remark(f"Version {chosen} stands in the champion's place because you chose it.")
    show.section(compare(other, here.review))


def _review(here: state.Here, ref: ModelVersionRef) -> Review:
    digest = here.workspace.archive.review_digest(ref)
    assert digest is not None
    return cached.review(digest, here.workspace)
