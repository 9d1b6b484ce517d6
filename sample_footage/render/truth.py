"""The truth beside a clip: what happens when, as the scorer reads it, and every frame's exact boxes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sample_footage.render.scene import Story
from sample_footage.render.sightings import Sighting
from sample_footage.render.site_file import Polygon, zones

EARLY_S, LATE_S = 0.5, 10.0
"""An alarm counts from this long before the event plus the rule's dwell until this long after."""

TORSO_SHARE = 0.35
"""The torso is this far down the visible box."""

UNATTENDED_AFTER_S, REMOVED_AFTER_S, INTRUSION_AFTER_S = 5.0, 3.0, 1.0


@dataclass(frozen=True)
class Happenings:
    """The moments of the clip, in seconds: measured on the exact boxes, what hands do taken from the story."""

    clerk_leaves_s: float
    intruder_enters_s: float
    intruder_leaves_s: float
    cards_taken_s: float
    lifted_s: float
    gone_s: float


def happenings(story: Story, frames: Sequence[Sequence[Sighting]]) -> Happenings:
    """Find in the frames when the staff side empties and fills, and when the terminal is out of view."""
    places = zones(story.stage.office, story.camera)
    behind = [_anyone_in(story, places["behind-1"], frame) for frame in frames]
    office = [_anyone_in(story, places["office"], frame, "stranger") for frame in frames]
    terminal = [any(sighting.kind == "terminal" for sighting in frame) for frame in frames]
    cards, terminal_item = (next(i for i in story.items if i.kind == kind) for kind in ("cards", "terminal"))
    return Happenings(
        clerk_leaves_s=behind.index(False) / story.fps,
        intruder_enters_s=office.index(True) / story.fps,
        intruder_leaves_s=(len(office) - office[::-1].index(True)) / story.fps,
        cards_taken_s=round(cards.phases[1].from_s, 3),
        lifted_s=round(terminal_item.phases[1].from_s, 3),
        gone_s=(len(terminal) - terminal[::-1].index(True)) / story.fps,
    )


def truth_file(story: Story, moments: Happenings) -> dict[str, Any]:
    """Return the truth in the scorer's form."""
    unattended, removed = moments.clerk_leaves_s, moments.lifted_s
    intrusion = moments.intruder_enters_s
    return {
        "clip": f"{story.name}.mp4",
        "camera": "counter",
        "start": story.start,
        "events": [
            _event("unattended_counter", unattended, UNATTENDED_AFTER_S, zone="window-1")
            | {"note": f"the clerk is off the staff side from {unattended:.2f} s"},
            _event("staff_only_intrusion", intrusion, INTRUSION_AFTER_S, zone="office")
            | {"note": f"the stranger is there from {intrusion:.2f} to {moments.intruder_leaves_s:.2f} s"},
            _event("terminal_removed", moments.cards_taken_s, REMOVED_AFTER_S, item="B-0221")
            | {"note": f"taken at {moments.cards_taken_s:.2f} s and laid on T-01"},
            _event("terminal_removed", removed, REMOVED_AFTER_S, item="T-01")
            | {"note": f"lifted at {removed:.2f} s, B-0221 on it, out of view from {moments.gone_s:.2f} s"},
        ],
        "tolerated": [
            {"rule": "person_after_hours", "earliest": 0.0, "latest": story.duration_s},
            {
                "rule": "staff_only_intrusion",
                "zone": "office",
                "earliest": 0.0,
                "latest": round(unattended + LATE_S, 2),
            },
        ],
        "note": "after hours the clerk's work may raise person_after_hours and staff_only_intrusion",
    }


def frame_line(frame: int, fps: int, sightings: Sequence[Sighting]) -> str:
    """One line of the per-frame truth."""
    objects = [
        {
            "name": seen.name,
            "kind": seen.kind,
            "full": seen.full_box,
            "visible": seen.visible_box,
            "share": round(seen.visible_share, 3),
        }
        for seen in sightings
    ]
    return json.dumps({"frame": frame, "t": round(frame / fps, 4), "objects": objects}, separators=(",", ":"))


def read_frame_lines(path: Path) -> list[list[Sighting]]:
    """Return the sightings of each frame, from the per-frame truth."""
    return [
        [
            Sighting(
                entry["name"],
                entry["kind"],
                tuple(entry["full"]),
                tuple(entry["visible"]) if entry["visible"] else None,
                entry["share"],
            )
            for entry in json.loads(line)["objects"]
        ]
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def _event(rule: str, happens_s: float, dwell_s: float, **where: str) -> dict[str, Any]:
    due_s = happens_s + dwell_s
    return {"rule": rule, **where, "earliest": round(due_s - EARLY_S, 2), "latest": round(due_s + LATE_S, 2)}


def _anyone_in(story: Story, polygon: Polygon, frame: Sequence[Sighting], name: str = "") -> bool:
    outline = np.array(polygon, np.float32)
    for seen in frame:
        if seen.kind == "person" and seen.visible_box and name in ("", seen.name):
            x0, y0, x1, y1 = seen.visible_box
            torso_x = (x0 + x1) / 2 / story.camera.width
            torso_y = (y0 + TORSO_SHARE * (y1 - y0)) / story.camera.height
            if cv2.pointPolygonTest(outline, (torso_x, torso_y), measureDist=False) >= 0:
                return True
    return False
