"""Cases and holds over HTTP: opened with a document, filled, held for, and closed when nothing is held any more."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest

from api.auth.permissions import Grant, Role
from api.site import Site
from api.web.routes import cases
from custody.holds import holds_of
from custody.incidents import SealedClip, clip_sealed
from tests.api.auth.conftest import NOW_MS, Browser
from tests.api.web.counter import Counter

WORD: Final = {"reason": "B-0221 counted 77 of 78", "authority": "鶴戸第 12 号"}
OPENED: Final = WORD | {"title": "a card of B-0221"}
SECONDS: Final = {"start": "2018-02-21T17:00:00+09:00", "end": "2018-02-21T17:10:00+09:00"}
HOLD: Final = {**WORD, **SECONDS, "case": "C-1", "camera": "counter"}


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    with Counter(tmp_path / "data", site, [cases.router]) as opened:
        opened.register()
        yield opened


@pytest.fixture
def mori(counter: Counter) -> Browser:
    """The investigator, who has opened C-1."""
    browser = counter.browser("mori")
    opened = browser.post("/cases", OPENED)
    assert (opened.status_code, opened.json()["id"]) == (HTTPStatus.CREATED, "C-1")
    return browser


def test_a_case_has_what_was_put_into_it_and_says_who_did(mori: Browser) -> None:
    parts = [
        {"kind": "entry", "entry": 0},
        {"kind": "note", "note": "the vault stood open at noon"},
        {"kind": "clip", "camera": "counter", **SECONDS},
    ]
    assert mori.post("/cases/C-1/parts", {"parts": parts}).status_code == HTTPStatus.CREATED
    shown = mori.get("/cases/C-1").json()
    assert [(part["kind"], part["what"], part["by"]) for part in shown["contents"]] == [
        ("entry", "0", "mori"),
        ("note", "the vault stood open at noon", "mori"),
        ("clip", "counter", "mori"),
    ]
    assert shown["contents"][2]["start"] == "2018-02-21T17:00:00.000+09:00"
    assert (shown["reason"], shown["authority"]) == (WORD["reason"], WORD["authority"])


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ({"kind": "entry", "entry": 5_000}, HTTPStatus.NOT_FOUND),
        ({"kind": "incident", "incident": "tsurumi-1"}, HTTPStatus.NOT_FOUND),
        ({"kind": "clip", "camera": "roof", **SECONDS}, HTTPStatus.NOT_FOUND),
        ({"kind": "clip", "camera": "counter", "start": SECONDS["end"], "end": SECONDS["start"]}, 422),
        ({"kind": "note", "note": " "}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_nothing_is_put_into_a_case_where_one_part_is_wrong(mori: Browser, part: Any, status: int) -> None:
    parts = [{"kind": "note", "note": "right"}, part]
    assert mori.post("/cases/C-1/parts", {"parts": parts}).status_code == status
    assert mori.get("/cases/C-1").json()["contents"] == []


def test_cases_are_listed_the_newest_first_page_by_page(mori: Browser) -> None:
    mori.post("/cases", OPENED)
    first = mori.get("/cases?limit=1").json()
    second = mori.get(f"/cases?limit=1&cursor={first['next']}").json()
    assert [first["items"][0]["id"], second["items"][0]["id"], second["next"]] == ["C-2", "C-1", None]


def test_a_hold_is_on_the_ledger_and_beside_the_clip_until_it_is_released(counter: Counter, mori: Browser) -> None:
    (counter.office.folder / "clips").mkdir()
    clip = counter.office.folder / "clips" / "tsurumi-1.mp4"
    clip.write_bytes(b"0")
    within = (NOW_MS - 60_000, NOW_MS - 50_000)
    sealed = SealedClip("counter", "clips/tsurumi-1.mp4", within, within, "0" * 64)
    counter.office.ledger.record(clip_sealed(sealed, NOW_MS, "tsurumi-1"))
    counter.flush()
    placed = mori.post("/holds", HOLD)
    assert placed.status_code == HTTPStatus.CREATED
    mark = clip.with_name(clip.name + ".holds.json")
    assert "C-1" in mark.read_text(encoding="utf-8")
    assert [hold.case for hold in holds_of(counter.office.ledger).standing()] == ["C-1"]
    assert mori.post("/holds", HOLD).status_code == HTTPStatus.CONFLICT
    released = mori.post(f"/holds/{placed.json()['number']}/release", WORD)
    assert (released.status_code, released.json()) == (HTTPStatus.OK, {"still_held": []})
    assert mori.get("/holds").json()["items"] == []
    assert not mark.exists()


def test_what_another_case_holds_stays_held(mori: Browser) -> None:
    mori.post("/cases", OPENED)
    number = mori.post("/holds", HOLD).json()["number"]
    other = mori.post("/holds", HOLD | {"case": "C-2"}).json()["number"]
    released = mori.post(f"/holds/{number}/release", WORD).json()
    assert [hold["number"] for hold in released["still_held"]] == [other]


def test_a_case_that_holds_footage_is_not_closed_and_one_that_is_closed_takes_nothing(mori: Browser) -> None:
    number = mori.post("/holds", HOLD).json()["number"]
    assert mori.post("/cases/C-1/close", {"outcome": "found"}).status_code == HTTPStatus.CONFLICT
    mori.post(f"/holds/{number}/release", WORD)
    closed = mori.post("/cases/C-1/close", {"outcome": "found behind the drawer"}).json()
    assert closed["outcome"] == "found behind the drawer"
    assert mori.post("/holds", HOLD).status_code == HTTPStatus.CONFLICT
    late = {"parts": [{"kind": "note", "note": "late"}]}
    assert mori.post("/cases/C-1/parts", late).status_code == HTTPStatus.CONFLICT
    assert mori.post("/cases/C-7/close", {"outcome": "found"}).status_code == HTTPStatus.NOT_FOUND


def test_a_custodian_holds_and_does_not_release(counter: Counter, mori: Browser) -> None:
    kato = counter.browser("kato")
    number = kato.post("/holds", HOLD).json()["number"]
    assert kato.post(f"/holds/{number}/release", WORD).status_code == HTTPStatus.FORBIDDEN
    assert len(mori.get("/holds").json()["items"]) == 1


def test_who_may_hold_one_camera_holds_no_other_and_sees_no_other_hold(counter: Counter, mori: Browser) -> None:
    counter.add("endo", Grant(Role.INVESTIGATOR, "tsurumi", "vault"))
    endo = counter.browser("endo")
    number = mori.post("/holds", HOLD).json()["number"]
    assert endo.post("/holds", HOLD).status_code == HTTPStatus.FORBIDDEN
    assert endo.post(f"/holds/{number}/release", WORD).status_code == HTTPStatus.FORBIDDEN
    assert endo.get("/holds").json()["items"] == []
    assert endo.post("/holds", HOLD | {"camera": "vault"}).status_code == HTTPStatus.CREATED
    assert len(mori.get("/holds").json()["items"]) == 2


@pytest.mark.parametrize("left_out", ["reason", "authority"])
def test_nothing_is_held_without_a_reason_and_a_document(mori: Browser, left_out: str) -> None:
    asked = {name: value for name, value in HOLD.items() if name != left_out}
    assert mori.post("/holds", asked).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert mori.post("/holds", HOLD | {left_out: " "}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
