"""How a place looks, whatever the light: the arithmetic under slots and health."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.vision.painter import Camera, Light, Picture, even, from_the_side, laptop, room, shadow
from vision.appearance import (
    EdgeMemory,
    Look,
    Mask,
    changed,
    colour_distance,
    continued,
    grown,
    light_change,
    log_luma,
    outline_vanished,
    share,
    shrunk,
)
from vision.types import Image

TOP, LEFT, BOTTOM, RIGHT = 120, 160, 250, 320
INSIDE = np.zeros((BOTTOM - TOP, RIGHT - LEFT), np.bool_)
INSIDE[20:105, 25:135] = True


def desk(*, with_laptop: bool = True, right: int = 0, down: int = 0) -> Picture:
    picture = room()
    if with_laptop:
        laptop(picture, 190 + right, 140 + down)
    return picture


def cut(picture: Picture, light: Light | None = None) -> Image:
    return Camera().frame(0, picture, light).bgr[TOP:BOTTOM, LEFT:RIGHT]


def look(picture: Picture, light: Light | None = None) -> Look:
    return Look.of(log_luma(np.asarray(cv2.cvtColor(cut(picture, light), cv2.COLOR_BGR2GRAY), np.uint8)))


def light_between(one: Look, other: Look) -> float:
    return light_change(one.log_luma, other.log_luma)


@pytest.mark.parametrize("level", [0.5, 0.8, 1.4])
def test_a_change_of_light_is_a_shift_of_log_luma(level: float) -> None:
    shift = light_between(look(desk()), look(desk(), even(level)))
    assert shift == pytest.approx(np.log(level), abs=0.08)


@pytest.mark.parametrize("light", [even(0.5), even(1.4), from_the_side(0.7, 1.2), shadow(220, depth=0.6)])
def test_light_and_shadow_change_little_of_a_place(light: Light) -> None:
    before, after = look(desk()), look(desk(), light)
    assert share(changed(before, after, light_between(before, after), 0.16), INSIDE) < 0.12


def test_a_thing_that_is_taken_changes_its_place_and_not_what_is_around() -> None:
    before, after = look(desk()), look(desk(with_laptop=False))
    differs = changed(before, after, 0.0, 0.16)
    assert share(differs, INSIDE) > 0.4
    assert share(differs, ~grown(INSIDE, 6)) < 0.02


@pytest.mark.parametrize("light", [None, even(0.45), even(1.6), from_the_side(0.5, 1.1)])
def test_structure_survives_any_light_where_it_was(light: Light | None) -> None:
    found, moved = EdgeMemory.of(look(desk()), INSIDE).surviving(look(desk(), light), 14)
    assert found > 0.7
    assert not moved


@pytest.mark.parametrize("move", [(11, 0), (0, 8), (-10, 5), (12, -9)])
def test_structure_that_was_shifted_is_found_within_reach_only(move: tuple[int, int]) -> None:
    memory = EdgeMemory.of(look(desk()), INSIDE)
    shifted = look(desk(right=move[0], down=move[1]))
    assert memory.surviving(shifted, 0)[0] < 0.65
    found, moved = memory.surviving(shifted, 14)
    assert found > 0.6
    assert moved


def test_structure_that_is_gone_is_not_found_anywhere() -> None:
    memory = EdgeMemory.of(look(desk()), INSIDE)
    assert memory.surviving(look(desk(with_laptop=False)), 20)[0] < 0.3


def test_a_likeness_is_a_share() -> None:
    memory = EdgeMemory.of(look(desk()), INSIDE)
    for other in (desk(), desk(with_laptop=False), desk(right=7)):
        assert 0 <= memory.surviving(look(other), 10)[0] <= 1 + 1e-6
    blank = Look.of(np.full(INSIDE.shape, 5, np.float32))
    assert EdgeMemory.of(blank, INSIDE).surviving(look(desk()), 10) == (0, False)


def test_the_outline_of_what_was_taken_belongs_to_the_past_and_of_what_came_to_the_present() -> None:
    there, gone = look(desk()), look(desk(with_laptop=False))
    region = changed(there, gone, 0.0, 0.16) & INSIDE
    assert outline_vanished(there, gone, region, INSIDE) > 0.7
    assert outline_vanished(gone, there, region, INSIDE) < 0.3
    nothing = np.zeros_like(INSIDE)
    assert outline_vanished(there, gone, nothing, INSIDE) == 0


def test_surroundings_continue_through_a_hole() -> None:
    bare = cut(desk(with_laptop=False))
    filled = continued(cut(desk()), grown(INSIDE, 3))
    assert float(np.median(colour_distance(filled, bare)[INSIDE])) < 8
    assert float(np.median(colour_distance(cut(desk()), bare)[INSIDE])) > 20


def test_colours_that_are_the_same_have_no_distance_and_lightness_counts_less() -> None:
    grey = np.full((4, 4, 3), 100, np.uint8)
    assert not colour_distance(grey, grey).any()
    lighter, redder = grey.copy(), grey.copy()
    lighter[:] = 140
    redder[:] = (100, 100, 190)
    assert 0 < colour_distance(grey, lighter).mean() < colour_distance(grey, redder).mean()


def test_masks_grow_and_shrink_by_whole_pixels() -> None:
    dot: Mask = np.zeros((9, 9), np.bool_)
    dot[4, 4] = True
    assert grown(dot, 2).sum() == 25
    assert np.array_equal(shrunk(grown(dot, 2), 2), dot)
    assert not shrunk(dot).any()


def test_a_share_of_nothing_is_nothing() -> None:
    some = np.ones((3, 3), np.bool_)
    assert share(some, np.zeros((3, 3), np.bool_)) == 0
    assert share(some, some) == 1


def test_sensor_noise_in_the_dark_is_no_structure() -> None:
    noise = Camera(noise=2).frame(0, np.full((270, 480, 3), 6, np.float32)).luma
    assert float(Look.of(log_luma(noise)).edges.mean()) < 0.03
