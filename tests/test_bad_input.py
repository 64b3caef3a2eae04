"""What a new user gets wrong, whole: each ends in one sentence with an exit code, and what can be reviewed is reviewed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from rai.cli import main
from rai.registry import connect
from rai.settings import Settings
from rai.workspace import Workspace
from tests.subjects import frame

PROFILE = """
[task]
kind = "binary"
target = "approve"
positive = 1
[data]
evaluation = "{file}"
sensitive = ["sex"]
ignore = ["grade", "wage"]
[predictions]
label = "predicted"
[owner]
name = "Lending"
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Review made data as a new user would; return exit code, output and errors."""
    monkeypatch.setenv("RAI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    def review(
        data: pd.DataFrame | bytes, *, profile: str = PROFILE, file: str = "test.parquet"
    ) -> tuple[int, str, str]:
        if isinstance(data, bytes):
            (tmp_path / file).write_bytes(data)
        else:
            data.to_parquet(tmp_path / file)
        (tmp_path / "review.toml").write_text(profile.format(file=file))
        out = tmp_path / "out"
        code = main(["review", "predictions", "--profile", str(tmp_path / "review.toml"), "--out", str(out)])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return review


def rows(**changes: object) -> pd.DataFrame:
    """Applicants with a prediction that is wrong for every tenth."""
    data = frame(200)
    wrong = (data.index % 10 == 0).astype(int)
    data["predicted"] = (data["approve"] - wrong).abs()
    return data.assign(**changes)


def parquet(data: pd.DataFrame) -> bytes:
    return data.to_parquet()


CANNOT_START = {
    "an unknown key": (rows, {"profile": PROFILE + "\n[review]\nsede = 1\n"}, "review.toml: [review] sede is not a known key"),
    "a missing target": (lambda: rows().drop(columns="approve"), {}, "Column 'approve' is not in the data."),
    "a positive label that never occurs": (lambda: rows(approve=lambda d: d["approve"] + 2), {}, "The positive label 1 never occurs in 'approve'"),
    "one class": (lambda: rows(approve=1), {}, "Target 'approve' has one class only"),
    "a missing outcome": (lambda: rows(approve=lambda d: d["approve"].where(d.index > 4)), {}, "Target 'approve' is missing in 5 of 200 rows"),
    "an empty file": (lambda: b"", {"file": "test.csv"}, "test.csv is empty"),
    "a file cut short": (lambda: parquet(rows())[:-40], {}, "test.parquet is not a whole parquet file"),
    "another delimiter": (lambda: rows().to_csv(sep=";", index=False).encode(), {"file": "test.csv"}, "test.csv seems to use ';' between its columns"),
    "no rows": (lambda: rows().head(0), {}, "test.parquet has no rows"),
    "a prediction that is missing": (lambda: rows(predicted=lambda d: d["predicted"].where(d.index > 2)), {}, "answered 3 of 200 rows with a missing or infinite value"),
}  # fmt: skip


@pytest.mark.parametrize("name", CANNOT_START)
def test_it_is_said_in_one_sentence_and_nothing_half_done_is_left(name: str, run: Run, tmp_path: Path) -> None:
    make, options, sentence = CANNOT_START[name]
    code, out, err = run(make(), **options)
    if code == 3:  # the answers themselves are at fault: that is a record about the model
        assert sentence in out
        assert {item["status"] for item in json.loads((tmp_path / "out" / "review.json").read_text())["outcomes"]} == {
            "failed"
        }
        return
    assert code == 2
    said = [line for line in err.splitlines() if line.startswith("rai: ")]
    assert len(said) == 1
    assert sentence in said[0]
    assert not (tmp_path / "out" / "review.json").exists()


def reviewed(tmp_path: Path) -> dict:
    return json.loads((tmp_path / "out" / "review.json").read_text())


def test_a_sensitive_feature_with_one_group_is_not_applicable_with_its_name(run: Run, tmp_path: Path) -> None:
    assert run(rows(sex="female"))[0] == 0
    outcome = next(item for item in reviewed(tmp_path)["outcomes"] if item["analysis"] == "fairness")
    assert outcome["status"] == "not_applicable"
    assert "female" in outcome["reason"]
    assert any(item["verdict"] == "not evaluated" for item in reviewed(tmp_path)["findings"])


def test_a_group_of_three_is_listed_and_not_judged(run: Run, tmp_path: Path) -> None:
    data = rows()
    data.loc[:2, "sex"] = "diverse"
    assert run(data)[0] == 0
    small = [
        item
        for item in reviewed(tmp_path)["measures"]
        if item["group"] == ["diverse"] and item["metric"] == "selection_rate"
    ]
    assert [(item["n"], item["value"]) for item in small] == [(3, None)]
    assert "3 rows" in small[0]["reason"]


def test_missing_values_are_a_group_of_their_own(run: Run, tmp_path: Path) -> None:
    data = rows()
    data.loc[:39, "sex"] = None
    assert run(data)[0] == 0
    found = [
        item
        for item in reviewed(tmp_path)["measures"]
        if item["group"] == ["missing"] and item["metric"] == "selection_rate"
    ]
    assert [item["n"] for item in found] == [40]
    assert found[0]["value"] == pytest.approx(data["predicted"][:40].mean())


def test_a_column_without_any_value_does_not_stop_the_review(run: Run, tmp_path: Path) -> None:
    assert run(rows(empty=None, nothing=float("nan")))[0] == 0
    assert {item["status"] for item in reviewed(tmp_path)["outcomes"]} <= {"computed", "not_applicable"}


def test_labels_that_are_words_are_counted_as_the_profile_says(run: Run, tmp_path: Path) -> None:
    data = rows()
    words = {0: "No", 1: "Yes"}
    data = data.assign(approve=data["approve"].map(words), predicted=data["predicted"].map(words))
    assert run(data, profile=PROFILE.replace("positive = 1", 'positive = "Yes"'))[0] == 0
    rate = [
        item["value"]
        for item in reviewed(tmp_path)["measures"]
        if item["metric"] == "selection_rate" and item["group"] == ["female"]
    ]
    assert rate == [pytest.approx((data["predicted"] == "Yes")[data["sex"] == "female"].mean())]


def test_a_version_without_a_profile_says_how_to_give_one(
    own_demo: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = connect(own_demo.settings)
    run = client.create_run(client.get_experiment_by_name("demo").experiment_id)
    source = client.get_model_version("mortgage-approval", "1").source
    client.create_registered_model("bare")
    client.create_model_version("bare", source, run.info.run_id)
    monkeypatch.setenv("RAI_HOME", str(own_demo.settings.home))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert Settings.load().home == own_demo.settings.home
    for command in ("submit", "review"):
        assert main([command, "models:/bare/1"]) == 2
        assert (
            "models:/bare/1 has no review profile attached. Give one with --profile review.toml"
            in capsys.readouterr().err
        )
