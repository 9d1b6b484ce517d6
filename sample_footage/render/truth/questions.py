"""What each rule asks of a site, moment by moment: docs/design/rules.md once more, kept apart from `vision.rules`.

A question is about one zone, item or camera; its looks are the answers over the clip, each with the limit in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sample_footage.render.site_plan import SitePlan
from sample_footage.render.truth.frames import SlotState
from sample_footage.render.truth.sight import Moment
from sample_footage.render.truth.spells import Look

DEFAULTS: Mapping[str, Mapping[str, float | str]] = {
    "unattended_counter": {"after_s": 30.0, "after_hours_after_s": 10.0},
    "staff_only_intrusion": {"after_s": 1.0, "when": "from_public"},
    "terminal_removed": {"after_s": 3.0},
    "vault_open": {"after_s": 120.0},
    "vault_alone": {"min_people": 2, "after_s": 5.0},
    "person_after_hours": {"after_s": 1.0},
    "camera_blind": {"after_s": 5.0},
}
"""The settings of a site file that says nothing of rules."""

REMEMBERED_S = 30.0
"""So long is it known of somebody who is no longer seen that they came from the public side."""

TOGETHER_S = 3.0
"""People who are at the vault within this time are there together."""

Settings = Mapping[str, float | str]
ANSWERS: Mapping[SlotState, bool | None] = {"absent": True, "present": False, "occluded": None, "unknown": None}


@dataclass(frozen=True)
class Course:
    """A site over a clip: what its cameras have of every moment, `step_s` apart."""

    plan: SitePlan
    moments: Sequence[Moment]
    step_s: float

    def timed(self) -> Iterator[tuple[float, Moment]]:
        """Give each moment with its time from the start."""
        for number, moment in enumerate(self.moments):
            yield number * self.step_s, moment


@dataclass(frozen=True)
class Subject:
    """What an alarm is about, by its id."""

    kind: Literal["zone", "item", "camera"]
    name: str


@dataclass(frozen=True)
class Question:
    """One rule's question about one subject, answered moment by moment."""

    rule: str
    about: Subject
    looks: Sequence[Look]


def questions(course: Course) -> list[Question]:
    """Return what every rule that is on asks, in the order of the rules."""
    asked = []
    for rule, ask in _ASK.items():
        changed = course.plan.rules.get(rule, {})
        if changed is not False:
            settings = {**DEFAULTS[rule], **changed}
            asked += [Question(rule, about, looks) for about, looks in ask(course, settings)]
    return asked


_Asked = Iterator[tuple[Subject, list[Look]]]


def _unattended_counters(course: Course, settings: Settings) -> _Asked:
    for counter in course.plan.zones_of("counter"):
        sides = [name for name, zone in course.plan.zones_of("staff_side").items() if zone.serves == counter]
        slots = course.plan.slots_on(counter)
        looks = []
        for time_s, moment in course.timed():
            after_hours = course.plan.after_hours(time_s)
            exposed = _exposed(moment, slots) if slots else not after_hours
            limit = settings["after_hours_after_s" if after_hours else "after_s"]
            looks.append(Look(_unattended(moment, sides, exposed=exposed), float(limit)))
        if sides:
            yield Subject("zone", counter), looks


def _unattended(moment: Moment, sides: Sequence[str], *, exposed: bool | None) -> bool | None:
    staff = _people_in(moment, sides)
    if staff or exposed is False:
        return False
    return None if staff is None else exposed


def _exposed(moment: Moment, slots: Iterable[str]) -> bool | None:
    """Tell whether something lies on a counter: what is hidden still does."""
    states = {_slot_state(moment, slot) for slot in slots}
    if states & {"present", "occluded"}:
        return True
    return None if "unknown" in states else False


def _intrusions(course: Course, settings: Settings) -> _Asked:
    for zone in course.plan.zones_of("staff_only"):
        came = _From(course.plan)
        looks = []
        for time_s, moment in course.timed():
            came.note(time_s, moment)
            anybody = settings["when"] == "always" or course.plan.after_hours(time_s)
            counted = came.tracks if settings["when"] == "from_public" else frozenset()
            inside = _tracks_in(moment, zone)
            looks.append(_look_at(inside, None if anybody else counted, float(settings["after_s"])))
        yield Subject("zone", zone), looks


def _look_at(inside: frozenset[_Track] | None, counted: frozenset[_Track] | None, limit_s: float) -> Look:
    """Look at who is inside, of those who count; None for `counted` where everybody does."""
    if inside is None:
        return Look(None, limit_s)
    who = frozenset(name for _, name in (inside if counted is None else inside & counted))
    return Look(bool(who), limit_s, who)


def _removals(course: Course, settings: Settings) -> _Asked:
    for slot in course.plan.slots_of("terminal", "cards", "key"):
        states = (_slot_state(moment, slot) for moment in course.moments)
        yield Subject("item", slot), [Look(ANSWERS[state], float(settings["after_s"])) for state in states]


