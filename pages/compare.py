"""Champion and challenger: whether it is better than what runs today, for every group."""

from pages.ui import comparison, evidence, show, state
from pages.ui.contents import entry

here = state.enter()
show.question(entry("compare").question)
if here.review is None:
    evidence.not_reviewed(here)
else:
    comparison.draw(here)
