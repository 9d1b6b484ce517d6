"""The ledger over HTTP: who reads what of it, page by page, and proofs that other programs can check."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from api.site import Site
from api.web.routes import ledger
from custody.acts import CheckOut, Count
from custody.checkpoint import CosignRequest, InclusionProof, SignedCheckpoint
from custody.entries import Entry
from custody.verify import verify_lines
from tests.api.auth.conftest import Browser
from tests.api.web.counter import Counter


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    with Counter(tmp_path / "data", site, [ledger.router]) as opened:
        opened.register()
        yield opened


def listed(browser: Browser, **filters: Any) -> list[dict[str, Any]]:
    """Return all entries that a list gives, three at a time."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = "&".join(f"{name}={value}" for name, value in {**filters, "limit": 3}.items())
        answer = browser.get(f"/ledger/entries?{asked}" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == HTTPStatus.OK, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


def test_who_sees_the_office_reads_what_people_signed_and_an_auditor_reads_all(counter: Counter) -> None:
    assert {entry["kind"] for entry in listed(counter.browser("ueda"))} == {"item.registered"}
    auditor = counter.browser("ito")
    counter.flush()
    all_of_them = listed(auditor)
    assert [entry["seq"] for entry in all_of_them] == list(range(len(counter.office.ledger) - 1, -1, -1))
    assert "user.changed" in {entry["kind"] for entry in all_of_them}


def test_who_may_not_audit_and_asks_for_more_is_refused_and_the_ledger_says_so(counter: Counter) -> None:
    browser = counter.browser("ueda")
    assert browser.get("/ledger/entries?kind=user.changed").status_code == HTTPStatus.FORBIDDEN
    assert browser.get("/ledger/entries/0").status_code == HTTPStatus.FORBIDDEN
    assert [entry.actors for entry in counter.entries("access.refused")] == [("ueda",)]


def test_entries_are_found_by_kind_item_person_and_time(counter: Counter) -> None:
    counter.pass_s(60)
    counter.record(CheckOut("T-01", "T-01"), "sato", "kato")
    counter.record(Count("B-0221", (78, 78)), "sato", "suzuki")
    browser = counter.browser("ito")
    counter.flush()

    def kinds(**filters: Any) -> list[str]:
        return [entry["kind"] for entry in listed(browser, **filters)]

    assert kinds(item="T-01") == ["item.checked_out", "item.registered"]
    assert kinds(item="T-01", kind="item.checked_out") == ["item.checked_out"]
    assert kinds(kind="count", item="T-01") == []
    assert kinds(actor="suzuki", kind="count") == ["count"]
    assert kinds(actor="kato", item="T-01") == ["item.checked_out", "item.registered"]
    assert "item.registered" not in kinds(start="2018-02-21T17:11:00%2B09:00")
    assert "count" not in kinds(end="2018-02-21T17:11:00%2B09:00")


def test_an_entry_that_is_not_there_is_said_to_be_none(counter: Counter) -> None:
    answer = counter.browser("ito").get("/ledger/entries/5000")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "there is no entry 5000" in answer.json()["detail"]


def test_a_cursor_of_another_list_is_refused(counter: Counter) -> None:
    answer = counter.browser("ito").get("/ledger/entries?cursor=WyJhIl0")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_an_entry_is_proved_by_its_line_and_the_checkpoint_alone(counter: Counter) -> None:
    auditor, viewer = counter.browser("ito"), counter.browser("ueda")
    seq = counter.entries("item.registered")[0].seq
    assert viewer.get(f"/ledger/entries/{seq}/proof").status_code == HTTPStatus.CONFLICT
    assert viewer.post("/ledger/checkpoint").status_code == HTTPStatus.FORBIDDEN
    signed = auditor.post("/ledger/checkpoint").text
    assert SignedCheckpoint.parse(viewer.get("/ledger/checkpoint").text).text() == signed
    line = viewer.get(f"/ledger/entries/{seq}").json()["line"]
    proof = InclusionProof.parse(viewer.get(f"/ledger/entries/{seq}/proof").text)
    proof.verify(Entry.from_line(line.encode()).leaf())
    assert proof.index == seq


def test_a_checkpoint_is_proved_to_continue_an_older_one(counter: Counter) -> None:
    auditor = counter.browser("ito")
    old = SignedCheckpoint.parse(auditor.post("/ledger/checkpoint").text)
    counter.record(CheckOut("T-01", "T-01"), "sato", "kato")
    auditor.post("/ledger/checkpoint")
    request = CosignRequest.parse(auditor.get(f"/ledger/consistency?old={old.checkpoint.size}").text)
    request.verify(old.checkpoint)
    assert request.signed.checkpoint.size > old.checkpoint.size
    assert auditor.get("/ledger/consistency?old=5000").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_lines_are_the_ledger_and_verify_as_a_file(counter: Counter, tmp_path: Path) -> None:
    auditor = counter.browser("ito")
    file = tmp_path / "entries.jsonl"
    file.write_bytes(auditor.get("/ledger/lines").content)
    assert verify_lines(file).head == counter.office.ledger.head()
    assert auditor.get("/ledger/lines?first=2&before=4").text.count("\n") == 2
    assert counter.browser("sato").get("/ledger/lines").status_code == HTTPStatus.FORBIDDEN
