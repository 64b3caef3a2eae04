"""The narrative of the card: the fields people write, each with its question, its state, its writer and its time."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from pages.ui import drafting, notice, pairs, show, state, words
from rai.approval.cases import Case
from rai.approval.rules import decide
from rai.card import ModelCard
from rai.drafts import Draft
from rai.errors import Refused
from rai.narrative import FIRST_DAY, LAST_DAY, PAIRS, NarrativeField, completeness
from rai.narrative_fields import BY_KEY
from rai.versions import ModelVersionRef


def draw(here: state.Here, card: ModelCard, case: Case | None) -> None:
    """Draw the narrative: as a form for somebody who may write in it, otherwise to be read."""
    assert here.ref is not None
    notice.draw(drafting.PLACE)
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
    _form(here, card)


def _gives_up_the_vote(here: state.Here, case: Case) -> bool:
    """Ask a reviewer first: whoever writes in the card cannot decide on the version any more."""
    if not {"reviewer", "override"} & set(here.person.roles) or case.touched_by(here.person):
        return False
    st.warning("Whoever writes in this card has a hand in the version and cannot sign for it afterwards.")
    return not st.checkbox("I write, and leave the decision to another reviewer", key=f"writes-{case.ref.uri}")


def _read(card: ModelCard) -> None:
    for topic, fields in groupby(card.narrative, _topic):
        _heading(topic, found := list(fields))
        for field in found:
            left, right = st.columns([1, 3], gap="medium")
            left.markdown(f"**{words.plain(field.heading)}**")
            with right:
                show.remark(field.prompt)
                _said(field)
                _written(field)


def _topic(field: NarrativeField) -> str:
    return field.topic


def _heading(topic: str, fields: list[NarrativeField]) -> None:
    st.subheader(words.plain(topic), anchor=False)
    show.remark(f"{completeness(fields)}.")


def _said(field: NarrativeField) -> None:
    if field.filled and field.text:
        show.sentence(field.text)
    for pair in field.pairs if field.filled else ():
        risk, done = (words.plain(text) for text in (pair.risk, pair.mitigation or "not written"))
        st.markdown(f"- **{PAIRS[0]}:** {risk}\n- **{PAIRS[1]}:** {done}")
    if field.state == "not_applicable":
        st.markdown(f"{words.mark('none', 'not applicable')}: {words.plain(field.not_applicable)}")


def _written(field: NarrativeField) -> None:
    """Draw who wrote it and when, or that nobody has."""
    if field.state != "unknown" and field.author is not None:
        show.remark(f"{field.author.name}, {words.moment(field.written)}. {field.source}".strip())
    if field.required and not field.filled:
        st.markdown(f"{words.mark('unsure', 'not written')}; the policy asks for it.")
    elif field.state == "unknown":
        st.markdown(f"{words.mark('none', 'unknown')}; nobody has written it, and the policy does not ask for it.")


def _form(here: state.Here, card: ModelCard) -> None:
    assert here.ref is not None
    drafts = drafting.lay_out(here, card.narrative)
    for topic, fields in groupby(card.narrative, _topic):
        _heading(topic, found := list(fields))
        for field in found:
            _field(here.ref, field, drafts.get(field.key))
    saving, throwing = st.columns([1, 1])
    saving.button("Save what I wrote", type="primary", on_click=drafting.save, args=(here.ref,))
    throwing.button(
        "Throw my drafts away", disabled=not drafts, on_click=drafting.throw_away, args=(here.ref,), key="throw-away"
    )
    if drafts:
        names = ", ".join(f"'{field.heading}'" for field in card.narrative if field.key in drafts)
        show.remark(
            f"Drafts of yours that are not saved: {names}. They are kept here until you save them or throw them away, "
            "and nobody else sees them."
        )


def _field(ref: ModelVersionRef, field: NarrativeField, draft: Draft | None) -> None:
    kind = BY_KEY[field.key].kind
    absent = not field.required and bool(st.session_state[drafting.widget(ref, field.key, "none")])
    if absent:
        st.text_input(
            f"{field.heading} does not apply, because", key=drafting.widget(ref, field.key, "why"), help=field.prompt,
            on_change=drafting.keep, args=(ref,), persist_state="session",
        )  # fmt: skip
    elif kind == "date":
        st.date_input(
            field.heading, value=None, min_value=FIRST_DAY, max_value=LAST_DAY, format="YYYY-MM-DD",
            help=field.prompt, key=drafting.widget(ref, field.key, "day"), on_change=drafting.keep, args=(ref,),
            persist_state="session",
        )  # fmt: skip
    else:
        st.text_area(
            field.heading, key=drafting.widget(ref, field.key), help=field.prompt, placeholder=field.prompt,
            height=120, on_change=drafting.keep, args=(ref,), persist_state="session",
        )  # fmt: skip
        if kind == "pairs":
            pairs.draw(ref, field.heading, drafting.keep)
    if not field.required:
        st.checkbox(
            f"{field.heading}: does not apply", key=drafting.widget(ref, field.key, "none"), on_change=drafting.keep,
            args=(ref,), persist_state="session",
        )  # fmt: skip
    _standing(field, draft)


def _standing(field: NarrativeField, draft: Draft | None) -> None:
    """Draw whether it is a draft, and beside a draft what stands in the card."""
    if draft is None:
        _written(field)
        return
    kept = words.plain(f"kept {words.moment(draft.written)}, not saved")
    st.markdown(f"{words.mark('unsure', 'your draft')}, {kept}")
    if field.state != "unknown":
        meanwhile = draft.disputed or draft.base != field.entry.digest
        with st.expander("What stands in the card now", expanded=meanwhile):
            if meanwhile:
                show.remark("Somebody else has written this since you began. Saving replaces it with your draft.")
            _said(field)
            _written(field)
