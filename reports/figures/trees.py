"""The tree as an outline: every node a line below its parent, so that long conditions and deep trees stay readable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rai import theme
from rai.section import Figure, Node
from reports.drawable import drawable, wrap
from reports.figures.maps import shade
from reports.figures.scales import titled
from reports.figures.sheet import SMALL, TALLEST, TEXT, WIDTH, Sheet, Spot, box, sheet, stroke, widest, words
from reports.figures.telling import told_node

_LINE, _GAP, _HEAD, _STEP = 9.6, 7.0, 24.0, 16.0


@dataclass(frozen=True)
class _Line:
    """A node with its depth and its words in lines."""

    node: Node
    depth: int
    label: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def tall(self) -> float:
        """Height in points."""
        return _LINE * (len(self.label) + len(self.notes)) + _GAP


def tree(figure: Figure) -> tuple[Sheet, ...]:
    """Draw the nodes in the order of an outline; a darker shade is a higher value."""
    placed = list(_outline(figure.nodes))
    deepest = max((depth for _, depth in placed), default=0)
    step = min(_STEP, 0.4 * WIDTH / max(deepest, 1))
    value = widest([theme.write(node.value, figure.y.format) for node in figure.nodes]) + 14
    n = widest(["n", *(f"{node.n:,}" for node in figure.nodes)]) + 12
    lines = [_line(node, depth, WIDTH - value - n - 20 - step * depth) for node, depth in placed]
    return tuple(_page(figure, part, step=step, value=value, n=n) for part in _pages(lines))


def _outline(nodes: Sequence[Node]) -> Iterator[tuple[Node, int]]:
    """Every node once, children below their parent; one whose parent is not there stands as a root."""
    keys = {node.key for node in nodes}
    seen: set[int] = set()
    roots = [node for node in nodes if node.parent is None or node.parent not in keys]
    waiting = [(node, 0) for node in reversed([*roots, *(node for node in nodes if node not in roots)])]
    while waiting:
        node, depth = waiting.pop()
        if node.key in seen:
            continue
        seen.add(node.key)
        yield node, depth
        waiting += [(child, depth + 1) for child in reversed(nodes) if child.parent == node.key]


def _line(node: Node, depth: int, room: float) -> _Line:
    notes = wrap(drawable(node.note), room, SMALL, most=2) if node.note else ()
    return _Line(node, depth, wrap(drawable(node.label), room, TEXT, most=4), notes)


def _pages(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    found: list[_Line] = []
    tall = _HEAD
    for line in lines:
        if found and tall + line.tall > TALLEST:
            yield found
            found, tall = [], _HEAD
        found.append(line)
        tall += line.tall
    yield found


def _page(figure: Figure, lines: Sequence[_Line], *, step: float, value: float, n: float) -> Sheet:
    on = sheet(_HEAD + sum(line.tall for line in lines) + 4)
    head = titled(figure.y, 0.6 * WIDTH)
    words(on, WIDTH - n, 10, head, size=SMALL, colour=theme.MUTED, align="right")
    words(on, WIDTH, 10, "n", size=SMALL, colour=theme.MUTED, align="right")
    top, places = _HEAD, dict[int, float]()
    for line in lines:
        middle = top + (line.tall - _GAP) / 2
        _branch(on, line, places, step=step, middle=middle)
        places[line.node.key] = top + line.tall - _GAP + 1
        _words(on, line, step * line.depth + 4, top)
        _value(on, figure, line.node, middle, value=value, n=n)
        on.spots.append(Spot(0, top, WIDTH, top + line.tall - _GAP, told_node(figure, line.node)))
        top += line.tall
    return on


def _branch(on: Sheet, line: _Line, places: dict[int, float], *, step: float, middle: float) -> None:
    """Lead from below the parent to the node; from the head of the sheet where the parent stands on an earlier one."""
    if line.depth == 0 or line.node.parent is None:
        return
    x = step * (line.depth - 1) + 7
    start = places.get(line.node.parent, _HEAD - 2)
    stroke(on, (x, x, step * line.depth + 2), (start, middle, middle), colour=theme.MUTED, thick=0.7)


def _words(on: Sheet, line: _Line, left: float, top: float) -> None:
    y = top + _LINE / 2
    for text in line.label:
        words(on, left, y, text, bold=line.depth == 0)
        y += _LINE
    for text in line.notes:
        words(on, left, y, text, size=SMALL, colour=theme.MUTED)
        y += _LINE


def _value(  # noqa: PLR0913 - what is drawn and where
    on: Sheet, figure: Figure, node: Node, y: float, *, value: float, n: float
) -> None:
    fill, ink = shade(figure, node.value)
    right = WIDTH - n
    box(on, right - value, y - 6, right, y + 6, fill=fill, shade=True)
    words(on, right - 5, y, theme.write(node.value, figure.y.format), colour=ink, align="right", shaded=True)
    words(on, WIDTH, y, f"{node.n:,}", colour=theme.MUTED, align="right")
