"""Footage on the disk: where a segment lies, and the sidecar that says what it is.

    FOOTAGE/CAMERA/2018-02-21/1519200000000.mp4        a finished segment, playable alone; its day is that of UTC
    FOOTAGE/CAMERA/2018-02-21/1519200000000.json       its sidecar
    FOOTAGE/CAMERA/2018-02-21/1519200010000.part.mp4   the segment that is being written

Here belong names, the sidecar's fields and how they are read and written; writing media is the recorder's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final, Literal

import rfc8785
from pydantic import ConfigDict, TypeAdapter, ValidationError

from streams.errors import SegmentError
from streams.files import replace_file

SUFFIX: Final = ".mp4"
PART_SUFFIX: Final = ".part.mp4"
SIDECAR_SUFFIX: Final = ".json"
DAMAGED_SUFFIX: Final = ".damaged"
"""Of what a crash has left and cannot be finished, because it does not say what it holds."""

_REMEDY: Final = "see `kuraban footage verify`"


class Codec(StrEnum):
    """How the pictures of a segment are coded."""

    H264 = "h264"
    HEVC = "hevc"


class GapCause(StrEnum):
    """Why nothing was recorded before a segment."""

    START = "start"
    RESTART = "restart"
    CRASH = "crash"
    OFFLINE = "offline"
    DISK_FULL = "disk_full"
    STOPPED = "stopped"
    CODEC_CHANGED = "codec_changed"
    SLOW_DISK = "slow_disk"
    CLOCK_SET = "clock_set"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without footage, from `began_ms`, UTC milliseconds, to the beginning of the segment that tells it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    cause: GapCause
    began_ms: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A finished segment: its sidecar. Moments are capture times, UTC milliseconds.

    ended_ms: when its last frame is over, so that a segment that follows without a gap begins there.
    bytes, sha256: of the file as it lies on the disk, hex. mse_codec: what MediaSource must be told.
    timescale: ticks a second of the track. init_bytes: length of ftyp and moov, before any encryption.
    key_frames_ms: increasing, the first is `began_ms`. clock_offset_ms: the camera's clock minus ours.
    gap_before: None where it follows the segment before. held_by: holds that forbid to delete it.
    encryption: how the file is encrypted, None where it is not.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    camera: str
    began_ms: int
    ended_ms: int
    frames: int
    bytes: int
    sha256: str
    codec: Codec
    mse_codec: str
    width: int
    height: int
    timescale: int
    init_bytes: int
    key_frames_ms: tuple[int, ...]
    clock_offset_ms: int | None
    gap_before: Gap | None
    held_by: tuple[int, ...]
    encryption: Mapping[str, str | int] | None
    version: Literal[1] = 1

    def __post_init__(self) -> None:
        if self.ended_ms <= self.began_ms:
            raise ValueError(f"a segment ends after it begins; found {self.began_ms} to {self.ended_ms}")
        if self.key_frames_ms[:1] != (self.began_ms,) or list(self.key_frames_ms) != sorted(set(self.key_frames_ms)):
            raise ValueError("key_frames_ms increases and begins with began_ms")
        if min(self.frames, self.bytes, self.init_bytes, self.width, self.height, self.timescale) <= 0:
            raise ValueError("frames, bytes, init_bytes, width, height and timescale are greater than 0")
        if self.gap_before is not None and self.gap_before.began_ms > self.began_ms:
            raise ValueError("the gap before a segment begins before it")
        if self.encryption is not None and not isinstance(self.encryption.get("plain_bytes"), int):
            raise ValueError("encryption says by plain_bytes how long the segment is without it")

    @property
    def plain_bytes(self) -> int:
        """How long it is without encryption."""
        return self.bytes if self.encryption is None else int(self.encryption["plain_bytes"])


_SEGMENT: Final = TypeAdapter(Segment)


def segment_path(root: Path, camera: str, start_ms: int) -> Path:
    """Return where the segment lies whose first frame was captured at `start_ms`.

    root: the folder of all footage. Raises SegmentError where `camera` is no name of a folder in it.
    """
    day = datetime.fromtimestamp(start_ms // 1000, UTC).date().isoformat()
    return _camera_folder(root, camera) / day / f"{start_ms}{SUFFIX}"


def part_path(path: Path) -> Path:
    """Return the name of a segment while it is being written."""
    return path.with_suffix(PART_SUFFIX)


def start_ms_of(part: Path) -> int:
    """Return when the segment begins that is being written under this name, UTC milliseconds."""
    return int(part.name.removesuffix(PART_SUFFIX))


def sidecar_path(path: Path) -> Path:
    """Return where the sidecar of a segment lies."""
    return path.with_suffix(SIDECAR_SUFFIX)


def sidecar(segment: Segment) -> bytes:
    """Return the content of a segment's sidecar, canonical JSON."""
    return rfc8785.dumps(_SEGMENT.dump_python(segment, mode="json"))


