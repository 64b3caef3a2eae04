"""What changed between two cards of a model: its narrative, its facts, its verdicts, and the numbers they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from rai.card import EvidenceSection, ModelCard
from rai.measures import Measure
from rai.narrative import NarrativeField
from rai.policy import Finding, Verdict
from rai.section import Table
from rai.statistics.names import name_of, value_format
from rai.stored import Stored
from rai.theme import interval, write
from rai.word_difference import Change, word_changes

Kind = Literal["added", "removed", "changed"]

#: Facts that differ between any two reviews and say nothing about the model.
_ALWAYS = frozenset({"Reviewed"})
_ABSENT = "absent"


class FieldChange(Stored):
    """A field of the narrative that says something else."""

    heading: str
    kind: Kind
    changes: tuple[Change, ...]


class FactChange(Stored):
    """A fact or a number that differs; ``before`` or ``after`` is ``absent`` where one card does not have it."""

    name: str
    before: str
    after: str


class VerdictChange(Stored):
    """A finding with another verdict; ``None`` where one card has no such finding."""

    about: str
    before: Verdict | None
    after: Verdict | None


class CardDifference(Stored):
    """What changed from one card to another."""

    fields: tuple[FieldChange, ...]
    facts: tuple[FactChange, ...]
    verdicts: tuple[VerdictChange, ...]
    numbers: tuple[FactChange, ...]

    @property
    def nothing(self) -> bool:
        """True if the two say the same in all of these."""
        return not (self.fields or self.facts or self.verdicts or self.numbers)


def card_difference(before: ModelCard, after: ModelCard) -> CardDifference:
    """Compare two cards; nothing is computed anew.

    Numbers are the measures that findings rest on and the performance over all rows, as the cards hold them.
    """
    facts = ({fact.name: fact.value for fact in card.details if fact.name not in _ALWAYS} for card in (before, after))
    return CardDifference(
        fields=tuple(_fields(before.narrative, after.narrative)),
        facts=tuple(_facts(*facts)),
        verdicts=tuple(_verdicts(before.findings, after.findings)),
        numbers=tuple(_facts(_numbers(before), _numbers(after))),
    )


def _fields(before: Iterable[NarrativeField], after: Iterable[NarrativeField]) -> Iterator[FieldChange]:
    old, new = ({field.key: field for field in fields} for fields in (before, after))
    for key in dict.fromkeys((*new, *old)):
        said, says = (fields[key].entry.whole if key in fields else "" for fields in (old, new))
        if said != says:
            kind: Kind = "changed" if said and says else "added" if says else "removed"
            yield FieldChange(heading=(new.get(key) or old[key]).heading, kind=kind, changes=word_changes(said, says))


def _facts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FactChange]:
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            yield FactChange(name=name, before=before.get(name, _ABSENT), after=after.get(name, _ABSENT))


def _verdicts(before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[VerdictChange]:
    old, new = ({_about(item): item.verdict for item in findings} for findings in (before, after))
    for about in dict.fromkeys((*new, *old)):
        if old.get(about) != new.get(about):
            yield VerdictChange(about=about, before=old.get(about), after=new.get(about))


def _about(finding: Finding) -> str:
    what = " and ".join(finding.measure.feature) if finding.measure else ""
    return f"{finding.sentence} ({what})" if what else finding.sentence


def _numbers(card: ModelCard) -> dict[str, str]:
    judged = {_name(item.measure): _value(item.measure) for item in card.findings if item.measure}
    return {**_headline(card.evidence), **judged}


def _headline(evidence: Iterable[EvidenceSection]) -> dict[str, str]:
    """The performance over all rows: tables that begin with a metric and its value."""
    sections = (found.section for found in evidence if found.analysis == "performance" and found.section)
    tables = (table for section in sections for table in section.tables)
    return {name: value for table in tables for name, value in _rows(table)}


def _rows(table: Table) -> Iterator[tuple[str, str]]:
    names = [column.name for column in table.columns]
    if names[:4] != ["Metric", "Value", "Low", "High"] or "n" not in names:
        return
    for row in table.rows:
        value, low, high, n = (
            cell if isinstance(cell, int | float) else None for cell in (*row[1:4], row[names.index("n")])
        )
        shown = interval(value, low, high, table.columns[1].format)
        yield str(row[0]), f"{shown}, n {write(n, 'integer')}"


def _name(measure: Measure) -> str:
    what = " and ".join(measure.feature)
    whole = measure.aggregate in {"", "overall"}
    label = name_of(measure.metric).label
    return " ".join(part for part in (label, "" if whole else measure.aggregate, f"({what})" if what else "") if part)


def _value(measure: Measure) -> str:
    if measure.value is None:
        return measure.reason or _ABSENT
    shown = interval(measure.value, measure.low, measure.high, value_format(measure.metric, measure.aggregate))
    return f"{shown}, n {write(measure.n, 'integer')}"
