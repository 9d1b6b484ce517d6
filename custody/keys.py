"""Key files: made here, readable by their owner only, and never shipped. What is signed with them is `signing`.

A key lies in a folder as ID.pem (PKCS #8, not encrypted), under the id by which its signatures name it. Files of keys
that are no longer in force are left where they are.
"""

from __future__ import annotations

import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from custody.errors import KeyFileError
from custody.files import OWNER_ONLY, replace_file
from custody.note import SigningKey


def make_key(folder: Path, name: str) -> SigningKey:
    """Make a new key and bring it to the disk. Raises OSError where the folder cannot be written to."""
    key = SigningKey(name, Ed25519PrivateKey.generate())
    content = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(_path(folder, key.verifier.key_id), content, OWNER_ONLY)
    return key


def load_key(folder: Path, name: str, key_id: bytes) -> SigningKey:
    """Return the key that a ledger names. Raises KeyFileError, with what to do, where it cannot be used."""
    path = _path(folder, key_id)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        private = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyFileError(
            f"{path} is missing, and the ledger is signed with this key: bring it back, or name its folder by --keys"
        ) from error
    except ValueError as error:
        raise KeyFileError(f"{path} is no key file: {error}; bring back the one that was there") from error
    if mode & 0o077:
        raise KeyFileError(f"{path} can be read by others (mode {mode:o}): chmod 600 it, and rotate the key")
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is no Ed25519 key; bring back the one that was there")
    key = SigningKey(name, private)
    if key.verifier.key_id != key_id:
        raise KeyFileError(f"{path} holds another key, {key.verifier.text()}; bring back the one that was there")
    return key


def _path(folder: Path, key_id: bytes) -> Path:
    return folder / f"{key_id.hex()}.pem"
