"""The card as Markdown: headings and tables, and no text of a card becomes markup."""

from __future__ import annotations

import html
import re

from reports.markdown import render_markdown
from reports.markdown_text import plain, plain_lines
from tests.reports import making


def unescaped(markdown: str) -> str:
    """What the Markdown says to its reader."""
    return html.unescape(re.sub(r"\\([\\`*_{}\[\]#])", r"\1", markdown))


def test_headings_and_tables_are_those_of_the_card():
    text = render_markdown(making.full()).decode()
    assert text.startswith("# Model card: credit, version 3\n\n**✓ Approved** Approved by Ada Example (reviewer)")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE)[:3] == [
        "Summary: Can it be approved, and if not, why?", "Model details: What is this model?",
        "Narrative: What did people write about it?",
    ]  # fmt: skip
    assert (
        "| Metric | Value (low to high) | n |\n| :-- | --: | --: |\n| Accuracy | 78.0 % (73.7 to 81.8) | 1,400 |"
        in text
    )


def test_a_figure_is_its_alternative_text_and_the_table_of_its_numbers():
    text = render_markdown(making.card()).decode()
    assert "**A interval** (figure). What the interval shows." in text
    assert "| women | 10.0 % (5.0 to 15.0) | 1,000 |  |" in text


def test_every_row_of_a_table_has_the_cells_of_its_head():
    card, _ = making.hostile()
    for part in render_markdown(card).decode().strip().split("\n\n"):
        lines = part.split("\n")
        if lines[0].startswith("| "):
            assert len({line.count("|") for line in lines}) == 1


def test_mischief_in_any_text_is_shown_as_text():
    card, shown = making.hostile()
    text = render_markdown(card).decode()
    outside = re.sub(r"`[0-9a-f]{64}`", "", text)
    bare = re.sub(r"\\[\\`*_{}\[\]#]", "", re.sub(r"^> ", "", outside, flags=re.MULTILINE))
    assert not re.search(r"[<>`\\$~\[\]{}_@]", bare)
    assert "://" not in text
    said = " ".join(unescaped(text).split())
    missing = {place for place, mischief in shown.items() if " ".join(mischief.split()) not in said}
    assert missing == set()


def test_no_line_of_a_text_begins_a_list_heading_quote_rule_or_code():
    assert plain_lines("- a\n+ b\n1. c\n2) d\n# e\n> f\n=== g\n    h\n---") == (
        "&#45; a  \n&#43; b  \n1&#46; c  \n2&#41; d  \n\\# e  \n&#62; f  \n&#61;== g  \nh  \n&#45;--"
    )
    assert plain("a\nb | c") == "a b &#124; c"


def test_an_unwritten_field_is_visibly_unwritten():
    card = making.card(narrative=making.narrative(""))
    assert render_markdown(card).decode().count("**! Not written yet**") == len(card.narrative)
