"""The card as PDF: tagged, archival, with the card itself attached; the same card always gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

from rai.card import ModelCard
from reports.chapters import document
from reports.document import Document
from reports.drawable import fonts
from reports.paper import paper

_TEMPLATE = Path(__file__).with_name("card.typ")


def render_pdf(card: ModelCard) -> bytes:
    """Render the card as PDF.

    The text of the card goes in as data and is never read as markup; a character the fonts do not have is shown as a
    box. No address is asked for anything.
    """
    return set_pdf(document(card), card.to_bytes())


def set_pdf(found: Document, attached: bytes) -> bytes:
    """Set a document with the card's bytes attached."""
    import typst

    data: bytes = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=[str(fonts())],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(paper(found)), "card": attached.decode()},
        # PDF/UA-1 (accessible) and PDF/A-3a (archival, with attachments), as the typesetter claims them.
        pdf_standards=["ua-1", "a-3a"],
        timestamp=found.moment,
    )
    return data
