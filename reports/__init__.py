"""A ModelCard in, bytes out: every form of the card, rendered from the one canonical record."""

from __future__ import annotations

from rai.card import ModelCard
from reports.html import render_html
from reports.json_card import render_json
from reports.markdown import render_markdown
from reports.pdf import render_pdf
from reports.summary import render_summary


def render_all(card: ModelCard) -> dict[str, bytes]:
    """Render the card in every form, by file name; the same card always gives the same bytes."""
    return {
        "card.json": render_json(card),
        "card.md": render_markdown(card),
        "card.html": render_html(card),
        "card.pdf": render_pdf(card),
        "card-summary.pdf": render_summary(card),
    }
