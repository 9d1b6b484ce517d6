"""What is forgotten, when, and that it is a little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.runtime import forgetting
from api.runtime.forgetting import CHANGES_KEPT_MS, DAY_MS, SIGHTS_KEPT_MS, Forgetting
from api.settings import Site
from custody.records import changes, observations, watching
from custody.records.changes import ChangeKind
from custody.records.database import Records
from custody.records.tables import segments
from custody.sightings import Seen, Sighting
from streams.retention import FootageSettings, Keep
from tests.api.runtime.builders import NOW_MS, counter

KEPT_DAYS = 2


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def forgetful(records: Records, site: Site) -> Forgetting:
    kept = replace(site, footage=FootageSettings(usual=Keep(days=KEPT_DAYS)))
    return Forgetting(lambda: kept, records)


def say(records: Records, *days_ago: float, camera: str = "counter") -> None:
    with records.write() as connection:
        moments = [NOW_MS - round(days * DAY_MS) for days in days_ago]
        observations.save_all(connection, [replace(counter(at_ms), camera=camera) for at_ms in moments])


def record(records: Records, from_days_ago: float, to_days_ago: float) -> None:
    """Have a segment of the counter on the disk."""
    row = {
        "camera": "counter",
        "bytes": 1,
        "plain_bytes": 1,
        "held_by": [4],
        "frames": 1,
        "sha256": "",
        "mse_codec": "avc1.64001f",
    }
    times = {"began_ms": NOW_MS - round(from_days_ago * DAY_MS), "ended_ms": NOW_MS - round(to_days_ago * DAY_MS)}
    size = {"width": 640, "height": 360, "init_bytes": 1, "begins_run": True}
    with records.write() as connection:
        connection.execute(segments.insert(), row | times | size)


def days_kept(records: Records, camera: str = "counter") -> list[float]:
    with records.read() as connection:
        said = observations.between(connection, camera, 0, NOW_MS + 1)
        return [round((NOW_MS - one.captured_at_ms) / DAY_MS, 2) for one in said]


def test_what_cameras_said_is_kept_as_long_as_footage_is(records: Records, forgetful: Forgetting) -> None:
    say(records, 5, 3, 1.9, 0.1)
    say(records, 4, 1, camera="vault")
    for _ in range(3):
        forgetful.step(NOW_MS)
    assert days_kept(records) == [1.9, 0.1]
    assert days_kept(records, "vault") == [1]


def test_of_held_footage_it_is_known_what_was_seen(records: Records, forgetful: Forgetting) -> None:
    say(records, 9, 8.5, 8, 7.5, 7, 1)
    record(records, 8.6, 7.9)
    for _ in range(3):
        forgetful.step(NOW_MS)
    assert days_kept(records) == [8.5, 8, 1]


def test_it_is_a_little_at_a_time(records: Records, forgetful: Forgetting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    say(records, *range(10, 3, -1))
    left = []
    for _ in range(6):
        forgetful.step(NOW_MS)
        left.append(len(days_kept(records)))
    assert left == [5, 3, 1, 0, 0, 0]


def test_changes_are_kept_a_week_and_sights_a_year_and_more(records: Records, forgetful: Forgetting) -> None:
    with records.write() as connection:
        for at_ms in (NOW_MS - CHANGES_KEPT_MS - 1, NOW_MS - CHANGES_KEPT_MS + 1):
            changes.note(connection, ChangeKind.CAMERA_STATE, at_ms, "counter", {})
        seen = Sighting(Seen.VAULT_OPEN, "vault-door", 0, NOW_MS - SIGHTS_KEPT_MS - 1, "vault")
        watching.save_all(connection, [seen, replace(seen, from_ms=1, to_ms=NOW_MS - SIGHTS_KEPT_MS + 1)])
    forgetful.step(NOW_MS)
    with records.read() as connection:
        assert len(changes.after(connection, 0, 10)) == 1
        assert [one.from_ms for one in watching.newest(connection, Seen.VAULT_OPEN, "vault-door", 10)] == [1]
