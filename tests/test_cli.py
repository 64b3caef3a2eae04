"""The commands as they are typed: what they print and how they exit."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from rai.workspace import Workspace
from tests.model.makers import save_code
from tests.subjects import frame

ROOT = Path(__file__).resolve().parent.parent
COMPAS = ROOT.parent / "shared" / "data" / "compas_two_years" / "compas_two_years.parquet"

CARD = ["card-summary.pdf", "card.html", "card.json", "card.md", "card.pdf"]

PROFILE = """
[task]
kind = "binary"
target = "approve"
positive = 1
[data]
evaluation = "test.parquet"
sensitive = ["sex"]
ignore = ["grade", "wage"]
[owner]
name = "Lending"
"""


def rai(*arguments: object, home: Path, code: int, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command and hold it to its exit code; no traceback may ever be shown."""
    environment = {**os.environ, "RAI_HOME": str(home), **environ}
    environment.pop("MLFLOW_TRACKING_URI", None) if "MLFLOW_TRACKING_URI" not in environ else None
    done = subprocess.run(
        [sys.executable, "-m", "rai", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done


def handed(folder: Path, profile: str = PROFILE, data: pd.DataFrame | None = None) -> Path:
    (frame() if data is None else data).to_parquet(folder / "test.parquet")
    (folder / "review.toml").write_text(profile)
    return folder / "review.toml"


def test_compas_as_propublica_published_it(tmp_path: Path) -> None:
    if not COMPAS.exists():
        pytest.skip("the COMPAS data are not beside this checkout")
    data = pd.read_parquet(COMPAS)
    data["high_risk"] = (data["score_text"] != "Low").astype(int)
    data[["two_year_recid", "high_risk", "race", "sex", "age"]].to_parquet(tmp_path / "test.parquet")
    (tmp_path / "review.toml").write_text(
        '[task]\nkind="binary"\ntarget="two_year_recid"\npositive=1\nfavourable="negative"\n'
        '[data]\nevaluation="test.parquet"\nsensitive=["race","sex"]\n[predictions]\nlabel="high_risk"\n[owner]\nname="o"\n'
    )
    rai(
        "review",
        "predictions",
        "--profile",
        tmp_path / "review.toml",
        "--out",
        tmp_path / "out",
        home=tmp_path / "home",
        code=0,
    )
    measures = json.loads((tmp_path / "out" / "review.json").read_text())["measures"]

    def rate(metric: str, race: str) -> float:
        found = [
            m
            for m in measures
            if (m["analysis"], m["metric"], m["feature"], m["group"]) == ("fairness", metric, ["race"], [race])
        ]
        assert len(found) == 1
        return round(100 * found[0]["value"], 2)

    assert rate("false_positive_rate", "African-American") == 44.85
    assert rate("false_positive_rate", "Caucasian") == 23.45
    assert rate("false_negative_rate", "African-American") == 27.99
    assert rate("false_negative_rate", "Caucasian") == 47.72


def test_a_model_directory_is_reviewed_and_a_failing_model_is_a_record(tmp_path: Path) -> None:
    model = save_code("class Model:\n    def predict(self, rows): raise ValueError('no')\n", tmp_path / "m")
    done = rai(
        "review", model, "--profile", handed(tmp_path), "--out", tmp_path / "out", home=tmp_path / "home", code=3
    )
    assert "failed at predict: ValueError: no" in done.stdout
    review = json.loads((tmp_path / "out" / "review.json").read_text())
    assert {outcome["status"] for outcome in review["outcomes"]} == {"failed"}
    assert any(finding["verdict"] == "not evaluated" for finding in review["findings"])


def test_a_model_that_answers_with_nan_is_a_record(tmp_path: Path) -> None:
    model = save_code("class Model:\n    def predict(self, rows): return [float('nan')] * len(rows)\n", tmp_path / "m")
    done = rai("review", model, "--profile", handed(tmp_path), home=tmp_path / "home", code=3)
    assert "answered 400 of 400 rows with a missing or infinite value" in done.stdout


def test_labels_that_do_not_match_are_a_record(tmp_path: Path) -> None:
    model = save_code("class Model:\n    def predict(self, rows): return ['Yes'] * len(rows)\n", tmp_path / "m")
    done = rai("review", model, "--profile", handed(tmp_path), home=tmp_path / "home", code=3)
    assert "The model predicts 'Yes', but 'approve' holds '0', '1'" in done.stdout


BAD_START = {
    "no profile": (lambda folder: ["review", "predictions"], "needs a profile"),
    "missing profile": (lambda folder: ["review", "predictions", "--profile", folder / "none.toml"], "cannot be read"),
    "no such target": (lambda folder: ["review", "somewhere"], "is not a target"),
    "no stored predictions": (lambda folder: ["review", "predictions", "--profile", handed(folder)], r"Add \[predictions\]"),
    "no model here": (lambda folder: ["review", folder, "--profile", handed(folder)], "holds no file MLmodel"),
    "data elsewhere": (
        lambda folder: ["review", "predictions", "--profile", handed(folder, PROFILE.replace("test.parquet", "gone.parquet"))],
        "gone.parquet is not beside the profile",
    ),
    "unknown policy": (
        lambda folder: ["review", "predictions", "--profile", handed(folder, PROFILE + '[predictions]\nlabel="grade"\n[review]\npolicy="none"\n')],
        "There is no policy 'none'",
    ),
    "wrong column": (
        lambda folder: ["review", "predictions", "--profile", handed(folder, PROFILE.replace('["sex"]', '["gender"]') + '[predictions]\nlabel="grade"\n')],
        "Column 'gender' is not in the data",
    ),
    "not submitted": (lambda folder: ["card", "models:/nothing/1", "--out", folder], "has not been submitted"),
    "no registry": (lambda folder: ["submit", "models:/nothing/1"], "Nobody is named in"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_START)
def test_what_cannot_start_says_why_and_exits_2(name: str, tmp_path: Path) -> None:
    import re

    arguments, sentence = BAD_START[name]
    done = rai(*arguments(tmp_path), home=tmp_path / "home", code=2)
    assert re.search(sentence, done.stderr)
    said = [line for line in done.stderr.splitlines() if not re.match(r" *\d+ %  ", line)]  # but for progress
    assert len(said) == 1


def test_an_unreachable_registry_is_one_sentence(tmp_path: Path) -> None:
    done = rai("review", "models:/credit/1", home=tmp_path, code=2, MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    assert "http://127.0.0.1:9 cannot be reached" in done.stderr


def test_the_gate_is_closed_with_each_reason_on_a_line(demo: Workspace) -> None:
    home = demo.settings.home
    done = rai("gate", "models:/mortgage-approval/1", home=home, code=1)
    assert done.stdout.startswith("models:/mortgage-approval/1: closed\n- ")
    assert "- Nobody has written 'Intended use' in the model card.\n" in done.stdout
    answer = json.loads(rai("gate", "models:/mortgage-approval/1", "--json", home=home, code=1).stdout)
    assert answer["open"] is False
    assert rai("gate", "models:/never-seen/1", home=home, code=1).stdout.endswith("not been submitted for review.\n")


def test_the_gate_cannot_decide_without_a_registry(demo: Workspace) -> None:
    rai(
        "gate",
        "models:/mortgage-approval@champion",
        home=demo.settings.home,
        code=2,
        MLFLOW_TRACKING_URI="http://127.0.0.1:9",
    )
    rai("gate", "not a target", home=demo.settings.home, code=2)


def test_the_card_is_written_in_all_formats(demo: Workspace, tmp_path: Path) -> None:
    rai("card", "models:/mortgage-approval/2", "--out", tmp_path, home=demo.settings.home, code=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == CARD
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "card-summary.pdf").read_bytes().startswith(b"%PDF-")


def test_the_card_is_written_in_the_forms_asked_for(demo: Workspace, tmp_path: Path) -> None:
    home, target = demo.settings.home, "models:/mortgage-approval/2"
    rai("card", target, "--out", tmp_path / "one", "--form", "annex-iv", "sagemaker", home=home, code=0)
    one = ["annex-iv.md", "annex-iv.md.not-carried.txt", "sagemaker.json", "sagemaker.json.not-carried.txt"]
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == one
    rai("card", target, "--out", tmp_path / "all", "--form", "all", home=home, code=0)
    assert {*CARD, *one, "README.md", "mitchell.md", "model-card-toolkit.json", "numbers.csv"} <= {
        path.name for path in (tmp_path / "all").iterdir()
    }
    done = rai("card", target, "--out", tmp_path, "--form", "word", home=home, code=2)
    assert done.stderr.startswith("rai: There is no form 'word' of a card. Known forms: card, toolkit, ")


def test_a_card_of_another_kind_fills_what_nobody_has_written(own_demo: Workspace, tmp_path: Path) -> None:
    home, target = own_demo.settings.home, "models:/mortgage-approval/1"
    file = tmp_path / "README.md"
    file.write_text("# x\n\n## Uses\n\n### Direct Use\n\nSorting letters.\n")
    done = rai("import-card", target, file, home=home, code=0)
    assert done.stdout.startswith("Intended use: filled\nUsers: left, the file does not say it\n")
    again = rai("import-card", target, file, home=home, code=0)
    assert again.stdout.startswith("Intended use: left, it is written already\n")
    file.write_text("Nothing here.")
    assert "says nothing to any field" in rai("import-card", target, file, home=home, code=2).stderr


@pytest.mark.parametrize("what", ["review", "card"])
def test_schemas_are_printed(what: str, tmp_path: Path) -> None:
    schema = json.loads(rai("schema", what, home=tmp_path, code=0).stdout)
    assert schema["additionalProperties"] is False


def test_wrong_words_are_answered_with_the_usage(tmp_path: Path) -> None:
    assert "usage: rai" in rai("unknown", home=tmp_path, code=2).stderr
    assert "usage: rai" in rai(home=tmp_path, code=2).stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        done = rai("app", "--port", port, home=tmp_path, code=2)
    assert f"Port {port} cannot be used" in done.stderr
