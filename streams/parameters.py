"""Parameter sets of H.264 and H.265: what of them an MP4 file, a browser and the sidecar must be told. Pure.

The configuration records are those of ISO/IEC 14496-15, the codec strings those of RFC 6381.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from struct import pack

from streams.bits import BitReader, payload

_H264_SPS, _H264_PPS = 7, 8
_HEVC_VPS, _HEVC_SPS, _HEVC_PPS = 32, 33, 34
_WITH_CHROMA = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
"""Profiles of H.264 whose parameter set states chroma format and depth."""


_LARGEST = 16_384
"""Px; no level of either coding has larger pictures."""


class ParameterError(ValueError):
    """A parameter set is damaged, or of a kind that no camera sends."""


@dataclass(frozen=True, slots=True)
class TrackFormat:
    """What a track's pictures are. width, height: px, cropped. mse_codec: as MediaSource must be told.

    entry, configuration: name and content of the box that holds the configuration record. depends on nothing else of
    the stream: two streams of equal format can follow each other in one file.
    """

    codec: str
    mse_codec: str
    width: int
    height: int
    entry: bytes
    configuration: bytes


@dataclass(frozen=True, slots=True)
class _Coding:
    kind: Callable[[bytes], int]
    needed: tuple[int, ...]
    describe: Callable[[Mapping[int, Sequence[bytes]]], TrackFormat]


class ParameterSets:
    """The parameter sets of one stream, as they come: beside the stream or between its pictures."""

    def __init__(self, codec: str) -> None:
        self._coding = _CODINGS[codec]
        self._sets: dict[int, tuple[bytes, ...]] = {}
        self._format: TrackFormat | None = None

    @property
    def format(self) -> TrackFormat | None:
        """What the track is by the newest sets; None until all that are needed have come."""
        return self._format

    def take(self, units: Sequence[bytes]) -> None:
        """Learn from the units of one picture, or of what stands beside the stream. Raises ParameterError."""
        found: dict[int, list[bytes]] = {}
        for unit in units:
            kind = self._coding.kind(unit)
            if kind in self._coding.needed and unit not in found.setdefault(kind, []):
                found[kind].append(unit)
        new = {kind: tuple(sets) for kind, sets in found.items() if self._sets.get(kind) != tuple(sets)}
        if not new:
            return
        sets = self._sets | new
        if all(kind in sets for kind in self._coding.needed):
            try:
                self._format = self._coding.describe(sets)
            except (ValueError, IndexError, struct.error) as error:
                raise ParameterError(f"the parameter sets of the stream cannot be read: {error}") from error
        self._sets = sets


def _h264_kind(unit: bytes) -> int:
    return unit[0] & 0x1F


def _hevc_kind(unit: bytes) -> int:
    return (unit[0] >> 1) & 0x3F


@dataclass(frozen=True, slots=True)
class _Picture:
    """Size and depth that a sequence parameter set states; chroma: 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4."""

    width: int
    height: int
    chroma: int
    luma_bits: int
    chroma_bits: int

    def __post_init__(self) -> None:
        if not (0 < self.width <= _LARGEST and 0 < self.height <= _LARGEST):
            raise ValueError(f"it says that pictures are of {self.width}x{self.height}")
        if not (self.chroma <= 3 and self.luma_bits <= 15 and self.chroma_bits <= 15):
            raise ValueError("it says that pictures have more colours than there are")


def _describe_h264(sets: Mapping[int, Sequence[bytes]]) -> TrackFormat:
    sequence, pictures = sets[_H264_SPS], sets[_H264_PPS]
    head, picture = sequence[0][1:4], _h264_picture(sequence[0])
    record = bytes([1, *head, 0xFF, 0xE0 | len(sequence)]) + _counted(sequence)
    record += bytes([len(pictures)]) + _counted(pictures)
    if head[0] in _WITH_CHROMA:
        record += bytes([0xFC | picture.chroma, 0xF8 | picture.luma_bits - 8, 0xF8 | picture.chroma_bits - 8, 0])
    return TrackFormat("h264", f"avc1.{head.hex()}", picture.width, picture.height, b"avc1", _box(b"avcC", record))


def _h264_picture(unit: bytes) -> _Picture:
    read = BitReader(payload(unit, 1))
    profile = read.bits(8)
    read.bits(16)  # constraints and level
    read.golomb()  # its own id
    chroma, luma_bits, chroma_bits = 1, 8, 8
    if profile in _WITH_CHROMA:
        chroma = read.golomb()
        if chroma == 3:
            read.flag()
        luma_bits, chroma_bits = 8 + read.golomb(), 8 + read.golomb()
        read.flag()
        if read.flag():
            _skip_scaling(read, 8 if chroma != 3 else 12)
    read.golomb()  # frame numbers
    _skip_picture_order(read)
    read.golomb()  # reference frames
    read.flag()
    across, down = read.golomb() + 1, read.golomb() + 1
    rows = 1 if read.flag() else 2  # fields are half as high
    if rows == 2:
        read.flag()
    read.flag()
    left, right, top, bottom = [read.golomb() for _ in range(4)] if read.flag() else [0, 0, 0, 0]
    step_x, step_y = _crop_steps(chroma)
    width, height = across * 16 - step_x * (left + right), rows * (down * 16 - step_y * (top + bottom))
    return _Picture(width, height, chroma, luma_bits, chroma_bits)


def _skip_scaling(read: BitReader, lists: int) -> None:
    for number in range(lists):
        if not read.flag():
            continue
        last, following = 8, 8
        for _ in range(16 if number < 6 else 64):
            if following:
                following = (last + read.signed_golomb()) % 256
            last = following or last


def _skip_picture_order(read: BitReader) -> None:
    kind = read.golomb()
    if kind == 0:
        read.golomb()
    elif kind == 1:
        read.flag()
        read.signed_golomb()
        read.signed_golomb()
        for _ in range(read.golomb()):
            read.signed_golomb()


def _crop_steps(chroma: int) -> tuple[int, int]:
    return (2 if chroma in {1, 2} else 1), (2 if chroma == 1 else 1)


def _describe_hevc(sets: Mapping[int, Sequence[bytes]]) -> TrackFormat:
    unit = sets[_HEVC_SPS][0]
    plain = payload(unit, 2)
    tier, picture = plain[1:13], _hevc_picture(plain)
    record = (
        bytes([1])
        + tier
        + pack(
            ">HBBBBHB",
            0xF000,
            0xFC,
            0xFC | picture.chroma,
            0xF8 | picture.luma_bits - 8,
            0xF8 | picture.chroma_bits - 8,
            0,
            _hevc_layers(plain) | 3,
        )
    )
    record += bytes([3])
    for kind in (_HEVC_VPS, _HEVC_SPS, _HEVC_PPS):
        record += pack(">BH", 0x80 | kind, len(sets[kind])) + _counted(sets[kind])
    return TrackFormat("hevc", _hevc_string(tier), picture.width, picture.height, b"hvc1", _box(b"hvcC", record))


def _hevc_layers(plain: bytes) -> int:
    """Return temporal layers and their nesting, as bits 5..2 of a byte."""
    return (((plain[0] >> 1) & 7) + 1) << 3 | (plain[0] & 1) << 2


def _hevc_string(tier: bytes) -> str:
    """Return the codec string of a general profile, tier and level (ISO/IEC 14496-15, annex E)."""
    space = ("", "A", "B", "C")[tier[0] >> 6]
    compatible = int(f"{int.from_bytes(tier[1:5], 'big'):032b}"[::-1], 2)
    level = f"{'H' if tier[0] & 0x20 else 'L'}{tier[11]}"
    constraints = [f"{byte:X}" for byte in tier[5:11].rstrip(b"\x00")]
    return ".".join([f"hvc1.{space}{tier[0] & 0x1F}", f"{compatible:X}", level, *constraints])


def _hevc_picture(plain: bytes) -> _Picture:
    read = BitReader(plain)
    read.bits(4)
    layers = read.bits(3)
    read.bits(1 + 96)  # nesting; general profile, tier and level
    _skip_layers(read, layers)
    read.golomb()  # its own id
    chroma = read.golomb()
    if chroma == 3:
        read.flag()
    width, height = read.golomb(), read.golomb()
    left, right, top, bottom = [read.golomb() for _ in range(4)] if read.flag() else [0, 0, 0, 0]
    step_x, step_y = _crop_steps(chroma)
    luma_bits, chroma_bits = 8 + read.golomb(), 8 + read.golomb()
    return _Picture(width - step_x * (left + right), height - step_y * (top + bottom), chroma, luma_bits, chroma_bits)


def _skip_layers(read: BitReader, layers: int) -> None:
    present = [(read.flag(), read.flag()) for _ in range(layers)]
    if layers:
        read.bits(2 * (8 - layers))
    for profile, level in present:
        read.bits(88 * profile + 8 * level)


def _counted(units: Sequence[bytes]) -> bytes:
    return b"".join(pack(">H", len(unit)) + unit for unit in units)


def _box(name: bytes, content: bytes) -> bytes:
    return pack(">I4s", 8 + len(content), name) + content


_CODINGS: Mapping[str, _Coding] = {
    "h264": _Coding(_h264_kind, (_H264_SPS, _H264_PPS), _describe_h264),
    "hevc": _Coding(_hevc_kind, (_HEVC_VPS, _HEVC_SPS, _HEVC_PPS), _describe_hevc),
}
