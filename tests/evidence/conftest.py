"""A small analysed folder with one incident, and the package that is exported from it."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.recording import cut_clips, open_ledger, record
from custody.incidents import SealedClip, clip_sealed
from custody.ledger import Ledger
from tests.api.conftest import SITE_TEXT, START_MS
from tests.streams.conftest import ClipMaker
from vision.incidents import Evidence, Incident, Severity

GONE = "20180221T081040000Z-terminal_removed-T-01"
"""The id of the incident: a terminal that is gone after 40 seconds."""

BY = ("--by", "sato", "--reason", "紛失調査", "--authority", "鶴戸 第12号")


@dataclass(frozen=True)
class Office:
    """An analysed folder and what else an export needs."""

    base: Path

    @property
    def site(self) -> Path:
        return self.base / "site.yaml"

    @property
    def recording(self) -> Path:
        return self.base / "counter.mp4"

    @property
    def folder(self) -> Path:
        return self.base / "run"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    def seal(self, camera: str, name: str, content: bytes) -> None:
        """Put one more clip of the incident into the folder and on the ledger."""
        (self.folder / "clips" / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        asked = (START_MS, START_MS + 1)
        with Ledger.open(self.ledger) as ledger:
            ledger.record(clip_sealed(SealedClip(camera, f"clips/{name}", asked, asked, digest), START_MS, GONE))

    def asks_for(self, out: Path, *more: str) -> tuple[str, ...]:
        """Return the arguments that export the incident."""
        folder = ("--folder", str(self.folder), "--site", str(self.site), "--out", str(out))
        return ("export", GONE, *folder, *BY, *more)


def run(*arguments: str, status: int = 0) -> Result:
    """Run `kuraban evidence`; it is expected to end with that status."""
    result = CliRunner().invoke(app, ["evidence", *arguments], env={"COLUMNS": "250", "COUNTER_PASSWORD": "secret"})
    assert result.exit_code == status, result.output
    return result


def gone_terminal() -> Incident:
    return Incident(
        id=GONE,
        rule="terminal_removed",
        site="tsurumi",
        camera="counter",
        zone=None,
        item="T-01",
        began_at_ms=START_MS + 36_000,
        raised_at_ms=START_MS + 40_000,
        ended_at_ms=START_MS + 44_000,
        severity=Severity.ALARM,
        after_hours=True,
        tracks=("counter#1",),
        evidence=Evidence(START_MS + 40_000, "counter", (0.25, 0.25, 0.5, 0.75), 0.75),
        why=MappingProxyType({"rule_version": 1, "after_s": 3.0, "model_digest": "ab" * 32}),
    )


def make_office(base: Path) -> Office:
    """Make a minute of footage, one incident in it, its clip, and the ledger that recorded both."""
    office = Office(base)
    office.site.write_text(SITE_TEXT, encoding="utf-8")
    ClipMaker(base)(office.recording.name, frames=300, fps=5, g="10")
    incidents = (gone_terminal(),)
    with open_ledger(office.folder, "tsurumi", None) as ledger:
        cuts = cut_clips(office.folder, {"counter": str(office.recording)}, START_MS, incidents, START_MS + 60_000)
        record(ledger, incidents, cuts)
    return office


@pytest.fixture(scope="session")
def model_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that is copied and never touched."""
    folder = tmp_path_factory.mktemp("model")
    make_office(folder)
    return folder


@pytest.fixture
def office(model_office: Path, tmp_path: Path) -> Office:
    """An office of one's own, to break."""
    shutil.copytree(model_office, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


@dataclass(frozen=True)
class Exported:
    """A package as it left: its folder, its zip beside it, and the key that the office publishes."""

    folder: Path
    zip: Path
    key: str

    @property
    def office(self) -> Office:
        """Where it comes from; to be read only."""
        return Office(self.folder.parent)

    @property
    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def exported(model_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The package of the incident. It is shared: whoever breaks it, breaks a copy."""
    folder = tmp_path_factory.mktemp("exported")
    shutil.copytree(model_office, folder, dirs_exist_ok=True)
    out = folder / "package"
    run(*Office(folder).asks_for(out))
    return Exported(out, folder / "package.zip", (out / "ledger" / "key.txt").read_text().strip())
