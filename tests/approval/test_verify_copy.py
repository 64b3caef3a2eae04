"""Only approved bytes reach the verified folder, whatever was done to the model's folder before or meanwhile."""

import os
import random
import shutil
import socket
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from rai.approval.verifying.copying import DEEPEST, MOST_FILES, copy_model
from rai.approval.verifying.strict import NotVerified
from rai.digests import tree_digest
from rai.errors import InputError
from tests.approval.evidence import FILES, Evidence
from tests.approval.evidence import tree_digest as by_the_text


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Evidence(tmp_path / "e").model


def test_the_digest_is_that_of_the_specification_and_of_the_program(model: Path, tmp_path: Path) -> None:
    assert copy_model(model, tmp_path / "copy") == tree_digest(model) == by_the_text(FILES)


def test_a_decomposed_name_is_the_same_name(tmp_path: Path) -> None:
    source = tmp_path / "model"
    source.mkdir()
    for name in (unicodedata.normalize("NFD", "\xe4"), "b", "z\u0300", "\xfe"):
        (source / name).write_text("x")
    digest = copy_model(source, tmp_path / "copy")
    assert digest == tree_digest(source) == tree_digest(tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == sorted(["\xe4", "b", "z\u0300", "\xfe"])


def test_what_lies_below_the_reserved_names_is_neither_digested_nor_copied(model: Path, tmp_path: Path) -> None:
    before = tree_digest(model)
    (model / "rai_review" / "r1").mkdir(parents=True)
    (model / "rai_review" / "r1" / "card.json").write_text("{}")
    (model / "registered_model_meta").write_text("model: credit")
    (model / "empty" / "folders").mkdir(parents=True)
    assert copy_model(model, tmp_path / "copy") == before
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == sorted({name.split("/")[0] for name in FILES})


def link(model: Path) -> None:
    (model / "link").symlink_to("MLmodel")


def link_outside(model: Path) -> None:
    (model / "requirements.txt").unlink()
    (model / "requirements.txt").symlink_to("/etc/hostname")


def folder_link(model: Path) -> None:
    (model / "more").symlink_to("code")


def dangling(model: Path) -> None:
    (model / "link").symlink_to("nowhere")


def hard_link(model: Path) -> None:
    (model / "again").hardlink_to(model / "MLmodel")


def pipe(model: Path) -> None:
    os.mkfifo(model / "pipe")


def listening(model: Path) -> None:
    here = Path.cwd()
    os.chdir(model)  # the address of a socket has few characters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    finally:
        os.chdir(here)


def case_twin(model: Path) -> None:
    (model / "mlMODEL").write_text("x")


def folder_twin(model: Path) -> None:
    (model / "Code").mkdir()
    (model / "Code" / "other.py").write_text("x")


def reserved_twin(model: Path) -> None:
    for name in ("rai_review", "RAI_Review"):
        (model / name).mkdir()
        (model / name / "x").write_text("x")


def sharp_s(model: Path) -> None:
    (model / "stra\xdfe").write_text("x")
    (model / "STRASSE").write_text("x")


def accent_twin(model: Path) -> None:
    (model / "\xe9").write_text("x")
    (model / "e\u0301").write_text("x")


def no_utf8(model: Path) -> None:
    (Path(os.fsdecode(bytes(model))) / os.fsdecode(b"\xff\xfe")).write_text("x")


def deep(model: Path) -> None:
    (model / "/".join("d" * (DEEPEST + 2))).mkdir(parents=True)


def names_reserved(*lines: str) -> list[Callable[[Path], None]]:
    def written(line: str) -> Callable[[Path], None]:
        return lambda model: (model / "MLmodel").write_text(f"flavors:\n  python_function:\n    {line}\n")

    return [written(line) for line in lines]


TREES = [
    link, link_outside, folder_link, dangling, hard_link, pipe, listening, case_twin, folder_twin, reserved_twin,
    sharp_s, accent_twin, no_utf8, deep,
    *names_reserved(
        "data: rai_review/r1/model.pkl", "code: ./rai_review", "code: 'RAI_REVIEW/x'", r'code: "\x72ai_review/x"',
        "code: ../model/rai_review/x", "loader: file:rai_review/x", r'code: "r\u0061i_review/x"', "code: rai%5freview/x",
        "{code: rai_review}", "rai_review: x",
    ),
    lambda model: (model / "data" / "MLmodel").write_text("model: ../rai_review/x"),
]  # fmt: skip


@pytest.mark.parametrize("hostile", TREES)
def test_a_tree_that_can_change_its_meaning_is_refused(
    model: Path, tmp_path: Path, hostile: Callable[[Path], None]
) -> None:
    hostile(model)
    with pytest.raises(NotVerified, match="The model's folder is not accepted"):
        copy_model(model, tmp_path / "copy")


def test_a_column_with_a_longer_name_is_no_path(model: Path, tmp_path: Path) -> None:
    (model / "MLmodel").write_text("inputs: [rai_review_score, my.rai_review, x-rai_review]\nname: rai_reviewed\n")
    copy_model(model, tmp_path / "copy")


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_FILES == 100_000
    monkeypatch.setattr("rai.approval.verifying.copying.MOST_FILES", 6)
    model = Evidence(tmp_path / "e").model
    with pytest.raises(NotVerified, match="more than 6 files"):
        copy_model(model, tmp_path / "copy")


def test_an_mlmodel_too_large_to_look_through(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rai.approval.verifying.copying.LARGEST_MLMODEL", 10)
    with pytest.raises(NotVerified, match="'MLmodel' is larger"):
        copy_model(model, tmp_path / "copy")


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="needs a file that says it is empty and is not")
def test_a_file_that_has_more_bytes_than_it_said(tmp_path: Path) -> None:
    with pytest.raises(NotVerified, match="changed while it was copied"):
        copy_model(Path("/proc/self/fdinfo"), tmp_path / "copy")


def test_the_program_refuses_the_same_twins_and_links(model: Path) -> None:
    (model / "mlMODEL").write_text("x")
    with pytest.raises(InputError):
        tree_digest(model)


def edits(path: Path, chance: random.Random) -> dict[str, Callable[[], object]]:
    """Changes to the bytes of one file."""
    data = path.read_bytes()
    at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
    return {
        "bit": lambda: path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]),
        "append": lambda: path.write_bytes(data + b"\n"),
        "cut": lambda: path.write_bytes(data[:at]),
        "insert": lambda: path.write_bytes(data[:at] + b" " + data[at:]),
        "empty": lambda: path.write_bytes(b""),
    }


