"""Paper and ink of a figure on the screen, light and dark, and the layout all figures share."""

from __future__ import annotations

import re
from dataclasses import dataclass

import plotly.graph_objects as go

from rai import theme
from rai.section import Axis, Format

_MARKUP = re.compile(r"[<>&]")
_ENTITY = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


@dataclass(frozen=True)
class Ink:
    """The colours of one appearance.

    Attributes
    ----------
    groups
        For figures with several series, told apart by place and label first, by colour second.
    scale
        From little to much, for shades.
    """

    text: str
    paper: str
    muted: str
    rule: str
    accent: str
    groups: tuple[str, ...]
    scale: tuple[str, ...]


#: Neighbours are far apart in hue and in lightness; yellow comes last, it is faint on white.
_BLUE, _ORANGE, _SKY, _PURPLE, _YELLOW, _BLACK = theme.GROUPS
LIGHT = Ink(
    theme.INK, theme.PAPER, theme.MUTED, theme.RULE, theme.ACCENT,
    (_BLUE, _ORANGE, _PURPLE, _SKY, _BLACK, _YELLOW), theme.SEQUENTIAL,
)  # fmt: skip
#: On dark paper the scale is turned, so that more still stands out more, and the last group colour (black) is left out.
DARK = Ink(
    theme.RULE,
    theme.INK,
    theme.SEQUENTIAL[2],
    "#3B3F3C",
    theme.SEQUENTIAL[3],
    (_SKY, _ORANGE, _PURPLE, _YELLOW, _BLUE),
    ("#212524", *theme.SEQUENTIAL[:0:-1]),
)


def plain(text: str) -> str:
    """Return text so that a figure shows it as it stands; figures know a little markup of their own."""
    return _MARKUP.sub(lambda found: _ENTITY[found[0]], text)


def shade(ink: Ink, share: float) -> tuple[str, str]:
    """Return the colour at ``share`` (0 to 1) of the scale and the colour of text on it."""
    place = min(len(ink.scale) - 1, max(0, round(share * (len(ink.scale) - 1))))
    found = ink.scale[place]
    brightness = sum(int(found[at : at + 2], 16) * weight for at, weight in ((1, 0.299), (3, 0.587), (5, 0.114)))
    return found, theme.INK if brightness > 140 else theme.PAPER


def colour(ink: Ink, number: int, count: int) -> str:
    """Return the colour of a series: the accent where it stands alone."""
    return ink.accent if count < 2 else ink.groups[number % len(ink.groups)]


def key(ink: Ink, number: int, count: int, name: str) -> str:
    """Return the name of a series with a dot of its colour before it, readable in any colour."""
    return f"<span style='color:{colour(ink, number, count)};font-size:16px'>●</span> {plain(name)}"


def blank(ink: Ink, *, height: int) -> go.Figure:
    """Return an empty figure: no frame, no legend, quiet grid."""
    found = go.Figure()
    found.update_layout(
        template="none",
        height=height,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "Source Sans, sans-serif", "size": 13, "color": ink.text},
        showlegend=False,
        hoverlabel={"bgcolor": ink.paper, "font": {"color": ink.text}},
        dragmode=False,
    )
    found.update_xaxes(showgrid=False, zeroline=False, automargin=True, fixedrange=True, linecolor=ink.rule)
    found.update_yaxes(showgrid=False, zeroline=False, automargin=True, fixedrange=True, linecolor=ink.rule)
    return found


def scale(axis: Axis, ink: Ink, *, values: list[float]) -> dict[str, object]:
    """Return how an axis of numbers looks: title with unit, ticks written like the numbers, ends with a meaning."""
    title = f"{axis.label} ({axis.unit})" if axis.unit else axis.label
    look: dict[str, object] = {
        "title": {"text": plain(title), "font": {"color": ink.muted, "size": 13}},
        "gridcolor": ink.rule,
        "griddash": "dot",
        "showgrid": True,
        "tickformat": _ticks(axis.format),
        "tickfont": {"color": ink.muted},
    }
    if axis.low is not None or axis.high is not None:
        low = axis.low if axis.low is not None else min(values, default=0.0)
        high = axis.high if axis.high is not None else max(values, default=1.0)
        high = high if high > low else low + 0.1
        room = 0.02 * (high - low)
        look["range"] = [low - room, high + (room if axis.high is not None else 4 * room)]
    return look


def _ticks(form: Format) -> str:
    return {"percent": ".0%", "points": "+.0%", "integer": ",d"}.get(form, "")


def reference(found: go.Figure, value: float, label: str, ink: Ink, *, upright: bool) -> None:
    """Draw the thin line of a reference with its label at the end."""
    line = {"color": ink.muted, "width": 1, "dash": "dash"}
    font = {"color": ink.muted, "size": 12}
    if upright:
        found.add_vline(x=value, line=line, layer="below")
        found.add_annotation(
            x=value, y=1, yref="paper", yanchor="bottom", text=plain(label), showarrow=False, font=font
        )
        return
    found.add_hline(y=value, line=line, layer="below")
    found.add_annotation(
        x=1, xref="paper", xanchor="right", y=value, yanchor="bottom", text=plain(label), showarrow=False, font=font
    )
