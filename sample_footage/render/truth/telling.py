"""Tells the truth of a story: of each frame from the room and its measurements, of the whole from its frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from sample_footage.render.geometry import FloorPoint
from sample_footage.render.measured import Measured
from sample_footage.render.offices import Area
from sample_footage.render.places import door_is_shut, watched_things
from sample_footage.render.scene import Performance, Story
from sample_footage.render.site_plan import SitePlan
from sample_footage.render.truth.events import judge
from sample_footage.render.truth.frames import FrameTruth, Health, SlotState
from sample_footage.render.truth.sight import Film

CLEAR_SHARE = 0.5
"""From this share on a place can be seen."""

COVERED_SHARE = 0.5
"""From this share of the picture on a camera is covered."""

MOVED_DEG = 4.0
"""A camera that looks this far aside of where it should has been moved."""

DARK_BELOW = 24.0
"""Luma that a fiftieth of the picture must reach for anything to be made out, as docs/design/rules.md has it."""


class Teller:
    """Tells the frames of one story."""

    def __init__(self, story: Story) -> None:
        self._story, self._performance = story, Performance(story)
        areas = story.stage.office.areas
        self._floors = {name: areas[name] for name in story.filming.watches if name in areas and areas[name].of_floor}

    def frame(self, number: int, measured: Measured) -> FrameTruth:
        """Return the truth of a frame."""
        story, time_s = self._story, number / self._story.fps
        standing = self._performance.standing_at(time_s)
        health = _health(story, time_s, measured)
        shut = door_is_shut(story.stage, time_s)
        return FrameTruth(
            number=number,
            at_s=round(time_s, 4),
            sightings=measured.sightings,
            zones={
                zone: frozenset(name for name, spot in standing.items() if _inside(area, spot))
                for zone, area in self._floors.items()
            },
            slots={name: _slot_state(name, measured, health) for name in watched_things(story)},
            away=measured.away,
            door_deg=0 if shut else round(np.degrees(story.stage.door_rad_at(time_s))),
            health=health,
        )


def told_frames(story: Story, measured: Sequence[Measured]) -> list[FrameTruth]:
    """Return the truth of all frames."""
    teller = Teller(story)
    return [teller.frame(number, each) for number, each in enumerate(measured)]


def truth_file(name: str, plan: SitePlan, stories: Sequence[Story], film: Film) -> dict[str, Any]:
    """Return the truth of clips that film the same happening, as the scorer reads it; times are in seconds."""
    story = stories[0]
    verdict = judge(plan, film, story.fps, {actor.name: actor.role for actor in story.actors})
    return {
        **_clips(name, plan),
        "start": story.start,
        "events": [alarm.as_json() for alarm in verdict.events],
        "tolerated": [alarm.as_json() for alarm in verdict.tolerated],
        "note": story.note,
    }


def _clips(name: str, plan: SitePlan) -> dict[str, Any]:
    clips = {camera: watcher.clip for camera, watcher in plan.cameras.items()}
    if len(clips) > 1:
        return {"clip": name, "clips": clips}
    ((camera, clip),) = clips.items()
    return {"clip": clip, "camera": camera}


def _inside(area: Area, spot: FloorPoint) -> bool:
    """Whether a spot of the floor is in an area, its edge included."""
    outline = np.array(area.outline)[:, :2].astype(np.float32)
    return bool(cv2.pointPolygonTest(outline, spot, measureDist=False) >= 0)


def _slot_state(name: str, measured: Measured, health: Health) -> SlotState:
    if health != "clear":
        return "unknown"
    if measured.clear[name] < CLEAR_SHARE:
        return "occluded"
    return "absent" if name in measured.away else "present"


def _health(story: Story, time_s: float, measured: Measured) -> Health:
    if measured.hidden >= COVERED_SHARE:
        return "covered"
    if story.filming.turned_by_deg(time_s) >= MOVED_DEG:
        return "moved"
    return "dark" if measured.brightest < DARK_BELOW else "clear"
