"""Random changes of one byte, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import accumulate

Change = tuple[int, int]
"""At which byte, and what it is XORed with, 1 to 255."""


def random_changes(size: int, count: int) -> Iterator[Change]:
    """Give changes of that many bytes, each at another place."""
    source = random.Random(8032)
    for at in source.sample(range(size), count):
        yield at, source.randint(1, 255)


def changed(data: bytes, change: Change) -> bytes:
    at, bits = change
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]


def files_and_places(files: Mapping[str, bytes], changes: Iterator[Change]) -> Iterator[tuple[str, Change]]:
    """Lay the files end to end, and give for each change the file that it falls into and the byte in it."""
    names = sorted(files)
    ends = list(accumulate(len(files[name]) for name in names))
    for at, bits in changes:
        place = next(place for place, end in enumerate(ends) if at < end)
        yield names[place], (at - (ends[place] - len(files[names[place]])), bits)
