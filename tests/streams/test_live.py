"""Live sources without a camera: MJPEG over HTTP, silence, waiting, and closing."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import cv2
import numpy as np
import pytest

from streams import Offline, Sight, SourceOptions, open_source, probe
from streams.backoff import BackoffSettings
from streams.errors import AuthenticationFailedError, SourceNotFoundError, UnreadableMediaError
from vision.types import Frame

pytestmark = pytest.mark.timeout(60)

QUICK = SourceOptions(open_timeout_s=3, read_timeout_s=1, backoff=BackoffSettings(first_s=0.1, longest_s=0.2))
KEY = "Basic " + base64.b64encode(b"viewer:s3cr3t").decode()


class MjpegCamera(BaseHTTPRequestHandler):
    """A camera that sends a picture every 50 ms, 20 to a connection, and guards one of its paths."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/guarded" and self.headers.get("Authorization") != KEY:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/page":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "13")
            self.end_headers()
            self.wfile.write(b"<html></html>")
            return
        if self.path not in {"/video", "/guarded"}:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(20):
            _, data = cv2.imencode(".jpg", np.full((48, 64, 3), 10 * number, np.uint8))
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            self.wfile.write(head.encode() + data.tobytes() + b"\r\n")
            time.sleep(0.05)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def http_camera() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), MjpegCamera)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_mjpeg_over_http_is_read_and_taken_up_again_when_it_ends(http_camera: str) -> None:
    seen: list[Sight] = []
    with open_source(f"http://{http_camera}/video", start_ms=None, detect_fps=10, options=QUICK) as source:
        for sight in source:
            seen.append(sight)
            offline = [number for number, one in enumerate(seen) if isinstance(one, Offline)]
            if offline and len(seen) > offline[-1] + 2:
                break
    assert (source.info.codec, source.info.width, source.info.height) == ("mjpeg", 64, 48)
    assert 5 <= offline[0] <= 15, "20 pictures in 1 s, looked at 10 times a second"
    times = [sight.captured_at_ms for sight in seen]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert abs(times[-1] - time.time() * 1000) < 1_000
    assert source.clock_offset_ms is None


def test_http_asks_for_a_password_and_never_says_it(http_camera: str) -> None:
    info, frame = probe(f"http://viewer:s3cr3t@{http_camera}/guarded", QUICK)
    assert frame.bgr.shape == (48, 64, 3)
    assert "s3cr3t" not in repr(info)
    with pytest.raises(AuthenticationFailedError) as caught:
        probe(f"http://viewer:wr0ng@{http_camera}/guarded", QUICK)
    assert "wr0ng" not in f"{caught.value!r} {caught.value.__context__!r}"


def test_a_page_that_is_no_video_and_a_missing_path_are_told_apart(http_camera: str) -> None:
    with pytest.raises(UnreadableMediaError, match="not video of a kind"):
        probe(f"http://{http_camera}/page", QUICK)
    with pytest.raises(SourceNotFoundError, match="no such stream"):
        probe(f"http://{http_camera}/nothing", QUICK)


def test_a_host_that_accepts_and_says_nothing_is_offline_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"rtsp://127.0.0.1:{mute.getsockname()[1]}/main"
        began_s = time.monotonic()
        with open_source(url, start_ms=None, detect_fps=5, options=replace(QUICK, open_timeout_s=1)) as source:
            sight = next(iter(source))
    assert isinstance(sight, Offline)
    assert time.monotonic() - began_s < 3


def test_waiting_grows_from_attempt_to_attempt_and_says_so_every_second() -> None:
    waits: list[float] = []
    now_ms = 1_000_000

    def wait(_stop: threading.Event, seconds: float) -> bool:
        waits.append(seconds)
        return False

    backoff = BackoffSettings(first_s=0.5, longest_s=4, jitter=0)
    options = replace(QUICK, backoff=backoff, wait=wait, clock=lambda: now_ms)
    with open_source("usb:9", start_ms=None, detect_fps=5, options=options) as source:
        sights = [sight for sight, _ in zip(source, range(10), strict=False)]
    assert all(isinstance(sight, Offline) for sight in sights)
    assert [sight.retry_in_s for sight in sights if isinstance(sight, Offline)] == [0.5, 1, 2, 1, 4, 3, 2, 1, 4, 3]
    assert [sight.captured_at_ms for sight in sights] == [now_ms + number for number in range(10)]
    assert isinstance(sights[0], Offline)
    assert "not plugged in" in sights[0].reason


def test_closing_while_waiting_for_an_attempt_ends_at_once() -> None:
    options = replace(QUICK, backoff=BackoffSettings(first_s=50, longest_s=50))
    source = open_source("usb:9", start_ms=None, detect_fps=5, options=options)
    threading.Timer(0.3, source.close).start()
    began_s = time.monotonic()
    assert all(isinstance(sight, Offline) for sight in source)
    assert time.monotonic() - began_s < 1.3


def test_a_usb_camera_is_named_by_its_number() -> None:
    with pytest.raises(UnreadableMediaError, match="write usb:0"):
        open_source("usb:front", start_ms=None, detect_fps=5, options=QUICK)


def test_opening_a_live_source_touches_nothing() -> None:
    source = open_source("rtsp://u:pa55word@127.0.0.1:1/x", start_ms=None, detect_fps=5, options=QUICK)
    assert source.info.live
    assert not isinstance(source, Frame)
    assert "pa55word" not in f"{source!r} {source.info!r}"
