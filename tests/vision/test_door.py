"""A door under hands, bodies and light, in painted pictures (painter.py): closed, open, or hidden."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.vision.builders import boxes
from tests.vision.painter import Picture, room
from tests.vision.places import ABSENT, FPS, OCCLUDED, PRESENT, Place, around, with_person
from vision.types import Boxes
from vision.zones import Slot

DOOR_SLOT = Slot("vault-door", around(300, 120, 400, 260))


def vault(*, is_open: bool) -> Picture:
    """Paint a steel door with a wheel in a concrete wall, closed, or swung open on dark shelves."""
    picture = room(desk_grain=2.0)
    cv2.rectangle(picture, (296, 116), (404, 264), (96, 100, 98), -1)
    if is_open:
        cv2.rectangle(picture, (302, 122), (398, 258), (34, 32, 30), -1)
        for shelf in (150, 186, 222):
            cv2.rectangle(picture, (302, shelf), (398, shelf + 5), (88, 92, 96), -1)
            cv2.rectangle(picture, (312, shelf - 18), (350, shelf - 1), (60, 110, 150), -1)
        swung = np.array([[404, 116], [452, 98], [452, 268], [404, 264]])
        cv2.fillPoly(picture, [swung.astype(np.int32)], (148, 150, 146))
        return picture
    cv2.rectangle(picture, (302, 122), (398, 258), (150, 152, 148), -1)
    cv2.circle(picture, (350, 180), 24, (60, 62, 60), 5)
    for turn in range(6):
        tip = (350 + round(22 * np.cos(turn * np.pi / 3)), 180 + round(22 * np.sin(turn * np.pi / 3)))
        cv2.line(picture, (350, 180), tip, (60, 62, 60), 3)
    cv2.rectangle(picture, (372, 226), (388, 238), (40, 60, 90), -1)
    return picture


def test_a_door_that_stands_open_is_not_in_its_place_and_closing_it_puts_it_back() -> None:
    place = Place(DOOR_SLOT, door=True)
    assert place.show(vault(is_open=False), 4)[-1] is PRESENT
    said = place.show(vault(is_open=True), 10)
    assert ABSENT in said[: 4 * FPS]
    assert said[-1] is ABSENT
    assert place.show(vault(is_open=False), 4)[-1] is PRESENT


def test_somebody_in_front_of_a_closed_door_does_not_open_it() -> None:
    place = Place(DOOR_SLOT, door=True)
    place.show(vault(is_open=False), 4)
    in_front, people = with_person(350, 266, 200, vault(is_open=False))
    assert ABSENT not in place.show(in_front, 30, people=people)


def works_at_it(*, is_open: bool, x: int = 320) -> tuple[Picture, Boxes]:
    """Show somebody before the left half of the door."""
    return with_person(x, 268, 190, vault(is_open=is_open))


def closed_and_learnt() -> Place:
    place = Place(DOOR_SLOT, door=True)
    assert place.show(vault(is_open=False), 4)[-1] is PRESENT
    return place


def test_a_door_that_somebody_opens_is_open_while_they_work_at_it() -> None:
    place = closed_and_learnt()
    picture, people = works_at_it(is_open=True)
    said = place.show(picture, 10, people=people)
    assert said.index(ABSENT) <= 2 * FPS
    assert set(said[2 * FPS :]) == {ABSENT}


def test_a_door_that_somebody_closes_is_closed_while_they_still_stand_before_it() -> None:
    place = closed_and_learnt()
    picture, people = works_at_it(is_open=True)
    place.show(picture, 10, people=people)
    picture, people = works_at_it(is_open=False)
    assert set(place.show(picture, 5, people=people)) == {PRESENT}


def test_somebody_who_moves_all_the_time_before_an_open_door_does_not_keep_it_from_being_open() -> None:
    place = closed_and_learnt()
    said = []
    for number in range(6 * FPS):
        picture, people = works_at_it(is_open=True, x=318 + number % 2 * 6)
        said += place.show(picture, 1 / FPS, people=people)
    assert said[-1] is ABSENT


@pytest.mark.parametrize("is_open", [True, False])
def test_nobody_can_tell_the_state_of_a_door_that_is_all_behind_somebody(*, is_open: bool) -> None:
    place = closed_and_learnt()
    said = place.show(vault(is_open=is_open), 10, people=boxes((280, 20, 420, 268)))
    assert set(said) == {OCCLUDED}


def test_a_door_is_seen_again_when_whoever_hid_it_has_gone_though_no_pixel_of_it_changes() -> None:
    place = closed_and_learnt()
    place.show(vault(is_open=False), 4, people=boxes((280, 20, 420, 268)))
    assert set(place.show(vault(is_open=False), 2)) == {PRESENT}


def test_a_door_does_not_open_by_itself_where_something_keeps_moving_before_it_that_nobody_recognised() -> None:
    place = closed_and_learnt()
    said = []
    for number in range(8 * FPS):
        said += place.show(works_at_it(is_open=False, x=330 + number % 5 * 8)[0], 1 / FPS)
    assert ABSENT not in said
