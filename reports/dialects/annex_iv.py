"""An index of the card by the points of Annex IV to the EU AI Act: what answers each, and what is missing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from rai.card import ModelCard, SignOff
from rai.stored import Stored
from reports.decisions import sign_offs
from reports.dialects.annex_sources import Answer, answer
from reports.dialects.groups_of_people import group_lines
from reports.dialects.origin import origin
from reports.dialects.written import Written
from reports.markdown_text import plain, unmarked
from reports.moments import moment
from reports.verdict import differing

Status = Literal["answered", "answered in part", "missing", "not applicable", "heading"]

_SIGNS: dict[Status, str] = {
    "answered": "✓",
    "answered in part": "?",
    "missing": "✕",
    "not applicable": "–",
    "heading": "",
}


class Point(Stored):
    """One point, as ``annex_iv.toml`` describes it."""

    number: str
    title: str
    says: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    not_applicable: str = ""


class Annex(Stored):
    """The whole annex with its source."""

    title: str
    source: str
    point: tuple[Point, ...]


@dataclass(frozen=True)
class Judged:
    """A point with its status, what answers it, and what is missing."""

    point: Point
    status: Status
    answers: tuple[Answer, ...]
    gaps: tuple[str, ...]


def annex_iv(card: ModelCard) -> Written:
    """Write the index as Markdown: nine points with their letters, none of them absent."""
    data = "\n\n".join(_parts(card, annex())) + "\n"
    return Written(data.encode(), unmarked(data))


@lru_cache(maxsize=1)
def annex() -> Annex:
    """The points, from the file beside this one."""
    return Annex.model_validate(tomllib.loads(Path(__file__).with_name("annex_iv.toml").read_text(encoding="utf-8")))


def _parts(card: ModelCard, found: Annex) -> Iterator[str]:
    rows = [_judged(card, point) for point in found.point]
    counts = {status: sum(item.status == status for item in rows) for status in _SIGNS}
    yield f"# {plain(found.title)}: {plain(card.model)}{f', version {plain(card.version)}' if card.version else ''}"
    yield plain(origin(card))
    yield (
        f"An index by {plain(found.source)}. It says which part of the card answers which point and what is missing. "
        "It does not say that anything complies."
    )
    yield (
        f"Of {len(rows) - counts['heading']} points {counts['answered']} are answered, {counts['answered in part']} in "
        f"part, {counts['missing']} are missing, {counts['not applicable']} not applicable."
    )
    head = ["| Point | What is asked | Status |", "| :-- | :-- | :-- |"]
    yield "\n".join([*head, *(_row(item.point, item.status) for item in rows)])
    for item in rows:
        yield from _section(card, item)


def _row(point: Point, status: Status) -> str:
    said = "" if status == "heading" else f"{_SIGNS[status]} {status}"
    return f"| {point.number} | {plain(point.title)} | {said or '&nbsp;'} |"


def _judged(card: ModelCard, point: Point) -> Judged:
    if point.not_applicable:
        return Judged(point, "not applicable", (Answer(point.not_applicable),), ())
    if not point.says and not point.asks:
        return Judged(point, "heading", (), ())
    found = [answer(card, source) for source in point.says]
    answers = tuple(item for item in found if item.anchor)
    gaps = (*(item.text for item in found if not item.anchor), *point.asks)
    if not gaps:
        return Judged(point, "answered", answers, ())
    return Judged(point, "answered in part" if answers else "missing", answers, gaps)


def _section(card: ModelCard, judged: Judged) -> Iterator[str]:
    point, status = judged.point, judged.status
    yield f"## {point.number} {plain(point.title)}"
    if status == "heading":
        return
    yield f"{_SIGNS[status]} {status[:1].upper() + status[1:]}"
    if judged.answers:
        yield "\n".join(f"- {_linked(item)}" for item in judged.answers)
    if judged.gaps:
        yield "\n".join(f"- Missing: {plain(text)}" for text in judged.gaps)
    if point.number == "2(g)":
        yield from _reports(card)
    if point.number == "3":
        yield from group_lines(card)


def _linked(item: Answer) -> str:
    return f"{plain(item.text)} ([in the card](card.html#{item.anchor}))" if item.anchor else plain(item.text)


def _reports(card: ModelCard) -> Iterator[str]:
    """Every test report with its date, and who signed it in which role for which digest."""
    signed = [_signed(card, item) for item in card.sign_offs]
    who = "; ".join(signed) or "signed by nobody yet"
    yield "**Test reports, dated and signed**"
    yield (
        "\n".join(
            f"- {plain(found.title)} ({found.status.replace('_', ' ')}), review {plain(card.review_id)} of "
            f"{plain(moment(card.created))}, SHA-256 {plain(card.review_digest)}: {plain(who)}"
            for found in card.evidence
        )
        or "There are none."
    )
    if card.sign_offs:
        yield f"The decisions with their rationale: [{sign_offs(card).kicker}](card.html#{sign_offs(card).key})"


def _signed(card: ModelCard, item: SignOff) -> str:
    who = f"{item.decision} by {item.person.name}, {item.role}, {moment(item.time)}"
    other = " (other bytes than stand here)" if differing(card, item.digests) else ""
    return f"{who}, on card {item.digests.get('card', 'none')}{other}"
