"""An item's place under light, hands, bodies, bags and thieves, in painted pictures (painter.py)."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from tests.vision.builders import ITEMS, boxes
from tests.vision.painter import (
    HEIGHT,
    WIDTH,
    Camera,
    Light,
    Picture,
    bag,
    even,
    from_the_side,
    hand,
    laptop,
    person,
    shadow,
    small_box,
)
from tests.vision.places import (
    ABSENT,
    BOX_SLOT,
    FPS,
    LAPTOP_SLOT,
    LEFT,
    NOBODY,
    OCCLUDED,
    PRESENT,
    TOP,
    UNKNOWN,
    Place,
    desk,
    learnt,
    painted,
    scene_of,
    with_person,
)
from vision.analyzer import Analyzer
from vision.layout import View
from vision.slots import SlotTiming, SlotWatcher
from vision.types import Detections, Frame, Health, Image, SlotReading, SlotState, Voice
from vision.witness import Witness

# learning ----------------------------------------------------------------------------------------------------


def test_nothing_is_said_before_the_place_has_been_calm_for_a_while() -> None:
    said = Place().show(desk(), 4)
    assert said[0] is UNKNOWN
    assert said[-1] is PRESENT
    assert said.index(PRESENT) <= 2 * FPS


@pytest.mark.parametrize("grain", [0.0, 2.0])
def test_an_empty_plain_place_stays_unknown(grain: float) -> None:
    assert set(Place().show(desk(with_laptop=False, grain=grain), 12)) == {UNKNOWN}


def test_a_place_learns_while_somebody_passes_and_only_from_what_stays() -> None:
    place = Place()

    def passing() -> Iterator[Picture]:
        for number in range(3 * FPS):
            yield painted(person, 120 + 16 * number, 265)

    place.play(passing())
    assert place.show(desk(), 4)[-1] is PRESENT
    assert set(place.show(desk(), 4)) == {PRESENT}


def test_what_was_learnt_behind_somebody_is_learnt_anew_when_they_have_gone() -> None:
    place = Place()
    in_front, people = with_person(LEFT + 30, 268, 230)
    place.show(in_front, 15, people=people)
    said = place.show(desk(), 20)
    assert ABSENT not in said
    assert said[-1] is PRESENT
    assert place.show(desk(with_laptop=False), 8)[-1] is ABSENT


def test_a_place_is_settled_only_while_nothing_is_about_to_be_decided() -> None:
    place, settled = Place(), []
    place.look(desk())
    settled.append(place.watcher.settled)
    for picture, seconds in [(desk(), 4), (painted(covering_hands), 1), (desk(with_laptop=False), 8)]:
        place.show(picture, seconds)
        settled.append(place.watcher.settled)
    assert settled == [False, True, False, True]


def test_a_reading_says_which_voice_spoke_and_how_alike_the_place_is() -> None:
    reading = learnt().look(desk())
    assert (reading.state, reading.voice) == (PRESENT, Voice.APPEARANCE)
    assert reading.likeness is not None
    assert reading.likeness > 0.8
    assert Place().look(desk()) == SlotReading(UNKNOWN)


# light, noise, screens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.4, 0.6, 0.8, 1.3, 1.8])
def test_a_terminal_is_present_however_bright_the_light(level: float) -> None:
    assert set(learnt().show(desk(), 12, even(level))) == {PRESENT}


@pytest.mark.parametrize("sides", [(0.45, 1.2), (1.3, 0.5), (0.7, 1.0)])
def test_a_terminal_is_present_when_the_light_comes_from_the_side(sides: tuple[float, float]) -> None:
    assert set(learnt().show(desk(), 12, from_the_side(*sides))) == {PRESENT}


@pytest.mark.parametrize("depth", [0.75, 0.6, 0.5])
def test_a_terminal_is_present_while_a_shadow_wanders_over_it(depth: float) -> None:
    place = learnt()
    said = [place.look(desk(), shadow(x, depth=depth)).state for x in range(60, 420, 9)]
    assert ABSENT not in said
    assert said.count(PRESENT) >= 0.9 * len(said)


def test_a_shadow_that_stays_on_half_of_a_terminal_does_not_hide_it() -> None:
    assert set(learnt().show(desk(), 12, shadow(LEFT + 20, depth=0.55))) == {PRESENT}


@pytest.mark.parametrize("noise", [1.0, 4.0, 8.0])
def test_a_terminal_is_present_though_the_sensor_is_noisy(noise: float) -> None:
    place = Place(camera=Camera(noise))
    place.show(desk(), 4)
    assert set(place.show(desk(), 12)) == {PRESENT}


def test_a_terminal_is_present_when_the_camera_changes_to_infrared_at_night() -> None:
    place = learnt()
    place.camera = Camera(noise=4, infrared=True)
    said = place.show(desk(), 14)
    assert ABSENT not in said
    assert set(said[8 * FPS :]) == {PRESENT}


def test_a_terminal_is_present_whatever_its_screen_shows() -> None:
    place = learnt()
    for screen in range(1, 8):
        assert set(place.show(desk(screen=screen), 3)) == {PRESENT}


def test_a_terminal_is_present_when_its_screen_goes_dark() -> None:
    asleep = desk()
    cv2.rectangle(asleep, (LEFT + 5, TOP + 4), (LEFT + 91, TOP + 41), (24, 22, 22), -1)
    said = learnt().show(asleep, 20)
    assert ABSENT not in said
    assert said[-1] is PRESENT


def test_a_terminal_is_present_through_a_day_of_slowly_changing_light() -> None:
    place = learnt()
    place.fps = 0.1
    levels = 1.0 + 0.6 * np.sin(np.linspace(0, 4 * np.pi, 144))
    assert {place.look(desk(), even(float(level))).state for level in levels} == {PRESENT}


# nudged and hidden -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", [(24, 0), (-24, 0), (0, 20), (0, -16), (16, 12), (-8, 6)])
def test_a_terminal_nudged_by_a_quarter_of_its_size_is_not_removed(move: tuple[int, int]) -> None:
    place = learnt()
    nudged = painted(laptop, LEFT + move[0], TOP + move[1], base=desk(with_laptop=False))
    said = place.show(nudged, 12)
    assert ABSENT not in said
    assert said[-1] is PRESENT


def test_a_nudged_terminal_that_is_then_taken_is_removed() -> None:
    place = learnt()
    place.show(painted(laptop, LEFT + 18, TOP + 6, base=desk(with_laptop=False)), 20)
    assert place.show(desk(with_laptop=False), 8)[-1] is ABSENT


def hands(seconds: float, fps: float, *, still: bool) -> Iterator[Picture]:
    """Show a hand that lies on the keyboard, or types on it."""
    rng = np.random.default_rng(6)
    base = desk()
    typing = [painted(hand, int(x), int(y), base=base) for x, y in rng.integers((220, 185), (270, 210), (9, 2))]
    for number in range(round(seconds * fps)):
        yield typing[0 if still else number % 9]


@pytest.mark.parametrize("still", [True, False], ids=["still", "typing"])
def test_a_terminal_under_a_hand_for_ten_minutes_is_never_removed(*, still: bool) -> None:
    place = learnt()
    place.fps = 0.5
    assert ABSENT not in place.play(hands(600, 0.5, still=still))
    place.fps = FPS
    assert place.show(desk(), 3)[-1] is PRESENT


def covering_hands(picture: Picture) -> None:
    for x, y in [(196, 168), (220, 156), (244, 176), (268, 158), (284, 190), (208, 200), (240, 206)]:
        hand(picture, x, y)


def test_a_place_that_is_all_hands_is_occluded_for_as_long_as_it_lasts() -> None:
    place = learnt()
    place.fps = 0.5
    covered = painted(covering_hands)
    said = place.show(covered, 600)
    assert ABSENT not in said
    assert set(said[:2]) == {OCCLUDED}
    place.fps = FPS
    assert place.show(desk(), 3)[-1] is PRESENT


@pytest.mark.parametrize("seen", [True, False], ids=["detected", "undetected"])
@pytest.mark.parametrize("x", [LEFT + 48, LEFT + 10, LEFT + 90])
def test_somebody_standing_in_front_for_half_a_minute_does_not_remove_a_terminal(x: int, *, seen: bool) -> None:
    place = learnt()
    in_front, people = with_person(x, 268, 230)
    said = place.show(in_front, 30, people=people if seen else NOBODY)
    assert ABSENT not in said
    assert place.show(desk(), 3)[-1] is PRESENT


def test_somebody_who_shifts_from_foot_to_foot_in_front_occludes_it() -> None:
    place = learnt()

    def swaying() -> Iterator[Picture]:
        for number in range(20 * FPS):
            x = LEFT + 48 + round(14 * np.sin(number / 3))
            yield painted(person, x, 268, 230)

    said = place.play(swaying())
    assert ABSENT not in said
    assert OCCLUDED in said
    assert place.show(desk(), 3)[-1] is PRESENT


@pytest.mark.parametrize("at", [(LEFT - 10, TOP - 10), (LEFT - 40, TOP + 10), (LEFT + 30, TOP + 20)])
def test_a_bag_left_in_front_of_a_terminal_never_removes_it(at: tuple[int, int]) -> None:
    place = learnt()
    place.fps = 0.5
    left_there = painted(bag, *at)
    assert ABSENT not in place.show(left_there, 300)
    place.fps = FPS
    assert place.show(desk(), 3)[-1] is PRESENT


def test_a_sheet_of_paper_laid_on_a_terminal_does_not_remove_it() -> None:
    covered = desk()
    sheet = np.array([[LEFT + 6, TOP + 40], [LEFT + 84, TOP + 34], [LEFT + 94, TOP + 78], [LEFT + 10, TOP + 82]])
    cv2.fillPoly(covered, [sheet.astype(np.int32)], (228, 230, 232))
    place = learnt()
    assert ABSENT not in place.show(covered, 60)
    assert place.show(desk(), 3)[-1] is PRESENT


def closed(picture: Picture, brightness: float) -> None:
    """Lay a closed laptop down: a plain grey lid so much brighter than the desk, with a small mark."""
    lid, mark = 145 * brightness, 145 * brightness * 1.2
    cv2.rectangle(picture, (LEFT, TOP + 12), (LEFT + 96, TOP + 78), (lid, lid, lid), -1)
    cv2.rectangle(picture, (LEFT + 42, TOP + 42), (LEFT + 54, TOP + 48), (mark, mark, mark), -1)


def with_closed(brightness: float) -> Picture:
    return painted(closed, brightness, base=desk(with_laptop=False, grain=0))


def plain(picture: Picture, grey: float) -> None:
    """Put something before the place and all around it that has one grey all over."""
    cv2.rectangle(picture, (LEFT - 30, TOP - 20), (LEFT + 130, HEIGHT), (grey, grey, grey), -1)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4])
def test_a_plain_bag_of_about_the_brightness_of_a_plain_terminal_does_not_remove_it(share: float) -> None:
    lid, wood = 145 * 1.5, 140
    place = learnt(picture=with_closed(1.5))
    grey = lid + share * (wood - lid)
    covered = painted(plain, grey, base=with_closed(1.5))
    assert ABSENT not in place.show(covered, 30)


def test_a_dark_coat_before_a_dark_terminal_does_not_remove_it_though_nobody_is_detected() -> None:
    place = learnt(picture=with_closed(0.45))
    coat = painted(plain, 85, base=with_closed(0.45))
    assert ABSENT not in place.show(coat, 30)


WOODEN = (104, 140, 172)
"""The colour of the desk."""


def sleeve(picture: Picture) -> None:
    """Lay an arm in a sleeve of the desk's colour over all but the upper left of the place."""
    arm = np.array([[LEFT + 30, TOP - 20], [LEFT + 130, TOP - 20], [LEFT + 130, HEIGHT], [LEFT - 10, HEIGHT]])
    cv2.fillPoly(picture, [arm.astype(np.int32)], WOODEN)
    for fold in range(3):
        cv2.line(picture, (LEFT + 50 + 20 * fold, TOP + 10), (LEFT + 40 + 20 * fold, TOP + 70), (96, 128, 158), 2)


