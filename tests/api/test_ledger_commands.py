"""`kuraban ledger`, from the first start to a neighbour's cosignature, as somebody types it."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT, NOT_INTACT
from api.ledger_arguments import now_ms
from custody.acts import read_signed
from custody.database import FILE
from custody.entries import Entry, utc_text
from custody.ledger import Ledger

Run = Callable[..., Result]
COUNT = ("append", "tsurumi", "--kind", "count", "--actor", "sato")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder; it is expected to end with status 0, or the one that is given."""
    monkeypatch.chdir(tmp_path)

    def in_folder(*arguments: str, status: int = 0) -> Result:
        result = CliRunner().invoke(app, ["ledger", *arguments], env={"COLUMNS": "250"})
        assert result.exit_code == status, result.output
        return result

    return in_folder


@pytest.fixture
def tsurumi(run: Run) -> str:
    """The key of a ledger `tsurumi` of four entries in the folder."""
    key = run("create", "tsurumi", "--site", "tsurumi").stdout.strip()
    for number in (78, 78, 77):
        run(*COUNT, "--body", f'{{"item": "B-0221", "numbers": [{number}]}}')
    return key


def test_an_entry_is_appended_and_shown(run: Run, tsurumi: str) -> None:
    at = ("--at", "2018-02-21T17:10:00+09:00")
    body = {"vault": "D-1", "signed_at": ["2018-02-21T08:10:09.000Z"] * 2, "request": "r-1", "corrects": None}
    signers = ("--actor", "sato", "--actor", "suzuki", "--body", json.dumps(body))
    result = run("append", "tsurumi", "--kind", "vault.locked", *signers, *at)
    assert json.loads(result.stdout) == {
        "v": 1,
        "seq": 4,
        "at": "2018-02-21T08:10:00.000Z",
        "kind": "vault.locked",
        "site": "tsurumi",
        "actors": ["sato", "suzuki"],
        "body": body,
    }
    shown = run("show", "tsurumi").stdout
    assert "vault.locked" in shown
    assert "5 entries, 1 under a checkpoint" in shown
    assert "vault.locked" not in run("show", "tsurumi", "--from", "1", "--to", "4").stdout
    assert tsurumi in run("verify", "tsurumi").stdout


def test_what_is_signed_here_is_signed_now_by_everybody_who_is_named(run: Run, tsurumi: str) -> None:
    before = utc_text(now_ms())
    counted = run(*COUNT, "--actor", "suzuki", "--body", '{"item": "B-0221", "numbers": [78, 78]}').stdout
    entry = Entry.from_line(counted.strip().encode())
    signed = read_signed(entry)
    assert signed is not None
    assert signed.names == ("sato", "suzuki")
    assert {utc_text(signature.at_ms) for signature in signed.signatures} == {utc_text(entry.at_ms)}
    assert before <= utc_text(entry.at_ms) <= utc_text(now_ms())
    again = run(*COUNT, "--body", '{"item": "B-0221", "numbers": [78]}').stdout
    assert json.loads(again)["body"]["request"] != json.loads(counted)["body"]["request"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{}", "entry 4 (count): item: found nothing"),
        ('{"item": "B-0221", "numbers": [78.5]}', "numbers[0]: found 78.5; expected a whole number"),
        ('{"item": "B-0221", "numbers": [78, 78]}', "2 numbers for 1 signatures"),
        ('{"item": "B-0221", "numbers": [78], "signed_at": []}', "found 0 moments; expected one for each of 1"),
        ('{"item": "B-0221", "numbers": [78], "note": "?"}', "note: found an unknown key"),
    ],
)
def test_what_is_not_well_signed_does_not_come_on_the_ledger(run: Run, tsurumi: str, body: str, told: str) -> None:
    assert told in run(*COUNT, "--body", body, status=BAD_INPUT).stderr
    assert "4 entries" in run("show", "tsurumi").stdout


