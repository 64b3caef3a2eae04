"""The card as HTML: complete, escaped, and in need of nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from rai.section import Column, Table
from reports.html import render_html
from tests.reports import making, qr_reading

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.titles: list[str] = []
        self.styles = ""
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.styles += data
        elif self.open and self.open[-1] == "title" and "rect" in self.open:
            self.titles.append(data)
        else:
            self.text.append(data)

    def of(self, tag: str, name: str) -> list[str]:
        return [value for found, attribute, value in self.attributes if (found, attribute) == (tag, name)]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_html(making.full()))


def test_every_element_is_closed(page):
    assert page.open == []


def test_nothing_in_the_page_asks_an_address_or_runs(page):
    assert not {"script", "iframe", "object", "embed", "link", "base", "form", "img", "image", "use"} & set(
        page.tags
    ) - {"use"}
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name != "style", tag
        if name in {"href", "src", "xlink:href", "action", "data"}:
            assert value.startswith("#"), (tag, name, value)
    assert "url(" not in page.styles
    assert "@import" not in page.styles


def test_the_policy_of_the_page_allows_its_own_style_sheet_only(page):
    digest = base64.b64encode(hashlib.sha256(page.styles.encode()).digest()).decode()
    policy = next(value for value in page.of("meta", "content") if "default-src" in value)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_ids_are_unique_and_every_link_leads_somewhere(page):
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value.removeprefix("#") for _, name, value in page.attributes if name == "href"}
    assert targets <= set(ids)
    assert {"summary", "details", "narrative", "evidence-1", "sign-offs", "digests"} <= targets


def test_a_figure_that_stands_twice_has_ids_of_its_own_each_time():
    twice = making.section(figures=(making.figure("interval"), making.figure("interval")))
    ids = [
        value
        for _, name, value in Page(render_html(making.card(evidence=(making.evidence(section=twice),)))).attributes
        if name == "id"
    ]
    assert len(ids) == len(set(ids))


def test_the_digest_stands_on_the_cover_in_letters_and_as_a_picture():
    text = render_html(making.full()).decode()
    cover = text[: text.index("</header>")]
    digest = making.full().content_digest
    assert f"<code>{digest}</code>" in cover
    assert qr_reading.read(qr_reading.modules(cover)) == digest


def test_pointing_at_a_mark_tells_its_value_interval_and_n(page):
    told = set(page.titles)
    assert {
        "Rate, women: 10.0 % (5.0 to 15.0), n 1,000",
        "Rate, nobody: no value, n 7. Not judged: 7 rows.",
        "women: 10.0 %, n 101. small",  # a node of the tree
        "Other, Group 0.200: 30.0 % (25.0 to 35.0), n 1,002",
    } <= told


def test_a_waiver_stands_beside_the_verdict():
    bad = making.finding(verdict="fail")
    text = render_html(making.card(findings=(bad,), waivers=(making.waiver(bad),))).decode()
    assert "is waived until 2026-06-01 12:00 UTC; Head of Lending answers for it." in text[: text.index("</header>")]


def test_every_figure_has_its_alternative_text_and_its_numbers(page):
    code, *figures = page.of("svg", "aria-label")
    assert code.startswith("QR code of the digest")
    assert figures == [f"What the {kind} shows." for kind in making.KINDS]
    assert page.tags.count("details") == len(making.KINDS)


def test_numbers_stand_at_the_right():
    table = Table(
        title="T", columns=(Column(name="Word"), Column(name="Number", format="number")), rows=(("a", 1234.5),)
    )
    text = render_html(
        making.card(evidence=(making.evidence(section=making.section(figures=(), tables=(table,))),))
    ).decode()
    assert '<th scope="col" dir="auto">Word</th><th scope="col" dir="auto" class="right">Number</th>' in text
    assert '<td dir="auto">a</td><td dir="auto" class="right">1,234</td>' in text


def test_mischief_in_any_text_is_shown_as_text():
    card, shown = making.hostile()
    page = Page(render_html(card))
    assert set(page.tags) == set(Page(render_html(making.full())).tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    said = "\n".join([*page.text, *page.of("svg", "aria-label")])
    joined = "".join(page.text)
    missing = {place for place, text in shown.items() if text not in said and text not in joined}
    assert missing == set()


def test_marks_of_direction_are_made_visible_and_scripts_of_the_world_stay():
    text = render_html(making.card(narrative=making.narrative("日本 😀 مرحبا a\u202eb\x07"))).decode()
    assert "日本 😀 مرحبا a▯b▯" in text


def test_unwritten_failed_and_inapplicable_parts_say_so():
    card = making.full().model_copy(update={"narrative": making.narrative("")})
    said = " ".join(Page(render_html(card)).text)
    assert said.count("Not written yet") == len(card.narrative)
    assert "It stopped with ValueError." in said
    assert "There is no model." in said


def test_the_page_knows_print_and_dark_paper(page):
    assert re.search(r"@media \(prefers-color-scheme: dark\)", page.styles)
    assert re.search(r"@media print", page.styles)
    assert ("html", "lang", "en") in page.attributes


def test_real_cards_of_all_tasks_are_rendered_with_all_their_figures(real_cards):
    for card in real_cards:
        page = Page(render_html(card))
        figures = sum(len(found.section.figures) for found in card.evidence if found.section)
        assert page.tags.count("figure") == figures
        assert page.open == []
