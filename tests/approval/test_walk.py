"""Every path of every length: whoever does what in whatever order, an open gate rests on the right people and bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from rai.approval import deciding, history, rules
from rai.approval.attestation import statement_of
from rai.approval.events import seconds
from rai.approval.states import MEANING, TERMINAL
from tests.approval.walking import FIVE, LATE, LIVES, World, look, opened, steps, tried


@dataclass
class Walk:
    """What was found on the way."""

    seen: set[object] = field(default_factory=lambda: {look(World())})
    states: set[str] = field(default_factory=set)
    transitions: int = 0
    opened: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.seen)} states, {self.transitions} transitions, {self.opened} with an open gate, "
            f"{len(self.wrong)} violations {self.wrong[:3]}"
        )


def violations(world: World) -> list[str]:
    """What is wrong with a world; the notes of the walk judge, not the case."""
    found = []
    for live in LIVES if world.case is not None and world.case.in_force else (world.live,):
        if not opened(world, live):
            continue
        if not world.book.allows(live):
            found.append(f"open for {live} although the notes do not allow it: {world.book}")
        if dict(statement_of(world.case).subjects) != live.digests:
            found.append(f"open for {live} on other bytes")
        if opened(world, live, now=seconds(LATE)):
            found.append(f"open for {live} after its time")
    return found


def walk(*, rounds: int, crowd: tuple[str, ...] = FIVE) -> Walk:
    """Try every step in every world that can be reached within so many rounds."""
    done, frontier = Walk(), [World()]
    while frontier and not done.wrong:
        found = []
        for world in frontier:
            for name, step in steps(world, crowd):
                after = tried(world, step)
                if after is None:
                    continue
                done.transitions += 1
                if world.case is not None and world.case.state in TERMINAL and after.case != world.case:
                    done.wrong.append(f"{name} after {world.case.state}")
                key = look(after)
                if key in done.seen or (after.case is not None and after.case.round > rounds):
                    continue
                done.seen.add(key)
                if after.case is not None:
                    done.states.add(after.case.state)
                done.wrong += violations(after)
                done.opened += any(opened(after, live) for live in LIVES)
                found.append(after)
        frontier = found
    return done


@pytest.mark.slow
def test_every_path_of_two_rounds_keeps_the_promises() -> None:
    done = walk(rounds=2)
    assert done.wrong == [], str(done)
    # No policy of this world lets a newer version take the place of an older one.
    assert done.states == set(MEANING) - {"superseded"}, str(done)
    assert (len(done.seen), done.opened) == (36_804, 624), str(done)


@pytest.mark.slow
def test_every_path_of_one_round_with_a_third_reviewer_keeps_the_promises() -> None:
    done = walk(rounds=1, crowd=(*FIVE, "dan"))
    assert done.wrong == [], str(done)
    assert done.opened > 500, str(done)


def no_contributor_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "HANDS_OFF", frozenset())


def no_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_once", lambda *_: None)


def one_vote_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "missing_votes", lambda _, votes: () if votes else ("1 reviewer",))


def two_of_any_kind_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "missing_votes", lambda _, votes: () if len(votes) > 1 else ("1 reviewer",))


def votes_survive_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "without_votes", lambda case: case)
    monkeypatch.setattr(deciding, "_approved", _approved_on_any_bytes)


def _approved_on_any_bytes(case: object, event: object, row: object, state: str) -> object:
    from dataclasses import replace

    voted = replace(case, sign_offs=(*case.sign_offs, deciding._sign_off(event)))
    if deciding.missing_votes(case.terms, voted.approvals):
        return voted
    return replace(voted, state=state, sealed=event.digests, decision=row, decided=event.time)


def one_holder_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "same_person", lambda *_: False)


def a_page_may_be_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "grounds_of", lambda _: None)


@pytest.mark.parametrize(
    "without",
    [
        no_contributor_rule, no_once, one_vote_is_enough, votes_survive_an_edit, one_holder_is_enough,
        a_page_may_be_out_of_date, two_of_any_kind_are_enough,
    ],
)  # fmt: skip
def test_the_walk_finds_a_rule_that_is_left_out(without: object, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    assert walk(rounds=1, crowd=(*FIVE, "dan")).wrong != []
