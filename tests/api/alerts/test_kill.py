"""A sender that is killed again and again by SIGKILL, and a receiver that hears of everything all the same."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from api.settings import Site
from custody.records import incidents as kept
from custody.records import outbox
from custody.records.database import Records
from custody.records.outbox import Kind, Owed, State
from tests.api.alerts.conftest import incident_at
from tests.api.alerts.receiver import receiver

ROOT: Final = Path(__file__).resolve().parents[3]
SEND: Final = """
import asyncio, sys
from pathlib import Path
from api.alerts.sender import Sender
from api.alerts.settings import Webhook
from api.alerts.webhook import WebhookChannel
from api.secret import Secret
from api.settings import load_site
from custody.records.database import Records
from streams.records import utc_ms

folder, url = Path(sys.argv[1]), sys.argv[2]
site = load_site(folder / "site.yaml", {"COUNTER_PASSWORD": "x"})
with Records.open(folder) as records:
    sender = Sender("guard", WebhookChannel(Webhook(Secret(url), Secret("s")), utc_ms), records, site, utc_ms)
    print("begun", flush=True)
    asyncio.run(sender.send_due())
"""
INCIDENTS: Final = 60
TIMES: Final = [3, pytest.param(40, marks=pytest.mark.long)]


def owed(folder: Path) -> list[tuple[str, str]]:
    """Put the beginning and the end of many incidents into an outbox; return what is to be told."""
    with Records.open(folder) as records, records.write() as connection:
        for number in range(INCIDENTS):
            incident = incident_at(number, f"i{number}")
            kept.save(connection, replace(incident, ended_at_ms=incident.raised_at_ms + 500))
            for kind, at_ms in ((Kind.RAISED, incident.raised_at_ms), (Kind.ENDED, incident.raised_at_ms + 500)):
                outbox.owe(connection, Owed("p", 0, "guard", at_ms, kind), incident.id)
    return [(f"i{number}", kind) for number in range(INCIDENTS) for kind in ("raised", "ended")]


@pytest.mark.parametrize("times", TIMES)
def test_what_is_owed_is_told_in_order_however_often_the_sender_is_killed(
    tmp_path: Path, site: Site, times: int
) -> None:
    expected, chance = owed(tmp_path), random.Random(times)
    with receiver() as server:
        for kill in range(times + 1):
            server.answers_after_s = 0.005
            command = [sys.executable, "-c", SEND, str(tmp_path), server.url]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == b"begun\n"
                if kill < times:
                    time.sleep(chance.uniform(0, 0.4))
                    process.kill()
        told = [json.loads(body) for _, _, body in server.received]
    heard = [(message["incidents"][0]["id"], message["kind"]) for message in told]
    assert list(dict.fromkeys(heard)) == expected
    assert len(heard) - len(expected) <= times
    assert len({message["id"] for message in told}) == len(expected)
    with Records.open(tmp_path) as records, records.read() as connection:
        assert outbox.tally(connection)[State.DELIVERED] == len(expected)
