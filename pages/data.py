"""Data: on whom it was tested."""

from pages.ui import evidence

evidence.page("data")