def read_content(content: bytes) -> Segment:
    """Return what the content of a sidecar says. Raises ValueError where it is damaged."""
    return _SEGMENT.validate_json(content, strict=True)


def write_sidecar(root: Path, segment: Segment) -> Path:
    """Write a segment's sidecar in one step, canonical JSON; return the path of the segment. Raises OSError."""
    path = segment_path(root, segment.camera, segment.began_ms)
    replace_file(sidecar_path(path), sidecar(segment))
    return path


def read_sidecar(path: Path) -> Segment:
    """Return what the sidecar of the segment at `path` says; the segment itself is not looked at.

    Raises SegmentError where the sidecar is missing, cannot be read or tells of another segment.
    """
    beside = sidecar_path(path)
    try:
        segment = read_content(beside.read_bytes())
    except OSError as error:
        raise SegmentError(str(beside), f"the sidecar cannot be read ({error.strerror})", _REMEDY) from error
    except ValidationError as error:
        raise SegmentError(str(beside), f"the sidecar is damaged: {_first_fault(error)}", _REMEDY) from error
    if (segment.camera, str(segment.began_ms)) != (path.parent.parent.name, path.stem):
        told = f"{segment.camera}, {segment.began_ms}"
        raise SegmentError(str(beside), f"the sidecar tells of another segment ({told})", _REMEDY)
    return segment


def cameras(root: Path) -> tuple[str, ...]:
    """Return the cameras that have a folder of footage, in the order of their names."""
    return tuple(folder.name for folder in _folders(root))


def files(root: Path, camera: str | None = None) -> Iterator[Path]:
    """Give the finished segments of one camera or of all, camera by camera, each in the order of capture."""
    for name in cameras(root) if camera is None else (camera,):
        for day in _folders(_camera_folder(root, name)):
            yield from sorted(filter(_is_finished, day.iterdir()), key=lambda path: int(path.stem))


def walk(root: Path, camera: str | None = None) -> Iterator[Segment]:
    """Give what the sidecars of all finished segments say, in the order of `files`. Raises SegmentError."""
    return map(read_sidecar, files(root, camera))


def newest(root: Path, camera: str) -> Path | None:
    """Return the finished segment of a camera that was captured last, None where there is none."""
    for day in reversed(_folders(_camera_folder(root, camera))):
        finished = max(filter(_is_finished, day.iterdir()), key=lambda path: int(path.stem), default=None)
        if finished is not None:
            return finished
    return None


def parts(root: Path, camera: str) -> list[Path]:
    """Return the segments of a camera that were being written and have not been finished, in the order of capture."""
    days = _folders(_camera_folder(root, camera))
    return sorted((path for day in days for path in day.glob(f"*{PART_SUFFIX}")), key=start_ms_of)


def newest_part(root: Path, camera: str) -> Path | None:
    """Return the segment that a camera is being recorded into, None where there is none."""
    for day in reversed(_folders(_camera_folder(root, camera))[-2:]):
        found = max(day.glob(f"*{PART_SUFFIX}"), key=start_ms_of, default=None)
        if found is not None:
            return found
    return None


def _camera_folder(root: Path, camera: str) -> Path:
    if not camera or camera.startswith(".") or Path(camera).name != camera:
        raise SegmentError(str(root), f"{camera!r} is no camera's folder", "give the id of a camera of the site file")
    return root / camera


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(folder for folder in parent.iterdir() if folder.is_dir() and not folder.name.startswith("."))


def _is_finished(path: Path) -> bool:
    return path.suffix == SUFFIX and path.stem.isdecimal()


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(map(str, fault["loc"]))
    return f"{place}: {fault['msg']}" if place else fault["msg"]
