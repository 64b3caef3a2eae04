"""The ledger: whether it is intact, its rows with filters, what may be taken away, and who was champion when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from pages.ui import champions, show, state, trail, words
from rai.approval.chain import Checkpoint
from rai.approval.reading import KINDS, Line, lines, spreadsheet


@dataclass(frozen=True)
class _Filter:
    """Which rows the reader wants; an empty choice means all."""

    models: Sequence[str]
    versions: Sequence[str]
    people: Sequence[str]
    kinds: Sequence[str]
    first: date | None
    last: date | None

    def takes(self, line: Line) -> bool:
        """True if the line is wanted; a row that cannot be read always is."""
        if line.kind == "unreadable":
            return True
        day = datetime.fromisoformat(line.time).astimezone(UTC).date()
        return (
            (not self.models or line.model in self.models)
            and (not self.versions or line.version in self.versions)
            and (not self.people or person(line) in self.people)
            and (not self.kinds or line.kind in self.kinds)
            and (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
        )


def draw(here: state.Here) -> None:
    """Draw the whole ledger, newest row first."""
    every = lines(here.workspace.ledger.rows())
    _check(here, len(every))
    if not every:
        show.sentence("Nothing has been recorded yet. The first row comes with the first submission.")
        return
    wanted = _filter(every)
    chosen = [line for line in reversed(every) if wanted.takes(line)]
    show.remark(f"{len(chosen)} of {len(every)} rows, newest first. Times are UTC; the order is that of the rows.")
    if chosen:
        trail.draw(chosen, key="ledger")
    _take_away(here, chosen)
    champions.draw(here, sorted({line.model for line in every if line.model}))


def _check(here: state.Here, rows: int) -> None:
    problems = here.workspace.ledger.check()
    if problems:
        show.lead(f"The ledger is broken: {len(problems)} {'problem' if len(problems) == 1 else 'problems'}.")
        st.error("\n".join(f"- {words.plain(problem)}" for problem in problems))
        return
    show.lead(f"{rows} rows, and the chain holds.")
    show.remark(
        "Each row holds the hash of the row before. A cut end shows only against the checkpoint in a signed "
        "attestation, which the command rai gate looks at, or on a card."
    )
    with st.expander("Check a checkpoint from a card or an attestation"):
        _checkpoint(here)


def _checkpoint(here: state.Here) -> None:
    left, right = st.columns((1, 3))
    row = left.number_input("Ledger row", min_value=1, value=None, step=1, key="checkpoint-row")
    head = right.text_input("Hash of that row", key="checkpoint-head", max_chars=80).strip().lower()
    if row is None or not head:
        show.remark("Both stand in the last chapter of a card, and in the attestation under ledger.")
        return
    problems = here.workspace.ledger.check([Checkpoint(int(row), head)])
    if problems:
        st.error(words.plain(problems[0]))
    else:
        st.success(f"Row {row:,} of this ledger has that hash, and no row before it was changed.")


def _filter(every: Sequence[Line]) -> _Filter:
    first, second = st.columns(3), st.columns(3)
    models = first[0].multiselect("Model", sorted({line.model for line in every}), key="ledger-models")
    numbers = {line.version for line in every if not models or line.model in models}
    people = {person(line) for line in every if line.who}
    present = {line.kind for line in every}
    return _Filter(
        models=models,
        versions=first[1].multiselect("Version", sorted(numbers, key=_as_number), key="ledger-versions"),
        people=first[2].multiselect("Person", sorted(people), key="ledger-people"),
        kinds=second[0].multiselect("What", [kind for kind in KINDS if kind in present], key="ledger-kinds"),
        first=second[1].date_input("From", value=None, key="ledger-first", format="YYYY-MM-DD"),
        last=second[2].date_input("To", value=None, key="ledger-last", format="YYYY-MM-DD"),
    )


def _as_number(version: str) -> tuple[int, str]:
    return (len(version), version)


def person(line: Line) -> str:
    """Name a person so that two of one name stay apart."""
    return f"{line.who} ({line.identity.replace('|', ', ')})"


def _take_away(here: state.Here, chosen: Sequence[Line]) -> None:
    left, right = st.columns(2)
    left.download_button(
        "Download these rows as CSV", data=lambda: spreadsheet(chosen), file_name="ledger.csv", mime="text/csv",
        on_click="ignore", width="stretch",
    )  # fmt: skip
    right.download_button(
        "Download the whole ledger as JSON Lines", data=here.workspace.ledger.export, file_name="ledger.jsonl",
        mime="application/jsonl", on_click="ignore", width="stretch",
    )  # fmt: skip
    show.remark("The JSON Lines hold each row exactly as it is kept, so that its hash can be computed again.")
