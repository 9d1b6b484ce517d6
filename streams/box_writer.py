"""Fragmented MP4 (ISO/IEC 14496-12) of one video track: the boxes of segments and live fragments. Pure.

The first picture is decoded at time 0 and shown at time 0 too: where pictures are sent in another order than they are
shown, an edit list takes off by how much the first one is sent ahead, which is the one use of it that browsers
honour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack
from typing import Final

from streams.parameters import TrackFormat

TIMESCALE: Final = 90_000
"""Ticks a second, those of RTP."""

REMARK: Final = b"krbn"
"""The box of a remark, in the user data of the moov."""

LONGEST: Final = 2**32 - 1
"""Ticks that a picture can be said to last, some 13 hours."""

_MATRIX: Final = pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_BASE_IS_MOOF: Final = 0x020000
_TRUN_FLAGS: Final = 0x000F01  # data offset; duration, size, flags and composition offset of each sample
_KEY_FLAGS: Final = 0x02000000  # depends on no other
_OTHER_FLAGS: Final = 0x01010000  # depends on others, and is no place to begin at


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture of a fragment: its bytes as MP4 packs them.

    duration, shown_after: ticks; the latter from decode time.
    """

    data: bytes
    is_key: bool
    duration: int
    shown_after: int


def box(name: bytes, *content: bytes) -> bytes:
    """Return a box."""
    body = b"".join(content)
    return pack(">I4s", 8 + len(body), name) + body


def initialisation(track: TrackFormat, ahead: int = 0, remark: bytes = b"") -> bytes:
    """Return ftyp and moov.

    ahead: ticks from decoding the first picture to showing it. remark: user data for whoever repairs the file;
    players take no heed of it.
    """
    return box(b"ftyp", pack(">4sI", b"iso6", 0), b"iso6mp41") + box(
        b"moov",
        _full(
            b"mvhd", 0, 0, pack(">IIIIIH10x", 0, 0, TIMESCALE, 0, 0x10000, 0x100), _MATRIX, bytes(24), pack(">I", 2)
        ),
        _trak(track, ahead),
        box(b"mvex", _full(b"trex", 0, 0, pack(">IIIII", 1, 1, 0, 0, 0))),
        box(b"udta", box(REMARK, remark)) if remark else b"",
    )


def fragment(number: int, decoded_at: int, pieces: Sequence[Piece]) -> bytes:
    """Return moof and mdat. number: from 1; decoded_at: decode time of the first picture, ticks."""
    table = b"".join(
        pack(
            ">IIIi", piece.duration, len(piece.data), _KEY_FLAGS if piece.is_key else _OTHER_FLAGS, piece.shown_after
        )
        for piece in pieces
    )
    head = _moof(number, decoded_at, len(pieces), table, 0)
    head = _moof(number, decoded_at, len(pieces), table, len(head) + 8)
    return head + box(b"mdat", *(piece.data for piece in pieces))


def _moof(number: int, decoded_at: int, count: int, table: bytes, data_offset: int) -> bytes:
    return box(
        b"moof",
        _full(b"mfhd", 0, 0, pack(">I", number)),
        box(
            b"traf",
            _full(b"tfhd", 0, _BASE_IS_MOOF, pack(">I", 1)),
            _full(b"tfdt", 1, 0, pack(">Q", decoded_at)),
            _full(b"trun", 1, _TRUN_FLAGS, pack(">Ii", count, data_offset), table),
        ),
    )


def _trak(track: TrackFormat, ahead: int) -> bytes:
    size = pack(">II", track.width << 16, track.height << 16)
    return box(
        b"trak",
        _full(b"tkhd", 0, 3, pack(">IIIII8xhhhH", 0, 0, 1, 0, 0, 0, 0, 0, 0), _MATRIX, size),
        box(b"edts", _full(b"elst", 0, 0, pack(">IIiI", 1, 0, ahead, 0x10000))) if ahead else b"",
        box(
            b"mdia",
            _full(b"mdhd", 0, 0, pack(">IIIIHH", 0, 0, TIMESCALE, 0, 0x55C4, 0)),  # no language
            _full(b"hdlr", 0, 0, pack(">I4s12x", 0, b"vide"), b"video\x00"),
            box(
                b"minf",
                _full(b"vmhd", 0, 1, bytes(8)),
                box(b"dinf", _full(b"dref", 0, 0, pack(">I", 1), _full(b"url ", 0, 1))),
                _stbl(track),
            ),
        ),
    )


def _stbl(track: TrackFormat) -> bytes:
    entry = box(
        track.entry,
        pack(">6xH16xHHIIIH32xHh", 1, track.width, track.height, 0x480000, 0x480000, 0, 1, 0x18, -1),
        track.configuration,
    )
    return box(
        b"stbl",
        _full(b"stsd", 0, 0, pack(">I", 1), entry),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )


def _full(name: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return box(name, pack(">I", version << 24 | flags), *content)
