"""A model's folder with everything a pipeline has beside it, signed here without the program's own writer."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rai.approval.verifying.answer import Answer
from rai.approval.verifying.steps import Request, verify

ROOT = Path(__file__).resolve().parents[2]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
STATEMENT = "application/vnd.in-toto+json"
STATUS = "application/vnd.rai-review.status+json"
HEAD = hashlib.sha256(b"row 7").hexdigest()
DAY = 24 * 3600
FILES = {
    "MLmodel": b"artifact_path: model\nflavors:\n  python_function:\n    loader_module: mlflow.sklearn\n",
    "model.skops": bytes(range(256)) * 40,
    "requirements.txt": b"scikit-learn==1.9.0\n",
    "code/score.py": b"THRESHOLD = 0.5\n",
    "data/empty": b"",
    ".hidden/.keep": b"kept\n",
    "umlaut-\xe4.txt": b"named with a letter outside of ASCII\n",
}
POLICY = b'title = "Standard"\nrequired = []\n\n[approval]\ntier = "low"\n'


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def public(key: Ed25519PrivateKey = KEY) -> bytes:
    return key.public_key().public_bytes_raw()


def tree_digest(files: Mapping[str, bytes]) -> str:
    """The manifest root by the text of the specification, section 8.2."""
    entries = [
        f'{{"path":{json.dumps(name, ensure_ascii=False)},"sha256":"{sha256(data)}","size":{len(data)}}}'
        for name, data in sorted(files.items(), key=lambda item: item[0].encode())
    ]
    return sha256(b"rai-manifest-v1\0" + f"[{','.join(entries)}]".encode())


def envelope(body: object, *keys: Ed25519PrivateKey, kind: str = STATEMENT, ids: Sequence[str] = ()) -> bytes:
    """An envelope around JSON, or around bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    message = f"DSSEv1 {len(kind)} {kind} {len(data)} ".encode() + data
    signers = keys or (KEY,)
    names = [*ids, *(sha256(public(key)) for key in signers[len(ids) :])]
    signatures = [
        {"keyid": name, "sig": base64.b64encode(key.sign(message)).decode()}
        for name, key in zip(names, signers, strict=True)
    ]
    return json.dumps(
        {"payload": base64.b64encode(data).decode(), "payloadType": kind, "signatures": signatures}
    ).encode()


def trusted(*keys: Mapping[str, object], quorum: int = 1) -> bytes:
    """A trust file."""
    return json.dumps({"format": "rai-trust/v1", "quorum": quorum, "keys": list(keys)}).encode()


def key_entry(key: Ed25519PrivateKey = KEY, **changes: object) -> dict[str, object]:
    return {
        "keyid": sha256(public(key)), "public": base64.b64encode(public(key)).decode(), "not_before": 0,
        "not_after": None, "revoked_from": None, **changes,
    }  # fmt: skip


def round_entry(**changes: object) -> dict[str, object]:
    return {
        "instance": "embedded", "model": "credit", "version": "3", "created": "1777000000000", "round": 1,
        "state": "approved", "seq": 7, "head": HEAD, **changes,
    }  # fmt: skip


