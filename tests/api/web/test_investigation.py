"""An investigation over HTTP: from the count that does not agree to what ledger and cameras say of that time."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from api.site import Site
from api.web.routes import investigation
from custody.acts import CheckOut, Count, VaultOpened
from custody.records import watching
from custody.sightings import Gap, Seen, Sighting
from tests.api.auth.conftest import NOW_MS
from tests.api.web.counter import Counter

MINUTE_MS: int = 60_000


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    """An office in which two counted right, something happened, and two counted wrong."""
    with Counter(tmp_path / "data", site, [investigation.router], began_s=-3_600) as opened:
        opened.register()
        opened.record(Count("terminals", (1, 1)), "sato", "suzuki")
        opened.pass_s(600)
        opened.record(VaultOpened("vault-door"), "sato")
        opened.record(CheckOut("T-01", "T-01"), "sato", "kato")
        opened.pass_s(3_000)
        opened.record(Count("terminals", (0, 0)), "sato", "suzuki")
        with opened.office.records.write() as connection:
            watching.save_all(connection, told())
        opened.flush()
        yield opened


def told() -> list[Sighting | Gap]:
    """Return what the camera at the counter said: the terminal lay there, a covered view, and then it was gone."""
    gone_ms = NOW_MS - 20 * MINUTE_MS
    return [
        Sighting(Seen.ITEM_PRESENT, "T-01", NOW_MS - 49 * MINUTE_MS, gone_ms, "counter"),
        Gap("counter", NOW_MS - 40 * MINUTE_MS, NOW_MS - 39 * MINUTE_MS, "covered"),
        Sighting(Seen.ITEM_ABSENT, "T-01", gone_ms, None, "counter"),
    ]


def test_what_may_explain_the_loss_is_ranked_with_its_reasons(counter: Counter) -> None:
    found = counter.browser("mori").get("/investigation?item=terminals").json()
    counts = [entry.seq for entry in counter.entries("count")]
    assert [found["last_agreed"], found["disagreement"]] == counts
    ranked = sorted(found["facts"], key=lambda fact: fact["rank"])
    assert (ranked[0]["clue"], ranked[0]["subject"], ranked[0]["camera"]) == ("removed", "T-01", "counter")
    assert set(ranked[0]["logged"]) == {"sato", "kato"}
    assert {"blind", "unsupported"} & {fact["clue"] for fact in ranked}
    assert all(fact["says"] for fact in ranked)
    assert 0 < found["unseen_share"] < 1
    assert found["facts"] == sorted(found["facts"], key=lambda fact: fact["from"])


def test_what_shows_a_fact_is_told_as_a_camera_and_a_time(counter: Counter) -> None:
    found = counter.browser("mori").get("/investigation?item=terminals").json()
    removed = next(fact for fact in found["facts"] if fact["clue"] == "removed")
    assert {footage["camera"] for footage in removed["footage"]} == {"counter"}
    assert all(footage["from"] < footage["to"] for footage in removed["footage"])


@pytest.mark.parametrize("query", ["item=K-1", "item=B-0221", "item=terminals&stop=0", "item=terminals&start=9000"])
def test_where_there_is_nothing_to_investigate_it_is_said_what_to_name(counter: Counter, query: str) -> None:
    assert counter.browser("mori").get(f"/investigation?{query}").status_code == HTTPStatus.NOT_FOUND


def test_when_each_thing_was_last_seen_and_what_never_was(counter: Counter) -> None:
    answer: dict[str, Any] = counter.browser("ueda").get("/last-seen").json()
    (seen,) = answer["seen"]
    assert (seen["item"], seen["at"], seen["camera"]) == ("T-01", "2018-02-21T16:50:00.000+09:00", "counter")
    assert answer["never"] == ["B-0221", "K-1"]


def test_who_may_not_hold_investigates_nothing(counter: Counter) -> None:
    for account in ("ueda", "sato", "ito", "abe"):
        answer = counter.browser(account).get("/investigation?item=terminals")
        assert answer.status_code == HTTPStatus.FORBIDDEN
