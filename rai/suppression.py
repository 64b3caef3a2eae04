"""Leaves out of a card what is about very few people: reviewers see it on the pages, and the world does not.

Which counts are hidden is decided in :mod:`rai.small_cells`; here they are taken out of tables, figures, sentences and
findings, together with every value that is about them. The second hiding, of a larger count beside a small one, takes
away that count and what it can be computed from, and leaves the value it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from rai.card import EvidenceSection, ModelCard
from rai.measures import Measure
from rai.people_counts import (
    Place,
    count_in,
    counts_people,
    heads_people,
    hidden_in_figure,
    hidden_in_section,
    hidden_in_table,
    words_of,
)  # fmt: skip
from rai.policy import Finding
from rai.section import Cell, Column, Figure, FigureKind, Node, Point, Section, Series, Table
from rai.small_cells import Hidden, is_few

#: Figures in which a mark is placed by a number that may itself be about one person.
_PLACED: frozenset[FigureKind] = frozenset({"line", "scatter", "histogram"})
_PEOPLE = r"rows?|sampled rows?|examples?|of them(?= held out)|(?:actual|predicted) (?:positive|negative)s?"
#: A number of people in this program's own sentences, with the share that may follow it.
_SAID = re.compile(
    r"(?P<n>\((?:[^()]*; )?n |; n |, n )(?P<of_n>\d[\d,]*)\b"
    rf"|(?<!fewer than )(?<!at least )(?<![\d.])\b(?P<count>\d[\d,]*) (?P<what>{_PEOPLE})\b(?:, [\d.]+ %)?"
    r"|(?P<before>; for |lower for |other |no prediction of )(?P<bare>\d[\d,]*)(?= it is|[.;:])",
    re.IGNORECASE,
)


def without_small_cells(card: ModelCard, smallest: int) -> ModelCard:
    """Return a card as the world may read it.

    Parameters
    ----------
    smallest
        Fewest people a number may be about; 0 shows all.
    """
    if smallest <= 1:
        return card
    names, known = Hidden(), {}
    for found in card.evidence:
        if found.section:
            names = hidden_in_section(found.section, smallest, replace(names, told=frozenset()))
        known[found.analysis] = names
    evidence = tuple(
        _Sieve(smallest, replace(names, told=known[found.analysis].told)).evidence(found) for found in card.evidence
    )
    findings = tuple(_finding(finding, known, smallest) for finding in card.findings)
    return card.model_copy(update={"evidence": evidence, "findings": findings})


@dataclass(frozen=True)
class _About:
    """What stands beside a sentence: words, and counts that stay."""

    words: str = ""
    seen: Collection[int | None] = ()


class _Sieve:
    """Goes through one section and counts what it leaves out."""

    def __init__(self, smallest: int, before: Hidden) -> None:
        self._smallest = smallest
        self._before = before
        self._few = 0
        self._beside = 0

    def evidence(self, found: EvidenceSection) -> EvidenceSection:
        section = self._section(found.section) if found.section else None
        return found.model_copy(update={"section": section, "reason": self.text(found.reason)})

    def _section(self, found: Section) -> Section:
        figures = tuple(self._figure(figure) for figure in found.figures)
        tables = tuple(self._table(table) for table in found.tables)
        texts = {name: tuple(map(self.text, getattr(found, name))) for name in ("warnings", "how_to_read")}
        limitations = (*map(self.text, found.limitations), *self._said())
        lead = self.text(found.lead)
        new = {**texts, "lead": lead, "figures": figures, "tables": tables, "limitations": limitations}
        return found.model_copy(update=new)

    def _said(self) -> Iterable[str]:
        if not self._few:
            return
        places = "1 place" if self._few == 1 else f"{self._few:,} places"
        more = f"; in {self._beside:,} more a count from which one could be computed" if self._beside else ""
        yield (
            f"Numbers about fewer than {self._smallest} people are left out of this card, in {places}{more}, so that "
            "it describes no single person. Reviewers saw them."
        )

    def _table(self, table: Table) -> Table:
        whole, cells = self._to_hide(table)
        rows = []
        for row, line in enumerate(table.rows):
            gone = {place for place in range(len(line)) if row in whole or (row, place) in cells}
            gone |= {place for place, column in enumerate(table.columns) if column.single}
            both = enumerate(zip(line, table.columns, strict=True))
            about = _About(words_of(line), {count_in(cell) for at, cell in enumerate(line) if at not in gone})
            rows.append(tuple(self._cell(cell, column, about, hide=at in gone) for at, (cell, column) in both))
        columns = tuple(Column(name=column.name, format=column.format) for column in table.columns)
        note = self.text(table.note)
        if whole or cells:
            note = (
                f"{note} Not shown: what is about fewer than {self._smallest} people, and counts that tell it.".strip()
            )
        return Table(title=table.title, columns=columns, rows=tuple(rows), note=note)

    def _to_hide(self, table: Table) -> tuple[set[int], set[Place]]:
        """Rows that lose every number, and single cells."""
        whole: set[int] = set()
        cells: set[Place] = set()
        beside: set[int] = set()
        for found, places in hidden_in_table(table, self._smallest, self._before):
            few = {places[place] for place in found.few}
            cells |= few | {places[place] for place in found.beside}
            beside |= set() if table.matrix else {places[place][0] for place in found.beside}
            # A row about a group of people is about few if any of its counts is.
            whole |= {row for row, at in few if not table.matrix and (table.sums or heads_people(table.columns[at]))}
        telling = [at for at, column in enumerate(table.columns) if counts_people(column) or column.sized]
        cells |= {(row, at) for row in beside for at in telling} | self._told(table)
        self._few += len(whole | {row for row, at in cells if is_few(table.rows[row][at], self._smallest)})
        self._beside += len({row for row, at in cells if not is_few(table.rows[row][at], self._smallest)} - whole)
        return whole, cells

    def _told(self, table: Table) -> set[Place]:
        """Counts outside of all lines that would tell what was hidden in one."""
        inside = {row for line in table.sums for row in line}
        columns = [place for place, column in enumerate(table.columns) if counts_people(column) and not table.matrix]
        rows = ((row, line) for row, line in enumerate(table.rows) if row not in inside)
        return {
            (row, place) for row, line in rows for place in columns
            if self._before.tells(count_in(line[place]), words_of(line))
        }  # fmt: skip

    def _cell(self, cell: Cell, column: Column, about: _About, *, hide: bool) -> Cell:
        if isinstance(cell, str) and not (hide and column.written):
            return self.text(cell, about)
        return None if hide else cell

    def _figure(self, figure: Figure) -> Figure:
        found, before, at = hidden_in_figure(figure, self._smallest, self._before), self._few + self._beside, 0
        series = []
        for item in figure.series:
            # Bins of a group add up to the group.
            whole = (item.name, sum(point.n or 0 for point in item.points)) in self._before.told
            both = replace(found, beside=found.beside.union(range(at, at + len(item.points)) if whole else ()))
            marks = [self._point(point, at + place, both, figure, item.name) for place, point in enumerate(item.points)]
            at += len(item.points)
            series.append(Series(name=self.text(item.name), points=tuple(mark for mark in marks if mark is not None)))
        new = {"series": tuple(series), "nodes": self._pruned(figure.nodes), "alt": self.text(figure.alt), "sums": ()}
        if self._few + self._beside > before:
            new["alt"] = f"{figure.title}. What is about fewer than {self._smallest} people is left out."
        return figure.model_copy(update={**new, "sized": False})

    def _point(self, point: Point, place: int, found: Hidden, figure: Figure, series: str) -> Point | None:
        if place in found.few:
            self._few += 1
            note = f"fewer than {self._smallest} people, not shown"
            return None if figure.kind in _PLACED else Point(x=point.x, y=None, note=note)
        about = _About(f"{point.x} {series}", {point.n})
        if place in found.beside or (not figure.sums and self._before.tells(point.n, about.words)):
            self._beside += 1
            note = "n not shown, so that a smaller one cannot be computed"
            return Point(x=point.x, y=None if figure.sized else point.y, note=note)
        return point.model_copy(update={"note": self.text(point.note, about)})

    def _pruned(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """Take away every branching into a small node: its n would follow from the n of the others."""
        told = {number for _, number in self._before.told}
        cut = {node.parent for node in nodes if is_few(node.n, self._smallest) or node.n in told}
        self._few += len(cut)
        gone: set[int] = set()
        for node in nodes:  # parents come before their children
            if node.parent is not None and (node.parent in cut or node.parent in gone):
                gone.add(node.key)
        kept = (node for node in nodes if node.key not in gone)
        return tuple(node.model_copy(update={"note": self.text(node.note)}) for node in kept)

    def text(self, text: str, about: _About = _About()) -> str:
        """A sentence without the numbers to hide."""
        return _SAID.sub(lambda match: self._number(match, replace(about, words=f"{about.words} {text}")), text)

    def _number(self, match: re.Match[str], about: _About) -> str:
        count = int((match["of_n"] or match["count"] or match["bare"]).replace(",", ""))
        few = is_few(count, self._smallest)
        if not few and (count in about.seen or not self._before.tells(count, about.words)):
            return match[0]
        if match["of_n"]:
            return f"{match['n']}below {self._smallest}" if few else f"{match['n']}not shown"
        number = f"fewer than {self._smallest}" if few else "…"
        return f"{match['before']}{number}" if match["bare"] else f"{number} {match['what']}"


def _finding(finding: Finding, known: Mapping[str, Hidden], smallest: int) -> Finding:
    measure = finding.measure
    if measure is None:
        return finding
    shown = without_small_n(measure, known.get(measure.analysis, Hidden()), smallest)
    return finding if shown is measure else finding.model_copy(update={"measure": shown})


def without_small_n(measure: Measure, known: Hidden, smallest: int) -> Measure:
    """Return a Measure as a card shows it: about few people without its value, with a telling n without that.

    Parameters
    ----------
    known
        What is hidden of the same analysis.
    """
    if is_few(measure.n, smallest):
        gone: dict[str, float | None] = dict.fromkeys(("value", "low", "high", "n"))
        return measure.model_copy(update={**gone, "reason": f"fewer than {smallest} people, not shown"})
    about = _About(", ".join(measure.group))
    if not known.tells(measure.n, about.words):
        return measure
    # The interval of one group's value follows from its n.
    ends = ("low", "high") if measure.group else ()
    reason = _Sieve(smallest, known).text(measure.reason, about)
    return measure.model_copy(update={**dict.fromkeys((*ends, "n")), "reason": reason})
