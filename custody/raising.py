"""How the office's protocols raise incidents: the names, how loudly each is told, and their form. Pure.

An incident's id is made of the moment at which it was raised, of what it is about, of the fault and of the entry, and
these follow from the entries and sights alone: judging the same day again gives the same incidents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from vision.hours import OfficeHours
from vision.incidents import Evidence, Incident, Severity

VERSION: Final = 1

RULES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "unlogged_vault_access": Severity.ALARM,
        "vault_locked_without_count": Severity.ALARM,
        "count_mismatch": Severity.ALARM,
        "item_not_returned": Severity.ALARM,
        "item_not_where_ledger_says": Severity.ALARM,
        "two_person_breach": Severity.WARNING,
        "closing_overdue": Severity.WARNING,
        "opening_overdue": Severity.WARNING,
        "entry_back_dated": Severity.WARNING,
        "clock_set_back": Severity.ALARM,
        "entry_unreadable": Severity.WARNING,
    }
)
"""The incidents that the ledger raises, alone or against what cameras saw."""

SERVICE_RULES: Final[Mapping[str, Severity]] = MappingProxyType({"footage_not_recorded": Severity.ALARM})
"""The incidents that the running service raises about itself."""


@dataclass(frozen=True, slots=True)
class About:
    """What an incident is about, and what shows it. step: which step of a protocol, where it is about one."""

    item: str | None = None
    zone: str | None = None
    camera: str | None = None
    tracks: tuple[str, ...] = ()
    step: str | None = None

    @property
    def place(self) -> str | None:
        """The word for it in an incident's id."""
        parts = [part for part in (self.step, self.item or self.zone or self.camera) if part]
        return "-".join(parts) or None


@dataclass(frozen=True, slots=True)
class Spell:
    """When an incident began, when it was raised, and when it ended, if it has. UTC milliseconds."""

    began_at_ms: int
    raised_at_ms: int
    ended_at_ms: int | None = None

    @classmethod
    def moment(cls, at_ms: int) -> Spell:
        """Return the spell of what is over as soon as it has happened."""
        return cls(at_ms, at_ms, at_ms)


@dataclass(frozen=True, slots=True)
class Raiser:
    """Makes the incidents of one site."""

    site: str
    hours: OfficeHours
    provenance: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def incident(self, rule: str, spell: Spell, about: About, fact: str, **why: Any) -> Incident:
        """Return an incident. fact: one sentence that says what nobody has explained.

        why: what it rests on; `fault` is the way in which the rule was broken where there are several, `seq` the
        number of the entry that it is about.
        """
        step = {} if about.step is None else {"step": about.step}
        parts = (_stamp(spell.raised_at_ms), rule, about.place or self.site, why.get("fault"), why.get("seq"))
        return Incident(
            id="-".join(str(part).replace(" ", "_") for part in parts if part is not None),
            rule=rule,
            site=self.site,
            camera=about.camera,
            zone=about.zone,
            item=about.item,
            began_at_ms=spell.began_at_ms,
            raised_at_ms=spell.raised_at_ms,
            ended_at_ms=spell.ended_at_ms,
            severity=RULES[rule] if rule in RULES else SERVICE_RULES[rule],
            after_hours=self.hours.after_hours(spell.raised_at_ms),
            tracks=about.tracks,
            evidence=Evidence(spell.began_at_ms, about.camera),
            why=MappingProxyType({"rule_version": VERSION, "fact": fact, **step, **why, **self.provenance}),
        )


def _stamp(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y%m%dT%H%M%S") + f"{at_ms % 1000:03d}Z"
