"""A digest as a picture that a telephone reads: a QR code in one SVG path, the same each time."""

from __future__ import annotations

from collections.abc import Iterator

import segno

#: White around the code, in modules; readers need four.
QUIET = 4


def qr_svg(digest: str) -> str:
    """Draw the digest's own letters as a QR code (ISO/IEC 18004, error correction M), with its quiet zone.

    Black on white whatever the page looks like, because readers expect dark on light.
    """
    code = segno.make(digest, error="m", micro=False, boost_error=False)
    rows = [[bool(module) for module in row] for row in code.matrix]
    side = len(rows) + 2 * QUIET
    path = "".join(_runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="{qr_alt(digest)}" shape-rendering="crispEdges">'
        f'<path fill="white" d="M0 0h{side}v{side}h-{side}z"/><path fill="black" d="{path}"/></svg>'
    )


def qr_alt(digest: str) -> str:
    """What a person who cannot see the code is told."""
    return f"QR code of the digest of this card, {digest}"


def _runs(rows: list[list[bool]]) -> Iterator[str]:
    """Dark modules that touch in a row as one box."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            wide = 0
            while x + wide < len(row) and row[x + wide]:
                wide += 1
            if wide:
                yield f"M{x + QUIET} {y + QUIET}h{wide}v1h-{wide}z"
            x += wide or 1
