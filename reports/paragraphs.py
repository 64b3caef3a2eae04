"""Text that people wrote, in paragraphs: an empty line ends one."""

from __future__ import annotations


def paragraphs(text: str) -> tuple[str, ...]:
    """Split text where a line is empty."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return tuple(part.strip("\n") for part in "\n".join(lines).split("\n\n") if part.strip())


def shortened(text: str, most: int, mark: str = "…") -> str:
    """Text in one line of at most ``most`` characters; what was left out is marked, and words stay whole if they can.

    Parameters
    ----------
    mark
        Stands where the rest was.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[: most - len(mark)]
    whole = kept.rpartition(" ")[0] if len(kept.rpartition(" ")[0]) > most // 2 else kept
    return f"{whole.rstrip()}{mark}"
