"""The JSON Schema of the model card: ``python -m rai.card_schema`` writes docs/model-card.schema.json anew."""

from __future__ import annotations

import json
from pathlib import Path

from rai.card import ModelCard

#: Where the schema is published.
PLACE = Path(__file__).resolve().parent.parent / "docs" / "model-card.schema.json"


def card_schema() -> bytes:
    """Return the schema of ``card.json`` (JSON Schema, draft 2020-12)."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **ModelCard.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False).encode() + b"\n"


if __name__ == "__main__":
    PLACE.write_bytes(card_schema())
