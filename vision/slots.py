"""An item's place over time: present, occluded, absent, unknown.

One SlotWatcher follows one slot in one camera. It remembers how the place looks with the item in it, and asks of
every frame which of three things it sees (`vision.place`): the item, its bare place, or something else.

    sign    condition                                               state
    ITEM    nothing of the item has changed, or its structure is    PRESENT
            found at its place or near it
    BARE    its outline is gone and the surroundings continue       ABSENT, after `bare_ms` of nothing else
            through its place
    BARE    ... but most of it may be behind somebody, and what     OCCLUDED
            is seen is not bare beyond doubt
    OTHER   anything else                                           OCCLUDED
    OTHER   ... all still, nobody near, the surroundings as they    ABSENT, after `gone_ms`
            were, and nearly bare
    OTHER   ... all still, nobody near, half its structure found    PRESENT, after `settle_ms`, and remembered: it
            and the place not bare                                  was nudged, lit anew, or its screen changed
    OTHER   ... all still, nobody near, everything around changed   UNKNOWN, after `settle_ms`

A door differs (`vision.door`): what is not hidden of it shows it closed or open, and whoever works at it may go on.

    ITEM    (a door) what is seen of it is as it was when closed    PRESENT
    BARE    (a door) what is seen of it is not                      ABSENT, after `open_ms`, whoever stands there
    OTHER   (a door) too little is seen of it                       OCCLUDED

What was learnt while somebody stood in front is provisional: once they have gone and the surroundings differ as well,
the place is learnt anew. The reference follows slow changes only while the item is plainly there.

Where a detector has recognised the item in its place while all was calm, it is asked before anything but PRESENT is
said, and its word is PRESENT (`vision.witness`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vision.appearance import Look, Mask, Plane, changed, light_change, log_luma, share
from vision.boxes import overlaps
from vision.door import examine_door
from vision.place import HALF_FOUND, Evidence, Reference, Region, Sign, differ, examine
from vision.types import Boxes, Frame, Image, SlotReading, SlotState, Voice
from vision.witness import Witness
from vision.zones import Slot

BEHIND_SOMEBODY: Final = 0.5
"""Share of a place from which on what is seen there may be the clothes of whoever stands in front."""

BEYOND_DOUBT: Final = 2.7
"""Bareness, out of 3, that no clothes give: somebody may sit beside a bare place and have it in their box."""

NEARLY_BARE: Final = 1.65
"""Bareness that is enough where all has been calm for long."""

NOT_BARE: Final = 1.4
"""Bareness below which the place is not empty, so that half the structure found is the item and not its place."""

AS_THEY_WERE: Final = 0.06
"""Share of the surroundings that may differ while they count as unchanged."""


@dataclass(frozen=True, slots=True)
class SlotTiming:
    """Milliseconds of capture time during which the camera could see; see the table."""

    learn_ms: int = 800
    learn_at_most_ms: int = 8_000
    bare_ms: int = 200
    gone_ms: int = 5_000
    settle_ms: int = 4_000
    open_ms: int = 1_500
    refresh_ms: int = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """One frame as the place sees it: `crowded` where somebody is near, `still_ms` since something last moved.

    hidden: (height, width) of the region, where somebody stands in front.
    """

    frame: Frame
    region: Region
    look: Look
    scene: Plane
    crowded: bool
    hidden: Mask
    still_ms: int

    @property
    def at_ms(self) -> int:
        return self.frame.captured_at_ms

    @property
    def behind_somebody(self) -> bool:
        return self.crowded and share(self.hidden, self.region.inside) >= BEHIND_SOMEBODY

    def calm_for(self, milliseconds: int) -> bool:
        return not self.crowded and self.still_ms >= milliseconds


class SlotWatcher:
    """Follows one slot in one camera; `update` once a frame, with the people seen in it."""

    def __init__(
        self, slot: Slot, *, door: bool = False, witness: Witness | None = None, timing: SlotTiming | None = None
    ) -> None:
        """Follow a slot; `door` where its item is a door."""
        self._slot = slot
        self._door = door
        self._witness = witness
        self._timing = timing or SlotTiming()
        self._region: Region | None = None
        self._frame_size = (0, 0)
        self._state = SlotState.UNKNOWN
        self._voice = Voice.NONE
        self._forget()

    def _forget(self) -> None:
        """Start to learn the place."""
        self._references: list[Reference] = []
        self._provisional = False
        self._refreshed_at_ms = 0
        self._evidence: Evidence | None = None
        self._plain = False
        self._lose_sight()

    def _lose_sight(self) -> None:
        """Drop what was about to be decided or learnt."""
        self._learning: list[Plane] = []
        self._learning_since_ms: int | None = None
        self._luma: Image | None = None
        self._look: Look | None = None
        self._moved_at_ms = 0
        self._bare_since_ms: int | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is about to be decided or learnt, so that only a change could change the state."""
        if self._evidence is None:
            return self._plain
        return self._state is SlotState.ABSENT or self._evidence.sign is Sign.ITEM

    def update(self, frame: Frame, scene: Plane, people: Boxes) -> SlotReading:
        """Look at a frame. `scene`: small log luma of the whole view; `people`: (n, 4) px of the frame."""
        region = self._lay_out(frame)
        luma = region.luma(frame)
        fresh = self._luma is None or differ(self._luma, luma)
        if self._look is None or fresh:
            look = Look.of(log_luma(luma))
            self._notice_motion(region, look, frame.captured_at_ms)
            self._luma, self._look = luma, look
        moment = self._moment(region, self._look, frame, scene, people)
        if not self._references:
            self._learn(moment)
            return self.hold()
        if self._evidence is None or fresh or (self._door and (moment.crowded or self._evidence.sign is Sign.OTHER)):
            self._evidence = self._examine(moment)
        self._decide(self._evidence, moment)
        return self.hold()

    def _moment(self, region: Region, look: Look, frame: Frame, scene: Plane, people: Boxes) -> _Moment:
        near = people[overlaps(region.box, people)[0] > 0]
        still_ms = frame.captured_at_ms - self._moved_at_ms
        return _Moment(frame, region, look, scene, bool(len(near)), region.hidden(near), still_ms)

    def hold(self) -> SlotReading:
        """Give the last verdict again: nothing has changed since."""
        if self._evidence is None:
            return SlotReading(SlotState.UNKNOWN)
        return SlotReading(self._state, self._voice, round(self._evidence.likeness, 3))

    def blind(self) -> SlotReading:
        """Say that the camera cannot see; what is remembered stays, what was about to be decided does not."""
        self._lose_sight()
        self._state = SlotState.UNKNOWN
        return SlotReading(SlotState.UNKNOWN)

    def _lay_out(self, frame: Frame) -> Region:
        """Return the region, laid out anew (and learnt anew) where the frame size has changed."""
        if self._region is None or self._frame_size != (frame.width, frame.height):
            self._region = Region.of(self._slot, frame.width, frame.height)
            self._frame_size = (frame.width, frame.height)
            self._forget()
        return self._region

    def _notice_motion(self, region: Region, look: Look, at_ms: int) -> None:
        previous = self._look
        if previous is not None:
            light = light_change(previous.log_luma[::3, ::3], look.log_luma[::3, ::3])
            if share(changed(previous, look, light, 0.16), region.inside) <= 0.03:
                return
        self._moved_at_ms = at_ms

    def _learn(self, moment: _Moment) -> None:
        """Gather looks until the place has been still for a while; remember their median."""
        timing = self._timing
        since_ms = self._learning_since_ms = (
            moment.at_ms if self._learning_since_ms is None else self._learning_since_ms
        )
        overdue = moment.at_ms - since_ms >= timing.learn_at_most_ms
        if moment.still_ms == 0 and not overdue:
            self._learning.clear()
        self._learning.append(moment.look.log_luma)
        if moment.still_ms < timing.learn_ms and not overdue:
            return
        median = Look.of(np.median(np.stack(self._learning[-15:]), axis=0).astype(np.float32))
        self._learning.clear()
        self._learning_since_ms = None
        self._remember(moment, median)
        self._provisional = moment.crowded
        if self._evidence is not None:
            self._state, self._voice = SlotState.PRESENT, Voice.APPEARANCE

    def _examine(self, moment: _Moment) -> Evidence:
        """Compare with the newest reference, and with the first where the newest does not show the item."""
        evidence = self._compare(moment, self._references[-1])
        if evidence.sign is Sign.ITEM or len(self._references) == 1:
            return evidence
        first = self._compare(moment, self._references[0])
        return first if first.sign is Sign.ITEM else evidence

    def _compare(self, moment: _Moment, reference: Reference) -> Evidence:
        region, look, scene = moment.region, moment.look, moment.scene
        if self._door:
            return examine_door(region, reference, look, scene, moment.hidden)
        evidence = examine(region, reference, look, moment.frame, scene)
        doubtful = evidence.sign is Sign.BARE and evidence.bareness < BEYOND_DOUBT and moment.behind_somebody
        return replace(evidence, sign=Sign.OTHER) if doubtful else evidence

    def _decide(self, evidence: Evidence, moment: _Moment) -> None:
        """Turn the sign of one frame into a state: the table at the head of this file."""
        if evidence.sign is Sign.BARE:
            self._bare_since_ms = moment.at_ms if self._bare_since_ms is None else self._bare_since_ms
        elif evidence.sign is Sign.ITEM or not self._door:
            self._bare_since_ms = None
        self._voice = Voice.APPEARANCE
        if evidence.sign is Sign.ITEM:
            self._state = SlotState.PRESENT
            self._follow(evidence, moment)
        elif self._vouched(moment.frame):
            self._state, self._voice = SlotState.PRESENT, Voice.DETECTOR
        elif evidence.sign is Sign.BARE:
            self._state = SlotState.ABSENT if self._surely_bare(moment) else SlotState.OCCLUDED
        elif self._door:
            self._state = SlotState.OCCLUDED
        else:
            self._state = self._something_else(evidence, moment)

    def _surely_bare(self, moment: _Moment) -> bool:
        """Tell whether it has been seen bare for long enough; what moves before a door may be somebody unseen."""
        if self._state is SlotState.ABSENT or self._bare_since_ms is None:
            return self._state is SlotState.ABSENT
        seen_ms, timing = moment.at_ms - self._bare_since_ms, self._timing
        if not self._door:
            return seen_ms >= timing.bare_ms
        return seen_ms >= timing.open_ms and (moment.crowded or moment.still_ms >= timing.open_ms)

    def _something_else(self, evidence: Evidence, moment: _Moment) -> SlotState:
        """Decide what is neither the item nor its bare place."""
        timing = self._timing
        if not moment.calm_for(timing.settle_ms):
            return SlotState.OCCLUDED
        if evidence.likeness >= HALF_FOUND and evidence.bareness < NOT_BARE:
            self._remember(moment, moment.look)
            return SlotState.PRESENT
        if self._provisional and evidence.around_changed > 0.25:
            self._forget()
            return SlotState.UNKNOWN
        if evidence.around_changed > 0.7:
            return SlotState.UNKNOWN
        nearly_bare = evidence.bareness >= NEARLY_BARE and evidence.around_changed < AS_THEY_WERE
        if nearly_bare and moment.calm_for(timing.gone_ms):
            return SlotState.ABSENT
        return SlotState.OCCLUDED

    def _vouched(self, frame: Frame) -> bool:
        """Ask the second voice whether the item is there."""
        if self._witness is None or self._witness.knows is None or self._region is None:
            return False
        image, place = self._region.close_up(frame)
        return self._witness.vouches(frame.captured_at_ms, image, place)

    def _follow(self, evidence: Evidence, moment: _Moment) -> None:
        """Follow slow changes of light, only while the item is plainly there and nobody is near."""
        if not moment.calm_for(self._timing.learn_ms):
            return
        self._provisional = False
        if evidence.likeness >= 0.8 and moment.at_ms - self._refreshed_at_ms >= self._timing.refresh_ms:
            self._remember(moment, moment.look)

    def _remember(self, moment: _Moment, look: Look) -> None:
        """Keep this look beside the very first one; where nothing stands out there is nothing to remember."""
        region, frame = moment.region, moment.frame
        self._refreshed_at_ms = moment.at_ms
        reference = Reference.of(region, look, region.colour(frame), moment.scene)
        self._plain = reference is None and not self._references
        if reference is None:
            return
        first = not self._references
        self._references = [*self._references[:1], reference]
        self._evidence = Evidence(Sign.ITEM)
        if self._witness is not None and first:
            self._witness.introduce(*region.close_up(frame))
