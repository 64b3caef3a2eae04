"""The card as PDF, read back: tagged, archival, complete, the same each time, and nothing in it is read as markup."""

from __future__ import annotations

import io
import re
import time

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from rai.card import ModelCard
from rai.section import Column, Table
from reports.pdf import render_pdf
from tests.reports import making


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def squeezed(text: str) -> str:
    """Text without spaces and unseen breaks, for a line may break anywhere."""
    return re.sub(r"[\s\u200b\u00a0]+", "", text)


def words(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(data).pages))


def alternatives(reader: PdfReader) -> list[str]:
    """Alternative texts in the structure of the document."""
    found: list[str] = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        item = waiting.pop()
        item = item.get_object() if isinstance(item, IndirectObject) else item
        if isinstance(item, DictionaryObject):
            found += [str(item["/Alt"])] if "/Alt" in item else []
            children = item.get("/K", [])
            waiting += children if isinstance(children, list) else [children]
    return found


@pytest.fixture(scope="module")
def full() -> bytes:
    return render_pdf(making.full())


def test_the_same_card_gives_the_same_bytes_and_another_does_not(full):
    assert render_pdf(making.full()) == full
    assert render_pdf(making.full().model_copy(update={"policy": "strict"})) != full


def test_it_is_tagged_names_its_language_and_claims_both_standards(full):
    root = read(full).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    meta = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part>1<", meta)
    assert re.search(r"pdfaid:part>3<", meta)
    assert re.search(r"pdfaid:conformance>A<", meta)


def test_title_author_and_date_come_from_the_card(full):
    info = read(full).metadata
    assert (info.title, info.author) == ("credit, version 3", "Lending")
    assert info.creation_date.isoformat() == "2026-05-04T09:30:00+00:00"


def test_the_card_itself_is_attached_byte_for_byte(full):
    card = making.full()
    attached = read(full).attachments
    assert list(attached) == ["card.json"]
    assert attached["card.json"] == [card.to_bytes()]
    assert ModelCard.from_bytes(attached["card.json"][0]) == card


def test_every_font_is_embedded(full):
    fonts = {}
    for page in read(full).pages:
        for named in page["/Resources"].get("/Font", {}).values():
            font = named.get_object()
            fonts[font["/BaseFont"]] = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    assert fonts
    assert all("DejaVu" in name for name in fonts)
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in fonts.values())


def test_every_kind_of_figure_is_there_with_its_alternative_text(full):
    code, *found = sorted(alternatives(read(full)))
    assert code == f"QR code of the digest of this card, {making.full().content_digest}"
    assert found == sorted(f"What the {kind} shows." for kind in making.KINDS)


def test_every_page_names_the_card_and_its_place(full):
    pages = read(full).pages
    digest = making.full().content_digest
    for number, page in enumerate(pages, 1):
        text = squeezed(page.extract_text())
        assert f"card{digest[:12]}" in text
        assert f"page{number}of{len(pages)}" in text
    assert digest in squeezed(pages[0].extract_text())


def test_the_contents_name_every_chapter(full):
    text = squeezed(read(full).pages[1].extract_text())
    for title in (
        "Summary",
        "Model details",
        "Narrative",
        "Performance",
        "Fairness",
        "Explanations",
        "Sign-offs",
        "Digests",
    ):
        assert squeezed(title) in text


def test_the_cover_says_what_was_decided():
    approved = squeezed(read(render_pdf(making.signed(making.card()))).pages[0].extract_text())
    assert "✓Approved" in approved
    assert "onexactlythesebytes" in approved
    undecided = squeezed(read(render_pdf(making.card())).pages[0].extract_text())
    assert "–Notapproved" in undecided


def test_unwritten_failed_and_inapplicable_parts_say_so():
    text = words(render_pdf(making.full().model_copy(update={"narrative": making.narrative("")})))
    assert text.count("!Notwrittenyet") == len(making.narrative())
    assert "✕FailedItstoppedwithValueError." in text
    assert "–NotapplicableThereisnomodel." in text


