"""Timelines: a string a place, a character a second, played to a scene as a camera would tell it.

zone    `.` nobody   `1`..`9` that track   `B` tracks 1 and 2   `?` the zone is not in the answer
        `d` track 1, which may be a thing   `b` the same, and track 2, who is surely somebody
slot    `p` present  `o` occluded  `a` absent  `?` unknown
camera  `.` clear    `X` covered   `D` dark    `M` moved   `-` says nothing at all
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.vision.builders import IN_HOURS, observation
from vision.dwell import Answer
from vision.incidents import Incident
from vision.scene import Scene
from vision.types import Health, SlotState

ANSWERS: Final = {"P": Answer.TRUE, ".": Answer.FALSE, "?": Answer.UNSEEN}
PEOPLE: Final = {".": (), "P": (1,), "B": (1, 2), "d": (1,), "b": (1, 2), **{str(i): (i,) for i in range(1, 10)}}
STATES: Final = {
    "p": SlotState.PRESENT,
    "o": SlotState.OCCLUDED,
    "a": SlotState.ABSENT,
    "?": SlotState.UNKNOWN,
}
HEALTH: Final = {".": Health.CLEAR, "X": Health.COVERED, "D": Health.DARK, "M": Health.MOVED}
TICK_MS: Final = 500


def sampled(line: str, fps: float, char_ms: int = 1_000, first_ms: int = 0) -> Iterator[tuple[int, str]]:
    """Give the moments, ms from the start, at which a camera of that rate looks, and what it sees."""
    number = 0
    while (at_ms := first_ms + round(number * 1_000 / fps)) < len(line) * char_ms:
        yield at_ms, line[at_ms // char_ms]
        number += 1


@dataclass(frozen=True)
class Row:
    """One place in one camera; `place` is None where the line is the camera's health."""

    camera: str
    place: str | None
    line: str

    @classmethod
    def named(cls, name: str, line: str) -> Row:
        camera, _, place = name.partition("/")
        return cls(camera, place or None, line)


def play(
    told: Scene,
    rows: Mapping[str, str],
    *,
    start_ms: int = IN_HOURS,
    fps: float = 5,
    people_sought: bool = True,
) -> list[Incident]:
    """Play timelines (`camera/place` or `camera`) and return every incident as it stood in the end."""
    parsed = [Row.named(name, line) for name, line in rows.items()]
    seconds = len(parsed[0].line)
    if any(len(row.line) != seconds for row in parsed):
        raise ValueError(f"the lines differ in length: { {n: len(line) for n, line in rows.items()} }")
    incidents: dict[str, Incident] = {}
    ticked_ms = 0
    for at_ms, _ in sampled("." * seconds, fps):
        while ticked_ms + TICK_MS <= at_ms:
            ticked_ms += TICK_MS
            incidents |= {i.id: i for i in told.tick(start_ms + ticked_ms)}
        for camera in dict.fromkeys(row.camera for row in parsed):
            own = [row for row in parsed if row.camera == camera]
            incidents |= _tell(told, camera, own, start_ms, at_ms, people_sought=people_sought)
    incidents |= {i.id: i for i in told.running()}
    return list(incidents.values())


def _tell(
    told: Scene, camera: str, rows: Sequence[Row], start_ms: int, at_ms: int, *, people_sought: bool
) -> dict[str, Incident]:
    """Let one camera say what it sees in one second of its rows."""
    sights = {row.place: row.line[at_ms // 1_000] for row in rows}
    health = sights.pop(None, ".")
    if health == "-":
        return {}
    clear = health == "."
    occupancy = {p: PEOPLE[c] for p, c in sights.items() if p and c in PEOPLE and clear and p != "view"}
    slots = {p: STATES[c] if clear else SlotState.UNKNOWN for p, c in sights.items() if p and _is_slot(p)}
    seen = observation(
        camera,
        start_ms + at_ms,
        {p: people for p, people in occupancy.items() if not _is_slot(p)},
        slots,
        health=HEALTH[health],
        elsewhere=PEOPLE[sights["view"]] if clear and "view" in sights else (),
        people_sought=people_sought and clear,
        doubted=(1,) if {"d", "b"} & set(sights.values()) else (),
    )
    return {i.id: i for i in told.observe(seen)}


def _is_slot(place: str) -> bool:
    return place.startswith(("T-", "B-")) or place == "vault-door"


def seconds(at_ms: int | None, start_ms: int = IN_HOURS) -> float:
    """Return a moment in seconds from the start of the timeline."""
    if at_ms is None:
        raise AssertionError("the incident has not ended")
    return (at_ms - start_ms) / 1_000
