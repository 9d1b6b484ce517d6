"""Signing in: who gets a session, who does not, and what the ledger says of both."""

from __future__ import annotations

from http import HTTPStatus

import pyotp
import pytest

from api.auth.lockout import BY_ACCOUNT
from api.auth.permissions import Role
from tests.api.auth.conftest import PASSWORD, People


def test_the_right_password_gives_a_session_and_an_entry(people: People) -> None:
    people.add("sato", Role.VIEWER)
    browser = people.browser("127.0.0.7")
    assert browser.get("/who").status_code == HTTPStatus.UNAUTHORIZED
    assert browser.sign_in("sato").status_code == HTTPStatus.OK
    assert browser.get("/who").json() == "sato"
    [entry] = people.entries("user.signed_in")
    assert entry.actors == ("sato",)
    assert dict(entry.body) == {"how": "password", "address": "127.0.0.7", "beside": None}


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(people: People) -> None:
    people.add("sato")
    wrong = people.browser().sign_in("sato", "some other password")
    unknown = people.browser().sign_in("nobody", "some other password")
    assert wrong.status_code == unknown.status_code == HTTPStatus.UNAUTHORIZED
    assert wrong.json() == unknown.json()


def test_what_was_typed_as_an_account_is_not_on_the_ledger_unless_there_is_one(people: People) -> None:
    people.add("sato")
    people.browser().sign_in("my secret password", "sato")
    people.browser().sign_in("sato", "some other password")
    assert [entry.body["account"] for entry in people.entries("user.sign_in_refused")] == [None, "sato"]
    assert b"secret" not in b"".join(entry.line for entry in people.ledger)


def test_an_account_that_is_switched_off_is_refused_and_signed_out_at_once(people: People) -> None:
    people.add("sato", Role.VIEWER)
    people.add("mori", Role.ADMINISTRATOR)
    browser = people.signed_in("sato")
    people.access.people.set_active(("mori",), "sato", active=False)
    assert browser.get("/who").status_code == HTTPStatus.UNAUTHORIZED
    assert people.browser().sign_in("sato").status_code == HTTPStatus.UNAUTHORIZED
    assert people.entries("user.sign_in_refused")[-1].body["why"] == "inactive"


def test_after_free_attempts_each_failure_doubles_the_wait(people: People) -> None:
    people.add("sato")
    browser = people.browser()
    for _ in range(BY_ACCOUNT.free):
        assert browser.sign_in("sato", "wrong").status_code == HTTPStatus.UNAUTHORIZED
    for wait_s in (2, 4, 8):
        refused = browser.sign_in("sato")
        assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert refused.headers["Retry-After"] == str(wait_s)
        people.pass_s(wait_s)
        assert browser.sign_in("sato", "wrong").status_code == HTTPStatus.UNAUTHORIZED
    people.pass_s(16)
    assert browser.sign_in("sato").status_code == HTTPStatus.OK
    assert browser.sign_in("sato", "wrong").status_code == HTTPStatus.UNAUTHORIZED


def test_attempts_during_a_wait_are_not_on_the_ledger_and_the_wait_is(people: People) -> None:
    people.add("sato")
    for _ in range(BY_ACCOUNT.free + 20):
        people.browser().sign_in("sato", "wrong")
    refused = people.entries("user.sign_in_refused")
    assert len(refused) == BY_ACCOUNT.free
    assert [entry.body["locked_until"] for entry in refused[:-1]] == [None] * (BY_ACCOUNT.free - 1)
    assert refused[-1].body["locked_until"] == "2018-02-21T08:10:02.000Z"


def test_one_address_that_tries_many_accounts_must_wait_and_another_need_not(people: People) -> None:
    people.add("sato")
    for number in range(20):
        people.browser("127.0.0.9").sign_in(f"account-{number}", "wrong")
    assert people.browser("127.0.0.9").sign_in("sato").status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert people.browser("127.0.0.8").sign_in("sato").status_code == HTTPStatus.OK