def test_clothes_of_the_colour_of_the_desk_do_not_remove_what_they_are_in_front_of() -> None:
    place = learnt()
    in_front = boxes((LEFT - 12, 20, LEFT + 140, HEIGHT))
    assert set(place.show(painted(sleeve), 30, people=in_front)) == {OCCLUDED}
    assert place.show(desk(), 3)[-1] is PRESENT


# taken -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grain", [0.0, 5.0, 12.0], ids=["plain", "wood", "rough wood"])
def test_a_terminal_that_is_taken_is_absent_within_three_seconds(grain: float) -> None:
    place = learnt(picture=desk(grain=grain))
    said = place.show(desk(with_laptop=False, grain=grain), 12)
    assert ABSENT in said
    assert said.index(ABSENT) <= 3 * FPS
    assert set(said[said.index(ABSENT) :]) == {ABSENT}


@pytest.mark.parametrize("grain", [0.0, 5.0, 12.0], ids=["plain", "wood", "rough wood"])
def test_a_small_box_that_is_taken_is_absent_within_three_seconds(grain: float) -> None:
    with_box = painted(small_box, LEFT, TOP + 20, base=desk(with_laptop=False, grain=grain))
    place = learnt(BOX_SLOT, with_box)
    said = place.show(desk(with_laptop=False, grain=grain), 12)
    assert ABSENT in said
    assert said.index(ABSENT) <= 3 * FPS
    assert set(said[said.index(ABSENT) :]) == {ABSENT}


