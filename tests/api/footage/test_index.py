"""The index of footage agrees with the disk, whatever happened while nobody kept it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.footage.index import Agreement, catch_up, disagreement, finished, indexed, reindex
from custody.records import footage
from custody.records.database import Records
from custody.records.footage import Cause
from streams.segments import GapCause, Segment, segment_path, sidecar_path, write_sidecar
from tests.streams.test_segments import SEGMENT
from tests.streams.test_segments import finished as put

ALL_TIME = (0, 2**52)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def on_disk(tmp_path: Path) -> list[Segment]:
    """Return ten segments of two cameras that lie under `tmp_path`/footage."""
    starts = [SEGMENT.began_ms + 10_000 * number for number in range(5)]
    made = [
        replace(SEGMENT, camera=camera, began_ms=at, ended_ms=at + 10_000, key_frames_ms=(at,), gap_before=None)
        for camera in ("counter", "vault")
        for at in starts
    ]
    for segment in made:
        put(tmp_path / "footage", segment)
    return made


def known(records: Records, camera: str) -> list[footage.Segment]:
    with records.read() as connection:
        return list(footage.between(connection, camera, ALL_TIME))


def test_the_index_is_made_of_the_disk_alone(records: Records, tmp_path: Path, on_disk: list[Segment]) -> None:
    assert reindex(records, tmp_path / "footage") == Agreement(10, 0, ())
    assert known(records, "counter") + known(records, "vault") == [indexed(segment) for segment in on_disk]


def test_only_what_has_changed_is_read_when_the_service_starts_again(
    records: Records, tmp_path: Path, on_disk: list[Segment]
) -> None:
    root = tmp_path / "footage"
    catch_up(records, root)
    gone = segment_path(root, "vault", on_disk[-1].began_ms)
    gone.unlink()
    put(root, replace(SEGMENT, camera="lobby"))
    assert disagreement(records, root, "vault") == ([], {on_disk[-1].began_ms})
    assert catch_up(records, root) == Agreement(1, 1, ())
    assert [segment.began_ms for segment in known(records, "vault")] == [s.began_ms for s in on_disk[5:9]]
    assert len(known(records, "lobby")) == 1
    assert catch_up(records, root) == Agreement(0, 0, ())


def test_a_sidecar_that_has_changed_is_seen_when_the_index_is_made_anew(
    records: Records, tmp_path: Path, on_disk: list[Segment]
) -> None:
    root = tmp_path / "footage"
    reindex(records, root)
    write_sidecar(root, replace(on_disk[0], held_by=()))
    assert known(records, "counter")[0].held_by == SEGMENT.held_by
    reindex(records, root)
    assert known(records, "counter")[0].held_by == ()


def test_a_segment_whose_sidecar_is_no_good_is_told_and_is_not_in_the_index(
    records: Records, tmp_path: Path, on_disk: list[Segment]
) -> None:
    root = tmp_path / "footage"
    reindex(records, root)
    sidecar = sidecar_path(segment_path(root, "counter", on_disk[1].began_ms))
    sidecar.write_text(json.dumps({"version": 1}))
    found = reindex(records, root)
    assert (found.taken, found.struck) == (9, 1)
    assert str(sidecar) in found.unreadable[0]
    assert on_disk[1].began_ms not in [segment.began_ms for segment in known(records, "counter")]


def test_a_finished_segment_is_in_the_index_at_once(records: Records) -> None:
    finished(records, SEGMENT, SEGMENT.ended_ms)
    [segment] = known(records, "counter")
    assert segment == indexed(SEGMENT)
    assert segment.gap_before is not None
    assert segment.gap_before.interval == (SEGMENT.began_ms - 4_000, SEGMENT.began_ms)


def test_every_cause_that_a_sidecar_may_tell_is_known_to_the_index() -> None:
    assert {cause.value for cause in GapCause} <= {cause.value for cause in Cause}
