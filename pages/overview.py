"""Overview: whether I can approve this, and if not, why."""

from pages.ui import evidence, show, state, summary
from pages.ui.contents import entry

here = state.enter()
show.question(entry("overview").question)
if here.review is None:
    evidence.not_reviewed(here)
else:
    summary.draw(here)
