"""Signing over HTTP: taken out, put back, handed over, opened, locked, in the name of whoever sends it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from api.site import Site
from api.web.routes import acts, items
from tests.api.auth.conftest import Browser
from tests.api.web.counter import Counter

OUT = {"kind": "item.checked_out", "request": "r-1", "body": {"item": "T-01", "slot": "T-01"}}
OPENED = {"kind": "vault.opened", "request": "r-2", "body": {"vault": "vault-door"}}


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    with Counter(tmp_path / "data", site, [acts.router, items.router]) as opened:
        opened.register()
        yield opened


def item(browser: Browser, name: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(f"/items/{name}").json()
    return found


def test_an_item_is_taken_out_by_two_and_the_books_say_where_it_is(counter: Counter) -> None:
    sato, suzuki = counter.browser("sato"), counter.browser("suzuki")
    asked = sato.post("/acts", OUT)
    assert asked.status_code == HTTPStatus.ACCEPTED
    assert asked.json()["waiting"]["signed_by"] == "sato"
    assert item(sato, "T-01")["books"]["out"] is False
    assert [waiting["request"] for waiting in suzuki.get("/acts").json()["items"]] == ["r-1"]
    confirmed = suzuki.post("/acts/r-1/confirm")
    assert (confirmed.status_code, confirmed.json()["actors"]) == (HTTPStatus.CREATED, ["sato", "suzuki"])
    books = item(sato, "T-01")["books"]
    assert (books["out"], books["slot"], books["entry"]) == (True, "T-01", confirmed.json()["seq"])
    assert suzuki.get("/acts").json()["items"] == []


def test_what_one_signs_alone_is_an_entry_at_once(counter: Counter) -> None:
    sato = counter.browser("sato")
    assert item(sato, "vault-door")["books"]["out"] is False
    asked = sato.post("/acts", OPENED)
    assert (asked.status_code, asked.json()["entry"]["kind"]) == (HTTPStatus.CREATED, "vault.opened")
    assert item(sato, "vault-door")["books"]["out"] is True


def test_a_key_is_signed_for_by_who_gives_and_who_takes_it_and_nobody_else(counter: Counter) -> None:
    sato, suzuki = counter.browser("sato"), counter.browser("suzuki")
    asked = {"kind": "key.handed_over", "request": "r-3", "body": {"item": "K-1", "from": "kato", "to": "sato"}}
    sato.post("/acts", asked)
    assert suzuki.post("/acts/r-3/confirm").status_code == HTTPStatus.CONFLICT
    assert counter.browser("kato").post("/acts/r-3/confirm").status_code == HTTPStatus.CREATED
    assert item(sato, "K-1")["books"]["holder"] == "sato"


def test_a_request_that_is_sent_again_is_still_one_entry(counter: Counter) -> None:
    sato, suzuki = counter.browser("sato"), counter.browser("suzuki")
    for _ in range(2):
        assert sato.post("/acts", OUT).status_code == HTTPStatus.ACCEPTED
        counter.pass_s(5)
    seqs = {suzuki.post("/acts/r-1/confirm").json()["seq"] for _ in range(2)}
    assert sato.post("/acts", OUT).json()["entry"]["seq"] in seqs
    assert len(counter.entries("item.checked_out")) == 1
    other = sato.post("/acts", OUT | {"body": {"item": "B-0221", "slot": None}})
    assert (other.status_code, "says something else" in other.json()["detail"]) == (HTTPStatus.CONFLICT, True)


def test_who_signs_first_takes_it_back_and_nobody_else_does(counter: Counter) -> None:
    sato = counter.browser("sato")
    sato.post("/acts", OUT)
    assert counter.browser("suzuki").send("DELETE", "/acts/r-1").status_code == HTTPStatus.CONFLICT
    assert sato.send("DELETE", "/acts/r-1").status_code == HTTPStatus.NO_CONTENT
    assert sato.post("/acts/r-1/confirm").status_code == HTTPStatus.CONFLICT
    assert not counter.entries("item.checked_out")


def test_what_contradicts_the_books_is_refused_with_what_to_do(counter: Counter) -> None:
    refused = counter.browser("sato").post("/acts", OUT | {"body": {"item": "T-77", "slot": None}})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert refused.json()["detail"] == "nobody has registered T-77: check the id, or register it first"


def test_only_what_has_happened_is_signed(counter: Counter) -> None:
    refused = counter.browser("sato").post("/acts", OPENED | {"at": "2018-02-21T18:00:00+09:00"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "only what has happened can be signed" in refused.json()["detail"]


def test_a_correction_names_the_entry_and_says_why_it_was_wrong(counter: Counter) -> None:
    sato = counter.browser("sato")
    seq = sato.post("/acts", OPENED).json()["entry"]["seq"]
    corrects = {"seq": seq, "reason": "it was another vault"}
    locked = {"kind": "vault.locked", "request": "r-4", "body": {"vault": "vault-door"}, "corrects": corrects}
    assert sato.post("/acts", locked).json()["entry"]["body"]["corrects"] == corrects


def test_an_item_is_registered_and_what_only_the_site_file_names_is_told_apart(counter: Counter) -> None:
    kato = counter.browser("kato")
    new = {"item": "B-0222", "kind": "cards", "name": "交付前カード", "expected": 12, "vault": "vault-door"}
    assert kato.post("/acts", {"kind": "item.registered", "request": "r-5", "body": new}).is_success
    assert item(kato, "B-0222")["expected"] == 12
    listed = {one["item"]: one["registered"] for one in kato.get("/items").json()["items"]}
    assert all(listed[name] for name in ("T-01", "B-0221", "B-0222", "vault-door", "K-1"))
    door = new | {"kind": "door"}
    fault = kato.post("/acts", {"kind": "item.registered", "request": "r-6", "body": door})
    assert (fault.status_code, "expected" in fault.json()["detail"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)


def test_an_item_is_retired_by_two_and_is_in_custody_no_more(counter: Counter) -> None:
    sato, suzuki = counter.browser("sato"), counter.browser("suzuki")
    gone = {"item": "B-0221", "reason": "all of it was handed out"}
    assert sato.post("/acts", {"kind": "item.retired", "request": "r-7", "body": gone}).status_code == 202
    assert suzuki.post("/acts/r-7/confirm").json()["body"]["reason"] == "all of it was handed out"
    assert suzuki.get("/items/B-0221").json()["registered"] is False
    again = sato.post("/acts", {"kind": "item.retired", "request": "r-8", "body": gone})
    assert "register it again first" in again.json()["detail"]


def test_what_no_camera_has_looked_at_yet_is_unknown(counter: Counter) -> None:
    viewer = counter.browser("ueda")
    assert item(viewer, "T-01")["seen"] == {"slot": "T-01", "state": "unknown", "camera": None}
    assert item(viewer, "K-1")["seen"] is None
    assert viewer.get("/items/T-77").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "count", "request": "r-1", "body": {"item": "B-0221", "numbers": [78, 78]}},
        {"kind": "incident.raised", "request": "r-1", "body": {}},
        {"kind": "vault.opened", "request": "", "body": {"vault": "vault-door"}},
        {"kind": "vault.opened", "request": "r-1", "body": {"vault": "vault-door", "by": "suzuki"}},
    ],
)
def test_no_other_kind_of_entry_and_no_other_name_is_taken(counter: Counter, asked: Any) -> None:
    assert counter.browser("sato").post("/acts", asked).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_who_may_not_count_signs_nothing(counter: Counter) -> None:
    for account in ("ueda", "mori", "ito", "abe"):
        assert counter.browser(account).post("/acts", OPENED).status_code == HTTPStatus.FORBIDDEN
    assert not counter.entries("vault.opened")
