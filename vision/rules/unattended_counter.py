"""Something in custody lies on a counter and nobody is on the staff side."""

from __future__ import annotations

from dataclasses import dataclass

from vision.dwell import Answer
from vision.episode import Sight, Subject
from vision.incidents import Severity
from vision.layout import Layout
from vision.rules.rule import Rule, place_evidence
from vision.situation import Situation
from vision.types import SlotState
from vision.zones import ZoneKind

VERSION = 1
EXPOSED = (SlotState.PRESENT, SlotState.OCCLUDED)


@dataclass(frozen=True, slots=True)
class UnattendedCounterSettings:
    """Seconds that a counter may be exposed and unattended, in window hours and after them."""

    after_s: float = 30.0
    after_hours_after_s: float = 10.0


class UnattendedCounter(Rule):
    """Watches every counter that some staff side serves.

    A counter exposes what lies in its slots; one without slots counts as exposing something in window hours.
    """

    def __init__(self, settings: UnattendedCounterSettings, layout: Layout) -> None:
        self._settings = settings
        self._layout = layout
        served = [c for c in layout.zone_ids(ZoneKind.COUNTER) if layout.staff_sides_of(c)]
        self._sides = {counter: layout.staff_sides_of(counter) for counter in served}
        self._slots = {counter: layout.slots_on(counter) for counter in served}
        super().__init__(
            {c: Subject(layout.site, "unattended_counter", VERSION, Severity.WARNING, zone=c) for c in served},
            {c: _cameras_of(layout, c) for c in served},
        )

    def limit_s(self, situation: Situation) -> float:
        """Return the limit for window hours, or the one for after them."""
        settings = self._settings
        return settings.after_hours_after_s if situation.after_hours else settings.after_s

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether something lies on the counter with nobody behind it."""
        staff = situation.occupancy(self._sides[subject])
        exposed, items = self._exposed(situation, subject)
        if staff.tracks or exposed is Answer.FALSE:
            return Sight(Answer.FALSE)
        if staff.unseen:
            return Sight(Answer.UNSEEN)
        camera = next(iter(self._layout.cameras_of_zone(subject)), None)
        evidence = place_evidence(situation, self._layout, camera, subject)
        return Sight(exposed, evidence=evidence, facts={"exposed": list(items)})

    def _exposed(self, situation: Situation, counter: str) -> tuple[Answer, tuple[str, ...]]:
        """Tell whether something lies on the counter, and what."""
        slots = self._slots[counter]
        if not slots:
            return (Answer.FALSE if situation.after_hours else Answer.TRUE), ()
        states = {slot: situation.slot(slot)[0].state for slot in slots}
        exposed = tuple(slot for slot, state in states.items() if state in EXPOSED)
        if exposed:
            return Answer.TRUE, exposed
        unknown = any(state is SlotState.UNKNOWN for state in states.values())
        return (Answer.UNSEEN if unknown else Answer.FALSE), ()


def _cameras_of(layout: Layout, counter: str) -> set[str]:
    """Return the cameras that see the counter's staff sides or anything that lies on it."""
    sides = {c for side in layout.staff_sides_of(counter) for c in layout.cameras_of_zone(side)}
    return sides | {c for slot in layout.slots_on(counter) for c in layout.cameras_of_slot(slot)}
