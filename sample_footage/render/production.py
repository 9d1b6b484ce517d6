"""Makes a clip: plate, frames, film, site file, truth. Frames are kept: a broken-off render goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from sample_footage.render.clips import CLIPS
from sample_footage.render.film import write_film
from sample_footage.render.geometry import Image
from sample_footage.render.graphics import open_context
from sample_footage.render.masks import MaskDrawer
from sample_footage.render.mesh_data import mesh_data_folder
from sample_footage.render.painter import Painter
from sample_footage.render.plate import render_plate
from sample_footage.render.room import build_room
from sample_footage.render.scene import Performance, Story
from sample_footage.render.sensor import Sensor
from sample_footage.render.site_file import site_file
from sample_footage.render.truth import frame_line, happenings, read_frame_lines, truth_file

_PACKAGE = Path(__file__).parent
NOT_IN_PICTURES = {"film.py", "manifest.py", "production.py", "site_file.py", "truth.py", "__main__.py"}
"""These may change and frames already drawn stay right."""


@dataclass(frozen=True)
class Studio:
    """Where to work and how carefully."""

    cache: Path
    plate_samples: int = 64
    threads: int = 1


def make_clip(name: str, studio: Studio, out: Path) -> list[Path]:
    """Render a clip and all that goes with it into `out`; the files made."""
    story = CLIPS[name](mesh_data_folder(studio.cache))
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
    room = build_room()
    plate = folder / "plate.png"
    if not plate.exists():
        render_plate(story.camera, room, plate, studio.plate_samples, studio.threads)
    context = open_context()
    painter = Painter(context, story.camera, np.asarray(Picture.open(plate).convert("RGB")), room)
    masks = MaskDrawer(context, story.camera, room)
    sensor = Sensor(story.camera, datetime.fromisoformat(story.start))
    performance = Performance(story)
    for number in numbers:
        time_s = number / story.fps
        things = performance.things_at(time_s)
        picture = sensor.expose(painter.draw(things), number, time_s)
        yield number, picture, frame_line(number, story.fps, masks.sightings(things))


def _recipe_digest(studio: Studio) -> str:
    """Digest everything that pictures depend on."""
    digest = hashlib.sha256(str(studio.plate_samples).encode())
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".vert", ".frag", ".glsl") and path.name not in NOT_IN_PICTURES:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
