"""What the bytes of a coded picture say without decoding it, and how its units are packed. Pure.

Units are packed in one of two ways: each preceded by its length (mp4, mkv), which a configuration record as
extradata tells, or as a plain byte stream with start codes (RTSP, ts, avi).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_H264_SLICES = range(1, 6)
_LENGTH_BYTES = 4


def length_bytes(codec: str, extradata: bytes | None) -> int | None:
    """Return how many bytes the length before each unit has; None where units follow start codes.

    codec: `h264` or `hevc`. extradata: what FFmpeg says beside the stream.
    """
    at = 4 if codec == "h264" else 21
    if extradata is None or len(extradata) <= at or extradata[0] != 1:
        return None
    return (extradata[at] & 3) + 1


def units(packet: bytes, length_bytes: int | None) -> list[bytes]:
    """Return the units of a packet, without what packs them."""
    split = _by_start_code(packet) if length_bytes is None else _by_length(packet, length_bytes)
    return [unit for unit in split if unit]


def packed(units: Sequence[bytes]) -> bytes:
    """Return units as an MP4 file holds them, each preceded by its length in four bytes."""
    return b"".join(part for unit in units for part in (len(unit).to_bytes(_LENGTH_BYTES, "big"), unit))


def configured_units(codec: str, extradata: bytes | None) -> list[bytes]:
    """Return the parameter sets that stand beside the stream, out of a configuration record or a byte stream."""
    if not extradata:
        return []
    if length_bytes(codec, extradata) is None:
        return units(extradata, None)
    return list(_of_avc_record(extradata) if codec == "h264" else _of_hevc_record(extradata))


class H264Headers:
    """Reads the one-byte headers of H.264 units, in either of the two ways in which they are packed.

    extradata: the stream's configuration record. It begins with 1 where every unit is preceded by its
    length (mp4, mkv), and is a plain byte stream with start codes else (RTSP, ts, avi).
    """

    def __init__(self, extradata: bytes | None) -> None:
        self._length_bytes = length_bytes("h264", extradata)

    def is_disposable(self, packet: bytes) -> bool:
        """Tell whether no other picture is predicted from this one; leaving it out then changes no other."""
        for unit in units(packet, self._length_bytes):
            if unit[0] & 0x1F in _H264_SLICES:
                return unit[0] & 0x60 == 0
        return False


def _by_length(packet: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at + length_bytes < len(packet):
        begins = at + length_bytes
        at = begins + int.from_bytes(packet[at:begins], "big")
        yield packet[begins:at]


def _by_start_code(packet: bytes) -> Iterator[bytes]:
    at = packet.find(b"\x00\x00\x01")
    while at >= 0:
        following = packet.find(b"\x00\x00\x01", at + 3)
        # A unit never ends with a zero byte; such bytes belong to the start code that follows (H.264, 7.4.1).
        yield packet[at + 3 : following if following >= 0 else len(packet)].rstrip(b"\x00")
        at = following


def _of_avc_record(record: bytes) -> Iterator[bytes]:
    at = 5
    for mask in (0x1F, 0xFF):  # sequence parameter sets, then picture parameter sets
        count, at = (record[at] & mask if at < len(record) else 0), at + 1
        for _ in range(count):
            length = int.from_bytes(record[at : at + 2], "big")
            yield record[at + 2 : at + 2 + length]
            at += 2 + length


def _of_hevc_record(record: bytes) -> Iterator[bytes]:
    at = 23
    for _ in range(record[22] if len(record) > 22 else 0):
        count, at = int.from_bytes(record[at + 1 : at + 3], "big"), at + 3
        for _ in range(count):
            length = int.from_bytes(record[at : at + 2], "big")
            yield record[at + 2 : at + 2 + length]
            at += 2 + length