def moves(files: list[Path], chance: random.Random) -> dict[str, Callable[[], object]]:
    """Changes to which files there are, and under which names."""
    one, other = chance.sample(files, 2)
    model = next(path.parent for path in files if path.name == "MLmodel")
    name = chance.choice(["x", ".x", ".git", "MLmodel.bak", "__init__.py", "conda.yaml", "rai_review2", "a b"])
    deep = one.parent / "d" / "e"
    return {
        "delete": one.unlink,
        "add": lambda: (one.parent / name).write_bytes(chance.randbytes(chance.randrange(3))),
        "add deep": lambda: (deep.mkdir(parents=True), (deep / name).write_bytes(b"")),
        "rename": lambda: one.rename(one.with_name(chance.choice([f"{one.name}~", f"{one.name}2", f".{one.name}"]))),
        "swap": lambda: (one.rename(model / "t"), other.rename(one), (model / "t").rename(other)),
        "move": lambda: ((model / "moved").mkdir(), one.rename(model / "moved" / one.name)),
    }


def change(model: Path, chance: random.Random) -> str:
    """Do one thing to the folder that changes what it is, and say what."""
    files = sorted(path for path in model.rglob("*") if path.is_file())
    full = [path for path in files if path.stat().st_size]
    possible = {**edits(chance.choice(full), chance), **moves(files, chance)}
    what = chance.choice(sorted(possible))
    possible[what]()
    return what


