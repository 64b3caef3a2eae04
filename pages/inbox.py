"""Review queue: what waits for me."""

from pages.ui import queue, show, state
from pages.ui.contents import entry

here = state.enter()
show.question(entry("inbox").question)
queue.draw(here)
