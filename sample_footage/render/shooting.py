"""Draws the frames of a story, and keeps them: a broken-off render goes on where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from sample_footage.render.exposure import AutoExposure
from sample_footage.render.geometry import Image
from sample_footage.render.graphics import open_context
from sample_footage.render.lighting import is_infrared
from sample_footage.render.painter import Painter, Shot
from sample_footage.render.path_tracing import CAREFUL, Quality, trace_plate
from sample_footage.render.plate import Plate
from sample_footage.render.scene import Performance, Story
from sample_footage.render.sensor import Sensor, SensorState
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import COVER_COLOUR, CameraPlan

_PACKAGE = Path(__file__).parent
NOT_IN_PICTURES = {
    "__main__.py",
    "clips",
    "film.py",
    "ledger.py",
    "manifest.py",
    "masks.py",
    "measured.py",
    "measuring.py",
    "places.py",
    "production.py",
    "projection.py",
    "sightings.py",
    "site_file.py",
    "site_plan.py",
    "truth",
}
"""These may change and frames already drawn stay right; of the clips only the story's own counts."""


@dataclass(frozen=True)
class Studio:
    """Where to work and how carefully."""

    cache: Path
    quality: Quality = CAREFUL


def frames_folder(story: Story, studio: Studio, source: Path) -> Path:
    """Return the folder for a story's frames; another one as soon as anything changes that they depend on.

    `source` is the file that tells the story.
    """
    return studio.cache / "frames" / f"{story.name}-{_recipe_digest(studio, source)}"


def picture_path(folder: Path, number: int) -> Path:
    """Return where a frame's picture is kept."""
    return folder / f"{number:05d}.png"


def draw_frames(story: Story, studio: Studio, folder: Path, wanted: Iterable[int]) -> None:
    """Draw those of the wanted frames that are not in the folder yet."""
    missing = [number for number in wanted if not picture_path(folder, number).exists()]
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    shooting = _Shooting(story, _plates(story, studio, folder))
    unfinished = folder / "unfinished.png"
    for number in missing:
        Picture.fromarray(shooting.frame(number)).save(unfinished, compress_level=1)
        unfinished.replace(picture_path(folder, number))
        print(f"{story.name}: frame {number} of {story.frame_count}", flush=True)


class _Shooting:
    """One story before its camera."""

    def __init__(self, story: Story, plates: Sequence[Plate]) -> None:
        self._story, self._plates = story, plates
        self._painter = Painter(open_context(), story.stage.office, plates)
        self._sensor = Sensor(story.camera, datetime.fromisoformat(story.start))
        brightness_at = partial(_brightness, story.stage, story.filming, plates[0])
        self._exposure = AutoExposure(brightness_at, story.duration_s)
        self._performance = Performance(story)

    def frame(self, number: int) -> Image:
        """Draw a frame as the sensor gives it."""
        stage, filming, time_s = self._story.stage, self._story.filming, number / self._story.fps
        light, gain = stage.light_at(time_s), self._exposure.gain_at(time_s)
        shot = Shot(filming.camera_at(time_s), light, gain)
        drawn = self._painter.draw(self._performance.things_at(time_s), shot, stage.shadow_spheres_at(time_s))
        state = SensorState(gain, is_infrared(light), filming.cover_at(time_s), self._plates[0].brightness(light))
        return self._sensor.expose(drawn, number, time_s, state)


def _plates(story: Story, studio: Studio, folder: Path) -> list[Plate]:
    """Trace the plates that are not there yet, in the light of each lamp group that is ever on."""
    plates = []
    groups = [group for group in story.stage.office.groups if group in story.stage.lights.groups]
    for number, camera in enumerate(story.filming.plate_cameras()):
        path = folder / f"plate-{number}.npz"
        if not path.exists():
            plate = trace_plate(story.stage.office, camera, groups, studio.quality)
            unfinished = folder / "unfinished.npz"
            plate.save(unfinished)
            unfinished.replace(path)
        plates.append(Plate.load(path, camera))
    return plates


def _brightness(stage: Stage, filming: CameraPlan, plate: Plate, time_s: float) -> float:
    """Return what the camera measures: the room as it should see it, less whatever is over the lens."""
    seen = plate.brightness(stage.light_at(time_s))
    cover = filming.cover_at(time_s)
    if cover is None:
        return seen
    hidden = float(cover.mask_at(plate.camera, time_s).mean())
    return seen * (1 - hidden + hidden * float(np.mean(COVER_COLOUR[cover.kind])))


def _recipe_digest(studio: Studio, source: Path) -> str:
    """Digest everything that pictures depend on."""
    digest = hashlib.sha256(f"{studio.quality.samples} {studio.quality.bounces}".encode())
    digest.update(source.read_bytes())
    for path in sorted(_PACKAGE.rglob("*")):
        own = NOT_IN_PICTURES.isdisjoint(path.relative_to(_PACKAGE).parts)
        if own and path.suffix in (".py", ".vert", ".frag", ".glsl"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
