"""The card as PDF: tagged, archival, with the card itself attached; the same card always gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rai.card import ModelCard
from reports.chapters import document
from reports.drawable import fonts
from reports.paper import Data, paper

_HERE = Path(__file__).parent


def render_pdf(card: ModelCard) -> bytes:
    """Render the card as PDF, with the card's own bytes attached.

    The text of the card goes in as data and is never read as markup; a character the fonts do not have is shown as a
    box. No address is asked for anything.
    """
    found = document(card)
    return set_pdf("card.typ", paper(found), moment=found.moment, card=card.to_bytes().decode())


def set_pdf(template: str, data: Mapping[str, Data], *, moment: int, **inputs: str) -> bytes:
    """Set data by a template of this folder.

    Parameters
    ----------
    moment
        When it was made, in seconds since 1970.
    """
    import typst

    made: bytes = typst.compile(
        str(_HERE / template),
        root=str(_HERE),
        font_paths=[str(fonts())],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(data), **inputs},
        # PDF/UA-1 (accessible) and PDF/A-3a (archival, with attachments), as the typesetter claims them.
        pdf_standards=["ua-1", "a-3a"],
        timestamp=moment,
    )
    return made
