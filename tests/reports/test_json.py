"""The card as JSON."""

from __future__ import annotations

import reports
from rai.card import ModelCard
from reports.json_card import render_json
from tests.reports import making


def test_the_card_reads_back_equal():
    card = making.full()
    assert ModelCard.from_bytes(render_json(card)) == card


def test_the_bytes_are_those_whose_digest_is_signed():
    card = making.card()
    assert ModelCard.from_bytes(render_json(card)).content_digest == card.content_digest
    assert render_json(card) == card.to_bytes()


def test_every_form_of_a_real_card_is_rendered_the_same_each_time(real):
    found = reports.render_all(real)
    assert sorted(found) == ["card.html", "card.json", "card.md", "card.pdf"]
    assert reports.render_all(real) == found
