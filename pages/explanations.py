"""Explanations: what it looks at."""

from pages.ui import evidence, single

if outcome := evidence.page("explanations"):
    single.explanation(outcome)
