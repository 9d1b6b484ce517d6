"""A service whose receiver is down, whose core is killed, and that tells of the incident all the same."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Final

import pytest

from tests.api.alerts.receiver import Receiver, receiver
from tests.serve.service import serving

ALERTS: Final = """\
alerts:
  destinations: {{guard: {{webhook: {{url: "{url}", secret: "${{GUARD_SECRET}}"}}}}}}
  policies: {{all: {{rules: [terminal_removed], stages: [{{to: [guard]}}]}}}}
"""


def told(server: Receiver) -> list[str]:
    """Return the items of the incidents whose beginning was told."""
    messages = [json.loads(body) for _, _, body in server.received]
    raised = [message for message in messages if message["kind"] == "raised"]
    return [incident["item"] for message in raised for incident in message["incidents"]]


def test_an_incident_is_told_though_the_receiver_was_down_and_the_core_was_killed(
    site_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUARD_SECRET", "a secret")
    with receiver() as server:
        site_file.write_text(site_file.read_text(encoding="utf-8") + ALERTS.format(url=server.url), encoding="utf-8")
        server.status = 503
        with serving(site_file, tmp_path / "data", tmp_path / "log") as service:
            service.stands("counter")
            service.until(lambda: "T-01" in told(server))
            os.kill(service.pid("core"), signal.SIGKILL)
            server.received.clear()
            server.status = 204
            service.until(lambda: "T-01" in told(server))
            service.until(lambda: len(service.entries("incident.raised")) > 0)
            assert service.end() == 0
        assert told(server).count("T-01") == 1
