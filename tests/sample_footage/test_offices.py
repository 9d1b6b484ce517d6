"""The offices that clips and training play in: nothing stands where it cannot, and cameras see what they should."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from shapely import LineString, Polygon

from sample_footage.render.camera import Camera
from sample_footage.render.lamps import INFRARED, SCREENS, between, level, mixed
from sample_footage.render.lighting import Flicker, LightKey, LightPlan, behind_blinds, day, night, steady
from sample_footage.render.offices import OFFICES, Office, random_camera, random_light, random_office
from sample_footage.render.projection import zones

RANDOM_OFFICES = [random_office(np.random.default_rng(seed), f"random-{seed}") for seed in range(12)]
EVERY_OFFICE = pytest.mark.parametrize("office", [*OFFICES.values(), *RANDOM_OFFICES], ids=lambda office: office.name)
EVERY_OFFICE_BY_HAND = pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.name)


def floor_plan(outline: tuple[tuple[float, float, float], ...]) -> Polygon:
    """Return an outline as seen from above."""
    return Polygon([(x, y) for x, y, _ in outline])


@EVERY_OFFICE
def test_every_place_is_inside_the_room_but_those_beyond_the_doors(office: Office) -> None:
    outside = {name for name, place in office.places.items() if not office.hall.holds(place.origin)}
    doors = ("entrance", "staff-door")
    assert outside == {name for door in doors for name in (f"outside-{door}", f"{door}-threshold")}


@EVERY_OFFICE
def test_nothing_stands_in_the_gap(office: Office) -> None:
    gap = LineString([office.gap.start, office.gap.end])
    for partition in office.partitions:
        assert gap.intersection(LineString([partition.start, partition.end])).length == pytest.approx(0)
    for counter in office.counters:
        for window in counter.windows:
            assert gap.intersection(floor_plan(counter.top_outline(window))).length == pytest.approx(0)
    assert office.gap.width >= 0.85


@EVERY_OFFICE
def test_lobby_and_staff_side_do_not_overlap(office: Office) -> None:
    staff = floor_plan(office.areas["office"].outline)
    for area in office.areas.values():
        if area.kind == "public":
            assert floor_plan(area.outline).intersection(staff).area == pytest.approx(0)


@EVERY_OFFICE
def test_areas_of_the_floor_are_convex(office: Office) -> None:
    for name, area in office.areas.items():
        if area.of_floor:
            plan = floor_plan(area.outline)
            assert plan.convex_hull.area == pytest.approx(plan.area), name


@EVERY_OFFICE
def test_clerks_and_the_vault_are_on_the_staff_side_and_visitors_are_not(office: Office) -> None:
    staff = floor_plan(office.areas["office"].outline)
    for name, place in office.places.items():
        spot = Polygon([(place.origin[0] + dx, place.origin[1] + dy) for dx, dy in ((0, 0), (0.01, 0), (0, 0.01))])
        if name.startswith(("clerk", "vault", "desk", "preparation")):
            assert staff.contains(spot), name
        if name.startswith(("visitor", "seat")):
            assert not staff.intersects(spot), name


@EVERY_OFFICE
def test_terminals_and_cards_lie_on_their_counter(office: Office) -> None:
    for counter in office.counters:
        for window in counter.windows:
            top = floor_plan(counter.top_outline(window))
            for name in (f"terminal-{window.number}", f"cards-{window.number}"):
                x, y, z = office.places[name].origin
                assert top.buffer(0.05).contains(Polygon([(x, y), (x + 0.01, y), (x, y + 0.01)])), name
                assert z == pytest.approx(counter.top, abs=0.005)


@EVERY_OFFICE
def test_every_surface_has_a_material(office: Office) -> None:
    meshes = {**office.build(), **office.moving_parts()}
    assert {name for mesh in meshes.values() for name in mesh.materials} <= set(office.materials)


@EVERY_OFFICE
def test_the_vault_door_closes_the_vault_and_swings_outward(office: Office) -> None:
    vault = office.vault
    shut, ajar, opened = (vault.placement.undo(vault.handle(angle)) for angle in (0.0, 0.6, 1.6))
    assert 0 < shut[0] < vault.width
    assert shut[1] == pytest.approx(vault.depth, abs=0.12)
    assert opened[1] > ajar[1] > shut[1]
    assert shut[2] == ajar[2] == opened[2]


def test_offices_at_random_differ_and_follow_from_their_seed() -> None:
    again = random_office(np.random.default_rng(3), "random-3")
    assert again == RANDOM_OFFICES[3]
    assert len({office.hall for office in RANDOM_OFFICES}) == len(RANDOM_OFFICES)


@EVERY_OFFICE
def test_cameras_at_random_hang_inside_the_room_under_the_ceiling(office: Office) -> None:
    generator = np.random.default_rng(1)
    for _ in range(20):
        camera = random_camera(generator, office)
        assert office.hall.holds(camera.eye)
        assert camera.eye[2] > 0.75 * office.hall.height


@EVERY_OFFICE
def test_no_light_at_random_is_darkness(office: Office) -> None:
    generator = np.random.default_rng(1)
    for _ in range(100):
        light = random_light(generator, office)
        assert any(any(share) for group, share in light.items() if group != SCREENS)


@EVERY_OFFICE_BY_HAND
def test_each_camera_sees_what_it_is_for(office: Office) -> None:
    seen = {
        name: {zone: Polygon(outline).area for zone, outline in zones(office, camera).items()}
        for name, camera in office.cameras.items()
    }
    assert seen["counter"]["window-1"] > 0.02
    assert seen["counter"]["behind-1"] > 0.02
    assert seen["vault"]["vault-area"] > 0.1
    assert {"lobby", "office"} <= set(seen["corner"])


@EVERY_OFFICE_BY_HAND
@pytest.mark.parametrize("camera", ["counter", "corner", "vault"])
def test_zones_are_valid_polygons_inside_the_picture(office: Office, camera: str) -> None:
    for name, outline in zones(office, office.cameras[camera]).items():
        assert Polygon(outline).is_valid, name
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in outline), name


def test_a_zone_partly_behind_the_camera_keeps_the_part_before_it() -> None:
    office = OFFICES["straight"]
    camera = Camera("low", eye=(4.0, 1.5, 1.6), target=(4.0, 3.0, 1.0), fov_deg=70)
    assert Polygon(zones(office, camera)["lobby"]).area > 0.05


def test_a_zone_out_of_view_is_left_out() -> None:
    office = OFFICES["straight"]
    camera = Camera("south", eye=(4.0, 2.0, 1.6), target=(4.0, 0.0, 1.0), fov_deg=60)
    assert "vault-area" not in zones(office, camera)


def test_pictures_of_lamp_groups_add_up() -> None:
    red, blue = np.zeros((2, 2, 3), np.float32), np.zeros((2, 2, 3), np.float32)
    red[..., 0], blue[..., 2] = 0.5, 0.25
    lit = mixed({"ceiling": red, "window": blue}, {"ceiling": level(0.5), "window": level(2.0)})
    assert lit[0, 0].tolist() == [0.25, 0.0, 0.5]


def test_light_of_a_group_without_a_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="tube"):
        mixed({"ceiling": np.zeros((1, 1, 3), np.float32)}, {"tube": level(1.0)})


def test_half_way_between_two_lights_every_group_is_half_way() -> None:
    assert between({"ceiling": level(1.0)}, {"window": level(0.5)}, 0.5) == {
        "ceiling": level(0.5),
        "window": level(0.25),
    }


def test_a_light_plan_switches_where_its_keys_say() -> None:
    office = OFFICES["straight"]
    plan = LightPlan([LightKey(4.0, day(office)), LightKey(4.1, night())])
    assert plan.at(0.0) == day(office)
    assert plan.at(9.0) == night()
    assert plan.at(4.05)[INFRARED] == pytest.approx(level(0.5))


def test_a_flickering_tube_is_sometimes_dark_and_steady_outside_its_time() -> None:
    office = OFFICES["old-wing"]
    plan = LightPlan(steady(day(office)).keys, [Flicker("tube", 2.0, 6.0)])
    shares = [plan.at(time_s)["tube"][0] for time_s in np.arange(2.0, 6.0, 0.08)]
    assert {round(share, 3) for share in shares} == {0.15, 1.0}
    assert any(a != b for a, b in pairwise(shares))
    assert plan.at(1.9) == plan.at(6.0) == day(office)
    assert plan.at(3.0)["ceiling"] == level(1.0)


def test_blinds_keep_daylight_out_and_leave_lamps_alone() -> None:
    office = OFFICES["straight"]
    shaded = behind_blinds(day(office), 1.0)
    assert shaded["window"][0] == pytest.approx(0.12)
    assert shaded["ceiling"] == level(1.0)
