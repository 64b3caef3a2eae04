"""Fairness: who is treated differently, by how much, and how sure are we?"""

from pages.ui import evidence

evidence.page("fairness")
