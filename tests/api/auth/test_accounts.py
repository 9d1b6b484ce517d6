"""Accounts: the first administrator, what administrators do, and what nobody does."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import pytest

from api.auth.errors import ForbiddenError
from api.auth.permissions import Role
from tests.api.auth.conftest import PASSWORD, Browser, People

NEW = {"account": "kato", "name": "加藤", "password": "cards in the morning", "roles": [{"role": "viewer"}]}


class TestFirstAdministrator:
    """Made with the code that the service prints at its first start."""

    def make(self, browser: Browser, code: str, **more: Any) -> Any:
        asked = {"code": code, "account": "sato", "name": "佐藤", "password": PASSWORD}
        return browser.post("/access/first", asked | more)

    def test_it_is_made_once_with_the_code_and_signed_in(self, people: People) -> None:
        code, browser = people.access.first_code(), people.browser()
        assert code is not None
        assert browser.get("/access/first").json() == {"needed": True}
        made = self.make(browser, code.lower().replace("-", " "))
        assert made.status_code == HTTPStatus.OK
        assert [role["role"] for role in made.json()["roles"]] == ["administrator"]
        assert browser.get("/users").status_code == HTTPStatus.OK
        assert browser.get("/access/first").json() == {"needed": False}
        assert self.make(people.browser(), code, account="mori").status_code == HTTPStatus.FORBIDDEN
        assert people.entries("user.signed_in")[-1].body["how"] == "first_code"

    def test_it_may_take_more_roles_along(self, people: People) -> None:
        code = people.access.first_code() or ""
        roles = self.make(people.browser(), code, roles=["investigator"]).json()["roles"]
        assert {role["role"] for role in roles} == {"administrator", "investigator"}

    def test_a_wrong_code_makes_nobody_and_is_counted(self, people: People) -> None:
        code = people.access.first_code() or ""
        for _ in range(5):
            assert self.make(people.browser(), "AAAA-AAAA-AAAA-AAAA").status_code == HTTPStatus.UNAUTHORIZED
        assert self.make(people.browser(), code).status_code == HTTPStatus.TOO_MANY_REQUESTS

    def test_without_a_code_no_code_is_right(self, people: People) -> None:
        assert self.make(people.browser(), "-").status_code == HTTPStatus.UNAUTHORIZED

    def test_each_start_prints_a_new_code_and_the_old_one_is_void(self, people: People) -> None:
        old, new = people.access.first_code() or "", people.access.first_code() or ""
        assert self.make(people.browser(), old).status_code == HTTPStatus.UNAUTHORIZED
        assert self.make(people.browser(), new).status_code == HTTPStatus.OK

    def test_where_there_are_accounts_no_code_is_printed(self, people: People) -> None:
        people.add("mori", Role.ADMINISTRATOR)
        assert people.access.first_code() is None


def test_an_account_that_somebody_else_made_chooses_its_own_password_first(people: People) -> None:
    people.add("mori", Role.ADMINISTRATOR)
    assert people.signed_in("mori").post("/users", NEW).status_code == HTTPStatus.CREATED
    browser = people.browser()
    assert browser.sign_in("kato", str(NEW["password"])).json()["must_change_password"]
    refused = browser.get("/cameras/counter")
    assert refused.json()["type"] == "urn:kuraban:problem:password-change-needed"
    chosen = {"password": NEW["password"], "new": PASSWORD}
    assert browser.send("PUT", "/access/me/password", chosen).status_code == HTTPStatus.NO_CONTENT
    assert browser.get("/cameras/counter").status_code == HTTPStatus.OK


def test_each_change_is_on_the_ledger_by_whom_it_was_made_and_without_a_password(people: People) -> None:
    people.add("mori", Role.ADMINISTRATOR)
    browser = people.signed_in("mori")
    browser.post("/users", NEW)
    browser.send("PATCH", "/users/kato", {"name": "加藤 次郎", "roles": [{"role": "custodian", "camera": "vault"}]})
    browser.send("PUT", "/users/kato/password", {"password": "another for the day"})
    browser.send("PATCH", "/users/kato", {"active": False})
    changes = [entry for entry in people.entries("user.changed") if entry.body["account"] == "kato"]
    assert [entry.body["change"] for entry in changes] == ["added", "name", "roles", "password_reset", "active"]
    assert all(entry.actors == ("mori",) for entry in changes)
    assert [dict(role) for role in changes[2].body["to"]] == [
        {"role": "custodian", "site": "tsurumi", "camera": "vault"}
    ]
    lines = b"".join(entry.line for entry in people.ledger)
    assert not any(word in lines for word in (b"cards in the morning", b"another for the day", b"argon2"))


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"account": "mori"}, HTTPStatus.CONFLICT),
        ({"account": "../etc"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"password": "short"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"password": "katokatokato"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"roles": [{"role": "viewer", "camera": "nowhere"}]}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"roles": [{"role": "king"}]}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"admin": True}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_an_account_that_cannot_be_made_leaves_nothing(
    people: People, wrong: dict[str, object], status: HTTPStatus
) -> None:
    people.add("mori", Role.ADMINISTRATOR)
    browser, before = people.signed_in("mori"), len(people.entries("user.changed"))
    assert browser.post("/users", NEW | wrong).status_code == status
    assert len(people.entries("user.changed")) == before
    assert len(browser.get("/users").json()["items"]) == 1


def test_nobody_changes_the_own_roles_or_switches_off_the_own_account(people: People) -> None:
    people.add("mori", Role.ADMINISTRATOR)
    people.add("abe", Role.ADMINISTRATOR)
    browser = people.signed_in("mori")
    assert browser.send("PATCH", "/users/mori", {"roles": []}).status_code == HTTPStatus.FORBIDDEN
    assert browser.send("PATCH", "/users/mori", {"active": False}).status_code == HTTPStatus.FORBIDDEN
    assert browser.send("PATCH", "/users/abe", {"active": False}).status_code == HTTPStatus.OK


def test_the_last_administrator_stays_one_also_on_the_machine_itself(people: People) -> None:
    people.add("mori", Role.ADMINISTRATOR)
    people.add("kato", Role.VIEWER)
    with pytest.raises(ForbiddenError, match="last administrator"):
        people.access.people.set_grants((), "mori", [])
    with pytest.raises(ForbiddenError, match="last administrator"):
        people.access.people.set_active((), "mori", active=False)


def test_accounts_are_listed_in_pages(people: People) -> None:
    for account in ("mori", "abe", "sato"):
        people.add(account, Role.ADMINISTRATOR)
    browser = people.signed_in("mori")
    first = browser.get("/users?limit=2").json()
    assert [user["account"] for user in first["items"]] == ["abe", "mori"]
    second = browser.get(f"/users?limit=2&cursor={first['next']}").json()
    assert [user["account"] for user in second["items"]] == ["sato"]
    assert second["next"] is None


class TestToken:
    """A program that asks in somebody's name."""

    ASKED: Final = {"name": "wall screen", "scopes": ["view"], "expires": "2018-03-21T00:00:00+09:00"}

    def issue(self, people: People, account: str, **more: Any) -> tuple[Browser, dict[str, str], Any]:
        browser = people.signed_in(account)
        issued = browser.post("/access/tokens", self.ASKED | more).json()
        return browser, {"Authorization": f"Bearer {issued.get('secret')}"}, issued

    def test_it_may_do_what_its_scopes_and_its_person_may_and_no_more(self, people: People) -> None:
        people.add("sato", Role.VIEWER, Role.ADMINISTRATOR)
        _, headers, _ = self.issue(people, "sato")
        program = people.browser()
        assert program.get("/cameras/counter", headers).status_code == HTTPStatus.OK
        assert program.post("/settings", headers=headers).status_code == HTTPStatus.FORBIDDEN
        people.access.people.set_active((), "sato", active=True)
        assert program.get("/access/me", headers).json()["csrf"] is None

    def test_it_needs_no_csrf_header_because_no_browser_sends_it_by_itself(self, people: People) -> None:
        people.add("sato", Role.ADMINISTRATOR)
        _, headers, _ = self.issue(people, "sato", scopes=["configure"])
        assert people.browser().post("/settings", headers=headers).status_code == HTTPStatus.OK

    def test_it_ends_by_time_by_being_taken_back_and_with_its_person(self, people: People) -> None:
        people.add("mori", Role.ADMINISTRATOR)
        people.add("sato", Role.VIEWER)
        browser, taken_back, issued = self.issue(people, "sato")
        _, over, _ = self.issue(people, "sato", expires="2018-02-21T17:11:00+09:00")
        _, with_person, _ = self.issue(people, "sato")
        program = people.browser()
        assert browser.send("DELETE", f"/access/tokens/{issued['id']}").status_code == HTTPStatus.NO_CONTENT
        assert program.get("/who", taken_back).status_code == HTTPStatus.UNAUTHORIZED
        assert program.get("/who", over).status_code == HTTPStatus.OK
        people.pass_s(60)
        assert program.get("/who", over).status_code == HTTPStatus.UNAUTHORIZED
        assert program.get("/who", with_person).status_code == HTTPStatus.OK
        people.access.people.set_active(("mori",), "sato", active=False)
        assert program.get("/who", with_person).status_code == HTTPStatus.UNAUTHORIZED

    @pytest.mark.parametrize(
        "wrong",
        [
            {"scopes": ["count"]},
            {"scopes": ["view", "manage_users"]},
            {"expires": "2018-02-21T17:00:00+09:00"},
            {"expires": "2020-02-21T17:00:00+09:00"},
        ],
    )
    def test_none_is_made_that_signs_or_manages_or_lasts_for_ever(
        self, people: People, wrong: dict[str, object]
    ) -> None:
        people.add("sato", Role.COUNTER_STAFF, Role.ADMINISTRATOR)
        refused = people.signed_in("sato").post("/access/tokens", self.ASKED | wrong)
        assert refused.status_code == HTTPStatus.FORBIDDEN

    def test_a_program_makes_no_further_ones_and_changes_no_password(self, people: People) -> None:
        people.add("sato", Role.VIEWER)
        _, headers, _ = self.issue(people, "sato")
        program = people.browser()
        assert program.post("/access/tokens", self.ASKED, headers).status_code == HTTPStatus.FORBIDDEN
        asked = {"password": PASSWORD, "new": "nine cards in a drawer"}
        assert program.send("PUT", "/access/me/password", asked, headers).status_code == HTTPStatus.FORBIDDEN

    def test_nobody_takes_back_the_token_of_another(self, people: People) -> None:
        people.add("sato")
        people.add("mori")
        _, _, issued = self.issue(people, "sato")
        refused = people.signed_in("mori").send("DELETE", f"/access/tokens/{issued['id']}")
        assert refused.status_code == HTTPStatus.NOT_FOUND

    def test_issuing_and_taking_back_are_on_the_ledger_without_the_secret(self, people: People) -> None:
        people.add("sato")
        browser, _, issued = self.issue(people, "sato")
        browser.send("DELETE", f"/access/tokens/{issued['id']}")
        changes = [entry.body["change"] for entry in people.entries("user.changed")][-2:]
        assert changes == ["token_issued", "token_revoked"]
        assert issued["secret"].encode() not in b"".join(entry.line for entry in people.ledger)


