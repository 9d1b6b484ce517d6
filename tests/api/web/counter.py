"""An office with people who have accounts, and browsers that speak to its routes in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from fastapi import APIRouter, FastAPI

from api.auth import routes, user_routes
from api.auth.access import Access
from api.auth.passwords import Passwords
from api.auth.permissions import Grant, Role
from api.auth.store import Store
from api.runtime.running import RunningOffice
from api.site import Site
from api.web import problems
from api.web.given import give
from custody.acts import Act, Registration, Signature, Signed
from custody.entries import Entry
from tests.api.auth.conftest import CHEAP, NOW_MS, PASSWORD, Browser
from vision.items import ItemKind

PEOPLE: Final = {
    "sato": Role.COUNTER_STAFF,
    "suzuki": Role.COUNTER_STAFF,
    "kato": Role.CUSTODIAN,
    "mori": Role.INVESTIGATOR,
    "ito": Role.AUDITOR,
    "abe": Role.ADMINISTRATOR,
    "ueda": Role.VIEWER,
}
KEPT: Final = (
    Registration("vault-door", ItemKind.DOOR, "保管庫"),
    Registration("T-01", ItemKind.TERMINAL, "交付用端末 1", vault="vault-door", slot="T-01"),
    Registration("B-0221", ItemKind.CARDS, "交付前カード", expected=78, vault="vault-door"),
    Registration("K-1", ItemKind.KEY, "保管庫の鍵"),
)


class Counter:
    """An office at ten past five, its clock moved by hand."""

    def __init__(
        self,
        folder: Path,
        site: Site,
        routers: Sequence[APIRouter],
        people: Mapping[str, Role] = PEOPLE,
        began_s: float = 0,
    ) -> None:
        """Open the office `began_s` seconds after ten past five."""
        self.now_ms = NOW_MS + round(began_s * 1000)
        self.office = asyncio.run(self._open(folder, site))
        store = Store(self.office.records, self.office.ledger, lambda: site, lambda: self.now_ms, Passwords(CHEAP))
        self.access = Access(store)
        self.app = FastAPI()
        self.app.state.access = self.access
        give(self.app, self.office)
        problems.install(self.app)
        for router in (routes.router, user_routes.router, *routers):
            self.app.include_router(router, prefix="/api/v1")
        for account, role in people.items():
            self.add(account, Grant(role, site.id))

    async def _open(self, folder: Path, site: Site) -> RunningOffice:
        return RunningOffice.open(folder, site, clock=lambda: self.now_ms)

    def add(self, account: str, *grants: Grant) -> None:
        """Add somebody who has chosen the password PASSWORD."""
        self.access.people.add((), account, f"{account}-san", PASSWORD, grants)
        self.access.people.choose_password(account, PASSWORD, keep="")

    def pass_s(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)

    def browser(self, account: str) -> Browser:
        """Return a browser in which somebody has signed in."""
        browser = Browser(self.app, "127.0.0.1", "http://localhost")
        answer = browser.sign_in(account)
        assert answer.is_success, answer.text
        return browser

    def record(self, act: Act, *names: str) -> Entry:
        """Put an act on the ledger that people have signed elsewhere."""
        signatures = tuple(Signature(name, self.now_ms) for name in names)
        request = f"request-{len(self.office.ledger)}"
        return self.office.ledger.record(Signed(act, self.now_ms, signatures, request).draft())

    def register(self, kept: Sequence[Registration] = KEPT) -> None:
        for item in kept:
            self.record(item, "kato")
        self.flush()

    def flush(self) -> None:
        assert self.office.flush(5)

    def entries(self, kind: str) -> list[Entry]:
        return [entry for entry in self.office.ledger if entry.kind == kind]

    def close(self) -> None:
        self.office.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
