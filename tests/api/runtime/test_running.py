"""The office as routes and alerts are given it: ledger, books and changes move together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from api.runtime.office import LiveOffice, NoSuchCameraError, NothingSeenError
from api.runtime.running import RunningOffice
from api.settings import Site
from custody.acts import Registration, Signature, Signed
from custody.entries import Draft
from custody.errors import LedgerBusyError
from custody.records import changes
from custody.records.changes import Change
from vision.items import ItemKind

NOW_MS = 1_519_200_600_000


def told(office: LiveOffice, last_id: int = 0) -> list[Change]:
    with office.records.read() as connection:
        return list(changes.after(connection, last_id, 100))


def registered(item: str) -> Draft:
    registration = Registration(item, ItemKind.TERMINAL, item, vault="vault-door")
    return Signed(registration, NOW_MS, (Signature("sato", NOW_MS),), f"request-{item}").draft()


def open_office(folder: Path, site: Site) -> RunningOffice:
    return RunningOffice.open(folder, site, clock=lambda: NOW_MS)


def test_an_empty_folder_becomes_an_office_with_a_ledger_and_a_database(tmp_path: Path, site: Site) -> None:
    async def run() -> None:
        with open_office(tmp_path / "data", site) as office:
            assert len(office.ledger) == 0
            assert [state.online for state in office.cameras().values()] == [False, False]

    asyncio.run(run())
    assert (tmp_path / "data" / "records.sqlite").is_file()


def test_only_one_service_runs_in_a_folder(tmp_path: Path, site: Site) -> None:
    async def run() -> None:
        with open_office(tmp_path, site), pytest.raises(LedgerBusyError, match="stop that one first"):
            open_office(tmp_path, site)

    asyncio.run(run())


def test_an_entry_is_in_the_books_and_among_the_changes_when_it_has_been_recorded(tmp_path: Path, site: Site) -> None:
    async def run() -> None:
        with open_office(tmp_path, site) as office:
            office.ledger.record(registered("T-01"))
            assert "T-01" in office.books.items
            assert office.flush(5)
            assert [(change.kind, change.body["kind"]) for change in told(office)] == [
                ("ledger.appended", "item.registered")
            ]

    asyncio.run(run())


def test_the_books_are_the_same_after_a_restart(tmp_path: Path, site: Site) -> None:
    async def run() -> None:
        with open_office(tmp_path, site) as office:
            office.ledger.record(registered("T-01"))
        with open_office(tmp_path, site) as office:
            assert "T-01" in office.books.items

    asyncio.run(run())


def test_whoever_waits_for_changes_is_woken_by_a_write_of_another_thread(tmp_path: Path, site: Site) -> None:
    async def run() -> list[int]:
        with open_office(tmp_path, site) as office:
            ids = office.on_change()
            found = [await anext(ids)]
            waiting = asyncio.ensure_future(anext(ids))
            await asyncio.sleep(0)
            await asyncio.to_thread(office.ledger.record, registered("T-01"))
            return [*found, await asyncio.wait_for(waiting, 5)]

    assert asyncio.run(run()) == [0, 1]


def test_a_camera_that_the_site_lacks_is_named_with_those_that_it_has(tmp_path: Path, site: Site) -> None:
    async def run() -> None:
        with open_office(tmp_path, site) as office:
            with pytest.raises(NoSuchCameraError, match=r"'roof'.*counter, vault"):
                await office.snapshot("roof")
            with pytest.raises(NothingSeenError, match="vault"):
                await office.snapshot("vault")

    asyncio.run(run())
