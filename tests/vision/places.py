"""A slot watched through a painted camera: what tests of slots and doors share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import cv2
import numpy as np

from tests.vision.builders import boxes
from tests.vision.painter import HEIGHT, WIDTH, Camera, Light, Picture, laptop, person, room
from vision.appearance import Plane, log_luma
from vision.slots import SlotWatcher
from vision.types import Boxes, Frame, SlotReading, SlotState
from vision.zones import Polygon, Slot

PRESENT, OCCLUDED, ABSENT, UNKNOWN = SlotState
FPS: Final = 5
LEFT, TOP = 190, 140
NOBODY = boxes()


def around(left: float, top: float, right: float, bottom: float) -> Polygon:
    """Return a rectangle in px of the painted view as a polygon of fractions."""
    x = (left / WIDTH, right / WIDTH)
    y = (top / HEIGHT, bottom / HEIGHT)
    return ((x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1]))


LAPTOP_SLOT = Slot("T-01", around(LEFT - 8, TOP - 4, LEFT + 104, TOP + 86))
BOX_SLOT = Slot("T-02", around(LEFT - 5, TOP + 15, LEFT + 45, TOP + 55))


def desk(*, with_laptop: bool = True, grain: float = 5.0, screen: int = 0) -> Picture:
    painted = room(desk_grain=grain)
    if with_laptop:
        laptop(painted, LEFT, TOP, screen)
    return painted


class Place:
    """A slot watched through a painted camera; `show` lets time pass and remembers what was said."""

    def __init__(
        self, slot: Slot = LAPTOP_SLOT, camera: Camera | None = None, *, door: bool = False, fps: float = FPS
    ) -> None:
        self.watcher = SlotWatcher(slot, door=door)
        self.camera = camera or Camera()
        self.fps = fps
        self.at_ms = 0

    def show(
        self, picture: Picture, seconds: float, light: Light | None = None, people: Boxes = NOBODY
    ) -> list[SlotState]:
        """Look at one picture for some seconds; return what was said of the place at each frame."""
        return self.play((picture for _ in range(round(seconds * self.fps))), light, people)

    def play(
        self, pictures: Iterator[Picture], light: Light | None = None, people: Boxes = NOBODY
    ) -> list[SlotState]:
        return [self.look(picture, light, people).state for picture in pictures]

    def look(self, picture: Picture, light: Light | None = None, people: Boxes = NOBODY) -> SlotReading:
        frame = self.camera.frame(self.at_ms, picture, light)
        self.at_ms += round(1_000 / self.fps)
        return self.watcher.update(frame, scene_of(frame), people)


def scene_of(frame: Frame) -> Plane:
    """Return the small log luma of a whole view."""
    return log_luma(np.asarray(cv2.resize(frame.luma, (64, 36), interpolation=cv2.INTER_AREA), np.uint8))


def learnt(slot: Slot = LAPTOP_SLOT, picture: Picture | None = None, camera: Camera | None = None) -> Place:
    """Return a place that has been watched in calm for some seconds."""
    place = Place(slot, camera)
    assert place.show(desk() if picture is None else picture, 4)[-1] is PRESENT
    return place


def painted(thing: Callable[..., object], *where: float, base: Picture | None = None) -> Picture:
    """Return the desk, or another picture, with one more thing in it."""
    picture = (desk() if base is None else base).copy()
    thing(picture, *where)
    return picture


def with_person(x: int, feet: int, height: int, base: Picture | None = None) -> tuple[Picture, Boxes]:
    """Return a picture with somebody in it, and their box."""
    picture = (desk() if base is None else base).copy()
    return picture, boxes(person(picture, x, feet, height))