def test_a_right_password_does_not_pardon_what_the_address_tried_before(people: People) -> None:
    people.add("sato")
    for number in range(19):
        people.browser().sign_in(f"account-{number}", "wrong")
        people.browser().sign_in("sato")
    people.browser().sign_in("account-20", "wrong")
    assert people.browser().sign_in("sato").status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_a_locked_account_can_be_unlocked(people: People) -> None:
    people.add("sato")
    for _ in range(BY_ACCOUNT.free):
        people.browser().sign_in("sato", "wrong")
    people.access.people.unlock((), "sato")
    assert people.browser().sign_in("sato").status_code == HTTPStatus.OK
    assert people.entries("user.changed")[-1].body["change"] == "unlocked"


class TestAuthenticator:
    """A second factor that a person has taken up."""

    def take_up(self, people: People, account: str = "sato") -> pyotp.TOTP:
        people.add(account, Role.VIEWER)
        browser = people.signed_in(account)
        begun = browser.post("/access/me/authenticator", {"password": PASSWORD})
        assert begun.status_code == HTTPStatus.CREATED
        authenticator = pyotp.parse_uri(begun.json()["address"])
        assert isinstance(authenticator, pyotp.TOTP)
        code = authenticator.at(people.now_ms // 1000)
        assert browser.post("/access/me/authenticator/confirm", {"code": code}).status_code == HTTPStatus.NO_CONTENT
        people.pass_s(30)
        return authenticator

    def code(self, people: People, authenticator: pyotp.TOTP, late_s: int = 0) -> str:
        return authenticator.at(people.now_ms // 1000 - late_s)

    def test_it_is_asked_for_once_it_is_in_force(self, people: People) -> None:
        authenticator = self.take_up(people)
        asked = people.browser().sign_in("sato")
        assert asked.status_code == HTTPStatus.UNAUTHORIZED
        assert asked.json()["type"] == "urn:kuraban:problem:code-needed"
        assert people.browser().sign_in("sato", code=self.code(people, authenticator)).status_code == HTTPStatus.OK
        assert people.entries("user.signed_in")[-1].body["how"] == "password_and_code"

    def test_it_is_not_asked_for_before_a_code_was_shown(self, people: People) -> None:
        people.add("sato")
        people.signed_in("sato").post("/access/me/authenticator", {"password": PASSWORD})
        assert people.browser().sign_in("sato").status_code == HTTPStatus.OK

    def test_a_code_is_good_once(self, people: People) -> None:
        code = self.code(people, self.take_up(people))
        assert people.browser().sign_in("sato", code=code).status_code == HTTPStatus.OK
        assert people.browser().sign_in("sato", code=code).status_code == HTTPStatus.UNAUTHORIZED

    @pytest.mark.parametrize(("late_s", "status"), [(30, HTTPStatus.OK), (90, HTTPStatus.UNAUTHORIZED)])
    def test_a_code_is_good_one_step_late_and_no_more(self, people: People, late_s: int, status: HTTPStatus) -> None:
        authenticator = self.take_up(people)
        people.pass_s(120)
        assert people.browser().sign_in("sato", code=self.code(people, authenticator, late_s)).status_code == status

    def test_wrong_codes_count_like_wrong_passwords(self, people: People) -> None:
        authenticator = self.take_up(people)
        for _ in range(BY_ACCOUNT.free):
            people.browser().sign_in("sato", code="000000")
        late = people.browser().sign_in("sato", code=self.code(people, authenticator))
        assert late.status_code == HTTPStatus.TOO_MANY_REQUESTS

    def test_an_administrator_can_take_away_one_that_was_lost(self, people: People) -> None:
        self.take_up(people)
        people.add("mori", Role.ADMINISTRATOR)
        gone = people.signed_in("mori").send("DELETE", "/users/sato/authenticator")
        assert gone.status_code == HTTPStatus.NO_CONTENT
        assert people.browser().sign_in("sato").status_code == HTTPStatus.OK
