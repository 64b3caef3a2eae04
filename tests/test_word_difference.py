"""What changed between two texts: both can be read from it, and it names words and not letters."""

from __future__ import annotations

import random

import pytest

from rai.word_difference import Change, excerpt, word_changes


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("", "", []),
        ("a b", "a b", [("same", "a b")]),
        ("", "a b", [("added", "a b")]),
        ("a b", "", [("removed", "a b")]),
        (
            "It suggests.",
            "It decides.",
            [("same", "It "), ("removed", "suggests"), ("added", "decides"), ("same", ".")],
        ),
        ("a b c", "x y c", [("removed", "a b"), ("added", "x y"), ("same", " c")]),
        ("a. b!", "x. y!", [("removed", "a. b"), ("added", "x. y"), ("same", "!")]),
        ("one two", "one new two", [("same", "one "), ("added", "new "), ("same", "two")]),
    ],
)
def test_words_are_compared(before: str, after: str, changes: list[tuple[str, str]]) -> None:
    assert list(word_changes(before, after)) == [Change(kind, text) for kind, text in changes]


@pytest.mark.parametrize("seed", range(50))
def test_both_texts_can_be_read_from_what_changed(seed: int) -> None:
    chance = random.Random(seed)
    before, after = ("".join(chance.choices(["loan ", "officer", " ", "\n", ".", "é", "a b"], k=60)) for _ in range(2))
    changes = word_changes(before, after)
    assert "".join(change.text for change in changes if change.kind != "added") == before
    assert "".join(change.text for change in changes if change.kind != "removed") == after


def test_texts_too_long_for_words_are_taken_whole_and_at_once() -> None:
    before, after = "a " * 4_000, "b " * 4_000
    assert word_changes(before, after) == (Change("removed", before), Change("added", after))
    assert word_changes(before, before) == (Change("same", before),)


def test_what_stayed_the_same_is_shortened_around_the_changes() -> None:
    long = "x" * 500
    changes = (
        Change("same", long),
        Change("added", "new"),
        Change("same", long),
        Change("added", "b"),
        Change("same", "y"),
    )
    first, _, middle, _, last = excerpt(changes, around=10)
    assert first.text == "…" + "x" * 10
    assert middle.text == "x" * 10 + "…" + "x" * 10
    assert last.text == "y"
