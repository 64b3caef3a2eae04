"""The YAML block of a Hugging Face model card, from which no text of a card can break out."""

from __future__ import annotations

import re

from rai.card import ModelCard
from rai.statistics.names import NAMES
from reports.dialects.origin import fact, licence, task
from reports.dialects.written import Json, pruned
from reports.drawable import legible
from reports.numbers import Number, numbers
from reports.verdict import subjects, verdict

_PIPELINES = {"binary": "tabular-classification", "multiclass": "tabular-classification"}
_KNOWN = {name.label: key for key, name in NAMES.items()}


def front_matter(card: ModelCard) -> str:
    """The block between its two lines of hyphens; texts with line breaks are written in one line, with escapes."""
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]  # yaml ships no types
        """Writes text so that no line of it can end the block."""

    def text(dumper: Dumper, value: str) -> yaml.Node:
        plain = value.isprintable() and not value.startswith("-")
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')

    Dumper.add_representer(str, text)
    block: str = yaml.dump(
        _fields(card), Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=10**9
    )
    return f"---\n{block}---\n"


def _fields(card: ModelCard) -> dict[str, Json]:
    kind, _ = task(card)
    whole = [item for item in numbers(card) if item.analysis == "performance" and not item.parts]
    kept = [item for item in whole if item.value is not None]
    names: list[Json] = [*dict.fromkeys(metric_id(item) for item in kept)]
    judged = verdict(card)
    fields: dict[str, Json] = {
        **_licence(licence(card)),
        "library_name": _library(card),
        "pipeline_tag": _PIPELINES.get(kind, "tabular-regression" if kind else ""),
        "tags": ["tabular", "model-card"],
        "metrics": names,
        "model_name": _legible(card.model),
        "model-index": [{"name": _legible(card.model), "results": [_result(card, kept)]}] if kept else [],
        "rai_review": {
            "version": _legible(card.version),
            "verdict": judged.word,
            "review": _legible(card.review_id),
            "policy": _legible(card.policy),
            "card_json_sha256": card.digest,
            "sha256": {_legible(name): _legible(digest) for name, digest in subjects(card).items()},
        },
    }
    return pruned(fields)


def _licence(text: str) -> dict[str, Json]:
    """The format knows identifiers in small letters; any other licence goes by its name."""
    if re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", text):
        return {"license": text}
    return {"license": "other", "license_name": _legible(text)} if text else {}


def _legible(text: str) -> str:
    return legible(text)


def _library(card: ModelCard) -> str:
    """The flavour in brackets behind the kind of model: ``LGBMClassifier (lightgbm)``."""
    model = fact(card, "Model")
    return _legible(model.rpartition("(")[2].removesuffix(")")) if model.endswith(")") else ""


def _result(card: ModelCard, kept: list[Number]) -> Json:
    """One result: the whole evaluation data, with every metric over all rows."""
    kind, target = task(card)
    tag = _PIPELINES.get(kind, "tabular-regression")
    data = fact(card, "Evaluation data").partition(", ")[0] or "evaluation data"
    revision = card.digests.get("dataset", "")
    return {
        "task": pruned({"type": tag, "name": _legible(f"{kind}: {target}") if target else ""}),
        "dataset": pruned({"type": "local", "name": _legible(data), "revision": _legible(revision)}),
        "metrics": [_metric(item) for item in kept],
    }


def _metric(item: Number) -> Json:
    """A metric with its interval and n, which the format has room for under ``args``."""
    args: dict[str, Json] = {"low": item.low, "high": item.high, "interval": "95 %" if item.low is not None else ""}
    return {
        "type": metric_id(item), "name": _legible(item.name), "value": item.value,
        "args": pruned({**args, "n": item.n}),
    }  # fmt: skip


def metric_id(item: Number) -> str:
    """The field's own name of a metric, or its words joined by underscores."""
    words = "".join(letter if letter.isalnum() else " " for letter in item.name.lower()).split()
    return _KNOWN.get(item.name) or "_".join(words) or "metric"
