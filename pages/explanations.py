"""Explanations: what does it look at?"""

from pages.ui import evidence, single

if outcome := evidence.page("explanations"):
    single.explanation(outcome)
