"""A full disk: what was acknowledged is there, what was refused left nothing behind, and with room it goes on.

Without the right to mount a small disk these tests are skipped, with the reason; ``python -m benchmarks.gate full`` then
counts forty planned, none executed, and is not met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rai.cli import main
from rai.clock import now
from rai.digests import tree_digest
from rai.errors import RaiError
from rai.files import write_whole
from rai.submission import submit
from rai.versions import parse_target
from tests.publishing import filling, honest, kit
from tests.publishing.filling import BLOCK, NoDisk, empty, fill


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    try:
        with filling.disk(tmp_path / "disk") as place:
            yield place
    except NoDisk as reason:
        pytest.skip(str(reason))


@pytest.mark.slow
def test_forty_full_disks_keep_what_was_acknowledged_and_nothing_else(small_home: Path, tmp_path: Path) -> None:
    try:
        found = list(filling.points(tmp_path, small_home))
    except NoDisk as reason:
        pytest.skip(str(reason))
    assert [fault for fault in found if fault] == []
    assert len(found) == 40


def test_a_file_that_does_not_fit_leaves_the_old_one_as_it_was(disk: Path) -> None:
    target = disk / "status.json"
    write_whole(target, b"old")
    fill(disk, leave=2)
    with pytest.raises(RaiError, match="cannot be written: No space left on device"):
        write_whole(target, b"n" * 10 * BLOCK)
    assert target.read_bytes() == b"old"
    assert {path.name for path in disk.iterdir()} == {"ballast", "status.json"}
    empty(disk)
    write_whole(target, b"n" * 10 * BLOCK)
    assert target.stat().st_size == 10 * BLOCK


def test_a_card_that_does_not_fit_is_refused_in_a_sentence(
    disk: Path, small_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAI_HOME", str(small_home))
    monkeypatch.setenv("RAI_POLICIES", str(small_home / "policies"))
    fill(disk, leave=20)
    assert main(["card", kit.FIRST.uri, "--out", str(disk / "card")]) == 2
    said = capsys.readouterr().err
    assert "cannot be written: No space left on device. Nothing was kept. Make room" in said
    assert not [path for path in (disk / "card").iterdir() if path.name.startswith(".")]
    empty(disk)
    assert main(["card", kit.FIRST.uri, "--out", str(disk / "card"), "--form", "mitchell"]) == 0


def test_a_version_whose_files_do_not_fit_is_not_handed_in(disk: Path, small_home: Path) -> None:
    """Its data are sealed before its model; without room for either there is no round, and with room there is one."""
    workspace = kit.copied(small_home, disk / "rai")
    target = parse_target(honest.registered(workspace, "credit").uri)
    before = len(workspace.ledger.rows())
    for leave in range(5):
        fill(disk, leave=leave)
        with pytest.raises(RaiError, match=r"Nothing was (kept|recorded)\. .*try again"):
            submit(workspace, target, handed=None, submitter=kit.SUBMITTER, when=now())
        assert len(workspace.ledger.rows()) == before
        assert all(tree_digest(folder) == folder.name for folder in workspace.models.glob("*"))
        empty(disk)
    submit(workspace, target, handed=None, submitter=kit.SUBMITTER, when=now())
    assert len(workspace.ledger.rows()) == before + 1
    assert workspace.ledger.check() == ()
