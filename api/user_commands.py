"""`kuraban user`: accounts of an office whose service does not run, from the machine itself.

While the service runs it is the only one that writes, and accounts are changed at its page. What may be done is
decided in `api.auth.people`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from api.arguments import ArgumentError
from api.auth import users
from api.auth.errors import AccessError
from api.auth.people import People
from api.auth.permissions import Grant, Permission, Role
from api.auth.store import Store
from api.auth.users import User
from api.exits import exit_statuses, say
from api.folder import SITE, site_of
from api.ledger_arguments import moment_of, now_ms
from api.recording import LEDGER
from api.requests import RequestError
from api.runtime.whereabouts import is_served
from custody.errors import LedgerBusyError
from custody.ledger import Ledger
from custody.records.database import NewerRecordsError, Records
from vision.incidents import local_time

user_app = typer.Typer(help="Accounts, while the service does not run.", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", help="The data folder of the service.")]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account, as on the ledger.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE[:CAMERA]", help="A role, for the site or one camera; once for each."),
]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", metavar="FILE", help="Take the password from its first line.")
]
NOBODY: Final = ()
"""Who changes accounts on the machine itself: the ledger names no account then."""


@dataclass(frozen=True, slots=True)
class _Accounts:
    """The accounts of a data folder, open to change."""

    store: Store
    people: People

    def every(self) -> tuple[User, ...]:
        """Return all accounts in the order of their names."""
        with self.store.records.read() as connection:
            return users.every(connection)


@user_app.command("list")
def list_users(data: Data = Path("data")) -> None:
    """List the accounts with their roles."""
    table = Table("account", "name", "roles", "active", "authenticator")
    with _opened(data) as accounts:
        for user in accounts.every():
            roles = " ".join(map(_told, user.grants))
            flags = ("yes" if flag else "no" for flag in (user.active, user.totp_confirmed))
            table.add_row(user.account, user.name, roles, *flags)
    Console().print(table)


@user_app.command("add")
def add_user(
    account: Account,
    *,
    name: Annotated[str, typer.Option("--name", help="Of the person.")],
    role: Roles = None,
    password_file: PasswordFile = None,
    data: Data = Path("data"),
) -> None:
    """Add an account; its password must be changed at the first sign-in."""
    with _opened(data) as accounts:
        password = _password(password_file)
        accounts.people.add(NOBODY, account, name, password, _grants(role or (), accounts.store.site))
    typer.echo(f"{account}: added; the password must be changed at the first sign-in")


@user_app.command("role")
def set_roles(account: Account, *, role: Roles = None, data: Data = Path("data")) -> None:
    """Give an account these roles and no others; without --role, none."""
    with _opened(data) as accounts:
        changed = accounts.people.set_grants(NOBODY, account, _grants(role or (), accounts.store.site))
    typer.echo(f"{account}: {' '.join(map(_told, changed.grants)) or 'no role'}")


@user_app.command("reset")
def reset_password(
    account: Account,
    *,
    password_file: PasswordFile = None,
    authenticator: Annotated[bool, typer.Option("--authenticator", help="Take away the authenticator, too.")] = False,
    data: Data = Path("data"),
) -> None:
    """Set a password that must be changed at the next sign-in, and forget failed sign-ins."""
    with _opened(data) as accounts:
        accounts.people.reset_password(NOBODY, account, _password(password_file))
        accounts.people.unlock(NOBODY, account)
        if authenticator:
            accounts.people.remove_totp(NOBODY, account)
    typer.echo(f"{account}: the password must be changed at the next sign-in")


@user_app.command("disable")
def disable(account: Account, *, data: Data = Path("data")) -> None:
    """Let an account sign in no more; its sessions and API tokens end."""
    with _opened(data) as accounts:
        accounts.people.set_active(NOBODY, account, active=False)
    typer.echo(f"{account}: switched off")


@user_app.command("enable")
def enable(account: Account, *, data: Data = Path("data")) -> None:
    """Let an account sign in again."""
    with _opened(data) as accounts:
        accounts.people.set_active(NOBODY, account, active=True)
    typer.echo(f"{account}: switched on")


@user_app.command("token")
def issue_token(
    account: Account,
    *,
    name: Annotated[str, typer.Option("--name", help="Of the program that is to ask with it.")],
    scope: Annotated[list[Permission], typer.Option("--scope", help="What it is narrowed to; once for each.")],
    expires: Annotated[str, typer.Option("--expires", help="Until when, ISO 8601 with offset.")],
    data: Data = Path("data"),
) -> None:
    """Make an API token in the name of an account, and print its secret, which is shown this once."""
    with _opened(data) as accounts:
        expires_ms = moment_of("--expires", expires)
        token, secret = accounts.people.issue_token(NOBODY, account, name, frozenset(scope), expires_ms)
        until = local_time(token.expires_at_ms, accounts.store.current().timezone)
    typer.echo(secret)
    say(f"{name}: good until {until}, for {', '.join(sorted(token.scopes))}; it is not shown again")


@contextmanager
def _opened(data: Path) -> Iterator[_Accounts]:
    """Give the accounts of a data folder. Raises what becomes an exit status, with what to do about it."""
    with exit_statuses():
        if not (data / SITE).is_file():
            raise RequestError(f"no office lies in {data}: run `kuraban serve` on it once, or name its --data")
        if is_served(data):
            raise _running(data)
        try:
            with Ledger.open(data / LEDGER) as ledger, Records.open(data) as records:
                site = site_of(data)
                store = Store(records, ledger, lambda: site, now_ms)
                yield _Accounts(store, People(store))
        except LedgerBusyError as error:
            raise _running(data) from error
        except (AccessError, NewerRecordsError) as error:
            raise ArgumentError(str(error)) from error


def _running(data: Path) -> RequestError:
    return RequestError(f"a service runs on {data}: change accounts at its page, or stop it first")


def _password(file: Path | None) -> str:
    """Return the first line of a file; without one, ask for the password twice and show it never."""
    if file is None:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")


def _grants(given: Iterable[str], site: str) -> tuple[Grant, ...]:
    """Return roles as they are written: `custodian`, or `viewer:counter`. Raises ArgumentError."""
    return tuple(_grant(text, site) for text in given)


def _grant(text: str, site: str) -> Grant:
    role, _, camera = text.partition(":")
    try:
        return Grant(Role(role), site, camera or None)
    except ValueError as error:
        raise ArgumentError(f"--role: there is no role {role!r}; write one of {', '.join(Role)}") from error


def _told(grant: Grant) -> str:
    return grant.role.value if grant.camera is None else f"{grant.role.value}:{grant.camera}"
