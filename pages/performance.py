"""Performance: whether it is good enough at all."""

from pages.ui import evidence

evidence.page("performance")
