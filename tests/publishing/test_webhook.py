"""A webhook queues a look if it is signed and fresh, and does nothing else whatever it says."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from mlflow.webhooks.delivery import _generate_hmac_signature

from rai.database import open_database
from rai.errors import Refused
from rai.jobs import Jobs
from rai.webhook import LARGEST, WINDOW, check, queue_look
from rai.worker import work
from rai.workspace import Workspace
from tests.pages.served import ROOT, served
from tests.publishing import kit

SECRET, NOW = "a shared secret", 1_800_000_000
BODY = json.dumps({"entity": "model_version", "action": "created", "data": {"name": "credit", "version": "3"}})


def headers(body: str = BODY, *, secret: str = SECRET, moment: int = NOW, delivery: str = "d-1") -> dict[str, str]:
    """What MLflow sends, signed by MLflow's own function."""
    return {
        "x-mlflow-signature": _generate_hmac_signature(secret, delivery, str(moment), body),
        "x-mlflow-timestamp": str(moment), "x-mlflow-delivery-id": delivery,
    }  # fmt: skip


def test_what_mlflow_signs_is_accepted() -> None:
    assert check(headers(), BODY.encode(), secret=SECRET, now=NOW + 5) == "d-1"


def test_during_a_change_of_secret_either_signature_will_do() -> None:
    old, new = headers(secret="old"), headers()
    both = {**new, "x-mlflow-signature": f"{old['x-mlflow-signature']} {new['x-mlflow-signature']}"}
    assert check(both, BODY.encode(), secret=SECRET, now=NOW)
    assert check(both, BODY.encode(), secret="old", now=NOW)


FORGED: dict[str, tuple[dict[str, str], str]] = {
    "another secret": (headers(secret="guessed"), BODY),
    "another body": (headers(), BODY.replace("3", "4")),
    "another delivery": ({**headers(), "x-mlflow-delivery-id": "d-2"}, BODY),
    "another moment": ({**headers(), "x-mlflow-timestamp": str(NOW + 1)}, BODY),
    "no signature": ({**headers(), "x-mlflow-signature": ""}, BODY),
    "no version of the scheme": ({**headers(), "x-mlflow-signature": headers()["x-mlflow-signature"][3:]}, BODY),
    "another version of the scheme": (
        {**headers(), "x-mlflow-signature": "v2" + headers()["x-mlflow-signature"][2:]},
        BODY,
    ),
    "a signature in other letters": ({**headers(), "x-mlflow-signature": "v1,ünsigned"}, BODY),
    "no headers": ({}, BODY),
    "a moment in words": ({**headers(), "x-mlflow-timestamp": "now"}, BODY),
    "a moment in other digits": ({**headers(), "x-mlflow-timestamp": "١٨٠٠٠٠٠٠٠٠"}, BODY),
    "too old": (headers(moment=NOW - WINDOW - 1), BODY),
    "from the future": (headers(moment=NOW + WINDOW + 1), BODY),
    "not JSON": (headers("{"), "{"),
    "not an object": (headers("[1]"), "[1]"),
    "nothing": (headers(""), ""),
    "nested without end": (headers("[" * 100_000), "[" * 100_000),
}


@pytest.mark.parametrize("name", FORGED)
def test_anything_else_is_refused(name: str) -> None:
    given, body = FORGED[name]
    with pytest.raises(Refused, match="webhook"):
        check(given, body.encode(), secret=SECRET, now=NOW)


def test_a_repeated_webhook_adds_no_second_look(tmp_path: Path) -> None:
    jobs = Jobs(open_database(f"sqlite:///{tmp_path / 'rai.db'}"))
    assert [queue_look(jobs).id for _ in range(3)] == [1, 1, 1]


def test_the_look_is_the_workers_and_finishes_what_was_left(small_home: Path, tmp_path: Path) -> None:
    here = kit.copied(small_home, tmp_path / "rai")
    kit.approve(here)
    here.jobs.cancel(here.jobs.latest(kit.FIRST.uri, "publish").id)
    queue_look(here.jobs)
    work(here, once=True)
    job = here.jobs.latest("registry", "look")
    assert (job.state, job.message) == ("done", "")
    assert kit.tags(here)["rai.status"] == "approved"


def post(port: int, body: bytes, given: dict[str, str]) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/webhooks/mlflow", data=body, headers=given)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_the_running_app_takes_a_signed_one_and_refuses_the_rest(tmp_path: Path) -> None:
    home = tmp_path / "rai"
    with served(home, RAI_WEBHOOK_SECRET=SECRET) as port:
        fresh = int(time.time())
        assert post(port, BODY.encode(), headers(moment=fresh)) == 202
        assert post(port, BODY.encode(), headers(moment=fresh)) == 202
        assert post(port, BODY.encode(), headers(moment=fresh, secret="guessed")) == 401
        assert post(port, BODY.encode(), headers(moment=fresh - 1000)) == 401
        assert post(port, b"x" * (LARGEST + 1), headers(moment=fresh)) == 413
    assert [(job.kind, job.key) for job in Workspace.open(kit.settings(home)).jobs.all()] == [("look", "registry")]


def test_without_a_secret_there_is_no_such_address(tmp_path: Path) -> None:
    with served(tmp_path / "rai", RAI_WEBHOOK_SECRET="") as port:
        assert post(port, BODY.encode(), headers(moment=int(time.time()), secret="")) == 404


def test_looking_at_a_webhook_needs_no_mlflow() -> None:
    script = "import sys, rai.webhook; sys.exit('mlflow' in sys.modules or 'streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0
