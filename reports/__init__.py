"""A ModelCard in, bytes out: every form of the card, rendered from the one canonical record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rai.card import ModelCard
from reports.html import render_html
from reports.json_card import render_json
from reports.markdown import render_markdown
from reports.pdf import render_pdf
from reports.summary import render_summary

#: Every form of the card by its file name.
RENDERERS: Mapping[str, Callable[[ModelCard], bytes]] = MappingProxyType(
    {
        "card.json": render_json,
        "card.md": render_markdown,
        "card.html": render_html,
        "card.pdf": render_pdf,
        "card-summary.pdf": render_summary,
    }
)


def render_all(card: ModelCard) -> dict[str, bytes]:
    """Render the card in every form, by file name; the same card always gives the same bytes."""
    return {name: render(card) for name, render in RENDERERS.items()}
