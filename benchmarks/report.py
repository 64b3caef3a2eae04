"""``python -m benchmarks.report``: how long each form of the demo's card takes, and how large it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.tables import Bar, show, show_bars
from benchmarks.timing import machine, timed
from rai.card import ModelCard
from rai.cards import current_card
from rai.demo import WRITTEN, make_demo
from rai.demo_queue import queue_demo
from rai.reviewing import review_version
from rai.settings import Settings
from rai.workspace import Workspace
from reports import render_all
from reports.html import render_html
from reports.json_card import render_json
from reports.markdown import render_markdown
from reports.pdf import render_pdf
from reports.summary import render_summary

SECONDS, MEGABYTES = 2.0, 5.0
FORMS = {
    "card.json": render_json, "card.md": render_markdown, "card.html": render_html, "card.pdf": render_pdf,
    "card-summary.pdf": render_summary,
}  # fmt: skip


def main() -> None:
    """Build the demo, review the version whose card its team has written, and render it."""
    print(machine())
    with tempfile.TemporaryDirectory() as home:
        card = _demo_card(Path(home) / "rai")
    first = timed(lambda: render_pdf(card))
    found = {name: timed(lambda render=render: render(card), repeats=5) for name, render in FORMS.items()}
    every = timed(lambda: render_all(card), repeats=3)
    show(
        f"The card of {WRITTEN.uri}",
        ("", "seconds", "MB"),
        [
            ("card.pdf, the first in its process", first.seconds, len(first.answer) / 1e6),
            *((name, done.seconds, len(done.answer) / 1e6) for name, done in found.items()),
            ("all forms together", every.seconds, sum(map(len, every.answer.values())) / 1e6),
        ],
    )
    size, seconds = len(first.answer) / 1e6, found["card.pdf"].seconds
    same = first.answer == found["card.pdf"].answer
    show_bars(
        [
            Bar(f"PDF under {SECONDS:g} s", f"{seconds:.2f} s", seconds < SECONDS),
            Bar(
                "the first in its process too, with everything loaded",
                f"{first.seconds:.2f} s",
                first.seconds < SECONDS,
            ),
            Bar(f"PDF under {MEGABYTES:g} MB", f"{size:.2f} MB", size < MEGABYTES),
            Bar("the same bytes each time", "the same" if same else "different", same),
        ]
    )


def _demo_card(home: Path) -> ModelCard:
    settings = Settings.load({"RAI_HOME": str(home)})
    make_demo(settings, say=lambda _: None)
    queue_demo(settings, say=lambda _: None)
    workspace = Workspace.open(settings)
    submission = workspace.archive.submission(WRITTEN)
    assert submission is not None
    review_version(workspace, submission, by="benchmark", progress=lambda *_: None)
    return current_card(workspace.archive, WRITTEN)


if __name__ == "__main__":
    main()
