"""`kuraban closing` and `kuraban checklist`: the steps of the evening as somebody looks, and the sheet on paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from custody.entries import Draft
from custody.ledger import KEYS, Ledger
from custody.signing import introduce_key, sign_checkpoint
from tests.custody.office_script import at_ms, registered, written

Run = Callable[..., Result]
EVENING = """
08:20 key tanaka sato
08:25 open
08:35 out T-01
17:10 count B-0221 78 78
17:12 count terminals 2 2
17:20 lock
"""
SIGNED = "17:22 key sato tanaka\n17:25 sheet 2 77"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The folder of a ledger: an evening on which T-01 stayed out, up to the lock."""
    with Ledger.create(tmp_path / "ledger", "tsurumi"):
        pass
    enter(tmp_path / "ledger", EVENING, registers=True)
    return tmp_path / "ledger"


@pytest.fixture
def run(ledger: Path, tmp_path: Path, site_text: str) -> Run:
    """Run a command on the ledger and its site; it is expected to end with status 0, or the one given."""
    file = tmp_path / "site.yaml"

    def on_ledger(*command: str, status: int = 0, language: str = "en") -> Result:
        file.write_text(site_text.replace("language: ja", f"language: {language}"), encoding="utf-8")
        result = CliRunner().invoke(app, [*command, "--ledger", str(ledger), "--site", str(file)])
        assert result.exit_code == status, result.output
        return result

    return on_ledger


def enter(ledger: Path, script: str, *, registers: bool = False) -> None:
    entries = [*(registered() if registers else []), *written(script, first_seq=100)]
    with Ledger.open(ledger) as opened:
        opened.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in entries)


def sign(ledger: Path) -> str:
    """Sign what the ledger amounts to; return the checkpoint."""
    with Ledger.open(ledger) as opened:
        return sign_checkpoint(opened, introduce_key(opened, ledger / KEYS, at_ms("18:00"))).text()


def steps(shown: str) -> dict[str, list[str]]:
    """Return the rows of the table: the step to its state, the time at which it is due, and what is missing."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if "│" in line]
    return {name: [state, due[11:], missing] for name, state, due, missing in rows}


def squeezed(text: str) -> str:
    """Return a text without its spaces: a long line is broken on paper."""
    return "".join(text.split())


def test_the_steps_of_the_evening_are_told_as_done_due_and_late(run: Run) -> None:
    shown = run("closing", "--now", "2018-02-21T17:45:00+09:00").stdout
    assert shown.startswith("closing of 2018-02-21, since 2018-02-21T17:00")
    assert steps(shown) == {
        "items_counted": ["done", "17:30", ""],
        "items_in_vault": ["late", "17:40", "T-01"],
        "vault_locked": ["done", "17:45", ""],
        "key_handed_over": ["due", "17:50", "K-01"],
        "sheet_signed": ["due", "18:00", "sheet"],
    }


def test_an_office_that_speaks_japanese_reads_its_steps_in_japanese(run: Run) -> None:
    shown = run("closing", "--now", "2018-02-21T17:45:00+09:00", language="ja").stdout
    assert shown.startswith("2018-02-21 の終業手順（2018-02-21T17:00 から）")
    assert steps(shown) == {
        "員数確認": ["済み", "17:30", ""],
        "保管庫への収納": ["遅れ", "17:40", "T-01"],
        "保管庫の施錠": ["済み", "17:45", ""],
        "鍵の引き継ぎ": ["これから", "17:50", "K-01"],
        "点検表の署名": ["これから", "18:00", "点検表"],
    }


def test_in_the_morning_the_steps_of_the_opening_are_told_and_those_without_a_deadline_are_not(run: Run) -> None:
    shown = run("closing", "--now", "2018-02-22T08:30:00+09:00").stdout
    assert shown.startswith("opening of 2018-02-22, since 2018-02-22T06:45")
    assert steps(shown) == {
        "key_handed_over": ["late", "08:25", "K-01"],
        "vault_opened": ["late", "08:30", "vault-door"],
        "items_counted": ["due", "08:45", "B-0221 terminals"],
    }


def test_a_moment_before_the_last_entry_is_refused(run: Run) -> None:
    told = run("closing", "--now", "2018-02-21T17:15:00+09:00", status=BAD_INPUT).stderr
    assert "the ledger has an entry of 2018-02-21T08:20:00.000Z, which is later" in told


def test_a_ledger_with_no_entry_has_no_protocol_yet(run: Run, ledger: Path, tmp_path: Path) -> None:
    ledger.rename(tmp_path / "old")
    with Ledger.create(ledger, "tsurumi"):
        pass
    assert "no protocol has begun" in run("closing", "--now", "2018-02-21T17:45:00+09:00").stdout


def test_the_site_file_of_another_office_is_refused(run: Run, ledger: Path, tmp_path: Path) -> None:
    ledger.rename(tmp_path / "old")
    with Ledger.create(ledger, "kohoku"):
        pass
    assert "is tsurumi, the ledger of kohoku" in run("closing", status=BAD_INPUT).stderr


def test_the_sheet_is_printed_with_the_numbers_of_the_ledger_and_the_newest_checkpoint(
    run: Run, ledger: Path, tmp_path: Path
) -> None:
    enter(ledger, SIGNED)
    sign(ledger)
    enter(ledger, "22T08:20 register T-03 terminal")
    checkpoint = sign(ledger)
    out = tmp_path / "sheet.pdf"
    run("checklist", "print", "--date", "2018-02-21", "--out", str(out))
    (page,) = PdfReader(io.BytesIO(out.read_bytes())).pages
    read = page.extract_text().replace("\0", "")  # pypdf shows two-byte codes with their upper zero
    for text in ("鶴見区役所 戸籍課", "77 枚", "78 枚", "2 台 2 台", *checkpoint.splitlines()):
        assert squeezed(text) in squeezed(read)
    again = run("checklist", "print", "--date", "2018-02-21", "--out", str(out), status=BAD_INPUT)
    assert "File exists" in again.stderr


def test_a_day_without_a_sheet_and_a_sheet_under_no_checkpoint_are_not_printed(
    run: Run, ledger: Path, tmp_path: Path
) -> None:
    command = ("checklist", "print", "--date", "2018-02-21", "--out", str(tmp_path / "sheet.pdf"))
    assert "nobody has signed the sheet of 2018-02-21" in run(*command, status=BAD_INPUT).stderr
    sign(ledger)
    enter(ledger, SIGNED)
    assert "no checkpoint covers the sheet, entry 13" in run(*command, status=BAD_INPUT).stderr
    assert not (tmp_path / "sheet.pdf").exists()
