"""Colours, fonts and number formats of screen, HTML and paper, in one place.

Group colours are Okabe and Ito's (https://jfly.uni-koeln.de/color/) without green and vermilion, which stand for
verdicts.
"""

from __future__ import annotations

import math
from typing import Literal

from rai.section import Cell, Format

Tone = Literal["pass", "fail", "unsure", "none"]

INK, PAPER, MUTED, RULE = "#1F2421", "#FFFFFF", "#6B665E", "#DDD8CF"
ACCENT, ACCENT_SOFT = "#0B5563", "#D7E5E7"
GROUPS = ("#0072B2", "#E69F00", "#56B4E9", "#CC79A7", "#F0E442", "#000000")
SEQUENTIAL = ("#F7F5F1", "#D7E5E7", "#A9C8CC", "#74A6AE", "#3D7F8B", "#0B5563")
TONES: dict[Tone, str] = {"pass": "#00735C", "fail": "#D55E00", "unsure": "#B07A00", "none": "#6B665E"}
SIGNS: dict[Tone, str] = {"pass": "✓", "fail": "✕", "unsure": "?", "none": "–"}

SERIF, SANS = "DejaVu Serif", "DejaVu Sans"
DASH = "–"


def write(value: Cell, form: Format) -> str:
    """Write one cell: rounded to nearest, never cut, absent values as a dash.

    Parameters
    ----------
    value
        The cell.
    form
        ``percent`` and ``points`` take shares from 0 to 1.
    """
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if form == "integer":
        return f"{value:,.0f}"
    if form == "percent":
        return f"{100 * value:.1f} %"
    if form == "points":
        return f"{100 * value:+.1f} pp"
    if form == "p_value":
        return "< 0.001" if value < 0.001 else f"{value:.3f}"
    return number(float(value))


def number(value: float) -> str:
    """Write a number with three significant digits below 1,000, with thousands separated above."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(digits, 6)}f}"


def interval(value: float | None, low: float | None, high: float | None, form: Format) -> str:
    """Write a value with its 95 % interval: ``72.0 % (70.1 to 73.9)``."""
    if value is None or low is None or high is None:
        return write(value, form)
    ends = [write(end, form).removesuffix(" %").removesuffix(" pp") for end in (low, high)]
    return f"{write(value, form)} ({ends[0]} to {ends[1]})"