@pytest.mark.parametrize("brightness", [0.3, 0.5, 0.75, 1.3, 1.6])
def test_a_closed_terminal_that_is_taken_is_absent_and_stays_present_in_other_light_until_then(
    brightness: float,
) -> None:
    lid = painted(closed, brightness, base=desk(with_laptop=False))
    place = learnt(picture=lid)
    for light in (even(0.6), even(1.3), from_the_side(0.6, 1.1), shadow(LEFT + 20)):
        assert set(place.show(lid, 4, light)) == {PRESENT}
    assert place.show(desk(with_laptop=False), 12)[-1] is ABSENT


def taken_by_hand() -> Iterator[Picture]:
    """Show a hand that comes, lifts the laptop out of the view below, and goes."""
    for number in range(2 * FPS):
        yield painted(hand, LEFT + 50, 250 - 6 * number)
    for number in range(2 * FPS):
        base = painted(laptop, LEFT + 3 * number, TOP + 14 * number, base=desk(with_laptop=False))
        yield painted(hand, LEFT + 50 + 3 * number, min(262, TOP + 60 + 14 * number), base=base)


def test_a_terminal_carried_off_by_a_hand_is_occluded_and_then_absent() -> None:
    place = learnt()
    during = place.play(taken_by_hand())
    assert ABSENT not in during[: 2 * FPS]
    said = place.show(desk(with_laptop=False), 10)
    assert ABSENT in said[: 3 * FPS]
    assert said[-1] is ABSENT


