"""Lets all who write to the ledger at the same moment write in one transaction, each with an answer of their own.

A commit that survives power loss costs a fixed time on the disk (about 25 ms with SQLite's rollback journal), so fifty
people at once would wait more than a second in a perfect queue. Whoever comes first writes for all who wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rai.approval.chain import LedgerRow
from rai.approval.events import AnyEvent
from rai.approval.history import History
from rai.errors import RaiError

#: Asked inside the transaction; raises :class:`rai.errors.Refused` to say no.
Guard = Callable[[History], None]

#: How many write together at most.
_LARGEST = 64


@dataclass
class Turn:
    """One wish to add an event.

    Attributes
    ----------
    row, error
        What came of it: the row, or what to raise. Neither is handed out before the transaction is over.
    """

    event: AnyEvent
    idem: str
    guard: Guard
    row: LedgerRow | None = None
    error: Exception | None = None
    over: bool = False


class Queue:
    """Those who wait to write; the first of them works for all."""

    def __init__(self) -> None:
        self._waiting: list[Turn] = []
        self._busy = False
        self._changed = threading.Condition()

    def take(self, turn: Turn, together: Callable[[Sequence[Turn]], None]) -> LedgerRow:
        """Wait until the turn is over and return its row, or raise what came of it.

        Parameters
        ----------
        together
            Carries out turns in one transaction. If it raises, none of them counts.
        """
        with self._changed:
            self._waiting.append(turn)
        while batch := self._next(turn):
            self._work(batch, together)
        if turn.error is not None:
            raise turn.error
        assert turn.row is not None
        return turn.row

    def _next(self, turn: Turn) -> Sequence[Turn]:
        """Wait for the end of the turn, which gives nothing, or until it is this one's part to work for all."""
        # Whoever is served must not stand in line for a lock to learn of it: the next would then work for one alone.
        with self._changed:
            self._changed.wait_for(lambda: turn.over or not self._busy)
            if turn.over:
                return ()
            self._busy = True
            batch, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
            return batch

    def _work(self, batch: Sequence[Turn], together: Callable[[Sequence[Turn]], None]) -> None:
        failure: Exception = RaiError("Writing to the ledger was interrupted. Nothing was recorded. Try again.")
        done = False
        try:
            together(batch)
            done = True
        except Exception as error:  # noqa: BLE001 - handed to each of those who waited
            failure = error
        finally:
            with self._changed:
                for turn in batch:
                    turn.error = turn.error if done else failure
                    turn.over = True
                self._busy = False
                self._changed.notify_all()
