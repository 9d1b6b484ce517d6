from __future__ import annotations

import cv2
import numpy as np
import pytest

from api.drawing import draw_grid, draw_layout, draw_slot_states, draw_tracks
from api.palette import SLOT_COLOUR, ZONE_COLOURS, bgr
from api.settings import Site
from vision.types import Image, SlotReading, SlotState, Tracks
from vision.zones import Slot, Zone, ZoneKind


def grey(width: int, height: int) -> Image:
    return np.full((height, width, 3), 128, np.uint8)


def has_colour(picture: Image, colour: str) -> bool:
    return bool((picture == np.array(bgr(colour), np.uint8)).all(axis=2).any())


@pytest.mark.parametrize(("width", "height"), [(320, 200), (1280, 720), (1920, 1080), (200, 320), (3, 2)])
def test_small_frames_are_enlarged_and_the_original_is_never_drawn_on(site: Site, width: int, height: int) -> None:
    frame = grey(width, height)
    picture = draw_layout(frame, site.cameras[0].zones, site.cameras[0].slots)
    assert (frame == 128).all()
    assert picture.shape[1] == max(1280, width)
    assert picture.shape[0] / picture.shape[1] == pytest.approx(height / width, rel=0.01)


def test_every_kind_of_zone_has_its_own_colour() -> None:
    assert len(set(ZONE_COLOURS.values()) | {SLOT_COLOUR}) == len(ZoneKind) + 1
    for kind, colour in ZONE_COLOURS.items():
        zone = Zone("z", kind, ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8)))
        assert has_colour(draw_layout(grey(320, 200), [zone], []), colour)


def test_what_lies_in_a_slot_stays_visible() -> None:
    slot = Slot("T-01", ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)))
    picture = draw_layout(grey(1280, 720), [], [slot])
    assert (picture[300:420, 530:750] == 128).all()
    assert has_colour(picture[:290], SLOT_COLOUR), "its name stands above it"


def test_names_at_one_place_are_written_apart() -> None:
    corners = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))
    kinds = (ZoneKind.COUNTER, ZoneKind.PUBLIC)
    picture = draw_layout(grey(1280, 720), [Zone("a", kind, corners) for kind in kinds], [])
    for kind in kinds:
        own = (picture == np.array(bgr(ZONE_COLOURS[kind]), np.uint8)).all(axis=2).astype(np.uint8)
        # Only the box of a name is more than a line wide.
        assert cv2.erode(own, np.ones((5, 5), np.uint8)).any(), f"the name of the {kind} can be seen"


def test_boxes_are_drawn_where_they_are_in_the_enlarged_picture() -> None:
    none = np.zeros(1, np.int64)
    box = np.array([[80, 50, 160, 150]], np.float32)
    tracks = Tracks(np.array([7]), box, np.ones(1, np.float32), none, none.copy())
    picture = draw_tracks(grey(320, 200), tracks, (320, 200))
    changed = np.argwhere((picture != 128).any(axis=2))
    assert changed[:, 1].min() == pytest.approx(320, abs=4)
    assert changed[:, 1].max() == pytest.approx(640, abs=4)
    assert changed[:, 0].max() == pytest.approx(600, abs=4)


def test_nobody_and_nothing_to_read_are_drawn_as_nothing() -> None:
    assert (draw_tracks(grey(1280, 720), Tracks.empty(), (1280, 720)) == 128).all()
    assert (draw_slot_states(grey(1280, 720), [], {}) == 128).all()


def test_a_slot_tells_its_state() -> None:
    slot = Slot("T-01", ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)))
    absent = draw_slot_states(grey(1280, 720), [slot], {"T-01": SlotReading(SlotState.ABSENT)})
    unread = draw_slot_states(grey(1280, 720), [slot], {})
    assert (absent != unread).any()


def test_the_grid_has_its_lines_at_the_fractions() -> None:
    picture = draw_grid(grey(1280, 800))
    for fraction in (0.1, 0.35, 0.9):
        assert (picture[435, round(fraction * 1280)] != 128).all()
        assert (picture[435, round(fraction * 1280) + 20] == 128).all()