@pytest.mark.parametrize("seen", [True, False], ids=["detected", "undetected"])
@pytest.mark.parametrize("x", [LEFT - 45, LEFT + 150])
def test_a_terminal_taken_beside_somebody_who_stays_standing_there_is_absent(x: int, *, seen: bool) -> None:
    place = learnt()
    beside, people = with_person(x, 268, 220, desk(with_laptop=False))
    said = place.show(beside, 12, people=people if seen else NOBODY)
    assert ABSENT in said[: 6 * FPS]
    assert said[-1] is ABSENT


def test_a_terminal_taken_by_somebody_who_sits_beside_it_with_the_place_in_their_box_is_absent() -> None:
    place = learnt()
    beside = boxes((LEFT - 90, 30, LEFT + 120, HEIGHT - 10))
    said = place.show(desk(with_laptop=False), 12, people=beside)
    assert ABSENT in said[: 3 * FPS]
    assert said[-1] is ABSENT


def test_a_terminal_is_absent_though_a_hand_goes_on_moving_beside_its_place() -> None:
    place = learnt()

    def beside() -> Iterator[Picture]:
        for number in range(10 * FPS):
            at = (LEFT + 138 + (number * 7) % 20, 200 + (number * 5) % 24)
            yield painted(hand, *at, base=desk(with_laptop=False))

    said = place.play(beside())
    assert ABSENT in said[: 6 * FPS]
    assert said[-1] is ABSENT


