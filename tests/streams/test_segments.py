from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streams.errors import SegmentError
from streams.segments import (
    Codec,
    Gap,
    GapCause,
    Segment,
    cameras,
    files,
    part_path,
    read_sidecar,
    segment_path,
    sidecar_path,
    walk,
    write_sidecar,
)

BEGAN_MS = 1_519_200_000_000  # 21 February 2018, 08:00 UTC

SEGMENT = Segment(
    camera="counter",
    began_ms=BEGAN_MS,
    ended_ms=BEGAN_MS + 10_000,
    frames=150,
    bytes=1_250_000,
    sha256="ab" * 32,
    codec=Codec.H264,
    mse_codec="avc1.64001f",
    width=1280,
    height=720,
    timescale=90_000,
    init_bytes=780,
    key_frames_ms=(BEGAN_MS, BEGAN_MS + 5_000),
    clock_offset_ms=None,
    gap_before=Gap(GapCause.OFFLINE, BEGAN_MS - 4_000),
    held_by=(7, 12),
    encryption=None,
)


def finished(root: Path, segment: Segment) -> Path:
    """Put a segment there whose media nobody looks at."""
    path = segment_path(root, segment.camera, segment.began_ms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"media")
    return write_sidecar(root, segment)


def altered(path: Path, **values: Any) -> None:
    sidecar = sidecar_path(path)
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | values))


def test_a_segment_lies_under_its_camera_and_its_utc_day(tmp_path: Path) -> None:
    path = segment_path(tmp_path, "counter", BEGAN_MS)
    assert path == tmp_path / "counter" / "2018-02-21" / f"{BEGAN_MS}.mp4"
    assert part_path(path).name == f"{BEGAN_MS}.part.mp4"
    assert sidecar_path(path).name == f"{BEGAN_MS}.json"


def test_the_last_millisecond_of_a_day_is_of_that_day(tmp_path: Path) -> None:
    midnight_ms = 1_519_171_200_000
    assert segment_path(tmp_path, "c", midnight_ms - 1).parent.name == "2018-02-20"
    assert segment_path(tmp_path, "c", midnight_ms).parent.name == "2018-02-21"


@pytest.mark.parametrize("camera", ["", ".", "..", "../vault", "/etc", "a/b"])
def test_no_camera_leads_out_of_the_folder(tmp_path: Path, camera: str) -> None:
    with pytest.raises(SegmentError, match="is no camera's folder"):
        segment_path(tmp_path, camera, BEGAN_MS)


def test_a_sidecar_is_read_as_it_was_written(tmp_path: Path) -> None:
    encrypted = replace(
        SEGMENT,
        encryption={"scheme": "aes-256-gcm-chunks", "key": "13546e59", "plain_bytes": 1_249_000},
        gap_before=None,
    )
    for segment in (SEGMENT, encrypted):
        assert read_sidecar(finished(tmp_path, segment)) == segment


def test_a_sidecar_is_one_canonical_json_object_with_a_version(tmp_path: Path) -> None:
    text = sidecar_path(finished(tmp_path, SEGMENT)).read_text()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert json.loads(text)["version"] == 1
    assert json.loads(text)["gap_before"] == {"cause": "offline", "began_ms": BEGAN_MS - 4_000}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"frames": "150"}, "frames"),
        ({"frames": 0}, "greater than 0"),
        ({"version": 2}, "version"),
        ({"codec": "mpeg2"}, "codec"),
        ({"colour": "red"}, "colour"),
        ({"ended_ms": BEGAN_MS}, "ends after it begins"),
        ({"key_frames_ms": [BEGAN_MS + 40]}, "key_frames_ms"),
        ({"gap_before": {"cause": "boredom", "began_ms": 0}}, "gap_before.cause"),
        ({"gap_before": {"cause": "start", "began_ms": BEGAN_MS + 1}}, "gap before"),
        ({"encryption": {"scheme": "aes-256-gcm-chunks"}}, "plain_bytes"),
        ({"camera": "vault"}, "another segment"),
    ],
)
def test_a_damaged_sidecar_is_refused_by_the_name_of_what_is_wrong(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    path = finished(tmp_path, SEGMENT)
    altered(path, **values)
    with pytest.raises(SegmentError, match=message) as refused:
        read_sidecar(path)
    assert str(sidecar_path(path)) in str(refused.value)


def test_half_a_sidecar_and_none_at_all_are_refused(tmp_path: Path) -> None:
    path = finished(tmp_path, SEGMENT)
    sidecar_path(path).write_bytes(sidecar_path(path).read_bytes()[:40])
    with pytest.raises(SegmentError, match="damaged"):
        read_sidecar(path)
    sidecar_path(path).unlink()
    with pytest.raises(SegmentError, match="No such file"):
        read_sidecar(path)


def test_walking_gives_the_finished_segments_of_each_camera_in_the_order_of_capture(tmp_path: Path) -> None:
    days = [0, 10_000, 86_400_000, 172_800_000]
    made = [
        replace(SEGMENT, camera=camera, began_ms=at, ended_ms=at + 9, key_frames_ms=(at,), gap_before=None)
        for camera in ("counter", "vault")
        for at in days
    ]
    for segment in reversed(made):
        finished(tmp_path, segment)
    growing = part_path(segment_path(tmp_path, "vault", 172_810_000))
    growing.write_bytes(b"")
    (tmp_path / "vault" / "notes.txt").write_text("not footage")

    assert list(walk(tmp_path)) == made
    assert list(walk(tmp_path, "vault")) == made[4:]
    assert cameras(tmp_path) == ("counter", "vault")
    assert list(files(tmp_path, "lobby")) == []
    assert list(walk(tmp_path / "nowhere")) == []
