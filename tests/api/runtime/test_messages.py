"""What passes between cameras and core comes out as it went in, however it is cut up on the way."""

from __future__ import annotations

import asyncio
import io
import struct
from dataclasses import replace

import pytest

from api.runtime.messages import (
    LARGEST_PAYLOAD,
    GoBy,
    Hello,
    Live,
    MalformedMessageError,
    Message,
    Picture,
    Reload,
    Reloaded,
    Report,
    Seen,
    TakePicture,
    Watch,
    pack,
    read,
    receive,
)
from api.runtime.office import CameraState, ChunkKind, LiveChunk, Snapshot
from custody.records.observations import says_the_same
from streams.recording import RecorderState
from tests.api.runtime.builders import NOW_MS, counter

STATE = CameraState(
    "counter",
    online=True,
    fps=14.9,
    width=1280,
    height=720,
    codec="avc1.640028",
    last_frame_at_ms=NOW_MS,
    dropped=3,
    recorder=RecorderState.STOPPED,
    recorder_reason="the disk is full",
    clock_offset_ms=-120,
)
MESSAGES: tuple[Message, ...] = (
    Hello("counter", 4711, "5e1f", {"model": "kuraban_office", "model_digest": "9f", "backend": None}),
    Report(STATE),
    Live(LiveChunk(ChunkKind.INIT, b"\x00ftyp\xff", key=True, captured_at_ms=NOW_MS, codec="avc1.640028")),
    Live(LiveChunk(ChunkKind.FRAGMENT, b"moof", key=False, captured_at_ms=NOW_MS)),
    Picture(Snapshot(b"\xff\xd8\xff", NOW_MS)),
    Picture(None, "it has sent no picture yet"),
    Watch(wanted=True),
    TakePicture(),
    GoBy("site: {id: 鶴見}".encode()),
    Reload(),
    Reloaded({"cameras": ["vault"]}),
    Reloaded({}, "the site file cannot be used"),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert read(io.BytesIO(pack(message))) == message


def test_an_observation_is_read_to_the_last_bit() -> None:
    sent = counter(NOW_MS)
    got = read(io.BytesIO(pack(Seen(sent))))
    assert isinstance(got, Seen)
    assert (got.observation.camera, got.observation.captured_at_ms) == ("counter", NOW_MS)
    assert says_the_same(got.observation, sent)
    assert got.observation.tracks.xyxy.tobytes() == sent.tracks.xyxy.tobytes()
    assert got.observation.tracks.score.tobytes() == sent.tracks.score.tobytes()


def test_messages_come_one_by_one_whatever_pieces_the_socket_gives() -> None:
    async def run() -> list[Message]:
        stream = asyncio.StreamReader()
        for byte in b"".join(map(pack, MESSAGES)):
            stream.feed_data(bytes([byte]))
        stream.feed_eof()
        found = []
        while (message := await receive(stream)) is not None:
            found.append(message)
        return found

    assert asyncio.run(run()) == list(MESSAGES)


@pytest.mark.parametrize("kept", [3, 8, 30])
def test_a_message_that_breaks_off_is_the_end(kept: int) -> None:
    assert read(io.BytesIO(pack(MESSAGES[0])[:kept])) is None


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack("!II", 2, LARGEST_PAYLOAD + 1) + b"{}",
        struct.pack("!II", 2, 0) + b"{}",
        struct.pack("!II", 17, 0) + b'{"type": "Other"}',
        struct.pack("!II", 4, 0) + b"GET ",
        struct.pack("!II", 15, 0) + b'{"type": "Seen"',
    ],
)
def test_what_is_no_message_is_refused_and_never_guessed_at(sent: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        read(io.BytesIO(sent))


def test_what_the_core_adds_is_not_told_by_a_camera() -> None:
    told = read(io.BytesIO(pack(Report(replace(STATE, online=False, reason="no route to it")))))
    assert isinstance(told, Report)
    assert (told.state.late, told.state.restarts, told.state.reason) == (0, 0, "no route to it")
