"""The limits that SageMaker states for a model card, and how a text is cut to one: visibly, pointing to the card."""

from __future__ import annotations

from collections.abc import Iterable

from reports.drawable import legible

#: Characters of names, of short and long texts, and of a whole card; rows and columns of a matrix.
NAME, VALUE, ARGUMENT, TEXT, LONG, OBSERVATION = 63, 63, 255, 1024, 2048, 2096
WHOLE, MATRIX = 100_000, 20

#: Items of the lists that have a limit.
ARTIFACTS, DATASETS, TRAINING_DATASETS, PARAMETERS = 15, 10, 15, 100


def cut(text: str, most: int, digest: str) -> str:
    """Cut a text that is too long; what is left says so and names the card that has it whole.

    Parameters
    ----------
    most
        Characters at most.
    digest
        SHA-256 of the card.
    """
    shown = legible(text)
    if len(shown) <= most:
        return shown
    mark = f" […cut: {len(shown):,} characters in card {digest[:12]}]"
    return f"{shown[: most - len(mark)].rstrip()}{mark}"


def short(text: str, most: int = NAME) -> str:
    """Cut a name to one line of so many characters; the mark is an ellipsis, for there is no room for more."""
    line = " ".join(legible(text).split()) or "–"
    return line if len(line) <= most else f"{line[: most - 1]}…"


def apart(names: Iterable[str], most: int = NAME) -> list[str]:
    """Cut names so that no two of them are the same; equal ones are counted."""
    found: list[str] = []
    counts: dict[str, int] = {}
    used: set[str] = set()
    for name in names:
        chosen = base = short(name, most)
        while chosen in used:
            counts[base] = counts.get(base, 1) + 1
            mark = f" ({counts[base]})"
            chosen = f"{short(name, most - len(mark))}{mark}"
        used.add(chosen)
        found.append(chosen)
    return found
