"""RAI Toolbox: what Microsoft's Responsible AI Toolbox shows."""

from pages.ui import dashboard, evidence, show, state
from pages.ui.contents import entry

here = state.enter()
show.question(entry("toolbox").question)
if here.review is None:
    evidence.not_reviewed(here)
else:
    dashboard.draw(here)
