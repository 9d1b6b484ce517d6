"""Ledgers to break, and an incident to record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from custody.ledger import Ledger
from vision.incidents import Evidence, Incident, Severity

MakeLedger = Callable[[int], Path]
NOON_MS = 1_519_182_000_000  # 2018-02-21T03:00:00Z


@pytest.fixture
def closed_ledger(tmp_path: Path) -> MakeLedger:
    """Make a ledger of that many counts in a folder of its own, and return the folder."""

    def make(entries: int) -> Path:
        folder = tmp_path / f"ledger-of-{entries}"
        with Ledger.create(folder, "tsurumi") as ledger:
            for number in range(entries):
                body = {"item": "B-0221", "number": 78 - number}
                ledger.append(NOON_MS + number, "count", ("sato", "suzuki"), body, durable=False)
        return folder

    return make


@pytest.fixture
def covered_camera() -> Incident:
    """Return an incident of a camera that was covered for a minute."""
    return Incident(
        id="20180221T030005000Z-camera_blind-counter",
        rule="camera_blind",
        site="tsurumi",
        camera="counter",
        zone=None,
        item=None,
        began_at_ms=NOON_MS,
        raised_at_ms=NOON_MS + 5_000,
        ended_at_ms=NOON_MS + 60_000,
        severity=Severity.WARNING,
        after_hours=False,
        tracks=(),
        evidence=Evidence(NOON_MS + 5_000, "counter", (0.1, 0.2, 0.3, 1 / 3), 0.5),
        why=MappingProxyType({"health": "covered", "after_s": 5.0}),
    )
