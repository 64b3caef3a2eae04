"""Which counts a card must not show: those of very few people, and those from which they follow by subtraction.

Primary and complementary cell suppression (Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapters 4 and
5), in its simplest form: a threshold, and in every line of counts with a known total the next smallest count as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Places of counts that add up to a number somebody may know.
Line = tuple[int, ...]


@dataclass(frozen=True)
class Hidden:
    """Places of the counts to hide.

    Attributes
    ----------
    few
        Counts above 0 and below the threshold, and a count of 0 in a group of few people.
    beside
        Other counts, hidden so that those cannot be computed.
    told
        Numbers that would tell a hidden count wherever else they stood, each with the words it would stand beside: a
        count in ``beside`` with what its group is called, the rest of a line without what is hidden in it with none.
    few_names, beside_names
        What the groups in these places are called, so that other counts of the same groups are hidden alike.
    """

    few: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    told: frozenset[tuple[str, int]] = frozenset()
    few_names: frozenset[str] = frozenset()
    beside_names: frozenset[str] = frozenset()

    def tells(self, count: int | None, words: str) -> bool:
        """True if a count that stands beside these words would tell a hidden one."""
        return any(number == count and name in words for name, number in self.told)

    def __or__(self, other: Hidden) -> Hidden:
        """Names and numbers of both; places mean nothing outside their table."""
        return Hidden(
            told=self.told | other.told,
            few_names=self.few_names | other.few_names,
            beside_names=self.beside_names | other.beside_names,
        )


@dataclass(frozen=True)
class Counts:
    """Counts of people.

    Attributes
    ----------
    names
        The words that name each count.
    lines
        Sets of places whose counts add up to a known number.
    """

    values: tuple[int | None, ...]
    names: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]

    def name(self, place: int, line: Line) -> str:
        """The first word that not all counts of a line have: its group."""
        shared = frozenset.intersection(*(frozenset(self.names[each]) for each in line))
        return next((word for word in self.names[place] if word not in shared), "")


def is_few(count: object, smallest: int) -> bool:
    """True for a count of at least one person and of fewer than ``smallest``."""
    return isinstance(count, int) and 0 < count < smallest


def hidden(counts: Counts, smallest: int, before: Hidden = Hidden()) -> Hidden:
    """Find what to hide among counts.

    Of several, that of a group hidden before goes first; of equal counts that with the first name, so that two tables
    of the same groups in another order do not show between them what each of them hides.

    Parameters
    ----------
    smallest
        Fewest people a number may be about.
    before
        What was hidden among other counts of the same groups.
    """
    few = {place for place, count in enumerate(counts.values) if is_few(count, smallest)}
    few |= {
        place for line in counts.lines for place in line
        if counts.values[place] == 0 and counts.name(place, line) in before.few_names
    }  # fmt: skip
    gone = set(few)
    while (more := _more(counts, gone, smallest, before)) is not None:
        gone.add(more)
    beside = frozenset(gone - few)
    told = {
        (counts.name(place, line), count) for line in counts.lines for place in line
        if place in beside and (count := counts.values[place])
    } | {
        ("", number) for line in counts.lines for number in _rest(counts.values, line, few, beside)
        if number >= smallest
    }  # fmt: skip
    few_names, beside_names = (
        frozenset(counts.name(place, line) for line in counts.lines for place in line if place in places)
        for places in (few, beside)
    )
    return Hidden(frozenset(few), beside, frozenset(told), few_names, beside_names)


def _more(counts: Counts, gone: set[int], smallest: int, before: Hidden) -> int | None:
    found = (_next(counts, line, gone, smallest, before) for line in counts.lines)
    return next((place for place in found if place is not None), None)


def _next(counts: Counts, line: Line, gone: set[int], smallest: int, before: Hidden) -> int | None:
    """The place to hide next in a line; ``None`` if the line is closed, or if nothing is left to hide."""
    inside = [counts.values[place] or 0 for place in line if place in gone]
    if not inside or _closed(inside, smallest):
        return None
    left = [place for place in line if place not in gone and counts.values[place]]
    if not left:
        return None
    names = {place: counts.name(place, line) for place in left}
    return min(left, key=lambda at: (names[at] not in before.beside_names, counts.values[at], names[at], at))


def _closed(inside: Sequence[int], smallest: int) -> bool:
    """True if the hidden counts of a line are together not few, and their sum leaves each of them open."""
    if len(inside) < 2 or sum(inside) < smallest:
        return False
    small = [count for count in inside if count < smallest]
    large = [count for count in inside if count >= smallest]
    if not small:
        return True
    if large:
        # Everybody knows that these are no smaller than the threshold; a small one must be free to be the most it can.
        return sum(inside) >= (smallest - 1) + (len(small) - 1) + smallest * len(large)
    # All of 1, or all of the most they can be, would be certain from their sum.
    return len(small) < sum(small) < len(small) * (smallest - 1)


def _rest(values: Sequence[int | None], line: Line, few: set[int], beside: frozenset[int]) -> set[int]:
    """Counts of a line without some of its hidden members."""
    if not few & set(line):
        return set()
    total = sum(values[place] or 0 for place in line)
    parts = {values[place] or 0 for place in line if place in few or place in beside}
    if beside & set(line):
        parts.add(sum(values[place] or 0 for place in line if place in few))
    return {total - part for part in parts if 0 < part < total}
