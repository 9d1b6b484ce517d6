"""The detectors that Kuraban knows by name: origin, licence, digest, classes, preparation, accuracy.

Weights of others stay outside; the manifest says what a file of that digest is. Where files lie is locate.py's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.labels import COCO_80, COCO_91
from models.layouts import LayoutName
from models.letterbox import Fit, Preprocessing

WEIGHTS_FOLDER = Path(__file__).parent / "weights"

_TABLES = {"coco-80": COCO_80, "coco-91": COCO_91}


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One known detector.

    sha256: hexadecimal, of the file. size_bytes: of the file. url: where it can be fetched, None where no
    address is known. long_side: px of the input by default.
    """

    name: str
    file: str
    title: str
    origin: str
    licence: str
    sha256: str
    size_bytes: int
    url: str | None
    layout: LayoutName
    labels: tuple[str, ...]
    long_side: int
    preprocessing: Preprocessing
    published: str
    measured: str


@lru_cache(maxsize=1)
def manifest() -> Mapping[str, ManifestEntry]:
    """Return the known detectors by name, in the order of the file."""
    content = tomllib.loads((WEIGHTS_FOLDER / "MANIFEST.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _entry(name, table) for name, table in content.items()})


def entry_of_digest(sha256: str) -> ManifestEntry | None:
    """Return what is known of a file with that SHA-256."""
    return next((entry for entry in manifest().values() if entry.sha256 == sha256), None)


def _entry(name: str, table: Mapping[str, Any]) -> ManifestEntry:
    labels, prepared = table["labels"], table["input"]
    return ManifestEntry(
        name=name,
        file=table["file"],
        title=table["title"],
        origin=table["origin"],
        licence=table["licence"],
        sha256=table["sha256"],
        size_bytes=table["bytes"],
        url=table.get("url"),
        layout=LayoutName(table["layout"]),
        labels=_TABLES[labels] if isinstance(labels, str) else tuple(labels),
        long_side=prepared["long_side"],
        preprocessing=Preprocessing(
            prepared["order"],
            tuple(prepared["mean"]),
            tuple(prepared["std"]),
            prepared["pad"],
            Fit(prepared["fit"]),
        ),
        published=table["published"],
        measured=table["measured"],
    )
