"""A reader that is too slow loses packets from the queue, whole groups of them, and is told how many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import pytest

from streams import SourceOptions
from streams.connection import Arrived, CameraFeed, Connection
from streams.tap import Tap

MakeClip = Callable[..., Path]


@pytest.fixture
def silent_connection() -> Iterator[Connection]:
    """Give a connection whose camera never answers, so that the test alone puts packets into it."""
    ended = threading.Event()

    def opener() -> CameraFeed:
        ended.wait(20)
        raise av.error.TimeoutError(110, "no answer")

    yield Connection(opener, "rtsp://cam/main", replace(SourceOptions(), queue_packets=5), Tap())
    ended.set()


def arrived(connection: Connection) -> list[Arrived]:
    found = []
    while isinstance(message := connection.next(0.01), Arrived):
        found.append(message)
    return found


def test_a_full_queue_drops_up_to_the_next_key_frame_and_counts(
    make_clip: MakeClip, silent_connection: Connection
) -> None:
    with av.open(str(make_clip("day.mp4", frames=40, g="10", bf="0"))) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for number, packet in enumerate(packets[:13]):
        silent_connection._take(packet, number, None)
    first = arrived(silent_connection)
    for number, packet in enumerate(packets[13:24]):
        silent_connection._take(packet, 13 + number, None)
    second = arrived(silent_connection)
    assert [message.arrival_ms for message in first] == [0, 1, 2, 3, 4]
    assert [message.arrival_ms for message in second] == [20, 21, 22, 23]
    assert second[0].packet.is_keyframe
    assert [message.dropped for message in first + second] == [0] * 5 + [15] + [0] * 3
