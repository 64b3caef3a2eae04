"""Data: on whom was it tested?"""

from pages.ui import evidence

evidence.page("data")
