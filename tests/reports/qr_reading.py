"""Reads a QR code of version 5, level M, from its picture, by the rules of ISO/IEC 18004 and nothing else."""

from __future__ import annotations

import re

SIDE, QUIET = 37, 4
#: Version 5-M: 2 blocks of 43 data codewords, interleaved.
BLOCKS, EACH = 2, 43
MASKS = (
    lambda y, x: (y + x) % 2 == 0, lambda y, x: y % 2 == 0, lambda y, x: x % 3 == 0, lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0, lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0, lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)  # fmt: skip


def modules(svg: str) -> list[list[bool]]:
    """Dark modules of the picture, row by row, without the white around."""
    dark = re.search(r'fill="black" d="([^"]*)"', svg)
    assert dark
    found = [[False] * SIDE for _ in range(SIDE)]
    for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dark[1]):
        for at in range(int(x), int(x) + int(wide)):
            found[int(y) - QUIET][at - QUIET] = True
    return found


def taken(y: int, x: int) -> bool:
    """True where no data stand: finders with their format, timing, and the one alignment pattern."""
    corner = (y < 9 and x < 9) or (y < 9 and x >= SIDE - 8) or (y >= SIDE - 8 and x < 9)
    return corner or 6 in {y, x} or (abs(y - 30) <= 2 and abs(x - 30) <= 2)


def read(dark: list[list[bool]]) -> str:
    """The text, without any correction of errors."""
    level = (dark[8][0] << 1 | dark[8][1]) ^ 0b10
    assert level == 0b00, "level M"
    mask = MASKS[(dark[8][2] << 2 | dark[8][3] << 1 | dark[8][4]) ^ 0b101]
    bits, up, right = [], True, SIDE - 1
    while right > 0:
        right -= right == 6
        for y in range(SIDE - 1, -1, -1) if up else range(SIDE):
            bits += [dark[y][x] ^ mask(y, x) for x in (right, right - 1) if not taken(y, x)]
        up, right = not up, right - 2
    words = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, 8 * BLOCKS * EACH, 8)]
    stream = "".join(f"{word:08b}" for block in range(BLOCKS) for word in words[block::BLOCKS])
    assert stream[:4] == "0100", "bytes"
    count = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * at : 20 + 8 * at], 2) for at in range(count)).decode()
