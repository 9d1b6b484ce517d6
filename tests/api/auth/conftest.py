"""An office with accounts, a clock that is moved by hand, and browsers that speak to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import pytest
from argon2 import Parameters
from argon2.low_level import Type
from fastapi import Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from httpx2 import Response

from api.auth import grant_routes, routes, user_routes, users
from api.auth.access import Access
from api.auth.identity import principal_of
from api.auth.needs import needs, signed_in
from api.auth.passwords import Passwords
from api.auth.permissions import Grant, Permission, Role
from api.auth.principal import Principal, Proof
from api.auth.store import Store
from api.site import Site
from api.web import problems
from custody.entries import Entry
from custody.intervals import Interval
from custody.ledger import Ledger
from custody.records.database import Records

CHEAP: Final = Parameters(
    type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=1, memory_cost=8, parallelism=1
)
"""So that a test does not wait for what makes guessing dear; test_passwords looks at the real ones."""

NOW_MS: Final = 1_519_200_600_000
PASSWORD: Final = "seven cards on a desk"


class People:
    """An office and who has an account there: the clock, the ledger, and the application that all speak to."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.now_ms = NOW_MS
        self.ledger = Ledger.create(folder / "ledger", site.id)
        self.records = Records.open(folder)
        store = Store(self.records, self.ledger, lambda: site, lambda: self.now_ms, Passwords(CHEAP))
        self.access = Access(store)
        self.app = application(self.access)

    def pass_s(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)

    def add(self, account: str, *roles: Role | Grant) -> None:
        """Add somebody who has chosen the password PASSWORD."""
        grants = [role if isinstance(role, Grant) else Grant(role, "tsurumi") for role in roles]
        people = self.access.people
        people.add((), account, f"{account}-san", PASSWORD, grants)
        people.choose_password(account, PASSWORD, keep="")

    def browser(self, address: str = "127.0.0.1", base: str = "http://localhost") -> Browser:
        return Browser(self.app, address, base)

    def signed_in(self, account: str) -> Browser:
        browser = self.browser()
        answer = browser.sign_in(account)
        assert answer.status_code == 200, answer.text
        return browser

    def replay(self, account: str, camera: str, interval: Interval, mandate: str) -> None:
        """Replay as a route does that knows the interval."""
        self.access.gate.replayed(self.principal(account), camera, interval, mandate)

    def watch(self, account: str, camera: str) -> None:
        """Watch live as a route does."""
        self.access.gate.watched(self.principal(account), camera)

    def principal(self, account: str) -> Principal:
        with self.records.read() as connection:
            return principal_of(users.get(connection, account), "tsurumi", Proof.SESSION, "")

    def entries(self, kind: str) -> list[Entry]:
        return [entry for entry in self.ledger if entry.kind == kind]

    def close(self) -> None:
        self.records.close()
        self.ledger.close()


class Browser:
    """A browser as it is used: keeps its cookie, and its page sends the CSRF token along."""

    def __init__(self, app: FastAPI, address: str, base: str) -> None:
        self.client = TestClient(app, base_url=base, client=(address, 50000))
        self.csrf: str | None = None

    def sign_in(self, account: str, password: str = PASSWORD, code: str | None = None) -> Response:
        answer = self.post("/access/login", {"account": account, "password": password, "code": code})
        if answer.is_success:
            self.csrf = answer.json()["csrf"]
        return answer

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        return self.client.get(f"/api/v1{path}", headers=headers)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        return self.send("POST", path, body, headers)

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        own = {} if self.csrf is None else {"X-CSRF-Token": self.csrf}
        return self.client.request(method, f"/api/v1{path}", json=body, headers=own | dict(headers or {}))


def application(access: Access) -> FastAPI:
    """Return an application with the routes of people, and a few that stand for all others."""
    app = FastAPI()
    app.state.access = access
    problems.install(app)
    for part in (routes, grant_routes, user_routes):
        app.include_router(part.router, prefix="/api/v1")

    @app.get("/api/v1/cameras/{camera}")
    def camera(
        camera: str, who: Annotated[Principal, Depends(needs(Permission.VIEW, camera="camera"))]
    ) -> dict[str, str]:
        return {"camera": camera, "for": who.account}

    @app.get("/api/v1/footage/{camera}")
    def footage(camera: str, who: Annotated[Principal, Depends(needs(Permission.REPLAY, camera="camera"))]) -> str:
        return f"{camera} for {who.account}"

    @app.post("/api/v1/settings")
    def settings(who: Annotated[Principal, Depends(needs(Permission.CONFIGURE))]) -> str:
        return who.account

    @app.post("/api/v1/counts/{item}/second")
    def second(item: str, who: Annotated[Principal, Depends(needs(Permission.COUNT))]) -> dict[str, str | None]:
        return {"item": item, "by": who.account, "beside": who.beside}

    @app.get("/api/v1/who")
    def who_asks(who: Annotated[Principal, Depends(signed_in())]) -> str:
        return who.account

    @app.websocket("/live/{camera}")
    async def live(
        socket: WebSocket, who: Annotated[Principal, Depends(needs(Permission.VIEW, camera="camera"))]
    ) -> None:
        await socket.accept()
        await socket.send_text(who.account)
        await socket.close()

    return app


@pytest.fixture
def people(tmp_path: Path, site: Site) -> Iterator[People]:
    office = People(tmp_path, site)
    yield office
    office.close()
