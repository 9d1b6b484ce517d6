"""What the benchmark of searches measures, at a small size: the right index, and the right incidents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import search as benchmark
from custody.records import incidents
from custody.records.database import Records
from custody.records.incidents import Cursor, Kept, Query, State

COUNT = 6_000


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    folder = tmp_path_factory.mktemp("search")
    benchmark.make(folder, COUNT, 2_400)
    with Records.open(folder) as opened:
        yield opened


def test_no_search_goes_through_all_incidents_or_sorts_them(records: Records) -> None:
    with records.read() as connection:
        for asked in benchmark.searches(connection, COUNT):
            assert "TEMP B-TREE" not in asked.plan, asked.what
            everything = asked.what.partition(",")[0] == "all"
            assert asked.plan.startswith("SCAN" if everything and "within" not in asked.what else "SEARCH"), (
                asked.what
            )
            assert " USING INDEX incidents_by_" in asked.plan, asked.what


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(rule="vault_open", camera="camera-03"),
        Query(zone="zone-05-2", state=State.CLOSED),
        Query(item="T-007", camera="camera-02"),
        Query(rule="vault_alone", camera="camera-03", zone="zone-04-1"),
        Query(benchmark.NOON_MS, benchmark.NOON_MS + 3_600_000, state=State.OPEN),
    ],
)
def test_pages_together_are_the_incidents_that_a_look_at_each_one_finds(records: Records, query: Query) -> None:
    found: list[Kept] = []
    cursor: Cursor | None = None
    with records.read() as connection:
        for _ in range(5):
            page = incidents.search(connection, query, cursor, 30)
            found += page.kept
            cursor = page.next
            if cursor is None:
                break
        every_one = incidents.search(connection, Query(), None, COUNT).kept
    fitting = [one for one in every_one if fits(one, query)]
    assert found == fitting[: len(found)]
    assert cursor is not None or len(found) == len(fitting)


def fits(kept: Kept, query: Query) -> bool:
    one = kept.incident
    asked = {"rule": one.rule, "camera": one.camera, "zone": one.zone, "item": one.item, "state": kept.state}
    return all(getattr(query, name) in {None, value} for name, value in asked.items()) and (
        query.from_ms is None or (query.to_ms is not None and query.from_ms <= one.raised_at_ms < query.to_ms)
    )


@pytest.mark.parametrize(("aim_s", "status"), [(60.0, 0), (0.0, 1)])
def test_the_benchmark_shows_how_long_each_search_took_and_whether_that_was_too_long(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    aim_s: float,
    status: int,
) -> None:
    monkeypatch.setattr(benchmark, "AIM_S", aim_s)
    arguments = [str(tmp_path / "bench"), "--incidents", "300", "--observations", "2400"]
    assert benchmark.main(arguments) == status
    shown = capsys.readouterr().out
    assert "rule camera zone item state" in shown
    assert "a minute of observations" in shown
