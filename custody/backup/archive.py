"""A backup as a stream of bytes: a tar archive whose first member says what the others must be.

    manifest.json   version, program, site, when it was begun, the ledger's size and root, and every part's digest
    PART ...        in the order of the manifest

Nothing is believed that the manifest does not name: a part more, less, elsewhere, or with another digest is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, Self, cast

from custody.entries import utc_ms, utc_text
from custody.errors import BackupError
from custody.ledger import Head

VERSION: Final = 1
MANIFEST: Final = "manifest.json"
_MOST_MANIFEST_BYTES: Final = 1 << 20
_COPY_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name below the data folder, with `/`, its length, SHA-256 in hex, and permission bits."""

    name: str
    bytes: int
    sha256: str
    mode: int

    def __post_init__(self) -> None:
        path = PurePosixPath(self.name)
        if path.is_absolute() or ".." in path.parts or str(path) != self.name or self.name in {".", MANIFEST}:
            raise ValueError(f"{self.name!r} is no name below the data folder")
        if not 0 <= self.mode <= 0o777 or self.bytes < 0:
            raise ValueError(f"{self.name}: {self.bytes} bytes with mode {self.mode} is no file")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds.

    program: name and version that made it. begun_at_ms: UTC milliseconds; whatever was acknowledged before is in it.
    ledger: what the ledger in it amounts to.
    """

    program: str
    site: str
    begun_at_ms: int
    ledger: Head
    parts: tuple[Part, ...]

    @property
    def total_bytes(self) -> int:
        """Return how large its parts are together."""
        return sum(part.bytes for part in self.parts)

    def text(self) -> str:
        """Return the manifest."""
        ledger = {"size": self.ledger.size, "root": self.ledger.root.hex()}
        content = {
            "v": VERSION,
            "program": self.program,
            "site": self.site,
            "begun_at": utc_text(self.begun_at_ms),
            "ledger": ledger,
            "parts": [asdict(part) for part in self.parts],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Read a manifest. Raises ValueError, KeyError or TypeError where it is none."""
        content = json.loads(text)
        if content["v"] != VERSION:
            raise ValueError(f"it is of version {content['v']}; this program reads version {VERSION}")
        ledger = Head(int(content["ledger"]["size"]), bytes.fromhex(content["ledger"]["root"]))
        parts = tuple(Part(**part) for part in content["parts"])
        if len({part.name for part in parts}) != len(parts):
            raise ValueError("it names a part twice")
        return cls(str(content["program"]), str(content["site"]), utc_ms(content["begun_at"]), ledger, parts)


def part_of(name: str, file: Path, mode: int) -> Part:
    """Return the description of a file that lies still."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Part(name, file.stat().st_size, digest, mode)


def pack(target: IO[bytes], contents: Contents, files: Mapping[str, Path]) -> None:
    """Write a backup. files: where each part lies."""
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        manifest = contents.text().encode()
        tar.addfile(_member(MANIFEST, len(manifest), 0o600, contents), io.BytesIO(manifest))
        for part in contents.parts:
            with files[part.name].open("rb") as file:
                tar.addfile(_member(part.name, part.bytes, part.mode, contents), file)


Take = Callable[[Part, Iterator[bytes]], None]
"""Is given a part and its bytes, which it goes through to their end."""


def unpack(source: IO[bytes], take: Take) -> Contents:
    """Read a backup to its end, and give every part to `take`; return what it holds.

    Raises BackupError where it is not what was written. The parts before were then given already.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            contents = _manifest(tar)
            for part in contents.parts:
                _give(tar, part, take)
            if tar.next() is not None:
                raise BackupError("it has a part more than its manifest names")
        while source.read(_COPY_BYTES):  # what pads it: an encrypted one is whole only if its last chunk is
            pass
    except tarfile.TarError as error:
        raise BackupError(f"it is not what was written: {error}") from error
    return contents


def _manifest(tar: tarfile.TarFile) -> Contents:
    member = tar.next()
    if member is None or member.name != MANIFEST or member.size > _MOST_MANIFEST_BYTES:
        raise BackupError(f"it is no backup of Kuraban: expected a tar archive that begins with {MANIFEST}")
    try:
        return Contents.read(_stream(tar, member).read())
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"its {MANIFEST} cannot be read: {error}") from error


def _give(tar: tarfile.TarFile, part: Part, take: Take) -> None:
    member = tar.next()
    if member is None or member.name != part.name or not member.isreg() or member.size != part.bytes:
        raise BackupError(f"it is not what was written: {part.name} is missing, or another file stands in its place")
    digest = hashlib.sha256()
    take(part, _blocks(_stream(tar, member), digest.update))
    if digest.hexdigest() != part.sha256:
        raise BackupError(f"it is not what was written: {part.name} has another digest than its manifest names")


def _blocks(stream: IO[bytes], each: Callable[[bytes], None]) -> Iterator[bytes]:
    while block := stream.read(_COPY_BYTES):
        each(block)
        yield block


def _stream(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    return cast("IO[bytes]", tar.extractfile(member))


def _member(name: str, length: int, mode: int, contents: Contents) -> tarfile.TarInfo:
    member: Any = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = length, mode, contents.begun_at_ms // 1000
    return cast("tarfile.TarInfo", member)
