"""The chapters of a card beside the evidence: summary, details, sign-offs and digests."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import ModelCard, Stand
from reports.decisions import sign_offs
from reports.document import Block, Cell, Chapter, Document, Notes, Notice, Paragraphs
from reports.evidence import evidence_chapters, evidence_lines
from reports.findings import finding_blocks
from reports.further import further_chapters
from reports.moments import moment, seconds
from reports.narrative import narrative_chapter
from reports.tables import plain
from reports.verdict import AFTERWARDS, subjects, verdict
from reports.waivers import waiver_blocks


def document(card: ModelCard) -> Document:
    """Lay a card out in chapters; the same card always gives the same document."""
    return Document(
        model=card.model,
        version=card.version,
        author=next((fact.value for fact in card.details if fact.name == "Owner" and fact.value), "RAI Review"),
        moment=seconds(card.created),
        verdict=verdict(card),
        facts=_facts(card),
        digest=card.content_digest,
        chapters=(
            _summary(card),
            _details(card),
            narrative_chapter(card),
            *evidence_chapters(card),
            *further_chapters(card),
            sign_offs(card),
            _digests(card),
        ),
    )


def _facts(card: ModelCard) -> tuple[tuple[str, str], ...]:
    chosen = ("Owner", "Contact", "Task", "Evaluation data", "Sensitive features")
    details = tuple((fact.name, fact.value) for fact in card.details if fact.name in chosen)
    own = (
        ("Model", card.model),
        ("Version", card.version or "none: not a registered version"),
        *details,
        ("Policy", card.policy),
        ("Review", f"{card.review_id}, {moment(card.created)}"),
    )
    return tuple((name, value) for name, value in own if value)


def _summary(card: ModelCard) -> Chapter:
    return Chapter(
        "summary", "Summary", "Can it be approved, and if not, why?", tuple(_summary_blocks(card)), fresh=True
    )


def _summary_blocks(card: ModelCard) -> Iterator[Block]:
    found = verdict(card)
    yield Notice(found.tone, found.word, found.sentence)
    if found.points:
        yield Notes("What keeps it from being approved", found.points)
    yield Paragraphs((AFTERWARDS,), "quiet")
    yield from finding_blocks(card)
    yield from waiver_blocks(card)
    yield evidence_lines(card)


def _details(card: ModelCard) -> Chapter:
    rows = [(fact.name, fact.value, fact.source) for fact in card.details]
    table = plain("", ("Fact", "Value", "Source"), rows)
    blocks: tuple[Block, ...] = (table,) if rows else (Paragraphs(("No details were recorded.",)),)
    return Chapter("details", "Model details", "What is this model?", blocks, fresh=True)


def _digests(card: ModelCard) -> Chapter:
    rows = [
        *((name, Cell(value or "unknown", code=True)) for name, value in subjects(card).items()),
        ("card.json, sign-offs included", Cell(card.digest, code=True)),
    ]
    if card.digests.get("review") != card.review_digest:
        rows.append(("review, as the card was built", Cell(card.review_digest, code=True)))
    table = plain(
        "", ("Subject", "SHA-256"), rows,
        note=(
            "Whoever holds the file card.json can check it: its SHA-256 is the last one. The digest of the card leaves "
            "the sign-offs out, because they are made on it."
        ),
    )  # fmt: skip
    facts = plain("", ("Record", "Value"), [("Review", card.review_id), ("Schema of the card", card.schema_version)])
    return Chapter("digests", "Digests", "Which bytes is this about?", (table, facts, *_checkpoint(card.stand)))


def _checkpoint(stand: Stand | None) -> tuple[Block, ...]:
    """Where the decision stands in the ledger, and the signed file that says the same."""
    if stand is None or not stand.ledger_row:
        return ()
    rows = [
        ("ledger row of the decision", Cell(f"{stand.ledger_row:,}")),
        ("hash of that row", Cell(stand.ledger_head, code=True)),
        ("attestation", Cell(stand.attestation, code=True) if stand.attestation else Cell("not signed yet")),
    ]
    note = (
        "The attestation beside the model is signed and says the same row and hash. A ledger whose row of this number "
        "has another hash is not the one in which this was decided."
    )
    return (plain("Checkpoint of the ledger", ("Record", "SHA-256 or number"), rows, note=note),)
