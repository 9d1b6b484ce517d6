"""Random moments of random offices: who and what is where, before anything is rendered."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.moments import free_spots, named_spots, random_moment, sees, tops
from sample_footage.render.activities import Spot
from sample_footage.render.camera import Camera
from sample_footage.render.geometry import Placement
from sample_footage.render.offices import OFFICES, Office, random_office

CAMERA = Camera("CAM", eye=(0.6, 5.6, 2.6), target=(2.9, 3.0, 0.96), fov_deg=66)


@pytest.fixture(params=range(3))
def office(request: pytest.FixtureRequest) -> Office:
    return random_office(np.random.default_rng(request.param))


def test_people_may_be_at_every_window_desk_and_seat_and_at_the_vault() -> None:
    spots = named_spots(OFFICES["straight"])
    kinds = [(spot.kind, spot.top_m is not None) for spot in spots]
    assert kinds.count(("stand", True)) == 8
    assert kinds.count(("seat", False)) == 4
    assert kinds.count(("seat", True)) == 1
    assert kinds.count(("stand", False)) == 3
    assert kinds.count(("path", False)) == 3


def test_nobody_strolls_through_furniture_or_walls(office: Office) -> None:
    furniture = [
        mesh.vertices[:, :2]
        for name, mesh in office.build().items()
        if any(word in name for word in ("chair", "desk", "vault", "preparation")) and "picture" not in name
    ]
    for spot in free_spots(np.random.default_rng(0), office):
        x, y, _ = spot.placement.origin
        assert 0 < x < office.hall.width
        assert 0 < y < office.hall.depth
        assert all(((x, y) < mesh.min(axis=0)).any() or ((x, y) > mesh.max(axis=0)).any() for mesh in furniture)


@pytest.mark.parametrize(
    ("place", "seen"), [((2.9, 3.0), True), ((0.1, 1.1), False), ((0.5, 5.9), False), ((7.9, 0.1), True)]
)
def test_a_camera_sees_a_spot_where_the_torso_of_somebody_would_be_in_its_picture(
    place: tuple[float, float], seen: bool
) -> None:
    assert sees(CAMERA, Spot("stand", Placement((*place, 0.0)))) is seen


def test_things_lie_on_tops_that_are_level_and_at_working_height(office: Office) -> None:
    for top in tops(office):
        heights = {z for _, _, z in top}
        assert len(top) == 4
        assert max(heights) - min(heights) < 1e-6
        assert 0.6 < max(heights) < 1.2


def test_the_same_generator_gives_the_same_moment(office: Office) -> None:
    first, second = (random_moment(np.random.default_rng(3), office, CAMERA, []) for _ in range(2))
    assert [thing.name for thing in first] == [thing.name for thing in second]
    assert all((one.vertices == other.vertices).all() for one, other in zip(first, second, strict=True))


def test_moments_have_terminals_cards_and_what_is_neither(office: Office) -> None:
    rng = np.random.default_rng(0)
    kinds = {thing.kind for _ in range(20) for thing in random_moment(rng, office, CAMERA, [])}
    assert {"terminal", "cards", "card", "office"} <= kinds


def test_an_office_knows_what_everything_in_it_is_made_of(office: Office) -> None:
    rng = np.random.default_rng(0)
    things = [thing for _ in range(40) for thing in random_moment(rng, office, CAMERA, [])]
    assert {name for thing in things if thing.mesh for name in thing.mesh.materials} <= set(office.materials)


def test_the_shut_vault_shows_nothing_of_what_is_in_it(office: Office) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        things = random_moment(rng, office, CAMERA, [])
        door = next(thing for thing in things if thing.name == "vault-door")
        shut = office.moving_parts()["vault-door"].vertices
        if np.allclose(door.vertices, shut):
            assert not any(thing.name.startswith("on shelf") for thing in things)
