"""An office whose camera `counter` shows a sample clip, again and again, as a live camera would."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np

from api.runtime.office import CameraState, ChunkKind, LiveChunk, Snapshot
from api.runtime.running import RunningOffice
from streams.recording import RecorderState
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState, Tracks

CLIP: Final = Path(__file__).parents[2] / "sample_footage" / "evening-counter.mp4"
CODEC: Final = "avc1.4d401f"
_OPTIONS: Final = {"movflags": "empty_moov+default_base_moof+frag_every_frame"}


class FilmOffice(RunningOffice):
    """The office. slots: what the camera `counter` sees in its places. broken: its live stream has broken off."""

    slots: Mapping[str, SlotState] = {"T-01": SlotState.PRESENT, "B-0221": SlotState.PRESENT}
    online = True
    broken = False

    def cameras(self) -> Mapping[str, CameraState]:
        known = dict(super().cameras())
        known["counter"] = CameraState(
            "counter",
            online=self.online,
            width=1280,
            height=720,
            codec=CODEC,
            last_frame_at_ms=self.now_ms(),
            recorder=RecorderState.RECORDING,
        )
        return known

    def situation(self) -> Situation:
        at_ms = self.now_ms()
        tracks = Tracks(
            ids=np.array([7], np.int64),
            xyxy=np.array([[384, 72, 512, 288]], np.float32),
            score=np.array([0.9], np.float32),
            born_at_ms=np.array([at_ms - 9000], np.int64),
            seen_at_ms=np.array([at_ms], np.int64),
        )
        slots = {slot: SlotReading(state) for slot, state in self.slots.items()}
        zones = {"window-1": (), "behind-1": (7,), "lobby": ()}
        seen = Observation("counter", at_ms, Health.CLEAR, (1280, 720), tracks, True, zones, slots)
        return Situation(at_ms, after_hours=False, observations={"counter": seen})

    async def snapshot(self, camera: str) -> Snapshot:
        self._expect(camera)
        return Snapshot(first_picture(CLIP), self.now_ms())

    async def live(self, camera: str) -> AsyncIterator[LiveChunk]:
        self._expect(camera)
        if camera != "counter":
            await asyncio.Event().wait()
        began_s = asyncio.get_running_loop().time()
        for at_s, kind, data in pieces(CLIP):
            await asyncio.sleep(began_s + at_s - asyncio.get_running_loop().time())
            if self.broken:
                return
            yield LiveChunk(kind, data, key=False, captured_at_ms=self.now_ms(), codec=CODEC)


def pieces(clip: Path) -> Iterator[tuple[float, ChunkKind, bytes]]:
    """Give the initialisation segment of a clip and a fragment for each of its frames, with the second of each."""
    file = io.BytesIO()
    with av.open(clip) as source, av.open(file, "w", "mp4", options=_OPTIONS) as fragments:
        video = source.streams.video[0]
        stream = fragments.add_stream_from_template(video)
        kind = ChunkKind.INIT
        for packet in source.demux(video):
            if packet.pts is None:
                continue
            at_s = float(packet.pts * packet.time_base)
            packet.stream = stream
            fragments.mux(packet)
            if data := _taken(file):
                yield at_s, kind, data
                kind = ChunkKind.FRAGMENT


def _taken(file: io.BytesIO) -> bytes:
    data = file.getvalue()
    file.seek(0)
    file.truncate()
    return data


def first_picture(clip: Path) -> bytes:
    """Return the first picture of a clip as JPEG."""
    with av.open(clip) as source:
        frame = next(source.decode(video=0))
    ok, jpeg = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))
    assert ok
    return jpeg.tobytes()
