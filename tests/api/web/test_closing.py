"""The closing over HTTP: which steps are open, and the day's sheet, signed by two and printed with its proof."""

from __future__ import annotations

import io
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfReader

from api.site import Site
from api.web.routes import acts, closing, ledger
from custody.acts import Count, VaultLocked
from tests.api.web.counter import Counter

ANSWERS: Final = {
    "day": "2018-02-21",
    "wire_locks_attached": True,
    "terminals": 1,
    "cards": 78,
    "vault_locked": True,
    "partition_closed": True,
}
SIGNING: Final = {"kind": "checklist.signed", "request": "sheet-1", "body": ANSWERS}
SHEET: Final = "/checklists/2018-02-21"


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    """The office, registered before its windows closed at five."""
    with Counter(tmp_path / "data", site, [acts.router, closing.router, ledger.router], began_s=-20 * 60) as opened:
        opened.register()
        opened.pass_s(40 * 60)
        yield opened


def states(counter: Counter) -> dict[str, tuple[str, list[str]]]:
    answer = counter.browser("ueda").get("/closing").json()["running"]
    assert (answer["protocol"], answer["day"]) == ("closing", "2018-02-21")
    return {step["step"]: (step["state"], step["missing"]) for step in answer["steps"]}


def test_before_the_first_protocol_has_begun_none_runs(tmp_path: Path, site: Site) -> None:
    with Counter(tmp_path / "data", site, [closing.router]) as counter:
        assert counter.browser("ueda").get("/closing").json()["running"] is None


def test_the_steps_of_the_evening_are_told_as_done_due_and_late(counter: Counter) -> None:
    counter.record(Count("B-0221", (78, 78)), "sato", "suzuki")
    assert states(counter) == {
        "items_counted": ("late", ["terminals"]),
        "items_in_vault": ("done", []),
        "vault_locked": ("done", []),
        "key_handed_over": ("due", ["K-1"]),
        "sheet_signed": ("due", ["sheet"]),
    }
    counter.record(Count("terminals", (1, 1)), "sato", "suzuki")
    assert states(counter)["items_counted"] == ("done", [])


def test_the_sheet_shows_what_should_be_there_until_two_have_signed_it(counter: Counter) -> None:
    sato, suzuki = counter.browser("sato"), counter.browser("suzuki")
    assert sato.get(SHEET).json() == {"day": "2018-02-21", "terminals": 1, "cards": 78, "signed": None}
    assert sato.get(f"{SHEET}/pdf").status_code == HTTPStatus.NOT_FOUND
    assert sato.post("/acts", SIGNING).status_code == HTTPStatus.ACCEPTED
    assert sato.get(SHEET).json()["signed"] is None
    suzuki.post("/acts/sheet-1/confirm")
    assert sato.get(SHEET).json()["signed"]["actors"] == ["sato", "suzuki"]


def test_the_signed_sheet_is_printed_with_the_checkpoint_that_covers_it(counter: Counter) -> None:
    counter.record(VaultLocked("vault-door"), "sato")
    sato, suzuki = counter.browser("sato"), counter.browser("suzuki")
    sato.post("/acts", SIGNING)
    seq = suzuki.post("/acts/sheet-1/confirm").json()["seq"]
    checkpoint = sato.get("/ledger/checkpoint").text
    assert int(checkpoint.splitlines()[1]) > seq
    answer = sato.get(f"{SHEET}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    read = "".join(page.extract_text().replace("\0", "").split())
    assert all(text in read for text in ("鶴見区役所戸籍課", "78枚", "suzuki", checkpoint.splitlines()[2]))


@pytest.mark.parametrize("day", ["2018-02-30", "today", "2018-2-1", "1519171200"])
def test_a_day_that_there_is_not_has_no_sheet(counter: Counter, day: str) -> None:
    assert counter.browser("ueda").get(f"/checklists/{day}").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
