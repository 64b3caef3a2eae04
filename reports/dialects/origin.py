"""Which card a dialect came from, and the facts, texts and tables of that card by their names."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import ModelCard
from rai.narrative import RiskPair
from rai.section import Figure, Table


def origin(card: ModelCard) -> str:
    """Name the canonical card and its digests; every dialect says this."""
    version = f", version {card.version}" if card.version else ""
    return (
        f"Rendered from the model card of {card.model}{version}. SHA-256 of the card, which sign-offs bind: "
        f"{card.content_digest}. SHA-256 of card.json: {card.digest}."
    )


def fact(card: ModelCard, *names: str) -> str:
    """The first of some facts that the card has; empty if it has none of them."""
    found = {item.name.lower(): item.value for item in reversed(card.details)}
    return next((found[name.lower()] for name in names if found.get(name.lower())), "")


def parameters(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """Names and values of the parameters the run was trained with."""
    mark = "Parameter "
    return tuple((item.name.removeprefix(mark), item.value) for item in card.details if item.name.startswith(mark))


def told(card: ModelCard, key: str) -> str:
    """Text of a field of the narrative; empty if nobody has written it."""
    return next((field.text for field in card.narrative if field.key == key and field.filled), "")


def told_whole(card: ModelCard, key: str) -> str:
    """Everything a field says: its text and its pairs, or why it does not apply; empty if nobody has written it."""
    return next((field.entry.whole for field in card.narrative if field.key == key and field.state != "unknown"), "")


def risks(card: ModelCard) -> tuple[RiskPair, ...]:
    """Risks with what is done about them."""
    return tuple(pair for field in card.narrative if field.filled for pair in field.pairs)


def licence(card: ModelCard) -> str:
    """The licence as people wrote it in the card, or else as the registry knows it."""
    return told(card, "licence") or fact(card, "License", "Licence")


def task(card: ModelCard) -> tuple[str, str]:
    """Kind of task and the column with the outcome; empty where the card does not say."""
    kind, _, target = fact(card, "Task").partition(": ")
    return kind, target


def address(card: ModelCard) -> str:
    """Where the registry holds the version; empty for what is not registered."""
    return f"models:/{card.model}/{card.version}" if card.version else ""


def tables(card: ModelCard) -> Iterator[Table]:
    """Every table of the evidence."""
    for found in card.evidence:
        yield from found.section.tables if found.section else ()


def figures(card: ModelCard) -> Iterator[Figure]:
    """Every figure of the evidence."""
    for found in card.evidence:
        yield from found.section.figures if found.section else ()