def test_mischief_in_any_text_is_shown_as_text():
    card, shown = making.hostile()
    data = render_pdf(card)
    reader = read(data)
    # A cell may go over from one page to the next; what stands at the foot in between is taken out.
    foot = re.compile(r"T\d{4}T[^T]{0,80}…\s*card \w{12}\s*page \d+ of \d+")
    pages = "".join(foot.sub("", page.extract_text()) for page in reader.pages)
    text = squeezed(pages + "".join(alternatives(reader)))
    missing = {place for place, mischief in shown.items() if squeezed(mischief) not in text}
    # Rows of groups have no title across, heatmaps no line.
    beyond = re.compile(r"\.figures\.\d+\.(x\.(label|unit))$|\.figures\.4\.reference_label$")
    assert {place for place in missing if not beyond.search(place)} == set()


def test_a_name_too_long_for_its_figure_is_printed_whole_below_it():
    name = "a very long name of a group of people " * 12 + "and its end"
    section = making.section(figures=(making.figure("interval", (name, "men")),), tables=())
    text = words(render_pdf(making.card(evidence=(making.evidence(section=section),))))
    assert f"Shortenedinthefigure,infull:–{squeezed(name)}" in text
    short = making.section(figures=(making.figure("interval"),), tables=())
    assert "Shortened" not in words(render_pdf(making.card(evidence=(making.evidence(section=short),))))


def test_characters_no_font_has_are_boxes_and_the_cover_says_so():
    card = making.card(model="日本 😀", narrative=making.narrative("नमस्ते 日本 مرحبا שלום a\u202eb\x00c \u00ad\ufffe"))
    reader = read(render_pdf(card))
    cover = squeezed(reader.pages[0].extract_text())
    assert "▯▯" in cover
    assert "standsforacharacter" in cover
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert "a▯b▯c▯▯" in text
    assert "standsforacharacter" not in words(render_pdf(making.card()))


def test_a_table_of_many_columns_is_set_in_parts_and_keeps_every_cell():
    columns = (Column(name="Group"), *(Column(name=f"Measure {at}", format="integer") for at in range(40)))
    rows = tuple((f"group {row}", *(1000 * row + at for at in range(40))) for row in range(3))
    section = making.section(figures=(), tables=(Table(title="Wide", columns=columns, rows=rows),))
    text = words(render_pdf(making.card(evidence=(making.evidence(section=section),))))
    assert "Wide(columns,part1of" in text
    assert all(f"{1000 * row + at:,}" in text for row in range(3) for at in range(40))


def test_a_long_table_repeats_its_head_on_every_page():
    rows = tuple((f"row number {at}", at) for at in range(150))
    table = Table(title="Long", columns=(Column(name="Row name"), Column(name="Tally", format="integer")), rows=rows)
    section = making.section(figures=(), tables=(table,))
    pages = [
        squeezed(page.extract_text())
        for page in read(render_pdf(making.card(evidence=(making.evidence(section=section),)))).pages
    ]
    with_rows = [text for text in pages if "rownumber" in text]
    assert len(with_rows) >= 3
    assert all("RownameTally" in text for text in with_rows)


def test_a_name_of_any_length_and_an_odd_time_are_set():
    card = making.card(model="a_very_long_name_without_spaces" * 12, created="some day", version="")
    assert len(read(render_pdf(card)).pages) > 2


def test_an_empty_card_is_a_document():
    empty = ModelCard(
        model="m", version="", review_id="", review_digest="", policy="", created="", details=(), narrative=(),
        evidence=(), findings=(), digests={},
    )  # fmt: skip
    text = words(render_pdf(empty))
    assert "Nopolicyhasjudgedthisversion." in text
    assert "Nodetailswererecorded." in text


def test_real_cards_are_small_and_quick(real_cards):
    from reports.figures import draw

    for card in real_cards:
        draw.cache_clear()
        started = time.process_time()
        data = render_pdf(card)
        assert time.process_time() - started < 10
        assert len(data) < 5_000_000
