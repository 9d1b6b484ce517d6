"""`kuraban user`, as somebody types it on the machine while the service does not run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.auth import tokens, users
from api.auth.users import User
from api.cli import app
from api.exits import BAD_INPUT
from api.recording import LEDGER
from api.runtime.running import RunningOffice
from api.settings import Site
from custody.entries import Entry
from custody.ledger import LedgerReader
from custody.records.database import Records

PASSWORD = "seven cards on a desk"
EXPIRES = ("--expires", "2099-01-01T00:00:00+09:00")
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path, site: Site) -> Path:
    """The data folder of an office whose service has run once."""

    async def once() -> None:
        RunningOffice.open(tmp_path / "data", site).close()

    asyncio.run(once())
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    """Run a command on the data folder; it is expected to end with status 0, or the one that is given."""

    def on_data(*arguments: str, status: int = 0, typed: str = "") -> Result:
        command = ["user", *arguments, "--data", str(data)]
        result = CliRunner().invoke(app, command, input=typed, env={"COLUMNS": "250"})
        assert result.exit_code == status, result.output
        return result

    return on_data


def user(data: Path, account: str) -> User:
    with Records.open(data) as records, records.read() as connection:
        return users.get(connection, account)


def changes(data: Path) -> list[Entry]:
    with LedgerReader.read(data / LEDGER) as ledger:
        return [entry for entry in ledger if entry.kind == "user.changed"]


def add(run: Run, account: str, *roles: str) -> None:
    named = [argument for role in roles for argument in ("--role", role)]
    run("add", account, "--name", f"{account}-san", *named, typed=f"{PASSWORD}\n{PASSWORD}\n")


def test_an_account_is_added_with_its_roles_and_a_password_that_is_typed_twice(run: Run, data: Path) -> None:
    add(run, "sato", "administrator", "viewer:counter")
    made = user(data, "sato")
    assert {(grant.role, grant.camera) for grant in made.grants} == {("administrator", None), ("viewer", "counter")}
    assert made.must_change
    (entry,) = changes(data)
    assert (entry.actors, entry.body["account"], entry.body["change"]) == ((), "sato", "added")
    shown = run("list").stdout
    assert "sato-san" in shown
    assert "viewer:counter" in shown


def test_two_passwords_that_differ_make_nobody(run: Run, data: Path) -> None:
    run("add", "sato", "--name", "佐藤", status=1, typed=f"{PASSWORD}\nanother password\n")
    assert changes(data) == []


def test_a_password_comes_from_a_file_too_and_must_be_a_good_one(run: Run, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("short\n", encoding="utf-8")
    from_file = ("--name", "佐藤", "--password-file", str(file))
    assert "12 " in run("add", "sato", *from_file, status=BAD_INPUT).stderr
    assert changes(data) == []
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    run("add", "sato", *from_file)
    assert user(data, "sato").name == "佐藤"


def test_roles_are_replaced_and_the_last_administrator_stays_one(run: Run, data: Path) -> None:
    add(run, "sato", "administrator")
    assert "last administrator" in run("role", "sato", "--role", "viewer", status=BAD_INPUT).stderr
    add(run, "abe", "administrator")
    run("role", "sato", "--role", "custodian")
    assert [grant.role for grant in user(data, "sato").grants] == ["custodian"]
    run("role", "sato")
    assert user(data, "sato").grants == ()


def test_a_forgotten_password_and_a_lost_authenticator_are_reset(run: Run, data: Path) -> None:
    add(run, "sato", "administrator")
    before = user(data, "sato").password
    run("reset", "sato", "--authenticator", typed="other words on a desk\n" * 2)
    after = user(data, "sato")
    assert after.must_change
    assert after.password not in {before, None}
    told = [entry.body["change"] for entry in changes(data)]
    assert told == ["added", "password_reset", "unlocked", "authenticator"]


def test_an_account_is_switched_off_and_on(run: Run, data: Path) -> None:
    add(run, "abe", "administrator")
    add(run, "sato", "viewer")
    run("disable", "sato")
    assert not user(data, "sato").active
    run("enable", "sato")
    assert user(data, "sato").active


def test_a_token_is_shown_once_and_never_counts(run: Run, data: Path) -> None:
    add(run, "sato", "counter_staff")
    secret = run("token", "sato", "--name", "dashboard", "--scope", "view", *EXPIRES, status=BAD_INPUT).stderr
    assert "366 days" in secret
    soon = ("--expires", "2027-06-01T00:00:00+09:00")
    secret = run("token", "sato", "--name", "dashboard", "--scope", "view", *soon).stdout.strip()
    with Records.open(data) as records, records.read() as connection:
        found = tokens.find(connection, secret, 0)
    assert found is not None
    assert (found.account, found.scopes) == ("sato", frozenset({"view"}))
    counting = run("token", "sato", "--name", "robot", "--scope", "count", *soon, status=BAD_INPUT)
    assert "people sign and manage in person" in counting.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("role", "nobody", "--role", "viewer"), "there is no account 'nobody'"),
        (("role", "sato", "--role", "king"), "there is no role 'king'"),
        (("role", "sato", "--role", "viewer:roof"), "there is no camera roof"),
        (("token", "nobody", "--name", "a", "--scope", "view", *EXPIRES), "there is no account 'nobody'"),
    ],
)
def test_what_cannot_be_done_says_what_to_write(run: Run, arguments: tuple[str, ...], says: str) -> None:
    assert says in run(*arguments, status=BAD_INPUT).stderr


def test_while_the_service_runs_nothing_is_changed(run: Run, data: Path, site: Site) -> None:
    async def meanwhile() -> None:
        with RunningOffice.open(data, site):
            refused = await asyncio.to_thread(run, "list", status=BAD_INPUT)
            assert f"a service runs on {data}: change accounts at its page, or stop it first" in refused.stderr

    asyncio.run(meanwhile())


def test_a_folder_without_an_office_has_no_accounts(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["user", "list", "--data", str(tmp_path / "nowhere")])
    assert result.exit_code == BAD_INPUT
    assert "no office lies in" in result.output