def test_a_terminal_taken_from_under_a_hand_after_minutes_of_work_is_absent() -> None:
    place = learnt()
    place.play(hands(20, FPS, still=False))
    assert place.show(desk(with_laptop=False), 10)[-1] is ABSENT


def test_a_terminal_taken_while_the_light_also_changes_is_absent() -> None:
    place = learnt()
    said = place.show(desk(with_laptop=False), 12, from_the_side(0.6, 1.0))
    assert said[-1] is ABSENT


def test_a_terminal_that_is_put_back_is_present_again() -> None:
    place = learnt()
    place.show(desk(with_laptop=False), 20)
    said = place.show(desk(), 6)
    assert said[-1] is PRESENT
    assert said.index(PRESENT) <= 2 * FPS


def test_a_terminal_put_back_a_little_off_its_place_is_present_again() -> None:
    place = learnt()
    place.show(desk(with_laptop=False), 20)
    off = painted(laptop, LEFT + 14, TOP + 8, base=desk(with_laptop=False))
    assert place.show(off, 10)[-1] is PRESENT


@pytest.mark.parametrize("level", [0.6, 1.4])
def test_an_empty_place_stays_absent_when_the_light_changes(level: float) -> None:
    place = learnt()
    place.show(desk(with_laptop=False), 10)
    said = place.show(desk(with_laptop=False), 15, even(level))
    assert PRESENT not in said
    assert said[-1] is ABSENT


def test_an_empty_place_stays_absent_for_an_hour() -> None:
    place = learnt()
    place.fps = 0.05
    said = place.show(desk(with_laptop=False), 3_600)
    assert set(said[5:]) == {ABSENT}


# what is remembered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grain", [0.0, 5.0])
def test_minutes_under_a_bag_do_not_teach_that_the_bag_belongs_there(grain: float) -> None:
    place = learnt(picture=desk(grain=grain))
    place.fps = 1
    place.show(painted(bag, LEFT - 10, TOP - 10, base=desk(grain=grain)), 200)
    place.fps = FPS
    assert place.show(desk(with_laptop=False, grain=grain), 12)[-1] is ABSENT
    assert place.show(desk(grain=grain), 6)[-1] is PRESENT


def test_minutes_without_a_terminal_do_not_teach_that_the_place_is_meant_to_be_empty() -> None:
    place = learnt()
    place.fps = 1
    place.show(desk(with_laptop=False), 200)
    assert len(place.watcher._references) <= 2
    assert place.show(desk(), 4)[-1] is PRESENT
    assert place.show(desk(with_laptop=False), 8)[-1] is ABSENT


def test_a_hand_that_rests_there_does_not_become_part_of_what_is_remembered() -> None:
    place = learnt()
    place.fps = 1
    place.play(hands(200, 1, still=True))
    place.fps = FPS
    assert set(place.show(desk(), 5)) == {PRESENT}
    assert place.show(desk(with_laptop=False), 10)[-1] is ABSENT


