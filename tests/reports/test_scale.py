"""Large cards and all scripts of the world: 200 inputs, 60 groups, long texts; nothing is cut, nothing overlaps."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from rai.card import ModelCard
from rai.review import Detail
from rai.section import Axis, Column, Figure, Point, Series, Table
from reports import render_all
from reports.dialects import render_dialects
from reports.drawable import BOX
from tests.reports import making
from tests.reports.test_html import Page
from tests.reports.test_markdown import unescaped
from tests.reports.test_pdf import squeezed

FEATURES = tuple(f"feature_{at:03d}_of_the_household_in_the_year_before" for at in range(200))
GROUPS = tuple(f"group {at:02d} of people who moved in the last ten years" for at in range(60))
LONG = " ".join(f"Sentence {at} of a text that says something about the model." for at in range(1, 180)) + " The end."
SCRIPTS = {
    "Arabic": "النموذج يدعم القرار ولا يتخذه",
    "Hebrew": "המודל תומך בהחלטה",
    "Greek": "Το μοντέλο δεν αποφασίζει",
    "Cyrillic": "Модель не решает",
}
UNDRAWN = {
    "Chinese": "模型支持决定",
    "Japanese": "モデルは決定を支援する",
    "Korean": "모델은 결정을 돕는다",
    "emoji": "🚀🎉",
    "Hindi": "मॉडल",
}


def large() -> ModelCard:
    """200 inputs, 60 groups, texts of 10,000 letters."""
    percent = {"format": "percent"}
    importance = Figure(
        kind="bars", title="Importance", alt="Bars.", x=Axis(label="Input", format="text"), y=Axis(label="Mean"),
        series=(Series(name="all", points=tuple(Point(x=name, y=at / 200, n=9000) for at, name in enumerate(FEATURES))),),
    )  # fmt: skip
    rates = making.figure("interval", GROUPS)
    columns = (
        Column(name="Group"), Column(name="n", format="integer"),
        *(Column(name=f"Metric {at}", **percent) for at in range(20)),
    )  # fmt: skip
    rows = tuple((name, 100 + at, *(((at * 20 + k) % 997) / 997 for k in range(20))) for at, name in enumerate(GROUPS))
    tables = (
        Table(title="Rates by group", columns=columns, rows=rows),
        Table(
            title="Inputs",
            columns=(Column(name="Input"), Column(name="Value", format="number"), Column(name="Note")),
            rows=tuple((name, at, "a note of some length about this input") for at, name in enumerate(FEATURES)),
        ),
    )
    section = making.section(figures=(importance, rates), tables=tables, warnings=(LONG,), limitations=(LONG,))
    details = (
        Detail(name="Owner", value="Lending", source="profile"),
        Detail(name="Inputs", value=", ".join(FEATURES), source="model"),
    )
    return making.signed(
        making.card(details=details, narrative=making.narrative(LONG), evidence=(making.evidence(section=section),)),
        rationale=LONG,
    )


@pytest.fixture(scope="module")
def found() -> dict[str, bytes]:
    return render_all(large())


def paper(data: bytes) -> str:
    foot = re.compile(r"credit, version 3\s*card \w{12}\s*page \d+ of \d+")
    return squeezed("".join(foot.sub("", page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages))


def test_every_form_of_a_large_card_is_made_within_twenty_seconds_of_work():
    started = time.process_time()
    render_all(large())
    render_dialects(large())
    assert time.process_time() - started < 20


def test_every_input_group_and_long_text_stands_whole_in_every_form(found):
    assert len(LONG) > 10_000
    texts = {
        "card.html": squeezed("".join(Page(found["card.html"]).text)),
        "card.md": squeezed(unescaped(found["card.md"].decode())),
        "card.pdf": paper(found["card.pdf"]),
    }
    for form, text in texts.items():
        missing = [name for name in (*FEATURES, *GROUPS) if squeezed(name) not in text]
        assert missing == [], form
        # Each field of the narrative, a warning, a limitation and the rationale.
        assert text.count(squeezed(LONG)) == len(making.narrative()) + 3, form


def test_every_number_of_the_wide_table_is_on_paper(found):
    text = paper(found["card.pdf"])
    assert all(f"{100 * (number % 997) / 997:.1f}%" in text for number in range(1200))


@pytest.mark.parametrize("form", ["card.pdf", "card-summary.pdf"])
def test_no_two_words_on_paper_overlap_and_none_leaves_the_page(found, form, tmp_path: Path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / form).write_bytes(found[form])
    done = subprocess.run(["pdftotext", "-bbox", tmp_path / form, "-"], capture_output=True, check=True)
    space = "{http://www.w3.org/1999/xhtml}"
    for number, page in enumerate(ET.fromstring(done.stdout).iter(f"{space}page"), 1):
        words = [(box(word), word.text or "") for word in page.iter(f"{space}word")]
        width, height = float(page.get("width", "")), float(page.get("height", ""))
        assert all(
            0 <= left < right <= width and 0 <= top < bottom <= height for (left, top, right, bottom), _ in words
        )
        for (one, first), (two, second) in combinations(words, 2):
            assert not overlap(one, two), (number, first, second)


def box(word: ET.Element) -> tuple[float, ...]:
    return tuple(float(word.get(name, "")) for name in ("xMin", "yMin", "xMax", "yMax"))


def overlap(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    """True if letters stand on letters: boxes of lines are taller than their letters, so the middle of them counts."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    apart = abs((one[1] + one[3]) / 2 - (two[1] + two[3]) / 2)
    return wide > 0.5 and apart < 0.4 * min(one[3] - one[1], two[3] - two[1])


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_the_fonts_have_is_set_as_it_is(name):
    forms = render_all(making.card(narrative=making.narrative(SCRIPTS[name])))
    assert SCRIPTS[name] in "".join(Page(forms["card.html"]).text)
    assert SCRIPTS[name] in forms["card.md"].decode()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(forms["card.pdf"])).pages)
    assert BOX not in text


@pytest.mark.parametrize("name", UNDRAWN)
def test_a_script_the_fonts_lack_is_a_box_on_paper_and_whole_everywhere_else(name):
    written = UNDRAWN[name]
    forms = render_all(making.card(narrative=making.narrative(f"before {written} after")))
    assert written in "".join(Page(forms["card.html"]).text)
    assert written in forms["card.md"].decode()
    for form in ("card.pdf", "card-summary.pdf"):
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(forms[form])).pages)
        assert f"before{BOX * 2}" in squeezed(text)
        assert "standsforacharacterthatthefontsofthisdocumentdonothave" in squeezed(text)


def test_text_that_runs_from_right_to_left_says_so_to_the_browser():
    text = render_all(making.card(narrative=making.narrative(SCRIPTS["Arabic"])))["card.html"].decode()
    assert f'<p dir="auto">{SCRIPTS["Arabic"]}</p>' in text
