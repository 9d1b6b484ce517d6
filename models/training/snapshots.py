"""`python -m models.training.snapshots`: renders random moments of random offices, with the exact box of everything.

Needs the extra `render`. One shard is one office, seen by a few cameras; its number decides everything in it, the
split included. Pictures are kept as a perfect camera would give them: what sensors and coders do to them is done anew
each time one is trained on (`models.training.damage`). Broken off and started again, it makes the shards that are not
there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import moderngl
import numpy as np

from models.training.moments import random_bodies, random_moment
from models.training.samples import CACHE, CLASSES, DATA, Object, Split, Truth, truth_of, write_shard
from sample_footage.render.camera import Camera, Lens
from sample_footage.render.clothing import DressedBody
from sample_footage.render.exposure import settled_gain
from sample_footage.render.graphics import open_context
from sample_footage.render.lamps import Light
from sample_footage.render.lighting import is_infrared
from sample_footage.render.masks import MaskDrawer
from sample_footage.render.mesh_data import mesh_data_folder
from sample_footage.render.offices import Office, random_camera, random_light, random_office
from sample_footage.render.painter import Painter, Shot
from sample_footage.render.path_tracing import QUICK, trace_plate
from sample_footage.render.sightings import Sighting
from vision.types import Image

CAMERAS, LIGHTS, MOMENTS = 2, 4, 4
"""To each office, to each camera, in each light."""

BODIES: Final = 10
"""People who are seen in one office."""

LEAST_SHARE: Final = 0.2
LEAST_SIDE_PX: Final = 4
"""Of whom less is seen, or whose visible box is thinner, need not be found."""


@dataclass(frozen=True)
class Studio:
    """What all shards are made with."""

    context: moderngl.Context
    mesh_data: Path


def split_of(number: int) -> Split:
    """Return which split an office belongs to: of sixteen one for validation and one for the test."""
    return {14: "validation", 15: "test"}.get(number % 16, "train")  # type: ignore[return-value]


def shard(number: int, studio: Studio) -> Iterator[tuple[Image, Truth]]:
    """Render the pictures of one office."""
    rng = np.random.default_rng([2018, number])
    office = random_office(rng)
    bodies = random_bodies(rng, studio.mesh_data, BODIES)
    for _ in range(CAMERAS):
        lights = [random_light(rng, office) for _ in range(LIGHTS)]
        yield from _seen(rng, random_camera(rng, office), office, lights, bodies, studio.context)


def _seen(
    rng: np.random.Generator,
    camera: Camera,
    office: Office,
    lights: Sequence[Light],
    bodies: Sequence[DressedBody],
    context: moderngl.Context,
) -> Iterator[tuple[Image, Truth]]:
    """Render what one camera sees, light by light."""
    on = {group for light in lights for group, share in light.items() if any(share)}
    plate = trace_plate(office, camera, [group for group in office.groups if group in on], QUICK)
    painter, masks = Painter(context, office, [plate]), MaskDrawer(context, camera, office.build())
    lens = Lens(camera)
    for light in lights:
        gain = settled_gain(plate.brightness(light)) * float(np.exp(rng.normal(0, 0.25)))
        for _ in range(MOMENTS):
            things = random_moment(rng, office, camera, bodies)
            picture = lens.bend(painter.draw(things, Shot(camera, light, gain)))
            yield _as_filmed(picture, light), _truth(masks.sightings(things))


def _as_filmed(picture: Image, light: Light) -> Image:
    """Return blue, green, red of what was drawn as red, green, blue; grey under infrared."""
    if is_infrared(light):
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    return np.ascontiguousarray(picture[..., ::-1])


def _truth(sightings: Sequence[Sighting]) -> Truth:
    return truth_of([_object(seen) for seen in sightings if seen.kind in CLASSES and seen.visible_box])


def _object(seen: Sighting) -> Object:
    x0, y0, x1, y1 = seen.visible_box or seen.full_box
    sure = seen.visible_share >= LEAST_SHARE and min(x1 - x0, y1 - y0) >= LEAST_SIDE_PX
    return Object(seen.kind, (x0, y0, x1, y1), sure)


def main() -> None:
    """Parse the command line and render the shards that are not there yet."""
    parser = argparse.ArgumentParser(prog="python -m models.training.snapshots", description=__doc__)
    parser.add_argument("first", type=int, help="number of the first office")
    parser.add_argument("last", type=int, help="number of the last office")
    parser.add_argument("--data", type=Path, default=DATA, help="where shards go")
    options = parser.parse_args()
    studio = Studio(open_context(), mesh_data_folder(CACHE))
    for number in range(options.first, options.last + 1):
        folder = options.data / split_of(number) / f"office-{number:05d}"
        if not folder.exists():
            write_shard(folder, shard(number, studio))
            print(folder, flush=True)


if __name__ == "__main__":
    main()
