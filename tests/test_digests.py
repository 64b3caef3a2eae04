"""A digest changes with every change that matters and with none that does not."""

import os
from pathlib import Path

import pytest

from rai.digests import canonical_json, tree_digest
from rai.errors import InputError
from rai.store import ContentStore


def tree(root: Path) -> Path:
    (root / "sub").mkdir(parents=True)
    (root / "MLmodel").write_text("x")
    (root / "sub" / ".hidden").write_text("y")
    return root


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()
    assert canonical_json({"a": "e\u0301"}) == canonical_json({"a": "é"})
    with pytest.raises(TypeError):
        canonical_json({"a": 1.5})


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "MLmodel").write_text("z"),
        lambda root: (root / "new").write_text(""),
        lambda root: (root / "sub" / ".hidden").unlink(),
        lambda root: (root / "MLmodel").rename(root / "mlmodel"),
        lambda root: (root / "sub" / "rai_review").write_text("only the first path component is reserved"),
    ],
)
def test_any_change_changes_the_digest(tmp_path: Path, change: object) -> None:
    root = tree(tmp_path / "model")
    before = tree_digest(root)
    change(root)  # type: ignore[operator]
    assert tree_digest(root) != before


def test_the_reserved_prefix_stays_outside(tmp_path: Path) -> None:
    root = tree(tmp_path / "model")
    before = tree_digest(root)
    (root / "rai_review").mkdir()
    (root / "rai_review" / "card.json").write_text("{}")
    (root / "registered_model_meta").write_text("m")
    assert tree_digest(root) == before


def test_links_are_refused(tmp_path: Path) -> None:
    root = tree(tmp_path / "model")
    (root / "link").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="link"):
        tree_digest(root)
    (root / "link").unlink()
    os.link(root / "MLmodel", root / "hard")
    with pytest.raises(InputError, match="link"):
        tree_digest(root)


def test_the_store_notices_altered_and_missing_bytes(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    digest = store.put(b"sealed")
    assert store.put(b"sealed") == digest
    assert store.get(digest) == b"sealed"
    store.path(digest).write_bytes(b"altered")
    assert not store.intact(digest)
    with pytest.raises(InputError, match="have been changed"):
        store.get(digest)
    store.path(digest).unlink()
    with pytest.raises(InputError, match="missing"):
        store.get(digest)
