"""A real office on a real port, with an account of each role, for tests that speak HTTP with it.

with served(folder, site) as office:
    office.as_("auditor").get("/site")
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx2
from argon2 import Parameters
from argon2.low_level import Type

from api.auth import users
from api.auth.access import Access
from api.auth.identity import principal_of
from api.auth.passwords import Passwords
from api.auth.permissions import Grant, Role
from api.auth.principal import Principal, Proof
from api.auth.store import Store
from api.runtime.running import RunningOffice
from api.site import Site
from api.web.application import PREFIX, make_application
from api.web.serving import Serving, serve
from streams.records import utc_ms

CHEAP: Final = Parameters(
    type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=1, memory_cost=8, parallelism=1
)
"""So that a test does not wait for what makes guessing dear."""

PASSWORD: Final = "seven cards on a desk"
AT_ONE_CAMERA: Final = "guard"
"""A viewer of the camera `counter` alone."""


class Client:
    """Somebody at a browser: keeps the cookie, and sends the CSRF token along."""

    def __init__(self, address: str) -> None:
        self.http = httpx2.Client(base_url=f"{address}{PREFIX}", timeout=10)
        self.csrf: str | None = None

    def sign_in(self, account: str) -> None:
        answer = self.post("/access/login", {"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> httpx2.Response:
        return self.http.get(path, params=query, headers=headers)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        return self.send("POST", path, body, headers)

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        own = {} if self.csrf is None else {"X-CSRF-Token": self.csrf}
        return self.http.request(method, path, json=body, headers=own | dict(headers or {}))


class ServedOffice:
    """The office, where it is served, and who is signed in there."""

    def __init__(self, office: RunningOffice, access: Access, address: str) -> None:
        self.office = office
        self.access = access
        self.address = address
        self._clients: dict[str, Client] = {}

    def stranger(self) -> Client:
        """Return somebody who has not signed in."""
        return self._clients.setdefault("", Client(self.address))

    def as_(self, account: str) -> Client:
        """Return somebody who is signed in; each role has an account of its name."""
        if account not in self._clients:
            self._clients[account] = Client(self.address)
            self._clients[account].sign_in(account)
        return self._clients[account]

    def forget(self, account: str) -> None:
        """Have somebody sign in anew the next time."""
        if account in self._clients:
            self._clients.pop(account).http.close()

    def kinds(self) -> list[str]:
        """Return the kinds of the ledger's entries."""
        return [entry.kind for entry in self.office.ledger]

    def principal(self, account: str) -> Principal:
        """Return somebody as a route is given him."""
        with self.office.records.read() as connection:
            return principal_of(users.get(connection, account), self.office.site.id, Proof.SESSION, "")

    def seq(self, kind: str) -> int:
        """Return the number of the newest entry of a kind."""
        return max(entry.seq for entry in self.office.ledger if entry.kind == kind)

    def close(self) -> None:
        for client in self._clients.values():
            client.http.close()


@contextmanager
def served(
    folder: Path,
    site: Site,
    kind: type[RunningOffice] = RunningOffice,
    serving: Serving | None = None,
    clock: Callable[[], int] = utc_ms,
    page: Path | None = None,
    people: bool = True,
) -> Iterator[ServedOffice]:
    """Serve an office in a thread of its own while the block runs. kind: one that sees what the test says.

    people: whether there are accounts already.
    """
    begun: list[ServedOffice] = []
    news, end = threading.Event(), threading.Event()

    async def run() -> None:
        with kind.open(folder, site, clock=clock) as office:
            store = Store(office.records, office.ledger, lambda: office.site, office.now_ms, Passwords(CHEAP))
            access = Access(store)
            if people:
                _add_people(access, site.id)
            app = make_application(office, access, page or folder / "no page")
            async with serve(app, serving or Serving(port=0)) as address:
                begun.append(ServedOffice(office, access, address))
                news.set()
                await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=lambda: _run(run, news))
    thread.start()
    news.wait()
    try:
        assert begun, "the office could not be served; its error stands above"
        yield begun[0]
    finally:
        for one in begun:
            one.close()
        end.set()
        thread.join()


def _run(run: Callable[[], Any], news: threading.Event) -> None:
    try:
        asyncio.run(run())
    finally:
        news.set()


def _add_people(access: Access, site: str) -> None:
    grants = {role.value: Grant(role, site) for role in Role} | {AT_ONE_CAMERA: Grant(Role.VIEWER, site, "counter")}
    for account, grant in grants.items():
        access.people.add((), account, f"{account}-san", PASSWORD, [grant])
        access.people.choose_password(account, PASSWORD, keep="")
