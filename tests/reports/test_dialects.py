"""The card in the dialects of others: valid, within their limits, and nothing lost in silence."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from rai.narrative import RiskPair
from rai.review import Detail
from rai.section import Column, Figure, Series, Table
from reports.dialects import DIALECTS, render_dialects
from reports.dialects.carrying import squeezed
from reports.dialects.limits import apart, cut
from reports.dialects.number_table import harmless
from reports.forms import FORMS, forms
from tests.reports import making

SCHEMAS = Path(__file__).with_name("schemas")
LONG = "A sentence that goes on, with 7 % of nothing. " * 250


def schema(name: str) -> dict[str, object]:
    return json.loads((SCHEMAS / f"{name}.json").read_text())


def valid(value: object, name: str) -> None:
    checker = jsonschema.FormatChecker()
    jsonschema.Draft7Validator(schema(name), format_checker=checker).validate(value)


def big():
    """A card that exceeds every limit anybody has stated."""
    details = (
        *(Detail(name=f"Parameter p{at} {'x' * 300}", value=f"{at} {'y' * 400}", source="run") for at in range(130)),
        Detail(name="Owner", value="O" * 3000, source="profile"),
        Detail(name="Description", value=LONG, source="registry"),
        Detail(name="Logged data", value=", ".join(f"data {at}" for at in range(40)), source="run"),
        Detail(name="License", value="Our own licence\nof two lines", source="registry"),
        Detail(name="Sensitive features", value="sex, race", source="profile"),
        Detail(name="Task", value="binary: approve", source="profile"),
    )
    columns = (Column(name="Group"), Column(name="Rate"), Column(name="n", format="integer"))
    columns = (columns[0], Column(name="Rate", format="percent"), columns[2])
    rows = tuple((f"group {at} {'long name ' * 12}", at / 400, at) for at in range(400))
    table = Table(title="T" * 200, columns=columns, rows=rows)
    wide = tuple(Series(name=f"row {at} " * 12, points=making.figure("bars").series[0].points[:3]) for at in range(25))
    figures = (making.figure("heatmap", series=wide), *(making.figure(kind) for kind in making.KINDS))
    section = making.section(title="S" * 100, tables=(table, *making.section().tables), figures=figures, lead=LONG)
    return making.signed(
        making.card(
            details=details,
            narrative=making.narrative(LONG),
            evidence=tuple(making.evidence(section=section, title="S" * 100) for _ in range(4)),
            findings=tuple(making.finding(rule=f"rule {at} " * 20, sentence=LONG) for at in range(30)),
        ),
        rationale=LONG,
    )


@pytest.fixture(scope="module")
def full() -> dict[str, bytes]:
    return render_dialects(making.full())


@pytest.fixture(scope="module")
def large() -> dict[str, bytes]:
    return render_dialects(big())


def front(data: bytes) -> dict[str, object]:
    block = re.match(r"---\n(.*?)\n---\n", data.decode(), re.DOTALL)
    assert block
    return yaml.safe_load(block[1])


# What holds for all of them


def test_every_dialect_has_its_list_of_what_it_could_not_carry(full):
    files = [file for file, _ in DIALECTS.values()]
    assert sorted(full) == sorted([*files, *(f"{file}.not-carried.txt" for file in files)])


def test_every_file_names_the_digest_of_the_card_it_came_from(full, large):
    for found, card in ((full, making.full()), (large, big())):
        for name, data in found.items():
            assert card.content_digest in data.decode(), name


def test_the_same_card_gives_the_same_bytes(full):
    assert render_dialects(making.full()) == full


@pytest.mark.parametrize("name", [*DIALECTS])
def test_every_text_of_the_card_is_carried_or_listed_whole(name):
    card, shown = making.hostile()
    file, _ = DIALECTS[name]
    found = render_dialects(card, [name])
    listed = squeezed(found[f"{file}.not-carried.txt"].decode())
    said = squeezed(DIALECTS[name][1](card).text)
    # Tables and figures are named by their place; the program's own questions are in every card.
    drawn = re.compile(r"\.(tables|figures)\.\d+\.|^narrative\.\d+\.(heading|prompt|topic)$")
    lost = {place for place, text in shown.items() if squeezed(text) not in said + listed and not drawn.search(place)}
    assert lost == set()


@pytest.mark.parametrize("name", [*DIALECTS])
def test_a_table_or_figure_is_carried_or_named_with_its_place(name):
    card = big()
    file, write = DIALECTS[name]
    listed = render_dialects(card, [name])[f"{file}.not-carried.txt"].decode()
    whole = write(card).whole
    for at, found in enumerate(card.evidence):
        for kind in ("tables", "figures"):
            for number, item in enumerate(getattr(found.section, kind)):
                place = f"evidence.{at}.section.{kind}.{number}\n"
                assert item.digest in whole or place in listed


def test_a_card_without_anything_is_written_in_every_dialect():
    empty = making.card(details=(), narrative=making.narrative(""), evidence=(), findings=(), digests={}, version="")
    found = render_dialects(empty)
    valid(json.loads(found["model-card-toolkit.json"]), "model-card-toolkit-0.0.2")
    valid(json.loads(found["sagemaker.json"]), "sagemaker-0.1.0")
    valid(front(found["README.md"]), "huggingface")


def test_real_cards_are_valid_in_every_dialect(real_cards):
    for card in real_cards:
        found = render_dialects(card)
        valid(json.loads(found["model-card-toolkit.json"]), "model-card-toolkit-0.0.2")
        valid(json.loads(found["sagemaker.json"]), "sagemaker-0.1.0")
        valid(front(found["README.md"]), "huggingface")
        assert len(found["sagemaker.json"].decode()) <= 100_000


def test_forms_are_asked_for_by_name():
    card = making.card()
    assert sorted(forms(card)) == ["card-summary.pdf", "card.html", "card.json", "card.md", "card.pdf"]
    assert sorted(forms(card, ["annex-iv"])) == ["annex-iv.md", "annex-iv.md.not-carried.txt"]
    assert len(forms(card, ["all"])) == 5 + 2 * len(DIALECTS)
    assert FORMS == ("card", "toolkit", "sagemaker", "huggingface", "annex-iv", "mitchell", "numbers", "all")


# Model Card Toolkit


def test_the_toolkit_card_is_valid_and_every_number_in_it_is_a_string(full, large):
    for data in (full, large):
        value = json.loads(data["model-card-toolkit.json"])
        valid(value, "model-card-toolkit-0.0.2")
        waiting, numbers = [value], 0
        while waiting:
            item = waiting.pop()
            waiting += item.values() if isinstance(item, dict) else item if isinstance(item, list) else []
            numbers += isinstance(item, int | float)
        assert numbers == 0


def test_the_toolkit_metric_has_its_interval_and_its_n_beside_it(full):
    value = json.loads(full["model-card-toolkit.json"])
    metrics = value["quantitative_analysis"]["performance_metrics"]
    ends = {"lower_bound": "0.737", "upper_bound": "0.818"}
    assert {"type": "Accuracy", "value": "0.78", "confidence_interval": ends} in metrics
    assert {"type": "Accuracy, n", "value": "1400"} in metrics
    assert {"type": "Precision", "slice": "no value: no reason recorded"} in metrics


def told(*fields) -> object:
    """A card with only these fields of the narrative."""
    return making.card(narrative=fields, details=(Detail(name="Owner", value="Lending", source="profile"),))


def toolkit(card) -> dict[str, object]:
    return json.loads(render_dialects(card, ["toolkit"])["model-card-toolkit.json"])


def test_the_toolkit_card_says_what_people_wrote_in_its_own_places():
    fields = tuple(field.model_copy(update={"text": f"About {field.key}."}) for field in making.narrative())
    value = toolkit(told(*fields))
    valid(value, "model-card-toolkit-0.0.2")
    assert value["model_details"]["owners"] == [{"name": "Lending"}]
    assert value["model_details"]["version"] == {"name": "3", "date": "2026-05-04"}
    assert value["model_details"]["licenses"] == [{"custom_text": "About licence."}]
    assert value["model_parameters"]["data"] == [
        {
            "name": "Training data", "description": "About training_data.",
            "sensitive": {"sensitive_data": ["About privacy."]},
        }
    ]  # fmt: skip
    said = value["considerations"]
    assert said["users"] == [{"description": "About users."}]
    assert said["use_cases"] == [
        {"description": "About intended_use."}, {"description": "Out of scope: About out_of_scope."},
        {"description": "Business problem: About business."},
    ]  # fmt: skip
    assert said["limitations"][:2] == [
        {"description": "About limitations."}, {"description": "Caveats and recommendations: About caveats."}
    ]  # fmt: skip
    assert said["tradeoffs"] == [{"description": "About tradeoffs."}]
    assert said["ethical_considerations"] == [{"name": "About ethical_considerations."}]


def test_the_toolkit_card_has_risks_in_pairs_and_a_licence_by_its_identifier():
    pairs = (RiskPair(risk="Refusal.", mitigation="A second look."), RiskPair(risk="Habit."))
    ethics = making.told("ethical_considerations", text="", pairs=pairs)
    value = toolkit(told(ethics, making.told("licence", text="Apache-2.0")))
    valid(value, "model-card-toolkit-0.0.2")
    assert value["considerations"]["ethical_considerations"] == [
        {"name": "Refusal.", "mitigation_strategy": "A second look."}, {"name": "Habit."}
    ]  # fmt: skip
    assert value["model_details"]["licenses"] == [{"identifier": "Apache-2.0"}]


# SageMaker


def test_the_sagemaker_card_is_valid_and_within_every_stated_limit(full, large):
    for found in (full, large):
        data = found["sagemaker.json"].decode()
        assert len(data) <= 100_000
        valid(json.loads(data), "sagemaker-0.1.0")


def test_what_is_too_long_for_sagemaker_is_cut_visibly_and_listed_whole(large):
    value = json.loads(large["sagemaker.json"])
    assert len(value["training_details"]["training_job_details"]["user_provided_hyper_parameters"]) > 15
    assert len(value["evaluation_details"]) == 4
    purpose = value["intended_uses"]["purpose_of_model"]
    mark = f" […cut: {len(LONG):,} characters in card {big().content_digest[:12]}]"
    assert purpose.endswith(mark)
    assert len(purpose) <= 2048
    assert LONG.startswith(purpose.removesuffix(mark))
    assert squeezed(LONG) in squeezed(large["sagemaker.json.not-carried.txt"].decode())


def test_sagemaker_carries_performance_before_what_does_not_fit(real):
    value = json.loads(render_dialects(real, ["sagemaker"])["sagemaker.json"])
    by_name = {item["name"]: item for item in value["evaluation_details"]}
    metrics = {
        metric["name"]: metric for group in by_name["Performance"]["metric_groups"] for metric in group["metric_data"]
    }
    section = next(item.section for item in real.evidence if item.analysis == "performance")
    row = next(row for table in section.tables for row in table.rows if row[0] == "ROC AUC")
    assert metrics["ROC AUC"]["value"] == row[1]
    assert metrics["ROC AUC"]["notes"].startswith(f"95 % interval {row[2]!r} to {row[3]!r}; n ")


def sagemaker(card) -> dict[str, object]:
    value = json.loads(render_dialects(card, ["sagemaker"])["sagemaker.json"])
    valid(value, "sagemaker-0.1.0")
    return value


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("High. People lose homes.", "High"),
        ("medium: few people", "Medium"),
        ("Low", "Low"),
        ("Low risk", "Unknown"),
        ("Highest.", "Unknown"),
        ("The risk is high.", "Unknown"),
        ("Severe. High.", "Unknown"),
    ],
)
def test_the_risk_rating_is_what_the_text_begins_with_or_unknown(text, rating):
    uses = sagemaker(told(making.told("risk", text=text)))["intended_uses"]
    assert (uses["risk_rating"], uses["explanations_for_risk_rating"]) == (rating, text)


def test_without_a_text_there_is_no_risk_rating_whatever_the_tier_of_the_policy():
    uses = sagemaker(making.card(narrative=making.narrative(""), stand=making.stand("in_review")))["intended_uses"]
    assert uses["risk_rating"] == "Unknown"
    assert uses["explanations_for_risk_rating"] == "Nobody has written a risk rating in the card."


def test_sagemaker_has_the_texts_in_its_own_places_and_the_others_as_details():
    fields = tuple(field.model_copy(update={"text": f"About {field.key}."}) for field in making.narrative())
    value = sagemaker(told(*fields))
    assert value["business_details"] == {"business_problem": "About business."}
    assert value["intended_uses"]["factors_affecting_model_efficiency"] == (
        "Factors: About factors.\n\nLimitations: About limitations."
    )
    assert value["training_details"]["training_observations"] == "About training_data."
    further = value["additional_information"]
    assert further["caveats_and_recommendations"] == "Caveats: About caveats.\n\nTrade-offs: About tradeoffs."
    details = further["custom_details"]
    keys = ("privacy", "oversight", "monitoring", "licence", "metrics")
    assert {key: details[key] for key in keys} == {key: f"About {key}." for key in keys}
    assert details["review by"] == "About review_by."


def test_a_field_that_does_not_apply_says_so_in_every_dialect_that_has_a_place():
    card = told(making.told("privacy", text="", not_applicable="No personal data are in it."))
    said = "Not applicable: No personal data are in it."
    assert sagemaker(card)["additional_information"]["custom_details"]["privacy"] == said
    found = render_dialects(card, ["huggingface", "mitchell", "annex-iv"])
    assert f"### Privacy\n\n{said}" in found["README.md"].decode()
    assert f"**Data.** {said}" in found["mitchell.md"].decode()
    assert f"Privacy, written by Ada Example: {said}" in found["annex-iv.md"].decode()


def test_names_cut_to_the_same_letters_are_counted():
    assert apart(["a" * 70, "a" * 71, "b"], 10) == ["aaaaaaaaa…", "aaaaa… (2)", "b"]
    assert apart(["", "\n"]) == ["–", "– (2)"]
    assert cut("short", 20, "f" * 64) == "short"


# Hugging Face


def test_the_hugging_face_block_is_valid_and_its_metrics_have_interval_and_n(full):
    found = front(full["README.md"])
    valid(found, "huggingface")
    (result,) = found["model-index"][0]["results"]
    assert result["dataset"]["revision"] == making.DIGESTS["dataset"]
    assert result["metrics"] == [
        {
            "type": "accuracy", "name": "Accuracy", "value": 0.78,
            "args": {"low": 0.737, "high": 0.818, "interval": "95 %", "n": 1400},
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "a\n---\nb",
        "--- a",
        "x: y # z",
        "'\"",
        "{{ a }}",
        "!!python/object:os.system",
        "&a *a",
        "\u2028---\u2028",
        "|\n---",
    ],
)
def test_no_text_breaks_out_of_the_yaml_block(text):
    data = render_dialects(making.card(model=text, policy=text, version=text), ["huggingface"])["README.md"]
    found = front(data)
    assert found["model_name"].replace("\n", " ").split() == text.replace("\u2028", "\n").split()
    assert found["rai_review"]["sha256"]["model"] == making.DIGESTS["model"]
    assert data.decode().split("\n---\n", 1)[1].startswith("\n# Model Card for")


def test_a_licence_of_ones_own_is_named_as_other():
    details = (Detail(name="Licence", value="Our own", source="registry"),)
    card = making.card(details=details, narrative=making.narrative(""))
    found = front(render_dialects(card, ["huggingface"])["README.md"])
    assert (found["license"], found["license_name"]) == ("other", "Our own")


def test_the_licence_that_people_wrote_stands_before_the_one_of_the_registry():
    card = making.card(
        narrative=(making.told("licence", text="mit"),),
        details=(Detail(name="Licence", value="Our own", source="registry"),),
    )
    assert front(render_dialects(card, ["huggingface"])["README.md"])["license"] == "mit"


def test_an_empty_section_keeps_its_mark():
    text = render_dialects(making.card(narrative=making.narrative("")), ["huggingface"])["README.md"].decode()
    assert "### Direct Use\n\n[More Information Needed]" in text
    assert "## Environmental Impact\n\n[More Information Needed]" in text


# Annex IV

POINTS = (
    ["1", "1(a)", "1(b)", "1(c)", "1(d)", "1(e)", "1(f)", "1(g)", "1(h)", "2", "2(a)", "2(b)", "2(c)", "2(d)", "2(e)", "2(f)", "2(g)", "2(h)", "3", "4", "5", "6", "7", "8", "9"]
)  # fmt: skip


@pytest.mark.parametrize("card", [making.full(), making.card(details=(), evidence=(), findings=(), digests={})])
def test_the_annex_has_nine_points_with_all_letters_whatever_the_card_holds(card):
    text = render_dialects(card, ["annex-iv"])["annex-iv.md"].decode()
    assert re.findall(r"^## (\d(?:\(\w\))?) ", text, re.MULTILINE) == POINTS
    assert re.findall(r"^\| (\d(?:\(\w\))?) \|", text, re.MULTILINE) == POINTS
    rows = re.findall(r"^\| \d.*\| (.*) \|$", text, re.MULTILINE)
    assert set(rows) <= {"&nbsp;", "✓ answered", "? answered in part", "✕ missing", "– not applicable"}
    assert [rows[POINTS.index(point)] for point in ("1(f)", "8", "1", "2")] == [
        "– not applicable", "✕ missing", "&nbsp;", "&nbsp;"
    ]  # fmt: skip


def test_the_annex_says_who_signed_the_test_reports_when_and_on_what():
    card = making.full()
    text = render_dialects(card, ["annex-iv"])["annex-iv.md"].decode()
    line = f"approve by Ada Example, reviewer, 2026-05-05 10:00 UTC, on card {card.content_digest}"
    assert text.count(line) == len(card.evidence)
    other = making.signed(making.card(), digests={"card": "f" * 64})
    assert "other bytes than stand here" in render_dialects(other, ["annex-iv"])["annex-iv.md"].decode()


def test_the_annex_names_every_group_with_its_n_and_suppressed_ones_as_suppressed():
    card = making.card(evidence=(making.evidence(analysis="fairness"),))
    text = render_dialects(card, ["annex-iv"])["annex-iv.md"].decode()
    assert "| A interval | women | 10.0 % (5.0 to 15.0) | 1,000 |" in text
    assert "| A interval | nobody | suppressed&#58; Not judged" in text or "suppressed: Not judged: 7 rows." in text


@pytest.mark.parametrize(
    ("point", "key", "status"),
    [("2(b)", "tradeoffs", "in part"), ("2(d)", "training_data", ""), ("2(e)", "oversight", ""), ("3", "oversight", ""),
     ("4", "metrics", ""), ("5", "risk", "in part"), ("9", "monitoring", ""), ("9", "review_by", "")],
)  # fmt: skip
def test_a_point_of_the_annex_is_answered_by_the_text_about_it_and_missing_without(point, key, status):
    analyses = ("data", "fairness", "error_analysis", "explanations", "counterfactuals")
    evidence = tuple(making.evidence(analysis=name) for name in analyses)
    facts = ("Task", "Logged data", "Inputs")
    details = tuple(Detail(name=name, value="x", source="run") for name in facts)

    def row(narrative) -> str:
        card = making.card(narrative=narrative, evidence=evidence, details=details)
        text = render_dialects(card, ["annex-iv"])["annex-iv.md"].decode()
        return next(line for line in text.split("\n") if line.startswith(f"| {point} |")).split(" | ")[2]

    whole = making.narrative()
    assert row(whole) == (f"? answered {status} |" if status else "✓ answered |")
    without = tuple(field.model_copy(update={"text": ""}) if field.key == key else field for field in whole)
    assert row(without) == "? answered in part |"


def test_the_annex_points_into_the_card_by_addresses_that_are_there():
    from reports.html import render_html

    card = making.full()
    anchors = set(re.findall(r"card\.html#([\w-]+)", render_dialects(card, ["annex-iv"])["annex-iv.md"].decode()))
    ids = set(re.findall(r'<section id="([\w-]+)"', render_html(card).decode()))
    assert anchors
    assert anchors <= ids


# Mitchell


def test_the_nine_sections_stand_in_their_order_and_gaps_are_named(full):
    text = full["mitchell.md"].decode()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
        "Quantitative analyses", "Ethical considerations", "Caveats and recommendations", "Beyond the nine sections",
    ]  # fmt: skip
    assert "**Citation.** _Not in the card._" in text
    assert "**Person or organisation developing the model.** Lending" in text


# Numbers


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_number_stands_in_the_table_as_it_was_stored():
    card = making.card()
    found = rows(render_dialects(card, ["numbers"])["numbers.csv"])
    assert found[1] == ["Analysis", "Table or figure", "Metric", "About", "Value", "Low", "High", "n", "Remark"]
    assert ["Performance", "Metrics", "Accuracy", "", "0.78", "0.737", "0.818", "1400", ""] in found
    points = sum(len(series.points) for figure in drawn(card) for series in figure.series)
    nodes = sum(len(figure.nodes) for figure in drawn(card))
    assert len(found) == 2 + 2 + points + nodes


def drawn(card) -> tuple[Figure, ...]:
    return card.evidence[0].section.figures


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc", "%0A", "＝1", "\n=1"])
def test_a_formula_is_a_text(text):
    assert harmless(text).startswith("'")
    names = (text, "men")
    section = making.section(tables=(), figures=(making.figure("bars", names),))
    found = rows(render_dialects(making.card(evidence=(making.evidence(section=section),)), ["numbers"])["numbers.csv"])
    cells = [cell for row in found for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+@|%＝\t\r\n") or re.match(r"-\D", cell)]


def test_negative_numbers_stay_numbers():
    columns = (Column(name="Metric"), Column(name="Value", format="number"))
    table = Table(title="T", columns=columns, rows=(("Gain", -0.25),))
    section = making.section(tables=(table,), figures=())
    found = rows(render_dialects(making.card(evidence=(making.evidence(section=section),)), ["numbers"])["numbers.csv"])
    assert found[2][4] == "-0.25"
