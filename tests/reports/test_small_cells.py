"""A card leaves out numbers about few people in every form, as the policy of its review says."""

from __future__ import annotations

import io
import json
import re

import pytest
from pypdf import PdfReader

from rai.card import ModelCard
from rai.cards import card_of
from rai.review import Review
from rai.section import Table
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from reports import render_all
from reports.dialects import render_dialects
from tests.pages import stored


def card(workspace: Workspace, smallest: int, ref: ModelVersionRef = stored.CHALLENGER) -> ModelCard:
    """The card of a stored review under a policy that shows nothing about fewer people."""
    kept = workspace.archive.kept_review(ref)
    assert kept is not None
    digest, review = kept
    terms = review.card_terms.model_copy(update={"smallest_cell": smallest})
    return card_of(review.model_copy(update={"card_terms": terms}), workspace.archive, digest=digest)


def told(card: ModelCard) -> dict[str, str]:
    """Every form of a card as text: paper as it reads, and what is attached to it."""
    forms = {**render_all(card), **render_dialects(card)}
    found = {name: data.decode("utf-8", "replace") for name, data in forms.items() if not name.endswith(".pdf")}
    for name in (name for name in forms if name.endswith(".pdf")):
        paper = PdfReader(io.BytesIO(forms[name]))
        found[name] = " ".join("\n".join(page.extract_text() for page in paper.pages).split())
        found |= {f"{name}: {part}": data[0].decode() for part, data in paper.attachments.items()}
    return found


def tables(card: ModelCard, title: str) -> list[Table]:
    return [table for item in card.evidence if item.section for table in item.section.tables if table.title == title]


def test_the_card_and_every_form_of_it_leave_out_what_the_pages_show(workspace: Workspace) -> None:
    whole, hidden = card(workspace, 0), card(workspace, 12)
    rates = [row for table in tables(whole, "Groups of race") for row in table.rows]
    # The lower ends of the base rates' intervals: numbers that occur nowhere else.
    small = [row[4] for row in rates if isinstance(row[1], int) and 0 < row[1] < 12]
    large = [row[4] for row in rates if isinstance(row[1], int) and row[1] >= 12]
    assert (len(small), len(large)) == (2, 2)
    before, after = told(whole), told(hidden)
    assert any(name.startswith("card.pdf: ") for name in after)
    for value in small:
        assert isinstance(value, float)
        # On paper and in words a share is written with one digit: (10.8 to 60.3).
        for said in (repr(value), f"({100 * value:.1f} to "):
            assert any(said in text for text in before.values())
            assert not [name for name, text in after.items() if said in text]
    assert all(repr(value) in after["card.json"] for value in large)
    for name in ("card.json", "card.md", "card.html", "card.pdf"):
        assert "Numbers about fewer than 12 people are left out of this card" in " ".join(after[name].split())


@pytest.mark.parametrize("smallest", [3, 5, 8, 20])
def test_no_table_of_groups_lets_a_single_group_be_subtracted(workspace: Workspace, smallest: int) -> None:
    whole, hidden = card(workspace, 0), card(workspace, smallest)
    pairs = [(table, after) for table in _grouped(whole) for after in tables(hidden, table.title)]
    assert len(pairs) > 20
    for table, after in pairs:
        for place in (at for at, column in enumerate(table.columns) if column.name == "n" or column.people):
            for line in table.sums:
                gone = [table.rows[row][place] for row in line if after.rows[row][place] is None]
                few = [n for n in gone if isinstance(n, int) and 0 < n < smallest]
                left = [row for row in line if after.rows[row][place] is not None and table.rows[row][place]]
                assert not any(0 < int(table.rows[row][place] or 0) < smallest for row in left)
                if few and left:
                    assert len(gone) > 1
                    assert sum(map(int, filter(None, gone))) > smallest - 1


def _grouped(card: ModelCard) -> list[Table]:
    found = [table for item in card.evidence if item.section for table in item.section.tables if table.sums]
    titles = [table.title for table in found]
    return [table for table in found if titles.count(table.title) == 1]


@pytest.mark.parametrize("ref", [stored.CHALLENGER, stored.WAGE, stored.GRADE], ids=lambda ref: ref.name)
def test_a_card_is_the_same_each_time_and_names_no_single_value(workspace: Workspace, ref: ModelVersionRef) -> None:
    found = card(workspace, 5, ref)
    assert found.content_digest == card(workspace, 5, ref).content_digest
    figures = [figure for item in found.evidence if item.section for figure in item.section.figures]
    assert figures
    assert not {figure.kind for figure in figures} & {"waterfall", "scatter"}
    ends = [
        row[place]
        for item in found.evidence if item.section
        for table in item.section.tables if table.title.startswith(("Spread of", "Residuals"))
        for row in table.rows
        for place, column in enumerate(table.columns) if column.name in {"Least", "Most"}
    ]  # fmt: skip
    assert set(ends) <= {None}
    assert bool(ends) == (ref == stored.WAGE)


def test_no_form_of_a_card_holds_a_single_row(workspace: Workspace) -> None:
    review = workspace.archive.review(stored.CHALLENGER)
    assert review is not None
    kept = [
        workspace.store.get(str(outcome.result["rows_digest"])).decode()
        for outcome in review.outcomes if outcome.result and outcome.result.get("rows_digest")
    ]  # fmt: skip
    assert len(kept) == 2
    # Scores, attributions and distances of single rows, each with so many digits that it is like no other number.
    numbers = [set(re.findall(r"\d\.\d{12,}", text)) for text in kept]
    assert all(len(found) > 20 for found in numbers)
    for smallest in (0, 5):
        forms = told(card(workspace, smallest))
        assert {each for found in numbers for each in found if any(each in text for text in forms.values())} <= shared(
            review
        )


def shared(review: Review) -> set[str]:
    """Numbers that a result holds as well, such as the base value, which is that of all rows."""
    return set(re.findall(r"\d\.\d{12,}", json.dumps([outcome.result for outcome in review.outcomes])))
