"""Nothing that anybody can write into the registry opens the gate; many more tries are in ``benchmarks.gate``."""

from __future__ import annotations

from pathlib import Path

from rai.gating import gate
from rai.workspace import Workspace
from tests.publishing.forging import MARKS, forged_marks, replayed
from tests.publishing.kit import FIRST, SECOND


def test_forged_tags_aliases_and_files_open_nothing_and_close_nothing(settled: Workspace) -> None:
    planned = 3 * len(MARKS)
    assert forged_marks(settled, planned) == [True] * planned
    assert not gate(settled, SECOND).open
    assert gate(settled, FIRST).open


def test_a_deleted_and_re_created_version_has_no_approval(settled_home: Path, tmp_path: Path) -> None:
    assert [replayed(settled_home, tmp_path, number) for number in range(3)] == [True] * 3
