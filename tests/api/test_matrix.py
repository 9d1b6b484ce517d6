"""Who may do what: every route and every role, held against one table that a person can read.

A route that is not in the table fails, and so does a line of a route that is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from api.auth.needs import declarations
from api.auth.permissions import Role
from api.web.application import PREFIX, ROUTERS
from custody.acts import Registration, Signature, Signed
from tests.api.everybody import EVERYTHING, HOLDERS, NARROW, everybody
from tests.api.web.served import PASSWORD, Client, ServedOffice
from vision.items import ItemKind

# site: for the whole site only. camera: for the camera that is named. some: for any camera, and of no other is told.
TABLE: Final = """
GET       /health                                      public
GET       /health/ready                                public
GET       /metrics                                     view           site
GET       /access/first                                public
POST      /access/first                                public
POST      /access/login                                public
POST      /access/logout                               signed_in
GET       /access/oidc                                 public
GET       /access/oidc/begin                           public
GET       /access/oidc/done                            public
GET       /access/me                                   signed_in
PUT       /access/me/password                          signed_in
GET       /access/me/sessions                          signed_in
DELETE    /access/me/sessions/{session}                signed_in
POST      /access/me/authenticator                     signed_in
POST      /access/me/authenticator/confirm             signed_in
POST      /access/me/authenticator/remove              signed_in
POST      /access/cosign                               signed_in
GET       /access/mandates                             signed_in
POST      /access/mandates                             signed_in
GET       /access/tokens                               signed_in
POST      /access/tokens                               signed_in
DELETE    /access/tokens/{token}                       signed_in
GET       /users                                       manage_users   site
POST      /users                                       manage_users   site
GET       /users/{account}                             manage_users   site
PATCH     /users/{account}                             manage_users   site
PUT       /users/{account}/password                    manage_users   site
POST      /users/{account}/unlock                      manage_users   site
DELETE    /users/{account}/authenticator               manage_users   site
GET       /users/{account}/tokens                      manage_users   site
DELETE    /users/{account}/tokens/{token}              manage_users   site
GET       /site                                        view           some
GET       /cameras                                     view           some
GET       /cameras/{camera}                            view           camera
GET       /cameras/{camera}/snapshot                   view           camera
WEBSOCKET /cameras/{camera}/live                       view           camera
WEBSOCKET /overlay                                     view           some
GET       /items                                       view           site
GET       /items/{item}                                view           site
GET       /counts                                      view           site
GET       /counts/{item}                               view           site
POST      /counts/{item}/first                         count          site
POST      /counts/{item}/second                        count          site
POST      /counts/{item}/lapse                         count          site
GET       /acts                                        count          site
POST      /acts                                        count          site
POST      /acts/{request}/confirm                      count          site
DELETE    /acts/{request}                              count          site
GET       /closing                                     view           site
GET       /checklists/{day}                            view           site
GET       /checklists/{day}/pdf                        view           site
GET       /compliance                                  audit          site
GET       /compliance/csv                              audit          site
GET       /compliance/pdf                              audit          site
GET       /footage/coverage                            view           camera
GET       /footage/timeline                            view           some
GET       /footage/{camera}/playlist.m3u8              replay         camera
GET       /footage/{camera}/segments                   replay         camera
GET       /footage/{camera}/segments/{start_ms}.mp4    replay         camera
GET       /footage/{camera}/thumbnail                  replay         camera
GET       /footage/{camera}/strip                      replay         camera
GET       /footage/{camera}/clip.mp4                   export         camera
GET       /overview                                    view           some
GET       /changes                                     view           some
GET       /incidents                                   view           some
GET       /incidents/{incident}                        view           some
POST      /incidents/{incident}/acknowledge            count          some
POST      /incidents/{incident}/close                  count          some
GET       /incidents/{incident}/clip                   replay         some
GET       /cases                                       hold           site
POST      /cases                                       hold           site
GET       /cases/{case}                                hold           site
POST      /cases/{case}/parts                          hold           site
POST      /cases/{case}/close                          hold           site
GET       /holds                                       hold           some
POST      /holds                                       hold           some
POST      /holds/{number}/release                      release        some
GET       /evidence                                    export         site
POST      /evidence                                    export         some
GET       /evidence/{package}                          export         site
GET       /investigation                               hold           site
GET       /last-seen                                   view           site
GET       /alerts/destinations                         configure      site
POST      /alerts/destinations/{destination}/test      configure      site
GET       /alerts/outbox                               configure      site
POST      /alerts/outbox/{message}/retry               configure      site
GET       /settings                                    configure      site
PATCH     /settings                                    configure      site
POST      /settings/rehearsal                          configure      site
GET       /zones                                       view           some
GET       /slots                                       view           some
POST      /cameras/try                                 configure      site
POST      /discovery                                   configure      site
POST      /discovery/streams                           configure      site
PUT       /cameras/{camera}/zones/{zone}               configure      site
DELETE    /cameras/{camera}/zones/{zone}               configure      site
PUT       /cameras/{camera}/slots/{slot}               configure      site
DELETE    /cameras/{camera}/slots/{slot}               configure      site
GET       /drills                                      configure      site
POST      /drills                                      configure      site
GET       /drills/{drill}                              configure      site
GET       /ledger/entries                              view           site
GET       /ledger/entries/{seq}                        view           site
GET       /ledger/entries/{seq}/proof                  view           site
GET       /ledger/checkpoint                           view           site
POST      /ledger/checkpoint                           audit          site
GET       /ledger/consistency                          view           site
GET       /ledger/lines                                audit          site
POST      /ledger/verify                               audit          site
GET       /jobs                                        signed_in
GET       /jobs/{job}                                  signed_in
"""
PLACES: Final = {
    "account": "nobody",
    "camera": "counter",
    "case": "C-1",
    "day": "2018-02-21",
    "job": "0",
    "message": "1",
    "number": "0",
    "start_ms": "1519200600000",
}
"""What stands in a path; `x` where nothing is named here. The entry is one that people signed."""

QUERIES: Final = {"/footage/coverage": "?camera={camera}"}
"""Where a route names its camera elsewhere than in its path."""


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    method: str
    path: str
    permission: str
    reach: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def address(self, **places: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: (PLACES | places).get(found[1], "x"), self._whole)

    @property
    def _whole(self) -> str:
        return self.path + QUERIES.get(self.path, "")


LINES: Final = [Line(*line.split()) for line in TABLE.strip().splitlines()]
HTTP: Final = [line for line in LINES if line.method != "WEBSOCKET"]
GUARDED: Final = [line for line in HTTP if line.permission != "public"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    with everybody(tmp_path_factory.mktemp("matrix")) as opened:
        yield opened


@pytest.fixture(scope="module")
def signed(office: ServedOffice) -> str:
    """The number of an entry that people signed."""
    at_ms = office.office.now_ms()
    act = Registration("x", ItemKind.TERMINAL, "交付用端末", vault="vault-door")
    return str(office.office.ledger.record(Signed(act, at_ms, (Signature("sato", at_ms),), "r-0").draft()).seq)


def ask(client: Client, line: Line, **places: str) -> tuple[int, str]:
    """Return the status and the problem of a request without a body. An answer that goes on for ever is left."""
    headers = {} if client.csrf is None else {"X-CSRF-Token": client.csrf}
    with client.http.stream(line.method, line.address(**places), headers=headers) as answer:
        problem: dict[str, Any] = {}
        if answer.status_code >= 400:
            answer.read()
            problem = answer.json()
        return answer.status_code, f"{problem.get('type', '')} {problem.get('detail', '')}"


def is_let_in(status: int, problem: str) -> bool:
    """Tell whether somebody got as far as the route: where only the mandate is missing, the permission was there."""
    return status != 401 and (status != 403 or "mandate-needed" in problem)


def asked_by(office: ServedOffice, account: str, line: Line, **places: str) -> tuple[int, str]:
    """Return what somebody is answered; signed in anew for what may end the session."""
    if not line.path.startswith("/access/"):
        return ask(office.as_(account), line, **places)
    client = Client(office.address)
    with client.http:
        client.sign_in(account)
        return ask(client, line, **places)


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    routes = {f"{method} {path}" for methods, path, _ in declarations(app) for method in methods.split(",")}
    own = {f"GET {path}" for path in ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect")}
    assert {route for route in routes - own if not route.startswith("HEAD ")} == {str(line) for line in LINES}


@pytest.mark.parametrize("line", GUARDED, ids=str)
def test_each_role_is_let_in_where_the_table_says_so_and_nowhere_else(
    office: ServedOffice, signed: str, line: Line
) -> None:
    found = {role: is_let_in(*asked_by(office, role, line, seq=signed)) for role in Role}
    assert {role for role, let_in in found.items() if let_in} == HOLDERS[line.permission]


@pytest.mark.parametrize("line", GUARDED, ids=str)
def test_who_has_not_signed_in_is_let_in_nowhere(office: ServedOffice, line: Line) -> None:
    status, _ = ask(office.stranger(), line)
    assert status == 401


@pytest.mark.parametrize("line", [line for line in HTTP if line.permission == "public"], ids=str)
def test_what_is_public_is_answered_to_everybody(office: ServedOffice, line: Line) -> None:
    assert is_let_in(*ask(office.stranger(), line))


@pytest.mark.parametrize("line", [line for line in GUARDED if line.reach], ids=str)
def test_a_role_for_one_camera_opens_that_camera_and_nothing_of_the_whole_site(
    office: ServedOffice, signed: str, line: Line
) -> None:
    client = office.as_(NARROW)
    own = is_let_in(*ask(client, line, seq=signed, camera="counter"))
    assert own is (line.reach in {"camera", "some"})
    if line.reach == "camera":
        status, problem = ask(client, line, camera="vault")
        assert (status, "mandate-needed" in problem) == (403, False)


@pytest.mark.parametrize("line", [line for line in GUARDED if line.method != "GET"], ids=str)
def test_nothing_is_changed_without_the_token_of_the_own_page(office: ServedOffice, line: Line) -> None:
    forged = Client(office.address)
    with forged.http:
        forged.http.cookies = office.as_(EVERYTHING).http.cookies
        status, problem = ask(forged, line)
    assert (status, "X-CSRF-Token" in problem) == (403, True)


@pytest.mark.parametrize("path", ["/access/first", "/access/login"])
def test_another_sites_page_signs_nobody_in(office: ServedOffice, path: str) -> None:
    body = {"account": "viewer", "password": PASSWORD, "code": "AAAA-AAAA", "name": "viewer"}
    answer = office.stranger().post(path, body, {"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in {403, 422}
    assert not answer.cookies


def closed_with(office: ServedOffice, line: Line, client: Client, **places: str) -> int | None:
    """Return the code with which a WebSocket was refused, None where it was let in."""
    address = office.address.replace("http", "ws", 1) + PREFIX + line.address(**places)
    try:
        with connect(address, additional_headers={"Cookie": client.cookie, "Origin": office.address}) as opened:
            opened.recv(timeout=0.3)
    except TimeoutError:
        return None
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    except InvalidStatus as refused:
        return 4000 + refused.response.status_code
    return None


@pytest.mark.parametrize("line", [line for line in LINES if line.method == "WEBSOCKET"], ids=str)
def test_a_stream_is_opened_for_who_may_see_the_camera(office: ServedOffice, line: Line) -> None:
    assert closed_with(office, line, office.stranger()) == 4401
    narrow = closed_with(office, line, office.as_(NARROW), camera="vault")
    assert narrow == (4403 if line.reach == "camera" else None)
    for role in Role:
        assert closed_with(office, line, office.as_(role)) not in {4401, 4403}
