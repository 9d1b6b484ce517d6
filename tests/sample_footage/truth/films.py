"""Hand-made films: a string a place, a character a second, as frames of exact truth.

zone    `.` nobody   `1`..`9` that person, plainly seen   `a`..`i` the same people, hidden   `B` 1 and 2
view    who is in the picture and in none of the zones
slot    `p` present   `o` in its place, hidden   `a` away, the place bare   `h` away, the place hidden   `?` unknown
camera  `.` clear     `X` covered   `D` dark   `M` moved
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from sample_footage.render.looks import Role
from sample_footage.render.sightings import Sighting
from sample_footage.render.site_plan import SitePlan, Slot, Thing, Watcher, Zone
from sample_footage.render.truth.events import Verdict, judge
from sample_footage.render.truth.frames import FrameTruth, Health, SlotState

IN_HOURS: Final = datetime.fromisoformat("2018-02-21T10:00:00+09:00")
AFTER_HOURS: Final = datetime.fromisoformat("2018-02-21T19:00:00+09:00")
ZONES: Final = {
    "window-1": Zone("counter"),
    "behind-1": Zone("staff_side", serves="window-1"),
    "office": Zone("staff_only"),
    "lobby": Zone("public"),
    "vault-area": Zone("vault"),
}
SLOTS: Final = {"T-01": Slot("window-1"), "B-0221": Slot("window-1"), "vault-door": Slot()}
THINGS: Final = {"T-01": Thing("terminal"), "B-0221": Thing("cards", expected=78), "vault-door": Thing("door")}
STATES: Final[Mapping[str, SlotState]] = {
    "p": "present",
    "o": "occluded",
    "a": "absent",
    "h": "occluded",
    "?": "unknown",
}
HEALTH: Final[Mapping[str, Health]] = {".": "clear", "X": "covered", "D": "dark", "M": "moved"}
FPS: Final = 5
Changed = Mapping[str, float | str] | Literal[False]
"""Settings of one rule that differ from the defaults."""


def people(sign: str) -> frozenset[str]:
    """Return the names of those whom a character stands for."""
    if sign == ".":
        return frozenset()
    return frozenset("12") if sign == "B" else frozenset(chr(ord(sign) - ord("a") + ord("1")) if sign > "9" else sign)


def hidden(sign: str) -> bool:
    return "a" <= sign <= "i"


def plan(rows: Mapping[str, str], start: datetime = IN_HOURS, **rules: Changed) -> SitePlan:
    """Return the site whose cameras watch what the rows name; `rules` differ from the defaults."""
    cameras: dict[str, Watcher] = {}
    for name in rows:
        camera, _, place = name.partition("/")
        watcher = cameras.get(camera, Watcher())
        if place in ZONES:
            watcher = replace(watcher, zones={**watcher.zones, place: ZONES[place]})
        if place == "behind-1":
            watcher = replace(watcher, zones={**watcher.zones, "window-1": ZONES["window-1"]})
        if place in SLOTS:
            watcher = replace(watcher, slots={**watcher.slots, place: SLOTS[place]})
        cameras[camera] = watcher
    return SitePlan("tsurumi", "", start, cameras, THINGS, rules)


def film(rows: Mapping[str, str], fps: int = FPS) -> dict[str, list[FrameTruth]]:
    """Return the frames of every camera."""
    seconds = len(next(iter(rows.values())))
    cameras = dict.fromkeys(name.partition("/")[0] for name in rows)
    return {camera: [_frame(rows, camera, number, fps) for number in range(seconds * fps)] for camera in cameras}


def _frame(rows: Mapping[str, str], camera: str, number: int, fps: int) -> FrameTruth:
    signs = {name.partition("/")[2]: row[number // fps] for name, row in rows.items() if name.startswith(camera)}
    clear = signs.get("", ".") == "."
    standing = {place: sign for place, sign in signs.items() if place in ZONES or place == "view"}
    seen = {name for sign in standing.values() if clear and not hidden(sign) for name in people(sign)}
    slots = {place: STATES[sign] if clear else "unknown" for place, sign in signs.items() if place in SLOTS}
    return FrameTruth(
        number,
        number / fps,
        tuple(Sighting(name, "person", (0, 0, 90, 90), (0, 0, 90, 90), 1.0) for name in sorted(seen)),
        {place: people(sign) for place, sign in standing.items() if place in ZONES},
        slots,
        frozenset(place for place, sign in signs.items() if place in SLOTS and sign in "ah"),
        health=HEALTH[signs.get("", ".")],
    )


def verdict(
    rows: Mapping[str, str],
    start: datetime = IN_HOURS,
    roles: Mapping[str, Role] | None = None,
    **rules: Changed,
) -> Verdict:
    """Judge rows; who is not in `roles` is a visitor."""
    everybody: dict[str, Role] = dict.fromkeys("123456789", "visitor")
    return judge(plan(rows, start, **rules), film(rows), FPS, everybody | dict(roles or {}))
