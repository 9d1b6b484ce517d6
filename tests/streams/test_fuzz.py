"""Damaged media, 240 times: it ends in time, with frames, a partial result or a clear error, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from streams import Partial, Quiet, SourceOptions, StreamError, cut, open_source
from vision.types import Frame

MakeClip = Callable[..., Path]
KINDS = {
    "h264.mp4": ("libx264", {"movflags": "faststart"}),
    "h264.mkv": ("libx264", {}),
    "mpeg4.avi": ("mpeg4", {}),
    "h265.mp4": ("libx265", {"x265-params": "log-level=none"}),
}
MUTANTS_A_KIND = 60
AT_MOST_S = 5.0


def flipped(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 5, 50, 500])):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def spliced(data: bytes, chance: random.Random) -> bytes:
    a, b, c = sorted(chance.randrange(len(data)) for _ in range(3))
    return chance.choice([data[:a] + data[b:], data[:b] + data[a:], data[:a] + data[b:c] + data[a:b] + data[c:]])


def damaged_header(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 3, 10])):
        damaged[chance.randrange(min(1_500, len(damaged)))] = chance.choice([0, 255, chance.randrange(256)])
    return bytes(damaged)


def check_clear(error: StreamError, path: Path) -> None:
    assert error.reason
    assert error.remedy
    assert str(path) in str(error)


def outcome(path: Path, options: SourceOptions) -> str:
    """Read a file to its end and say how it went; anything but a StreamError goes through."""
    last_ms = -1
    try:
        with open_source(str(path), start_ms=0, detect_fps=5, options=options) as source:
            partial = False
            for sight in source:
                assert not partial, "nothing comes after the end"
                partial = isinstance(sight, Partial)
                assert isinstance(sight, Frame | Quiet | Partial)
                assert partial or sight.captured_at_ms > last_ms
                last_ms = sight.captured_at_ms
                if isinstance(sight, Frame):
                    assert sight.resized(64, 36).shape == (36, 64, 3)
                    source.calm(True)
    except StreamError as error:
        check_clear(error, path)
        return "refused"
    return "partial" if partial else "whole"


@pytest.mark.timeout(150)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_mutated_clip_hangs_crashes_or_raises_anything_unclear(make_clip: MakeClip, name: str) -> None:
    codec, options = KINDS[name]
    original = make_clip(name, codec=codec, frames=45, g="15", size=(96, 64), **options)
    data = original.read_bytes()
    outcomes = []
    for number in range(MUTANTS_A_KIND):
        chance = random.Random(f"{name} {number}")
        mutate = (flipped, truncated, spliced, damaged_header)[number % 4]
        path = original.with_name(f"viewer-{number}-{name}")
        path.write_bytes(mutate(data, chance))
        began_s = time.monotonic()
        outcomes.append(outcome(path, SourceOptions(packet_gate=number % 2 == 0)))
        assert time.monotonic() - began_s < AT_MOST_S, f"mutant {number} of {name} took too long"
    assert {"refused", "partial"} <= set(outcomes), "the mutations must do harm, or they show nothing"


@pytest.mark.timeout(60)
def test_cutting_a_damaged_recording_gives_a_clip_or_a_clear_error(make_clip: MakeClip) -> None:
    data = make_clip("day.mp4", frames=60, g="15", size=(96, 64), movflags="faststart").read_bytes()
    cuts = 0
    for number in range(40):
        chance = random.Random(number)
        path = make_clip.folder / f"damaged-{number}.mp4"  # type: ignore[attr-defined]
        path.write_bytes((flipped, truncated, spliced, damaged_header)[number % 4](data, chance))
        target = path.with_name(f"clip-{number}.mp4")
        try:
            clip = cut(path, 1_000, 2_000, 0, target)
        except StreamError as error:
            check_clear(error, path)
        else:
            cuts += 1
            assert clip.path.stat().st_size > 0
            assert clip.delivered_from_ms <= clip.delivered_to_ms
        assert not [rest for rest in path.parent.iterdir() if rest.name.startswith(".")]
    assert cuts > 5
