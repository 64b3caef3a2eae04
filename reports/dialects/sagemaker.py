"""The card as a SageMaker model card (schema 0.1.0), within every limit that format states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from rai.card import EvidenceSection, ModelCard
from rai.section import Figure, Table
from reports.dialects.groups import Group, groups
from reports.dialects.limits import (
    ARGUMENT,
    ARTIFACTS,
    DATASETS,
    LONG,
    NAME,
    OBSERVATION,
    PARAMETERS,
    TEXT,
    TRAINING_DATASETS,
    WHOLE,
    apart,
    cut,
    short,
)
from reports.dialects.origin import address, fact, origin, parameters, task, told, told_whole
from reports.dialects.written import Json, Written, as_json, pruned
from reports.verdict import verdict

#: Which analyses are carried first where not all numbers fit, and the risk ratings the format knows.
_FIRST = ("performance", "fairness", "error_analysis", "counterfactuals", "explanations", "data")
_RATINGS = {"low": "Low", "medium": "Medium", "high": "High"}
_UNRATED = "Nobody has written a risk rating in the card."

#: Fields of the narrative for which the format has no place of its own.
_ELSEWHERE = ("metrics", "privacy", "oversight", "monitoring", "review_by", "licence")

#: Characters that lists of any length may take of the whole, so that there is room for the numbers.
_EVALUATIONS, _PARAMETERS, _CUSTOM = 25_000, 12_000, 15_000


def sagemaker(card: ModelCard) -> Written:
    """Write the card as one string of at most 100,000 characters; groups of numbers that do not fit are left out."""
    evaluations = _within([_evaluation(card, found, name) for found, name in _named(card)], _EVALUATIONS)
    value = pruned(
        {
            "model_overview": _overview(card),
            "intended_uses": _uses(card),
            "business_details": _cut(card, {"business_problem": told_whole(card, "business")}, LONG),
            "training_details": _training(card),
            "evaluation_details": [*evaluations],
            "additional_information": _further(card),
        }
    )
    whole = _fill(value, evaluations, card)
    # The service takes the content as one string: without spaces it holds more.
    written = as_json(value, whole)
    return Written(_packed(value).encode(), written.text, written.whole)


def _within(items: Sequence[dict[str, Json]], room: int) -> list[dict[str, Json]]:
    """The first of some objects that fit into so many characters together."""
    found: list[dict[str, Json]] = []
    for item in items:
        room -= len(_packed(item)) + 1
        if room < 0:
            break
        found.append(item)
    return found


def _packed(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _named(card: ModelCard) -> list[tuple[EvidenceSection, str]]:
    return list(zip(card.evidence, apart(found.title for found in card.evidence), strict=True))


def _fill(value: dict[str, Json], evaluations: list[dict[str, Json]], card: ModelCard) -> list[Table | Figure]:
    """Add groups of numbers as long as the whole stays within its limit; return what is carried whole."""
    room, whole = WHOLE - len(_packed(value)) - 100, list[Table | Figure]()
    for place, group in _in_order(card):
        size = len(_packed(group.value)) + 40
        if size > room or place >= len(evaluations):
            continue
        room -= size
        held = evaluations[place].setdefault("metric_groups", [])
        assert isinstance(held, list)
        held.append(group.value)
        whole += [group.source] if group.whole else []
    return whole


def _in_order(card: ModelCard) -> Iterator[tuple[int, Group]]:
    """Tables before figures, and the analyses people ask for first before the others."""
    places = range(len(card.evidence))
    order = sorted(places, key=lambda at: _FIRST.index(key) if (key := card.evidence[at].analysis) in _FIRST else 99)
    found = {place: groups(card.evidence[place], card.content_digest) for place in order}
    for kind in (Table, Figure):
        for place in order:
            yield from ((place, group) for group in found[place] if isinstance(group.source, kind))


def _overview(card: ModelCard) -> Json:
    found: dict[str, str] = {
        "model_description": fact(card, "Description"),
        "model_creator": fact(card, "Trained by", "Owner"),
        "algorithm_type": fact(card, "Model"),
        "problem_type": task(card)[0],
        "model_owner": ", ".join(text for text in (fact(card, "Owner"), fact(card, "Contact")) if text),
    }
    digest = card.digests.get("model", "")
    places = [address(card), f"sha256:{digest}" if digest else ""]
    return pruned({**_cut(card, found, TEXT), "model_artifact": _list(card, places, ARTIFACTS)})


def _cut(card: ModelCard, texts: Mapping[str, str], most: int) -> dict[str, Json]:
    return {name: cut(text, most, card.content_digest) for name, text in texts.items() if text}


def _list(card: ModelCard, texts: list[str], most: int) -> list[Json]:
    found: list[Json] = [cut(text, TEXT, card.content_digest) for text in texts if text]
    return found[:most]


def _uses(card: ModelCard) -> Json:
    texts = {
        "purpose_of_model": told(card, "intended_use"),
        "intended_uses": _together(card, ("Users", "users"), ("Out of scope", "out_of_scope")),
        "factors_affecting_model_efficiency": _together(card, ("Factors", "factors"), ("Limitations", "limitations")),
        "explanations_for_risk_rating": told_whole(card, "risk") or _UNRATED,
    }
    return {**_cut(card, texts, LONG), "risk_rating": rating(told(card, "risk"))}


def _together(card: ModelCard, *fields: tuple[str, str]) -> str:
    """Texts of several fields in one place, each behind its name."""
    return "\n\n".join(f"{name}: {told_whole(card, key)}" for name, key in fields if told_whole(card, key))


def rating(text: str) -> str:
    """The rating that a text begins with: the word High, Medium or Low before the first sign; otherwise ``Unknown``."""
    found = re.match(r"\s*(high|medium|low)\s*(?:[.:,;\n–—-]|$)", text, re.IGNORECASE)
    return _RATINGS[found[1].lower()] if found else "Unknown"


def _training(card: ModelCard) -> Json:
    """The run's parameters are the user's own: the service did not record them."""
    found = parameters(card)[:PARAMETERS]
    names = apart((name for name, _ in found), ARGUMENT)
    pairs: list[dict[str, Json]] = [
        {"name": name, "value": short(value, ARGUMENT)} for name, (_, value) in zip(names, found, strict=True)
    ]
    held: list[Json] = [*_within(pairs, _PARAMETERS)]
    data = _list(card, fact(card, "Logged data").split(", "), TRAINING_DATASETS)
    job = pruned({"training_datasets": data, "user_provided_hyper_parameters": held})
    run = f"MLflow run {short(fact(card, 'Run'), 200)}" if fact(card, "Run") else ""
    said = "\n\n".join(text for text in (run, told_whole(card, "training_data")) if text)
    return pruned({"training_observations": cut(said, TEXT, card.content_digest), "training_job_details": job})


def _evaluation(card: ModelCard, found: EvidenceSection, name: str) -> dict[str, Json]:
    section = found.section
    said = [found.reason] if section is None else [section.lead, *section.warnings, *section.limitations]
    data = fact(card, "Evaluation data")
    digest = card.digests.get("dataset", "")
    metadata = {"question": found.question, "status": found.status, "data_sha256": digest, "review": card.review_id}
    return pruned(
        {
            "name": name,
            "evaluation_observation": cut("\n".join(text for text in said if text), OBSERVATION, card.content_digest),
            "datasets": _list(card, [data], DATASETS),
            "metadata": _cut(card, metadata, TEXT),
        }
    )


def _further(card: ModelCard) -> Json:
    texts = {
        "ethical_considerations": told_whole(card, "ethical_considerations"),
        "caveats_and_recommendations": _together(card, ("Caveats", "caveats"), ("Trade-offs", "tradeoffs")),
    }
    return {**_cut(card, texts, LONG), "custom_details": _custom(card)}


def _custom(card: ModelCard) -> dict[str, Json]:
    """What has no field of its own: the card it came from, the verdict, decisions, findings, digests, facts."""
    judged = verdict(card)
    texts = {
        "card sha256": card.content_digest,
        "canonical card": origin(card),
        "verdict": f"{judged.word}. {judged.sentence}",
        "policy": card.policy,
        "review": f"{card.review_id}, {card.created}",
    }
    texts |= {key.replace("_", " "): told_whole(card, key) for key in _ELSEWHERE}
    texts |= {"risk tier of the policy": card.stand.tier} if card.stand else {}
    texts |= {f"digest: {name}": digest for name, digest in card.digests.items()}
    for at, item in enumerate(card.sign_offs, 1):
        texts[f"sign-off {at}"] = f"{item.decision}: {item.person.name} ({item.role}), {item.time}. {item.rationale}"
    for at, found in enumerate(card.findings, 1):
        texts[f"finding {at}: {found.rule}"] = f"{found.verdict} ({found.severity}): {found.sentence}"
    for at, line in enumerate(judged.waivers, 1):
        texts[f"waiver {at}"] = line
    texts |= {f"fact: {item.name}": item.value for item in card.details if not item.name.startswith("Parameter ")}
    kept = {name: text for name, text in texts.items() if text}
    cuts = _cut(card, dict(zip(apart(kept, NAME), kept.values(), strict=True)), TEXT)
    return {
        name: text
        for item in _within([{name: text} for name, text in cuts.items()], _CUSTOM)
        for name, text in item.items()
    }
