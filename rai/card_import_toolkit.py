"""What people wrote in a card of the Model Card Toolkit, schema v0.0.2: read from its own places and from our marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rai.narrative import Entry, RiskPair

#: Marks limitations that this program's analyses name themselves; nobody wrote them.
OF_ANALYSIS = "[RAI Review, "

#: Marks of texts where the toolkit has one list for several things, and the name of the data a model was trained on.
OUT_OF_SCOPE, BUSINESS, CAVEATS = "Out of scope: ", "Business problem: ", "Caveats and recommendations: "
TRAINING_DATA = "Training data"

_MARKED = {
    "out_of_scope": re.compile(r"^\s*out[ -]of[ -]scope(?: uses?)?\s*:\s*", re.IGNORECASE),
    "business": re.compile(r"^\s*business problem\s*:\s*", re.IGNORECASE),
    "caveats": re.compile(r"^\s*caveats(?: and recommendations)?\s*:\s*", re.IGNORECASE),
}


def toolkit_entries(card: Mapping[str, object]) -> dict[str, Entry]:
    """Read the entries of a card; a part that is not as the schema has it says nothing."""
    value = card.get("considerations")
    told = value if isinstance(value, Mapping) else {}
    uses, others = _sorted(_texts(told.get("use_cases"), "description"), "intended_use")
    limits = (text for text in _texts(told.get("limitations"), "description") if not text.startswith(OF_ANALYSIS))
    limitations, caveats = _sorted(limits, "limitations")
    ethics = told.get("ethical_considerations")
    texts = {
        **others, **caveats, **uses, **limitations,
        "users": "\n\n".join(_texts(told.get("users"), "description")),
        "tradeoffs": "\n\n".join(_texts(told.get("tradeoffs"), "description")),
        "licence": "\n\n".join(_licences(card)),
        **_training(card),
    }  # fmt: skip
    whole = [item for item in risk_pairs(ethics, "name", "mitigation_strategy") if item.mitigation]
    alone = [item.risk for item in risk_pairs(ethics, "name", "mitigation_strategy") if not item.mitigation]
    entries = {key: Entry(text=text) for key, text in texts.items()}
    return {**entries, "ethical_considerations": Entry(text="\n\n".join(alone), pairs=tuple(whole))}


def risk_pairs(items: object, risk: str, mitigation: str) -> tuple[RiskPair, ...]:
    """Read pairs from a list of objects by the names of their two halves; what has no risk is left out."""
    found = (item for item in items if isinstance(item, Mapping)) if isinstance(items, list) else ()
    halves = ((item.get(risk), item.get(mitigation)) for item in found)
    return tuple(
        RiskPair(risk=first, mitigation=second if isinstance(second, str) else "")
        for first, second in halves
        if isinstance(first, str) and first.strip()
    )


def _sorted(texts: Iterator[str], usual: str) -> tuple[dict[str, str], dict[str, str]]:
    """Tell texts behind one of the marks from the usual ones."""
    found: dict[str, list[str]] = {usual: []}
    for text in texts:
        key = next((key for key, mark in _MARKED.items() if mark.match(text)), usual)
        found.setdefault(key, []).append(_MARKED[key].sub("", text) if key in _MARKED else text)
    joined = {key: "\n\n".join(parts) for key, parts in found.items()}
    return {usual: joined.pop(usual)}, joined


def _texts(items: object, name: str) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        text = item.get(name) if isinstance(item, Mapping) else None
        if isinstance(text, str) and text.strip():
            yield text


def _licences(card: Mapping[str, object]) -> Iterator[str]:
    details = card.get("model_details")
    licences = details.get("licenses") if isinstance(details, Mapping) else None
    yield from _texts(licences, "identifier")
    yield from _texts(licences, "custom_text")


def _training(card: Mapping[str, object]) -> dict[str, str]:
    """The description of the data named as training data, and which of it is sensitive."""
    parameters = card.get("model_parameters")
    data = parameters.get("data") if isinstance(parameters, Mapping) else None
    chosen = [item for item in data if _is_training(item)] if isinstance(data, list) else []
    held = [item.get("sensitive") for item in chosen]
    lists = [item.get("sensitive_data") for item in held if isinstance(item, Mapping)]
    sensitive = [text for found in lists if isinstance(found, list) for text in found if isinstance(text, str)]
    return {"training_data": "\n\n".join(_texts(chosen, "description")), "privacy": "\n\n".join(sensitive)}


def _is_training(item: object) -> bool:
    return isinstance(item, Mapping) and str(item.get("name")).strip().lower() == TRAINING_DATA.lower()