def test_an_untouched_ledger_is_intact_and_a_changed_one_is_not(run: Run, tsurumi: str) -> None:
    run("checkpoint", "tsurumi", "--out", "checkpoint.txt")
    held = ("--checkpoint", "checkpoint.txt", "--trust", tsurumi)
    assert (
        "intact; the first 4 entries hold together, 4 of them under a signed checkpoint"
        in run("verify", "tsurumi", *held).stdout
    )
    with closing(sqlite3.connect(Path("tsurumi") / FILE, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("UPDATE entries SET line = CAST(replace(line, '77', '78') AS BLOB) WHERE seq = 3")
    told = run("verify", "tsurumi", *held, status=NOT_INTACT).stdout
    assert "altered: entry 3 is not what was written" in told
    assert "altered: the guard entries_no_update" in told
    assert "entries_no_update" in run("append", "tsurumi", "--kind", "count", status=BAD_INPUT).stderr


def test_a_ledger_that_was_cut_off_is_told_by_the_checkpoint_that_was_kept(run: Run, tsurumi: str) -> None:
    run("checkpoint", "tsurumi", "--out", "checkpoint.txt")
    run("export", "tsurumi", "--to", "2", "--out", "entries.jsonl")
    told = run("verify", "entries.jsonl", "--checkpoint", "checkpoint.txt", status=NOT_INTACT).stdout
    assert "truncated: entries 2 to 3 are missing" in told


def test_what_is_exported_makes_the_same_ledger_again(run: Run, tsurumi: str) -> None:
    run("export", "tsurumi", "--out", "entries.jsonl")
    lines = Path("entries.jsonl").read_bytes()
    assert run("export", "tsurumi").stdout_bytes == lines
    run("create", "again", "--site", "tsurumi", "--from", "entries.jsonl", "--keys", "other-keys")
    assert run("export", "again", "--to", "4").stdout_bytes == lines
    told = run("create", "third", "--site", "midori", "--from", "entries.jsonl", status=BAD_INPUT).stderr
    assert "has entries of tsurumi, and the ledger is of midori" in told
    assert "entries.jsonl" in run("export", "tsurumi", "--out", "entries.jsonl", status=BAD_INPUT).stderr


def test_an_entry_is_proved_to_somebody_who_has_no_ledger(run: Run, tsurumi: str) -> None:
    told = run("prove", "tsurumi", "2", status=BAD_INPUT).stderr
    assert "no checkpoint covers entry 2; make one with `kuraban ledger checkpoint`" in told
    run("checkpoint", "tsurumi")
    run("prove", "tsurumi", "2", "--out", "proof")
    check = ("check", "proof/entry-2.tlog-proof", "--entry", "proof/entry-2.json", "--trust", tsurumi)
    assert "entry 2 is on the ledger kuraban/tsurumi, under its checkpoint of 4" in run(*check).stdout
    line = Path("proof/entry-2.json")
    line.write_bytes(line.read_bytes().replace(b"78", b"79"))
    assert "does not lead from this leaf" in run(*check, status=BAD_INPUT).stderr
    run("prove", "tsurumi", "1", "--out", "proof")
    other = run(
        "check", "proof/entry-2.tlog-proof", "--entry", "proof/entry-1.json", "--trust", tsurumi, status=BAD_INPUT
    )
    assert "is entry 1, and the proof is of entry 2" in other.stderr
    assert "not signed by a trusted key" in run(*check[:4], status=BAD_INPUT).stderr


def test_a_neighbour_cosigns_and_does_not_cosign_another_history(run: Run, tsurumi: str) -> None:
    run("create", "midori", "--site", "midori")
    run("checkpoint", "tsurumi", "--old", "0", "--out", "request.txt")
    cosigned = run("cosign", "midori", "request.txt", "--trust", tsurumi, "--out", "cosigned.txt")
    cosigner = cosigned.stderr.splitlines()[0].removeprefix("cosigned by ")
    assert cosigner in run("accept", "tsurumi", "cosigned.txt", "--trust", cosigner).stdout
    assert "nothing was kept" in run("accept", "tsurumi", "cosigned.txt", "--trust", tsurumi, status=BAD_INPUT).stderr
    run(*COUNT, "--body", '{"item": "B-0221", "numbers": [76]}')
    run("checkpoint", "tsurumi", "--old", "0", "--out", "request.txt")
    told = run("cosign", "midori", "request.txt", "--trust", tsurumi, status=BAD_INPUT).stderr
    assert "`kuraban ledger checkpoint --old 4`" in told
    run("checkpoint", "tsurumi", "--old", "4", "--out", "request.txt")
    run("cosign", "midori", "request.txt", "--trust", tsurumi)


def test_the_key_is_replaced_and_the_old_one_can_still_be_trusted(run: Run, tsurumi: str) -> None:
    new = run("rotate", "tsurumi", "--actor", "sato").stdout.strip()
    assert new != tsurumi
    verified = run("verify", "tsurumi", "--trust", tsurumi).stdout
    assert f"key {tsurumi}\nkey {new}\n" in verified
    Path("keys.txt").write_text(f"{new}\n")
    run("verify", "tsurumi", "--trust", "keys.txt")
    assert "trusted one" in run("verify", "tsurumi", "--trust", _stranger(run), status=NOT_INTACT).stdout


def _stranger(run: Run) -> str:
    return run("create", "stranger", "--site", "tsurumi").stdout.strip()


def test_a_ledger_without_a_key_gets_one_with_its_first_checkpoint(run: Run) -> None:
    with Ledger.create(Path("analysed"), "tsurumi") as ledger:
        ledger.append(5, "drill.started")
    run("checkpoint", "analysed", "--out", "checkpoint.txt")
    (key,) = Path("analysed/keys").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "2 of them under a signed checkpoint" in run("verify", "analysed", "--checkpoint", "checkpoint.txt").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "nowhere"), "there is no ledger in nowhere"),
        (("verify", "nowhere"), "there is no ledger in nowhere"),
        (("create", "tsurumi", "--site", "tsurumi"), "tsurumi is not empty"),
        (("append", "tsurumi", "--kind", "recount"), "kind 'recount' is none of"),
        (("append", "tsurumi", "--kind", "count", "--body", "[]"), "--body: got a JSON list; write an object"),
        (("append", "tsurumi", "--kind", "count", "--body", "{"), "--body:"),
        (("append", "tsurumi", "--kind", "count", "--at", "17:10"), "--at '17:10' is no time"),
        (("append", "tsurumi", "--kind", "count", "--at", "2018-02-21T17:10:00"), "has no offset"),
        (("verify", "tsurumi", "--trust", "kuraban/tsurumi"), "is no verifier key"),
        (("verify", "tsurumi", "--checkpoint", "none.txt"), "none.txt: No such file"),
        (("verify", "tsurumi", "--checkpoint", "tsurumi/ledger.sqlite"), "is no text"),
        (("checkpoint", "tsurumi", "--old", "9"), "never had 9"),
        (("create", "postgresql://keeper:hunter2@localhost:1/none", "--site", "tsurumi"), "cannot be used"),
        (("checkpoint", "tsurumi", "--keys", "empty"), "is missing, and the ledger is signed with this key"),
        (("show", "mysql://host/name"), "not in mysql"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_write(
    run: Run, tsurumi: str, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments, status=BAD_INPUT)
    assert message in result.stderr
    assert "hunter2" not in result.output
