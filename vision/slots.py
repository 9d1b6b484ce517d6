"""An item's place: present, occluded, absent, unknown, from what the place looked like while all was calm.

One SlotWatcher follows one slot in one camera. It remembers how the place looks with the item in it, and asks
of every frame which of three things it sees: the item, the bare surroundings where the item was, or something
else in front. Time is an argument; nothing here reads files or runs models.

Raised and cleared by what is seen, with the seconds that it must last (`_decide` is the table):

    sign       condition                                            state
    ITEM       nothing of the item has changed, or its structure    PRESENT
               is found again near its place
    BARE       its outline is gone and the surroundings continue    ABSENT, after `bare_ms` of nothing else
               through its place
    OTHER      anything else                                        OCCLUDED
    OTHER      ... its structure gone, all still and nobody near    ABSENT, after `gone_ms`
    OTHER      ... half its structure found, still, nobody near     PRESENT, after `settle_ms`, and remembered:
                                                                    it was nudged, or the light fell differently
    OTHER      ... everything around has changed as well            UNKNOWN, after `settle_ms`

A door differs: its place shows it closed or not, it cannot be nudged, and opening it changes what is around it.

    OTHER      (a door) its structure gone, still, nobody near      ABSENT, after `open_ms`

Where a detector has recognised the item in its place while all was calm, it is asked before anything but PRESENT is
said, and its word is PRESENT (`vision.witness`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import cv2
import numpy as np

from vision.appearance import (
    EdgeMemory,
    Look,
    Mask,
    Plane,
    changed,
    colour_distance,
    continued,
    grown,
    light_change,
    log_luma,
    outline_vanished,
    share,
)
from vision.boxes import overlaps
from vision.types import Boxes, Frame, Image, SlotReading, SlotState, Voice
from vision.witness import Witness
from vision.zones import Slot, to_pixels

LARGEST_SIDE_PX: Final = 64
"""A slot is looked at no finer than this; larger views are reduced."""

BARE_EVIDENCE: Final = 1.85
"""Sum of the three shares that tell a bare place. On real clips bare places gave 1.98 and more, everything else
(arms, bodies, hands, a nudged or half hidden item, changes of light) at most 1.70."""


@dataclass(frozen=True, slots=True)
class SlotTiming:
    """Seconds are milliseconds here, of capture time during which the camera could see."""

    learn_ms: int = 800
    learn_at_most_ms: int = 8_000
    bare_ms: int = 200
    gone_ms: int = 5_000
    settle_ms: int = 4_000
    open_ms: int = 1_500
    refresh_ms: int = 10_000


class Sign(Enum):
    """What one frame shows at the place."""

    ITEM = auto()
    BARE = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one frame says of the place, all shares 0..1.

    likeness: of the item's structure that is found. around_changed: of the surroundings that differ from the
    remembered ones. item_changed: of the item's own pixels that differ.
    """

    sign: Sign
    likeness: float
    around_changed: float
    item_changed: float


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The pixels of a frame that belong to a slot: a rectangle around it, reduced by `scale`.

    left, top, right, bottom: px of the frame. inside: the slot's polygon, around: what lies outside it, both
    (height, width) bool of the reduced rectangle. reach: px that a nudged item may have moved.
    """

    left: int
    top: int
    right: int
    bottom: int
    size: tuple[int, int]
    inside: Mask
    around: Mask
    reach: int

    @classmethod
    def of(cls, slot: Slot, width: int, height: int) -> Region:
        """Lay the slot's region out in a frame of width x height px."""
        corners = to_pixels(slot.polygon, width, height)
        low, high = corners.min(axis=0), corners.max(axis=0)
        side = float((high - low).min())
        margin = max(6.0, 0.5 * side)
        left, top = np.maximum(np.floor(low - margin), 0).astype(int)
        right, bottom = np.minimum(np.ceil(high + margin), (width, height)).astype(int)
        scale = min(1.0, LARGEST_SIDE_PX / float((high - low).max()))
        size = (max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale)))
        polygon = (corners - (left, top)) * (size[0] / (right - left), size[1] / (bottom - top))
        inside = np.zeros(size[::-1], np.uint8)
        cv2.fillPoly(inside, [np.round(polygon).astype(np.int32)], 1)
        mask = inside > 0
        reach = max(2, round(0.25 * side * scale))
        return cls(int(left), int(top), int(right), int(bottom), size, mask, ~grown(mask, 2), reach)

    @property
    def box(self) -> Boxes:
        """The rectangle as (1, 4) float32 px of the frame."""
        return np.array([[self.left, self.top, self.right, self.bottom]], np.float32)

    def luma(self, frame: Frame) -> Image:
        """Cut the region out of a frame, (height, width) uint8."""
        return self._reduced(frame.luma[self.top : self.bottom, self.left : self.right])

    def colour(self, frame: Frame) -> Image:
        """Cut the region out of a frame, (height, width, 3) uint8."""
        return self._reduced(frame.bgr[self.top : self.bottom, self.left : self.right])

    def close_up(self, frame: Frame) -> tuple[Image, Boxes]:
        """Cut out a picture of the place with as much again around it, and the polygon's (1, 4) px box in it."""
        width, height = self.right - self.left, self.bottom - self.top
        left, top = max(0, self.left - width // 2), max(0, self.top - height // 2)
        right, bottom = min(frame.width, self.right + width // 2), min(frame.height, self.bottom + height // 2)
        rows, columns = np.nonzero(self.inside)
        scale_x, scale_y = width / self.size[0], height / self.size[1]
        box = (columns.min() * scale_x, rows.min() * scale_y, columns.max() * scale_x, rows.max() * scale_y)
        offset = np.array([self.left - left, self.top - top] * 2, np.float32)
        return frame.bgr[top:bottom, left:right], np.array([box], np.float32) + offset

    def _reduced(self, patch: Image) -> Image:
        if (patch.shape[1], patch.shape[0]) == self.size:
            return np.ascontiguousarray(patch)
        return np.asarray(cv2.resize(patch, self.size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """How the place looks with the item in it.

    item: its own pixels, those that its surroundings do not continue through; edges: its structure.
    scene: (height, width) log luma of the whole view, small, to tell a change of light. contrast: the smallest
    change that counts, in log luma.
    """

    look: Look
    scene: Plane
    item: Mask
    edges: EdgeMemory
    contrast: float

    @classmethod
    def of(cls, region: Region, look: Look, colour: Image, scene: Plane) -> Reference | None:
        """Remember a place; None where nothing in the slot stands out from its surroundings."""
        bare = continued(colour, grown(region.inside))
        item = (colour_distance(colour, bare) > 16) & region.inside
        if share(item, region.inside) < 0.05:
            item = (colour_distance(colour, bare) > 8) & region.inside
        if share(item, region.inside) < 0.05:
            return None
        luma = log_luma(np.asarray(cv2.cvtColor(bare, cv2.COLOR_BGR2GRAY), np.uint8))
        stands_out = float(np.median(np.abs(look.log_luma - luma)[item]))
        edges = EdgeMemory.of(look, grown(item) & grown(region.inside))
        return cls(look, scene, item, edges, min(0.16, max(0.05, 0.6 * stands_out)))


def examine(region: Region, reference: Reference, look: Look, colour: Image, scene: Plane) -> Evidence:
    """Compare a place with one reference; `scene` is the small log luma of the whole view now."""
    light = light_change(reference.scene, scene)
    differs = changed(reference.look, look, light, reference.contrast)
    around_changed = share(differs, region.around)
    item_changed = share(differs, reference.item)
    if item_changed < 0.12:
        return Evidence(Sign.ITEM, 1.0 - item_changed, around_changed, item_changed)
    likeness = reference.edges.surviving(look, region.reach)
    if likeness < 0.7 and _is_bare(region, reference, look, colour, differs):
        sign = Sign.BARE
    else:
        sign = Sign.ITEM if likeness >= 0.6 else Sign.OTHER
    return Evidence(sign, likeness, around_changed, item_changed)


def _is_bare(region: Region, reference: Reference, look: Look, colour: Image, differs: Mask) -> bool:
    """Tell whether the item's outline is gone and its surroundings continue through its place.

    Three shares of evidence, each at least a half, that together must come near to two of three: the outline of
    what has changed belongs to the past; what has changed looks as its surroundings would if they went on; so does
    the item's whole place.
    """
    if differs.mean() > 0.85:
        return False
    gone = differs & region.inside
    outline = outline_vanished(reference.look, look, gone, region.inside)
    if outline < 0.58:
        return False
    near = colour_distance(colour, continued(colour, grown(differs)))
    blends = float((near[gone] < 14).mean())
    if blends < 0.5:
        return False
    whole = colour_distance(colour, continued(colour, grown(differs) | grown(region.inside)))
    bare = float((whole[reference.item] < 20).mean())
    return bare >= 0.5 and outline + blends + bare >= BARE_EVIDENCE


class SlotWatcher:
    """Follows one slot in one camera; `update` once a frame, with the people seen in it."""

    def __init__(
        self, slot: Slot, *, door: bool = False, witness: Witness | None = None, timing: SlotTiming | None = None
    ) -> None:
        """Follow a slot; `door` where its item is a door."""
        self._slot = slot
        self._door = door
        self._witness = witness
        self._voice = Voice.APPEARANCE
        self._timing = timing or SlotTiming()
        self._region: Region | None = None
        self._frame_size = (0, 0)
        self._references: list[Reference] = []
        self._learning: list[Plane] = []
        self._started_at_ms: int | None = None
        self._state = SlotState.UNKNOWN
        self._evidence: Evidence | None = None
        self._seen_luma: Image | None = None
        self._previous: Look | None = None
        self._moved_at_ms = 0
        self._refreshed_at_ms = 0
        self._bare_since_ms = 0

    def update(self, frame: Frame, scene: Plane, people: Boxes) -> SlotReading:
        """Look at a frame. `scene`: small log luma of the whole view; `people`: (n, 4) px of the frame."""
        region = self._lay_out(frame)
        luma = region.luma(frame)
        if self._evidence is None or self._seen_luma is None or _differ(self._seen_luma, luma):
            look = Look.of(log_luma(luma))
            self._notice_motion(region, look, frame.captured_at_ms)
            self._seen_luma = luma
            if not self._references:
                self._learn(region, look, frame, scene)
            else:
                self._evidence = self._examine(region, look, region.colour(frame), scene)
        if self._evidence is not None:
            self._decide(self._evidence, frame, scene, crowded=bool(overlaps(region.box, people).any()))
        return self._reading()

    def hold(self) -> SlotReading:
        """Give the last verdict again: nothing has changed since."""
        return self._reading()

    def blind(self) -> SlotReading:
        """Say that the camera cannot see; what is remembered stays, what was about to be decided does not."""
        self._seen_luma = None
        self._previous = None
        self._moved_at_ms = -1
        self._learning.clear()
        self._started_at_ms = None
        self._state = SlotState.UNKNOWN
        return SlotReading(SlotState.UNKNOWN)

    def _reading(self) -> SlotReading:
        if self._evidence is None:
            return SlotReading(SlotState.UNKNOWN)
        return SlotReading(self._state, self._voice, round(self._evidence.likeness, 3))

    def _lay_out(self, frame: Frame) -> Region:
        """Return the region, laid out anew (and learnt anew) where the frame size has changed."""
        if self._region is None or self._frame_size != (frame.width, frame.height):
            self._region = Region.of(self._slot, frame.width, frame.height)
            self._frame_size = (frame.width, frame.height)
            self._references.clear()
            self._evidence = self._seen_luma = self._previous = None
        return self._region

    def _notice_motion(self, region: Region, look: Look, at_ms: int) -> None:
        previous, self._previous = self._previous, look
        if previous is None:
            self._moved_at_ms = at_ms
            return
        light = light_change(previous.log_luma, look.log_luma)
        if share(changed(previous, look, light, 0.16), region.inside) > 0.03:
            self._moved_at_ms = at_ms

    def _still_ms(self, at_ms: int) -> int:
        return at_ms - self._moved_at_ms

    def _learn(self, region: Region, look: Look, frame: Frame, scene: Plane) -> None:
        """Gather looks until the place has been still for a while; remember their median."""
        at_ms, timing = frame.captured_at_ms, self._timing
        if self._started_at_ms is None:
            self._started_at_ms = at_ms
        waited_ms = at_ms - self._started_at_ms
        if self._still_ms(at_ms) == 0 and waited_ms < timing.learn_at_most_ms:
            self._learning.clear()
        self._learning.append(look.log_luma)
        if self._still_ms(at_ms) < timing.learn_ms and waited_ms < timing.learn_at_most_ms:
            return
        median = Look.of(np.median(np.stack(self._learning[-15:]), axis=0).astype(np.float32))
        reference = Reference.of(region, median, region.colour(frame), scene)
        self._learning.clear()
        if reference is None:
            self._started_at_ms = None
            return
        self._references = [reference]
        self._refreshed_at_ms = at_ms
        if self._witness is not None:
            self._witness.introduce(*region.close_up(frame))
        self._evidence = Evidence(Sign.ITEM, 1.0, 0.0, 0.0)

    def _examine(self, region: Region, look: Look, colour: Image, scene: Plane) -> Evidence:
        """Compare with the newest reference, and with the first where the newest does not show the item."""
        evidence = examine(region, self._references[-1], look, colour, scene)
        if evidence.sign is Sign.ITEM or len(self._references) == 1:
            return evidence
        first = examine(region, self._references[0], look, colour, scene)
        return first if first.sign is Sign.ITEM else evidence

    def _decide(self, evidence: Evidence, frame: Frame, scene: Plane, *, crowded: bool) -> None:
        """Turn the sign of one frame into a state: the table at the head of this file."""
        at_ms, timing = frame.captured_at_ms, self._timing
        still_ms = self._still_ms(at_ms)
        self._voice = Voice.APPEARANCE
        if evidence.sign is not Sign.BARE:
            self._bare_since_ms = at_ms
        if evidence.sign is not Sign.ITEM and self._vouched(frame):
            self._voice = Voice.DETECTOR
            self._state = SlotState.PRESENT
        elif evidence.sign is Sign.ITEM:
            self._state = SlotState.PRESENT
            if not crowded and still_ms >= timing.learn_ms:
                self._refresh(evidence, frame, scene)
        elif evidence.sign is Sign.BARE:
            if at_ms - self._bare_since_ms >= timing.bare_ms:
                self._state = SlotState.ABSENT
            elif self._state is not SlotState.ABSENT:
                self._state = SlotState.OCCLUDED
        else:
            self._state = self._decide_other(evidence, frame, scene, still_ms=still_ms, crowded=crowded)

    def _decide_other(
        self, evidence: Evidence, frame: Frame, scene: Plane, *, still_ms: int, crowded: bool
    ) -> SlotState:
        timing = self._timing
        if self._door:
            is_open = not crowded and still_ms >= timing.open_ms and evidence.likeness < 0.5
            return SlotState.ABSENT if is_open else SlotState.OCCLUDED
        if crowded or still_ms < timing.settle_ms:
            return SlotState.OCCLUDED
        if evidence.likeness >= 0.42:
            self._remember(frame, scene)
            return SlotState.PRESENT
        if evidence.around_changed > 0.7:
            return SlotState.UNKNOWN
        replaced = evidence.likeness < 0.35 and evidence.item_changed > 0.5 and evidence.around_changed < 0.06
        if (replaced and still_ms >= timing.gone_ms) or self._state is SlotState.ABSENT:
            return SlotState.ABSENT
        return SlotState.OCCLUDED

    def _vouched(self, frame: Frame) -> bool:
        """Ask the second voice whether the item is there."""
        if self._witness is None or self._witness.knows is None or self._region is None:
            return False
        image, place = self._region.close_up(frame)
        return self._witness.vouches(frame.captured_at_ms, image, place)

    def _refresh(self, evidence: Evidence, frame: Frame, scene: Plane) -> None:
        """Follow slow changes of light, only while the item is plainly there."""
        due = frame.captured_at_ms - self._refreshed_at_ms >= self._timing.refresh_ms
        if due and evidence.likeness >= 0.8:
            self._remember(frame, scene)

    def _remember(self, frame: Frame, scene: Plane) -> None:
        region = self._lay_out(frame)
        self._refreshed_at_ms = frame.captured_at_ms
        look = Look.of(log_luma(region.luma(frame)))
        reference = Reference.of(region, look, region.colour(frame), scene)
        if reference is not None:
            self._references = [self._references[0], reference]
            self._evidence = Evidence(Sign.ITEM, 1.0, 0.0, 0.0)


def _differ(one: Image, other: Image) -> bool:
    """Tell whether two patches differ by more than noise anywhere."""
    return bool(cv2.blur(cv2.absdiff(one, other), (3, 3)).max() > 5)
