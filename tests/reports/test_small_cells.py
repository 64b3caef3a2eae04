"""A card leaves out numbers about few people in every form, as the policy of its review says."""

from __future__ import annotations

from rai.card import ModelCard
from rai.cards import card_of
from rai.section import Table
from rai.workspace import Workspace
from reports import render_all
from reports.dialects import render_dialects
from tests.pages import stored


def card(workspace: Workspace, smallest: int) -> ModelCard:
    """The card of a stored review under a policy that shows nothing about fewer people."""
    kept = workspace.archive.kept_review(stored.CHALLENGER)
    assert kept is not None
    digest, review = kept
    terms = review.card_terms.model_copy(update={"smallest_cell": smallest})
    return card_of(review.model_copy(update={"card_terms": terms}), workspace.archive, digest=digest)


def test_the_card_and_every_form_of_it_leave_out_what_the_pages_show(workspace: Workspace) -> None:
    whole, hidden = card(workspace, 0), card(workspace, 12)
    rates = [row for table in tables(whole, "Groups of race") for row in table.rows]
    # The lower ends of the base rates' intervals: numbers that occur nowhere else.
    small = [repr(row[4]) for row in rates if isinstance(row[1], int) and 0 < row[1] < 12]
    large = [repr(row[4]) for row in rates if isinstance(row[1], int) and row[1] >= 12]
    assert (len(small), len(large)) == (2, 2)
    assert all(value in whole.to_bytes().decode() for value in (*small, *large))
    forms = {**render_all(hidden), **render_dialects(hidden)}
    for value in small:
        assert not [name for name, data in forms.items() if value.encode() in data]
    assert all(value.encode() in forms["card.json"] for value in large)
    for name in ("card.json", "card.md", "card.html"):
        assert b"Numbers about fewer than 12 people are left out of this card" in forms[name]
    assert hidden.content_digest == card(workspace, 12).content_digest


def tables(card: ModelCard, title: str) -> list[Table]:
    return [table for item in card.evidence if item.section for table in item.section.tables if table.title == title]
