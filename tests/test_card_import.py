"""What people wrote in cards of other kinds, read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rai.card_files import fill_from
from rai.card_import import Imported, imported, read_card
from rai.errors import InputError, Refused
from rai.narrative import Entry, RiskPair
from rai.narrative_fields import FIELDS
from rai.people import write_identity
from rai.signing import standing
from rai.workspace import Workspace
from reports import render_all
from reports.dialects import render_dialects
from tests.pages import stored
from tests.reports import making

KEYS = tuple(spec.key for spec in FIELDS)

#: Fields that have a place of their own in the Model Card Toolkit; its long text holds the others.
PLACED = {
    "intended_use", "users", "out_of_scope", "business", "training_data", "limitations", "tradeoffs",
    "ethical_considerations", "privacy", "licence", "caveats",
}  # fmt: skip

#: As a team writes it by hand, with the template's headings, comments and gaps.
README = """---
license: mit
tags:
- a
---

# Model Card for x

Some words.

## Uses

### Direct Use

<!-- This section is for the model use without fine-tuning. -->

Helps *clerks* to sort letters.

### Downstream Use [optional]

[More Information Needed]

### Out-of-Scope Use

Nothing else.

## Bias, Risks, and Limitations

- Handwriting is read badly.
- So is 19th century print.

```python
# Recommendations
```

### Recommendations

Look at it every year.

## How to Get Started with the Model

