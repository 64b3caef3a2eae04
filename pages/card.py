"""Model card: what the world will read."""

from pages.ui import disagreement, evidence, paper, show, state
from pages.ui.contents import entry

here = state.enter()
show.question(entry("card").question)
if here.review is None:
    evidence.not_reviewed(here)
else:
    disagreement.about_version(here)
    paper.draw(here)
