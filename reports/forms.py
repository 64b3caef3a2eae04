"""Which forms of the card can be asked for by name."""

from __future__ import annotations

from collections.abc import Sequence

from rai.card import ModelCard
from rai.errors import InputError
from reports import render_all
from reports.dialects import DIALECTS, render_dialects

#: Names a form can be asked for by; ``card`` is the canonical ones and the summary.
FORMS = ("card", *DIALECTS, "all")


def forms(card: ModelCard, names: Sequence[str] = ("card",)) -> dict[str, bytes]:
    """Render the forms asked for, by file name.

    Raises
    ------
    InputError
        If there is no form of that name.
    """
    if unknown := [name for name in names if name not in FORMS]:
        raise InputError(f"There is no form '{unknown[0]}' of a card. Known forms: {', '.join(FORMS)}.")
    everything = "all" in names
    found = render_all(card) if everything or "card" in names else {}
    return {**found, **render_dialects(card, [name for name in DIALECTS if everything or name in names])}
