"""Plain tables on the terminal, and bars with met or not met beside the number they were set for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | float | int | None


@dataclass(frozen=True)
class Bar:
    """What was demanded, what was measured, and whether it is enough."""

    demand: str
    measured: str
    met: bool


def written(cell: Cell) -> str:
    """A number with three figures that mean something, a text as it is, a dash for nothing."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}"


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], *notes: str) -> None:
    """Print a table: the first column to the left, numbers to the right."""
    text = [list(head), *([written(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in text) for place in range(len(head))]
    print(f"\n{title}")
    for number, row in enumerate(text):
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
    for note in notes:
        print(f"  {note}")


def show_bars(bars: Sequence[Bar]) -> None:
    """Print every bar with met or not met."""
    rows = [(bar.demand, bar.measured, "met" if bar.met else "NOT MET") for bar in bars]
    show("Bars", ("demanded", "measured", ""), rows)
