"""The card as Markdown: plain text with headings and tables, figures as the tables of their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from rai import theme
from rai.card import ModelCard
from rai.theme import Tone
from reports.chapters import document
from reports.document import Block, Cell, Chapter, Document, Drawn, Grid, Heading, Notes, Notice, Paragraphs
from reports.markdown_text import plain, plain_lines
from reports.tables import figure_grid


def render_markdown(card: ModelCard) -> bytes:
    """Render the card as Markdown; every text of the card is shown as it stands."""
    return ("\n\n".join(_parts(document(card))) + "\n").encode()


def _parts(found: Document) -> Iterator[str]:
    yield f"# Model card: {plain(found.title)}"
    yield _mark(found.verdict.tone, found.verdict.word) + f" {plain(found.verdict.sentence)}"
    yield "\n".join(f"- {plain(name)}: {plain(value)}" for name, value in found.facts)
    yield f"Digest of this card, which a sign-off binds (SHA-256): `{found.digest}`"
    for chapter in found.chapters:
        yield from chapter_parts(chapter)


def chapter_parts(chapter: Chapter) -> Iterator[str]:
    """A chapter as paragraphs of Markdown, its heading first."""
    yield f"## {plain(chapter.kicker)}: {plain(chapter.title)}"
    for block in chapter.blocks:
        yield from block_parts(block)


def block_parts(block: Block) -> Iterator[str]:
    """A block as paragraphs of Markdown."""
    match block:
        case Paragraphs():
            strong = "**" if block.look == "lead" else ""
            yield from (f"{strong}{plain_lines(text)}{strong}" for text in block.texts)
        case Heading():
            yield f"### {plain(block.text)}"
        case Notice():
            yield f"> {_mark(block.tone, block.word, block.sign)} {plain(block.text)}"
        case Notes():
            yield f"### {plain(block.heading)}"
            yield "\n".join(f"- {plain(text)}" for text in block.texts)
        case Grid():
            yield from _grid(block)
        case Drawn():
            yield f"**{plain(block.figure.title)}** (figure). {plain(block.figure.alt)}"
            yield from _grid(figure_grid(block.figure), titled=False)


def _grid(grid: Grid, *, titled: bool = True) -> Iterator[str]:
    if grid.title and titled:
        yield f"**{plain(grid.title)}**"
    if grid.rows:
        rule = ["--:" if right else ":--" for right in grid.right]
        lines = [
            [plain(head) or "&nbsp;" for head in grid.heads],
            rule,
            *([_cell(c) for c in row] for row in grid.rows),
        ]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    else:
        yield "There are no rows."
    if grid.note:
        yield plain(grid.note)


def _cell(cell: Cell) -> str:
    if cell.tone is not None:
        return _mark(cell.tone, cell.text)
    return plain(cell.text)


def _mark(tone: Tone, word: str, sign: str = "") -> str:
    return f"**{plain(sign or theme.SIGNS[tone])} {plain(word)}**"
