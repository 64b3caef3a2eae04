"""The content store: bytes kept under their own SHA-256, so that what was reviewed can be read again as it was."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from rai.digests import sha256, sha256_file
from rai.errors import InputError
from rai.files import make_folder, write_whole


@dataclass(frozen=True, slots=True)
class ContentStore:
    """A folder of files named by their SHA-256.

    Attributes
    ----------
    root
        The folder; made when first written to.
    """

    root: Path

    def path(self, digest: str) -> Path:
        """Where the bytes with this digest lie, whether they are there or not."""
        return self.root / digest[:2] / digest

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its digest; keeping it twice changes nothing.

        Raises
        ------
        RaiError
            If it cannot be kept, for example because the disk is full; then nothing is left behind.
        """
        digest = sha256(data)
        target = self.path(digest)
        if not target.exists():
            make_folder(target.parent)
            # A folder whose group is handed down (setgid) is shared with it: app and worker may be different users.
            shared = target.parent.stat().st_mode & stat.S_ISGID
            write_whole(target, data, mode=0o640 if shared else 0o600)
        return digest

    def put_file(self, path: Path) -> str:
        """Keep the bytes of a file and return their digest."""
        return self.put(path.read_bytes())

    def get(self, digest: str) -> bytes:
        """Read the bytes back, checking that they still have this digest.

        Raises
        ------
        InputError
            If they are missing or have changed.
        """
        target = self.path(digest)
        if not target.is_file():
            raise InputError(
                f"Sealed bytes {digest[:12]} are missing from the content store. Restore it from a backup."
            )
        data = target.read_bytes()
        if sha256(data) != digest:
            raise InputError(f"Sealed bytes {digest[:12]} have been changed in the content store. Restore a backup.")
        return data

    def intact(self, digest: str) -> bool:
        """True if the bytes are there and unchanged."""
        target = self.path(digest)
        return target.is_file() and sha256_file(target) == digest
