"""Leaves out of a card what is about very few people: reviewers see it on the pages, and the world does not.

The rule is primary suppression by a threshold (Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapter
4): a value is shown only if it is about at least so many people. A column headed ``n``, the ``n`` of a mark and the
``n`` of a node say about how many. Other groups are not hidden to protect a small one: what is left out about a single
small group can be computed from totals by whoever tries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rai.card import EvidenceSection
from rai.section import Cell, Column, Figure, FigureKind, Node, Point, Section, Series, Table

#: Figures in which a mark is placed by a number that may itself be about one person.
_PLACED: frozenset[FigureKind] = frozenset({"line", "scatter"})
_COUNT = re.compile(r"^n\b")
#: A number of people in this program's own sentences, with the share that may follow it.
_SAID = re.compile(
    r"(\((?:[^()]*; )?n |; n )(\d[\d,]*)\b"
    r"|(?<!fewer than )(?<!at least )\b(\d[\d,]*) (rows?|(?:actual|predicted) (?:positive|negative)s?)\b(, [\d.]+ %)?"
)


def without_small_cells(found: EvidenceSection, smallest: int) -> EvidenceSection:
    """Return an analysis as a card shows it.

    Parameters
    ----------
    smallest
        Fewest people a value may be about; 0 shows all.
    """
    if smallest <= 1 or found.section is None:
        return found
    section = _Sieve(smallest).section(found.section)
    return found.model_copy(update={"section": section})


class _Sieve:
    """Goes through one section and counts what it leaves out."""

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._left_out = 0

    def section(self, found: Section) -> Section:
        figures = tuple(self._figure(figure) for figure in found.figures)
        tables = tuple(self._table(table) for table in found.tables)
        limitations = self._texts(found.limitations)
        return found.model_copy(
            update={
                "lead": self._text(found.lead),
                "warnings": self._texts(found.warnings),
                "figures": figures,
                "tables": tables,
                "limitations": (*limitations, *self._said()),
            }
        )

    def _said(self) -> Iterable[str]:
        if self._left_out:
            places = "1 place" if self._left_out == 1 else f"{self._left_out:,} places"
            yield (
                f"Numbers about fewer than {self._smallest} people are left out of this card, in {places}, so that it "
                "describes no single person. Reviewers saw them."
            )

    def _few(self, n: Cell) -> bool:
        return isinstance(n, int | float) and 0 < n < self._smallest

    def _table(self, table: Table) -> Table:
        governing = _governing(table.columns)
        people = [place for place, column in enumerate(table.columns) if column.people]
        rows = tuple(self._row(row, governing, people) for row in table.rows)
        return table.model_copy(update={"rows": rows, "note": self._text(table.note)})

    def _row(self, row: tuple[Cell, ...], governing: tuple[int | None, ...], people: Iterable[int]) -> tuple[Cell, ...]:
        hidden = [by is not None and self._few(row[by]) for by in governing]
        for place in people:
            hidden[place] = hidden[place] or self._few(row[place])
        self._left_out += any(hidden)
        return tuple(self._cell(cell, hide=hide) for cell, hide in zip(row, hidden, strict=True))

    def _cell(self, cell: Cell, *, hide: bool) -> Cell:
        if isinstance(cell, str):
            return self._text(cell)
        return None if hide else cell

    def _figure(self, figure: Figure) -> Figure:
        before = self._left_out
        series = tuple(self._series(item, figure.kind) for item in figure.series)
        nodes = self._pruned(figure.nodes)
        alt = self._text(figure.alt)
        if self._left_out > before:
            alt = f"{figure.title}. What is about fewer than {self._smallest} people is left out."
        return figure.model_copy(update={"series": series, "nodes": nodes, "alt": alt})

    def _series(self, series: Series, kind: FigureKind) -> Series:
        shown = (self._point(point, kind) for point in series.points)
        return series.model_copy(update={"points": tuple(point for point in shown if point is not None)})

    def _point(self, point: Point, kind: FigureKind) -> Point | None:
        if not self._few(point.n):
            return point.model_copy(update={"note": self._text(point.note)})
        self._left_out += 1
        if kind in _PLACED:
            return None
        note = f"fewer than {self._smallest} people, not shown"
        return Point(x=point.x, y=None, note=note)

    def _pruned(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """Take away every branching into a small node: its n would follow from the n of the others."""
        cut = {node.parent for node in nodes if self._few(node.n)}
        self._left_out += len(cut)
        gone: set[int] = set()
        for node in nodes:  # parents come before their children
            if node.parent is not None and (node.parent in cut or node.parent in gone):
                gone.add(node.key)
        kept = (node for node in nodes if node.key not in gone)
        return tuple(node.model_copy(update={"note": self._text(node.note)}) for node in kept)

    def _texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._text(text) for text in texts)

    def _text(self, text: str) -> str:
        return _SAID.sub(self._number, text)

    def _number(self, match: re.Match[str]) -> str:
        before, n, count, what, _ = match.groups()
        if not self._few(int((n or count).replace(",", ""))):
            return match[0]
        return f"{before}below {self._smallest}" if n else f"fewer than {self._smallest} {what}"


def _governing(columns: tuple[Column, ...]) -> tuple[int | None, ...]:
    """For each column the place of the count it is about: the last one at or before it, or else the first."""
    counts = [place for place, column in enumerate(columns) if _COUNT.match(column.name)]
    if not counts:
        return (None,) * len(columns)
    return tuple(max((at for at in counts if at <= place), default=counts[0]) for place in range(len(columns)))
