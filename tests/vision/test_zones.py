"""Which boxes stand in which polygons: by feet, torso or a share of the whole box."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.vision.builders import boxes, tracks
from vision.types import Boxes
from vision.zones import BOX_SHARE, CUT_OFF, Anchor, Polygon, Zone, ZoneKind, ZoneMap, to_pixels

LEFT_HALF: Polygon = ((0, 0), (0.5, 0), (0.5, 1), (0, 1))
FLOOR: Polygon = ((0, 0.6), (1, 0.6), (1, 1), (0, 1))
WIDTH, HEIGHT = 200, 100


def standing(polygon: Polygon, anchor: Anchor, *people: tuple[float, float, float, float]) -> tuple[int, ...]:
    zones = ZoneMap([Zone("z", ZoneKind.STAFF_ONLY, polygon, anchor)], WIDTH, HEIGHT)
    return zones.occupancy(tracks(range(1, len(people) + 1), boxes(*people)))["z"]


def test_feet_torso_and_box_see_the_same_person_differently() -> None:
    person = (80.0, 10.0, 110.0, 90.0)
    assert standing(FLOOR, Anchor.FEET, person) == (1,)
    assert standing(FLOOR, Anchor.TORSO, person) == ()
    assert standing(FLOOR, Anchor.BOX, person) == (1,)
    assert standing(LEFT_HALF, Anchor.FEET, person) == (1,)


def test_a_person_behind_a_counter_stands_there_by_torso_though_the_feet_are_hidden() -> None:
    behind: Polygon = ((0, 0), (1, 0), (1, 0.5), (0, 0.5))
    assert standing(behind, Anchor.TORSO, (80, 10, 110, 70)) == (1,)
    assert standing(behind, Anchor.FEET, (80, 10, 110, 70)) == ()


NEAR: Polygon = ((0, 0.7), (1, 0.7), (1, 1), (0, 1))


def test_somebody_close_to_the_camera_whose_legs_are_out_of_view_stands_where_their_torso_is() -> None:
    cut_off, wholly_in_view = (80.0, 40.0, 120.0, 100.0), (80.0, 37.0, 120.0, 97.0)
    assert standing(NEAR, Anchor.TORSO, cut_off) == (1,)
    assert standing(NEAR, Anchor.TORSO, wholly_in_view) == ()


def test_somebody_so_close_that_the_torso_is_out_of_view_stands_at_its_lower_edge() -> None:
    assert standing(NEAR, Anchor.TORSO, (40, 70, 160, 100)) == (1,)


def test_a_whole_person_at_the_lower_edge_is_not_taken_to_be_any_taller() -> None:
    assert standing(NEAR, Anchor.TORSO, (90, 10, 110, 100)) == ()


@pytest.mark.parametrize(("share", "inside"), [(0.0, False), (0.15, False), (0.25, True), (0.9, True), (1.0, True)])
def test_with_anchor_box_a_fifth_of_the_person_is_enough(share: float, *, inside: bool) -> None:
    width = 40.0
    left = 100 - share * width
    assert (standing(LEFT_HALF, Anchor.BOX, (left, 20, left + width, 80)) == (1,)) is inside
    assert BOX_SHARE == 0.2


def test_the_ids_come_sorted_and_a_zone_without_anybody_is_seen_empty() -> None:
    zones = ZoneMap(
        [Zone("left", ZoneKind.STAFF_ONLY, LEFT_HALF), Zone("floor", ZoneKind.PUBLIC, FLOOR, Anchor.FEET)],
        WIDTH,
        HEIGHT,
    )
    people = tracks([9, 4], boxes((10, 0, 30, 40), (40, 0, 60, 40)))
    assert zones.occupancy(people) == {"left": (4, 9), "floor": ()}
    assert zones.occupancy(tracks([])) == {"left": (), "floor": ()}


@pytest.mark.parametrize("anchor", list(Anchor))
def test_a_zone_holds_for_the_main_stream_and_its_sub_stream_alike(anchor: Anchor) -> None:
    polygon: Polygon = ((0.1, 0.2), (0.7, 0.1), (0.6, 0.9))
    fractions = np.random.default_rng(7).uniform(0, 1, (50, 4))
    fractions[:, 2:] = fractions[:, :2] + 0.1 + 0.2 * fractions[:, 2:]
    found = []
    for width, height in [(1920, 1080), (640, 360), (352, 288)]:
        zones = ZoneMap([Zone("z", ZoneKind.VAULT, polygon, anchor)], width, height)
        xyxy = (fractions * (width, height, width, height)).astype(np.float32)
        found.append(zones.occupancy(tracks(range(50), xyxy))["z"])
    assert found[0] == found[1] == found[2]
    assert 0 < len(found[0]) < 50


def test_detections_that_stand_in_an_ignored_zone_do_not_count_and_all_others_do() -> None:
    zones = ZoneMap(
        [Zone("tv", ZoneKind.IGNORE, LEFT_HALF), Zone("right", ZoneKind.PRIVATE, ((0.5, 0), (1, 0), (1, 1)))],
        WIDTH,
        HEIGHT,
    )
    found = boxes((10, 0, 30, 40), (150, 0, 170, 40), (95, 0, 115, 40))
    assert zones.outside_ignored(found).tolist() == [False, True, True]
    assert zones.outside_ignored(boxes()).tolist() == []


def test_corners_are_laid_out_in_pixels() -> None:
    assert to_pixels(((0.5, 0.25), (1, 1), (0, 1)), 200, 100).tolist() == [[100, 25], [200, 100], [0, 100]]


def crossings(point: tuple[float, float], polygon: list[tuple[float, float]]) -> int:
    """Count the edges that a ray from the point to the right crosses."""
    x, y = point
    count = 0
    for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            count += 1
    return count


def distance_to_edge(point: tuple[float, float], polygon: list[tuple[float, float]]) -> float:
    def one(a: tuple[float, float], b: tuple[float, float]) -> float:
        run = (b[0] - a[0], b[1] - a[1])
        length2 = run[0] ** 2 + run[1] ** 2
        along = ((point[0] - a[0]) * run[0] + (point[1] - a[1]) * run[1]) / length2 if length2 else 0.0
        along = min(1.0, max(0.0, along))
        return math.hypot(a[0] + along * run[0] - point[0], a[1] + along * run[1] - point[1])

    return min(one(a, b) for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))


CORNERS = st.lists(st.tuples(st.floats(0.1, 0.5), st.floats(0, 0.4)), min_size=3, max_size=9)


@settings(deadline=None)
@given(
    corners=CORNERS,
    person=st.tuples(st.floats(0, 180), st.floats(0, 80), st.floats(5, 60), st.floats(5, 60)),
    anchor=st.sampled_from([Anchor.FEET, Anchor.TORSO]),
)
def test_it_agrees_with_counting_the_crossings_of_a_ray(
    corners: list[tuple[float, float]], person: tuple[float, float, float, float], anchor: Anchor
) -> None:
    # Corners (radius, sway) round the middle in the order of their turn: a polygon that does not cross itself.
    turns = [2 * math.pi * (number + sway) / len(corners) for number, (_, sway) in enumerate(corners)]
    polygon: Polygon = tuple(
        (0.5 + radius * math.cos(turn), 0.5 + radius * math.sin(turn))
        for (radius, _), turn in zip(corners, turns, strict=True)
    )
    left, top, width, height = person
    xyxy: Boxes = boxes((left, top, left + width, top + height))
    down = 0.98 if anchor is Anchor.FEET else 0.35
    point = (
        float(xyxy[0, 0]) + 0.5 * float(xyxy[0, 2] - xyxy[0, 0]),
        float(xyxy[0, 1]) + down * float(xyxy[0, 3] - xyxy[0, 1]),
    )
    pixels = [(x * WIDTH, y * HEIGHT) for x, y in polygon]
    assume(distance_to_edge(point, pixels) > 0.01)
    assume(top + height < CUT_OFF * HEIGHT)
    zones = ZoneMap([Zone("z", ZoneKind.STAFF_ONLY, polygon, anchor)], WIDTH, HEIGHT)
    assert bool(zones.occupancy(tracks([1], xyxy))["z"]) is (crossings(point, pixels) % 2 == 1)