def _open_vaults(course: Course, settings: Settings) -> _Asked:
    for slot in course.plan.slots_of("door"):
        answer, looks = None, []
        for moment in course.moments:
            state = _slot_state(moment, slot)
            answer = answer if state == "occluded" else ANSWERS[state]
            looks.append(Look(answer, float(settings["after_s"])))
        yield Subject("item", slot), looks


def _alone_at_vaults(course: Course, settings: Settings) -> _Asked:
    kept_s = TOGETHER_S + course.step_s / 2
    for zone in course.plan.zones_of("vault"):
        counts: list[tuple[float, int]] = []
        looks = []
        for time_s, moment in course.timed():
            inside = _tracks_in(moment, zone)
            counts = [(at_s, count) for at_s, count in counts if inside is not None and time_s - at_s < kept_s]
            counts.append((time_s, _most_in_one_camera(inside or frozenset())))
            together = max(count for _, count in counts)
            alone = bool(inside) and together < float(settings["min_people"])
            looks.append(Look(None if inside is None else alone, float(settings["after_s"])))
        yield Subject("zone", zone), looks


def _after_hours(course: Course, settings: Settings) -> _Asked:
    limit_s = float(settings["after_s"])
    for camera in course.plan.cameras:
        looks = []
        for time_s, moment in course.timed():
            sight = moment[camera]
            if not course.plan.after_hours(time_s):
                looks.append(Look(answer=False, limit_s=limit_s))
            elif sight.unseeing:
                looks.append(Look(None, limit_s))
            else:
                looks.append(Look(bool(sight.people), limit_s, sight.people))
        yield Subject("camera", camera), looks


def _blind_cameras(course: Course, settings: Settings) -> _Asked:
    for camera in course.plan.cameras:
        blind = (moment[camera].health != "clear" for moment in course.moments)
        yield Subject("camera", camera), [Look(answer, float(settings["after_s"])) for answer in blind]


_ASK: Mapping[str, Callable[[Course, Settings], _Asked]] = {
    "unattended_counter": _unattended_counters,
    "staff_only_intrusion": _intrusions,
    "terminal_removed": _removals,
    "vault_open": _open_vaults,
    "vault_alone": _alone_at_vaults,
    "person_after_hours": _after_hours,
    "camera_blind": _blind_cameras,
}

_Track = tuple[str, str]
"""A camera and the name of somebody in it: what one camera has seen of them another does not know."""


class _From:
    """Remembers who came from the public side, camera by camera."""

    def __init__(self, plan: SitePlan) -> None:
        self._public, self._inner = plan.zones_of("public"), plan.zones_of("staff_only")
        self._seen_s: dict[_Track, float] = {}

    def note(self, time_s: float, moment: Moment) -> None:
        """Take a moment: who stands in a public zone and no staff-only one comes from there."""
        for camera, sight in moment.items():
            public, inner = (self._in_any(sight.zones, zones) for zones in (self._public, self._inner))
            for name in sight.people | public | inner:
                if name in public - inner or (camera, name) in self._seen_s:
                    self._seen_s[camera, name] = time_s
        self._seen_s = {track: at_s for track, at_s in self._seen_s.items() if time_s - at_s <= REMEMBERED_S}

    @property
    def tracks(self) -> frozenset[_Track]:
        """Return those who came from there."""
        return frozenset(self._seen_s)

    @staticmethod
    def _in_any(found: Mapping[str, frozenset[str]], zones: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(found.get(zone, frozenset()) for zone in zones))


def _tracks_in(moment: Moment, zone: str) -> frozenset[_Track] | None:
    """Return who stands in a zone, as each camera that can see it has them; None where none can."""
    seeing = {c: s.zones[zone] for c, s in moment.items() if zone in s.zones and not s.unseeing}
    return frozenset((camera, name) for camera, names in seeing.items() for name in names) if seeing else None


def _people_in(moment: Moment, zones: Iterable[str]) -> bool | None:
    """Tell whether anybody stands in one of these zones; None where nobody is seen and not every zone is."""
    found = [_tracks_in(moment, zone) for zone in zones]
    if any(found):
        return True
    return None if None in found else False


def _slot_state(moment: Moment, slot: str) -> SlotState:
    """Return what all cameras that can see say of a slot together."""
    states = {sight.slots[slot] for sight in moment.values() if slot in sight.slots and not sight.unseeing}
    told: tuple[SlotState, ...] = ("present", "absent", "occluded")
    return next((state for state in told if state in states), "unknown")


def _most_in_one_camera(tracks: frozenset[_Track]) -> int:
    cameras = [camera for camera, _ in tracks]
    return max((cameras.count(camera) for camera in cameras), default=0)
