"""An item is gone from its place."""

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
    SlotState.OCCLUDED: Answer.UNSEEN,
    SlotState.UNKNOWN: Answer.UNSEEN,
}


@dataclass(frozen=True, slots=True)
class TerminalRemovedSettings:
    """Seconds of clear sight without the item."""

    after_s: float = 3.0


class TerminalRemoved(Rule):
    """Watches every slot, doors apart. An occluded slot proves nothing, for however long."""

    def __init__(self, settings: TerminalRemovedSettings, layout: Layout) -> None:
        self._settings = settings
        self._layout = layout
        self._present_at_ms: dict[str, int] = {}
        slots = layout.slot_ids(ItemKind.TERMINAL, ItemKind.CARDS, ItemKind.KEY)
        super().__init__(
            {s: Subject(layout.site, "terminal_removed", VERSION, Severity.ALARM, item=s) for s in slots},
            {s: layout.cameras_of_slot(s) for s in slots},
        )

    def limit_s(self, situation: Situation) -> float:  # noqa: ARG002  the same at any hour
        """Return the limit."""
        return self._settings.after_s

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether the item is gone, and when it was last there."""
        reading, camera = situation.slot(subject)
        if reading.state is SlotState.PRESENT:
            self._present_at_ms[subject] = situation.at_ms
        last_ms = self._present_at_ms.get(subject)
        facts = {
            "voice": reading.voice.value,
            "likeness": reading.likeness,
            "last_present_s_ago": None if last_ms is None else round((situation.at_ms - last_ms) / 1000, 3),
        }
        evidence = place_evidence(situation, self._layout, camera, subject)
        return Sight(ANSWERS[reading.state], evidence=evidence, facts=facts)
