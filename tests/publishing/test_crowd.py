"""Many at once, and a disk that is full: everybody gets an answer of their own, and only what is said is there."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from rai.approval.events import NarrativeEdited
from rai.approval.ledger import Ledger
from rai.database import open_database
from rai.errors import RaiError, Refused
from tests.approval.builders import BOB, REF, TIME, submit
from tests.publishing import crowd

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(open_database(f"sqlite:///{tmp_path / 'rai.db'}"))


def edit(text: str) -> NarrativeEdited:
    return NarrativeEdited(
        model=REF.name, version=REF.version, actor=BOB, time=TIME, field="users", text_sha256=text
    )  # fmt: skip


def test_fifty_reviewers_at_once_are_each_heard_exactly_once(book: Ledger) -> None:
    crowd.open_cases(book)
    commits: list[object] = []
    sa.event.listen(book._engine, "commit", commits.append)
    found = crowd.act(book)
    assert found.faults == []
    # Who waits is served together: a commit for each action would be a thousand.
    assert len(commits) < 300
    kinds, doubled = crowd.outcome(book)
    assert (sum(found.answers.values()), doubled, book.check()) == (1000, 0, ())
    # The same answer for a double click: 950 edits are 950 rows, whether they were sent once or twice.
    assert (kinds["narrative_edited"], kinds["signed_off"]) == (found.answers["edited"], found.answers["voted"])
    keys = {row.idem for row in book.rows() if row.fields["event"] == "narrative_edited"}
    assert keys == {crowd.key(n, t) for n in range(50) for t in range(20) if t != crowd.actions_before_voting(n)}


PROGRAM = """
import sys
from rai.approval.ledger import Ledger
from rai.database import open_database
from tests.publishing import crowd
found = crowd.act(Ledger(open_database(sys.argv[1])), reviewers=10, actions=10, first=int(sys.argv[2]))
assert not found.faults, found.faults[:3]
print(found.answers["edited"] + found.answers["voted"], found.answers["refused"])
"""


def test_five_programs_with_ten_reviewers_each_never_find_the_database_locked(book: Ledger) -> None:
    crowd.open_cases(book)
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, str(book._engine.url), str(first)], cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for first in range(0, 50, 10)
    ]  # fmt: skip
    said = [program.communicate(timeout=200) for program in started]
    assert [program.returncode for program in started] == [0] * 5, said
    done, refused = (sum(int(out.split()[place]) for out, _ in said) for place in (0, 1))
    kinds, doubled = crowd.outcome(book)
    assert (done + refused, doubled, book.check()) == (500, 0, ())
    assert kinds["narrative_edited"] + kinds["signed_off"] == done


def test_those_who_write_together_each_get_their_own_answer(book: Ledger) -> None:
    submit(book)
    answers: dict[int, object] = {}
    start = threading.Barrier(12)

    def no(_: object) -> None:
        raise Refused("No.")

    def broken(_: object) -> None:
        raise ZeroDivisionError

    def act(number: int) -> None:
        start.wait()
        guard = (lambda _: None, no, broken)[number % 3]
        try:
            answers[number] = book.append(edit(f"{number:064x}"), idem=f"k{number}", guard=guard).idem
        except (Refused, ZeroDivisionError) as error:
            answers[number] = type(error)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {n: (f"k{n}", Refused, ZeroDivisionError)[n % 3] for n in range(12)}
    assert answers == expected
    kinds = [row.fields["event"] for row in book.rows()]
    assert (kinds.count("narrative_edited"), kinds.count("attempt_refused")) == (4, 4)
    assert book.check() == ()


def test_on_a_full_disk_what_was_acknowledged_is_there_and_the_rest_is_said_to_be_not(book: Ledger) -> None:
    submit(book)
    pages = {"left": 12}

    def limit(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        used = cursor.execute("pragma page_count").fetchone()[0]
        pages.setdefault("most", used + pages["left"])
        cursor.execute(f"pragma max_page_count = {pages['most']}")
        cursor.close()

    sa.event.listen(book._engine, "connect", limit)
    acknowledged: list[str] = []
    refused: list[str] = []
    for number in range(150):
        try:
            acknowledged.append(book.append(edit(f"{number:064x}"), idem=f"k{number}", guard=lambda _: None).idem)
        except RaiError as error:
            refused.append(str(error))
    assert len(refused) > 20
    assert all("database or disk is full" in item and "Nothing was recorded" in item for item in refused)
    assert acknowledged
    assert [row.idem for row in book.rows()[1:]] == acknowledged
    assert book.check() == ()
    sa.event.remove(book._engine, "connect", limit)
    assert book.append(edit("f" * 64), idem="after", guard=lambda _: None).seq == len(acknowledged) + 2
