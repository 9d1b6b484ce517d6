"""Makes a clip: plate, frames, film, site file, truth. Frames are kept: a broken-off render goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from sample_footage.render.clips import CLIPS
from sample_footage.render.clothing import dress
from sample_footage.render.exposure import AutoExposure
from sample_footage.render.film import write_film
from sample_footage.render.geometry import Image
from sample_footage.render.graphics import open_context
from sample_footage.render.lighting import is_infrared
from sample_footage.render.masks import MaskDrawer
from sample_footage.render.mesh_data import mesh_data_folder
from sample_footage.render.painter import Painter, Shot
from sample_footage.render.path_tracing import CAREFUL, Quality, trace_plate
from sample_footage.render.plate import Plate
from sample_footage.render.scene import Performance, Story
from sample_footage.render.sensor import Sensor, SensorState
from sample_footage.render.site_file import site_file
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import COVER_COLOUR, CameraPlan
from sample_footage.render.truth import frame_line, happenings, read_frame_lines, truth_file

COVERED = 0.5
"""From this share on a pixel counts as hidden by what is over the lens."""

_PACKAGE = Path(__file__).parent
NOT_IN_PICTURES = {"film.py", "manifest.py", "production.py", "site_file.py", "truth.py", "__main__.py"}
"""These may change and frames already drawn stay right."""


@dataclass(frozen=True)
class Studio:
    """Where to work and how carefully."""

    cache: Path
    quality: Quality = CAREFUL


def make_clip(name: str, studio: Studio, out: Path) -> list[Path]:
    """Render a clip and all that goes with it into `out`; the files made."""
    story = CLIPS[name](partial(dress, folder=mesh_data_folder(studio.cache)))
    folder = draw_frames(story, studio, range(story.frame_count))
    film, site, truth, lines = (out / f"{name}{end}" for end in (".mp4", ".yaml", ".truth.json", ".truth.jsonl"))
    write_film(story, [folder / f"{number:05d}.png" for number in range(story.frame_count)], film)
    site.write_text(site_file(story), encoding="utf-8")
    told = [(folder / f"{number:05d}.json").read_text(encoding="utf-8") for number in range(story.frame_count)]
    lines.write_text("\n".join(told) + "\n", encoding="utf-8")
    moments = happenings(story, read_frame_lines(lines))
    truth.write_text(json.dumps(truth_file(story, moments), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [film, site, truth, lines]


def draw_frames(story: Story, studio: Studio, wanted: range) -> Path:
    """Draw those of the wanted frames that are not there yet; the folder they are in."""
    folder = studio.cache / "frames" / f"{story.name}-{_recipe_digest(studio)}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [number for number in wanted if not (folder / f"{number:05d}.png").exists()]
    if missing:
        for number, picture, line in _drawn(story, studio, folder, missing):
            (folder / f"{number:05d}.json").write_text(line, encoding="utf-8")
            unfinished = folder / "unfinished.png"
            Picture.fromarray(picture).save(unfinished, compress_level=1)
            unfinished.replace(folder / f"{number:05d}.png")
            print(f"{story.name}: frame {number} of {story.frame_count}", flush=True)
    return folder


def _drawn(story: Story, studio: Studio, folder: Path, numbers: list[int]) -> Iterator[tuple[int, Image, str]]:
    stage, filming = story.stage, story.filming
    plates = _plates(story, studio, folder)
    context = open_context()
    painter = Painter(context, stage.office, plates)
    masks = MaskDrawer(context, story.camera, stage.office.build())
    sensor = Sensor(story.camera, datetime.fromisoformat(story.start))
    brightness_at = partial(_brightness, stage, filming, plates[0])
    exposure = AutoExposure(brightness_at, story.duration_s)
    performance = Performance(story)
    for number in numbers:
        time_s = number / story.fps
        things, light, gain = performance.things_at(time_s), stage.light_at(time_s), exposure.gain_at(time_s)
        camera, cover = filming.camera_at(time_s), filming.cover_at(time_s)
        drawn = painter.draw(things, Shot(camera, light, gain), stage.shadow_spheres_at(time_s))
        state = SensorState(gain, is_infrared(light), cover, plates[0].brightness(light))
        masks.aim(camera)
        covered = None if cover is None else cover.mask_at(camera, time_s)[..., 0] > COVERED
        sightings = masks.sightings(things, covered)
        yield number, sensor.expose(drawn, number, time_s, state), frame_line(number, story.fps, sightings)


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


def _recipe_digest(studio: Studio) -> str:
    """Digest everything that pictures depend on."""
    digest = hashlib.sha256(f"{studio.quality.samples} {studio.quality.bounces}".encode())
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".vert", ".frag", ".glsl") and path.name not in NOT_IN_PICTURES:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
