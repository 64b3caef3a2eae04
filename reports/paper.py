"""A document as plain data for the typesetter: text that its fonts can draw, tables that fit, figures as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from rai import theme
from reports.columns import Part, fitted
from reports.document import Block, Chapter, Document, Drawn, Grid, Heading, Notes, Notice, Paragraphs, Verdict
from reports.drawable import BOX, breakable, drawable
from reports.figures import draw
from reports.figures.shortened import cut_names
from reports.paragraphs import shortened
from reports.qr import qr_alt, qr_svg

_LONGEST = 40

Data = str | int | float | bool | None | list["Data"] | dict[str, "Data"]


def paper(document: Document) -> dict[str, Data]:
    """Everything the template sets."""
    return _whole(
        {**_cover(document), "kind": "Model card", "chapters": [_chapter(item) for item in document.chapters]}
    )


def summary_paper(document: Document, blocks: Sequence[Block]) -> dict[str, Data]:
    """Everything the template of the summary sets: the cover's facts and a few blocks."""
    return _whole({**_cover(document), "kind": "Summary of model card", "blocks": [_block(block) for block in blocks]})


def _whole(data: dict[str, Data]) -> dict[str, Data]:
    return {**data, "boxes": _has_box(data)}


def _cover(document: Document) -> dict[str, Data]:
    return {
        "model": _text(document.model),
        "version": _text(document.version),
        "title": drawable(document.title),
        "running": drawable(shortened(document.title, 60)),
        "author": drawable(document.author),
        "verdict": _verdict(document.verdict),
        "facts": [[_text(name), _text(value)] for name, value in document.facts],
        "digest": document.digest,
        "short": document.short,
        "qr": {"svg": qr_svg(document.digest), "alt": qr_alt(document.digest)},
        "theme": _theme(),
    }


def _theme() -> dict[str, Data]:
    return {
        "ink": theme.INK, "muted": theme.MUTED, "rule": theme.RULE, "accent": theme.ACCENT, "soft": theme.ACCENT_SOFT,
        "serif": [theme.SERIF, theme.SANS], "sans": [theme.SANS],
        "tones": {tone: {"colour": colour, "sign": theme.SIGNS[tone]} for tone, colour in theme.TONES.items()},
    }  # fmt: skip


def _has_box(value: Data) -> bool:
    if isinstance(value, str):
        return BOX in value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has_box(item) for item in items)


def _text(text: str) -> str:
    return breakable(drawable(text), _LONGEST)


def _texts(texts: tuple[str, ...]) -> list[Data]:
    return [_text(text) for text in texts]


def _verdict(found: Verdict) -> dict[str, Data]:
    return {
        "tone": found.tone, "word": found.word, "sentence": _text(found.sentence), "points": _texts(found.points),
        "waivers": _texts(found.waivers),
    }  # fmt: skip


def _chapter(chapter: Chapter) -> dict[str, Data]:
    blocks = [_block(block) for block in chapter.blocks]
    return {
        "kicker": _text(chapter.kicker), "title": _text(chapter.title), "fresh": chapter.fresh, "blocks": list(blocks)
    }  # fmt: skip


def _block(block: Block) -> dict[str, Data]:
    match block:
        case Paragraphs():
            return {"kind": "paragraphs", "look": block.look, "texts": _texts(block.texts)}
        case Heading():
            return {"kind": "heading", "text": _text(block.text)}
        case Notice():
            return {
                "kind": "notice",
                "tone": block.tone,
                "sign": block.sign,
                "word": _text(block.word),
                "text": _text(block.text),
            }
        case Notes():
            return {"kind": "notes", "heading": _text(block.heading), "texts": _texts(block.texts)}
        case Grid():
            return {"kind": "tables", "parts": [_part(part) for part in fitted(block)]}
        case Drawn():
            return _drawn(block)


def _part(part: Part) -> dict[str, Data]:
    grid = part.grid
    return {
        "title": grid.title,
        "note": grid.note,
        "size": part.size,
        "widths": list(part.widths),
        "right": list(grid.right),
        "heads": list(grid.heads),
        "rows": [[{"text": cell.text, "tone": cell.tone, "code": cell.code} for cell in row] for row in grid.rows],
    }


def _drawn(block: Drawn) -> dict[str, Data]:
    drawings = draw(block.figure)
    parts: list[Data] = [
        {"svg": item.svg, "alt": drawable(item.alt), "wide": item.wide, "tall": item.tall} for item in drawings
    ]
    names = _texts(cut_names(block.figure, drawings))
    return {"kind": "figure", "title": _text(block.figure.title), "parts": parts, "names": names}
