"""The vault door stands open for too long."""

from __future__ import annotations

from dataclasses import dataclass

from vision.dwell import Answer
from vision.episode import Sight, Subject
from vision.incidents import Severity
from vision.items import ItemKind
from vision.layout import Layout
from vision.rules.rule import Rule, place_evidence
from vision.situation import Situation
from vision.types import SlotState

VERSION = 1
ANSWERS = {
    SlotState.ABSENT: Answer.TRUE,
    SlotState.PRESENT: Answer.FALSE,
    SlotState.UNKNOWN: Answer.UNSEEN,
}
"""A door's place looks as it did when it was closed (present), or it does not (absent)."""


@dataclass(frozen=True, slots=True)
class VaultOpenSettings:
    """Seconds that the door may stand open."""

    after_s: float = 120.0


class VaultOpen(Rule):
    """Watches every door. Somebody standing in front of an open door does not close it."""

    def __init__(self, settings: VaultOpenSettings, layout: Layout) -> None:
        self._settings = settings
        self._layout = layout
        doors = layout.slot_ids(ItemKind.DOOR)
        self._last = dict.fromkeys(doors, Answer.UNSEEN)
        super().__init__(
            {d: Subject(layout.site, "vault_open", VERSION, Severity.WARNING, item=d) for d in doors},
            {d: layout.cameras_of_slot(d) for d in doors},
        )

    def limit_s(self, situation: Situation) -> float:  # noqa: ARG002  the same at any hour
        """Return the limit."""
        return self._settings.after_s

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether the door is open; while it is hidden, what it was before."""
        reading, camera = situation.slot(subject)
        self._last[subject] = ANSWERS.get(reading.state, self._last[subject])
        evidence = place_evidence(situation, self._layout, camera, subject)
        facts = {"voice": reading.voice.value, "likeness": reading.likeness}
        return Sight(self._last[subject], evidence=evidence, facts=facts)
