"""The command ``rai verify``: arguments in, one line of JSON out, and an exit code that is 0 only for allow."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import NoReturn

UNDECIDED = 2
_STDIN, _STDOUT, _STDERR = range(3)
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU, signal.SIGALRM)

# Everything else is imported when it is used: what cannot be imported must not end with Python's own exit code 1,
# which would look like a verdict.


class _Signalled(BaseException):
    """The process was told to end."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; whatever happens, 0 is returned only if every step was executed and passed."""
    try:
        _need_descriptors()
        with _signals_raise():
            return _run(arguments)
    except SystemExit:
        return UNDECIDED
    except BaseException as error:  # noqa: BLE001 - an uncaught exception would end with 1
        _say_undecided(error)
        return UNDECIDED


def _run(arguments: Sequence[str]) -> int:
    from rai.approval.verifying.answer import EXIT_CODES
    from rai.approval.verifying.arguments import parse
    from rai.approval.verifying.steps import Request, verify

    options = parse(arguments)
    request = Request(
        model=options.model, bundle=options.bundle, policy=options.policy, trust=options.trust, out=options.out,
        status=options.status, state=options.state, expected=options.expected, files=options.files,
        stage=options.stage, target=options.target,
    )  # fmt: skip
    answer = verify(request, clock=time.time, say=_say)
    if answer.verdict != "allow":
        _say(answer.line)
    if not options.json:
        _remark(f"{answer.verdict}: {answer.reason}")
    return EXIT_CODES[answer.verdict]


def _need_descriptors() -> None:
    """Refuse to start without standard output: a file opened later would take its number and get the answer.

    The same is prevented for standard input and standard error.
    """
    if sys.__stdout__ is None:
        raise OSError("standard output is closed")
    os.fstat(_STDOUT)
    for descriptor in (_STDIN, _STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    before = {number: signal.signal(number, _stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    # One signal is enough; what is cleaned up now must not be stopped by the next.
    for other in _SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise _Signalled(f"stopped by {signal.Signals(number).name}")


def _say(line: bytes) -> None:
    """Write to standard output past Python's buffer, whose failure at exit would be too late."""
    left = memoryview(line)
    while left:
        left = left[os.write(_STDOUT, left) :]


def _say_undecided(error: BaseException) -> None:
    with contextlib.suppress(BaseException):
        from rai.approval.verifying.answer import Answer

        words = f"The verifier could not run to its end: {type(error).__name__.lstrip('_')}: {error}."
        _remark(f"undecided: {words}")
        _say(Answer("undecided", 0, words).line)


def _remark(words: str) -> None:
    # A sentence for people; that nobody can read it changes nothing.
    with contextlib.suppress(OSError):
        os.write(_STDERR, f"rai verify: {words}\n".encode("ascii", "backslashreplace"))
