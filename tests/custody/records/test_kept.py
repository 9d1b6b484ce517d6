"""Observations, what was seen and marks: kept, and the same when they are read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from custody.records import observations, watching
from custody.records.database import Records
from custody.records.marks import mark, set_mark
from custody.sightings import Gap, Seen, Sighting
from vision.types import Health, Observation, SlotReading, SlotState, Tracks, Voice


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(tmp_path) as opened:
        yield opened


def seen(at_ms: int, people: int = 1) -> Observation:
    tracks = Tracks(
        ids=np.arange(people, dtype=np.int64),
        xyxy=np.full((people, 4), 0.1, np.float32) + np.arange(people, dtype=np.float32)[:, None],
        score=np.full(people, 0.7, np.float32),
        born_at_ms=np.full(people, 5, np.int64),
        seen_at_ms=np.full(people, at_ms, np.int64),
    )
    slots = {"T-01": SlotReading(SlotState.PRESENT, Voice.APPEARANCE, 0.5), "T-02": SlotReading(SlotState.UNKNOWN)}
    zones = {"lobby": tuple(range(people)), "office": ()}
    doubted = frozenset(range(people // 2))
    return Observation("counter", at_ms, Health.CLEAR, (640, 360), tracks, True, zones, slots, doubted)


def test_an_observation_is_read_back_to_the_last_bit(records: Records) -> None:
    with records.write() as connection:
        observations.save_all(connection, [seen(1_000, people=3), seen(1_200, people=0)])
    with records.read() as connection:
        first, second = observations.between(connection, "counter", 1_000, 2_000)
    np.testing.assert_array_equal(first.tracks.xyxy, seen(1_000, people=3).tracks.xyxy)
    assert observations.says_the_same(first, seen(1_000, people=3))
    assert observations.says_the_same(second, seen(1_200, people=0))


def test_a_stretch_begins_with_what_was_true_when_it_began(records: Records) -> None:
    with records.write() as connection:
        observations.save_all(connection, [seen(at_ms) for at_ms in (1_000, 2_000, 3_000, 4_000)])
    with records.read() as connection:
        found = list(observations.between(connection, "counter", 2_500, 4_000))
    assert [one.captured_at_ms for one in found] == [2_000, 3_000]


def test_an_observation_of_a_moment_that_is_kept_already_changes_nothing(records: Records) -> None:
    with records.write() as connection:
        observations.save_all(connection, [seen(1_000, people=2)])
        observations.save_all(connection, [seen(1_000, people=1)])
    with records.read() as connection:
        (found,) = observations.between(connection, "counter", 0, 2_000)
    assert len(found.tracks) == 2


def test_what_lasts_gets_its_end_in_the_same_row(records: Records) -> None:
    opening = Sighting(Seen.VAULT_OPEN, "vault-door", 1_000, None, "vault")
    blind = Gap("vault", 2_000, None, "covered")
    with records.write() as connection:
        watching.save_all(connection, [opening, blind])
    with records.read() as connection:
        assert watching.lasting(connection) == (opening, blind)
    over = Sighting(Seen.VAULT_OPEN, "vault-door", 1_000, 1_500, "vault")
    with records.write() as connection:
        watching.save_all(connection, [over])
    with records.read() as connection:
        assert watching.lasting(connection) == (blind,)
        assert watching.load(connection, 0, {}).sightings == (over,)


def test_a_watch_from_a_moment_on_has_what_lasted_then_and_nothing_that_was_over(records: Records) -> None:
    told: list[watching.Told] = [
        Sighting(Seen.ITEM_PRESENT, "T-01", 0, 900),
        Sighting(Seen.ITEM_ABSENT, "T-01", 900, 1_100),
        Sighting(Seen.IN_ZONE, "lobby", 1_050, 1_080, "counter", 1, ("counter#1",)),
        Sighting(Seen.IN_ZONE, "lobby", 1_050, 1_090, "counter", 1, ("counter#2",)),
        Gap("counter", 950, 990, "hidden", "T-01"),
    ]
    with records.write() as connection:
        watching.save_all(connection, told)
        assert watching.oldest_ms(connection) == 0
    with records.read() as connection:
        watch = watching.load(connection, 1_000, {"T-01": ("counter",)})
    assert watch.sightings == tuple(told[1:4])
    assert (watch.gaps, watch.from_ms, watch.cameras) == ((), 1_000, {"T-01": ("counter",)})
    with records.write() as connection:
        assert watching.prune(connection, 1_000) == 2


def test_a_mark_is_none_until_it_is_set_and_then_the_newest(records: Records) -> None:
    with records.write() as connection:
        assert mark(connection, "ledger") is None
        set_mark(connection, "ledger", 3)
        set_mark(connection, "ledger", 7)
        assert mark(connection, "ledger") == 7
