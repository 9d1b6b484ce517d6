"""Small pictures of footage: each shows the key frame that it says."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from streams import SourceOptions, open_source
from streams.boxes import layout
from streams.errors import UnreadableMediaError
from streams.segments import Segment, segment_path
from streams.thumbnails import key_picture, nearest_key_frame, thumbnail
from tests.streams.conftest import ClipMaker
from tests.streams.footage import record
from tests.streams.told import BEGAN_MS
from vision.types import Frame


@pytest.fixture
def segment(tmp_path: Path, make_clip: ClipMaker) -> Segment:
    [made] = record(tmp_path / "footage", make_clip("clip.mp4", frames=60, g="15", bf="2"))
    return made


def test_the_nearest_key_frame_is_before_or_after_a_moment(segment: Segment) -> None:
    assert segment.key_frames_ms == tuple(BEGAN_MS + second * 1_000 for second in range(4))
    assert nearest_key_frame(segment, BEGAN_MS + 1_400) == BEGAN_MS + 1_000
    assert nearest_key_frame(segment, BEGAN_MS + 1_600) == BEGAN_MS + 2_000
    assert nearest_key_frame(segment, BEGAN_MS + 9_000) == BEGAN_MS + 3_000


def test_a_key_frame_decoded_alone_is_the_picture_of_its_moment(tmp_path: Path, segment: Segment) -> None:
    path = segment_path(tmp_path / "footage", "counter", BEGAN_MS)
    with open_source(str(path), start_ms=BEGAN_MS, detect_fps=1000, options=SourceOptions()) as source:
        whole = {sight.captured_at_ms: sight.bgr for sight in source if isinstance(sight, Frame)}
    for key_ms in segment.key_frames_ms:
        np.testing.assert_array_equal(key_picture(path, segment, key_ms), whole[key_ms])


def test_a_thumbnail_keeps_its_shape_and_is_never_enlarged(tmp_path: Path, segment: Segment) -> None:
    picture = key_picture(segment_path(tmp_path / "footage", "counter", BEGAN_MS), segment, BEGAN_MS)
    for width, shape in ((80, (48, 80, 3)), (640, (96, 160, 3))):
        decoded = cv2.imdecode(np.frombuffer(thumbnail(picture, width), np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape == shape


def test_a_segment_that_ends_before_its_key_frame_is_refused(tmp_path: Path, segment: Segment) -> None:
    path = segment_path(tmp_path / "footage", "counter", BEGAN_MS)
    with path.open("rb") as file:
        last = layout(file, str(path)).fragments[-2]
    path.write_bytes(path.read_bytes()[: last.offset])
    with pytest.raises(UnreadableMediaError, match="key frame number 4 is missing"):
        key_picture(path, segment, segment.key_frames_ms[3])
