"""Signing in elsewhere: believed where it is meant for this office, this browser and this sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc.jwk import RSAKey

from api.auth import oidc_routes, users
from api.auth.oidc import LASTS_MS
from api.auth.permissions import Grant, Role
from api.auth.settings import IdentityProvider
from api.secret import Secret
from api.site import Site
from tests.api.auth.conftest import NOW_MS, PASSWORD, People
from tests.api.auth.issuer import CLIENT, SECRET, Issuer, issuer

OIDC: Final = "/api/v1/access/oidc"


@pytest.fixture
def provider() -> Iterator[Issuer]:
    with issuer(NOW_MS // 1000) as served:
        yield served


@pytest.fixture
def office(tmp_path: Path, site: Site, provider: Issuer) -> Iterator[People]:
    """An office that believes the provider, and in which sato has an account without a password."""
    believes = replace(site, identity_provider=IdentityProvider(provider.address, CLIENT, Secret(SECRET, "***")))
    opened = People(tmp_path, believes)
    opened.app.include_router(oidc_routes.router, prefix="/api/v1")
    opened.access.people.add((), "sato", "佐藤", None, [Grant(Role.VIEWER, "tsurumi")])
    yield opened
    opened.close()


def browser(office: People) -> TestClient:
    return TestClient(office.app, base_url="http://localhost", client=("127.0.0.1", 50000), follow_redirects=False)


def sign_in(office: People, provider: Issuer, client: TestClient | None = None) -> Response:
    """Go to the provider, sign in there and come back; return what is answered then."""
    client = client or browser(office)
    code, state = provider.sign_in(client.get(f"{OIDC}/begin").headers["location"])
    return client.get(f"{OIDC}/done", params={"code": code, "state": state})


def test_who_has_signed_in_at_the_provider_is_signed_in_here(office: People, provider: Issuer) -> None:
    client = browser(office)
    assert client.get(OIDC).json() == {"available": True}
    answer = sign_in(office, provider, client)
    assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, "/")
    assert client.get("/api/v1/access/me").json()["account"] == "sato"
    (entry,) = office.entries("user.signed_in")
    assert (entry.actors, entry.body["how"]) == (("sato",), "identity_provider")


def test_once_known_the_subject_counts_and_no_name(office: People, provider: Issuer) -> None:
    sign_in(office, provider)
    office.add("mori", Role.VIEWER)
    provider.claims["preferred_username"] = "mori"
    client = browser(office)
    sign_in(office, provider, client)
    assert client.get("/api/v1/access/me").json()["account"] == "sato"
    provider.claims |= {"sub": "9999", "preferred_username": "sato"}
    assert sign_in(office, provider).status_code == HTTPStatus.UNAUTHORIZED
    with office.records.read() as connection:
        assert users.get(connection, "sato").subject == f"{provider.address} 1234"


@pytest.mark.parametrize("username", ["nobody", "ito", None, "x" * 300])
def test_who_has_no_account_here_is_not_let_in_and_the_ledger_says_so(
    office: People, provider: Issuer, username: str | None
) -> None:
    office.add("ito", Role.AUDITOR)  # who has a password, and is not taken over by a name
    provider.claims["preferred_username"] = username
    assert sign_in(office, provider).status_code == HTTPStatus.UNAUTHORIZED
    assert [entry.body["why"] for entry in office.entries("user.sign_in_refused")] == ["no_account"]


def test_who_is_switched_off_is_not_let_in(office: People, provider: Issuer) -> None:
    sign_in(office, provider)
    office.add("abe", Role.ADMINISTRATOR)
    office.access.people.set_active(("abe",), "sato", active=False)
    assert sign_in(office, provider).status_code == HTTPStatus.UNAUTHORIZED


def test_who_signs_in_elsewhere_has_no_password_here(office: People) -> None:
    assert office.browser().sign_in("sato", PASSWORD).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another office"},
        {"nonce": "of another sign-in"},
        {"exp": NOW_MS // 1000 - 120},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"iat": NOW_MS // 1000 + 3_600},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_not_believed(office: People, provider: Issuer, lie: Any) -> None:
    provider.claims |= lie
    assert sign_in(office, provider).status_code == HTTPStatus.BAD_GATEWAY
    assert not office.entries("user.signed_in")


def test_a_token_that_another_has_signed_is_not_believed(office: People, provider: Issuer) -> None:
    provider.shown_key = RSAKey.generate_key(2048, {"kid": "1"})
    assert sign_in(office, provider).status_code == HTTPStatus.BAD_GATEWAY


def test_a_provider_that_names_itself_otherwise_or_is_down_is_not_believed(office: People, provider: Issuer) -> None:
    provider.described["issuer"] = "https://elsewhere.example"
    answer = browser(office).get(f"{OIDC}/begin")
    assert (answer.status_code, SECRET in answer.text) == (HTTPStatus.BAD_GATEWAY, False)
    provider.is_down = True
    assert browser(office).get(f"{OIDC}/begin").status_code == HTTPStatus.BAD_GATEWAY


def test_a_sign_in_is_good_once_in_the_browser_that_began_it_and_for_a_while(
    office: People, provider: Issuer
) -> None:
    client, other = browser(office), browser(office)
    code, state = provider.sign_in(client.get(f"{OIDC}/begin").headers["location"])
    back = {"code": code, "state": state}
    assert other.get(f"{OIDC}/done", params=back).status_code == HTTPStatus.UNAUTHORIZED
    assert client.get(f"{OIDC}/done", params=back).status_code == HTTPStatus.SEE_OTHER
    assert client.get(f"{OIDC}/done", params=back).status_code == HTTPStatus.UNAUTHORIZED
    code, state = provider.sign_in(client.get(f"{OIDC}/begin").headers["location"])
    office.pass_s(LASTS_MS / 1000)
    late = client.get(f"{OIDC}/done", params={"code": code, "state": state})
    assert late.status_code == HTTPStatus.UNAUTHORIZED


def test_a_code_that_the_provider_did_not_give_is_refused(office: People, provider: Issuer) -> None:
    client = browser(office)
    _, state = provider.sign_in(client.get(f"{OIDC}/begin").headers["location"])
    answer = client.get(f"{OIDC}/done", params={"code": "made-up", "state": state})
    assert answer.status_code == HTTPStatus.BAD_GATEWAY


def test_an_office_without_a_provider_says_so(people: People) -> None:
    people.app.include_router(oidc_routes.router, prefix="/api/v1")
    client = browser(people)
    assert client.get(OIDC).json() == {"available": False}
    assert client.get(f"{OIDC}/begin").status_code == HTTPStatus.NOT_FOUND