def test_blindness_says_unknown_and_what_was_remembered_stays() -> None:
    place = learnt()
    assert place.watcher.blind() == SlotReading(UNKNOWN)
    assert place.watcher.blind() == SlotReading(UNKNOWN)
    place.at_ms += 60_000
    assert place.show(desk(), 3)[-1] is PRESENT
    place.watcher.blind()
    place.at_ms += 60_000
    assert place.show(desk(with_laptop=False), 8)[-1] is ABSENT


def folder(picture: Picture) -> None:
    cv2.rectangle(picture, (LEFT - 6, TOP + 30), (LEFT + 52, TOP + 80), (60, 130, 70), -1)
    cv2.rectangle(picture, (LEFT, TOP + 36), (LEFT + 30, TOP + 46), (220, 224, 226), -1)


def test_a_folder_left_on_half_of_a_terminal_does_not_become_the_terminal() -> None:
    place = learnt()
    assert ABSENT not in place.show(painted(folder), 40)
    without_terminal = painted(folder, base=desk(with_laptop=False))
    place.show(without_terminal, 5)
    assert place.show(desk(with_laptop=False), 10)[-1] is ABSENT
    assert place.show(desk(), 4)[-1] is PRESENT


def test_nothing_that_was_about_to_be_decided_is_decided_by_the_first_sight_after_blindness() -> None:
    place = learnt()
    place.look(desk(with_laptop=False))
    place.watcher.blind()
    place.at_ms += 60_000
    assert place.look(desk(with_laptop=False)).state is not ABSENT


def test_holding_gives_the_last_verdict_again() -> None:
    place = learnt()
    assert place.watcher.hold() == place.look(desk())
    place.show(desk(with_laptop=False), 8)
    assert place.watcher.hold().state is ABSENT


def test_holding_while_blind_stays_unknown() -> None:
    place = learnt()
    place.watcher.blind()
    assert place.watcher.hold().state is UNKNOWN


# with the health of the camera --------------------------------------------------------------------------------


class Camcorder:
    """A whole analyzer without a detector, so that a view that cannot be seen is known to be blind."""

    def __init__(self) -> None:
        self.analyzer = Analyzer(View("counter", (), (LAPTOP_SLOT,)), ITEMS, None)
        self.camera = Camera()
        self.at_ms = 0

    def show(self, picture: Picture, seconds: float, light: Light | None = None) -> list[SlotState]:
        said = []
        for _ in range(round(seconds * FPS)):
            seen = self.analyzer.observe(self.camera.frame(self.at_ms, picture, light))
            said.append(SlotState.UNKNOWN if seen.health is not Health.CLEAR else seen.slots["T-01"].state)
            self.at_ms += 1_000 // FPS
        return said


def longest_absence_s(said: list[SlotState]) -> float:
    longest = now = 0
    for state in said:
        now = now + 1 if state is ABSENT else 0
        longest = max(longest, now)
    return longest / FPS


@pytest.mark.parametrize("level", [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3])
def test_a_terminal_is_never_told_removed_because_the_light_was_turned_down(level: float) -> None:
    camcorder = Camcorder()
    assert camcorder.show(desk(), 5)[-1] is PRESENT
    assert longest_absence_s(camcorder.show(desk(), 10, even(level))) < 2
    assert set(camcorder.show(desk(), 6)[2 * FPS :]) == {PRESENT}


@pytest.mark.parametrize("level", [0.01, 0.03, 0.06])
def test_a_terminal_taken_in_the_dark_is_absent_when_the_light_comes_back(level: float) -> None:
    camcorder = Camcorder()
    camcorder.show(desk(), 5)
    camcorder.show(desk(), 6, even(level))
    assert longest_absence_s(camcorder.show(desk(with_laptop=False), 10, even(level))) < 2
    assert camcorder.show(desk(with_laptop=False), 10)[-1] is ABSENT
    assert camcorder.show(desk(), 4)[-1] is PRESENT


def test_a_covered_view_makes_the_place_unknown_and_never_absent() -> None:
    camcorder = Camcorder()
    camcorder.show(desk(), 5)
    cardboard = np.full((HEIGHT, WIDTH, 3), (92, 124, 150), np.float32)
    said = camcorder.show(cardboard, 20)
    assert ABSENT not in said
    assert set(said[2 * FPS :]) == {UNKNOWN}
    assert set(camcorder.show(desk(), 6)[2 * FPS :]) == {PRESENT}