@dataclass
class Evidence:
    """A folder with model, attestation, policy, trust, status list and the files of the subjects."""

    folder: Path
    issued: int = field(default_factory=lambda: int(time.time()) - 3600)
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    policy: bytes = POLICY
    beside: dict[str, bytes] = field(
        default_factory=lambda: {
            "dataset": b"age,income\n1,2\n", "review": b'{"review":1}', "card": b'{"card":1}', "environment": b"{}",
        }
    )  # fmt: skip

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_model()
        for name, data in self.beside.items():
            (self.folder / name).write_bytes(data)
        (self.folder / "policy.toml").write_bytes(self.policy)
        (self.folder / "trust.json").write_bytes(trusted(key_entry()))
        self.attest()
        self.list_status()

    def write_model(self) -> None:
        for name, data in self.files.items():
            path = self.model / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def out(self) -> Path:
        return self.folder / "verified"

    @property
    def bundle(self) -> Path:
        return self.folder / "attestation.dsse.json"

    def statement(self) -> dict:
        """The statement, to be changed by a test."""
        digests = {name: sha256(data) for name, data in self.beside.items()}
        subjects = {"model": tree_digest(self.files), "policy": sha256(self.policy), **digests}
        return {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": name, "digest": {"sha256": value}} for name, value in subjects.items()],
            "predicateType": "https://rai-review.example/rai-approval/v1",
            "predicate": {
                "decision": "APPROVED",
                "registry": {
                    "instance": "embedded", "model": "credit", "version": "3", "model_id": "m-1", "run_id": "r1",
                    "created": "1777000000000", "source": "models:/m-1",
                },
                "round": 1,
                "tier": "low",
                "policy": "standard",
                "votes": [
                    {
                        "person": {"iss": "local", "sub": "bob"}, "group": "reviewer",
                        "time": "2026-05-04T09:30:00+00:00", "comment_sha256": sha256(b"Evidence is complete."),
                    }
                ],
                "override": None,
                "evaluation": {
                    "checks": {"performance": "pass", "counterfactuals": "skipped"}, "sandbox": "own process",
                    "lock": digests["environment"], "seed": 7,
                },
                "iat": self.issued,
                "exp": self.issued + 30 * DAY,
                "ledger": {"seq": 7, "head": HEAD},
                "tools": {"rai-review": "0.1.0"},
            },
        }  # fmt: skip

    def exception(self, **override: object) -> dict:
        """A statement of an exception by two holders."""
        body = copy.deepcopy(self.statement())
        end = self.issued + 14 * DAY
        body["predicateType"] = "https://rai-review.example/rai-exception/v1"
        body["predicate"] |= {
            "decision": "EXCEPTION", "votes": [], "exp": end,
            "override": {
                "holders": [{"iss": "local", "sub": "ida"}, {"iss": "local", "sub": "kay"}],
                "reason": "The old model is wrong in every third case; this one is better.", "ticket": "OPS-7",
                "exp": end, **override,
            },
        }  # fmt: skip
        return body

    def attest(self, body: object = None, *keys: Ed25519PrivateKey, ids: Sequence[str] = ()) -> None:
        self.bundle.write_bytes(envelope(self.statement() if body is None else body, *keys, ids=ids))

    def list_status(self, *rounds: object, made: int | None = None, key: Ed25519PrivateKey = KEY) -> None:
        body = {
            "format": "rai-status/v1", "made": int(time.time()) if made is None else made,
            "rounds": list(rounds) or [round_entry()],
        }  # fmt: skip
        (self.folder / "status.dsse.json").write_bytes(envelope(body, key, kind=STATUS))

    @property
    def arguments(self) -> list[str]:
        """What a pipeline passes to ``rai verify``."""
        named = {
            "model": self.model, "bundle": self.bundle, "policy": self.folder / "policy.toml",
            "trust": self.folder / "trust.json", "status": self.folder / "status.dsse.json",
            "state": self.folder / "last-seen.json", "out": self.out,
            **{name: self.folder / name for name in self.beside},
        }  # fmt: skip
        return [part for name, path in named.items() for part in (f"--{name}", str(path))]

    def without(self, *names: str) -> list[str]:
        """The arguments without some options."""
        given = self.arguments
        return [
            part for at, part in enumerate(given) if given[at - at % 2].removeprefix("--") not in names
        ]  # fmt: skip

    def ask(self, *, now: float | None = None, **changes: object) -> Answer:
        """Verify in this process; ``changes`` are fields of the request."""
        request = Request(
            model=self.model, bundle=self.bundle, policy=self.folder / "policy.toml",
            trust=self.folder / "trust.json", out=self.out, status=self.folder / "status.dsse.json",
            state=self.folder / "last-seen.json", expected={},
            files={name: self.folder / name for name in self.beside},
        )  # fmt: skip
        said: list[bytes] = []
        answer = verify(replace(request, **changes), clock=lambda: time.time() if now is None else now, say=said.append)
        assert said == ([answer.line] if answer.verdict == "allow" else [])
        assert self.out.exists() == (answer.verdict == "allow")
        return answer

    def clean(self) -> None:
        """Remove the verified copy and what was seen last, for another try."""
        shutil.rmtree(self.out, ignore_errors=True)
        (self.folder / "last-seen.json").unlink(missing_ok=True)

    def run(self, *more: str, arguments: Sequence[str] | None = None, **options: object) -> subprocess.CompletedProcess:
        """Start the real command."""
        given = self.arguments if arguments is None else arguments
        return subprocess.run(
            [sys.executable, "-m", "rai", "verify", *given, *more],
            **{"cwd": ROOT, "capture_output": True, "timeout": 120, "env": dict(os.environ), **options},
        )
