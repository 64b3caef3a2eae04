"""The card as JSON."""

from __future__ import annotations

import io

from pypdf import PdfReader

import reports
from rai.card import ModelCard
from rai.people import Person
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
    assert sorted(found) == ["card-summary.pdf", "card.html", "card.json", "card.md", "card.pdf"]
    assert reports.render_all(real) == found


class _GrownCard(ModelCard):
    """A card of a later time, with fields no chapter knows."""

    risk_rating: str = "The risk is high."
    contacts: tuple[Person, ...] = (making.ADA,)


def test_a_field_of_a_later_card_is_shown_in_every_form():
    found = reports.render_all(_GrownCard.model_validate(making.card().model_dump()))
    assert b"The risk is high." in found["card.html"]
    assert b"The risk is high." in found["card.md"]
    pages = PdfReader(io.BytesIO(found["card.pdf"])).pages
    assert any("The risk is high." in page.extract_text() for page in pages)
    assert any("https://login" in page.extract_text() for page in pages)