class TestSecondPerson:
    """Two people sign at one screen: the second one for one act, beside the first one's session."""

    PATH = "/counts/B-0221/second"

    def sign(self, first: Browser, account: str, path: str = PATH, password: str = PASSWORD) -> Any:
        return first.post("/access/cosign", {"account": account, "password": password, "path": f"/api/v1{path}"})

    def test_the_act_is_the_second_persons_and_the_session_stays_the_first_ones(self, people: People) -> None:
        people.add("sato", Role.COUNTER_STAFF)
        people.add("mori", Role.COUNTER_STAFF)
        first = people.signed_in("sato")
        signed = self.sign(first, "mori")
        assert signed.status_code == HTTPStatus.CREATED
        act = first.post(self.PATH, headers={"X-Cosign": signed.json()["cosign"]})
        assert act.json() == {"item": "B-0221", "by": "mori", "beside": "sato"}
        assert first.get("/who").json() == "sato"
        assert people.entries("user.signed_in")[-1].body["beside"] == "sato"

    def test_it_is_good_once_for_that_act_for_two_minutes_at_that_screen(self, people: People) -> None:
        people.add("sato", Role.COUNTER_STAFF)
        people.add("mori", Role.COUNTER_STAFF)
        first, elsewhere = people.signed_in("sato"), people.signed_in("sato")

        def act(browser: Browser, cosign: str, path: str = self.PATH) -> int:
            return browser.post(path, headers={"X-Cosign": cosign}).status_code

        used = self.sign(first, "mori").json()["cosign"]
        assert act(first, used) == HTTPStatus.OK
        assert act(first, used) == HTTPStatus.UNAUTHORIZED
        assert act(first, self.sign(first, "mori").json()["cosign"], "/counts/T/second") == HTTPStatus.UNAUTHORIZED
        assert act(elsewhere, self.sign(first, "mori").json()["cosign"]) == HTTPStatus.UNAUTHORIZED
        late = self.sign(first, "mori").json()["cosign"]
        people.pass_s(120)
        assert act(first, late) == HTTPStatus.UNAUTHORIZED

    def test_the_second_person_needs_the_permission_and_another_account_and_the_password(
        self, people: People
    ) -> None:
        people.add("sato", Role.COUNTER_STAFF)
        people.add("kato", Role.VIEWER)
        first = people.signed_in("sato")
        viewer = self.sign(first, "kato").json()["cosign"]
        assert first.post(self.PATH, headers={"X-Cosign": viewer}).status_code == HTTPStatus.FORBIDDEN
        assert self.sign(first, "sato").status_code == HTTPStatus.UNAUTHORIZED
        assert self.sign(first, "kato", password="wrong").status_code == HTTPStatus.UNAUTHORIZED

    def test_it_ends_with_the_first_ones_session(self, people: People) -> None:
        people.add("sato", Role.COUNTER_STAFF)
        people.add("mori", Role.COUNTER_STAFF)
        first = people.signed_in("sato")
        cosign = self.sign(first, "mori").json()["cosign"]
        first.post("/access/logout")
        again = people.signed_in("sato")
        assert again.post(self.PATH, headers={"X-Cosign": cosign}).status_code == HTTPStatus.UNAUTHORIZED
