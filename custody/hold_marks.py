"""Holds beside the media: a file of marks for each held file, so that footage says itself that it must not go.

`clip.mp4.holds.json` beside `clip.mp4`. The ledger decides; marks follow it, so that they are set right by whoever
touches a hold, also after a crash in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from custody.entries import utc_text
from custody.files import remove_file, replace_file
from custody.holds import Hold, Holds
from custody.intervals import Interval

SUFFIX: Final = ".holds.json"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Media:
    """A file of footage: which camera's, from when to when, UTC milliseconds."""

    path: Path
    camera: str
    interval: Interval

    @property
    def mark(self) -> Path:
        """Where its holds are written down."""
        return self.path.with_name(self.path.name + SUFFIX)


def set_marks(media: Iterable[Media], holds: Holds) -> tuple[Path, ...]:
    """Write the holds that stand beside each file, and take away the marks of files that nothing holds any more.

    Returns the files that are held. A file that is missing gets no mark. Raises OSError where one cannot be written.
    """
    held = []
    for file in media:
        standing = holds.over(file.camera, file.interval)
        if standing and file.path.exists():
            _write(file, standing)
            held.append(file.path)
        elif file.mark.exists():
            remove_file(file.mark)
    return tuple(held)


def _write(file: Media, standing: Iterable[Hold]) -> None:
    """Write the mark of a file, unless it says so already."""
    content = {
        "v": VERSION,
        "file": file.path.name,
        "camera": file.camera,
        **_interval(file.interval),
        "holds": [{"hold": hold.number, "case": hold.case, **_interval(hold.interval)} for hold in standing],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
    if not file.mark.exists() or file.mark.read_bytes() != text:
        replace_file(file.mark, text)


def _interval(interval: Interval) -> dict[str, Any]:
    return {"from": utc_text(interval[0]), "to": utc_text(interval[1])}
