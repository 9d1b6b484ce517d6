"""A look at a real camera, at one that refuses, and at a recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streams.errors import AuthenticationFailedError, SourceOfflineError
from streams.records import SourceOptions
from streams.survey import survey
from tests.streams.conftest import ClipMaker

QUICK = SourceOptions(open_timeout_s=5, read_timeout_s=2)


@pytest.mark.rtsp
def test_a_survey_tells_codec_size_rate_and_clock_of_a_camera(start_camera: Callable[..., Any]) -> None:
    found = survey(start_camera().url(), QUICK, listen_s=3)
    assert (found.info.codec, found.info.live) == ("h264", True)
    assert found.frames_per_second == pytest.approx(15, abs=1.5)
    assert found.clock_offset_ms is not None
    assert abs(found.clock_offset_ms) < 1_000  # it runs on this machine


@pytest.mark.rtsp
def test_a_survey_says_why_a_camera_refuses(start_camera: Callable[..., Any]) -> None:
    camera = start_camera("--user", "viewer", "--password", "secret")
    with pytest.raises(AuthenticationFailedError):
        survey(camera.url("viewer:wrong"), QUICK)


def test_a_survey_says_that_nobody_answers() -> None:
    with pytest.raises(SourceOfflineError):
        survey("rtsp://127.0.0.1:9/main", QUICK)


def test_a_survey_of_a_recording_does_not_wait_for_it(make_clip: ClipMaker) -> None:
    found = survey(str(make_clip("clip.mp4")), QUICK)
    assert (found.info.width, found.frames_per_second, found.clock_offset_ms) == (160, None, None)
