"""Counting over HTTP: two people at one screen, each with an own account, the second without the first number."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from api.site import Site
from api.web.routes import counts, ledger
from tests.api.auth.conftest import PASSWORD, Browser
from tests.api.web.counter import Counter

FIRST: int = 61_803


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    with Counter(tmp_path / "data", site, [counts.router, ledger.router]) as opened:
        opened.register()
        yield opened


def beside(browser: Browser, account: str, path: str, body: Any = None) -> Any:
    """Have a second person do something at the screen where a first one is signed in."""
    asked = {"account": account, "password": PASSWORD, "path": f"/api/v1{path}"}
    cosigned = browser.post("/access/cosign", asked)
    assert cosigned.status_code == HTTPStatus.CREATED, cosigned.text
    return browser.post(path, body, {"X-Cosign": cosigned.json()["cosign"]})


def test_two_people_count_at_one_screen_and_both_numbers_are_on_the_ledger(counter: Counter) -> None:
    screen = counter.browser("sato")
    first = screen.post("/counts/B-0221/first", {"request": "r-1", "number": 78})
    assert first.status_code == HTTPStatus.ACCEPTED
    second = beside(screen, "suzuki", "/counts/B-0221/second", {"number": 78})
    assert second.status_code == HTTPStatus.CREATED
    assert (second.json()["signers"], second.json()["right"]) == (["sato", "suzuki"], True)
    (entry,) = counter.entries("count")
    assert (entry.actors, entry.body["numbers"]) == (("sato", "suzuki"), (78, 78))


def test_the_first_number_is_in_no_answer_until_the_second_has_come(counter: Counter) -> None:
    screen, auditor = counter.browser("sato"), counter.browser("ito")
    asked = {"request": "r-1", "number": FIRST}
    answers = [
        screen.post("/counts/B-0221/first", asked),
        screen.post("/counts/B-0221/first", asked),
        screen.post("/counts/B-0221/first", asked | {"number": 1}),
        screen.post("/counts/B-0221/second", {"number": 1}),
        beside(screen, "suzuki", "/counts/B-0221/first", {"request": "r-2", "number": 1}),
        *(browser.get(path) for browser in (screen, auditor) for path in ("/counts", "/counts/B-0221")),
        auditor.get("/ledger/entries?limit=500"),
        auditor.get("/ledger/lines"),
    ]
    codes = [answer.status_code for answer in answers]
    assert codes == [202, 202, 409, 409, 409, 200, 200, 200, 200, 200, 200]
    assert not any(str(FIRST) in answer.text for answer in answers)
    assert screen.get("/counts").json()["items"][0]["waiting"]["counted_by"] == "sato"
    second = beside(screen, "suzuki", "/counts/B-0221/second", {"number": 1})
    assert second.json()["numbers"] == [FIRST, 1]


def test_a_disagreement_stays_as_it_is_and_the_next_count_is_another_entry(counter: Counter) -> None:
    screen = counter.browser("sato")
    for number, found in (("r-1", 77), ("r-2", 78)):
        screen.post("/counts/B-0221/first", {"request": number, "number": 78})
        beside(screen, "suzuki", "/counts/B-0221/second", {"number": found})
    listed = screen.get("/counts/B-0221").json()["items"]
    assert [(count["numbers"], count["agreed"], count["right"]) for count in listed] == [
        ([78, 78], 78, True),
        ([78, 77], None, False),
    ]
    first = screen.get("/counts/B-0221?limit=1").json()
    second = screen.get(f"/counts/B-0221?limit=1&cursor={first['next']}").json()
    assert (first["items"] + second["items"], second["next"]) == (listed, None)


def test_a_count_that_does_not_agree_raises_an_incident(counter: Counter) -> None:
    screen = counter.browser("sato")
    screen.post("/counts/B-0221/first", {"request": "r-1", "number": 78})
    beside(screen, "suzuki", "/counts/B-0221/second", {"number": 77})
    raised = until(lambda: [entry.body["rule"] for entry in counter.entries("incident.raised")])
    assert raised == ["count_mismatch"]


def until(found: Callable[[], list[str]], within_s: float = 10) -> list[str]:
    """Return what is found, once there is something."""
    deadline = time.monotonic() + within_s
    while not (there := found()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return there


def test_nobody_counts_twice_and_nobody_signs_for_two(counter: Counter) -> None:
    screen = counter.browser("sato")
    screen.post("/counts/terminals/first", {"request": "r-1", "number": 1})
    refused = screen.post("/counts/terminals/second", {"number": 1})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "sato cannot sign twice" in refused.json()["detail"]
    own = {"account": "sato", "password": PASSWORD, "path": "/api/v1/counts/terminals/second"}
    assert screen.post("/access/cosign", own).status_code == HTTPStatus.UNAUTHORIZED


def test_who_may_not_count_does_not_do_it_beside_somebody_who_may(counter: Counter) -> None:
    screen = counter.browser("sato")
    screen.post("/counts/terminals/first", {"request": "r-1", "number": 1})
    assert beside(screen, "ueda", "/counts/terminals/second", {"number": 1}).status_code == HTTPStatus.FORBIDDEN
    assert not counter.entries("count")


def test_a_count_that_nobody_joins_is_one_persons(counter: Counter) -> None:
    screen = counter.browser("sato")
    screen.post("/counts/terminals/first", {"request": "r-1", "number": 1})
    lapsed = screen.post("/counts/terminals/lapse")
    assert (lapsed.json()["signers"], lapsed.json()["agreed"]) == (["sato"], None)
    assert screen.post("/counts/terminals/lapse").status_code == HTTPStatus.CONFLICT


def test_what_is_counted_is_listed_without_any_number(counter: Counter) -> None:
    listed = counter.browser("ueda").get("/counts").json()["items"]
    assert listed == [
        {"item": "B-0221", "name": "交付前カード", "waiting": None, "last_at": None, "last_right": None},
        {"item": "terminals", "name": None, "waiting": None, "last_at": None, "last_right": None},
    ]
    assert counter.browser("ueda").get("/counts/T-01").status_code == HTTPStatus.NOT_FOUND


def test_a_count_that_waits_is_still_there_after_a_restart(counter: Counter, site: Site) -> None:
    counter.browser("sato").post("/counts/terminals/first", {"request": "r-1", "number": 1})
    folder = counter.office.folder
    counter.close()
    with Counter(folder, site, [counts.router], people={}) as again:
        second = again.browser("suzuki").post("/counts/terminals/second", {"number": 1})
        assert second.json()["right"] is True
