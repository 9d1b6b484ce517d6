"""What happens to an office and to its camera during a clip."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sample_footage.render.camera import Camera
from sample_footage.render.exposure import GAIN_LIMITS, AutoExposure, settled_gain
from sample_footage.render.keys import Key, value_at
from sample_footage.render.lighting import day, steady
from sample_footage.render.offices import OFFICES
from sample_footage.render.plate import Plate
from sample_footage.render.stage import PassingShadow, Stage
from sample_footage.render.tampering import CameraPlan, Cover, Turned

OFFICE = OFFICES["straight"]
CAMERA = Camera("test", eye=(1.0, 1.0, 2.5), target=(3.0, 3.0, 1.0), fov_deg=60, width=96, height=54)
PLATE = Plate(CAMERA, {"ceiling": np.full((54, 96, 3), 0.4, np.float32)})


def bearing_deg(camera: Camera) -> float:
    """Return the way a camera looks, from above."""
    return math.degrees(math.atan2(camera.target[1] - camera.eye[1], camera.target[0] - camera.eye[0]))


def test_a_value_moves_evenly_between_its_keys_and_stays_beyond_them() -> None:
    keys = [Key(1.0, 0.0), Key(3.0, 2.0)]
    assert [value_at(keys, time_s) for time_s in (0.0, 2.0, 9.0)] == [0.0, 1.0, 2.0]
    assert value_at([], 5.0, before=0.7) == 0.7


def test_the_vault_door_opens_over_time_and_the_rest_of_the_office_stays() -> None:
    stage = Stage(OFFICE, steady(day(OFFICE)), vault_door=[Key(2.0, 0.0), Key(4.0, 1.5)])
    shut, opened = (stage.moving_parts_at(time_s) for time_s in (0.0, 5.0))
    assert not np.allclose(shut["vault-door"].vertices, opened["vault-door"].vertices)
    assert np.array_equal(shut["blinds"].vertices, opened["blinds"].vertices)


def test_letting_the_blinds_down_covers_the_window_and_takes_its_light() -> None:
    stage = Stage(OFFICE, steady(day(OFFICE)), blinds=[Key(1.0, 0.0), Key(3.0, 1.0)])
    lowest = [stage.moving_parts_at(time_s)["blinds"].vertices[:, 2].min() for time_s in (0.0, 2.0, 4.0)]
    assert lowest == sorted(lowest, reverse=True)
    assert lowest[-1] == pytest.approx(OFFICE.window.opening.bottom, abs=0.06)
    assert stage.light_at(4.0)["window"] < stage.light_at(2.0)["window"] < stage.light_at(0.0)["window"]


def test_a_shadow_is_there_only_while_it_passes() -> None:
    shadow = PassingShadow(2.0, 4.0, (0.0, 1.0, 2.0), (4.0, 1.0, 2.0), 0.5)
    stage = Stage(OFFICE, steady(day(OFFICE)), shadows=[shadow])
    assert [len(stage.shadow_spheres_at(time_s)) for time_s in (1.9, 2.0, 4.0)] == [0, 1, 0]
    assert stage.shadow_spheres_at(3.0).tolist() == [[2.0, 1.0, 2.0, 0.5]]


def test_a_camera_turned_to_the_left_looks_more_to_the_left_from_the_same_place() -> None:
    turned = CAMERA.turned(pan_deg=30, tilt_deg=0)
    assert turned.eye == CAMERA.eye
    assert bearing_deg(turned) == pytest.approx(bearing_deg(CAMERA) + 30)
    assert CAMERA.turned(pan_deg=0, tilt_deg=10).target[2] > CAMERA.target[2]


def test_a_camera_plan_asks_for_a_plate_of_every_view_it_rests_in() -> None:
    plan = CameraPlan("counter", CAMERA, turns=[Turned(5.0, 0.0), Turned(6.0, 40.0), Turned(20.0, 40.0)])
    assert [round(bearing_deg(camera)) for camera in plan.plate_cameras()] == [45, 85]
    assert bearing_deg(plan.camera_at(5.5)) == pytest.approx(65)
    assert plan.camera_at(0.0).target == pytest.approx(CAMERA.target)


def test_a_cover_hides_the_whole_picture_in_its_time_and_nothing_outside_it() -> None:
    plan = CameraPlan("counter", CAMERA, covers=[Cover("cloth", 2.0, 8.0)])
    cover = plan.cover_at(5.0)
    assert cover is not None
    assert cover.mask_at(CAMERA, 5.0).min() > 0.99
    assert cover.mask_at(CAMERA, 2.0).max() < 0.01
    assert 0.1 < cover.mask_at(CAMERA, 2.35).mean() < 0.9
    assert plan.cover_at(1.9) is None
    assert plan.cover_at(8.1) is None


def test_exposure_has_settled_when_a_clip_begins_and_settles_again_after_the_light_changes() -> None:
    exposure = AutoExposure(lambda time_s: 0.3 if time_s < 4 else 0.03, duration_s=12.0)
    assert exposure.gain_at(0.0) == pytest.approx(settled_gain(0.3))
    assert exposure.gain_at(3.9) == pytest.approx(settled_gain(0.3))
    assert settled_gain(0.3) < exposure.gain_at(4.4) < settled_gain(0.03)
    assert exposure.gain_at(9.0) == pytest.approx(settled_gain(0.03), rel=0.01)


def test_gain_has_limits() -> None:
    assert (settled_gain(1e9), settled_gain(0.0)) == GAIN_LIMITS


def test_twice_the_light_is_twice_the_brightness() -> None:
    dim, bright = (PLATE.brightness({"ceiling": (share,) * 3}) for share in (0.5, 1.0))
    assert (dim, bright) == pytest.approx((0.2, 0.4))


def test_a_plate_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    PLATE.save(tmp_path / "plate.npz")
    again = Plate.load(tmp_path / "plate.npz", CAMERA)
    assert list(again.pictures) == ["ceiling"]
    assert np.allclose(again.pictures["ceiling"], 0.4, atol=1e-3)
