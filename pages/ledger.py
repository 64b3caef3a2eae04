"""Ledger: who decided what, when, on which bytes."""

from pages.ui import disagreement, record, show, state
from pages.ui.contents import entry

here = state.enter()
show.question(entry("ledger").question)
record.draw(here)
disagreement.draw(here)
