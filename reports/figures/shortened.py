"""Names a drawing had no room for: found again by its ellipses, so that paper can print them whole below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from rai.section import Figure
from reports.drawable import drawable
from reports.figures.sheet import Drawing

_TEXT = "{http://www.w3.org/2000/svg}text"


def cut_names(figure: Figure, drawings: Sequence[Drawing]) -> tuple[str, ...]:
    """Every name, note and label of a figure that its drawings shorten, whole and once each."""
    lines = [line for item in drawings for line in _lines(item.svg)]
    cuts = [_squeezed(line).removesuffix("…") for line in lines if line.endswith("…")]
    if not cuts:
        return ()
    drawn = _squeezed("".join(lines))
    texts = {text: _squeezed(drawable(text)) for text in _texts(figure) if text.strip()}
    return tuple(text for text, bare in texts.items() if bare not in drawn and any(cut in bare for cut in cuts))


def _lines(svg: str) -> Iterator[str]:
    root = ET.fromstring(svg)  # noqa: S314 - reads only what was drawn here
    yield from (item.text or "" for item in root.iter(_TEXT))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _texts(figure: Figure) -> Iterator[str]:
    """Whatever may be written into a drawing of the figure."""
    for axis in (figure.x, figure.y):
        yield f"{axis.label} ({axis.unit})" if axis.unit else axis.label
    yield figure.reference_label
    for node in figure.nodes:
        yield from (node.label, node.note)
    for series in figure.series:
        yield series.name
        for point in series.points:
            yield from (str(point.x), point.note)
