"""A data folder to back up, as small as one can be, and all that a backup must bring back of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from custody.ledger import KEYS, Ledger
from custody.note import SigningKey
from custody.signing import introduce_key, sign_checkpoint
from tests.custody.conftest import NOON_MS, counts

LEDGER = "ledger"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Ledger.create(folder / LEDGER, "tsurumi") as ledger:
        key: SigningKey = introduce_key(ledger, folder / LEDGER / KEYS, NOON_MS)
        ledger.record_all(counts(20))
        sign_checkpoint(ledger, key)
    (folder / "site.yaml").write_text("site: {id: tsurumi}\n", encoding="utf-8")
    (folder / "footage" / "counter").mkdir(parents=True)
    (folder / "footage" / "counter" / "1.mp4").write_bytes(b"large")
    return folder


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return name, bytes and permission bits of every file but the databases, whose bytes may differ."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in folder.rglob("*")
        if path.is_file() and ".sqlite" not in path.name and "footage" not in path.parts and path.suffix != ".lock"
    }
