"""What people write in a model card: an entry in each field, who wrote it and when, and what nobody has written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from rai.errors import InputError
from rai.narrative_fields import BY_KEY, FIELDS
from rai.people import Person
from rai.stored import Stored

State = Literal["filled", "unknown", "not_applicable"]

#: Headings of a pair, and what stands in place of a second half that nobody has written.
PAIRS, NO_MITIGATION = ("Risk", "What is done about it"), "not written"

#: The days a review may be due; anything else is a slip of the hand.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


class RiskPair(Stored):
    """A risk, and what is done about it; an empty second half means that nobody has written it."""

    risk: str
    mitigation: str = ""


class Entry(Stored):
    """What a person says to the question of a field.

    Attributes
    ----------
    pairs
        Risks with what is done about them, beside the text.
    not_applicable
        Why the question does not apply; ``None`` where it does.
    """

    text: str = ""
    pairs: tuple[RiskPair, ...] = ()
    not_applicable: str | None = None

    @property
    def bare(self) -> Entry:
        """The same without spaces around and without empty pairs."""
        pairs = (RiskPair(risk=pair.risk.strip(), mitigation=pair.mitigation.strip()) for pair in self.pairs)
        return Entry(
            text=self.text.strip(),
            pairs=tuple(pair for pair in pairs if pair.risk or pair.mitigation),
            not_applicable=None if self.not_applicable is None else self.not_applicable.strip(),
        )

    @property
    def whole(self) -> str:
        """Everything it says, as one text."""
        if self.not_applicable is not None:
            return f"Not applicable: {self.not_applicable}"
        pairs = "\n".join(
            f"{PAIRS[0]}: {pair.risk} {PAIRS[1]}: {pair.mitigation or NO_MITIGATION}" for pair in self.pairs
        )
        return "\n\n".join(part for part in (self.text.strip(), pairs) if part)


class NarrativeField(Stored):
    """One field of the card; without text, pairs and reason nobody has written it.

    Attributes
    ----------
    author, written
        Who wrote this entry and when (ISO 8601, UTC).
    topic
        The heading it stands under.
    required
        True if the policy lets no version be approved before it is written.
    pairs
        Risks with what is done about them.
    not_applicable
        Why the question does not apply, in a person's words; empty where it does.
    source
        The file it was taken from; empty for what was written here.
    """

    key: str
    heading: str
    prompt: str
    text: str = ""
    author: Person | None = None
    written: str = ""
    topic: str = ""
    required: bool = True
    pairs: tuple[RiskPair, ...] = ()
    not_applicable: str = ""
    source: str = ""

    @property
    def filled(self) -> bool:
        """True if somebody has written it."""
        return bool(self.text.strip() or self.pairs) and not self.not_applicable

    @property
    def state(self) -> State:
        """``filled``, ``not_applicable`` with a reason, or ``unknown``: nobody has written it."""
        if self.not_applicable:
            return "not_applicable"
        return "filled" if self.filled else "unknown"

    @property
    def entry(self) -> Entry:
        """What was said, without who said it."""
        return Entry(text=self.text, pairs=self.pairs, not_applicable=self.not_applicable or None)


def narrative(written: Mapping[str, NarrativeField], *, required: Iterable[str]) -> tuple[NarrativeField, ...]:
    """All fields in the order of the card, unwritten ones visible as unknown.

    Parameters
    ----------
    required
        Keys of the fields that the policy asks for.
    """
    asked = frozenset(required)
    return tuple(
        written.get(spec.key, NarrativeField(key=spec.key, heading="", prompt="")).model_copy(
            update={
                "heading": spec.heading, "prompt": spec.prompt, "topic": spec.topic, "required": spec.key in asked,
            }
        )
        for spec in FIELDS
    )  # fmt: skip


def completeness(fields: Sequence[NarrativeField]) -> str:
    """Say how many fields are written: ``11 of 17 fields written, 2 not applicable, 4 unknown``."""
    count = Counter(field.state for field in fields)
    said = f"{count['filled']} of {len(fields)} fields written"
    others = (("not applicable", count["not_applicable"]), ("unknown", count["unknown"]))
    return ", ".join([said, *(f"{number} {word}" for word, number in others if number)])


def checked(key: str, entry: Entry, *, required: bool) -> Entry:
    """Return an entry as it is kept.

    Raises
    ------
    InputError
        If there is no such field, or the entry does not answer its question.
    """
    spec = BY_KEY.get(key)
    if spec is None:
        raise InputError(f"The card has no field '{key}'. Known fields: {', '.join(BY_KEY)}.")
    found = entry.bare
    if found.not_applicable is not None:
        return _does_not_apply(spec.heading, found, required=required)
    if spec.kind == "date" and found.text:
        _day(spec.heading, found.text)
    if found.pairs and spec.kind != "pairs":
        raise InputError(f"'{spec.heading}' has no pairs of a risk and what is done about it. Write a text.")
    if any(not pair.risk for pair in found.pairs):
        raise InputError(f"'{spec.heading}': a row says what is done, but not about which risk. Name the risk.")
    return found


def _does_not_apply(heading: str, found: Entry, *, required: bool) -> Entry:
    if required:
        raise InputError(f"The policy asks for '{heading}', so it cannot be left as not applicable. Write it.")
    if not found.not_applicable:
        raise InputError(f"'{heading}' is marked as not applicable without a reason. Say why it does not apply.")
    return Entry(not_applicable=found.not_applicable)


def _day(heading: str, text: str) -> date:
    day = day_of(text)
    if day is None:
        raise InputError(
            f"'{heading}' is a day between {FIRST_DAY} and {LAST_DAY}, written like 2027-03-31. '{text[:40]}' is not."
        )
    return day


def day_of(text: str) -> date | None:
    """Read a day written as ``2027-03-31``; ``None`` for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and FIRST_DAY <= day <= LAST_DAY else None


def overdue(fields: Iterable[NarrativeField], *, today: date) -> date | None:
    """Return the day the next review was due if that day is over."""
    days = (day_of(field.text) for field in fields if field.key == "review_by" and field.filled)
    return next((day for day in days if day is not None and day < today), None)
