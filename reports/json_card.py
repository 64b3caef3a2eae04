"""The card as JSON: its own bytes, from which every other form is rendered and which a sign-off is about."""

from __future__ import annotations

from rai.card import ModelCard


def render_json(card: ModelCard) -> bytes:
    """Return the canonical bytes of the card; ``ModelCard.from_bytes`` reads them back."""
    return card.to_bytes()
