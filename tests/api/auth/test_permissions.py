"""Who may do what, where: roles, cameras, and what the ledger says where somebody may not."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.auth.errors import MandateNeededError
from api.auth.permissions import NEEDS_MANDATE, PERMISSIONS, Grant, Permission, Role, cameras, covers
from tests.api.auth.conftest import People

grants = st.lists(
    st.builds(Grant, st.sampled_from(Role), st.sampled_from(["tsurumi", "naka"]), st.sampled_from([None, "a", "b"])),
    max_size=5,
)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, "view"),
        (Role.COUNTER_STAFF, "view count"),
        (Role.CUSTODIAN, "view count replay hold"),
        (Role.INVESTIGATOR, "view replay export hold release"),
        (Role.AUDITOR, "view audit"),
        (Role.ADMINISTRATOR, "view configure manage_users"),
    ],
)
def test_a_role_gives_these_permissions_and_no_others(role: Role, may: str) -> None:
    assert PERMISSIONS[role] == {Permission(word) for word in may.split()}


def test_no_single_role_both_gives_rights_and_looks_into_the_past() -> None:
    for given_by_role in PERMISSIONS.values():
        assert not (Permission.MANAGE_USERS in given_by_role and NEEDS_MANDATE & given_by_role)


@given(grants, grants, st.sampled_from(Permission))
def test_more_roles_never_take_a_permission_away(
    some: list[Grant], more: list[Grant], permission: Permission
) -> None:
    for camera in (None, "a", "b", "c"):
        if covers(some, permission, "tsurumi", camera):
            assert covers([*some, *more], permission, "tsurumi", camera)


@given(grants, st.sampled_from(Permission))
def test_the_cameras_of_a_permission_are_those_that_it_covers(given_: list[Grant], permission: Permission) -> None:
    found = cameras(given_, permission, "tsurumi")
    whole = covers(given_, permission, "tsurumi", None)
    assert (found is None) == whole
    for camera in ("a", "b", "c"):
        assert covers(given_, permission, "tsurumi", camera) == (whole or camera in (found or ()))


@given(grants, st.sampled_from(Permission))
def test_a_role_at_another_site_gives_nothing_here(given_: list[Grant], permission: Permission) -> None:
    elsewhere = [grant for grant in given_ if grant.site != "tsurumi"]
    assert not covers(elsewhere, permission, "tsurumi", "a")


def test_a_role_for_one_camera_opens_that_camera_only(people: People) -> None:
    people.add("sato", Grant(Role.VIEWER, "tsurumi", "counter"))
    browser = people.signed_in("sato")
    assert browser.get("/cameras/counter").status_code == HTTPStatus.OK
    assert browser.get("/cameras/vault").status_code == HTTPStatus.FORBIDDEN
    assert browser.get("/cameras/nowhere").status_code == HTTPStatus.FORBIDDEN
    [refused] = [entry.body["camera"] for entry in people.entries("access.refused")[:1]]
    assert refused == "vault"


def test_a_role_for_one_camera_is_not_enough_for_the_whole_site(people: People) -> None:
    people.add("sato", Grant(Role.ADMINISTRATOR, "tsurumi", "counter"))
    assert people.signed_in("sato").post("/settings").status_code == HTTPStatus.FORBIDDEN


def test_a_refusal_is_on_the_ledger_once_a_minute(people: People) -> None:
    people.add("sato", Role.VIEWER)
    browser = people.signed_in("sato")
    for _ in range(3):
        assert browser.post("/settings").status_code == HTTPStatus.FORBIDDEN
    [entry] = people.entries("access.refused")
    assert entry.actors == ("sato",)
    assert dict(entry.body) == {"permission": "configure", "camera": None, "why": "permission"}
    people.pass_s(60)
    browser.post("/settings")
    assert len(people.entries("access.refused")) == 2


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(people: People) -> None:
    people.add("sato", Role.VIEWER)
    people.add("mori", Role.ADMINISTRATOR)
    browser = people.signed_in("sato")
    assert browser.get("/cameras/counter").status_code == HTTPStatus.OK
    changed = people.signed_in("mori").send("PATCH", "/users/sato", {"roles": []})
    assert changed.json()["roles"] == []
    assert browser.get("/cameras/counter").status_code == HTTPStatus.FORBIDDEN


def test_everybody_is_told_what_they_may_do(people: People) -> None:
    people.add("sato", Role.VIEWER, Grant(Role.INVESTIGATOR, "tsurumi", "vault"))
    told = people.signed_in("sato").get("/access/me").json()
    held = {entry["permission"]: entry["cameras"] for entry in told["permissions"]}
    assert held == {"view": None, "replay": ["vault"], "export": ["vault"], "hold": ["vault"], "release": ["vault"]}


class TestMandate:
    """Replay and export ask for a reason and the document that permits it."""

    ASKED: Final = {
        "permission": "replay",
        "cameras": ["vault"],
        "start": "2018-02-21T17:00:00+09:00",
        "end": "2018-02-21T18:00:00+09:00",
        "reason": "78 cards are missing",
        "authority": "戸籍課 第12号",
    }

    def test_without_one_nothing_is_replayed_and_the_refusal_is_on_the_ledger(self, people: People) -> None:
        people.add("sato", Role.INVESTIGATOR)
        refused = people.signed_in("sato").get("/footage/vault")
        assert refused.status_code == HTTPStatus.FORBIDDEN
        assert refused.json()["type"] == "urn:kuraban:problem:mandate-needed"
        assert people.entries("access.refused")[0].body["why"] == "mandate"

    @pytest.mark.parametrize("way", ["header", "parameter"])
    def test_with_one_its_cameras_are_replayed_and_reason_and_document_are_on_the_ledger(
        self, people: People, way: str
    ) -> None:
        people.add("sato", Role.INVESTIGATOR)
        browser = people.signed_in("sato")
        mandate = browser.post("/access/mandates", self.ASKED).json()["id"]
        headers = {"X-Mandate": mandate} if way == "header" else {}
        query = f"?mandate={mandate}" if way == "parameter" else ""
        assert browser.get(f"/footage/vault{query}", headers).status_code == HTTPStatus.OK
        assert browser.get(f"/footage/counter{query}", headers).status_code == HTTPStatus.FORBIDDEN
        [entry] = people.entries("access.granted")
        assert entry.actors == ("sato",)
        assert (entry.body["reason"], entry.body["authority"]) == ("78 cards are missing", "戸籍課 第12号")
        assert (entry.body["from"], entry.body["to"]) == ("2018-02-21T08:00:00.000Z", "2018-02-21T09:00:00.000Z")

    def test_one_of_somebody_else_or_one_that_is_over_is_none(self, people: People) -> None:
        people.add("sato", Role.INVESTIGATOR)
        people.add("mori", Role.INVESTIGATOR)
        browser, other = people.signed_in("sato"), people.signed_in("mori")
        headers = {"X-Mandate": browser.post("/access/mandates", self.ASKED).json()["id"]}
        assert other.get("/footage/vault", headers).status_code == HTTPStatus.FORBIDDEN
        for _ in range(4):
            people.pass_s(29 * 60)
            assert browser.get("/footage/vault", headers).status_code == HTTPStatus.OK
        people.pass_s(4 * 60)
        assert browser.get("/footage/vault", headers).status_code == HTTPStatus.FORBIDDEN
        assert browser.get("/access/mandates").json() == []

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"reason": "  "}, HTTPStatus.UNPROCESSABLE_ENTITY),
            ({"authority": ""}, HTTPStatus.UNPROCESSABLE_ENTITY),
            ({"cameras": []}, HTTPStatus.UNPROCESSABLE_ENTITY),
            ({"cameras": ["nowhere"]}, HTTPStatus.UNPROCESSABLE_ENTITY),
            ({"permission": "view"}, HTTPStatus.FORBIDDEN),
            ({"end": "2018-02-21T17:00:00+09:00"}, HTTPStatus.FORBIDDEN),
        ],
    )
    def test_it_must_say_for_what_and_by_which_document(
        self, people: People, wrong: dict[str, object], status: HTTPStatus
    ) -> None:
        people.add("sato", Role.INVESTIGATOR)
        assert people.signed_in("sato").post("/access/mandates", self.ASKED | wrong).status_code == status
        assert people.entries("access.granted") == []

    def test_who_may_not_replay_gets_none(self, people: People) -> None:
        people.add("sato", Role.VIEWER, Grant(Role.CUSTODIAN, "tsurumi", "counter"))
        browser = people.signed_in("sato")
        assert browser.post("/access/mandates", self.ASKED).status_code == HTTPStatus.FORBIDDEN
        allowed = self.ASKED | {"cameras": ["counter"]}
        assert browser.post("/access/mandates", allowed).status_code == HTTPStatus.CREATED

    def test_what_was_replayed_is_on_the_ledger_and_must_lie_within_the_mandate(self, people: People) -> None:
        people.add("sato", Role.INVESTIGATOR)
        answer = people.signed_in("sato").post("/access/mandates", self.ASKED).json()
        people.replay("sato", "vault", (1_519_200_000_000, 1_519_200_060_000), answer["id"])
        people.replay("sato", "vault", (1_519_200_000_000, 1_519_200_060_000), answer["id"])
        [entry] = people.entries("footage.viewed")
        assert entry.body["interval"] == {"from": "2018-02-21T08:00:00.000Z", "to": "2018-02-21T08:01:00.000Z"}
        assert entry.body["mandate"] == answer["id"]
        with pytest.raises(MandateNeededError):
            people.replay("sato", "vault", (1_519_199_999_999, 1_519_200_060_000), answer["id"])


def test_who_watches_live_is_on_the_ledger_once_in_ten_minutes(people: People) -> None:
    people.add("sato", Role.VIEWER)
    for pause_s in (0, 60, 600):
        people.pass_s(pause_s)
        people.watch("sato", "counter")
    assert [entry.body["interval"] for entry in people.entries("footage.viewed")] == [None, None]
