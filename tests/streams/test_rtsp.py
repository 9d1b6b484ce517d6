"""A real RTSP server that asks for passwords, dies, stalls and changes its mind."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from streams import Offline, Sight, Source, SourceOptions, open_source, probe
from streams.backoff import BackoffSettings
from streams.errors import AuthenticationFailedError, SourceNotFoundError, SourceOfflineError
from vision.types import Frame

pytestmark = [pytest.mark.rtsp, pytest.mark.timeout(60)]

PASSWORD = "s3cr3t$w0rd"
IN_URL = "viewer:s3cr3t%24w0rd"
QUICK = SourceOptions(
    open_timeout_s=5, read_timeout_s=1.5, backoff=BackoffSettings(first_s=0.2, longest_s=0.5), seed=1
)

StartCamera = Callable[..., Any]


@pytest.fixture
def log() -> Iterator[LogCapture]:
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(processors=before)


def events(log: LogCapture) -> list[str]:
    return [str(entry["event"]) for entry in log.entries]


def take(source: Iterator[Sight], wanted: Callable[[list[Sight]], bool], within_s: float = 25) -> list[Sight]:
    """Iterate until what was seen so far is what was wanted, or fail in time."""
    sights: list[Sight] = []
    deadline = time.monotonic() + within_s
    for sight in source:
        sights.append(sight)
        if wanted(sights):
            return sights
        assert time.monotonic() < deadline, f"not within {within_s} s: {sights[-5:]}"
    raise AssertionError("a live source ended by itself")


def frames(sights: list[Sight]) -> list[Frame]:
    return [sight for sight in sights if isinstance(sight, Frame)]


def strictly_increasing(sights: list[Sight]) -> bool:
    times = [sight.captured_at_ms for sight in sights]
    return all(earlier < later for earlier, later in pairwise(times))


def live(url: str, options: SourceOptions = QUICK) -> Source:
    return open_source(url, start_ms=None, detect_fps=5, options=options)


def test_frames_arrive_with_the_senders_clock_and_at_the_wanted_rate(start_camera: StartCamera) -> None:
    with live(start_camera().url()) as source:
        seeing = iter(source)
        sights = take(seeing, lambda seen: len(frames(seen)) == 15)
        offset_ms = source.clock_offset_ms
    now_ms = time.time_ns() // 1_000_000
    assert (source.info.codec, source.info.width, source.info.height, source.info.live) == ("h264", 320, 180, True)
    assert strictly_increasing(sights)
    assert abs(now_ms - sights[-1].captured_at_ms) < 2_000
    gaps = [b.captured_at_ms - a.captured_at_ms for a, b in pairwise(sights[6:])]
    assert all(130 <= gap <= 270 for gap in gaps), gaps
    assert offset_ms is not None
    assert abs(offset_ms) < 1_000


def test_digest_authentication_works_and_no_password_is_said(start_camera: StartCamera, log: LogCapture) -> None:
    camera = start_camera("--user", "viewer", "--password", PASSWORD)
    with live(camera.url(IN_URL)) as source:
        seeing = iter(source)
        take(seeing, lambda seen: len(frames(seen)) == 2)
        said = f"{source.info!r} {source!r} {log.entries!r} {[thread.name for thread in threading.enumerate()]}"
    assert "stream.online" in events(log)
    assert "s3cr3t" not in said
    assert "viewer" not in said


def test_a_wrong_password_is_offline_for_a_minute_and_never_said(
    start_camera: StartCamera, log: LogCapture, capfd: pytest.CaptureFixture[str]
) -> None:
    camera = start_camera("--user", "viewer", "--password", PASSWORD)
    url = camera.url("viewer:wr0ng%24word")
    with live(url) as source:
        seeing = iter(source)
        sights = take(seeing, lambda _: True)
    assert isinstance(sights[0], Offline)
    assert "refused the user name or the password" in sights[0].reason
    assert sights[0].retry_in_s >= 60
    with pytest.raises(AuthenticationFailedError) as caught:
        probe(url, QUICK)
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    error: BaseException | None = caught.value
    while error is not None:
        shown += repr(error) + repr(vars(error))
        error = error.__cause__ or error.__context__
    shown += f"{log.entries!r} {sights!r} {source!r} {capfd.readouterr()}"
    assert "stream.offline" in events(log)
    assert "wr0ng" not in shown
    assert "viewer:" not in shown


def test_a_killed_camera_is_offline_and_comes_back_when_it_does(start_camera: StartCamera, log: LogCapture) -> None:
    camera = start_camera()
    with live(camera.url()) as source:
        seeing = iter(source)
        before = take(seeing, lambda seen: len(frames(seen)) == 3)
        camera.kill()
        gone = take(seeing, lambda seen: isinstance(seen[-1], Offline))
        start_camera(port=camera.port)
        after = take(seeing, lambda seen: len(frames(seen)) == 3)
    assert strictly_increasing(before + gone + after)
    assert [event for event in events(log) if event in {"stream.online", "stream.offline"}] == [
        "stream.online",
        "stream.offline",
        "stream.online",
    ]
    assert "stream.reconnect_scheduled" in events(log)


def test_a_stream_that_stalls_without_closing_is_offline_and_taken_up_again(start_camera: StartCamera) -> None:
    camera = start_camera()
    with live(camera.url()) as source:
        seeing = iter(source)
        take(seeing, lambda seen: len(frames(seen)) == 3)
        camera.command("stall")
        stalled_s = time.monotonic()
        sights = take(seeing, lambda seen: isinstance(seen[-1], Offline))
        assert time.monotonic() - stalled_s < 6
        assert isinstance(sights[-1], Offline)
        assert sights[-1].retry_in_s > 0
        take(seeing, lambda seen: len(frames(seen)) == 2)


def test_h265_is_read(start_camera: StartCamera) -> None:
    info, frame = probe(start_camera("--codec", "h265").url(), QUICK)
    assert info.codec == "hevc"
    assert frame.bgr.shape == (180, 320, 3)


def test_a_change_of_resolution_in_mid_stream_goes_on_at_the_new_size(
    start_camera: StartCamera, log: LogCapture
) -> None:
    camera = start_camera()
    with live(camera.url()) as source:
        seeing = iter(source)
        small = take(seeing, lambda seen: len(frames(seen)) == 3)
        camera.command("size 640 360")
        sights = take(seeing, lambda seen: isinstance(seen[-1], Frame) and seen[-1].width == 640)
        assert (source.info.width, source.info.height) == (640, 360)
    assert frames(small)[0].bgr.shape == (180, 320, 3)
    assert frames(sights)[-1].bgr.shape == (360, 640, 3)
    assert not any(isinstance(sight, Offline) for sight in sights)
    assert "stream.size_changed" in events(log)


def test_closing_from_another_thread_ends_the_iteration_within_a_second(start_camera: StartCamera) -> None:
    camera = start_camera()
    source = live(camera.url(), SourceOptions())
    seeing = iter(source)
    take(seeing, lambda seen: len(frames(seen)) == 1)
    camera.command("stall")
    closer = threading.Timer(0.5, source.close)
    closer.start()
    began_s = time.monotonic()
    for _ in seeing:
        pass
    assert time.monotonic() - began_s < 1.5
    closer.join()


def test_a_camera_without_such_a_stream_and_one_that_is_off_are_told_apart(start_camera: StartCamera) -> None:
    camera = start_camera()
    with pytest.raises(SourceNotFoundError, match="no such stream"):
        probe(camera.url().replace("/main", "/other"), QUICK)
    camera.kill()
    with pytest.raises(SourceOfflineError, match="refused"):
        probe(camera.url(), QUICK)
