"""The decisions of a card: sign-offs and exceptions, with what each of them bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rai.card import HolderSignature, ModelCard, SignOff
from rai.people import Person
from reports.document import Block, Cell, Chapter, Grid, Heading, Notes, Notice, Paragraphs
from reports.moments import moment
from reports.paragraphs import paragraphs
from reports.tables import plain
from reports.verdict import differing, subjects

_DECIDED = {"approve": "Approved", "request changes": "Changes requested", "reject": "Rejected"}


def sign_offs(card: ModelCard) -> Chapter:
    """The chapter with every decision."""
    exceptions = card.stand.exception if card.stand else ()
    decided = [
        *(block for item in card.sign_offs for block in _sign_off(card, item)),
        *(block for item in exceptions for block in _exception(card, item)),
    ]
    nobody = Notice("none", "No sign-off", "Nobody has decided on this version yet.")
    blocks = (*_stand(card), *(decided or [nobody]))
    return Chapter("sign-offs", "Sign-offs", "Who decided, when, and why?", blocks, fresh=True)


def _stand(card: ModelCard) -> Iterator[Block]:
    if card.stand is None:
        return
    yield Notice("none", "When this card was written", card.stand.sentence)
    yield Paragraphs((f"State of the round: {card.stand.state}. Risk tier of the policy: {card.stand.tier}.",), "quiet")
    if card.stand.missing:
        yield Notes("Approvals still missing", card.stand.missing)


def _person(person: Person) -> tuple[tuple[str, str], ...]:
    known = (("Person", person.name), ("Identity", f"{person.subject} at {person.issuer}"))
    return (*known, ("Other accounts", ", ".join(person.accounts))) if person.accounts else known


def _sign_off(card: ModelCard, item: SignOff) -> Iterator[Block]:
    yield Heading(f"{_DECIDED[item.decision]} by {item.person.name}, {moment(item.time)}")
    facts = (("Decision", item.decision), *_person(item.person), ("Role", item.role), ("Time", moment(item.time)))
    yield plain("", ("Fact", "Value"), facts)
    yield Heading("Rationale")
    yield Paragraphs(paragraphs(item.rationale) or ("No rationale was recorded.",))
    yield _signed(card, item.digests)


def _exception(card: ModelCard, item: HolderSignature) -> Iterator[Block]:
    yield Heading(f"Exception signed by {item.person.name}, {moment(item.time)}")
    facts = (*_person(item.person), ("Ticket", item.ticket), ("Until", moment(item.until)), ("Time", moment(item.time)))
    yield plain("", ("Fact", "Value"), facts)
    yield Heading("Reason")
    yield Paragraphs(paragraphs(item.reason) or ("No reason was recorded.",))
    yield _signed(card, item.digests)


def _signed(card: ModelCard, digests: Mapping[str, str]) -> Grid:
    other, here = differing(card, digests), subjects(card)
    rows = [(name, Cell(digest, code=True), _compared(name, other, here)) for name, digest in digests.items()]
    missing = [(name, Cell("not signed", code=True), Cell("differs", "fail")) for name in other if name not in digests]
    return plain("What was signed (SHA-256)", ("Subject", "Digest signed", "In this card"), [*rows, *missing])


def _compared(name: str, other: tuple[str, ...], here: Mapping[str, str]) -> Cell:
    if name in other:
        return Cell("differs", "fail")
    return Cell("the same", "pass") if name in here else Cell("not named", "none")
