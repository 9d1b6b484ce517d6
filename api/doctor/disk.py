"""The disk under the data folder: how much room there is, and how fast it takes footage and entries."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.doctor.findings import Finding, bad, good, warning

GIB: Final = 1 << 30
LEAST_FREE_BYTES: Final = GIB
FEW_FREE_BYTES: Final = 10 * GIB
CAMERA_MB_PER_S: Final = 1.0
"""What one camera writes at most: 8 Mbit/s."""

HEADROOM: Final = 4.0
"""How many times as fast the disk should be: retention, playback and backup use it, too."""

SLOW_SYNC_MS: Final = 50.0
"""A signature is acknowledged when its entry is on the disk; people notice what takes longer."""

_SAMPLE_BYTES: Final = 32 << 20
_BLOCK_BYTES: Final = 1 << 20
_SYNCS: Final = 10


@dataclass(frozen=True, slots=True)
class Space:
    """How large a file system is, and what of it this user may still fill."""

    total_bytes: int
    free_bytes: int
    free_files: int


@dataclass(frozen=True, slots=True)
class Speed:
    """mb_per_s: of a file written and synchronised. sync_ms: of one small write, until it is on the disk."""

    mb_per_s: float
    sync_ms: float


def examine_disk(folder: Path, cameras: int) -> Iterator[Finding]:
    """Look at the disk under a folder that can be written to."""
    space = space_of(folder)
    yield judge_space(space, folder)
    if space.free_bytes > 2 * _SAMPLE_BYTES:
        yield judge_speed(speed_of(folder), cameras)


def space_of(folder: Path) -> Space:
    """Return the room on the file system of a folder."""
    found = os.statvfs(folder)
    return Space(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize, found.f_favail)


def judge_space(space: Space, folder: Path) -> Finding:
    """Judge the room; how long it lasts is for retention to say, this is about the service itself."""
    measured = {"total_bytes": space.total_bytes, "free_bytes": space.free_bytes, "free_files": space.free_files}
    says = f"{space.free_bytes / GIB:.1f} of {space.total_bytes / GIB:.0f} GiB are free"
    # Some file systems have no fixed number of files and report none at all.
    files_run_out = 0 < space.free_files < 10_000
    if space.free_bytes < LEAST_FREE_BYTES or files_run_out:
        remedy = f"make room on the disk of {folder}, or keep footage for fewer days"
        return bad("disk.space", says, remedy, **measured)
    if space.free_bytes < FEW_FREE_BYTES:
        remedy = f"look whether the disk of {folder} is large enough for the days that footage is to be kept"
        return warning("disk.space", says, remedy, **measured)
    return good("disk.space", says, **measured)


def speed_of(folder: Path) -> Speed:
    """Measure the disk by writing to it; what was written is taken away again."""
    block = os.urandom(_BLOCK_BYTES)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        began = time.perf_counter()
        for _ in range(_SAMPLE_BYTES // _BLOCK_BYTES):
            file.write(block)
        os.fsync(file.fileno())
        written = time.perf_counter()
        for _ in range(_SYNCS):
            file.write(block[:4096])
            os.fsync(file.fileno())
        synced = time.perf_counter()
    return Speed(_SAMPLE_BYTES / 1e6 / (written - began), (synced - written) / _SYNCS * 1000)


def judge_speed(speed: Speed, cameras: int) -> Finding:
    """Judge whether the disk is fast enough for so many cameras."""
    needed = max(1, cameras) * CAMERA_MB_PER_S
    measured = {"mb_per_s": round(speed.mb_per_s, 1), "sync_ms": round(speed.sync_ms, 2)}
    says = f"{speed.mb_per_s:.0f} MB/s, {speed.sync_ms:.1f} ms until a small write is on the disk"
    if speed.mb_per_s < needed:
        remedy = f"{cameras} cameras write up to {needed:.0f} MB/s: use a faster disk, or one that nothing else uses"
        return bad("disk.speed", says, remedy, **measured)
    if speed.mb_per_s < HEADROOM * needed or speed.sync_ms > SLOW_SYNC_MS:
        remedy = "look whether something else uses this disk, or whether it is a network folder or a memory card"
        return warning("disk.speed", says, remedy, **measured)
    return good("disk.speed", says, **measured)
