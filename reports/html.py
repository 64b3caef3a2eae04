"""The card as one HTML file that needs nothing else: no script, no request, figures within the page."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rai import theme
from rai.card import ModelCard
from rai.section import Figure
from reports.chapters import document
from reports.drawable import legible
from reports.figures import draw
from reports.figures.telling import pointed
from reports.qr import qr_svg
from reports.tables import figure_grid


def render_html(card: ModelCard) -> bytes:
    """Render the card as one HTML file.

    Every text of the card is escaped; the page forbids scripts and requests of any kind, its own style sheet excepted.
    """
    found = document(card)
    pages = _pages()
    style = pages.get_template("card.css.j2").render(theme=theme)
    text = pages.get_template("card.html.j2").render(
        document=found,
        style=Markup(style),  # noqa: S704 - the style sheet is the program's own
        style_digest=_digest(style),
        signs=theme.SIGNS,
        figures=_Figures(),
        qr=Markup(qr_svg(found.digest)),  # noqa: S704 - drawn here from a digest
    )
    return text.encode()


def _pages() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    found.filters["kind"] = lambda block: type(block).__name__
    return found


def _shown(value: object) -> object:
    """Text as it is shown: marks that turn the direction of reading round are made visible."""
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


class _Figures:
    """The figures of one page, each with ids of its own however often it is drawn."""

    def __init__(self) -> None:
        self._count = 0

    def drawings(self, figure: Figure) -> list[Markup]:
        """The parts of a figure as markup."""
        return [self._one(pointed(item), item.mark) for item in draw(figure)]

    def _one(self, svg: str, mark: str) -> Markup:
        self._count += 1
        return Markup(svg.replace(mark, f"figure{self._count}-"))  # noqa: S704 - drawn here; its texts are escaped

    table = staticmethod(figure_grid)
