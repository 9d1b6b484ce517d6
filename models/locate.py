"""Where weights lie: the folders that are searched, and a name turned into a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from models.errors import WeightsNotFoundError
from models.manifest import WEIGHTS_FOLDER, manifest

FOLDERS_VARIABLE = "KURABAN_WEIGHTS"


def search_paths() -> tuple[Path, ...]:
    """Return the folders where weights are looked for, first found first taken.

    They are those of $KURABAN_WEIGHTS, the package's own, `shared/weights` beside a checkout, and the
    user's data folder. They need not exist.
    """
    named = [Path(folder) for folder in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if folder]
    beside_checkout = WEIGHTS_FOLDER.parents[2] / "shared" / "weights"
    return (*named, WEIGHTS_FOLDER, beside_checkout, data_folder())


def data_folder() -> Path:
    """Return the user's own folder for weights, which need not exist."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "kuraban" / "weights"


def find_weights(name: str, search: Sequence[Path] | None = None) -> Path:
    """Return the file of a detector given by manifest name, file name or path.

    search: folders, `search_paths()` by default. Raises WeightsNotFoundError, which says where it looked.
    """
    if Path(name).is_file():
        return Path(name)
    folders = search_paths() if search is None else tuple(search)
    entry = manifest().get(name)
    wanted = [entry.file] if entry is not None else [name, f"{name}.onnx"]
    for folder in folders:
        for file in wanted:
            if (folder / file).is_file():
                return folder / file
    raise WeightsNotFoundError(_not_found(name, wanted[0], folders))


def _not_found(name: str, file: str, folders: Sequence[Path]) -> str:
    looked = ", ".join(str(folder) for folder in folders) or "no folder at all"
    entry = manifest().get(name)
    origin = "" if entry is None else f" (it comes from {entry.origin}; {entry.licence})"
    pull = "" if entry is None or entry.url is None else f"Run `kuraban models pull {name}`, or: "
    return (
        f"no weights {name!r}: looked for {file} in {looked}. {pull}"
        f"Put the file{origin} into one of these folders, name its folder in {FOLDERS_VARIABLE}, "
        f"give its path, or choose one of {', '.join(manifest())}"
    )
