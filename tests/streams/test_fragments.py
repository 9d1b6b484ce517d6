"""A camera's stream for a browser: each picture at once, where it was captured, and a real browser plays it."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser

from streams import SourceOptions, Tap, open_undecoded
from streams.fragments import Fragmenter, LivePiece, LiveView, PieceKind
from streams.samples import Sample, Word
from tests.streams.conftest import Camera, ClipMaker
from tests.streams.told import BEGAN_MS, told, units_sent

pytestmark = pytest.mark.timeout(60)

PLAY = """async ([codec, pieces]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const video = document.querySelector("video"), source = new MediaSource();
  const when = (target, name) => new Promise((done) => target.addEventListener(name, done, {once: true}));
  video.src = URL.createObjectURL(source);
  await when(source, "sourceopen");
  const buffer = source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
  for (const piece of pieces) {
    buffer.appendBuffer(bytes(piece));
    await when(buffer, "updateend");
  }
  video.currentTime = 1.0;
  await when(video, "seeked");
  const ranges = [...Array(buffer.buffered.length).keys()].map((i) => [buffer.buffered.start(i),
  buffer.buffered.end(i)]); return {ranges, width: video.videoWidth, error: video.error && video.error.message};
}"""


def pieces(words: list[Word]) -> list[LivePiece]:
    fragmenter = Fragmenter()
    return [piece for word in words for piece in fragmenter.take(word)]


@pytest.mark.parametrize(("codec", "bf"), [("libx264", "0"), ("libx264", "2"), ("libx265", "0")])
def test_the_pieces_together_are_the_stream(make_clip: ClipMaker, tmp_path: Path, codec: str, bf: str) -> None:
    clip = make_clip("a.mp4", frames=30, codec=codec, bf=bf)
    made = pieces(told(clip))
    together = tmp_path / "together.mp4"
    together.write_bytes(b"".join(piece.data for piece in made))
    assert units_sent(together) == units_sent(clip)
    with av.open(str(together)) as container:
        shown = [round((frame.pts or 0) / 6_000) for frame in container.decode(video=0)]
    assert shown == list(range(30)), "time 0 is the moment that the first piece tells"


def test_each_picture_is_a_piece_with_its_capture_time(make_clip: ClipMaker) -> None:
    first, *others = pieces(told(make_clip("a.mp4", frames=30, bf="0", g="15")))
    assert (first.kind, first.codec, first.captured_at_ms) == (PieceKind.INIT, "avc1.64000a", BEGAN_MS)
    assert [piece.captured_at_ms - BEGAN_MS for piece in others] == [round(n * 1000 / 15) for n in range(30)]
    assert [number for number, piece in enumerate(others) if piece.is_key] == [0, 15]


def test_a_stream_that_changes_or_begins_anew_is_told_by_another_first_piece(make_clip: ClipMaker) -> None:
    small, large = make_clip("a.mp4", frames=5, bf="0"), make_clip("b.mp4", frames=5, bf="0", size=(320, 180))
    made = pieces(told(small, large, pause_ms=2_000))
    assert [piece.kind for piece in made].count(PieceKind.INIT) == 2
    assert made[6].kind is PieceKind.INIT
    assert made[6].captured_at_ms == made[7].captured_at_ms
    assert made[7].is_key


def test_a_picture_after_a_pause_is_where_it_was_captured(make_clip: ClipMaker, tmp_path: Path) -> None:
    clip = make_clip("a.mp4", frames=4, bf="0", times=[0, 100, 200, 9_200])
    together = tmp_path / "together.mp4"
    together.write_bytes(b"".join(piece.data for piece in pieces(told(clip))))
    with av.open(str(together)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [(packet.pts or 0) // 90 for packet in packets] == [0, 100, 200, 9_200]
    assert all((packet.duration or 0) <= 90_000 for packet in packets)


def test_a_browser_plays_it_without_a_hole(make_clip: ClipMaker, browser: Browser) -> None:
    for bf in ("0", "2"):
        made = pieces(told(make_clip(f"bf{bf}.mp4", frames=45, bf=bf, g="15", size=(320, 180))))
        page = browser.new_page()
        page.set_content("<video muted></video>")
        encoded = [base64.b64encode(piece.data).decode() for piece in made]
        played = page.evaluate(PLAY, [made[0].codec, encoded])
        page.close()
        assert played["error"] is None
        assert played["width"] == 320
        ((began, ended),) = played["ranges"]
        assert began == 0
        assert ended == pytest.approx(3.0, abs=0.07)


@pytest.mark.rtsp
def test_a_real_camera_is_seen_within_half_a_second(start_camera: Callable[..., Camera]) -> None:
    camera = start_camera()
    tap, view = Tap(), LiveView()
    with open_undecoded(camera.url(), tap, SourceOptions()) as source:
        thread = threading.Thread(target=lambda: list(source))
        thread.start()
        tap.add(view.inbox)
        late_ms: list[float] = []
        until = time.monotonic() + 20
        while len(late_ms) < 45 and time.monotonic() < until:
            late_ms += [time.time() * 1000 - piece.captured_at_ms for piece in view.next(0.2)]
        source.close()
        thread.join(10)
    assert len(late_ms) >= 45
    assert sorted(late_ms)[-5] < 500


def test_who_watches_too_slowly_goes_on_at_a_key_frame() -> None:
    view = LiveView()
    words = [Sample(bytes(1 << 20), number % 5 == 0, number * 6_000, number * 6_000) for number in range(12)]
    for word in words[:8]:
        view.inbox.tell(word)
    while view.inbox.next(0) is not None:
        pass
    for word in words[8:]:
        view.inbox.tell(word)
    first = view.inbox.next(0)
    assert isinstance(first, Sample)
    assert first.is_key
