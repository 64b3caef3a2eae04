"""The sheet a figure is drawn on: points of paper from the upper left corner, few strokes, and the bytes of its SVG."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from rai import theme
from rai.section import Figure
from reports.drawable import drawable, legible, width
from reports.figures.svg import clean

#: Width of a figure, and the height of one that leaves room for title and caption on a page; in points.
WIDTH, TALLEST = 470.0, 540.0

#: Sizes of letters in points.
TEXT, SMALL = 8.0, 7.0

#: Colours of series; told apart by place, label and shape first, by colour second.
COLOURS = (theme.ACCENT, *theme.GROUPS)

#: Shapes of marks and patterns of lines, so that series stay apart without colour.
SHAPES = ("o", "s", "^", "D", "v", "P", "X")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.2, 1.6), (7, 2, 1.2, 2), (3, 1.2), (9, 3), (1.2, 3))

Align = Literal["left", "center", "right"]

_LOCK = threading.Lock()


@dataclass(frozen=True)
class Spot:
    """A place of the sheet, in points, and what it tells to whoever points at it."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


@dataclass(frozen=True)
class Sheet:
    """An empty paper of this size and the axes whose units are its points, y down the page.

    Attributes
    ----------
    spots
        Grows while the sheet is drawn on.
    """

    wide: float
    tall: float
    canvas: Canvas
    axes: Axes
    spots: list[Spot] = field(default_factory=list)


@dataclass(frozen=True)
class Drawing:
    """A finished drawing.

    Attributes
    ----------
    svg
        One ``<svg>`` element; ids within begin with :attr:`mark`, to be replaced where several stand on one page.
    alt
        What a person who cannot see it is told.
    spots
        What each mark tells to whoever points at it; on a screen only.
    """

    svg: str
    mark: str
    wide: float
    tall: float
    alt: str
    spots: tuple[Spot, ...] = ()


@contextmanager
def writing() -> Iterator[None]:
    """Draw with fixed settings: matplotlib keeps them for the whole process, so one drawing waits for another."""
    with _LOCK, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "rai-review",
                "text.parse_math": False,
                "text.usetex": False,
                "font.family": [theme.SANS],
                "path.simplify": False,
            }
        )
        yield


def sheet(tall: float, wide: float = WIDTH) -> Sheet:
    """Lay out an empty sheet; sizes in points."""
    canvas = Canvas(figsize=(wide / 72, tall / 72))
    FigureCanvasSVG(canvas)
    canvas.patch.set_visible(False)
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, wide)
    axes.set_ylim(tall, 0)
    axes.set_autoscale_on(False)
    return Sheet(wide, tall, canvas, axes)


def words(  # noqa: PLR0913 - where, what and how a text stands
    on: Sheet, x: float, y: float, text: str, *, size: float = TEXT, colour: str = theme.INK,
    align: Align = "left", bold: bool = False, shaded: bool = False, upright: bool = False,
) -> None:  # fmt: skip
    """Write one line whose middle is at ``y``.

    Parameters
    ----------
    shaded
        It stands on a shade that stays as it is on dark paper.
    upright
        Turned to read upwards, beginning at ``y``.
    """
    on.axes.text(
        x + (0.36 * size if upright else 0), y if upright else y + 0.36 * size, drawable(text), fontsize=size,
        color=colour, ha="left" if upright else align, va="baseline" if not upright else "bottom",
        fontweight="bold" if bold else "normal", rotation=90 if upright else 0, rotation_mode="anchor",
        gid="on-shade" if shaded else None,
    )  # fmt: skip


def stroke(  # noqa: PLR0913 - where and how a line runs
    on: Sheet, xs: Sequence[float], ys: Sequence[float], *, colour: str = theme.RULE, thick: float = 0.6,
    dashes: Sequence[float] = (), over: float = 2,
) -> None:  # fmt: skip
    """Draw a line through points; ``over`` is its place in the stack."""
    line = Line2D(xs, ys, color=colour, linewidth=thick, zorder=over, solid_capstyle="butt", dash_capstyle="butt")
    if dashes:
        line.set_dashes(list(dashes))
    on.axes.add_line(line)
    line.set_clip_on(False)


def dots(  # noqa: PLR0913 - which marks stand where
    on: Sheet, xs: Sequence[float], ys: Sequence[float], *, colour: str, number: int = 0, size: float = 5
) -> None:
    """Draw marks of the series with this number."""
    line = Line2D(
        xs, ys, color=colour, linestyle="none", marker=SHAPES[number % len(SHAPES)], markersize=size,
        markeredgecolor=theme.PAPER, markeredgewidth=0.6, zorder=4,
    )  # fmt: skip
    on.axes.add_line(line)
    line.set_clip_on(False)


def box(  # noqa: PLR0913 - where and how a box stands
    on: Sheet, left: float, top: float, right: float, bottom: float, *, fill: str = "none", edge: str = "none",
    hatch: str = "", over: float = 1.5, shade: bool = False,
) -> None:  # fmt: skip
    """Draw a box from its upper left to its lower right corner; a ``shade`` stays as it is on dark paper."""
    patch = Rectangle(
        (left, top), right - left, bottom - top, facecolor=fill, edgecolor=edge, linewidth=0.6, zorder=over,
        hatch=hatch or None, gid="on-shade" if shade else None,
    )  # fmt: skip
    on.axes.add_patch(patch)
    patch.set_clip_on(False)


def widest(texts: Sequence[str], size: float = TEXT) -> float:
    """Width of the widest of some texts, in points."""
    return max((width(drawable(text), size) for text in texts), default=0.0)


def drawing(on: Sheet, figure: Figure, *, part: int, parts: int) -> Drawing:
    """Turn a finished sheet into its bytes."""
    alt = legible(figure.alt if parts == 1 else f"{figure.alt} Part {part} of {parts}.")
    mark = f"fig{figure.digest[:12]}p{part}"
    data = io.BytesIO()
    on.canvas.savefig(data, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Drawing(clean(data.getvalue(), mark=mark, alt=alt), mark, on.wide, on.tall, alt, tuple(on.spots))