Use the code below.
"""

TOOLKIT = {
    "schema_version": "0.0.2",
    "model_details": {"licenses": [{"identifier": "Apache-2.0"}]},
    "model_parameters": {
        "data": [
            {"name": "Other letters", "description": "Not these."},
            {
                "name": "training data",
                "description": "Letters of 1990.",
                "sensitive": {"sensitive_data": ["names", "addresses"]},
            },
        ]
    },
    "considerations": {
        "users": [{"description": "Clerks."}, {"description": "Their heads."}],
        "use_cases": [{"description": "Sorting."}, {"description": "Out-of-scope: Reading private letters."}],
        "limitations": [{"description": "Handwriting."}, {"description": "Caveats: Look at it every year."}],
        "tradeoffs": [{"description": "Speed for care."}],
        "ethical_considerations": [
            {"name": "Privacy", "mitigation_strategy": "Letters stay closed."},
            {"name": "Work"},
        ],
    },
}


def entries(data: str | bytes, name: str = "card") -> dict[str, Entry]:
    return imported(data.encode() if isinstance(data, str) else data, name=name).entries


def texts(data: str | bytes, name: str = "card") -> dict[str, str]:
    return {key: entry.text for key, entry in entries(data, name).items()}


def test_a_readme_of_the_template_is_read_below_its_headings():
    assert texts(README) == {
        "intended_use": "Helps *clerks* to sort letters.\n\n[More Information Needed]",
        "out_of_scope": "Nothing else.",
        "limitations": (
            "- Handwriting is read badly.\n- So is 19th century print.\n\n```python\n# Recommendations\n```"
        ),
        "caveats": "Look at it every year.",
        "licence": "mit",
    }


def test_a_toolkit_card_is_read_by_its_considerations():
    assert entries(json.dumps(TOOLKIT)) == {
        "intended_use": Entry(text="Sorting."),
        "users": Entry(text="Clerks.\n\nTheir heads."),
        "out_of_scope": Entry(text="Reading private letters."),
        "limitations": Entry(text="Handwriting."),
        "tradeoffs": Entry(text="Speed for care."),
        "caveats": Entry(text="Look at it every year."),
        "licence": Entry(text="Apache-2.0"),
        "training_data": Entry(text="Letters of 1990."),
        "privacy": Entry(text="names\n\naddresses"),
        "ethical_considerations": Entry(
            text="Work", pairs=(RiskPair(risk="Privacy", mitigation="Letters stay closed."),)
        ),
    }


@pytest.mark.parametrize("form", ["card.json", "model-card-toolkit.json", "README.md"])
@pytest.mark.parametrize(
    "text",
    [
        "One line.",
        "Two\nlines.\n\nAnd a paragraph: *a* `b` [c](d) <e> 1. & \\ # -",
        "- a\n- b\n1. c",
        "日本 مرحبا ✓ é",
        "x | y" * 2000,
    ],
)
def test_what_was_written_comes_back_from_every_form_of_our_own(form, text):
    said = {key: "2028-06-30" if key == "review_by" else f"{key}: {text}" for key in KEYS}
    fields = tuple(field.model_copy(update={"text": said[field.key]}) for field in making.narrative())
    card = making.card(narrative=fields)
    found = {**render_all(card), **render_dialects(card, ["toolkit", "huggingface"])}[form]
    assert texts(found, form) == {key: said[key] for key in KEYS if form != "model-card-toolkit.json" or key in PLACED}


@pytest.mark.parametrize("form", ["card.json", "model-card-toolkit.json", "README.md"])
def test_risks_come_back_in_pairs(form):
    pairs = (
        RiskPair(risk="A | wrong *refusal*.", mitigation="A second look."), RiskPair(risk="Habit.", mitigation="<b>"),
    )  # fmt: skip
    fields = (making.told("users"), making.told("ethical_considerations", text="Words.", pairs=pairs))
    card = making.card(narrative=fields)
    found = {**render_all(card), **render_dialects(card, ["toolkit", "huggingface"])}[form]
    assert entries(found, form) == {
        "users": Entry(text="Written."), "ethical_considerations": Entry(text="Words.", pairs=pairs),
    }  # fmt: skip


@pytest.mark.parametrize("form", ["card.json", "README.md"])
def test_a_reason_why_a_field_does_not_apply_comes_back(form):
    fields = (making.told("users"), making.told("privacy", text="", not_applicable="No personal data."))
    card = making.card(narrative=fields)
    found = {**render_all(card), **render_dialects(card, ["huggingface"])}[form]
    assert entries(found, form)["privacy"] == Entry(not_applicable="No personal data.")


def test_a_pair_without_its_second_half_is_not_given_one():
    pairs = (RiskPair(risk="Habit."),)
    card = making.card(narrative=(making.told("ethical_considerations", text="", pairs=pairs),))
    readme = render_dialects(card, ["huggingface"])["README.md"]
    assert entries(readme)["ethical_considerations"] == Entry(pairs=pairs)
    assert entries(card.to_bytes())["ethical_considerations"] == Entry(pairs=pairs)


@pytest.mark.parametrize(
    ("block", "licence"),
    [
        ("license: apache-2.0", "apache-2.0"),
        ("license: other\nlicense_name: Our own", "Our own"),
        ("license: other", "other"),
        ("license: [mit, gpl]", ""),
        ("license: 3", ""),
        ("license: &a [*a]", ""),
        ("{ broken", ""),
        ("!!python/object/apply:os.system [ls]", ""),
    ],
)
def test_the_licence_is_the_one_that_the_block_names(block, licence):
    found = texts(f"---\n{block}\n---\n\n### Users\n\nClerks.\n")
    assert found == {"users": "Clerks.", **({"licence": licence} if licence else {})}


def test_a_day_that_is_none_is_not_taken_for_one():
    found = texts("### Users\n\nClerks.\n\n### Review Again By\n\nnext spring\n")
    assert found == {"users": "Clerks."}


def test_a_card_of_the_first_schema_is_read():
    card = {"schema_version": "1", "narrative": [{"key": "users", "heading": "Users", "text": "Clerks."}]}
    assert entries(json.dumps(card)) == {"users": Entry(text="Clerks.")}


def test_a_card_of_a_later_program_is_read_all_the_same():
    card = json.loads(making.card().to_bytes()) | {"new": {"a": 1}}
    card["narrative"].append({"key": "energy", "text": "Much."})
    assert set(texts(json.dumps(card))) == set(KEYS) - {"review_by"}  # "Written." is no day


def test_the_source_is_named_with_its_digest(tmp_path: Path):
    file = tmp_path / "README.md"
    file.write_text(README)
    found = read_card(file)
    assert found.source.startswith("Taken from README.md (Hugging Face model card, SHA-256 ")
    assert found.entries["caveats"] == Entry(text="Look at it every year.")
    assert isinstance(found, Imported)


BAD = {
    "binary": (b"\xff\xfe\x00", "is not text in UTF-8"),
    "empty": (b"", "says nothing to any field"),
    "broken JSON": (b'{"narrative": ', "is not valid JSON"),
    "deep JSON": (b"[" * 100_000, "is not valid JSON"),
    "other JSON": (b'{"a": 1}', "neither a card of ours nor one of the Model Card Toolkit"),
    "a list": (b"[1]", "neither a card of ours"),
    "odd fields": (b'{"narrative": [1, {"key": 2, "text": []}, {"key": "users"}]}', "says nothing to any field"),
    "odd considerations": (b'{"considerations": {"users": "x", "use_cases": [1, {"description": 3}]}}', "says nothing"),
    "a README of gaps": (b"## Uses\n\n### Direct Use\n\n[More Information Needed]\n", "says nothing to any field"),
    "a plain text": (b"Hello.", "says nothing to any field"),
    "only a block": (b"---\ntags: [a]\n---\n", "says nothing to any field"),
    "odd places": (
        b'{"considerations": {}, "model_details": [], "model_parameters": {"data": [1, {"name": 2}]}}',
        "says n",
    ),
    "odd pairs": (
        b'{"narrative": [{"key": "ethical_considerations", "pairs": [1, {"risk": 2}, {"risk": " "}]}]}',
        "says n",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_card_is_refused_in_one_sentence(name):
    data, sentence = BAD[name]
    with pytest.raises(InputError, match=sentence) as caught:
        imported(data, name="file")
    assert "Hugging Face README.md." in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read_card(tmp_path / "none.md")
    with pytest.raises(InputError, match="cannot be read"):
        read_card(tmp_path)
    large = tmp_path / "large.md"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(InputError, match="larger than 20 MB"):
        read_card(large)


# The command


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    from rai.settings import Settings

    home = tmp_path / "home"
    found = Workspace.open(Settings.load({"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")}))
    stored.build(found, (stored.WAGE,))
    return found


def test_empty_fields_are_filled_by_the_acting_person_and_written_ones_are_left(workspace: Workspace, tmp_path: Path):
    file, target = tmp_path / "README.md", stored.WAGE.uri
    file.write_text(README)
    write_identity(workspace.settings.identity_file, stored.SUBMITTER)
    first = fill_from(workspace.settings, target, file)
    assert dict(line.split(": ", 1) for line in first) == {
        spec.heading: "filled"
        if spec.key in {"intended_use", "out_of_scope", "limitations", "caveats", "licence"}
        else "left, the file does not say it"
        for spec in FIELDS
    }
    field = next(f for f in standing(workspace, stored.WAGE).card.narrative if f.key == "caveats")
    assert (field.text, field.source) == ("Look at it every year.", read_card(file).source)
    assert field.author is not None
    assert field.author.subject == stored.SUBMITTER.subject
    file.write_text(README.replace("every year", "never"))
    again = fill_from(workspace.settings, target, file)
    assert again[-1] == "Caveats and recommendations: left, it is written already"
    kept = next(f for f in standing(workspace, stored.WAGE).card.narrative if f.key == "caveats")
    assert kept == field


def test_what_the_policy_asks_for_is_not_filled_with_a_reason_why_it_does_not_apply(
    workspace: Workspace, tmp_path: Path
):
    file = tmp_path / "README.md"
    file.write_text("### Users\n\nNot applicable: nobody.\n\n### Privacy\n\nNot applicable: no data.\n")
    write_identity(workspace.settings.identity_file, stored.SUBMITTER)
    lines = fill_from(workspace.settings, stored.WAGE.uri, file)
    assert [line for line in lines if line.endswith("filled")] == ["Privacy: filled"]
    found = {f.key: f for f in standing(workspace, stored.WAGE).card.narrative}
    assert (found["users"].state, found["privacy"].not_applicable) == ("unknown", "no data.")


def test_an_auditor_fills_nothing(workspace: Workspace, tmp_path: Path):
    file = tmp_path / "README.md"
    file.write_text(README)
    write_identity(workspace.settings.identity_file, stored.REVIEWER.model_copy(update={"roles": ("auditor",)}))
    with pytest.raises(Refused, match="may not edit"):
        fill_from(workspace.settings, stored.WAGE.uri, file)
    assert not any(f.filled for f in standing(workspace, stored.WAGE).card.narrative)
