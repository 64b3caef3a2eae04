"""What people wrote in cards of other kinds, read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rai.card import NARRATIVE
from rai.card_files import fill_from
from rai.card_import import Imported, imported, read_card
from rai.errors import InputError, Refused
from rai.people import write_identity
from rai.signing import standing
from rai.workspace import Workspace
from reports import render_all
from reports.dialects import render_dialects
from tests.pages import stored
from tests.reports import making

KEYS = tuple(key for key, _, _ in NARRATIVE)

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
    "considerations": {
        "users": [{"description": "Clerks."}, {"description": "Their heads."}],
        "use_cases": [{"description": "Sorting."}, {"description": "Out-of-scope: Reading private letters."}],
        "limitations": [{"description": "Handwriting."}],
        "ethical_considerations": [
            {"name": "Privacy", "mitigation_strategy": "Letters stay closed."},
            {"name": "Work"},
        ],
    },
}


def texts(data: str | bytes, name: str = "card") -> dict[str, str]:
    return imported(data.encode() if isinstance(data, str) else data, name=name).texts


def test_a_readme_of_the_template_is_read_below_its_headings():
    assert texts(README) == {
        "intended_use": "Helps *clerks* to sort letters.\n\n[More Information Needed]",
        "out_of_scope": "Nothing else.",
        "limitations": (
            "- Handwriting is read badly.\n- So is 19th century print.\n\n```python\n# Recommendations\n```"
        ),
        "caveats": "Look at it every year.",
    }


def test_a_toolkit_card_is_read_by_its_considerations():
    assert texts(json.dumps(TOOLKIT)) == {
        "intended_use": "Sorting.",
        "users": "Clerks.\n\nTheir heads.",
        "out_of_scope": "Reading private letters.",
        "limitations": "Handwriting.",
        "ethical_considerations": "Privacy: Letters stay closed.\n\nWork",
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
    fields = tuple(field.model_copy(update={"text": f"{field.key}: {text}"}) for field in making.narrative())
    card = making.card(narrative=fields)
    found = {**render_all(card), **render_dialects(card, ["toolkit", "huggingface"])}[form]
    expected = {key: f"{key}: {text}" for key in KEYS}
    assert texts(found, form) == expected


def test_a_card_of_a_later_program_is_read_all_the_same():
    card = json.loads(making.card().to_bytes()) | {"new": {"a": 1}}
    card["narrative"].append({"key": "energy", "text": "Much."})
    assert set(texts(json.dumps(card))) == set(KEYS)


def test_the_source_is_named_with_its_digest(tmp_path: Path):
    file = tmp_path / "README.md"
    file.write_text(README)
    found = read_card(file)
    assert found.source.startswith("Taken from README.md (Hugging Face model card, SHA-256 ")
    assert found.sourced("caveats") == f"Look at it every year.\n\n{found.source}"
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
    "only a block": (b"---\nlicense: mit\n---\n", "says nothing to any field"),
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
    assert first == (
        "Intended use: filled",
        "Users: left, the file does not say it",
        "Out-of-scope use: filled",
        "Limitations: filled",
        "Ethical considerations: left, the file does not say it",
        "Caveats and recommendations: filled",
    )
    field = next(f for f in standing(workspace, stored.WAGE).card.narrative if f.key == "caveats")
    assert field.text == read_card(file).sourced("caveats")
    assert field.author is not None
    assert field.author.subject == stored.SUBMITTER.subject
    file.write_text(README.replace("every year", "never"))
    again = fill_from(workspace.settings, target, file)
    assert again[5] == "Caveats and recommendations: left, it is written already"
    kept = next(f for f in standing(workspace, stored.WAGE).card.narrative if f.key == "caveats")
    assert kept == field


def test_an_auditor_fills_nothing(workspace: Workspace, tmp_path: Path):
    file = tmp_path / "README.md"
    file.write_text(README)
    write_identity(workspace.settings.identity_file, stored.REVIEWER.model_copy(update={"roles": ("auditor",)}))
    with pytest.raises(Refused, match="may not edit"):
        fill_from(workspace.settings, stored.WAGE.uri, file)
    assert not any(f.filled for f in standing(workspace, stored.WAGE).card.narrative)
