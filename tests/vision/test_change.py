"""The gate before the detector: unchanged pixels keep their last verdict, changed ones are looked at."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.vision.painter import HEIGHT, WIDTH, Camera, Picture, even, hand, laptop, person, room
from vision.change import ChangeGate
from vision.types import Frame


def test_the_first_picture_is_looked_at() -> None:
    assert ChangeGate().changed(Camera().frame(0, room()))


@pytest.mark.parametrize("noise", [0.0, 2.0, 4.0])
def test_sensor_noise_is_no_change(noise: float) -> None:
    gate, camera, picture = ChangeGate(), Camera(noise), room()
    gate.changed(camera.frame(0, picture))
    assert not any(gate.changed(camera.frame(at_ms, picture)) for at_ms in range(200, 3_000, 200))


def test_whatever_happens_it_looks_again_every_ten_seconds() -> None:
    gate, camera, picture = ChangeGate(), Camera(), room()
    looked = [at_ms for at_ms in range(0, 20_200, 200) if gate.changed(camera.frame(at_ms, picture))]
    assert looked == [0, 10_000, 20_000]


def test_somebody_who_comes_in_at_the_far_end_is_noticed_at_once() -> None:
    gate, camera = ChangeGate(), Camera()
    gate.changed(camera.frame(0, room()))
    with_somebody = room()
    person(with_somebody, 300, 130, 44)
    assert gate.changed(camera.frame(200, with_somebody))


def test_a_step_of_somebody_walking_is_noticed() -> None:
    gate, camera, noticed = ChangeGate(), Camera(), 0
    for number in range(10):
        walking = room()
        person(walking, 100 + 8 * number, 260, 150)
        noticed += gate.changed(camera.frame(number * 200, walking))
    assert noticed == 10


def at_desk(shift: int = 0) -> Picture:
    """Draw somebody who sits at the left and moves about by some pixels."""
    picture = room()
    person(picture, 150 + shift, 260, 150)
    return picture


DESK = np.array([[105, 110, 195, 260]], np.float32)
"""Where they are, px."""


def test_what_somebody_does_at_their_desk_is_looked_at_every_other_time() -> None:
    gate, camera = ChangeGate(), Camera()
    frames = [camera.frame(number * 200, at_desk(shift=8 * (number % 3))) for number in range(11)]
    assert [gate.changed(frame, DESK) for frame in frames] == [True, False] * 5 + [True]


def test_at_three_frames_a_second_every_one_is_looked_at() -> None:
    gate, camera = ChangeGate(), Camera()
    frames = [camera.frame(number * 333, at_desk(shift=8 * (number % 3))) for number in range(6)]
    assert all(gate.changed(frame, DESK) for frame in frames)


def test_while_somebody_is_not_followed_steadily_every_change_is_looked_at() -> None:
    gate, camera = ChangeGate(), Camera()
    frames = [camera.frame(number * 200, at_desk(shift=8 * (number % 3))) for number in range(6)]
    assert all(gate.changed(frame, None) for frame in frames)


def test_a_second_person_is_noticed_at_once_while_the_first_works_at_their_desk() -> None:
    gate, camera = ChangeGate(), Camera()
    gate.changed(camera.frame(0, at_desk()), DESK)
    joined = at_desk(shift=8)
    person(joined, 420, 260, 150)
    assert gate.changed(camera.frame(200, joined), DESK)


def test_slow_movement_adds_up_until_it_is_noticed() -> None:
    gate, camera = ChangeGate(look_again_ms=10**9), Camera()
    gate.changed(camera.frame(0, room()))
    looked = []
    for number in range(1, 60):
        reaching = room()
        hand(reaching, 240, 268 - number)
        looked.append(gate.changed(camera.frame(number * 200, reaching)))
    assert sum(looked) >= 3


def test_what_moves_in_a_part_that_is_to_be_ignored_is_no_change() -> None:
    left_half = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    gate, camera = ChangeGate([left_half]), Camera()
    gate.changed(camera.frame(0, room()))
    left, right = room(), room()
    person(left, 120, 260, 150)
    person(right, 360, 260, 150)
    assert not gate.changed(camera.frame(200, left))
    assert gate.changed(camera.frame(400, right))


def test_a_light_that_is_switched_is_noticed() -> None:
    gate, camera = ChangeGate(), Camera()
    gate.changed(camera.frame(0, room()))
    assert gate.changed(camera.frame(200, room(), even(0.8)))


def test_a_terminal_that_vanishes_is_noticed() -> None:
    gate, camera = ChangeGate(), Camera()
    with_laptop = room()
    laptop(with_laptop, 190, 140)
    gate.changed(camera.frame(0, with_laptop))
    assert gate.changed(camera.frame(200, room()))


def test_a_frame_of_another_size_is_looked_at() -> None:
    gate = ChangeGate()
    gate.changed(Camera().frame(0, room()))
    small = cv2.resize(room(), (WIDTH // 2, HEIGHT // 2 + 30), interpolation=cv2.INTER_AREA)
    assert gate.changed(Frame.from_bgr(200, np.clip(small, 0, 255).astype(np.uint8)))


@pytest.mark.parametrize(("width", "height"), [(16, 16), (320, 200), (1_920, 1_080), (201, 77)])
def test_any_size_of_picture_will_do(width: int, height: int) -> None:
    gate = ChangeGate()
    grey = np.full((height, width, 3), 90, np.uint8)
    assert gate.changed(Frame.from_bgr(0, grey.copy()))
    assert not gate.changed(Frame.from_bgr(200, grey.copy()))
    grey[height // 4 : height // 2, width // 4 : width // 2] = 200
    assert gate.changed(Frame.from_bgr(400, grey))
