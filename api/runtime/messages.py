"""What passes between cameras and core: frozen records, and the bytes of each on a Unix socket.

A message is two lengths, a JSON object with its `type`, and a payload that may be empty:

    header length (4 bytes, big endian) | payload length (4 bytes) | header | payload
"""

from __future__ import annotations

import json
import struct
from asyncio import IncompleteReadError, StreamReader
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Final

from api.runtime.office import CameraState, ChunkKind, LiveChunk, Snapshot
from custody.drills import Drill
from custody.records.observations import observation_body, read_observation
from streams.recording import RecorderState
from streams.segments import Segment, read_content, sidecar
from vision.types import Observation

LARGEST_HEADER: Final = 4 << 20
LARGEST_PAYLOAD: Final = 64 << 20
_LENGTHS: Final = struct.Struct("!II")


class MalformedMessageError(Exception):
    """What came is no message: of another version of the program, or not from it at all."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of a camera's process.

    site: digest of the site file that it goes by. model: what its verdicts rest on: model, digest, back end.
    """

    camera: str
    pid: int
    site: str
    model: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a camera says at one moment."""

    observation: Observation


@dataclass(frozen=True, slots=True)
class Report:
    """How a camera fares, as far as its own process knows; told every second."""

    state: CameraState


@dataclass(frozen=True, slots=True)
class Live:
    """A piece of the live stream."""

    chunk: LiveChunk


@dataclass(frozen=True, slots=True)
class Picture:
    """The answer to TakePicture: the newest picture, or why there is none."""

    snapshot: Snapshot | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A segment of footage has its name."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class Watch:
    """From the core: whether anybody watches the live stream."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class GoBy:
    """From the core: the site file that is in force from now on, with whatever passwords stand in it."""

    content: bytes


@dataclass(frozen=True, slots=True)
class TakePicture:
    """From the core: the newest picture is wanted."""


@dataclass(frozen=True, slots=True)
class Reload:
    """From `kuraban reload`: read the site file again."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The answer to Reload: what has changed, or what is wrong with the site file."""

    changed: Mapping[str, Any]
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class BeginDrill:
    """From `kuraban drill`: begin one."""

    drill: Drill


@dataclass(frozen=True, slots=True)
class DrillBegun:
    """The answer to BeginDrill. failure: why it was not begun; how it ends, the ledger says."""

    failure: str | None = None


Request = Reload | BeginDrill
Answer = Reloaded | DrillBegun

Message = Hello | Seen | Report | Live | Picture | Finished | GoBy | Watch | TakePicture | Request | Answer

Header = Mapping[str, Any]


def pack(message: Message) -> bytes:
    """Return the bytes of a message."""
    fields, payload = _fields(message)
    header = json.dumps({"type": type(message).__name__, **fields}, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(header), len(payload)) + header + payload


def read(stream: BinaryIO) -> Message | None:
    """Read the next message, waiting for it; None at the end. Raises MalformedMessageError, OSError."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    header_bytes, payload_bytes = _sizes(lengths)
    rest = stream.read(header_bytes + payload_bytes)
    return None if len(rest) < header_bytes + payload_bytes else _message(rest[:header_bytes], rest[header_bytes:])


async def receive(stream: StreamReader) -> Message | None:
    """Do the same in an event loop."""
    try:
        header_bytes, payload_bytes = _sizes(await stream.readexactly(_LENGTHS.size))
        header = await stream.readexactly(header_bytes)
        return _message(header, await stream.readexactly(payload_bytes))
    except (IncompleteReadError, ConnectionError):
        return None


def _sizes(lengths: bytes) -> tuple[int, int]:
    header_bytes, payload_bytes = _LENGTHS.unpack(lengths)
    if header_bytes > LARGEST_HEADER or payload_bytes > LARGEST_PAYLOAD:
        raise MalformedMessageError(f"a message of {header_bytes} and {payload_bytes} bytes is too large")
    return header_bytes, payload_bytes


def _fields(message: Message) -> tuple[Header, bytes]:
    match message:
        case Seen(seen):
            at = {"camera": seen.camera, "at_ms": seen.captured_at_ms}
            return {**at, "body": observation_body(seen)}, b""
        case Live(chunk):
            told = {"kind": chunk.kind, "key": chunk.key, "at_ms": chunk.captured_at_ms, "codec": chunk.codec}
            return told, chunk.data
        case Finished(segment):
            return {}, sidecar(segment)
        case GoBy(content):
            return {}, content
        case Picture(snapshot, reason):
            at_ms, jpeg = (None, b"") if snapshot is None else (snapshot.captured_at_ms, snapshot.jpeg)
            return {"reason": reason, "at_ms": at_ms}, jpeg
        case _:
            return asdict(message), b""


def _message(header: bytes, payload: bytes) -> Message:
    try:
        fields = json.loads(header)
        return _READERS[fields.pop("type")](fields, payload)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise MalformedMessageError(f"a message cannot be read: {error!r}") from error


def _seen(fields: Header, _payload: bytes) -> Seen:
    return Seen(read_observation(fields["camera"], fields["at_ms"], fields["body"]))


def _report(fields: Header, _payload: bytes) -> Report:
    state = fields["state"]
    return Report(CameraState(**{**state, "recorder": RecorderState(state["recorder"])}))


def _live(fields: Header, payload: bytes) -> Live:
    return Live(LiveChunk(ChunkKind(fields["kind"]), payload, fields["key"], fields["at_ms"], fields["codec"]))


def _picture(fields: Header, payload: bytes) -> Picture:
    at_ms = fields["at_ms"]
    return Picture(None if at_ms is None else Snapshot(payload, at_ms), fields["reason"])


_READERS: Final[Mapping[str, Callable[[Header, bytes], Message]]] = {
    "Hello": lambda fields, _: Hello(**fields),
    "Seen": _seen,
    "Report": _report,
    "Live": _live,
    "Picture": _picture,
    "Finished": lambda _, payload: Finished(read_content(payload)),
    "GoBy": lambda _, payload: GoBy(payload),
    "Watch": lambda fields, _: Watch(**fields),
    "TakePicture": lambda fields, _: TakePicture(**fields),
    "BeginDrill": lambda fields, _: BeginDrill(Drill(**fields["drill"])),
    "DrillBegun": lambda fields, _: DrillBegun(**fields),
    "Reload": lambda fields, _: Reload(**fields),
    "Reloaded": lambda fields, _: Reloaded(**fields),
}
