"""What people wrote in a Hugging Face model card: read below the headings of its template, and from its YAML block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from rai.narrative import NO_MITIGATION, PAIRS, Entry, RiskPair

#: Headings of the Hugging Face template and its kin by field; compared in small letters without signs.
_NAMED: dict[str, tuple[str, ...]] = {
    "intended_use": (
        "direct use", "downstream use", "intended use", "intended uses", "intended uses limitations",
        "primary intended uses",
    ),
    "users": ("users", "intended users", "primary intended users"),
    "out_of_scope": ("out of scope use", "out of scope uses", "misuse and out of scope use"),
    "business": ("business problem",),
    "factors": ("relevant factors", "factors"),
    "training_data": ("training data",),
    "metrics": ("choice of measures",),
    "limitations": (
        "bias risks and limitations", "limitations", "limitations and bias", "risks and limitations",
    ),
    "tradeoffs": ("trade offs", "tradeoffs"),
    "risk": ("risk rating",),
    "ethical_considerations": ("ethical considerations",),
    "privacy": ("privacy",),
    "oversight": ("human oversight",),
    "monitoring": ("monitoring",),
    "review_by": ("review again by",),
    "caveats": ("recommendations", "caveats and recommendations"),
}  # fmt: skip
_HEADINGS = {heading: key for key, headings in _NAMED.items() for heading in headings}

_BLOCK = re.compile(r"\A\s*---\n(.*?)\n---\s*(\n|\Z)", re.DOTALL)
#: A longer block is no list of a few facts and is not read.
_LONGEST = 200_000


def readme_entries(text: str) -> dict[str, Entry]:
    """Read texts below headings that mean a field, up to the next heading of three levels, and the licence."""
    body = re.sub(r"<!--.*?-->", "", _BLOCK.sub("", text, count=1), flags=re.DOTALL)
    found: dict[str, list[str]] = {}
    key, fenced = "", False
    for line in body.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else re.match(r"#{1,3}\s+(.*?)\s*#*\s*$", line)
        if heading:
            key = _HEADINGS.get(_words(heading[1]), "")
        elif key:
            found.setdefault(key, []).append(line)
    entries = {key: _entry(key, lines) for key, lines in found.items()}
    licence = _licence(text)
    return {**entries, "licence": Entry(text=licence)} if licence else entries


def _words(heading: str) -> str:
    """A heading in small letters without signs: ``Bias, Risks, and Limitations`` is ``bias risks and limitations``."""
    plain = re.sub(r"\[(?:optional|.*?)\]|[*_`]", " ", heading.lower())
    return " ".join(re.sub(r"[^a-z]+", " ", plain).split())


def _entry(key: str, lines: list[str]) -> Entry:
    """The text, and for risks the rows of a table of pairs."""
    rows = [row for row in map(_cells, lines) if row] if key == "ethical_considerations" else []
    if len(rows) < 3 or rows[0] != PAIRS:
        return Entry(text=_unmarked("\n".join(lines)))
    pairs = tuple(RiskPair(risk=risk, mitigation="" if done == NO_MITIGATION else done) for risk, done in rows[2:])
    return Entry(text=_unmarked("\n".join(line for line in lines if not _cells(line))), pairs=pairs)


def _cells(line: str) -> tuple[str, str] | None:
    found = re.match(r"\|([^|]*)\|([^|]*)\|\s*$", line)
    return (_unmarked(found[1]).strip(), _unmarked(found[2]).strip()) if found else None


def _unmarked(markdown: str) -> str:
    """What Markdown says: escapes and hard breaks undone, signs of lists and emphasis as they are."""
    bare = unescape(re.sub(r"\\([\\`*_{}\[\]()#+.!>|-])", r"\1", markdown)).replace("\u00a0", " ")
    lines = [line.rstrip() for line in bare.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _licence(text: str) -> str:
    """The licence that the YAML block names; empty where it names none or cannot be read."""
    import yaml

    block = _BLOCK.match(text)
    if block is None or len(block[1]) > _LONGEST:
        return ""
    try:
        value = yaml.safe_load(block[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return ""
    licence, named = (value.get("license"), value.get("license_name")) if isinstance(value, Mapping) else ("", "")
    chosen = named if licence == "other" and named else licence
    return chosen if isinstance(chosen, str) else ""
