"""The process of one camera, as the supervisor starts it: it tells the core what it sees, and ends when it must."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import av

from api.runtime.running import RunningOffice
from api.runtime.whereabouts import footage_folder
from api.serve.pulse import Beat, Ear
from api.settings import load_site
from custody.intervals import FOREVER_MS
from custody.records import footage
from custody.records.database import Records
from streams.recording import RecorderState
from streams.segments import walk
from vision.types import SlotState

ENDS_WITHIN_S = 10
SEES_WITHIN_S = 40


class Camera:
    """The process, and the supervisor's end of its pipe."""

    def __init__(self, process: subprocess.Popen[bytes], ear: Ear) -> None:
        self.process = process
        self.ear = ear


@contextmanager
def camera(camera_id: str, site_file: Path, data: Path) -> Iterator[Camera]:
    heard, told = os.pipe()
    command = [sys.executable, "-m", "api.serve.camera", camera_id, "--site", str(site_file), "--data", str(data)]
    process = subprocess.Popen(
        [*command, "--model", "none", "--backend", "onnxruntime", "--pulse", str(told)],
        stdin=subprocess.PIPE,
        pass_fds=(told,),
    )
    os.close(told)
    ear = Ear(heard)
    assert process.stdin is not None
    with process.stdin:
        process.stdin.write(site_file.read_bytes())
    try:
        yield Camera(process, ear)
    finally:
        process.kill()
        process.wait()


def indexed(records: Records) -> frozenset[int]:
    """Return when the segments began that the index knows."""
    with records.read() as connection:
        return footage.began(connection, "counter", (0, FOREVER_MS))


async def until(condition: Callable[[], object], within_s: float = SEES_WITHIN_S) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)


def test_what_a_camera_sees_is_judged_in_the_core_and_its_picture_can_be_had(site_file: Path, tmp_path: Path) -> None:
    async def run() -> None:
        data = tmp_path / "data"
        with RunningOffice.open(data, load_site(site_file, {})) as office, camera("counter", site_file, data) as one:
            async with office.listening():
                await until(lambda: office.cameras()["counter"].online)
                snapshot = await office.snapshot("counter")
                assert snapshot.jpeg.startswith(b"\xff\xd8")
                assert 0 <= office.now_ms() - snapshot.captured_at_ms < 5_000
                await until(lambda: office.situation().slot("T-01")[0].state is SlotState.ABSENT)
                state = office.cameras()["counter"]
                assert (state.width, state.height) == (480, 270)
                assert 3 <= state.fps <= 6
                assert Beat() in one.ear.hear()
        one.ear.close()

    asyncio.run(run())


def test_a_camera_is_recorded_and_can_be_watched_and_its_segments_come_into_the_index(
    site_file: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        data = tmp_path / "data"
        with RunningOffice.open(data, load_site(site_file, {})) as office, camera("counter", site_file, data) as one:
            async with office.listening():
                await until(lambda: office.cameras()["counter"].recorder is RecorderState.RECORDING)
                stream = office.live("counter")
                async with asyncio.timeout(SEES_WITHIN_S):
                    pieces = [await anext(stream) for _ in range(12)]
                state = office.cameras()["counter"]
                await until(lambda: indexed(office.records))
                one.process.send_signal(signal.SIGTERM)
                await until(lambda: one.process.poll() is not None)
                await until(lambda: len(indexed(office.records)) == len(list(walk(footage_folder(data)))))
        one.ear.close()
        assert pieces[0].codec == state.codec
        with av.open(BytesIO(b"".join(piece.data for piece in pieces)), "r") as container:
            assert len(list(container.decode(video=0))) == len(pieces) - 1
        assert not list(footage_folder(data).rglob("*.part.mp4"))

    asyncio.run(run())


def test_a_camera_with_two_streams_is_recorded_by_the_one_and_looked_at_by_the_other(
    site_file: Path, films: Path, tmp_path: Path
) -> None:
    main = Path(__file__).resolve().parents[2] / "sample_footage" / "evening-counter.mp4"
    sub = f"source: replay:{films}/counter.mp4\n"
    text = site_file.read_text(encoding="utf-8").replace(sub, f"source: replay:{main}\n    detect{sub[6:]}")
    site_file.write_text(text, encoding="utf-8")

    async def run() -> None:
        data = tmp_path / "data"
        with RunningOffice.open(data, load_site(site_file, {})) as office, camera("counter", site_file, data) as one:
            async with office.listening():
                await until(lambda: office.cameras()["counter"].recorder is RecorderState.RECORDING)
                await until(lambda: office.cameras()["counter"].width == 960)
                assert office.situation().observations["counter"].size == (480, 270)
                one.process.send_signal(signal.SIGTERM)
                await until(lambda: one.process.poll() is not None)
        one.ear.close()
        assert {(segment.width, segment.height) for segment in walk(footage_folder(data))} == {(960, 540)}

    asyncio.run(run())


def test_a_camera_goes_on_without_the_core_and_tells_it_afterwards_what_it_saw(
    site_file: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        data = tmp_path / "data"
        site = load_site(site_file, {})
        with camera("counter", site_file, data) as one:
            with RunningOffice.open(data, site) as office:
                async with office.listening():
                    await until(lambda: office.cameras()["counter"].online)
            await asyncio.sleep(2)
            with RunningOffice.open(data, site) as office:
                async with office.listening():
                    await until(lambda: office.cameras()["counter"].online)
                    await until(lambda: office.judge.late("counter") > 3)
        one.ear.close()

    asyncio.run(run())


def test_a_camera_ends_by_sigterm_and_when_its_supervisor_is_gone(site_file: Path, tmp_path: Path) -> None:
    with camera("vault", site_file, tmp_path) as told_to, camera("vault", site_file, tmp_path) as orphaned:
        for one in (told_to, orphaned):
            assert one.ear.hear()
        told_to.process.send_signal(signal.SIGTERM)
        orphaned.ear.close()
        assert told_to.process.wait(ENDS_WITHIN_S) == 0
        assert orphaned.process.wait(ENDS_WITHIN_S) == 0
    told_to.ear.close()
