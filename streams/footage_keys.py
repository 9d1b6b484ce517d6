"""The keys with which footage is encrypted: files of 64 hex digits, and how they are found from the footage.

Footage may lie on another disk than its key. `FOOTAGE/.keys/ID` is a symbolic link to the file of the key with that
id, so whoever has the folder and may read the key can read the footage, and who has the folder alone can not.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from streams.errors import FootageKeyError
from streams.files import sync_folder

FOLDER: Final = ".keys"
ID_BYTES: Final = 8
_SECRET_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class FootageKey:
    """A key. id: 16 hex digits, which tell nothing of the secret."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Return the key with a secret of 32 bytes."""
        return cls(hashlib.sha256(b"kuraban footage key" + secret).digest()[:ID_BYTES].hex(), secret)


def introduce_key(root: Path, path: Path) -> FootageKey:
    """Return the key in a file, made where there is none, and let it be found from the footage below `root`.

    Several processes may do so at once. Raises FootageKeyError, and OSError where a folder cannot be written to.
    """
    if not path.exists():
        _make(path)
    key = load_key(path)
    link = root / FOLDER / key.id
    if not link.is_symlink() or link.readlink() != path.absolute():
        link.parent.mkdir(parents=True, exist_ok=True)
        temporary = link.with_name(f".{key.id}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(path.absolute())
        temporary.replace(link)
        sync_folder(link.parent)
    return key


def key_ids(root: Path) -> list[str]:
    """Return the ids of the keys with which footage below `root` was encrypted."""
    links = root / FOLDER
    return sorted(link.name for link in links.iterdir() if not link.name.startswith(".")) if links.is_dir() else []


def find_key(root: Path, key_id: str) -> FootageKey:
    """Return the key of that id, with which footage below `root` was encrypted. Raises FootageKeyError."""
    key = load_key(root / FOLDER / key_id)
    if key.id != key_id:
        raise FootageKeyError(
            str(root / FOLDER / key_id),
            f"it leads to the key {key.id}",
            "bring back the file of the key that was there",
        )
    return key


def load_key(path: Path) -> FootageKey:
    """Return the key in a file. Raises FootageKeyError."""
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise FootageKeyError(
            str(path),
            f"the key of the footage cannot be read ({reason})",
            "bring the file back; nothing can replace it",
        ) from error
    if mode & 0o077:
        raise FootageKeyError(str(path), f"the key can be read by others (mode {mode:o})", f"chmod 600 {path}")
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise FootageKeyError(str(path), "it is no key: 64 hex digits are", "make one with: openssl rand -hex 32")
    return FootageKey.of(secret)


def _make(path: Path) -> None:
    """Make a key where nobody else has made one meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        os.write(handle, secrets.token_hex(_SECRET_BYTES).encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    sync_folder(path.parent)
