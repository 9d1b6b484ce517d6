"""What the doctor says of alerts, of a real outbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy.engine import Connection

from api.alerts.settings import AlertSettings, Apprise
from api.doctor import alerts
from api.doctor.alerts import examine_alerts
from api.doctor.findings import Verdict
from api.secret import Secret
from custody.records import incidents as kept
from custody.records import outbox
from custody.records.database import Records
from custody.records.outbox import Message, Owed, State
from vision.incidents import Incident

AT_MS = 1_519_200_600_000

Ends = Callable[[Connection, Message], None]


def left(folder: Path, incident: Incident, ends: Ends) -> None:
    """Leave one message in an outbox that has ended in some way."""
    with Records.open(folder) as records, records.write() as connection:
        kept.save(connection, replace(incident, ended_at_ms=None))
        outbox.owe(connection, Owed("p", 0, "duty", AT_MS), incident.id)
        message = outbox.ready(connection, "duty", AT_MS)
        assert message is not None
        ends(connection, message)


@pytest.mark.parametrize(
    ("ends", "verdict", "says"),
    [
        (lambda c, m: outbox.finish(c, m, State.DELIVERED, AT_MS), Verdict.GOOD, "all that was to be told was told"),
        (lambda c, m: outbox.postpone(c, m, AT_MS, "busy"), Verdict.WARNING, "could not be told yet, .* duty: busy"),
        (lambda c, m: outbox.finish(c, m, State.DEAD, AT_MS, "gone"), Verdict.WARNING, "given up, .* duty: gone"),
        (lambda _c, _m: None, Verdict.GOOD, "all that was to be told was told"),
    ],
)
def test_what_failed_and_what_was_given_up_is_said(
    tmp_path: Path, incidents: tuple[Incident, ...], ends: Ends, verdict: Verdict, says: str
) -> None:
    left(tmp_path, incidents[0], ends)
    (finding,) = examine_alerts(tmp_path, None)
    assert (finding.check, finding.verdict) == ("alerts.outbox", verdict)
    assert re.search(says, finding.says)


def test_a_destination_that_needs_what_is_not_installed_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = AlertSettings(MappingProxyType({"chat": Apprise(Secret("json://x", shown="***"), "ja")}))
    (well,) = examine_alerts(tmp_path, settings)
    monkeypatch.setattr(alerts, "find_spec", lambda _name: None)
    (bad,) = examine_alerts(tmp_path, settings)
    assert (well.verdict, bad.verdict) == (Verdict.GOOD, Verdict.BAD)
    assert "chat cannot be told" in bad.says


def test_a_site_file_that_tells_nobody_is_no_fault(tmp_path: Path) -> None:
    (finding,) = examine_alerts(tmp_path, AlertSettings())
    assert finding.verdict is Verdict.SKIPPED
