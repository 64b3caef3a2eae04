"""Drafts on the card page: what stands in the form is kept on the server at each change, and saved when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from pages.ui import cached, identity, notice, pairs, state
from rai.clock import now
from rai.drafts import Draft
from rai.errors import Refused
from rai.narrative import Entry, NarrativeField, day_of
from rai.narrative_editing import save_drafts
from rai.narrative_fields import FIELDS, FieldOf
from rai.people import Person
from rai.versions import ModelVersionRef

PLACE = "narrative"


@dataclass(frozen=True)
class _Laid:
    """What this form was filled with.

    Attributes
    ----------
    owner
        Whose drafts are in it.
    shown
        The entry that stands in each field, as far as it has been kept.
    seen
        The entry that stood in the card when the form was drawn.
    """

    owner: str
    shown: Mapping[str, Entry]
    seen: Mapping[str, Entry]


def widget(ref: ModelVersionRef, field: str, part: str = "draft") -> str:
    """Return the key of a part of a field: ``draft`` (its text), ``day``, ``none`` (does not apply) or ``why``."""
    return f"{part}-{ref.uri}-{field}"


def lay_out(here: state.Here, fields: tuple[NarrativeField, ...]) -> dict[str, Draft]:
    """Fill the form with the reader's drafts, and with the card where there is none; return the drafts by field."""
    assert here.ref is not None
    drafts = here.workspace.archive.drafts
    laid: _Laid | None = st.session_state.get(_place(here.ref))
    if laid is not None and laid.owner == here.person.account:
        _keep(here.person, here.ref, laid)  # typed while it could not be kept
    mine = drafts.of(here.person, here.ref)
    shown = {field.key: _shown(field, mine.get(field.key)) for field in fields}
    for spec in FIELDS:
        _put(here.ref, spec, shown[spec.key])
    seen = {field.key: field.entry for field in fields}
    st.session_state[_place(here.ref)] = _Laid(here.person.account, shown, seen)
    return mine


def keep(ref: ModelVersionRef) -> None:
    """Keep what stands in the form now; runs at each change, before the page is drawn."""
    with notice.attempt(PLACE):
        person = identity.person(cached.workspace().settings)
        if person is not None:
            _keep(person, ref, _laid(ref))


def save(ref: ModelVersionRef) -> None:
    """Save the drafts into the card; runs before the page is drawn, so what it says is kept until then."""
    with notice.attempt(PLACE):
        actor = identity.person(cached.workspace().settings)
        if actor is None:
            raise Refused("Nobody is signed in any more. Sign in again; your draft is kept.")
        _keep(actor, ref, _laid(ref))
        saved = save_drafts(cached.workspace(), ref, actor=actor, time=now())
        named = ", ".join(f"'{heading}'" for heading in saved)
        notice.keep(PLACE, f"Saved: {named}." if saved else "Nothing was changed.")


def throw_away(ref: ModelVersionRef) -> None:
    """Throw the reader's drafts away; the form is then filled from the card."""
    with notice.attempt(PLACE):
        person = identity.person(cached.workspace().settings)
        if person is not None:
            cached.workspace().archive.drafts.discard(person, ref)
            notice.keep(PLACE, "Your drafts are thrown away. The form shows the card as it stands.")


def _place(ref: ModelVersionRef) -> str:
    return f"laid-{ref.uri}"


def _laid(ref: ModelVersionRef) -> _Laid:
    laid: _Laid | None = st.session_state.get(_place(ref))
    if laid is None:
        raise Refused("The app was started again after this form was drawn. Look at your drafts and save again.")
    return laid


def _keep(person: Person, ref: ModelVersionRef, laid: _Laid) -> None:
    """Keep each entry that is not the one shown before; one that is the card's again is no draft."""
    drafts = cached.workspace().archive.drafts
    entries = {spec.key: _entered(ref, spec, laid.shown[spec.key]) for spec in FIELDS}
    changed = {key: entry for key, entry in entries.items() if entry != laid.shown[key]}
    mine = drafts.of(person, ref) if changed else {}
    for key, entry in changed.items():
        if entry == laid.seen[key]:
            drafts.discard(person, ref, key)
        else:
            begun = mine.get(key) or Draft(field=key, entry=entry, base=laid.seen[key].digest, written="")
            drafts.keep(person, ref, begun.model_copy(update={"entry": entry, "written": now()}))
    st.session_state[_place(ref)] = _Laid(person.account, {**laid.shown, **changed}, laid.seen)


def _shown(field: NarrativeField, draft: Draft | None) -> Entry:
    entry = draft.entry if draft else field.entry
    # What the policy asks for has no box for "does not apply".
    return entry.model_copy(update={"not_applicable": None}) if field.required else entry


def _entered(ref: ModelVersionRef, spec: FieldOf, shown: Entry) -> Entry:
    """What stands in the parts of a field; a part that has not been drawn holds what was shown."""
    held = st.session_state
    text = held.get(widget(ref, spec.key), shown.text) or ""
    if spec.kind == "date":
        day: date | None = held.get(widget(ref, spec.key, "day"), day_of(shown.text))
        text = day.isoformat() if day else ""
    applies = not held.get(widget(ref, spec.key, "none"), shown.not_applicable is not None)
    reason = None if applies else held.get(widget(ref, spec.key, "why"), shown.not_applicable) or ""
    rows = pairs.entered(ref, shown.pairs) if spec.kind == "pairs" else ()
    return Entry(text=text, pairs=rows, not_applicable=reason).bare


def _put(ref: ModelVersionRef, spec: FieldOf, entry: Entry) -> None:
    """Fill the parts of a field that hold something else."""
    held = st.session_state
    parts: dict[str, str | bool | date | None] = {"none": entry.not_applicable is not None}
    parts["why"] = entry.not_applicable or ""
    parts |= {"day": day_of(entry.text)} if spec.kind == "date" else {"draft": entry.text}
    for part, value in parts.items():
        key = widget(ref, spec.key, part)
        now_there = held.get(key)
        if key not in held or (now_there.strip() if isinstance(now_there, str) else now_there) != value:
            held[key] = value
    if spec.kind == "pairs" and not (pairs.laid_out(ref) and _same_rows(ref, entry)):
        pairs.put(ref, entry.pairs)


def _same_rows(ref: ModelVersionRef, entry: Entry) -> bool:
    return Entry(pairs=pairs.entered(ref, ())).bare.pairs == entry.pairs
