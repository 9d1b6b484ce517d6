"""The lines of per-frame truth."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sample_footage.render.measured import Measured
from sample_footage.render.sightings import Sighting
from sample_footage.render.truth.frames import FrameTruth, frame_line, frame_of, read_frames, write_frames

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
boxes = st.tuples(*[st.integers(0, 960)] * 4)
shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
sightings = st.lists(
    st.builds(Sighting, names, st.sampled_from(["person", "head", "terminal"]), boxes, st.none() | boxes, shares),
    max_size=4,
).map(tuple)
frames = st.builds(
    FrameTruth,
    number=st.integers(0, 2000),
    at_s=st.integers(0, 10**6).map(lambda number: number / 10_000),
    sightings=sightings,
    zones=st.dictionaries(names, st.frozensets(names, max_size=3), max_size=3),
    slots=st.dictionaries(names, st.sampled_from(["present", "occluded", "absent", "unknown"]), max_size=3),
    away=st.frozensets(names, max_size=3),
    door_deg=st.integers(0, 180),
    health=st.sampled_from(["clear", "covered", "dark", "moved"]),
)


@given(frames)
def test_a_frame_is_read_back_from_its_line_as_it_was_written(frame: FrameTruth) -> None:
    line = frame_line(frame)
    assert "\n" not in line
    assert frame_of(line) == frame


@given(st.builds(Measured, sightings, st.dictionaries(names, shares, max_size=3), st.frozensets(names), shares))
def test_what_was_measured_is_read_back_as_it_was_written(measured: Measured) -> None:
    assert Measured.from_json(measured.to_json()) == measured


def test_a_line_says_only_what_is_unusual() -> None:
    usual, unusual = (
        json.loads(frame_line(frame))
        for frame in (
            FrameTruth(3, 0.3, zones={"office": frozenset({"b", "a"})}, slots={"T-01": "present"}),
            FrameTruth(4, 0.4, slots={"T-01": "unknown"}, away=frozenset({"T-01"}), door_deg=80, health="covered"),
        )
    )
    assert usual == {
        "frame": 3,
        "t": 0.3,
        "objects": [],
        "zones": {"office": ["a", "b"]},
        "slots": {"T-01": "present"},
        "vault": {"door": "closed"},
    }
    assert unusual == {
        "frame": 4,
        "t": 0.4,
        "objects": [],
        "zones": {},
        "slots": {"T-01": "unknown"},
        "away": ["T-01"],
        "vault": {"door": "open", "deg": 80},
        "camera": "covered",
    }


def test_a_file_has_a_line_a_frame(tmp_path: Path) -> None:
    told = [FrameTruth(0, 0.0), FrameTruth(1, 0.1)]
    write_frames(tmp_path / "clip.truth.jsonl", told)
    assert read_frames(tmp_path / "clip.truth.jsonl") == told
