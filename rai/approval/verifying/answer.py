"""The verifier's answer: allow, deny or undecided, at which step, why, and one line of JSON that says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from rai.approval.verifying.statement import Statement
from rai.approval.verifying.strict import NotVerified
from rai.errors import RaiError

Verdict = Literal["allow", "deny", "undecided"]

#: Nothing else is returned by the program.
EXIT_CODES: Mapping[Verdict, int] = {"allow": 0, "deny": 1, "undecided": 2}


@dataclass(frozen=True)
class Answer:
    """The answer.

    Attributes
    ----------
    step
        The step that decided; 0 before the first.
    statement
        What was verified to be signed; ``None`` before that.
    verified_dir
        The folder to deploy; only if allowed.
    not_checked
        Steps that were left out: ``status`` where the policy says ``air_gapped`` and no list was given,
        ``last_seen`` where no file was named for it.
    """

    verdict: Verdict
    step: int
    reason: str
    statement: Statement | None = None
    verified_dir: str | None = None
    not_checked: tuple[str, ...] = ()

    @property
    def line(self) -> bytes:
        """One line of JSON in ASCII."""
        said, about = self.statement, {}
        if said is not None:
            about = {
                "decision": said.decision,
                "registry": dict(said.registry),
                "round": said.round,
                "policy": said.policy,
                "exp": said.expires,
                "ledger": {"seq": said.seq, "head": said.head},
            }
        unknown = dict.fromkeys(("decision", "registry", "round", "policy", "exp", "ledger"))
        fields = {"verdict": self.verdict, "step": self.step, "reason": self.reason, **unknown, **about}
        rest = {"verified_dir": self.verified_dir, "not_checked": list(self.not_checked)}
        return json.dumps({**fields, **rest}).encode() + b"\n"


class Stopped(Exception):  # noqa: N818 - an answer, not an error
    """A step failed; it carries the verdict."""

    def __init__(self, verdict: Verdict, number: int, reason: str) -> None:
        super().__init__(reason)
        self.verdict, self.step, self.reason = verdict, number, reason

    def answer(self, statement: Statement | None) -> Answer:
        """Return the answer, with what was known about the decision."""
        return Answer(self.verdict, self.step, self.reason, statement)


@contextmanager
def step(number: int) -> Iterator[None]:
    """Turn whatever goes wrong inside into the verdict of this step: a rule denies, anything else is undecided."""
    try:
        yield
    except NotVerified as refusal:
        raise Stopped("deny", number, str(refusal)) from refusal
    except RaiError as error:
        raise Stopped("undecided", number, str(error)) from error
    except OSError as error:
        where = f" ({error.filename})" if isinstance(error.filename, str) else ""
        raise Stopped("undecided", number, f"Step {number} could not be done: {error.strerror}{where}.") from error
    except MemoryError as error:
        raise Stopped("undecided", number, f"Step {number} could not be done: not enough memory.") from error
