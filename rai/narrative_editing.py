"""Writing in the narrative of a card: each entry is checked, recorded in the ledger, and kept with its writer."""

from __future__ import annotations

from collections.abc import Mapping

from rai.approval import desk
from rai.errors import Refused
from rai.narrative import Entry, NarrativeField, checked
from rai.narrative_fields import BY_KEY
from rai.people import Person
from rai.policy import CardTerms
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


def edit_narrative(  # noqa: PLR0913 - what an edit consists of is named
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, texts: Mapping[str, str | Entry], time: str,
    source: str = "",
) -> tuple[str, ...]:  # fmt: skip
    """Keep the fields of the narrative that changed, each with who wrote it and when.

    All entries are checked before the first one is kept.

    Parameters
    ----------
    texts
        By key of the field; a text stands for an entry of that text alone.
    source
        The file they were taken from, in one sentence; empty for what was written here.

    Returns
    -------
    tuple
        Headings of the fields that changed.

    Raises
    ------
    Refused
        If the person may not write in this card now.
    InputError
        If there is no such field, or an entry does not answer its question.
    """
    required = required_fields(workspace, ref)
    entries = {
        key: checked(key, said if isinstance(said, Entry) else Entry(text=said), required=key in required)
        for key, said in texts.items()
    }
    before = workspace.archive.narrative(ref)
    changed = {key: entry for key, entry in entries.items() if entry != _entry(before, key)}
    for key, entry in changed.items():
        desk.record_narrative(workspace.ledger, ref, actor=actor, field=key, text=_recorded(entry), time=time)
        workspace.archive.write_narrative(ref, _field(key, entry, actor=actor, time=time, source=source))
    return tuple(BY_KEY[key].heading for key in changed)


def save_drafts(workspace: Workspace, ref: ModelVersionRef, *, actor: Person, time: str) -> tuple[str, ...]:
    """Write a person's drafts into the card and throw the drafts away; parameters and errors as above.

    Raises
    ------
    Refused
        If somebody else has written one of the fields since the draft was begun: nothing is saved. The draft then
        counts as begun from that other text, so that saving again replaces it.
    """
    drafts = workspace.archive.drafts
    mine = drafts.of(actor, ref)
    current = workspace.archive.narrative(ref)
    theirs = {key: current[key] for key in mine if key in current and current[key].entry.digest != mine[key].base}
    if theirs:
        for key, field in theirs.items():
            known = {"base": field.entry.digest, "disputed": True}
            drafts.keep(actor, ref, mine[key].model_copy(update=known))
        raise Refused(_overtaken(theirs))
    entries = {key: mine[key].entry for key in BY_KEY if key in mine}
    headings = edit_narrative(workspace, ref, actor=actor, texts=entries, time=time)
    if mine:
        drafts.discard(actor, ref, *mine)
    return headings


def required_fields(workspace: Workspace, ref: ModelVersionRef) -> frozenset[str]:
    """Keys of the fields that the policy of the newest review asks for; without a review the usual ones."""
    review = workspace.archive.review(ref)
    return frozenset((review.card_terms if review else CardTerms()).required)


def _overtaken(theirs: Mapping[str, NarrativeField]) -> str:
    who = ", ".join(dict.fromkeys(field.author.name for field in theirs.values() if field.author))
    what = ", ".join(f"'{BY_KEY[key].heading}'" for key in BY_KEY if key in theirs)
    return (
        f"{who} wrote {what} after this form was drawn, so nothing was saved. Your draft is kept and the other text "
        "stands below it. Bring the two together and save again."
    )


def _entry(before: Mapping[str, NarrativeField], key: str) -> Entry:
    return before[key].entry if key in before else Entry()


def _recorded(entry: Entry) -> str:
    """What the ledger takes the digest of: the text itself where the entry is nothing else."""
    alone = not entry.pairs and entry.not_applicable is None
    return entry.text if alone else entry.to_bytes().decode()


def _field(key: str, entry: Entry, *, actor: Person, time: str, source: str) -> NarrativeField:
    spec = BY_KEY[key]
    return NarrativeField(
        key=key, heading=spec.heading, prompt=spec.prompt, text=entry.text, author=actor, written=time,
        topic=spec.topic, pairs=entry.pairs, not_applicable=entry.not_applicable or "", source=source,
    )  # fmt: skip
