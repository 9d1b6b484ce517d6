"""Where alerts go and what became of them, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from api.alerts.settings import AlertSettings, Webhook
from api.secret import Secret
from api.settings import Site
from custody.incidents import beginning_entries
from custody.records import outbox
from custody.records.outbox import Owed, State
from tests.api.alerts.receiver import Receiver, receiver
from tests.api.web.served import ServedOffice, served
from vision.incidents import Incident

TOKEN: Final = "correct-horse-battery"
NOW_MS: Final = 1_519_200_900_000


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, site: Site, server: Receiver) -> Iterator[ServedOffice]:
    url = Secret(f"{server.url}?t={TOKEN}", shown=f"{server.url}?t=***")
    destinations = MappingProxyType({"guard": Webhook(url, Secret(TOKEN, shown="***"))})
    telling = replace(site, alerts=AlertSettings(destinations))
    with served(tmp_path, telling, clock=lambda: NOW_MS) as running:
        yield running


def given_up(office: ServedOffice, *raised: Incident) -> None:
    """Have messages in the outbox of which the first was given up."""
    for incident in raised:
        office.office.ledger.record_all(beginning_entries(incident))
    assert office.office.flush(5)
    with office.office.records.write() as connection:
        for number, incident in enumerate(raised):
            outbox.owe(connection, Owed("all", 0, "guard", NOW_MS - 10 + number), incident.id)
        first = outbox.ready(connection, "guard", NOW_MS)
        assert first is not None
        outbox.finish(connection, first, State.DEAD, NOW_MS, "it answered with status 400")


def test_destinations_are_listed_without_anything_secret(
    office: ServedOffice, server: Receiver, incidents: tuple[Incident, ...]
) -> None:
    given_up(office, *incidents[:3])
    answer = office.as_("administrator").get("/alerts/destinations")
    assert answer.json()["items"] == [
        {"id": "guard", "kind": "webhook", "leads_to": f"{server.url}?t=***", "waiting": 2, "dead": 1}
    ]
    assert TOKEN not in answer.text


def test_a_test_is_sent_and_says_that_it_is_one(office: ServedOffice, server: Receiver) -> None:
    answer = office.as_("administrator").post("/alerts/destinations/guard/test")
    assert answer.json() == {"delivered": True, "failure": None}
    ((_, _, body),) = server.received
    assert b'"test":true' in body


def test_a_test_that_fails_says_why_and_nothing_secret(office: ServedOffice, server: Receiver) -> None:
    server.status = 503
    answer = office.as_("administrator").post("/alerts/destinations/guard/test")
    assert answer.json() == {"delivered": False, "failure": "it answered with status 503"}
    assert TOKEN not in answer.text


def test_messages_are_listed_newest_first_by_what_became_of_them(
    office: ServedOffice, incidents: tuple[Incident, ...]
) -> None:
    given_up(office, *incidents[:3])
    client = office.as_("administrator")
    first = client.get("/alerts/outbox", limit=2).json()
    rest = client.get("/alerts/outbox", limit=2, cursor=first["next"]).json()
    assert [message["id"] for message in (*first["items"], *rest["items"])] == [3, 2, 1]
    assert rest["next"] is None
    (dead,) = client.get("/alerts/outbox", state="dead").json()["items"]
    assert (dead["failure"], dead["next"]) == ("it answered with status 400", None)
    assert dead["done"] == "2018-02-21T17:15:00.000+09:00"


def test_what_was_given_up_is_tried_anew(office: ServedOffice, incidents: tuple[Incident, ...]) -> None:
    given_up(office, incidents[0])
    client = office.as_("administrator")
    (dead,) = client.get("/alerts/outbox", state="dead").json()["items"]
    assert client.post(f"/alerts/outbox/{dead['id']}/retry").json()["state"] == "waiting"
    again = client.post(f"/alerts/outbox/{dead['id']}/retry")
    assert (again.status_code, "state=dead" in again.json()["detail"]) == (404, True)


def test_a_destination_that_there_is_not_is_not_found(office: ServedOffice) -> None:
    answer = office.as_("administrator").post("/alerts/destinations/chief/test")
    assert (answer.status_code, "there are guard" in answer.json()["detail"]) == (404, True)


@pytest.mark.parametrize("role", ["viewer", "counter_staff", "custodian", "investigator", "auditor"])
def test_only_who_configures_the_office_sees_alerts(office: ServedOffice, role: str) -> None:
    client = office.as_(role)
    answers = [
        client.get("/alerts/destinations"),
        client.get("/alerts/outbox"),
        client.post("/alerts/destinations/guard/test"),
        client.post("/alerts/outbox/1/retry"),
    ]
    assert {answer.status_code for answer in answers} == {403}
