"""The signing key is made once, read by its owner only, and its public half is what others are given."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from rai.approval.keys import open_signer, public_path, trust, trust_file, trust_path, trusted_keys
from rai.approval.verifying.trust import Trust, parse_trust
from rai.errors import InputError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "signing.pem"


def test_a_key_is_made_on_first_use_and_stays(path: Path) -> None:
    assert trusted_keys(path) == ()
    signer = open_signer(path)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert open_signer(path).public == signer.public
    assert trusted_keys(path) == (signer.public,)
    Ed25519PublicKey.from_public_bytes(signer.public).verify(signer.sign(b"x"), b"x")
    assert "private" not in repr(signer)
    assert sorted(item.name for item in path.parent.iterdir()) == ["signing.pem", "signing.pub", "trust.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_a_key_that_others_can_reach_is_refused(path: Path, mode: int) -> None:
    open_signer(path)
    path.chmod(mode)
    with pytest.raises(InputError, match="chmod 600"):
        open_signer(path)


def test_a_link_in_place_of_the_key_is_refused(path: Path) -> None:
    open_signer(path)
    other = path.with_name("other.pem")
    path.rename(other)
    path.symlink_to(other)
    with pytest.raises(InputError, match="is a link"):
        open_signer(path)


@pytest.mark.parametrize("data", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_a_sentence(path: Path, data: bytes) -> None:
    open_signer(path)
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        open_signer(path)
    public_path(path).write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        trusted_keys(path)


def test_a_key_of_another_kind_is_refused(path: Path) -> None:
    open_signer(path)
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public_path(path).write_bytes(other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(InputError, match="not an Ed25519"):
        open_signer(path)
    with pytest.raises(InputError, match="not an Ed25519"):
        trusted_keys(path)


def test_a_public_key_that_others_can_change_is_refused(path: Path) -> None:
    open_signer(path)
    public_path(path).chmod(0o666)
    with pytest.raises(InputError, match="chmod 644"):
        trusted_keys(path)


def test_many_at_once_make_one_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(open_signer(path).public)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert set(found) == set(trusted_keys(path))
    assert len(list(path.parent.iterdir())) == 3


def test_the_trust_file_lists_the_key_and_keeps_what_people_wrote(path: Path) -> None:
    assert trust(path) == Trust(())
    signer = open_signer(path)
    assert trust(path) == parse_trust(trust_path(path).read_bytes()) == Trust.of([signer.public])
    revoked = replace(trust(path).keys[0], not_after=2_000_000_000, revoked_from=1_900_000_000)
    trust_path(path).write_bytes(trust_file(Trust((revoked,), quorum=2)))
    assert open_signer(path).public == signer.public
    assert trust(path) == Trust((revoked,), quorum=2)


def test_a_new_key_is_added_to_the_trust_file_and_counts_from_now_on(path: Path) -> None:
    first = open_signer(path)
    path.rename(path.with_name("old.pem"))
    public_path(path).unlink()
    before = int(time.time())
    second = open_signer(path)
    old, new = trust(path).keys
    assert (old.public, new.public) == (first.public, second.public)
    assert before <= new.not_before <= time.time()
    assert (new.keyid, new.not_after, new.revoked_from) == (second.keyid, None, None)


def test_an_installation_from_before_the_trust_file_believes_its_public_key(path: Path) -> None:
    signer = open_signer(path)
    trust_path(path).unlink()
    assert trust(path) == Trust.of([signer.public])


def test_a_trust_file_that_others_can_change_is_refused(path: Path) -> None:
    open_signer(path)
    trust_path(path).chmod(0o664)
    with pytest.raises(InputError, match="chmod 644"):
        trust(path)


def test_a_place_that_cannot_be_used_is_a_sentence(path: Path) -> None:
    open_signer(path)
    trust_path(path).unlink()
    trust_path(path).mkdir()
    for place in (path, path / "inside" / "a.pem"):
        with pytest.raises(InputError, match="set RAI_SIGNING_KEY"):
            open_signer(place)


def test_a_damaged_trust_file_is_a_sentence(path: Path) -> None:
    open_signer(path)
    trust_path(path).write_bytes(b"{")
    for call in (trust, open_signer):
        with pytest.raises(InputError, match="trust file cannot be used"):
            call(path)