def test_five_hundred_changes_after_the_approval_are_all_denied(tmp_path: Path) -> None:
    evidence, chance = Evidence(tmp_path / "e"), random.Random(20)
    seen = set()
    for _ in range(500):
        shutil.rmtree(evidence.model)
        evidence.write_model()
        seen.add(what := change(evidence.model, chance))
        answer = evidence.ask()
        assert (answer.verdict, answer.step in {4, 5}) == ("deny", True), what
    assert len(seen) == 11
    shutil.rmtree(evidence.model)
    evidence.write_model()
    assert evidence.ask().verdict == "allow"


def attacks(model: Path, outside: Path, chance: random.Random) -> tuple[Callable[[], None], Callable[[], None]]:
    """A change and the way back: nobody who looks before or after sees it."""
    added = model / "zz.py"
    small, big, code, aside = model / "requirements.txt", model / "model.skops", model / "code", outside / "aside"

    def replaced(target: Path, make: Callable[[], None]) -> tuple[Callable[[], None], Callable[[], None]]:
        return (lambda: (target.rename(aside), make())), (lambda: aside.replace(target))

    def overwrite(data: bytes, at: int) -> None:
        with big.open("r+b") as file:
            file.seek(at)
            file.write(data)

    at = chance.randrange(big.stat().st_size - 10)
    kept = FILES["model.skops"]
    big_data = (kept * 300)[at : at + 5]
    return chance.choice(
        [
            replaced(small, lambda: small.write_bytes(b"evil==1.0\n")),
            replaced(small, lambda: small.symlink_to(outside / "evil.txt")),
            (
                lambda: (code.rename(aside), code.symlink_to(outside / "evil")),
                lambda: (code.unlink(), aside.rename(code)),
            ),
            (lambda: overwrite(b"evil!", at), lambda: overwrite(big_data, at)),
            (lambda: added.write_bytes(b"evil"), added.unlink),
            ((lambda: os.truncate(big, at)), (lambda: big.write_bytes(kept * 300))),
            (
                lambda: (code.rename(aside), shutil.copytree(outside / "evil", code)),
                lambda: (shutil.rmtree(code), aside.rename(code)),
            ),
        ]
    )


def test_swapping_while_it_is_verified_lets_no_other_byte_through(tmp_path: Path) -> None:
    files = {**FILES, "model.skops": FILES["model.skops"] * 300}
    evidence, chance = Evidence(tmp_path / "e", files=files), random.Random(5)
    outside = tmp_path / "outside"
    (outside / "evil").mkdir(parents=True)
    (outside / "evil" / "score.py").write_bytes(b"evil")
    (outside / "evil.txt").write_bytes(b"evil")
    verdicts = {"allow": 0, "deny": 0, "undecided": 0}
    for _ in range(500):
        there, back = attacks(evidence.model, outside, chance)
        stop, pause = threading.Event(), chance.random() * 0.004

        def swap(
            there: Callable[[], None] = there, back: Callable[[], None] = back, stop: threading.Event = stop,
            pause: float = pause,
        ) -> None:  # fmt: skip
            while not stop.is_set():
                time.sleep(pause)
                there()
                time.sleep(pause / 4)
                back()

        thread = threading.Thread(target=swap)
        thread.start()
        answer = evidence.ask()
        stop.set()
        thread.join()
        verdicts[answer.verdict] += 1
        if answer.verdict == "allow":
            found = {
                p.relative_to(evidence.out).as_posix(): p.read_bytes() for p in evidence.out.rglob("*") if p.is_file()
            }
            assert found == files
        evidence.clean()
    assert min(verdicts["allow"], verdicts["deny"]) >= 25, verdicts
