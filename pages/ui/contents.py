"""The table of contents: every page with its group, its name and the question it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Entry:
    """One page.

    Attributes
    ----------
    group, key, title, question
        Where it stands in the navigation, its file and address, its name and what it answers.
    """

    group: str
    key: str
    title: str
    question: str

    @property
    def path(self) -> Path:
        """The page's file."""
        return FOLDER / f"{self.key}.py"


CONTENTS: tuple[Entry, ...] = (
    Entry("Inbox", "inbox", "Review queue", "What waits for me?"),
    Entry("Evidence", "overview", "Overview", "Can I approve this, and if not, why?"),
    Entry("Evidence", "data", "Data", "On whom was it tested?"),
    Entry("Evidence", "performance", "Performance", "Is it good enough at all?"),
    Entry("Evidence", "fairness", "Fairness", "Who is treated differently, by how much, and how sure are we?"),
    Entry("Evidence", "explanations", "Explanations", "What does it look at?"),
    Entry("Evidence", "error_analysis", "Error analysis", "Where does it fail?"),
    Entry("Evidence", "counterfactuals", "Counterfactuals", "What would change the outcome, and who has no way?"),
    Entry("Evidence", "compare", "Champion and challenger", "Is it better than what runs today, for every group?"),
    Entry("Evidence", "toolbox", "RAI Toolbox", "What does Microsoft's Responsible AI Toolbox show?"),
    Entry("Decision", "card", "Model card", "What will the world read?"),
    Entry("Decision", "sign_off", "Sign-off", "What do I put my name to?"),
    Entry("Decision", "ledger", "Ledger", "Who decided what, when, on which bytes?"),
)


def entry(key: str) -> Entry:
    """Return the page with this key."""
    return next(item for item in CONTENTS if item.key == key)
