"""`kuraban count` and `kuraban sign`: two people at one keyboard, one after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from custody.entries import Draft
from custody.ledger import Ledger, LedgerReader
from tests.custody.office_script import registered

Run = Callable[..., Result]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The folder of a ledger with the usual inventory."""
    with Ledger.create(tmp_path / "ledger", "tsurumi") as made:
        made.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in registered())
    return tmp_path / "ledger"


@pytest.fixture
def run(ledger: Path) -> Run:
    """Run a command on the ledger, with what is typed; it is expected to end with status 0, or the one given."""

    def on_ledger(group: str, command: str, *arguments: str, typed: str = "", status: int = 0) -> Result:
        result = CliRunner().invoke(app, [group, command, str(ledger), *arguments], input=typed)
        assert result.exit_code == status, result.output
        return result

    return on_ledger


@pytest.mark.parametrize(
    ("second", "told"), [("78", "78 and 78: they agree"), ("77", "78 and 77: they do NOT agree")]
)
def test_two_people_count_and_the_second_sees_no_number_before_theirs_is_in(
    run: Run, ledger: Path, second: str, told: str
) -> None:
    begun = run("count", "begin", "B-0221", "--by", "sato", typed="78\n")
    listed = run("count", "list")
    assert json.loads(listed.stdout)["counted_by"] == "sato"
    assert "78" not in begun.output.replace("How many", "") + listed.output
    joined = run("count", "second", "B-0221", "--by", "suzuki", typed=f"{second}\n")
    assert told in joined.stdout
    with LedgerReader.read(ledger) as reader:
        entry = reader.entry(len(reader) - 1)
    assert (entry.kind, entry.actors) == ("count", ("sato", "suzuki"))
    assert run("count", "list").stdout == ""


def test_no_number_is_taken_as_an_argument_where_the_shell_would_remember_it(run: Run) -> None:
    assert "No such option" in run("count", "begin", "B-0221", "--by", "sato", "--number", "78", status=2).stderr


def test_nobody_counts_twice_and_a_count_may_lapse(run: Run) -> None:
    run("count", "begin", "B-0221", "--by", "sato", typed="78\n")
    refused = run("count", "second", "B-0221", "--by", "sato", typed="78\n", status=BAD_INPUT)
    assert "the second signature must be another person's" in refused.stderr
    assert "counted by sato alone" in run("count", "lapse", "B-0221").stdout


def test_an_act_of_two_is_begun_listed_and_confirmed(run: Run) -> None:
    begin = ("--kind", "item.checked_out", "--body", '{"item": "T-01", "slot": null}', "--by", "sato")
    request = run("sign", "begin", *begin).stdout.strip()
    assert f"{request}  " in run("sign", "list").stdout
    out = run("sign", "confirm", request, "--by", "suzuki").stdout.strip().removeprefix("entry ")
    assert run("sign", "list").stdout == ""
    fixed = ("--body", '{"item": "T-02", "slot": null}', "--corrects", out, "--why", "it was the other one")
    again = run("sign", "begin", *begin[:2], *fixed, *begin[4:]).stdout.strip()
    assert "taken back: item.checked_out" in run("sign", "withdraw", again, "--by", "sato").stdout


def test_an_act_of_one_is_on_the_ledger_at_once(run: Run, ledger: Path) -> None:
    lock = ("--kind", "vault.locked", "--body", '{"vault": "vault-door"}', "--by", "sato")
    told = run("sign", "begin", *lock, "--at", "2018-02-21T17:38:00+09:00").stdout
    with LedgerReader.read(ledger) as reader:
        assert told.strip() == f"entry {len(reader) - 1}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sign", "begin", "--kind", "drill.started", "--body", "{}", "--by", "a"), "nobody signs 'drill.started'"),
        (("sign", "begin", "--kind", "count", "--body", "{", "--by", "a"), "write a JSON object"),
        (("sign", "begin", "--kind", "count", "--body", "[]", "--by", "a"), "--body: found []; expected an object"),
        (("sign", "begin", "--kind", "vault.locked", "--body", "{}", "--by", "a"), "vault: found nothing"),
        (
            ("sign", "begin", "--kind", "vault.locked", "--body", '{"vault": "vault-door", "x": 1}', "--by", "a"),
            "x: found an unknown key",
        ),
        (
            ("sign", "begin", "--kind", "vault.locked", "--body", '{"vault": "v"}', "--by", "a", "--why", "slip"),
            "--corrects and --why go together",
        ),
        (("sign", "confirm", "none", "--by", "a"), "no act waits under 'none'"),
        (("count", "lapse", "B-0221"), "nobody has begun to count B-0221"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_write(run: Run, arguments: tuple[str, ...], message: str) -> None:
    group, command, *rest = arguments
    assert message in run(group, command, *rest, status=BAD_INPUT).stderr


def test_a_ledger_in_a_database_has_no_folder_to_wait_in(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["count", "list", "postgresql://keeper:hunter2@host/name"])
    assert result.exit_code == BAD_INPUT
    assert "postgresql://host/name is no folder" in result.stderr
    assert "hunter2" not in result.output
