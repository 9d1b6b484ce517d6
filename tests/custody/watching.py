"""What cameras saw, as lines: a string a place, a character a minute, in the manner of tests/vision/timelines.py.

camera/T-01             `p` present  `a` absent  `h` hidden behind somebody
camera/vault-door       `c` closed   `o` open    `h` hidden
camera/vault-door+      `.` nobody at the vault  `1` `2` so many people   `h` hidden
camera/behind-1*        `.` nobody in the zone  `1` `2` the track of that number
camera/window-1 T-01    `.` attended, or nothing lies there   `u` the items named lie there and nobody attends
camera                  `.` clear    `X` covered
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from custody.sightings import Gap, Seen, Sighting, Watch, before

MINUTE_MS = 60_000
SORTS = {"p": Seen.ITEM_PRESENT, "a": Seen.ITEM_ABSENT, "o": Seen.VAULT_OPEN, "u": Seen.UNATTENDED}
SILENT = ".ch"
"""What is seen and is no sighting: nobody, a closed door; and what is hidden, which is a gap."""


def watch(start_ms: int, rows: Mapping[str, str], char_ms: int = MINUTE_MS) -> Watch:
    """Return the watch of these lines. What is seen in the last character lasts."""
    health = {name: line for name, line in rows.items() if "/" not in name}
    sightings: list[Sighting] = []
    gaps = [
        Gap(camera, from_ms, to_ms, "covered")
        for camera, line in health.items()
        for sign, from_ms, to_ms in _runs(line, start_ms, char_ms)
        if sign == "X"
    ]
    cameras: dict[str, tuple[str, ...]] = {}
    for name, line in rows.items():
        camera, _, rest = name.partition("/")
        if not rest:
            continue
        place, *items = rest.split()
        if not place.endswith("*"):
            seen_at = before(place.rstrip("+")) if place.endswith("+") else place
            cameras[seen_at] = tuple(dict.fromkeys([*cameras.get(seen_at, ()), camera]))
        blind = health.get(camera, "." * len(line))
        seen = "".join(sign if clear == "." else "X" for sign, clear in zip(line, blind, strict=True))
        for sign, from_ms, to_ms in _runs(seen, start_ms, char_ms):
            if sign == "h":
                gaps.append(Gap(camera, from_ms, to_ms, "hidden", seen_at))
            elif sign not in SILENT + "X":
                sightings.append(_sighting(sign, camera, place, tuple(items), from_ms, to_ms))
    return Watch(tuple(sightings), tuple(gaps), cameras)


def _sighting(
    sign: str, camera: str, place: str, items: tuple[str, ...], from_ms: int, to_ms: int | None
) -> Sighting:
    if place.endswith("*"):
        return Sighting(Seen.IN_ZONE, place.rstrip("*"), from_ms, to_ms, camera, 1, (f"{camera}#{sign}",))
    if place.endswith("+"):
        tracks = tuple(f"{camera}#{number}" for number in range(1, int(sign) + 1))
        return Sighting(Seen.AT_VAULT, place.rstrip("+"), from_ms, to_ms, camera, int(sign), tracks)
    return Sighting(SORTS[sign], place, from_ms, to_ms, camera, items=items)


def _runs(line: str, start_ms: int, char_ms: int) -> Iterator[tuple[str, int, int | None]]:
    """Give each stretch of the same sign, with its moments; the last one has no end."""
    place = 0
    for sign, group in groupby(line):
        length = len(list(group))
        to_ms = None if place + length == len(line) else start_ms + (place + length) * char_ms
        yield sign, start_ms + place * char_ms, to_ms
        place += length
