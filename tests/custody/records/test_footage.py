"""The index of footage: what lies on the disk, and for every moment whether it was recorded, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.entries import Draft, Entry
from custody.expiry import Expiry, Why, expired, read_expiry
from custody.intervals import Interval
from custody.records import changes, footage, projection
from custody.records.coverage import Coverage, coverage
from custody.records.database import Records
from custody.records.footage import Cause, Gap, Segment

DAY_MS: Final = 86_400_000


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(tmp_path) as opened:
        yield opened


def segment(began_ms: int, ended_ms: int, gap: Gap | None = None, camera: str = "counter") -> Segment:
    return Segment(
        camera=camera,
        began_ms=began_ms,
        ended_ms=ended_ms,
        gap_before=gap,
        bytes=1_250_000,
        plain_bytes=1_250_000,
        held_by=(),
        frames=150,
        sha256="ab" * 32,
        mse_codec="avc1.64001f",
        width=1280,
        height=720,
        init_bytes=780,
    )


def offline(from_ms: int, to_ms: int) -> Gap:
    return Gap((from_ms, to_ms), Cause.OFFLINE)


def save(records: Records, *segments: Segment) -> None:
    with records.write() as connection:
        footage.save_all(connection, segments)


def covered(records: Records, from_ms: int, to_ms: int, camera: str = "counter") -> Coverage:
    with records.read() as connection:
        return coverage(connection, camera, (from_ms, to_ms))


def test_segments_that_follow_each_other_are_one_recording(records: Records) -> None:
    save(records, *(segment(at, at + 10_000) for at in range(0, 100_000, 10_000)))
    assert covered(records, 5_000, 95_000) == Coverage(((5_000, 95_000),), ())


def test_a_gap_has_the_cause_that_the_segment_after_it_tells(records: Records) -> None:
    save(records, segment(0, 10_000), segment(30_000, 40_000, offline(10_000, 30_000)))
    assert covered(records, 0, 40_000) == Coverage(((0, 10_000), (30_000, 40_000)), (offline(10_000, 30_000),))
    assert covered(records, 12_000, 20_000) == Coverage((), (offline(12_000, 20_000),))


def test_what_nobody_has_told_is_missing(records: Records) -> None:
    save(records, segment(0, 10_000), segment(30_000, 40_000, offline(25_000, 30_000)))
    assert covered(records, 0, 40_000).gaps == (Gap((10_000, 25_000), Cause.MISSING), offline(25_000, 30_000))


def test_before_the_first_segment_there_was_never_one_and_after_the_last_none_is_finished(records: Records) -> None:
    save(records, segment(10_000, 20_000))
    gaps = (Gap((0, 10_000), Cause.NEVER), Gap((20_000, 30_000), Cause.UNFINISHED))
    assert covered(records, 0, 30_000) == Coverage(((10_000, 20_000),), gaps)
    assert covered(records, 40_000, 50_000).gaps == (Gap((40_000, 50_000), Cause.UNFINISHED),)
    assert covered(records, 0, 30_000, "vault") == Coverage((), (Gap((0, 30_000), Cause.NEVER),))


def test_a_segment_that_is_deleted_leaves_a_hole_that_is_missing_until_the_ledger_tells_of_it(
    records: Records,
) -> None:
    save(records, *(segment(at, at + 10_000) for at in range(0, 50_000, 10_000)))
    with records.write() as connection:
        footage.remove(connection, "counter", [10_000, 20_000])
    assert covered(records, 0, 50_000) == Coverage(
        ((0, 10_000), (30_000, 50_000)), (Gap((10_000, 30_000), Cause.MISSING),)
    )
    tell(records, expired(Expiry("counter", (10_000, 30_000), 2, 2_500_000, Why.AGE), 60_000))
    assert covered(records, 0, 50_000).gaps == (Gap((10_000, 30_000), Cause.EXPIRED),)


def test_expiries_that_touch_are_one(records: Records) -> None:
    save(records, segment(90_000, 100_000))
    for from_ms in (0, 60_000, 30_000):
        tell(records, expired(Expiry("counter", (from_ms, from_ms + 30_000), 3, 1, Why.SPACE), 100_000))
    assert covered(records, 0, 100_000).gaps == (Gap((0, 90_000), Cause.EXPIRED),)


def tell(records: Records, draft: Draft) -> None:
    with records.write() as connection:
        seq = projection.taken(connection)
        entry = Entry(seq, draft.at_ms, draft.kind, "tsurumi", draft.actors, draft.body)
        projection.take(connection, [entry], lambda _connection, _incident: None)


@pytest.mark.parametrize("why", Why)
def test_an_expiry_is_read_from_its_entry_as_it_was_told(why: Why) -> None:
    told = Expiry("counter", (0, 3_600_000), 360, 450_000_000, why)
    draft = expired(told, 4_000_000)
    assert read_expiry(Entry(7, draft.at_ms, draft.kind, "tsurumi", (), draft.body)) == told


def test_a_finished_segment_is_told_as_a_change(records: Records) -> None:
    with records.write() as connection:
        footage.finish(connection, segment(0, 10_000), 10_050)
    with records.read() as connection:
        [told] = changes.after(connection, 0, 10)
        assert list(footage.between(connection, "counter", (0, 10_000))) == [segment(0, 10_000)]
    assert (told.kind, told.camera, told.at_ms) == ("footage.segment", "counter", 10_050)
    assert told.body == {"began_ms": 0, "ended_ms": 10_000}


def test_the_segments_of_a_stretch_are_those_that_have_a_moment_of_it(records: Records) -> None:
    made = [segment(at, at + 10_000) for at in range(0, 50_000, 10_000)]
    save(records, *made, segment(0, 10_000, camera="vault"))
    with records.read() as connection:
        assert list(footage.between(connection, "counter", (15_000, 30_000))) == made[1:3]
        assert list(footage.between(connection, "counter", (30_000, 30_001))) == [made[3]]
        assert footage.began(connection, "counter", (10_000, 40_000)) == {10_000, 20_000, 30_000}
        assert footage.cameras(connection) == ("counter", "vault")


def test_a_segment_that_is_taken_up_again_replaces_what_was_known_of_it(records: Records) -> None:
    save(records, segment(0, 10_000), segment(10_000, 20_000, offline(9_000, 10_000)))
    save(records, segment(10_000, 20_000))
    with records.read() as connection:
        assert list(footage.between(connection, "counter", (0, 20_000))) == [
            segment(0, 10_000),
            segment(10_000, 20_000),
        ]
    assert covered(records, 0, 20_000) == Coverage(((0, 20_000),), ())


lengths = st.lists(st.tuples(st.integers(1, 20), st.booleans(), st.booleans()), min_size=1, max_size=12)


@settings(deadline=None)
@given(lengths, st.data())
def test_coverage_says_of_every_second_what_a_look_at_each_segment_says(
    tmp_path_factory: pytest.TempPathFactory, parts: Sequence[tuple[int, bool, bool]], data: st.DataObject
) -> None:
    made, at = [], 0
    for seconds, is_recorded, _ in parts:
        if is_recorded:
            made.append(segment(at, at + seconds * 1_000))
        at += seconds * 1_000
    gone = [one.began_ms for one, (_, _, is_gone) in zip(made, parts, strict=False) if is_gone]
    order = data.draw(st.permutations(made))
    with Records.open(tmp_path_factory.mktemp("records")) as records:
        for one in order:
            save(records, one)
        with records.write() as connection:
            footage.remove(connection, "counter", gone)
        found = covered(records, 0, at)
    there = [one.interval for one in made if one.began_ms not in gone]
    for moment in range(500, at, 1_000):
        assert within(moment, found.recorded) == within(moment, there)
        assert within(moment, [gap.interval for gap in found.gaps]) != within(moment, there)


def within(moment_ms: int, intervals: Sequence[Interval]) -> bool:
    return any(from_ms <= moment_ms < to_ms for from_ms, to_ms in intervals)


def test_a_month_is_looked_over_by_its_runs_and_not_by_its_segments(records: Records) -> None:
    with records.read() as connection:
        begins = sa.text(
            "EXPLAIN QUERY PLAN SELECT began_ms FROM segments WHERE camera = 'a' AND begins_run = 1 AND began_ms > 0"
        )
        assert "segments_in_runs" in str(connection.execute(begins).all())
