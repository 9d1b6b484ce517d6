"""`kuraban case` and `kuraban hold` over an analysed folder, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from api.folder import keep_for_later
from api.recording import LEDGER
from api.settings import Site
from custody.incidents import SealedClip, clip_sealed, incident_entries
from custody.ledger import Ledger, LedgerReader
from custody.sightings import Watch
from tests.api.conftest import START_MS
from vision.incidents import Incident

Run = Callable[..., Result]
WORD = ("--by", "ito", "--reason", "cards are gone", "--authority", "letter 12")
MARKS = "clips/removed.mp4.holds.json"


@pytest.fixture
def folder(tmp_path: Path, site: Site, incidents: tuple[Incident, ...]) -> Path:
    """An analysed folder with one clip of the counter, from 17:10:00 to 17:12:00."""
    out = tmp_path / "out"
    keep_for_later(out, site, Watch(from_ms=START_MS))
    (out / "clips").mkdir()
    (out / "clips" / "removed.mp4").write_bytes(b"footage")
    span = (START_MS, START_MS + 120_000)
    with Ledger.create(out / LEDGER, site.id) as ledger:
        ledger.record_all(draft for incident in incidents for draft in incident_entries(incident))
        ledger.record(clip_sealed(SealedClip("counter", "clips/removed.mp4", span, span, "ab" * 32), START_MS))
        ledger.record(clip_sealed(SealedClip("counter", "../../outside.mp4", span, span, "ab" * 32), START_MS))
    return out


@pytest.fixture
def run(folder: Path) -> Run:
    """Run a command on the folder; it is expected to end with status 0, or the one that is given."""

    def on_folder(group: str, command: str, *arguments: str, status: int = 0) -> Result:
        result = CliRunner().invoke(app, [group, command, "--folder", str(folder), *arguments])
        assert result.exit_code == status, result.output
        return result

    return on_folder


@pytest.fixture
def opened(run: Run) -> str:
    """The id of an open case."""
    return run("case", "open", "--title", "78 cards", *WORD).stdout.strip()


def at(clock: str) -> str:
    return f"2018-02-21T{clock}+09:00"


def place(run: Run, case: str, begin: str, end: str, *more: str, status: int = 0) -> Result:
    span = ("--from", at(begin), "--to", at(end))
    return run("hold", "place", "--case", case, "--camera", "counter", *span, *WORD, *more, status=status)


def test_a_case_is_opened_filled_shown_and_closed(run: Run, opened: str, incidents: tuple[Incident, ...]) -> None:
    clip = ("--camera", "counter", "--from", at("17:11:00"), "--to", at("17:12:00"))
    run(
        "case", "add", opened, "--by", "kato", "--incident", incidents[0].id, "--entry", "0", "--note", "asked", *clip
    )
    shown = run("case", "show", opened).stdout
    assert "C-1  78 cards" in shown
    assert "reason: cards are gone; authority: letter 12" in shown
    assert f"kato: incident {incidents[0].id}" in shown
    assert "kato: clip counter 2018-02-21T17:11:00.000+09:00 to 2018-02-21T17:12:00.000+09:00" in shown
    run("case", "close", opened, "--by", "ito", "--outcome", "found")
    assert "by ito: found" in run("case", "show", opened).stdout
    listed = run("case", "list").stdout
    assert listed.startswith("C-1  closed")
    assert "78 cards  (4 parts)" in listed


def test_a_hold_goes_on_the_ledger_and_beside_the_clip(run: Run, opened: str, folder: Path) -> None:
    number = int(place(run, opened, "17:11:00", "17:13:00").stdout)
    with LedgerReader.read(folder / LEDGER) as ledger:
        entry = ledger.entry(number)
    assert (entry.kind, entry.actors, entry.body["case"]) == ("hold.placed", ("ito",), "C-1")
    mark = json.loads((folder / MARKS).read_text(encoding="utf-8"))
    assert [hold["hold"] for hold in mark["holds"]] == [number]
    span = "2018-02-21T17:11:00.000+09:00 to 2018-02-21T17:13:00.000+09:00"
    line = f"hold {number}  C-1  counter {span}  ito: cards are gone (letter 12)"
    assert run("hold", "list").stdout.strip() == line
    assert line in run("case", "show", opened).stdout
    assert not list(folder.parent.glob("**/outside*"))


def test_releasing_one_cases_hold_leaves_the_others(run: Run, opened: str, folder: Path) -> None:
    other = run("case", "open", "--title", "a complaint", *WORD).stdout.strip()
    first = place(run, opened, "17:10:00", "17:11:00").stdout.strip()
    second = place(run, other, "17:10:30", "17:11:30").stdout.strip()
    assert f"still held by {second} for C-2" in run("hold", "release", first, *WORD).stderr
    assert run("hold", "list", "--case", opened).stdout == ""
    assert (folder / MARKS).exists()
    run("hold", "release", second, *WORD)
    assert not (folder / MARKS).exists()


def test_a_case_is_not_closed_while_it_holds_footage_and_holds_none_afterwards(run: Run, opened: str) -> None:
    number = place(run, opened, "17:10:00", "17:11:00").stdout.strip()
    ending = ("--by", "ito", "--outcome", "found")
    assert f"release {number} first" in run("case", "close", opened, *ending, status=BAD_INPUT).stderr
    run("hold", "release", number, *WORD)
    run("case", "close", opened, *ending)
    assert "C-1 was closed by ito" in place(run, opened, "17:10:00", "17:11:00", status=BAD_INPUT).stderr


def test_a_mark_that_a_crash_left_out_is_made_good_by_the_next_command_about_a_hold(
    run: Run, opened: str, folder: Path
) -> None:
    place(run, opened, "17:10:00", "17:11:00")
    (folder / MARKS).unlink()
    assert "already, by hold" in place(run, opened, "17:10:00", "17:11:00", status=BAD_INPUT).stderr
    assert (folder / MARKS).exists()


def test_a_hold_that_cannot_be_read_is_told(run: Run, folder: Path) -> None:
    with Ledger.open(folder / LEDGER) as ledger:
        seq = ledger.append(START_MS, "hold.placed", ("ito",), {"case": "C-1"}).seq
    assert f"nobody can tell what this holds: entry {seq}" in run("hold", "list").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("case", "open", "--title", "x", "--by", "ito", "--reason", " ", "--authority", "l"), "--reason is empty"),
        (("case", "add", "C-1", "--by", "ito"), "nothing to add"),
        (("case", "add", "C-1", "--by", "ito", "--incident", "none"), "the ledger has no 'none'"),
        (("case", "add", "C-1", "--by", "ito", "--entry", "999"), "there is no 999"),
        (("case", "add", "C-1", "--by", "ito", "--camera", "counter"), "--from and --to are missing"),
        (("case", "add", "C-9", "--by", "ito", "--note", "x"), "there is no case 'C-9'; there are C-1"),
        (("case", "show", "C-9"), "there is no case 'C-9'"),
        (("hold", "release", "999", *WORD), "there is no hold 999; those that stand: none"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_write(
    run: Run, opened: str, arguments: tuple[str, ...], message: str
) -> None:
    assert opened == "C-1"
    assert message in run(*arguments, status=BAD_INPUT).stderr


def test_footage_of_a_camera_that_there_is_not_cannot_be_held(run: Run, opened: str) -> None:
    span = ("--from", at("17:10:00"), "--to", at("17:11:00"))
    told = run("hold", "place", "--case", opened, "--camera", "countr", *span, *WORD, status=BAD_INPUT).stderr
    assert "there is no 'countr'; write one of counter, vault" in told


def test_a_folder_that_was_not_analysed_has_no_cases(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["case", "open", "--folder", str(tmp_path), "--title", "x", *WORD])
    assert result.exit_code == BAD_INPUT
    assert "there is no site.yaml in" in result.stderr