@pytest.mark.parametrize("level", [0.15, 0.3])
def test_a_terminal_learnt_in_dim_light_is_present_when_the_lights_come_on(level: float) -> None:
    camcorder = Camcorder()
    assert camcorder.show(desk(), 5, even(level))[-1] is PRESENT
    assert longest_absence_s(camcorder.show(desk(), 12)) < 2
    assert camcorder.show(desk(), 2)[-1] is PRESENT
    assert camcorder.show(desk(with_laptop=False), 10)[-1] is ABSENT


def test_a_camera_that_was_turned_away_and_back_has_lost_nothing() -> None:
    camcorder = Camcorder()
    camcorder.show(desk(), 5)
    away = np.ascontiguousarray(np.roll(desk(), (40, 150), axis=(0, 1)))
    assert longest_absence_s(camcorder.show(away, 20)) < 2
    assert set(camcorder.show(desk(), 6)[2 * FPS :]) == {PRESENT}


# the second voice -------------------------------------------------------------------------------------------


class KnowsOneThing:
    """A detector that, while it finds anything, finds laptops of the right size all over the picture."""

    labels = ("keyboard", "laptop")

    def __init__(self) -> None:
        self.finds = True
        self.asked = 0

    def __call__(self, image: Image) -> Detections:
        self.asked += 1
        if not self.finds:
            return Detections.empty()
        height, width = image.shape[:2]
        found = boxes(*[(x, y, x + 112, y + 90) for x in range(0, width, 30) for y in range(0, height, 30)])
        return Detections(found, np.full(len(found), 0.9, np.float32), np.ones(len(found), np.int32))


def test_a_detector_that_recognises_the_item_vouches_for_it_and_is_named_as_the_voice() -> None:
    look = KnowsOneThing()
    place = Place()
    place.watcher = SlotWatcher(LAPTOP_SLOT, witness=Witness(look))
    place.show(desk(), 4)
    place.show(desk(with_laptop=False), 1)
    reading = place.look(desk(with_laptop=False))
    assert (reading.state, reading.voice) == (PRESENT, Voice.DETECTOR)
    look.finds = False
    assert place.show(desk(with_laptop=False), 8)[-1] is ABSENT
    assert place.look(desk(with_laptop=False)).voice is Voice.APPEARANCE


def test_a_detector_that_never_knew_the_item_is_not_asked_about_it() -> None:
    look = KnowsOneThing()
    look.finds = False
    place = Place()
    place.watcher = SlotWatcher(LAPTOP_SLOT, witness=Witness(look))
    place.show(desk(), 4)
    introduced = look.asked
    look.finds = True
    assert place.show(desk(with_laptop=False), 8)[-1] is ABSENT
    assert look.asked == introduced


# the table ---------------------------------------------------------------------------------------------------


def test_a_frame_of_another_size_is_learnt_anew() -> None:
    place = learnt()
    small = np.ascontiguousarray(cv2.resize(desk(), (320, 180), interpolation=cv2.INTER_AREA))
    noise = np.random.default_rng(3)
    said = []
    for number in range(4 * FPS):
        shaken = np.clip(small + noise.normal(0, 2, small.shape), 0, 255).astype(np.uint8)
        frame = Frame.from_bgr(place.at_ms + number * 200, shaken)
        said.append(place.watcher.update(frame, scene_of(frame), NOBODY).state)
    assert said[0] is UNKNOWN
    assert said[-1] is PRESENT


def test_timing_of_its_own_is_kept() -> None:
    place = Place()
    place.watcher = SlotWatcher(LAPTOP_SLOT, timing=SlotTiming(learn_ms=3_000))
    said = place.show(desk(), 5)
    assert set(said[: 3 * FPS - 1]) == {UNKNOWN}
    assert said[-1] is PRESENT
