"""What came of a click: kept until the page is drawn again, because a click is answered before the page is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.ui import words
from rai.errors import RaiError

_log = logging.getLogger(__name__)


def keep(place: str, text: str, *, refused: bool = False) -> None:
    """Keep a sentence for the next time this place is drawn."""
    st.session_state[f"notice-{place}"] = (text, refused)


def draw(place: str) -> None:
    """Draw the sentence kept for this place, once."""
    kept: tuple[str, bool] | None = st.session_state.pop(f"notice-{place}", None)
    if kept is not None:
        text, refused = kept
        (st.error if refused else st.success)(words.plain(text))


@contextmanager
def attempt(place: str) -> Iterator[None]:
    """Keep a refusal as its one sentence; anything unforeseen as a sentence too, with the details in the log."""
    try:
        yield
    except RaiError as error:
        keep(place, str(error), refused=True)
    except Exception:  # noqa: BLE001 - whatever stopped, the reader is told that it did
        _log.exception("A deed stopped")
        keep(place, "This could not be carried out. The server's log says why; look at the ledger.", refused=True)
