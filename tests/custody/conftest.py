"""Ledgers to break, in both databases, and an incident to record."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from custody.entries import Draft
from custody.ledger import Ledger
from custody.signing import accept_cosignatures, cosign, introduce_key, request_cosignature, sign_checkpoint
from tests.custody.postgresql import Server, programs, running
from vision.incidents import Evidence, Incident, Severity

MakeLedger = Callable[[int], Path]
NOON_MS = 1_519_182_000_000  # 2018-02-21T03:00:00Z


def counts(entries: int) -> list[Draft]:
    """Return drafts of that many counts, each with another number."""
    return [
        Draft(NOON_MS + number, "count", ("sato", "suzuki"), {"item": "B-0221", "number": 78 - number})
        for number in range(entries)
    ]


@pytest.fixture
def closed_ledger(tmp_path: Path) -> MakeLedger:
    """Make a ledger of that many counts in a folder of its own, and return the folder."""

    def make(entries: int) -> Path:
        folder = tmp_path / f"ledger-of-{entries}"
        with Ledger.create(folder, "tsurumi") as ledger:
            ledger.record_all(counts(entries))
        return folder

    return make


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL that the tests have to themselves."""
    found = programs()
    if found is None:
        reason = "needs PostgreSQL's server; apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with running(found) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place for a new ledger, once in each database."""
    if request.param == "sqlite":
        return tmp_path / "ledger"
    server: Server = request.getfixturevalue("postgresql")
    return server.url(server.new_database())


@pytest.fixture
def covered_camera() -> Incident:
    """Return an incident of a camera that was covered for a minute."""
    return Incident(
        id="20180221T030005000Z-camera_blind-counter",
        rule="camera_blind",
        site="tsurumi",
        camera="counter",
        zone=None,
        item=None,
        began_at_ms=NOON_MS,
        raised_at_ms=NOON_MS + 5_000,
        ended_at_ms=NOON_MS + 60_000,
        severity=Severity.WARNING,
        after_hours=False,
        tracks=(),
        evidence=Evidence(NOON_MS + 5_000, "counter", (0.1, 0.2, 0.3, 1 / 3), 0.5),
        why=MappingProxyType({"health": "covered", "after_s": 5.0}),
    )


def fill_and_sign(where: Path | str, keys: Path, entries: int = 5) -> None:
    """Make a ledger that has a row in every table: it was cosigned by a neighbour, and has cosigned the neighbour."""
    neighbour_keys = keys / "neighbour"
    with Ledger.create(keys / "neighbour-ledger", "midori") as neighbour, Ledger.create(where, "tsurumi") as ledger:
        key = introduce_key(ledger, keys, NOON_MS)
        other = introduce_key(neighbour, neighbour_keys, NOON_MS)
        ledger.record_all(counts(entries))
        signed = sign_checkpoint(ledger, key)
        request = request_cosignature(ledger, signed, 0)
        cosigned = cosign(neighbour, other, request, [key.verifier], NOON_MS // 1000)
        accept_cosignatures(ledger, cosigned, [other.cosigner])
        request = request_cosignature(neighbour, sign_checkpoint(neighbour, other), 0)
        cosign(ledger, key, request, [other.verifier], NOON_MS // 1000)


@pytest.fixture
def signed_folder(tmp_path: Path) -> Path:
    """A ledger in SQLite that has a row in every table; its keys lie beside it."""
    fill_and_sign(tmp_path / "signed", tmp_path / "keys")
    return tmp_path / "signed"


@pytest.fixture
def signed_database(postgresql: Server, tmp_path: Path) -> str:
    """The name of a PostgreSQL database with a ledger that has a row in every table."""
    name = postgresql.new_database()
    fill_and_sign(postgresql.url(name), tmp_path / "keys")
    return name
