"""Whether a camera can see: painted views covered, defocused, turned, darkened, crowded, frozen."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import pytest

from tests.vision.builders import boxes
from tests.vision.painter import (
    HEIGHT,
    WIDTH,
    Camera,
    Light,
    Picture,
    bag,
    even,
    from_the_side,
    laptop,
    person,
    room,
    shadow,
)
from vision.health import HealthWatcher
from vision.types import Boxes, Frame, Health

FPS: Final = 5
NOBODY = boxes()
SETTLED = round(1.6 * FPS)
"""Frames until a verdict must stand: a look every 0.4 s that lasts 0.8 s, and a frame."""


def office() -> Picture:
    picture = room()
    laptop(picture, 190, 140)
    bag(picture, 340, 160)
    return picture


def flat(blue: float, green: float, red: float) -> Picture:
    picture = np.empty((HEIGHT, WIDTH, 3), np.float32)
    picture[:] = (blue, green, red)
    return picture


def turned(picture: Picture, degrees: float, right: int = 0, down: int = 0) -> Picture:
    """Return the view of a camera that was turned about its axis and shifted."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1.0)
    matrix[:, 2] += (right, down)
    return np.asarray(cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), np.float32)


def blurred(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


class Watch:
    """A camera and its watcher; `show` lets time pass and returns the verdict of every frame."""

    def __init__(self, camera: Camera | None = None) -> None:
        self.watcher = HealthWatcher()
        self.camera = camera or Camera()
        self.at_ms = 0

    def show(
        self, picture: Picture, seconds: float, light: Light | None = None, people: Boxes = NOBODY
    ) -> list[Health]:
        said = []
        for _ in range(round(seconds * FPS)):
            said.append(self.watcher.update(self.camera.frame(self.at_ms, picture, light), people))
            self.at_ms += 1_000 // FPS
        return said


def settled(camera: Camera | None = None) -> Watch:
    """Return a watch that has seen the office for a while."""
    watch = Watch(camera)
    assert set(watch.show(office(), 5)) == {Health.CLEAR}
    return watch


IMPAIRED = {
    "black": flat(2, 2, 2),
    "white": flat(250, 252, 252),
    "cardboard": flat(92, 124, 150),
    "uneven cloth": (flat(70, 60, 58) * from_the_side(0.85, 1.15)).astype(np.float32),
    "defocused": blurred(office(), 9),
    "turned": turned(office(), 14),
    "shifted": turned(office(), 0, 60, 35),
    "knocked to the wall": turned(office(), 35, 120, 90),
}
EXPECTED = {
    "black": Health.COVERED,
    "white": Health.COVERED,
    "cardboard": Health.COVERED,
    "uneven cloth": Health.COVERED,
    "defocused": Health.BLURRED,
    "turned": Health.MOVED,
    "shifted": Health.MOVED,
    "knocked to the wall": Health.MOVED,
}


@pytest.mark.parametrize("how", list(IMPAIRED))
def test_an_impaired_view_is_called_by_its_name_for_as_long_as_it_lasts_and_recovers(how: str) -> None:
    watch = settled()
    said = watch.show(IMPAIRED[how], 33)
    assert set(said[SETTLED:]) == {EXPECTED[how]}
    assert set(watch.show(office(), 4)[SETTLED:]) == {Health.CLEAR}


def test_a_moment_of_blindness_changes_no_verdict() -> None:
    watch = settled()
    for _ in range(10):
        assert set(watch.show(IMPAIRED["black"], 0.4)) == {Health.CLEAR}
        assert set(watch.show(office(), 1.2)) == {Health.CLEAR}


def test_a_suspicion_is_told_before_it_is_a_verdict() -> None:
    watch = settled()
    assert not watch.watcher.suspicious
    assert set(watch.show(IMPAIRED["black"], 0.6)) == {Health.CLEAR}
    assert watch.watcher.suspicious


def test_half_a_covered_view_is_no_covered_camera() -> None:
    half = office()
    half[:, : WIDTH // 2] = (30, 30, 30)
    assert set(settled().show(half, 20)) == {Health.CLEAR}


@pytest.mark.parametrize("level", [0.4, 0.6, 1.5, 1.8])
def test_light_that_goes_down_or_up_is_no_blindness(level: float) -> None:
    watch = settled()
    assert set(watch.show(office(), 12, even(level))) == {Health.CLEAR}
    assert set(watch.show(office(), 12)) == {Health.CLEAR}


@pytest.mark.parametrize("light", [from_the_side(0.4, 1.2), from_the_side(1.4, 0.5), shadow(240, 200, 0.5)])
def test_light_from_the_side_and_shadows_are_no_blindness(light: Light) -> None:
    assert set(settled().show(office(), 12, light)) == {Health.CLEAR}


def test_infrared_at_night_is_no_blindness() -> None:
    watch = settled()
    watch.camera = Camera(noise=4, infrared=True)
    assert set(watch.show(office(), 12)) == {Health.CLEAR}


def test_lights_that_go_out_leave_the_camera_blind() -> None:
    watch = settled()
    said = watch.show(office(), 8, even(0.02))
    assert Health.CLEAR not in said[SETTLED:]
    assert set(watch.show(office(), 5)[SETTLED:]) == {Health.CLEAR}


def test_a_dim_room_whose_lights_go_out_is_dark() -> None:
    watch = Watch()
    assert set(watch.show(office(), 5, even(0.45))) == {Health.CLEAR}
    assert set(watch.show(office(), 8, even(0.02))[SETTLED:]) == {Health.DARK}


def test_a_camera_that_starts_in_the_dark_is_dark_until_there_is_light() -> None:
    watch = Watch()
    assert set(watch.show(office(), 6, even(0.01))[SETTLED:]) == {Health.DARK}
    assert set(watch.show(office(), 6)[SETTLED:]) == {Health.CLEAR}


def test_a_day_of_slowly_changing_light_is_no_blindness() -> None:
    watch = settled()
    verdicts: set[Health] = set()
    for level in 1.0 + 0.6 * np.sin(np.linspace(0, 4 * np.pi, 100)):
        watch.at_ms += 60_000
        verdicts |= set(watch.show(office(), 0.6, even(float(level))))
    assert verdicts == {Health.CLEAR}


# people ------------------------------------------------------------------------------------------------------


def crowd() -> tuple[Picture, Boxes]:
    """Seven people who fill most of the view."""
    picture = office()
    found = [person(picture, x, feet, 300) for x, feet in zip(range(20, 480, 74), [300, 310] * 4, strict=False)]
    people = boxes(*found)
    people[:, 1::2] = people[:, 1::2].clip(0, HEIGHT)
    return picture, people


def test_a_crowd_in_front_of_the_camera_does_not_cover_it() -> None:
    picture, people = crowd()
    watch = settled()
    assert set(watch.show(picture, 30, people=people)) == {Health.CLEAR}
    assert set(watch.show(office(), 5)) == {Health.CLEAR}


def test_somebody_close_to_the_camera_does_not_cover_it() -> None:
    picture = office()
    box = person(picture, 240, 420, 420)
    assert set(settled().show(picture, 30, people=boxes(box))) == {Health.CLEAR}


def test_a_lens_covered_while_people_stand_there_is_covered() -> None:
    picture = office()
    people = boxes(person(picture, 100, 265, 210))
    watch = settled()
    watch.show(picture, 3, people=people)
    assert set(watch.show(IMPAIRED["cardboard"], 6, people=people)[SETTLED:]) == {Health.COVERED}


# frozen ------------------------------------------------------------------------------------------------------


STILL: Final = Camera(seed=9).frame(0, office()).bgr


def still(at_ms: int) -> Frame:
    return Frame.from_bgr(at_ms, STILL)


def test_the_same_pixels_for_a_minute_are_a_frozen_camera() -> None:
    watcher = HealthWatcher()
    said = {at_ms: watcher.update(still(at_ms), NOBODY) for at_ms in range(0, 70_000, 400)}
    assert {h for at_ms, h in said.items() if at_ms < 60_000} == {Health.CLEAR}
    assert {h for at_ms, h in said.items() if at_ms > 61_600} == {Health.FROZEN}


def test_a_frozen_camera_that_moves_again_is_clear() -> None:
    watcher = HealthWatcher()
    for at_ms in range(0, 70_000, 400):
        watcher.update(still(at_ms), NOBODY)
    camera = Camera()
    said = [watcher.update(camera.frame(70_000 + n * 400, office()), NOBODY) for n in range(10)]
    assert set(said[4:]) == {Health.CLEAR}


def test_a_still_office_whose_sensor_has_noise_is_not_frozen() -> None:
    assert set(settled(Camera(noise=0.7)).show(office(), 90)) == {Health.CLEAR}


def test_one_blinking_light_is_enough_not_to_be_frozen() -> None:
    watcher, verdicts = HealthWatcher(), set()
    dark = still(0).luma.copy()
    lit = dark.copy()
    lit[41:44, 201:204] = 255
    for at_ms in range(0, 90_000, 400):
        luma = (lit if at_ms // 800 % 2 else dark).copy()
        verdicts.add(watcher.update(Frame(at_ms, luma, lambda w, h: np.zeros((h, w, 3), np.uint8)), NOBODY))
    assert verdicts == {Health.CLEAR}


def test_the_verdict_does_not_depend_on_the_frame_rate() -> None:
    told = []
    for fps in (3, 10, 25):
        watcher, camera = HealthWatcher(), Camera()
        first = None
        for number in range(round(8 * fps)):
            at_ms = round(number * 1_000 / fps)
            picture = office() if at_ms < 4_000 else IMPAIRED["cardboard"]
            if watcher.update(camera.frame(at_ms, picture), NOBODY) is not Health.CLEAR and first is None:
                first = at_ms
        assert first is not None
        told.append(first)
    assert max(told) - min(told) <= 400 + 334
