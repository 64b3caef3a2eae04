"""The narrative of the card: six fields people write, each with its question, its writer and its time."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui import cached, identity, notice, show, state, words
from rai.approval.cases import Case
from rai.approval.rules import decide
from rai.card import NARRATIVE, ModelCard, NarrativeField
from rai.clock import now
from rai.errors import Refused
from rai.signing import edit_narrative
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

_PLACE = "narrative"


def draw(here: state.Here, card: ModelCard, case: Case | None) -> None:
    """Draw the narrative: as a form for somebody who may write in it, otherwise to be read."""
    assert here.ref is not None
    notice.draw(_PLACE)
    try:
        decide(here.person, "edit", case)
    except Refused as refusal:
        _read(card)
        show.remark(str(refusal))
        return
    if case is not None and _gives_up_the_vote(here, case):
        _read(card)
        return
    if case is not None and case.in_force:
        st.warning("This version is approved. A change in its card makes the approval stale.")
    elif case is not None and case.state == "in_review" and (case.sign_offs or case.overrides):
        st.warning("People have signed this card already. A change in it voids what they signed.")
    _form(here.ref, card)


def _gives_up_the_vote(here: state.Here, case: Case) -> bool:
    """Ask a reviewer first: whoever writes in the card cannot decide on the version any more."""
    if not {"reviewer", "override"} & set(here.person.roles) or case.touched_by(here.person):
        return False
    st.warning("Whoever writes in this card has a hand in the version and cannot sign for it afterwards.")
    return not st.checkbox("I write, and leave the decision to another reviewer", key=f"writes-{case.ref.uri}")


def _read(card: ModelCard) -> None:
    for field in card.narrative:
        left, right = st.columns([1, 3], gap="medium")
        left.markdown(f"**{words.plain(field.heading)}**")
        with right:
            show.remark(field.prompt)
            if field.filled:
                show.sentence(field.text)
            _written(field)


def _written(field: NarrativeField) -> None:
    if field.filled and field.author is not None:
        show.remark(f"{field.author.name}, {words.moment(field.written)}")
    else:
        st.markdown(words.mark("unsure", "not written"))


def _form(ref: ModelVersionRef, card: ModelCard) -> None:
    _lay_out(ref, card)
    with st.form(f"narrative-{ref.uri}", border=False, enter_to_submit=False):
        # The headings are this program's own words; escaped, they would be read aloud with their backslashes.
        for field, (_, heading, _) in zip(card.narrative, NARRATIVE, strict=True):
            st.text_area(
                heading, key=_draft(ref, field.key), help=words.plain(field.prompt),
                placeholder=field.prompt, persist_state="session", height=120,
            )  # fmt: skip
            _written(field)
            _meanwhile(ref, field)
        st.form_submit_button("Save what I wrote", type="primary", on_click=_save, args=(ref,))


def _draft(ref: ModelVersionRef, key: str) -> str:
    return f"draft-{ref.uri}-{key}"


def _seen(ref: ModelVersionRef, key: str) -> str:
    return f"seen-{ref.uri}-{key}"


def _lay_out(ref: ModelVersionRef, card: ModelCard) -> None:
    """Fill the form with the texts as they are, except where the reader's own draft waits to be saved."""
    for field in card.narrative:
        seen, draft = _seen(ref, field.key), _draft(ref, field.key)
        if draft not in st.session_state or st.session_state[draft] == st.session_state.get(seen, ""):
            st.session_state[draft] = st.session_state[seen] = field.text


def _meanwhile(ref: ModelVersionRef, field: NarrativeField) -> None:
    if st.session_state[_draft(ref, field.key)].strip() == field.text or not field.filled:
        return
    with st.container(key=f"theirs-{field.key}"):
        show.remark("Your draft above is not saved. What stands in the card now:")
        show.sentence(field.text)


def _save(ref: ModelVersionRef) -> None:
    # A callback runs before the page is drawn: what it says is kept until then.
    with notice.attempt(_PLACE):
        workspace = cached.workspace()
        actor = identity.person(workspace.settings)
        if actor is None:
            raise Refused("Nobody is signed in any more. Sign in again; your draft is kept.")
        changed = {key: text for key, text in _drafts(ref).items() if text.strip() != st.session_state[_seen(ref, key)]}
        _refuse_overwriting(workspace, ref, changed)
        edit_narrative(workspace, ref, actor=actor, texts=changed, time=now())
        for key, text in changed.items():
            st.session_state[_draft(ref, key)] = st.session_state[_seen(ref, key)] = text.strip()
        notice.keep(_PLACE, f"Saved: {_names(changed)}." if changed else "Nothing was changed.")


def _drafts(ref: ModelVersionRef) -> dict[str, str]:
    return {key: str(st.session_state[_draft(ref, key)] or "") for key, *_ in NARRATIVE}


def _refuse_overwriting(workspace: Workspace, ref: ModelVersionRef, changed: Mapping[str, str]) -> None:
    current = workspace.archive.narrative(ref)
    theirs = {
        key: current[key]
        for key in changed
        if key in current and current[key].text != st.session_state[_seen(ref, key)]
    }
    if not theirs:
        return
    for key, field in theirs.items():
        # From now on the reader knows this text: it is shown below the draft, and saving again replaces it.
        st.session_state[_seen(ref, key)] = field.text
    who = ", ".join(dict.fromkeys(field.author.name for field in theirs.values() if field.author))
    raise Refused(
        f"{who} wrote {_names(theirs)} after this form was drawn, so nothing was saved. Your draft is kept and the "
        "other text stands below it. Bring the two together and save again."
    )


def _names(fields: Mapping[str, object]) -> str:
    return ", ".join(f"'{heading}'" for key, heading, _ in NARRATIVE if key in fields)
