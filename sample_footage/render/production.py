"""Makes the clips of one site file: films, site file, truth."""

from __future__ import annotations

import inspect
import json
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sample_footage.render.clips import CLIPS
from sample_footage.render.clothing import dress
from sample_footage.render.film import write_film
from sample_footage.render.graphics import open_context
from sample_footage.render.ledger import ledger_file
from sample_footage.render.manifest import list_clips
from sample_footage.render.measuring import measure_frames
from sample_footage.render.mesh_data import mesh_data_folder
from sample_footage.render.scene import Story
from sample_footage.render.shooting import Studio, draw_frames, frames_folder, picture_path
from sample_footage.render.site_file import plan_site, site_file
from sample_footage.render.truth.frames import write_frames
from sample_footage.render.truth.telling import told_frames, truth_file


def make_clips(name: str, studio: Studio, out: Path) -> list[Path]:
    """Render the clips of one site file and all that goes with them into `out`; the files made."""
    stories = CLIPS[name](partial(dress, folder=mesh_data_folder(studio.cache)))
    plan = plan_site(stories)
    source = Path(inspect.getfile(CLIPS[name]))
    made: list[Path] = []
    film = {}
    for story in stories:
        folder = frames_folder(story, studio, source)
        made += [_make_film(story, studio, folder, out), out / f"{story.name}.truth.jsonl"]
        film[story.filming.name] = told_frames(story, measure_frames(story, folder))
        write_frames(made[-1], film[story.filming.name])
    site, truth = out / f"{name}.yaml", out / f"{name}.truth.json"
    site.write_text(site_file(plan), encoding="utf-8")
    told = truth_file(name, plan, stories, film)
    truth.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    made += [site, truth, *_ledger(plan.site, stories[0], out / f"{name}.ledger.jsonl")]
    list_clips(name, _rendered_with(), made)
    return made


def _ledger(site: str, story: Story, path: Path) -> list[Path]:
    """Write what was signed that day, if anything; the file made."""
    if not story.signed:
        return []
    path.write_text(ledger_file(site, story.signed), encoding="utf-8")
    return [path]


def _make_film(story: Story, studio: Studio, folder: Path, out: Path) -> Path:
    """Draw what is missing of a story and encode it; the clip."""
    clip = out / f"{story.name}.mp4"
    draw_frames(story, studio, folder, range(story.frame_count))
    write_film(story, [picture_path(folder, number) for number in range(story.frame_count)], clip)
    return clip


def _rendered_with() -> str:
    """Return the programs and versions whose bytes these are."""
    programs = ("bpy", "moderngl", "numpy", "opencv-python", "av")
    mesa = open_context().info["GL_VERSION"].partition("Mesa ")[2]
    return ", ".join([*(f"{program} {version(program)}" for program in programs), f"Mesa {mesa}"])
