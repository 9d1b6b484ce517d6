"""What the bytes of a coded picture say without decoding it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

_H264_SLICES = range(1, 6)


class H264Headers:
    """Reads the one-byte headers of H.264 units, in either of the two ways in which they are packed.

    extradata: the stream's configuration record. It begins with 1 where every unit is preceded by its
    length (mp4, mkv), and is a plain byte stream with start codes else (RTSP, ts, avi).
    """

    def __init__(self, extradata: bytes | None) -> None:
        configured = extradata is not None and len(extradata) > 4 and extradata[0] == 1
        self._length_bytes = (extradata[4] & 3) + 1 if configured and extradata is not None else None

    def is_disposable(self, packet: bytes) -> bool:
        """Tell whether no other picture is predicted from this one; leaving it out then changes no other."""
        for header in self._headers(packet):
            if header & 0x1F in _H264_SLICES:
                return header & 0x60 == 0
        return False

    def _headers(self, packet: bytes) -> Iterator[int]:
        return self._by_length(packet, self._length_bytes) if self._length_bytes else _by_start_code(packet)

    @staticmethod
    def _by_length(packet: bytes, length_bytes: int) -> Iterator[int]:
        at = 0
        while at + length_bytes < len(packet):
            length = int.from_bytes(packet[at : at + length_bytes], "big")
            yield packet[at + length_bytes]
            at += length_bytes + length


def _by_start_code(packet: bytes) -> Iterator[int]:
    at = packet.find(b"\x00\x00\x01")
    while 0 <= at < len(packet) - 3:
        yield packet[at + 3]
        at = packet.find(b"\x00\x00\x01", at + 3)
