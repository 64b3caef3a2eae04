"""Forty full disks: ledger, content store, card files and publication, each with a little more room than the time before.

The disk is a real one in memory (tmpfs). At every point the rest of it is filled, the deed is tried, and it is tried
again with room. A point answers with what went wrong, or with nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rai.approval.ledger import Ledger
from rai.card_files import write_card
from rai.clock import now
from rai.database import open_database
from rai.errors import RaiError
from rai.gating import gate
from rai.publishing import publish
from rai.store import ContentStore
from rai.versions import ModelVersionRef
from reports import render_all
from tests.approval.builders import submit
from tests.publishing import kit

SIZE, BLOCK = 24 << 20, 4096
#: Points of each kind.
EACH = 10


class NoDisk(Exception):  # noqa: N818 - nothing is wrong, there is only no right to mount
    """A disk cannot be mounted here."""


@contextmanager
def disk(place: Path) -> Iterator[Path]:
    """Mount a small disk and take it away again."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoDisk(f"A small disk needs the right to mount one, which is not given here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, *, leave: int) -> None:
    """Take all room but so many blocks."""
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(b"x" * max(0, free.f_bavail - leave) * BLOCK)


def empty(disk: Path) -> None:
    """Give the room back."""
    (disk / "ballast").unlink()


def until_refused(deed: Callable[[int], None]) -> str:
    """Do something again and again until it is refused, and return the words."""
    for number in range(500):
        try:
            deed(number)
        except RaiError as error:
            return str(error)
    return ""


def wrong(said: str, **right: bool) -> str:
    """Name what is not right; the sentence must say that nothing was kept and what to do."""
    clear = ("Nothing was" in said or "Nothing is" in said) and "again" in said
    return "; ".join([*([] if clear else [f"said: {said!r}"]), *(name for name, holds in right.items() if not holds)])


def ledger(disk: Path, leave: int, _: Path) -> str:
    """Append rows."""
    book = Ledger(open_database(f"sqlite:///{disk}/rai.db"))
    fill(disk, leave=leave)
    rows: list[str] = []

    def append(number: int) -> None:
        ref = ModelVersionRef(name=f"m{number}", version="1")
        submit(book, ref=ref)
        rows.append(ref.name)

    said = until_refused(append)
    kept = [row.event.model for row in book.rows()] == rows and book.check() == ()
    empty(disk)
    submit(book, ref=ModelVersionRef(name="afterwards", version="1"))
    return wrong(said, acknowledged_is_present=kept, goes_on=len(book.rows()) == len(rows) + 1 and book.check() == ())


def store(disk: Path, leave: int, _: Path) -> str:
    """Keep content of a few blocks."""
    kept, place = ContentStore(disk / "store"), disk / "store"
    fill(disk, leave=leave)
    data: dict[str, bytes] = {}

    def put(_: int) -> None:
        piece = os.urandom(3 * BLOCK)
        data[kept.put(piece)] = piece

    said = until_refused(put)
    whole = {path.name: path.read_bytes() for path in place.rglob("*") if path.is_file()} == data
    empty(disk)
    return wrong(said, whole_or_absent=whole, goes_on=kept.get(kept.put(b"afterwards")) == b"afterwards")


def card(disk: Path, leave: int, home: Path) -> str:
    """Write the card in every form, the two documents in PDF among them."""
    settings, rendered = kit.settings(home), dict[str, bytes]()

    def render(found) -> Mapping[str, bytes]:
        rendered.update(rendered or render_all(found))
        return rendered

    list(write_card(settings, kit.FIRST.uri, disk / "first", render))
    shutil.rmtree(disk / "first")
    # Room for the smaller files at most, never for all.
    fill(disk, leave=leave * sum(map(len, rendered.values())) // BLOCK // EACH)
    said = until_refused(lambda _: list(write_card(settings, kit.FIRST.uri, disk / "card", render)))
    there = {path.name: path.read_bytes() for path in (disk / "card").glob("*")}
    empty(disk)
    list(write_card(settings, kit.FIRST.uri, disk / "card", render))
    after = {path.name: path.read_bytes() for path in (disk / "card").iterdir()}
    return wrong(said, whole_or_absent=there.items() <= rendered.items(), goes_on=after == rendered)


def publication(disk: Path, leave: int, home: Path) -> str:
    """Publish a decision; at every other point the folder for temporary files is full as well."""
    workspace = kit.copied(home, disk / "rai")
    kit.approve(workspace)
    before = tempfile.tempdir
    # Room for a part of what is published at most.
    fill(disk, leave=leave * 16)
    tempfile.tempdir = str(disk) if leave % 2 else before
    try:
        said = until_refused(lambda _: publish(workspace, kit.FIRST, render=kit.render, time=now()) and None)
    finally:
        tempfile.tempdir = before
    announced = "published" in kit.events(workspace) or "rai.attestation" in kit.tags(workspace)
    sound = workspace.ledger.check() == () and (announced or not gate(workspace, kit.FIRST).open)
    empty(disk)
    publish(workspace, kit.FIRST, render=kit.render, time=now())
    done = sorted(kit.published(workspace)) == sorted(kit.PUBLISHED) and gate(workspace, kit.FIRST).open
    once = kit.events(workspace).count("published") == 1
    return wrong(said, nothing_half_announced=sound, goes_on=done and once)


KINDS: tuple[Callable[[Path, int, Path], str], ...] = (ledger, store, card, publication)


def points(folder: Path, home: Path) -> Iterator[str]:
    """Carry out every point on a disk of its own.

    Parameters
    ----------
    home
        An installation with a version in review.

    Raises
    ------
    NoDisk
        If none can be mounted.
    """
    for kind in KINDS:
        for leave in range(EACH):
            with disk(folder / f"{kind.__name__}-{leave}") as place:
                found = kind(place, leave, home)
            open_database.cache_clear()
            yield f"{kind.__name__} with {leave}: {found}" if found else ""
