"""What is committed beside each clip is what its story and its frames give today."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from sample_footage.render.clips import CLIPS
from sample_footage.render.clothing import DressedBody
from sample_footage.render.manifest import FOOTAGE_FOLDER, listed_clips
from sample_footage.render.scene import Story
from sample_footage.render.site_file import plan_site, site_file
from sample_footage.render.truth.frames import FrameTruth, read_frames
from sample_footage.render.truth.telling import truth_file

COMMITTED: Final = [clips.name for clips in listed_clips()]


@pytest.fixture(params=COMMITTED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stories(name: str, body: DressedBody) -> Sequence[Story]:
    return CLIPS[name](lambda look: replace(body, look=look))


def frames(story: Story) -> list[FrameTruth]:
    return read_frames(FOOTAGE_FOLDER / f"{story.name}.truth.jsonl")


def test_a_clip_has_a_line_of_truth_for_every_frame(stories: Sequence[Story]) -> None:
    for story in stories:
        assert [frame.number for frame in frames(story)] == list(range(story.frame_count))


def test_the_site_file_is_that_of_the_story(name: str, stories: Sequence[Story]) -> None:
    assert (FOOTAGE_FOLDER / f"{name}.yaml").read_text(encoding="utf-8") == site_file(plan_site(stories))


def test_the_right_alarms_are_those_that_the_frames_give(name: str, stories: Sequence[Story]) -> None:
    told = json.loads((FOOTAGE_FOLDER / f"{name}.truth.json").read_text(encoding="utf-8"))
    film = {story.filming.name: frames(story) for story in stories}
    assert told == truth_file(name, plan_site(stories), stories, film)
