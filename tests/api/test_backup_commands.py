"""`kuraban backup` and `kuraban restore` as they are typed. What they keep whole is tests/backup's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from api.recording import LEDGER
from custody.ledger import Ledger, LedgerReader

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Ledger.create(tmp_path / "data" / LEDGER, "tsurumi") as ledger:
        ledger.append(0, "camera.blind", body={"camera": "counter"})
    return tmp_path / "data"


def test_a_backup_in_a_folder_is_named_after_its_time_and_can_be_restored(
    run: Run, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    made = run("backup", "--data", data, "--out", tmp_path / "backups")
    assert made.exit_code == 0
    assert "is not encrypted" in made.stderr
    (file,) = (tmp_path / "backups").glob("kuraban-*Z.tar")
    assert run("restore", file, "--data", tmp_path / "new").exit_code == 0
    with LedgerReader.read(tmp_path / "new" / LEDGER) as ledger:
        assert [entry.kind for entry in ledger] == ["camera.blind", "settings.changed"]


def test_a_passphrase_encrypts_and_is_needed_again(run: Run, data: Path, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("correct horse battery\n")
    made = run("backup", "--data", data, "--out", tmp_path, "--passphrase-file", tmp_path / "passphrase")
    assert "is not encrypted" not in made.stderr
    (file,) = tmp_path.glob("kuraban-*.tar.age")
    assert run("restore", file, "--check").exit_code == BAD_INPUT
    checked = run("restore", file, "--check", "--passphrase-file", tmp_path / "passphrase")
    assert checked.exit_code == 0
    assert "ledger of 1 entries" in checked.stdout


def test_only_the_newest_backups_are_kept_and_nothing_else_is_touched(run: Run, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = ["kuraban-20250101T000000Z.tar", "kuraban-20250102T000000Z.tar.age", "kuraban-20250103T000000Z.tar"]
    for name in [*old, "kuraban-of-last-year.tar", "notes.txt"]:
        (folder / name).touch()
    assert run("backup", "--data", data, "--out", folder, "--keep", "2").exit_code == 0
    left = {path.name for path in folder.iterdir()}
    assert {"kuraban-20250103T000000Z.tar", "kuraban-of-last-year.tar", "notes.txt"} < left
    assert not {*old[:2]} & left
    assert len(left) == 4


def test_a_backup_that_fails_takes_no_older_one_away(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kuraban-20250101T000000Z.tar").touch()
    (tmp_path / "kuraban-20250102T000000Z.tar").touch()
    assert run("backup", "--data", tmp_path / "nothing", "--out", tmp_path, "--keep", "1").exit_code == BAD_INPUT
    assert len(list(tmp_path.iterdir())) == 2


def test_a_short_passphrase_is_refused_before_anything_is_written(run: Run, data: Path, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("sesame\n")
    refused = run("backup", "--data", data, "--out", tmp_path / "out", "--passphrase-file", tmp_path / "passphrase")
    assert refused.exit_code == BAD_INPUT
    assert "12 letters" in refused.stderr
    assert "sesame" not in refused.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [[], ["--check", "--data", "new"]])
def test_a_restore_is_either_a_check_or_has_a_folder(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    refused = run("restore", tmp_path / "backup", *arguments)
    assert refused.exit_code == BAD_INPUT
    assert "--check" in refused.stderr
