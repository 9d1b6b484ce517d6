"""`kuraban incident`, as somebody types it the morning after."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from api.ledger_arguments import now_ms
from custody.entries import utc_ms
from custody.incidents import incident_entries
from custody.ledger import Ledger
from vision.incidents import Incident

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, incidents: tuple[Incident, ...]) -> Run:
    """Run a command beside the ledger of an evening; it ends with status 0, or the one that is given."""
    monkeypatch.chdir(tmp_path)
    with Ledger.create("ledger", "tsurumi") as ledger:
        ledger.record_all(draft for incident in incidents for draft in incident_entries(_with_health(incident)))

    def in_folder(*arguments: str, status: int = 0) -> Result:
        environ = {"COLUMNS": "200", "KURABAN_LEDGER": "ledger"}
        result = CliRunner().invoke(app, list(arguments), env=environ)
        assert result.exit_code == status, result.output
        return result

    return in_folder


def _with_health(incident: Incident) -> Incident:
    return replace(incident, why={**incident.why, "health": "covered"})


LASTS, ENDED = "tsurumi-0003", "tsurumi-0001"


def test_an_incident_is_explained_and_closed_and_both_are_entries(run: Run) -> None:
    explained = run("incident", "explain", LASTS, "--cause", "moved", "--moved-by", "ito", "--by", "sato")
    entry = json.loads(explained.stdout)
    assert (entry["kind"], entry["actors"]) == ("incident.explained", ["sato"])
    assert entry["body"] == {"id": LASTS, "cause": "moved", "moved_by": "ito", "note": None}
    closed = json.loads(run("incident", "close", LASTS, "--by", "sato").stdout)
    assert (closed["kind"], closed["actors"], closed["body"]["id"]) == ("incident.closed", ["sato"], LASTS)
    shown = run("ledger", "show", "ledger").stdout
    assert "incident.explained" in shown
    assert now_ms() - utc_ms(closed["at"]) < 60_000


def test_the_list_says_what_is_still_to_be_done(run: Run) -> None:
    assert run("incident", "list").stdout.count("by nobody") == 6
    run("incident", "explain", ENDED, "--cause", "real", "--by", "sato", "--note", "lunch")
    run("incident", "explain", LASTS, "--cause", "drill", "--by", "sato")
    listed = run("incident", "list").stdout
    assert "real (sato): lunch" in listed
    still_open = run("incident", "list", "--open").stdout
    assert ENDED not in still_open
    assert "lasts" in next(line for line in still_open.splitlines() if LASTS in line)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("explain", "tsurumi-9", "--cause", "real", "--by", "sato"), "tells of no incident tsurumi-9"),
        (("explain", ENDED, "--cause", "forgotten", "--by", "sato"), "'forgotten' is not one of"),
        (("explain", ENDED, "--by", "sato"), "Missing option '--cause'"),
        (("explain", ENDED, "--cause", "real"), "Missing option '--by'"),
        (("explain", ENDED, "--cause", "moved", "--by", "sato"), "moved_by: found None"),
        (("explain", ENDED, "--cause", "real", "--by", ""), "by: found ''"),
        (("explain", ENDED, "--cause", "real", "--by", "sato", "--at", "17:10"), "--at '17:10' is no time"),
        (("explain", ENDED, "--cause", "real", "--by", "sato", "--at", "2018-02-01T00:00:00Z"), "check the time"),
        (("close", LASTS, "--by", "sato"), "say why first"),
        (("close", ENDED, "--by", "sato"), "there is nothing to close"),
        (("list", "--ledger", "nowhere"), "there is no ledger in nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(run: Run, arguments: tuple[str, ...], told: str) -> None:
    assert told in run("incident", *arguments, status=BAD_INPUT).stderr


def test_an_explanation_without_a_cause_does_not_come_on_the_ledger_by_another_way(run: Run) -> None:
    body = json.dumps({"id": ENDED, "cause": None, "moved_by": None, "note": "a colleague tidied it away"})
    append = ("ledger", "append", "ledger", "--kind", "incident.explained", "--actor", "sato")
    told = run(*append, "--body", body, status=BAD_INPUT)
    assert "cause: found None" in told.stderr
