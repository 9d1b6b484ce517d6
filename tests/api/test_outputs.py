from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from api.outputs import ObservationWriter, read_observations, write_incidents
from api.settings import Site
from vision.incidents import Incident
from vision.types import Health, Observation


def write(path: Path, observations: Sequence[Observation], rows_a_group: int = 100) -> None:
    with ObservationWriter(path, rows_a_group) as writer:
        for observation in observations:
            writer.write(observation)


def test_observations_come_back_as_they_were(tmp_path: Path, observations: list[Observation]) -> None:
    write(tmp_path / "o.parquet", observations)
    read = list(read_observations(tmp_path / "o.parquet"))
    assert len(read) == len(observations)
    for before, after in zip(observations, read, strict=True):
        assert (after.camera, after.captured_at_ms, after.health, after.size) == (
            before.camera,
            before.captured_at_ms,
            before.health,
            before.size,
        )
        assert after.occupancy == before.occupancy
        assert after.slots == before.slots
        assert after.doubted == before.doubted
        for column in ("ids", "xyxy", "score", "born_at_ms", "seen_at_ms"):
            assert np.array_equal(getattr(after.tracks, column), getattr(before.tracks, column))


def test_a_zone_that_was_not_looked_at_stays_apart_from_one_seen_empty(tmp_path: Path) -> None:
    seen_empty = Observation("c", 1, Health.CLEAR, (2, 2), occupancy={"z": ()})
    not_looked_at = Observation("c", 2, Health.CLEAR, (2, 2))
    write(tmp_path / "o.parquet", [seen_empty, not_looked_at])
    assert [dict(o.occupancy) for o in read_observations(tmp_path / "o.parquet")] == [{"z": ()}, {}]


def test_the_same_observations_give_the_same_bytes(tmp_path: Path, observations: list[Observation]) -> None:
    write(tmp_path / "one.parquet", observations)
    write(tmp_path / "two.parquet", observations)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_observations_are_written_in_groups_so_that_memory_stays_flat(
    tmp_path: Path, observations: list[Observation]
) -> None:
    with ObservationWriter(tmp_path / "o.parquet", rows_a_group=100) as writer:
        for observation in observations:
            writer.write(observation)
            assert len(writer._rows) < 100
    assert pq.ParquetFile(tmp_path / "o.parquet").num_row_groups == len(observations) // 100


def test_what_came_before_an_error_is_kept(tmp_path: Path, observations: list[Observation]) -> None:
    def broken_off() -> None:
        with ObservationWriter(tmp_path / "o.parquet") as writer:
            writer.write(observations[0])
            assert not (tmp_path / "o.parquet").exists(), "an unfinished file has no name"
            raise OSError("the clip is damaged")

    with pytest.raises(OSError, match="damaged"):
        broken_off()
    assert len(list(read_observations(tmp_path / "o.parquet"))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["o.parquet"]


def test_incidents_stand_one_a_line_in_the_order_in_which_they_were_raised(
    tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    path = tmp_path / "new" / "incidents.jsonl"
    write_incidents(path, incidents, site.timezone)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"][-1] for line in lines] == ["2", "1", "4", "3", "6", "5"]
    assert lines[0]["raised_at"] == "2018-02-21T17:10:21.000+09:00"
    assert lines[3]["ended_at"] is None
    assert lines[3]["zone"] is None


def test_a_new_run_replaces_the_old_incidents_whole(
    tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    path = tmp_path / "incidents.jsonl"
    write_incidents(path, incidents, site.timezone)
    write_incidents(path, incidents[:1], site.timezone)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1
    assert [other.name for other in tmp_path.iterdir() if "incidents" in other.name] == ["incidents.jsonl"]
