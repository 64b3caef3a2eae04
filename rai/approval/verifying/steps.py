"""The ten steps, in order; the first that fails decides, and only after the last one is there a folder to deploy."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rai.approval.verify import check_time
from rai.approval.verifying.answer import Answer, Stopped, step
from rai.approval.verifying.copying import copy_model
from rai.approval.verifying.envelope import need_quorum, open_envelope, parse_envelope
from rai.approval.verifying.inputs import PolicyFile, digest_of, read_file, read_policy_file
from rai.approval.verifying.last_seen import alone, need_newer, read_last_seen, write_last_seen
from rai.approval.verifying.reading import read_statement
from rai.approval.verifying.statement import SUBJECTS, Statement
from rai.approval.verifying.status import need_in_force, read_status
from rai.approval.verifying.strict import NotVerified
from rai.approval.verifying.terms import need_terms, remarks
from rai.approval.verifying.trust import Trust, parse_trust
from rai.digests import sha256
from rai.errors import InputError


@dataclass(frozen=True)
class Request:
    """What is to be verified, by which rules.

    Attributes
    ----------
    model, bundle
        The model's folder and the attestation beside it.
    policy, trust
        The files of the deploying repository.
    out
        The folder to make; nothing may be there.
    status, state
        The signed status list, and the file of what was seen last.
    expected, files
        By subject: the SHA-256 it must have, and the file whose SHA-256 it must be.
    stage
        Where it is to be deployed; an exception needs one that the policy names.
    target
        The version it must be about, ``models:/NAME/VERSION``; empty if any will do.
    """

    model: Path
    bundle: Path
    policy: Path
    trust: Path
    out: Path
    status: Path | None
    state: Path | None
    expected: Mapping[str, str]
    files: Mapping[str, Path]
    stage: str = ""
    target: str = ""


def verify(request: Request, *, clock: Callable[[], float], say: Callable[[bytes], None]) -> Answer:
    """Verify a model's folder and make a verified copy of it.

    Parameters
    ----------
    clock
        Seconds since 1970, UTC.
    say
        Writes the line of an answer that allows; the copy is taken back if it cannot be written.

    Returns
    -------
    Answer
        An answer that denies, or could not be found, is not said yet.
    """
    statement: Statement | None = None
    try:
        with step(1):
            envelope = parse_envelope(read_file(request.bundle))
        with step(2):
            trust = parse_trust(read_file(request.trust))
            signed = open_envelope(envelope, trust)
        with step(3):
            statement = read_statement(signed.payload)
            _need_target(request, statement)
        with step(2):
            need_quorum(signed, trust, time=statement.issued)
        with _workplace(request) as copy:
            return _examine(request, statement, trust, copy, clock=clock, say=say)
    except Stopped as stopped:
        return stopped.answer(statement)


def _examine(  # noqa: PLR0913 - the steps share what the first three found
    request: Request, statement: Statement, trust: Trust, copy: Path, *, clock: Callable[[], float],
    say: Callable[[bytes], None],
) -> Answer:  # fmt: skip
    with step(4):
        model = copy_model(request.model, copy)
    with step(5):
        _need_subjects(request, statement, model)
    with step(6):
        policy = _need_policy(request, statement)
    with step(7):
        check_time(statement, now=int(clock()))
    with step(8):
        made = _need_status(request, statement, trust, policy, now=int(clock()))
    with step(9):
        _need_newer(request, statement, made)
    checks = {"status": made, "last_seen": request.state}
    answer = Answer(
        verdict="allow", step=10, reason=f"Every step passed.{remarks(statement)}", statement=statement,
        verified_dir=os.fspath(request.out), not_checked=tuple(name for name, done in checks.items() if done is None),
    )  # fmt: skip
    with step(10):
        _release(copy, request.out, lambda: say(answer.line))
    return answer


def _need_target(request: Request, statement: Statement) -> None:
    found = f"models:/{statement.registry['model']}/{statement.registry['version']}"
    if request.target and unicodedata.normalize("NFC", request.target) != found:
        raise NotVerified(
            f"it is about {found}, not about {request.target}", about="It is an approval of something else"
        )


@contextmanager
def _workplace(request: Request) -> Iterator[Path]:
    """Give the path for a copy in a fresh folder of our own beside the one to make; what is left in it is removed."""
    with step(4):
        if os.path.lexists(request.out):
            raise InputError(f"{request.out} is there already. Name a folder that is not, or remove it.")
        if request.out.resolve().is_relative_to(request.model.resolve()):
            raise InputError(f"{request.out} lies inside the model. Name a folder outside of it.")
        folder = tempfile.mkdtemp(dir=request.out.parent, prefix=f".{request.out.name}.")
    try:
        yield Path(folder) / "model"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _need_subjects(request: Request, statement: Statement, model: str) -> None:
    """Compare every subject but the policy with what it is to be."""
    for name in SUBJECTS:
        found = [request.expected[name]] if name in request.expected else []
        found += [digest_of(request.files[name])] if name in request.files else []
        found += [model] if name == "model" else []
        if not found and name != "policy":
            raise InputError(
                f"There is nothing to compare the {name} with. Give --{name} FILE or --expect {name}=SHA256."
            )
        if any(digest != statement.subjects[name] for digest in found):
            raise NotVerified(f"the {name} differs from the one that was approved", about="The evidence does not fit")


def _need_policy(request: Request, statement: Statement) -> PolicyFile:
    data = read_file(request.policy)
    if sha256(data) != statement.subjects["policy"]:
        raise NotVerified("it was approved under another policy than this repository's", about="The approval is no use")
    policy = read_policy_file(data)
    if statement.decision == "EXCEPTION" and not policy.accepts_exception(request.stage):
        where = f"stage '{request.stage}'" if request.stage else "a pipeline that names no --stage"
        raise NotVerified(f"the policy accepts no exception for {where}", about="It is an exception, not an approval")
    need_terms(statement, policy)
    return policy


def _need_status(request: Request, statement: Statement, trust: Trust, policy: PolicyFile, *, now: int) -> int | None:
    """Return when the status list was made; ``None`` if there is none and the policy does not ask for one."""
    if request.status is None:
        if policy.air_gapped:
            return None
        raise NotVerified("no status list was given", about="Whether the approval was revoked is not known")
    status = read_status(read_file(request.status), trust, now=now)
    need_in_force(statement, status)
    return status.made


def _need_newer(request: Request, statement: Statement, made: int | None) -> None:
    if request.state is None:
        return
    with alone(request.state):
        seen = need_newer(read_last_seen(request.state), statement, stage=request.stage, status_made=made or 0)
        write_last_seen(request.state, seen)


def _release(copy: Path, out: Path, say: Callable[[], None]) -> None:
    """Give the copy its name and say so; what could not be said is taken back, whatever stopped it."""
    try:
        copy.rename(out)
        say()
    except BaseException:
        if not os.path.lexists(copy):
            out.rename(copy)
        raise
