"""The clip of each live incident: cut when it is over and its footage is there, sealed once, whatever happens."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from api.footage.index import indexed, reindex
from api.runtime.clips import LONGEST_MS, PATIENCE_MS, ClipCutter
from custody.entries import Entry
from custody.incidents import beginning_entries, end_entries, read_clips
from custody.ledger import Ledger
from custody.records import clips, footage, projection
from custody.records.database import Records
from streams.segments import Segment, segment_path
from tests.api.conftest import START_MS
from tests.api.footage.recorded import BACK_MS, ENDED_MS, LOST_MS, record_evening
from tests.streams.conftest import ClipMaker
from tests.streams.footage import pictures, record
from tests.streams.told import BEGAN_MS
from vision.incidents import Evidence, Incident, Severity

assert START_MS > ENDED_MS

TAKEN: Final = Incident(
    id="I-1",
    rule="terminal_removed",
    site="tsurumi",
    camera="counter",
    zone=None,
    item="T-01",
    began_at_ms=BEGAN_MS + 15_000,
    raised_at_ms=BEGAN_MS + 18_000,
    ended_at_ms=None,
    severity=Severity.ALARM,
    after_hours=True,
    tracks=(),
    evidence=Evidence(BEGAN_MS + 18_000, "counter", None, None),
    why={},
)


class Office:
    """A ledger, its records, a clock that is moved by hand, and footage of one evening."""

    def __init__(self, folder: Path, recorded: Callable[[Path], list[Segment]]) -> None:
        self.folder = folder
        self.now_ms = BEGAN_MS
        self.ledger = Ledger.create(folder / "ledger", "tsurumi")
        self.records = Records.open(folder)
        self.segments = recorded(folder / "footage")
        self.cutter = self.new_cutter()

    def close(self) -> None:
        self.records.close()
        self.ledger.close()

    def new_cutter(self) -> ClipCutter:
        return ClipCutter(self.folder, self.records, self.ledger, lambda: self.now_ms)

    def tell(self, incident: Incident) -> None:
        """Put on the ledger what is new of an incident."""
        known = {(entry.kind, entry.body.get("id")) for entry in self.ledger}
        news = [*beginning_entries(incident), *end_entries(incident)]
        self.ledger.record_all(draft for draft in news if (draft.kind, incident.id) not in known)
        self.follow()

    def follow(self) -> None:
        """Bring the records up to the ledger, as the keeper does."""
        with self.records.write() as connection:
            projection.take(connection, list(self.ledger), lambda _connection, _incident: None)

    def index(self, until_ms: int) -> None:
        """Have the segments in the index that were finished by then."""
        with self.records.write() as connection:
            footage.save_all(connection, [indexed(one) for one in self.segments if one.ended_ms <= until_ms])

    def step(self, at_ms: int) -> list[Entry]:
        self.now_ms = at_ms
        self.cutter.step()
        self.follow()
        return [entry for entry in self.ledger if entry.kind == "clip.sealed"]

    def due(self) -> list[str]:
        with self.records.read() as connection:
            return [incident.id for incident in clips.due(connection)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, lambda root: record_evening(root, tmp_path))
    yield made
    made.close()


def test_a_clip_is_cut_from_10_s_before_to_10_s_after_when_its_footage_is_there(office: Office) -> None:
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    office.index(BEGAN_MS + 30_000)
    assert office.step(BEGAN_MS + 31_900) == [], "10 s after it are not over"
    assert office.step(BEGAN_MS + 34_000) == [], "the segment of its end is not finished"
    office.index(BEGAN_MS + 40_000)
    [sealed] = office.step(BEGAN_MS + 41_000)
    [(incident, clip)] = read_clips([sealed])
    assert (incident, clip.camera, clip.file) == ("I-1", "counter", "clips/I-1.mp4")
    assert clip.requested == (BEGAN_MS + 5_000, BEGAN_MS + 31_999)
    assert clip.delivered[0] == BEGAN_MS + 5_000
    assert hashlib.sha256((office.folder / clip.file).read_bytes()).hexdigest() == clip.sha256
    assert sealed.at_ms == BEGAN_MS + 41_000


def test_the_packets_of_a_clip_are_those_of_the_footage(office: Office) -> None:
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    office.index(ENDED_MS)
    office.step(ENDED_MS)
    found = pictures(office.folder / "clips" / "I-1.mp4", BEGAN_MS + 5_000)
    there = [
        picture
        for one in office.segments
        for picture in pictures(segment_path(office.folder / "footage", "counter", one.began_ms), one.began_ms)
        if picture.captured_at_ms >= BEGAN_MS + 5_000
    ]
    assert found == there[: len(found)]


def test_a_clip_is_sealed_once_also_where_the_records_have_not_followed_yet_and_after_a_restart(
    office: Office,
) -> None:
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    office.index(ENDED_MS)
    office.now_ms = ENDED_MS
    office.cutter.step()
    office.cutter.step()
    office.follow()
    office.cutter = office.new_cutter()
    assert len(office.step(ENDED_MS)) == 1
    assert office.due() == []


def test_what_lasts_is_shown_from_its_beginning_for_five_minutes(office: Office) -> None:
    office.tell(TAKEN)
    office.index(ENDED_MS)
    assert office.step(ENDED_MS) == []
    [sealed] = office.step(TAKEN.began_at_ms + LONGEST_MS + 10_000 + PATIENCE_MS + 1)
    [(_, clip)] = read_clips([sealed])
    assert clip.requested == (BEGAN_MS + 5_000, TAKEN.began_at_ms + LONGEST_MS + 9_999)
    assert clip.gaps == ((LOST_MS - 67, BACK_MS),)
    office.tell(replace(TAKEN, ended_at_ms=ENDED_MS + 3_600_000))
    assert len(office.step(ENDED_MS + 4_000_000)) == 1


def test_when_the_camera_is_lost_what_there_is_must_do_after_a_minute(office: Office) -> None:
    lost = replace(TAKEN, began_at_ms=BEGAN_MS + 36_000, raised_at_ms=BEGAN_MS + 39_000, ended_at_ms=LOST_MS + 5_000)
    office.tell(lost)
    office.index(LOST_MS)
    assert office.step(LOST_MS + 15_000) == []
    [sealed] = office.step(LOST_MS + 15_000 + PATIENCE_MS + 1)
    [(_, clip)] = read_clips([sealed])
    assert clip.delivered == (BEGAN_MS + 26_000, LOST_MS - 67)


def test_an_incident_of_which_nothing_was_recorded_gets_no_clip_and_is_not_asked_for_again(office: Office) -> None:
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    assert office.due() == ["I-1"]
    assert office.step(BEGAN_MS + 32_000 + PATIENCE_MS + 1) == []
    assert office.due() == []


def test_an_incident_that_no_camera_shows_is_not_waited_for(office: Office) -> None:
    office.tell(replace(TAKEN, camera=None, ended_at_ms=BEGAN_MS + 22_000))
    assert office.due() == []


def test_a_full_disk_delays_a_clip_and_does_not_lose_it(office: Office) -> None:
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    office.index(ENDED_MS)
    office.now_ms = ENDED_MS
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            office.cutter.step()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(office.step(ENDED_MS)) == 1


def test_where_the_coding_changes_the_clip_is_of_the_side_on_which_it_was_raised(tmp_path: Path) -> None:
    make = ClipMaker(tmp_path)
    small, large = make("small.mp4", frames=300, g="15"), make("large.mp4", frames=300, g="15", size=(320, 192))
    office = Office(tmp_path, lambda root: record(root, small, large))
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    office.index(ENDED_MS)
    [sealed] = office.step(ENDED_MS)
    [(_, clip)] = read_clips([sealed])
    assert clip.requested == (BEGAN_MS + 5_000, BEGAN_MS + 31_999)
    assert clip.delivered == (BEGAN_MS + 5_000, BEGAN_MS + 20_000 - 67)
    office.close()


def test_it_cuts_by_itself(office: Office) -> None:
    office.tell(replace(TAKEN, ended_at_ms=BEGAN_MS + 22_000))
    reindex(office.records, office.folder / "footage")
    office.now_ms = ENDED_MS
    office.cutter.start()
    clip = office.folder / "clips" / "I-1.mp4"
    for _ in range(100):
        if any(entry.kind == "clip.sealed" for entry in office.ledger):
            break
        office.cutter._stop.wait(0.1)
    office.cutter.close()
    assert clip.exists()
