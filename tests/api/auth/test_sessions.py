"""Sessions: how long they last, what ends them, and what keeps other pages out of them."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from starlette.websockets import WebSocketDisconnect

from api.auth.csrf import csrf_token
from api.auth.opaque import digest
from api.auth.permissions import Role
from tests.api.auth.conftest import PASSWORD, People


def test_the_database_has_no_secret_of_a_session(people: People) -> None:
    people.add("sato")
    secret = people.signed_in("sato").client.cookies["kuraban"]
    stored = people.records.file.read_bytes() + people.records.file.with_name("records.sqlite-wal").read_bytes()
    assert digest(secret).encode() in stored
    assert secret.encode() not in stored


def test_a_session_ends_after_half_an_hour_without_a_request(people: People) -> None:
    people.add("sato")
    browser = people.signed_in("sato")
    for _ in range(3):
        people.pass_s(29 * 60)
        assert browser.get("/who").status_code == HTTPStatus.OK
    people.pass_s(31 * 60)
    assert browser.get("/who").status_code == HTTPStatus.UNAUTHORIZED


def test_a_session_ends_after_twelve_hours_whatever_is_asked(people: People) -> None:
    people.add("sato")
    browser = people.signed_in("sato")
    for _ in range(12 * 3 - 1):
        people.pass_s(20 * 60)
        assert browser.get("/who").status_code == HTTPStatus.OK
    people.pass_s(20 * 60)
    assert browser.get("/who").status_code == HTTPStatus.UNAUTHORIZED


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(people: People) -> None:
    people.add("sato")
    browser, thief = people.signed_in("sato"), people.browser()
    thief.client.cookies.set("kuraban", browser.client.cookies["kuraban"])
    assert thief.get("/who").status_code == HTTPStatus.OK
    assert browser.post("/access/logout").status_code == HTTPStatus.NO_CONTENT
    assert "kuraban" not in browser.client.cookies
    assert thief.get("/who").status_code == HTTPStatus.UNAUTHORIZED


def test_signing_in_again_ends_the_session_that_the_browser_had(people: People) -> None:
    people.add("sato")
    browser, other = people.signed_in("sato"), people.browser()
    other.client.cookies.set("kuraban", browser.client.cookies["kuraban"])
    browser.sign_in("sato")
    assert other.get("/who").status_code == HTTPStatus.UNAUTHORIZED


def test_a_new_password_ends_all_other_sessions(people: People) -> None:
    people.add("sato")
    here, there = people.signed_in("sato"), people.signed_in("sato")
    changed = here.send("PUT", "/access/me/password", {"password": PASSWORD, "new": "nine cards in a drawer"})
    assert changed.status_code == HTTPStatus.NO_CONTENT
    assert here.get("/who").status_code == HTTPStatus.OK
    assert there.get("/who").status_code == HTTPStatus.UNAUTHORIZED
    assert people.browser().sign_in("sato").status_code == HTTPStatus.UNAUTHORIZED
    assert people.browser().sign_in("sato", "nine cards in a drawer").status_code == HTTPStatus.OK


def test_a_new_password_asks_for_the_old_one(people: People) -> None:
    people.add("sato")
    refused = people.signed_in("sato").send("PUT", "/access/me/password", {"password": "?", "new": PASSWORD * 2})
    assert refused.status_code == HTTPStatus.UNAUTHORIZED


def test_people_see_and_end_their_own_sessions_and_nobody_elses(people: People) -> None:
    people.add("sato")
    people.add("mori")
    here, there, other = people.signed_in("sato"), people.signed_in("sato"), people.signed_in("mori")
    listed = here.get("/access/me/sessions").json()
    assert [session["current"] for session in listed].count(True) == 1
    assert len(listed) == 2
    [foreign] = other.get("/access/me/sessions").json()
    assert here.send("DELETE", f"/access/me/sessions/{foreign['id']}").status_code == HTTPStatus.NOT_FOUND
    [away] = [session["id"] for session in listed if not session["current"]]
    assert here.send("DELETE", f"/access/me/sessions/{away}").status_code == HTTPStatus.NO_CONTENT
    assert there.get("/who").status_code == HTTPStatus.UNAUTHORIZED
    assert other.get("/who").status_code == HTTPStatus.OK


class TestAnotherPage:
    """What another site's page can have the browser send, and what it cannot get done by that."""

    def test_a_change_without_the_header_is_refused(self, people: People) -> None:
        people.add("sato", Role.ADMINISTRATOR)
        browser = people.signed_in("sato")
        assert browser.post("/settings").status_code == HTTPStatus.OK
        browser.csrf = None
        assert browser.post("/settings").status_code == HTTPStatus.FORBIDDEN

    def test_the_header_of_another_session_is_refused(self, people: People) -> None:
        people.add("sato", Role.ADMINISTRATOR)
        one, other = people.signed_in("sato"), people.signed_in("sato")
        one.csrf = other.csrf
        assert one.post("/settings").status_code == HTTPStatus.FORBIDDEN

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
            {"Origin": "http://localhost:1"},
            {"Origin": "http://[broken"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    def test_a_change_that_the_browser_says_is_foreign_is_refused(
        self, people: People, headers: dict[str, str]
    ) -> None:
        people.add("sato", Role.ADMINISTRATOR)
        browser = people.signed_in("sato")
        assert browser.post("/settings", headers=headers).status_code == HTTPStatus.FORBIDDEN
        login = {"account": "sato", "password": PASSWORD}
        assert people.browser().post("/access/login", login, headers).status_code == HTTPStatus.FORBIDDEN

    def test_a_websocket_of_another_page_is_refused(self, people: People) -> None:
        people.add("sato", Role.VIEWER)
        browser = people.signed_in("sato")
        with browser.client.websocket_connect("ws://localhost/live/counter") as live:
            assert live.receive_text() == "sato"
        foreign = {"Origin": "https://elsewhere.example"}
        with browser.client.websocket_connect("ws://localhost/live/counter", headers=foreign) as live:
            with pytest.raises(WebSocketDisconnect) as refused:
                live.receive_text()
            assert refused.value.code == 4403

    def test_the_header_cannot_be_told_from_what_the_database_has(self) -> None:
        assert csrf_token("secret") not in {digest("secret"), csrf_token(digest("secret"))}


class TestTransport:
    """Over what a session is given out."""

    def test_over_https_the_cookie_is_bound_to_this_host(self, people: People) -> None:
        people.add("sato")
        browser = people.browser("10.0.0.20", "https://kuraban.example")
        [cookie] = browser.sign_in("sato").headers.get_list("set-cookie")
        name, *flags = cookie.split("; ")
        assert name.startswith("__Host-kuraban=")
        assert {flag.lower() for flag in flags} == {"secure", "httponly", "samesite=strict", "path=/"}

    def test_over_http_on_the_machine_itself_it_has_a_plain_name(self, people: People) -> None:
        people.add("sato")
        [cookie] = people.browser().sign_in("sato").headers.get_list("set-cookie")
        assert cookie.startswith("kuraban=")
        assert "httponly" in cookie.lower()
        assert "secure" not in cookie.lower()

    @pytest.mark.parametrize(
        ("address", "base"),
        [
            ("10.0.0.20", "http://kuraban.example"),
            ("127.0.0.1", "http://kuraban.example"),
            ("10.0.0.20", "http://localhost"),
        ],
    )
    def test_over_http_nobody_else_signs_in(self, people: People, address: str, base: str) -> None:
        people.add("sato")
        refused = people.browser(address, base).sign_in("sato")
        assert refused.status_code == HTTPStatus.FORBIDDEN
        assert "certificate" in refused.json()["detail"]
        assert "set-cookie" not in refused.headers

    def test_over_http_a_session_from_https_is_not_taken(self, people: People) -> None:
        people.add("sato")
        secure = people.browser("10.0.0.20", "https://kuraban.example")
        secure.sign_in("sato")
        plain = people.browser("10.0.0.20", "http://kuraban.example")
        plain.client.cookies.set("kuraban", secure.client.cookies["__Host-kuraban"])
        assert plain.get("/who").status_code == HTTPStatus.FORBIDDEN
