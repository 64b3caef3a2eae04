"""Counterfactuals: what would change the outcome, and who has no way."""

from pages.ui import evidence, single

if outcome := evidence.page("counterfactuals"):
    single.example(outcome)
