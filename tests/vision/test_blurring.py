"""What must be covered in a released copy: timelines of one person, a step of 200 ms, `P` seen, `.` not there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.blurring import EVERYTHING, BlurSettings, FractionBox, People
from vision.types import Health, Observation, Tracks

STEP_MS = 200
SIZE = (1000, 500)
BARE = BlurSettings(margin=0.0)
"""No margin, so that places can be read off."""


def observed(
    at_ms: int, boxes: dict[int, FractionBox], health: Health = Health.CLEAR, sought: bool = True
) -> Observation:
    """Return what a camera says: tracks by id, boxes in fractions."""
    xyxy = np.array(list(boxes.values()), np.float32).reshape(-1, 4) * np.array([*SIZE, *SIZE], np.float32)
    count = len(boxes)
    tracks = Tracks(
        np.array(list(boxes), np.int64),
        np.asarray(xyxy, np.float32),
        np.ones(count, np.float32),
        np.zeros(count, np.int64),
        np.full(count, at_ms, np.int64),
    )
    return Observation("counter", at_ms, health, SIZE, tracks, people_sought=sought)


def timeline(line: str, kept: frozenset[int] = frozenset()) -> People:
    """Return where track 1 was: a step to the right is a twentieth of the picture. `?` is blind, `-` not sought."""
    steps = []
    for step, sight in enumerate(line):
        here = (0.05 * step, 0.2, 0.05 * step + 0.1, 0.8)
        health = Health.DARK if sight == "?" else Health.CLEAR
        steps.append(observed(step * STEP_MS, {1: here} if sight == "P" else {}, health, sought=sight != "-"))
    return People(steps, kept, BARE)


def about(box: FractionBox) -> FractionBox:
    return pytest.approx(box, abs=1e-6)  # type: ignore[return-value]


def test_from_the_moment_of_an_observation_a_person_is_covered_where_it_was_seen_and_where_it_is_seen_next() -> None:
    (box,) = timeline("PPPP").covered(0)
    assert box == about((0.0, 0.2, 0.15, 0.8))


def test_between_two_observations_both_places_are_covered_and_all_that_lies_between() -> None:
    (box,) = timeline("PPPP").covered(STEP_MS + STEP_MS // 2)
    assert box == about((0.05, 0.2, 0.2, 0.8))


@pytest.mark.parametrize(("after_ms", "count"), [(200, 1), (1_000, 1), (1_001, 0)])
def test_for_a_second_after_it_was_last_seen_a_person_is_still_covered(after_ms: int, count: int) -> None:
    people = timeline("PPP........")
    assert len(people.covered(2 * STEP_MS + after_ms)) == count


@pytest.mark.parametrize(("before_ms", "count"), [(200, 1), (1_000, 1), (1_001, 0)])
def test_for_a_second_before_it_was_first_seen_a_person_is_covered(before_ms: int, count: int) -> None:
    people = timeline("........PPP")
    assert len(people.covered(8 * STEP_MS - before_ms)) == count


def test_who_comes_in_is_covered_on_the_way_from_where_the_same_pace_leads_back_to() -> None:
    (box,) = timeline("........PPP").covered(6 * STEP_MS)
    assert box == about((0.3, 0.2, 0.5, 0.8))


def test_who_goes_is_covered_on_the_way_to_where_the_same_pace_leads() -> None:
    (box,) = timeline("PPP........").covered(4 * STEP_MS)
    assert box == about((0.1, 0.2, 0.3, 0.8))


def test_who_was_seen_once_is_covered_there() -> None:
    (box,) = timeline("....P......").covered(6 * STEP_MS)
    assert box == about((0.2, 0.2, 0.3, 0.8))


def test_a_gap_in_a_track_is_covered_from_one_end_to_the_other() -> None:
    (box,) = timeline("P...P").covered(2 * STEP_MS)
    assert box == about((0.0, 0.2, 0.3, 0.8))


@pytest.mark.parametrize("sight", "?-")
def test_while_a_camera_cannot_see_or_nobody_is_looked_for_everything_is_covered(sight: str) -> None:
    people = timeline(f"..{sight}..")
    assert [people.covered(at_ms) for at_ms in range(199, 602, 67)] == [(), *[(EVERYTHING,)] * 5, ()]


@pytest.mark.parametrize(("at_ms", "seen"), [(-1_000, True), (-1_001, False), (1_800, True), (1_801, False)])
def test_where_no_observation_is_near_everything_is_covered(at_ms: int, seen: bool) -> None:
    assert timeline(".....").covered(at_ms) == (() if seen else (EVERYTHING,))


def test_without_any_observation_everything_is_covered() -> None:
    assert People([], frozenset()).covered(0) == (EVERYTHING,)


def test_a_track_that_is_kept_is_not_covered_and_others_are() -> None:
    steps = [observed(0, {1: (0.1, 0.1, 0.2, 0.2), 2: (0.5, 0.5, 0.6, 0.6)})]
    people = People(steps, frozenset({1}), BARE)
    assert people.covered(0) == (about((0.5, 0.5, 0.6, 0.6)),)


def test_a_margin_is_a_share_of_the_box_and_ends_at_the_edge_of_the_picture() -> None:
    (box,) = People([observed(0, {1: (0.05, 0.5, 0.45, 0.9)})], frozenset(), BlurSettings(margin=0.25)).covered(0)
    assert box == about((0.0, 0.4, 0.55, 1.0))


def test_people_were_sought_where_one_clear_observation_says_so() -> None:
    assert timeline("-?.").sought
    assert not timeline("-?-").sought


SIDE = st.floats(0, 0.9)


@settings(deadline=None)
@given(st.lists(st.tuples(SIDE, SIDE), min_size=2, max_size=6), st.floats(0, 1))
def test_wherever_a_person_is_between_two_observations_it_is_covered(
    places: list[tuple[float, float]], share: float
) -> None:
    boxes = [(left, top, left + 0.1, top + 0.1) for left, top in places]
    people = People([observed(n * STEP_MS, {1: box}) for n, box in enumerate(boxes)], frozenset(), BARE)
    for step, (one, other) in enumerate(pairwise(boxes)):
        at = tuple(a + (b - a) * share for a, b in zip(one, other, strict=True))
        (covered,) = people.covered(round((step + share) * STEP_MS))
        assert covered[0] <= at[0] + 1e-5
        assert covered[1] <= at[1] + 1e-5
        assert covered[2] >= at[2] - 1e-5
        assert covered[3] >= at[3] - 1e-5
