"""Fairness: who is treated differently, by how much, and how sure we are."""

from pages.ui import evidence

evidence.page("fairness")
