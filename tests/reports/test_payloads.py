"""120 texts that mean mischief, each in every text of a card at once: shown as text in every form, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import yaml
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from reports.dialects import render_dialects
from reports.drawable import drawable
from reports.html import render_html
from reports.markdown import render_markdown
from reports.pdf import render_pdf
from reports.summary import render_summary
from tests.reports import making
from tests.reports.payloads import PAYLOADS
from tests.reports.test_html import Page
from tests.reports.test_markdown import unescaped
from tests.reports.test_pdf import squeezed

#: Signs that mean something in Markdown where they stand without a backslash.
SIGNS = re.compile(r"[<>`\\$~\[\]{}_@*]")
#: What the program itself writes with such signs.
OWN = re.compile(
    r"`[0-9a-f]{64}`|\[(in the card|Sign-offs)\]\(card\.html#[\w-]+\)|\*\*|_Not in the card\._|&nbsp;"
    r"|\[More Information Needed\]"
)
#: Doing something in a PDF beyond being read.
DEEDS = {
    "/JS",
    "/JavaScript",
    "/URI",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/OpenAction",
    "/AA",
    "/RichMedia",
}


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def plain() -> Page:
    """The page of the same card without mischief: its tags and attributes are all there may be."""
    return Page(render_html(making.full()))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_page_shows_it_and_holds_no_tag_attribute_or_address_of_it(payload, plain):
    card, shown = making.hostile(payload)
    page = Page(render_html(card))
    assert page.open == []
    assert set(page.tags) == set(plain.tags)
    assert {(tag, name) for tag, name, _ in page.attributes} == {(tag, name) for tag, name, _ in plain.attributes}
    assert page.styles == plain.styles
    for tag, name, value in page.attributes:
        assert not name.startswith("on")
        if name in {"href", "src", "action", "data", "http-equiv", "content", "class", "id"}:
            assert payload not in value, (tag, name)
        if name == "href":
            assert value.startswith("#")
    said = one_line(" ".join([*page.text, *page.of("svg", "aria-label")]))
    joined = one_line("".join(page.text))
    assert {
        place for place, text in shown.items() if one_line(text) not in said and one_line(text) not in joined
    } == set()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_shows_it_and_none_of_its_signs_means_anything(payload):
    card, shown = making.hostile(payload)
    found = {"card.md": render_markdown(card), **render_dialects(card, ["huggingface", "mitchell", "annex-iv"])}
    for name in ("card.md", "README.md", "mitchell.md", "annex-iv.md"):
        body = found[name].decode()
        body = body.split("\n---\n", 1)[1] if name == "README.md" else body
        assert "://" not in body
        own = OWN.sub("", body)
        bare = re.sub(r"\\[\\`*_{}\[\]#]", "", re.sub(r"^> ", "", own, flags=re.MULTILINE))
        assert SIGNS.findall(re.sub(r"&#\d+;", "", bare)) == [], name
    said = one_line(unescaped(found["card.md"].decode()))
    assert {place for place, text in shown.items() if one_line(text) not in said} == set()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_line_that_begins_with_it_is_no_heading_list_quote_rule_or_code(payload):
    for line in render_markdown(making.bare(payload)).decode().split("\n"):
        if not line.startswith(("# Model card: ", "## ", "### ", "> **", "| ", "- ", "**")):
            assert not re.match(r" {0,3}([#>+=|~`-]|\d+[.)]\s|\*\s)", line), line


@pytest.mark.parametrize("payload", PAYLOADS)
def test_other_dialects_hold_it_as_a_value_and_no_cell_is_a_formula(payload):
    for card in (making.hostile(payload)[0], making.bare(payload)):
        found = render_dialects(card)
        for name in ("model-card-toolkit.json", "sagemaker.json"):
            json.loads(found[name], parse_constant=pytest.fail)
        block = found["README.md"].decode().split("\n---\n", 1)[0].removeprefix("---\n")
        assert one_line(yaml.safe_load(block)["model_name"]) == one_line(card.model)
        rows = list(csv.reader(io.StringIO(found["numbers.csv"].decode("utf-8-sig"))))
        assert len({len(row) for row in rows[1:]}) == 1
        for cell in (cell for row in rows for cell in row):
            assert re.match(r"-?\d", cell) or not re.match(r"[\s=+\-@|%＝＋－＠]", cell), cell


@pytest.mark.parametrize("payload", PAYLOADS[::6])
def test_paper_shows_it_and_can_do_nothing(payload):
    card, shown = making.hostile(payload)
    for render in (render_pdf, render_summary):
        reader = PdfReader(io.BytesIO(render(card)))
        assert deeds(reader) == set()
    text = squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(card))).pages))
    for place in (
        "details.0.value",
        "narrative.0.text",
        "findings.0.sentence",
        "sign_offs.0.rationale",
        "evidence.1.reason",
    ):
        assert squeezed(drawable(shown[place])) in text, place


def deeds(reader: PdfReader) -> set[str]:
    """Everything in a document that could act, open an address or start a program."""
    found: set[str] = set()
    for number in range(1, len(reader.xref[0]) + 1):
        item = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(item, DictionaryObject):
            found |= DEEDS & {*item, *(str(value) for value in item.values() if isinstance(value, str))}
    return found
