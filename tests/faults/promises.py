"""What was promised, looked for when the day is over."""

from __future__ import annotations

import subprocess
from typing import Final

from api.runtime.whereabouts import footage_folder
from custody.ledger import LedgerReader
from streams.segments import GapCause, walk
from tests.faults.day import CAMERAS, Day
from tests.serve.service import KURABAN

LOST_MS: Final = 1_500
"""Of a camera's footage at most, in a crash: the second that is being written, and the picture on its way."""

TOLD_WITHIN_S: Final = 60


def expect_everything_kept(day: Day) -> None:
    """Expect that nothing acknowledged, raised or recorded is missing. The service runs when this begins."""
    day.clerk.end()
    day.start()  # what waits for those who are told is tried at once then
    day.service.stands(*CAMERAS)
    day.service.until(lambda: _raised(day) <= day.told(), TOLD_WITHIN_S)
    assert day.service.end() == 0
    with LedgerReader.read(day.data / "ledger") as ledger:
        written = {entry.body.get("reason") for entry in ledger}
    there = {segment.began_ms: segment.sha256 for segment in walk(footage_folder(day.data), "counter")}
    assert [there.get(segment.began_ms) for segment in day.held] == [segment.sha256 for segment in day.held]
    assert len(day.clerk.acknowledged) > 10
    assert [reason for reason in day.clerk.acknowledged if reason not in written] == []
    _verified("ledger", "verify", str(day.data / "ledger"))
    _verified("footage", "verify", "--data", str(day.data))


def expect_little_lost(day: Day, camera: str, killed_at_ms: int) -> None:
    """Expect that a crash has cost a camera no more than the last second before it."""
    crashes = [
        segment.gap_before.began_ms
        for segment in walk(footage_folder(day.data), camera)
        if segment.gap_before is not None and segment.gap_before.cause is GapCause.CRASH
    ]
    assert any(0 <= killed_at_ms - began_ms <= LOST_MS for began_ms in crashes), (killed_at_ms, crashes)


def _raised(day: Day) -> set[str]:
    return {entry.body["id"] for entry in day.service.entries("incident.raised")}


def _verified(*command: str) -> None:
    ended = subprocess.run([*KURABAN, *command], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"kuraban {' '.join(command)}: {ended.stdout[-2000:]} {ended.stderr[-2000:]}"
