"""The published JSON Schema is that of the card, and real cards are valid by it."""

from __future__ import annotations

import json

import jsonschema
import pytest

from rai.card_schema import PLACE, card_schema
from tests.reports import making


def published() -> dict[str, object]:
    return json.loads(PLACE.read_bytes())


def test_the_published_schema_is_that_of_the_card() -> None:
    assert PLACE.read_bytes() == card_schema(), "Write it anew with: python -m rai.card_schema"


def test_cards_are_valid_by_it_and_anything_else_is_not() -> None:
    jsonschema.Draft202012Validator.check_schema(published())
    validator = jsonschema.Draft202012Validator(published())
    for card in (making.card(), making.full(), making.hostile()[0]):
        validator.validate(json.loads(card.to_bytes()))
    odd = json.loads(making.card().to_bytes())
    for bad in ({**odd, "extra": 1}, {**odd, "narrative": [{"key": "users"}]}, {**odd, "findings": "none"}):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(bad)
