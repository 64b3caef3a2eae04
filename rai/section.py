"""What a person is shown: a Section of a lead sentence, figures and tables. A Figure is data, not a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import model_validator

from rai.stored import Stored

Cell = str | int | float | bool | None

Format = Literal["text", "integer", "number", "percent", "points", "p_value"]


class Column(Stored):
    """A table column: its heading and how its cells are written.

    ``number`` has the theme's significant digits, ``percent`` is a share from 0 to 1 written as a percentage,
    ``points`` is a difference of shares written in percentage points.

    Attributes
    ----------
    people
        Its cells count people, so that a card leaves out what is very few. A column of integers headed ``n`` does, too.
    sized
        A count can be computed from its cells: shares of all rows, ends of an interval.
    single
        Its cells are the value of one row, the least or the most.
    written
        Its words are a number written out, which goes where numbers go.
    """

    name: str
    format: Format = "text"
    people: bool = False
    sized: bool = False
    single: bool = False
    written: bool = False


class Table(Stored):
    """Rows under named columns; an absent cell is ``None`` and is written as a dash.

    Attributes
    ----------
    sums
        Sets of rows, each about a group of people, whose counts add up to a number somebody may know; see :func:`sums`.
    matrix
        The columns that count people add up across and down.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    sums: tuple[tuple[int, ...], ...] = ()
    matrix: bool = False

    @model_validator(mode="after")
    def _rows_fit(self) -> Table:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"Table '{self.title}': a row has another number of cells than there are columns.")
        return self


def alike(keys: Sequence[object]) -> tuple[tuple[int, ...], ...]:
    """Sets of places that have the same key, in the order of their first; ``None`` belongs to no set."""
    found: dict[object, list[int]] = {}
    for place, key in enumerate(keys):
        if key is not None:
            found.setdefault(key, []).append(place)
    return tuple(map(tuple, found.values()))


def sums(keys: Sequence[tuple[str, ...]], *, at: int = 0) -> tuple[tuple[int, ...], ...]:
    """Sets of rows that add up: all groups of one feature, or of a crossing those alike in all features but one.

    Parameters
    ----------
    keys
        Group of each row, in the order of the rows.
    at
        Place of the first of these rows in the table.
    """
    found: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for place, key in enumerate(keys, start=at):
        for part in range(len(key)):
            found.setdefault((part, key[:part] + key[part + 1 :]), []).append(place)
    return tuple(map(tuple, found.values()))


class Axis(Stored):
    """An axis: what it measures, in which unit, how its ticks are written, and fixed ends where they have a meaning."""

    label: str
    unit: str = ""
    format: Format = "number"
    low: float | None = None
    high: float | None = None


class Point(Stored):
    """One mark: a position or category ``x``, a value ``y``, its interval, its n, and words to show beside it.

    In an ``interval`` or ``bars`` figure ``x`` is the category and ``y`` the value. In a ``heatmap`` the series is the
    row, ``x`` the column and ``y`` the cell. In a ``waterfall`` ``y`` is the step.
    """

    x: str | float
    y: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""


class Series(Stored):
    """Marks that belong together, under the name they are labelled with."""

    name: str
    points: tuple[Point, ...]


class Node(Stored):
    """One box of a tree: its condition, the value drawn as its shade, and its n. The root has no parent."""

    key: int
    parent: int | None
    label: str
    value: float | None
    n: int
    note: str = ""


FigureKind = Literal["interval", "bars", "line", "histogram", "heatmap", "waterfall", "scatter", "tree"]


class Figure(Stored):
    """A figure as data.

    Attributes
    ----------
    kind
        How it is drawn. ``interval``: a dot on its interval for each category, n at the right edge, categories down
        the page in the order given. ``bars``: horizontal bars, likewise. ``line``: one line for each series.
        ``histogram``: ``x`` is the left edge of a bin. ``tree``: drawn from ``nodes``.
    reference, reference_label
        A thin line at this value (the overall value, zero, the baseline) and its label.
    alt
        What a person who cannot see it is told: kind, range and the finding, in one or two sentences.
    sums
        Which marks are about groups of people that together make up a number somebody may know: those of a ``series``,
        those of a ``category``, or both.
    sized
        A count can be computed from a value: it is a share of all rows, or itself a count.
    """

    kind: FigureKind
    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    nodes: tuple[Node, ...] = ()
    reference: float | None = None
    reference_label: str = ""
    alt: str
    sums: tuple[Literal["series", "category"], ...] = ()
    sized: bool = False

    def table(self) -> Table:
        """The same numbers as a table, for readers and for export."""
        if self.kind == "tree":
            rows = tuple((node.label, node.value, node.n, node.note) for node in self.nodes)
            heads = (Column(name="Node"), Column(name=self.y.label, format=self.y.format))
            return Table(
                title=self.title, columns=(*heads, Column(name="n", format="integer"), Column(name="Note")), rows=rows
            )
        return Table(
            title=self.title,
            columns=(
                Column(name="Series"),
                Column(name=self.x.label),
                Column(name=self.y.label, format=self.y.format),
                Column(name="Low", format=self.y.format),
                Column(name="High", format=self.y.format),
                Column(name="n", format="integer"),
                Column(name="Note"),
            ),
            rows=tuple(
                (series.name, point.x, point.y, point.low, point.high, point.n, point.note)
                for series in self.series
                for point in series.points
            ),
        )


class Section(Stored):
    """One analysis as a reader meets it, on a page, in the card and on paper.

    Attributes
    ----------
    key, title, question
        The analysis, its name, and the question it answers.
    lead
        One sentence with the number that matters and its n.
    warnings
        Sentences that must not be overlooked (a model no better than the baseline, a group too small to judge).
    how_to_read, limitations
        Plain words for a reader who does not know the method.
    """

    key: str
    title: str
    question: str
    lead: str
    warnings: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    how_to_read: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
