"""The one zip that a package has: the same files always give the same bytes. Pure.

Stored and not compressed, names in the order of their bytes, no time, no comment, nothing that a program may choose.
So whoever has a zip can take it apart, pack it again and compare: any byte that differs was changed by somebody.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from custody.errors import EvidenceError

ZIP: Final = "the zip"
"""What a finding about no file of its own is about."""

_HEADER: Final = struct.Struct("<IHHHHHIIIHH")
_DIRECTORY: Final = struct.Struct("<IHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<IHHHHIIH")
_HEADER_MAGIC, _DIRECTORY_MAGIC, _END_MAGIC = 0x04034B50, 0x02014B50, 0x06054B50
_LINE_BEGINS: Final = _DIRECTORY_MAGIC.to_bytes(4, "little")
_LINE: Final = "its line in the directory"
_VERSION: Final = 20
_UTF_8: Final = 0x0800
_STORED: Final = 0
_NO_TIME, _NO_DATE = 0, 0x0021  # midnight of 1 January 1980, the first moment that a zip can state
_MOST_BYTES, _MOST_FILES = 0xFFFF_FFFF, 0xFFFF


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a zip. what: said of it in findings. file: whose it is, or ZIP."""

    file: str
    what: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    encoded: bytes
    checksum: int
    size: int
    offset: int

    def header(self) -> bytes:
        fixed = (_VERSION, _UTF_8, _STORED, _NO_TIME, _NO_DATE, self.checksum, self.size, self.size)
        return _HEADER.pack(_HEADER_MAGIC, *fixed, len(self.encoded), 0) + self.encoded

    def directory(self) -> bytes:
        fixed = (_VERSION, _VERSION, _UTF_8, _STORED, _NO_TIME, _NO_DATE, self.checksum, self.size, self.size)
        lengths = (len(self.encoded), 0, 0, 0, 0, 0)
        return _DIRECTORY.pack(_DIRECTORY_MAGIC, *fixed, *lengths, self.offset) + self.encoded


def pack(files: Mapping[str, bytes]) -> Iterator[Piece]:
    """Give the zip of these files piece by piece, one file in memory at a time.

    Raises EvidenceError where they are more than a zip of the plain form holds: 4 GiB or 65,535 files.
    """
    members: list[_Member] = []
    offset = 0
    for name in sorted(files, key=str.encode):
        content = files[name]
        member = _Member(name, name.encode(), zlib.crc32(content), len(content), offset)
        header = member.header()
        offset += len(header) + len(content)
        members.append(member)
        _expect_room(offset, len(members))
        yield Piece(name, "its header", header)
        yield Piece(name, "its content", content)
    directory = b"".join(member.directory() for member in members)
    _expect_room(offset + len(directory), len(members))
    for member in members:
        yield Piece(member.name, _LINE, member.directory())
    end = _END.pack(_END_MAGIC, 0, 0, len(members), len(members), len(directory), offset, 0)
    yield Piece(ZIP, "its end", end)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip that `pack` made, by the headers before each, unchecked.

    Where a header was damaged they end early; `difference` then says where.
    """
    files: dict[str, bytes] = {}
    at = 0
    while at + _HEADER.size <= len(data):
        magic, *_, size, name_bytes, _ = _HEADER.unpack_from(data, at)
        begin = at + _HEADER.size + name_bytes
        if magic != _HEADER_MAGIC or begin + size > len(data):
            break
        name = data[at + _HEADER.size : begin].decode(errors="replace")
        files[name] = data[begin : begin + size]
        at = begin + size
    return files


def difference(data: bytes, files: Mapping[str, bytes]) -> Piece | None:
    """Return the first piece of the zip of these files in which `data` differs from it, None where it is that zip."""
    at = 0
    for piece in pack(files):
        end = at + len(piece.data)
        if data[at:end] != piece.data:
            # Where a header was damaged, `files` ends early and the directory is expected in the middle.
            broken_off = piece.what == _LINE and not data.startswith(_LINE_BEGINS, at)
            return Piece(ZIP, f"what begins at byte {at}, no file and no directory,", b"") if broken_off else piece
        at = end
    return Piece(ZIP, f"what lies behind its end, {len(data) - at} bytes,", b"") if at < len(data) else None


def _expect_room(size: int, members: int) -> None:
    if size > _MOST_BYTES or members > _MOST_FILES:
        raise EvidenceError(
            "the package has more than 4 GiB or 65,535 files: ask for a shorter stretch, or for several"
        )
