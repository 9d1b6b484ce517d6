"""Incidents that an office has raised, with the clip that shows one of them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Final

from custody.incidents import SealedClip, beginning_entries, clip_sealed, end_entries
from tests.api.web.served import ServedOffice
from tests.page.film import CLIP
from vision.incidents import Evidence, Incident, Severity

REMOVED: Final = "removed"
UNATTENDED: Final = "unattended"
BEFORE_MS: Final = 10_000


def raise_incidents(office: ServedOffice) -> None:
    """Put on the ledger that a terminal is gone since a minute ago, and that the counter was left an hour ago."""
    now_ms = office.office.now_ms()
    gone = Incident(
        id=REMOVED,
        rule="terminal_removed",
        site="tsurumi",
        camera="counter",
        zone=None,
        item="T-01",
        began_at_ms=now_ms - 60_000,
        raised_at_ms=now_ms - 57_000,
        ended_at_ms=None,
        severity=Severity.ALARM,
        after_hours=True,
        tracks=("counter#1",),
        evidence=Evidence(now_ms - 57_000, "counter", (0.3, 0.48, 0.41, 0.59), 0.8),
        why={"rule_version": 1, "after_s": 3.0},
    )
    left = replace(
        gone,
        id=UNATTENDED,
        rule="unattended_counter",
        zone="window-1",
        item=None,
        began_at_ms=now_ms - 3_600_000,
        raised_at_ms=now_ms - 3_570_000,
        ended_at_ms=now_ms - 3_500_000,
        severity=Severity.WARNING,
    )
    for one in (left, gone):
        office.office.ledger.record_all([*beginning_entries(one), *end_entries(one)])
    _seal(office, left)
    assert office.office.flush(5)


def _seal(office: ServedOffice, incident: Incident) -> None:
    file = office.office.folder / "clips" / f"{incident.id}.mp4"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(CLIP.read_bytes())
    interval = (incident.began_at_ms - BEFORE_MS, incident.began_at_ms + BEFORE_MS)
    sealed = SealedClip("counter", f"clips/{file.name}", interval, interval, sha256(file.read_bytes()).hexdigest())
    office.office.ledger.record(clip_sealed(sealed, office.office.now_ms(), incident.id))
