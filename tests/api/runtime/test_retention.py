"""How long footage is kept: what is due goes, on the ledger first; what is held stays, whatever else is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from api.footage.expiring import expiries
from api.footage.index import indexed
from api.runtime.retention import EXPIRE_EVERY_MS, Retention
from custody.entries import Draft
from custody.expiry import Expiry, Why, read_expiry
from custody.holds import Holds
from custody.intervals import Interval
from custody.ledger import Ledger
from custody.mandate import Mandate
from custody.records import footage, projection
from custody.records.coverage import Coverage, coverage
from custody.records.database import Records
from custody.records.footage import Cause, Gap
from streams.disk import GB
from streams.retention import FootageSettings, Keep, Reason
from streams.segments import Gap as ToldGap
from streams.segments import GapCause, Segment, read_sidecar, segment_path, sidecar_path
from tests.streams.test_segments import SEGMENT
from tests.streams.test_segments import finished as put

T0: Final = SEGMENT.began_ms
DAY_MS: Final = 86_400_000
TEN_S: Final = 10_000
SOMEBODY: Final = Mandate("mori", "a terminal is missing", "戸籍第12号")


class Shelf:
    """Ten segments of 10 s of `counter` and two of `vault`, their ledger and index, and a clock moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "footage"
        self.now_ms = T0 + 100_000
        self.free_bytes = 100 * GB
        self.settings = FootageSettings(Keep(days=1))
        self.ledger = Ledger.create(folder / "ledger", "tsurumi")
        self.records = Records.open(folder)
        for camera, count in (("counter", 10), ("vault", 2)):
            for number in range(count):
                self.put(camera, T0 + number * TEN_S)
        self.retention = self.anew()

    def anew(self) -> Retention:
        """Return what a service has that is started now."""
        free, clock = lambda _: self.free_bytes, lambda: self.now_ms
        return Retention(self.root, self.records, self.ledger, lambda: self.settings, clock, free)

    def put(self, camera: str, at_ms: int, gap: ToldGap | None = None) -> Segment:
        segment = replace(
            SEGMENT,
            camera=camera,
            began_ms=at_ms,
            ended_ms=at_ms + TEN_S,
            key_frames_ms=(at_ms,),
            gap_before=gap,
            held_by=(),
        )
        put(self.root, segment)
        return segment

    def hold(self, from_ms: int, to_ms: int, camera: str = "counter") -> int:
        draft = Holds().place("C-1", camera, (from_ms, to_ms), SOMEBODY, self.now_ms)
        return self.ledger.record(draft).seq

    def release(self, number: int) -> None:
        body = {"hold": number}
        self.ledger.record(Draft(self.now_ms, "hold.released", ("mori",), body))

    def step(self, at_ms: int) -> None:
        self.now_ms = at_ms
        self.retention.step()
        with self.records.write() as connection:
            projection.take(connection, list(self.ledger), lambda _connection, _incident: None)

    def there(self, camera: str = "counter") -> list[int]:
        """Return the numbers of the segments that are on the disk, which the index must know, and no others."""
        folder = self.root / camera
        on_disk = sorted(int(path.stem) for path in folder.rglob("*.mp4"))
        with self.records.read() as connection:
            assert footage.began(connection, camera, (0, 2**52)) == set(on_disk)
        return [(began_ms - T0) // TEN_S for began_ms in on_disk]

    def expired(self) -> list[Expiry]:
        return [read_expiry(entry) for entry in self.ledger if entry.kind == "footage.expired"]

    def coverage(self, stretch: Interval) -> Coverage:
        with self.records.read() as connection:
            return coverage(connection, "counter", stretch)

    def held_by(self, number: int) -> tuple[int, ...]:
        return read_sidecar(segment_path(self.root, "counter", T0 + number * TEN_S)).held_by


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.records.close()
    made.ledger.close()


def test_what_is_too_old_is_deleted_with_its_sidecar_and_one_entry_a_camera(shelf: Shelf) -> None:
    shelf.step(T0 + DAY_MS + 45_000)
    assert shelf.there() == [4, 5, 6, 7, 8, 9]
    assert shelf.there("vault") == []
    assert shelf.expired() == [
        Expiry("counter", (T0, T0 + 40_000), 4, 4 * SEGMENT.bytes, Why.AGE),
        Expiry("vault", (T0, T0 + 20_000), 2, 2 * SEGMENT.bytes, Why.AGE),
    ]
    assert not sidecar_path(segment_path(shelf.root, "counter", T0)).exists()
    assert shelf.coverage((T0, T0 + 50_000)).gaps == (Gap((T0, T0 + 40_000), Cause.EXPIRED),)


def test_it_is_looked_for_once_an_hour_so_that_the_ledger_is_not_filled(shelf: Shelf) -> None:
    shelf.step(T0 + DAY_MS + 15_000)
    shelf.step(T0 + DAY_MS + 75_000)
    assert len(shelf.expired()) == 2
    shelf.step(T0 + DAY_MS + 15_000 + EXPIRE_EVERY_MS)
    assert shelf.there() == []
    assert len(shelf.expired()) == 4


def test_of_a_camera_with_more_than_it_may_take_the_oldest_goes(shelf: Shelf) -> None:
    shelf.settings = FootageSettings(Keep(), {"counter": Keep(gb=7.5 * SEGMENT.bytes / GB)})
    shelf.step(T0 + 100_000)
    assert shelf.there() == [3, 4, 5, 6, 7, 8, 9]
    assert shelf.there("vault") == [0, 1]
    assert [expiry.why for expiry in shelf.expired()] == [Why.SPACE]


def test_for_room_on_the_disk_the_oldest_of_all_cameras_goes(shelf: Shelf) -> None:
    shelf.free_bytes = 0
    shelf.step(T0 + 100_000)
    assert (shelf.there(), shelf.there("vault")) == ([], [])


def test_what_is_held_says_so_itself_and_stays_whatever_is_due(shelf: Shelf) -> None:
    number = shelf.hold(T0 + 25_000, T0 + 40_000)
    shelf.free_bytes = 0
    shelf.step(T0 + 2 * DAY_MS)
    assert shelf.there() == [2, 3]
    assert (shelf.held_by(2), shelf.held_by(3)) == ((number,), (number,))
    assert [expiry.interval for expiry in shelf.expired() if expiry.camera == "counter"] == [
        (T0, T0 + 20_000),
        (T0 + 40_000, T0 + 100_000),
    ]
    held = shelf.coverage((T0, T0 + 100_000))
    assert held.recorded == ((T0 + 20_000, T0 + 40_000),)
    assert {gap.cause for gap in held.gaps} == {Cause.EXPIRED}


def test_what_is_released_goes_unless_another_hold_has_it(shelf: Shelf) -> None:
    first, second = shelf.hold(T0, T0 + 30_000), shelf.hold(T0 + 20_000, T0 + 40_000)
    shelf.step(T0 + 100_000)
    assert [shelf.held_by(number) for number in range(5)] == [(first,), (first,), (first, second), (second,), ()]
    shelf.release(first)
    shelf.step(T0 + 2 * DAY_MS)
    assert shelf.there() == [2, 3]
    shelf.release(second)
    shelf.step(T0 + 2 * DAY_MS + EXPIRE_EVERY_MS)
    assert shelf.there() == []


def test_a_segment_that_is_finished_under_a_hold_is_held(shelf: Shelf) -> None:
    number = shelf.hold(T0 + 95_000, T0 + 200_000)
    shelf.step(T0 + 100_000)
    later = shelf.put("counter", T0 + 100_000)
    with shelf.records.write() as connection:
        footage.finish(connection, indexed(later), shelf.now_ms)
    shelf.step(T0 + 120_000)
    assert shelf.held_by(10) == (number,)


def test_a_hold_that_is_placed_when_a_segment_was_found_to_be_due_is_respected(shelf: Shelf) -> None:
    record_all = shelf.ledger.record_all

    def slowly(drafts: Iterator[Draft]) -> None:
        record_all(drafts)
        record_all([Holds().place("C-1", "counter", (T0, T0 + 20_000), SOMEBODY, shelf.now_ms)])

    shelf.ledger.record_all = slowly  # type: ignore[method-assign, assignment]
    shelf.step(T0 + 2 * DAY_MS)
    assert shelf.there() == [0, 1]


def test_while_a_hold_cannot_be_read_nothing_is_deleted(shelf: Shelf) -> None:
    shelf.ledger.record(Draft(shelf.now_ms, "hold.placed", ("mori",), {"case": "C-1"}))
    shelf.free_bytes = 0
    shelf.step(T0 + 2 * DAY_MS)
    assert len(shelf.there()) == 10
    assert shelf.expired() == []


def test_a_deletion_that_was_broken_off_is_made_good(shelf: Shelf) -> None:
    shelf.step(T0 + DAY_MS + 45_000)
    stray = sidecar_path(segment_path(shelf.root, "counter", T0))
    other = sidecar_path(segment_path(shelf.root, "counter", T0 + 50_000))
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("{}")
    segment_path(shelf.root, "counter", T0 + 50_000).unlink()
    shelf.retention = shelf.anew()
    shelf.step(shelf.now_ms)
    assert not stray.exists()
    assert other.exists(), "nobody has said why that segment is gone"


def test_a_day_of_which_nothing_is_left_has_no_folder(shelf: Shelf) -> None:
    shelf.step(T0 + 5 * DAY_MS)
    assert list((shelf.root / "counter").iterdir()) == []


def test_it_looks_by_itself_and_at_once_when_a_hold_is_placed(shelf: Shelf) -> None:
    shelf.retention.start()
    try:
        number = shelf.hold(T0, T0 + 10_000)
        for _ in range(100):
            if shelf.held_by(0) == (number,):
                break
            shelf.retention._thread.join(0.05)
        assert shelf.held_by(0) == (number,)
    finally:
        shelf.retention.close()


def test_an_expiry_includes_what_was_not_recorded_before_it_as_nothing_tells_of_it_any_more(shelf: Shelf) -> None:
    gap = ToldGap(GapCause.OFFLINE, T0 + 100_000)
    found = [shelf.put("counter", T0 + 90_000), shelf.put("counter", T0 + 130_000, gap)]
    [draft] = expiries([(indexed(segment), Reason.AGE) for segment in found], shelf.now_ms)
    assert draft.body["interval"] == {"from": "2018-02-21T08:01:30.000Z", "to": "2018-02-21T08:02:20.000Z"}
