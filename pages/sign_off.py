"""Sign-off: what I put my name to."""

from pages.ui import bundle, evidence, show, state
from pages.ui.contents import entry

here = state.enter()
show.question(entry("sign_off").question)
if here.review is None:
    evidence.not_reviewed(here)
else:
    bundle.draw(here)
