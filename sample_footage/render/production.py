"""Makes clips: plates, frames, films, site file, truth. Frames are kept: a broken-off render goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Picture

from sample_footage.render.clips import CLIPS
from sample_footage.render.clothing import dress
from sample_footage.render.exposure import AutoExposure
from sample_footage.render.film import write_film
from sample_footage.render.geometry import Flags, Image
from sample_footage.render.graphics import open_context
from sample_footage.render.lighting import is_infrared
from sample_footage.render.manifest import list_clips
from sample_footage.render.masks import MaskDrawer
from sample_footage.render.measured import Measured
from sample_footage.render.mesh_data import mesh_data_folder
from sample_footage.render.painter import Painter, Shot
from sample_footage.render.path_tracing import CAREFUL, Quality, trace_plate
from sample_footage.render.places import watched_places
from sample_footage.render.plate import Plate
from sample_footage.render.scene import Performance, Story, VisibleThing
from sample_footage.render.sensor import Sensor, SensorState
from sample_footage.render.site_file import plan_site, site_file
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import COVER_COLOUR, CameraPlan
from sample_footage.render.truth.frames import FrameTruth, write_frames
from sample_footage.render.truth.telling import Teller, truth_file

COVERED = 0.5
"""From this share on a pixel counts as hidden by what is over the lens."""

_PACKAGE = Path(__file__).parent
NOT_IN_PICTURES = {"__main__.py", "film.py", "manifest.py", "production.py", "projection.py", "site_file.py", "truth"}
"""These files and folders may change and frames already drawn stay right."""


@dataclass(frozen=True)
class Studio:
    """Where to work and how carefully."""

    cache: Path
    quality: Quality = CAREFUL


def make_clips(name: str, studio: Studio, out: Path) -> list[Path]:
    """Render the clips of one site file and all that goes with them into `out`; the files made."""
    stories = CLIPS[name](partial(dress, folder=mesh_data_folder(studio.cache)))
    plan = plan_site(stories)
    made: list[Path] = []
    film = {}
    for story in stories:
        folder = draw_frames(story, studio, range(story.frame_count))
        clip, lines = out / f"{story.name}.mp4", out / f"{story.name}.truth.jsonl"
        write_film(story, [folder / f"{number:05d}.png" for number in range(story.frame_count)], clip)
        film[story.filming.name] = told_frames(story, folder)
        write_frames(lines, film[story.filming.name])
        made += [clip, lines]
    site, truth = out / f"{name}.yaml", out / f"{name}.truth.json"
    site.write_text(site_file(plan), encoding="utf-8")
    told = truth_file(name, plan, stories, film)
    truth.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    list_clips(name, rendered_with(), [*made, site, truth])
    return [*made, site, truth]


def rendered_with() -> str:
    """Return the programs and versions whose bytes these are."""
    programs = ("bpy", "moderngl", "numpy", "opencv-python", "av")
    mesa = open_context().info["GL_VERSION"].partition("Mesa ")[2]
    return ", ".join([*(f"{program} {version(program)}" for program in programs), f"Mesa {mesa}"])


def told_frames(story: Story, folder: Path) -> list[FrameTruth]:
    """Return the truth of a story's frames from what was measured when they were drawn."""
    teller = Teller(story)
    lines = ((folder / f"{number:05d}.json").read_text(encoding="utf-8") for number in range(story.frame_count))
    return [teller.frame(number, Measured.from_json(line)) for number, line in enumerate(lines)]


def draw_frames(story: Story, studio: Studio, wanted: range) -> Path:
    """Draw those of the wanted frames that are not there yet; the folder they are in."""
    folder = studio.cache / "frames" / f"{story.name}-{_recipe_digest(studio)}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [number for number in wanted if not (folder / f"{number:05d}.png").exists()]
    if missing:
        shooting = _Shooting(story, _plates(story, studio, folder))
        for number in missing:
            picture, measured = shooting.frame(number)
            (folder / f"{number:05d}.json").write_text(measured.to_json(), encoding="utf-8")
            unfinished = folder / "unfinished.png"
            Picture.fromarray(picture).save(unfinished, compress_level=1)
            unfinished.replace(folder / f"{number:05d}.png")
            print(f"{story.name}: frame {number} of {story.frame_count}", flush=True)
    return folder


class _Shooting:
    """One story before its camera: draws frames and measures them."""

    def __init__(self, story: Story, plates: Sequence[Plate]) -> None:
        self._story, self._plates = story, plates
        context = open_context()
        self._painter = Painter(context, story.stage.office, plates)
        self._masks = MaskDrawer(context, story.camera, story.stage.office.build())
        self._sensor = Sensor(story.camera, datetime.fromisoformat(story.start))
        brightness_at = partial(_brightness, story.stage, story.filming, plates[0])
        self._exposure = AutoExposure(brightness_at, story.duration_s)
        self._performance = Performance(story)
        self._places = watched_places(story, self._performance)

    def frame(self, number: int) -> tuple[Image, Measured]:
        """Draw a frame; its picture as the sensor gives it, and what its masks tell."""
        story, time_s = self._story, number / self._story.fps
        stage, filming = story.stage, story.filming
        things, light = self._performance.things_at(time_s), stage.light_at(time_s)
        gain = self._exposure.gain_at(time_s)
        camera, cover = filming.camera_at(time_s), filming.cover_at(time_s)
        drawn = self._painter.draw(things, Shot(camera, light, gain), stage.shadow_spheres_at(time_s))
        state = SensorState(gain, is_infrared(light), cover, self._plates[0].brightness(light))
        picture = self._sensor.expose(drawn, number, time_s, state)
        self._masks.aim(camera)
        covered = None if cover is None else cover.mask_at(camera, time_s)[..., 0] > COVERED
        return picture, self._measured(things, time_s, covered, picture)

    def _measured(
        self, things: Sequence[VisibleThing], time_s: float, covered: Flags | None, picture: Image
    ) -> Measured:
        away = {place.name for place in self._places if not place.is_filled(time_s)}
        now = {thing.name: thing.mesh for thing in things if thing.mesh is not None}
        filled = {place.name: place.mesh if place.name in away else now[place.name] for place in self._places}
        others = [thing for thing in things if thing.name in away or thing.name not in filled]
        return Measured(
            self._masks.sightings(things, covered),
            self._masks.clear_shares(others, filled, covered),
            frozenset(away),
            0.0 if covered is None else float(covered.mean()),
            float(np.percentile(cv2.cvtColor(picture[::4, ::4], cv2.COLOR_RGB2GRAY), 98)),
        )


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
        own = NOT_IN_PICTURES.isdisjoint(path.relative_to(_PACKAGE).parts)
        if own and path.suffix in (".py", ".vert", ".frag", ".glsl"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
