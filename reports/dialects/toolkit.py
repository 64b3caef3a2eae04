"""The card for Google's Model Card Toolkit, schema v0.0.2 (tensorflow/model-card-toolkit): every number is a string."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from rai.card import ModelCard
from rai.card_import_toolkit import BUSINESS, CAVEATS, OF_ANALYSIS, OUT_OF_SCOPE, TRAINING_DATA
from reports.chapters import document
from reports.dialects.origin import address, fact, figures, licence, origin, parameters, risks, tables, task, told
from reports.dialects.written import Json, Written, as_json, pruned
from reports.document import Chapter, Drawn, Grid
from reports.markdown import chapter_parts
from reports.moments import moment
from reports.numbers import Number, numbers

#: Licences that go by their identifier (SPDX) or by the one word the toolkit has for none; others are written out.
_IDENTIFIERS = frozenset(
    {
        "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "GPL-2.0-only", "GPL-3.0-only",
        "LGPL-3.0-only", "AGPL-3.0-only", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "Unlicense", "proprietary",
    }
)  # fmt: skip


def toolkit(card: ModelCard) -> Written:
    """Write the card as the toolkit reads it; its long text holds what has no field of its own."""
    said = _documentation(card)
    value: dict[str, Json] = {
        "schema_version": "0.0.2",
        "model_details": _details(card, said),
        "model_parameters": _parameters(card),
        "quantitative_analysis": _analysis(card),
        "considerations": _considerations(card),
    }
    return as_json(pruned(value), tables(card), markdown=said)


def _details(card: ModelCard, said: str) -> Json:
    owner, day = fact(card, "Owner"), moment(card.created)[:10]
    digests = [f"urn:sha256:{card.content_digest}"]
    place = address(card)
    return pruned(
        {
            "name": card.model,
            "overview": " ".join(fact(card, "Description", "Task").split()),
            "documentation": said,
            "owners": [pruned({"name": owner, "contact": fact(card, "Contact")})] if owner else [],
            "version": pruned({"name": card.version, "date": day if _is_day(day) else ""}),
            "licenses": _licences(licence(card)),
            "references": [{"reference": item} for item in [*digests, *([quote(place, safe=":/")] if place else [])]],
            "path": place,
        }
    )


def _licences(text: str) -> list[Json]:
    return [{"identifier" if text in _IDENTIFIERS else "custom_text": text}] if text else []


def _is_day(text: str) -> bool:
    return len(text) == 10 and text.replace("-", "").isdigit()


def _documentation(card: ModelCard) -> str:
    """The card in Markdown, without the tables and figures of the evidence."""
    parts = [part for chapter in document(card).chapters for part in chapter_parts(_words_only(chapter))]
    return "\n\n".join([origin(card), *parts])


def _words_only(chapter: Chapter) -> Chapter:
    if not chapter.key.startswith("evidence-"):
        return chapter
    blocks = tuple(block for block in chapter.blocks if not isinstance(block, Grid | Drawn))
    return Chapter(chapter.key, chapter.kicker, chapter.title, blocks)


def _parameters(card: ModelCard) -> Json:
    kind, target = task(card)
    built = "; ".join(f"{name} = {value}" for name, value in parameters(card))
    inputs = fact(card, "Inputs")
    output: dict[str, Json] = {
        "task": kind, "outcome": target, "positive label": fact(card, "Positive label"),
        "decision threshold": fact(card, "Decision threshold"),
    }  # fmt: skip
    return pruned(
        {
            "model_architecture": "; ".join(text for text in (fact(card, "Model"), built) if text),
            "data": list(_data(card)),
            "input_format": f"Columns: {inputs}" if inputs else "",
            "output_format": fact(card, "Task"),
            "output_format_map": [{"key": key, "value": value} for key, value in pruned(output).items()],
        }
    )


def _data(card: ModelCard) -> Iterator[Json]:
    sensitive: list[Json] = [name for name in fact(card, "Sensitive features").split(", ") if name]
    if fact(card, "Evaluation data"):
        digest = card.digests.get("dataset", "")
        said = f"Evaluation data; SHA-256 {digest}" if digest else "Evaluation data"
        held: Json = {"sensitive_data": sensitive} if sensitive else {}
        yield pruned({"name": fact(card, "Evaluation data"), "description": said, "sensitive": held})
    if fact(card, "Logged data"):
        yield {"name": fact(card, "Logged data"), "description": "Data logged when the model was trained"}
    privacy: list[Json] = [told(card, "privacy")] if told(card, "privacy") else []
    if told(card, "training_data") or privacy:
        about: Json = {"sensitive_data": privacy} if privacy else {}
        yield pruned({"name": TRAINING_DATA, "description": told(card, "training_data"), "sensitive": about})


def _analysis(card: ModelCard) -> Json:
    metrics = [item for number in numbers(card) for item in _metrics(number)]
    drawn = [figure.title for figure in figures(card)]
    said = f"The {len(drawn)} figures are in card.html and card.pdf: {'; '.join(drawn)}." if drawn else ""
    return pruned({"performance_metrics": list(metrics), "graphics": {"description": said} if said else {}})


def _metrics(number: Number) -> Iterator[Json]:
    """The value with its interval, then its n: the schema has no place for n within a metric."""
    about = number.slice
    if number.value is None:
        about = "; ".join(text for text in (about, f"no value: {number.remark or 'no reason recorded'}") if text)
    ends: dict[str, Json] = {"lower_bound": _text(number.low), "upper_bound": _text(number.high)}
    yield pruned(
        {
            "type": number.name, "value": _text(number.value), "slice": about,
            "confidence_interval": ends if all(ends.values()) else {},
        }
    )  # fmt: skip
    if number.n is not None:
        yield pruned({"type": f"{number.name}, n", "value": str(number.n), "slice": number.slice})


def _text(value: float | None) -> str:
    return "" if value is None else repr(int(value) if value == int(value) else value)


def _considerations(card: ModelCard) -> Json:
    limits = [
        f"{OF_ANALYSIS}{found.title}] {text}"
        for found in card.evidence
        if found.section
        for text in found.section.limitations
    ]
    uses = [
        told(card, "intended_use"),
        _marked(card, "out_of_scope", OUT_OF_SCOPE),
        _marked(card, "business", BUSINESS),
    ]
    pairs: list[Json] = [pruned({"name": pair.risk, "mitigation_strategy": pair.mitigation}) for pair in risks(card)]
    ethics: list[Json] = [pruned({"name": told(card, "ethical_considerations")})]
    return pruned(
        {
            "users": _described([told(card, "users")]),
            "use_cases": _described(uses),
            "limitations": _described([told(card, "limitations"), _marked(card, "caveats", CAVEATS), *limits]),
            "tradeoffs": _described([told(card, "tradeoffs")]),
            "ethical_considerations": [item for item in (*ethics, *pairs) if item],
        }
    )


def _marked(card: ModelCard, key: str, mark: str) -> str:
    """A text behind a mark that says what it is, where the toolkit has one list for several things."""
    return f"{mark}{told(card, key)}" if told(card, key) else ""


def _described(texts: list[str]) -> list[Json]:
    return [{"description": text} for text in texts if text]
