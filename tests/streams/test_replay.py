"""Recordings that play as cameras: real speed, no seam between rounds, and addresses that say what they mean."""

from __future__ import annotations

import time
from itertools import islice, pairwise
from pathlib import Path

import pytest

from streams import Offline, SourceOptions, is_live, open_source
from streams.backoff import BackoffSettings
from streams.errors import UnreadableMediaError
from streams.replay import Replay
from tests.streams.conftest import ClipMaker
from vision.types import Frame

pytestmark = pytest.mark.timeout(60)

OPTIONS = SourceOptions(backoff=BackoffSettings(first_s=0.1, longest_s=0.1))


def frames(address: str, count: int) -> list[Frame]:
    with open_source(address, start_ms=None, detect_fps=60, options=OPTIONS) as source:
        return list(islice((sight for sight in source if isinstance(sight, Frame)), count))


@pytest.mark.parametrize("b_frames", ["0", "2"])
def test_a_recording_plays_at_its_speed_and_round_after_round_without_a_seam(
    make_clip: ClipMaker, b_frames: str
) -> None:
    clip = make_clip("short.mp4", frames=12, fps=15, bf=b_frames, g="6")
    seen = frames(f"replay:{clip}", 30)
    times = [frame.captured_at_ms for frame in seen]
    assert 29 / 15 * 1000 - 100 < times[-1] - times[0] < 29 / 15 * 1000 + 200
    assert all(20 < later - earlier < 140 for earlier, later in pairwise(times)), "also over the two seams"
    assert abs(times[-1] - time.time() * 1000) < 1_000
    brightest = [int(frame.bgr[40].sum(axis=1).argmax()) for frame in seen]
    assert brightest[12:24] == brightest[:12], "the second round shows what the first has shown"


def test_a_replay_begins_at_its_offset(make_clip: ClipMaker) -> None:
    clip = make_clip("moving.mp4", frames=30, fps=15, g="15")
    first, late = frames(f"replay:{clip}", 16)[-1], frames(f"replay:{clip}?offset=1", 1)[0]
    assert (first.bgr == late.bgr).all()


def test_a_recording_that_plays_once_is_then_a_camera_that_has_gone(make_clip: ClipMaker) -> None:
    clip = make_clip("once.mp4", frames=5, fps=15, bf="0")
    with open_source(f"replay:{clip}?once=true", start_ms=None, detect_fps=60, options=OPTIONS) as source:
        seen = list(islice(source, 8))
    shown = [isinstance(sight, Frame) for sight in seen]
    assert shown.index(False) >= 4
    assert not any(shown[shown.index(False) :])


def test_a_missing_recording_is_a_camera_that_is_offline(tmp_path: Path) -> None:
    with open_source(f"replay:{tmp_path}/none.mp4", start_ms=None, detect_fps=5, options=OPTIONS) as source:
        reasons = [sight.reason for sight in islice(source, 2) if isinstance(sight, Offline)]
    assert reasons
    assert "no such file" in reasons[-1]


def test_an_offset_beyond_the_end_is_told(make_clip: ClipMaker) -> None:
    clip = make_clip("short.mp4", frames=15, fps=15)
    with open_source(f"replay:{clip}?offset=7", start_ms=None, detect_fps=5, options=OPTIONS) as source:
        reasons = [sight.reason for sight in islice(source, 2) if isinstance(sight, Offline)]
    assert "lasts 1 s and is to begin at 7 s" in reasons[-1]


def test_a_replay_is_a_camera_and_not_a_clip() -> None:
    assert is_live("replay:evening.mp4")
    assert not is_live("evening.mp4")


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("replay:a.mp4", Replay(Path("a.mp4"))),
        ("replay:a b/c.mp4?offset=1.5", Replay(Path("a b/c.mp4"), offset_s=1.5)),
        ("replay:/a.mp4?offset=2&once=true", Replay(Path("/a.mp4"), 2.0, once=True)),
    ],
)
def test_an_address_says_file_offset_and_whether_once(address: str, meant: Replay) -> None:
    assert Replay.parse(address) == meant
    assert str(meant) == address


@pytest.mark.parametrize(
    "address",
    [
        "replay:",
        "replay:?offset=1",
        "replay:a?offset=-1",
        "replay:a?offset=nan",
        "replay:a?once=1",
        "replay:a?x=1",
        "replay:a?b",
    ],
)
def test_an_address_that_is_wrong_is_refused_with_how_to_write_it(address: str) -> None:
    with pytest.raises(UnreadableMediaError, match="write replay:FILE"):
        open_source(address, start_ms=None, detect_fps=5, options=OPTIONS)
