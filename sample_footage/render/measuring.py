"""Measures the frames of a story after they were drawn: masks for what can be seen, the picture for its light."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from sample_footage.render import masks, measured, places, sightings
from sample_footage.render.geometry import Flags
from sample_footage.render.graphics import open_context
from sample_footage.render.masks import MaskDrawer
from sample_footage.render.measured import Measured
from sample_footage.render.places import watched_places
from sample_footage.render.scene import Performance, Story, VisibleThing
from sample_footage.render.shooting import picture_path

COVERED = 0.5
"""From this share on a pixel counts as hidden by what is over the lens."""

BRIGHT_PERCENTILE = 98


def measure_frames(story: Story, folder: Path) -> list[Measured]:
    """Return the measurements of all frames, which lie drawn in a folder; they are kept there."""
    kept = folder / f"measured-{_recipe_digest(story)}"
    kept.mkdir(exist_ok=True)
    measuring: _Measuring | None = None
    found = []
    for number in range(story.frame_count):
        path = kept / f"{number:05d}.json"
        if not path.exists():
            measuring = measuring or _Measuring(story)
            path.write_text(measuring.frame(number, picture_path(folder, number)).to_json(), encoding="utf-8")
        found.append(Measured.from_json(path.read_text(encoding="utf-8")))
    return found


class _Measuring:
    """One story before its camera, without colour and light."""

    def __init__(self, story: Story) -> None:
        self._story, self._performance = story, Performance(story)
        self._masks = MaskDrawer(open_context(), story.camera, story.stage.office.build())
        self._places = watched_places(story, self._performance)

    def frame(self, number: int, picture: Path) -> Measured:
        """Measure a frame."""
        filming, time_s = self._story.filming, number / self._story.fps
        camera, cover = filming.camera_at(time_s), filming.cover_at(time_s)
        self._masks.aim(camera)
        covered = None if cover is None else cover.mask_at(camera, time_s)[..., 0] > COVERED
        things = self._performance.things_at(time_s)
        away = frozenset(place.name for place in self._places if not place.is_filled(time_s))
        return Measured(
            sightings=self._masks.sightings(things, covered),
            clear=self._clear_shares(things, away, covered),
            away=away,
            hidden=0.0 if covered is None else float(covered.mean()),
            brightest=_brightest(picture),
        )

    def _clear_shares(
        self, things: Sequence[VisibleThing], away: frozenset[str], covered: Flags | None
    ) -> dict[str, float]:
        """Return how much of each place can be seen: of what is in it, or of what would be."""
        now = {thing.name: thing.mesh for thing in things if thing.mesh is not None}
        filled = {place.name: place.mesh if place.name in away else now[place.name] for place in self._places}
        others = [thing for thing in things if thing.name in away or thing.name not in filled]
        return self._masks.clear_shares(others, filled, covered)


def _brightest(picture: Path) -> float:
    luma = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
    return float(np.percentile(luma[::4, ::4], BRIGHT_PERCENTILE))


def _recipe_digest(story: Story) -> str:
    """Digest what measurements depend on beyond what the frames do."""
    digest = hashlib.sha256(" ".join(story.filming.watches).encode())
    for module in (masks, measured, places, sightings):
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()[:12]
