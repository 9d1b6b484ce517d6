"""`kuraban inventory`: a file onto the ledger, once, and back into a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from custody.inventory import write_csv, write_json
from custody.ledger import Ledger, LedgerReader
from tests.custody.office_script import INVENTORY

Run = Callable[..., Result]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The folder of a ledger that nothing is on."""
    with Ledger.create(tmp_path / "ledger", "tsurumi"):
        return tmp_path / "ledger"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The usual inventory as CSV."""
    (path := tmp_path / "inventory.csv").write_text(write_csv(INVENTORY), encoding="utf-8")
    return path


@pytest.fixture
def run(ledger: Path) -> Run:
    """Run a command on the ledger; it is expected to end with status 0, or the one given."""

    def on_ledger(command: str, *arguments: str, status: int = 0) -> Result:
        result = CliRunner().invoke(app, ["inventory", command, "--ledger", str(ledger), *arguments])
        assert result.exit_code == status, result.output
        return result

    return on_ledger


def registered(ledger: Path) -> list[tuple[str, str]]:
    with LedgerReader.read(ledger) as reader:
        return [(entry.actors[0], str(entry.body["item"])) for entry in reader]


def test_a_file_is_entered_item_by_item_in_the_name_of_who_imports_it(run: Run, file: Path, ledger: Path) -> None:
    told = run("import", str(file), "--by", "tanaka")
    assert "5 entered, 0 known already" in told.stderr
    assert registered(ledger) == [("tanaka", item.item) for item in INVENTORY]


def test_the_same_file_again_enters_nothing(run: Run, file: Path, ledger: Path) -> None:
    run("import", str(file), "--by", "tanaka")
    again = run("import", str(file), "--by", "sato")
    assert again.stdout == "[]\n"
    assert "0 entered, 5 known already" in again.stderr
    assert len(registered(ledger)) == len(INVENTORY)


def test_only_what_has_changed_is_entered_again(run: Run, file: Path, ledger: Path) -> None:
    run("import", str(file), "--by", "tanaka")
    file.write_text(file.read_text(encoding="utf-8").replace(",78,", ",80,"), encoding="utf-8")
    (changed,) = json.loads(run("import", str(file), "--by", "tanaka").stdout)
    assert (changed["item"], changed["expected"]) == ("B-0221", 80)
    assert registered(ledger)[len(INVENTORY) :] == [("tanaka", "B-0221")]


def test_a_dry_run_shows_what_would_be_entered_and_enters_nothing(run: Run, file: Path, ledger: Path) -> None:
    told = run("import", str(file), "--by", "tanaka", "--dry-run")
    assert told.stdout == write_json(INVENTORY)
    assert "5 would be entered" in told.stderr
    assert registered(ledger) == []


@pytest.mark.parametrize(("form", "write"), [("csv", write_csv), ("json", write_json)])
def test_what_is_exported_is_what_was_imported(
    run: Run, file: Path, tmp_path: Path, form: str, write: Callable[..., str]
) -> None:
    run("import", str(file), "--by", "tanaka")
    assert run("export", "--format", form).stdout == write(INVENTORY)
    out = tmp_path / f"out.{form}"
    run("export", "--format", form, "--out", str(out))
    assert out.read_text(encoding="utf-8") == write(INVENTORY)
    assert "0 entered, 5 known already" in run("import", str(out), "--by", "tanaka").stderr
    assert "File exists" in run("export", "--format", form, "--out", str(out), status=BAD_INPUT).stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.csv",
            "item,kind,name,expected,vault,slot\nT-01,terminal,端末,,nowhere,\n".encode(),
            "line 2, column vault",
        ),
        (
            "a.csv",
            "item,kind,name,expected,vault,slot\nT-01,terminal,端末,,,\n".encode("cp932"),
            "save it as `CSV UTF-8`",
        ),
        ("a.json", b"{}", "an array of objects"),
        ("a.xlsx", b"", "is named .csv or .json"),
    ],
)
def test_a_file_with_a_fault_is_named_and_enters_nothing(
    run: Run, ledger: Path, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    told = run("import", str(tmp_path / name), "--by", "tanaka", status=BAD_INPUT).stderr
    assert message in told
    assert name in told
    assert registered(ledger) == []
