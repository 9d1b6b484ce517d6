"""The office at one glance: what cameras see, since when, and what the ledger says beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.runtime.running import RunningOffice
from api.settings import Site
from api.web.overview import occupied_since_ms
from custody.acts import CheckOut, Registration, Signature, Signed, VaultOpened
from custody.incidents import beginning_entries
from custody.records import watching
from custody.records.watching import Told
from custody.sightings import Gap, Seen, Sighting
from tests.api.conftest import START_MS
from tests.api.web.served import AT_ONE_CAMERA, ServedOffice, served
from vision.incidents import Incident, local_time
from vision.items import ItemKind
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState, Tracks

NOW_MS = START_MS + 300_000


class SeeingOffice(RunningOffice):
    """An office whose cameras see what it is told."""

    sees: tuple[Observation, ...] = ()

    def situation(self) -> Situation:
        return Situation(NOW_MS, after_hours=True, observations={seen.camera: seen for seen in self.sees})


@pytest.fixture
def office(tmp_path: Path, site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path, site, SeeingOffice, clock=lambda: NOW_MS) as running:
        yield running


def people(*ids: int) -> Tracks:
    count = len(ids)
    born = np.full(count, START_MS, np.int64)
    boxes = np.tile(np.array([[0, 0, 10, 20]], np.float32), (count, 1))
    return Tracks(np.array(ids, np.int64), boxes, np.full(count, 0.9, np.float32), born, born.copy())


def counter(staff: tuple[int, ...] = (), *, terminal: SlotState, health: Health = Health.CLEAR) -> Observation:
    zones = {"window-1": (), "behind-1": staff, "lobby": ()}
    slots = {"T-01": SlotReading(terminal), "B-0221": SlotReading(SlotState.OCCLUDED)}
    return Observation("counter", NOW_MS, health, (640, 360), people(*staff), True, zones, slots)


def vault(inside: tuple[int, ...] = (), *, door: SlotState) -> Observation:
    zones = {"vault-area": inside}
    return Observation(
        "vault", NOW_MS, Health.CLEAR, (640, 360), people(*inside), True, zones, {"vault-door": SlotReading(door)}
    )


def sees(office: ServedOffice, *seen: Observation) -> None:
    office.office.sees = seen  # type: ignore[attr-defined]


def has_seen(office: ServedOffice, *told: Told) -> None:
    with office.office.records.write() as connection:
        watching.save_all(connection, told)


def sign(office: ServedOffice, *acts: Any) -> None:
    for number, act in enumerate(acts, start=len(office.office.ledger)):
        signatures = tuple(Signature(name, NOW_MS) for name in ("sato", "suzuki")[: act.SIGNERS])
        office.office.ledger.record(Signed(act, NOW_MS, signatures, f"request-{number}").draft())
    assert office.office.flush(5)


def glance(office: ServedOffice, account: str = "viewer") -> dict[str, Any]:
    answer = office.as_(account).get("/overview")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(at_ms: int) -> str:
    return f"2018-02-21T17:{10 + (at_ms - START_MS) // 60_000:02}:{(at_ms - START_MS) // 1000 % 60:02}.000+09:00"


def test_an_office_of_which_nothing_is_seen_says_so(office: ServedOffice) -> None:
    found = glance(office)
    assert [(card["state"], card["people"]) for card in found["counters"]] == [("unseen", None)]
    assert [(card["door"], card["people"]) for card in found["vaults"]] == [("unseen", None)]
    assert [(card["item"], card["match"], card["seen"]["state"]) for card in found["items"]] == [
        ("T-01", None, "unknown"),
        ("B-0221", None, "unknown"),
    ]


class TestCounter:
    """The card of a counter."""

    def card(self, office: ServedOffice) -> dict[str, Any]:
        (found,) = glance(office)["counters"]
        return dict(found)

    def test_it_is_attended_since_somebody_was_always_there(self, office: ServedOffice) -> None:
        sees(office, counter((3,), terminal=SlotState.PRESENT))
        has_seen(
            office,
            Sighting(Seen.IN_ZONE, "behind-1", START_MS, START_MS + 60_000, "counter", 1, ("counter#1",)),
            Sighting(Seen.IN_ZONE, "behind-1", START_MS + 120_000, START_MS + 200_000, "counter", 1, ("counter#2",)),
            Sighting(Seen.IN_ZONE, "behind-1", START_MS + 199_000, None, "counter", 1, ("counter#3",)),
        )
        card = self.card(office)
        assert (card["state"], card["people"], card["since"]) == ("attended", 1, told(START_MS + 120_000))
        assert card["exposed"] == ["T-01", "B-0221"]

    def test_it_is_unattended_since_the_last_one_has_gone(self, office: ServedOffice) -> None:
        sees(office, counter(terminal=SlotState.ABSENT))
        gone = Sighting(Seen.IN_ZONE, "behind-1", START_MS, START_MS + 60_000, "counter", 1, ("counter#1",))
        has_seen(office, gone, replace(gone, subject="lobby", to_ms=START_MS + 90_000, tracks=("counter#2",)))
        card = self.card(office)
        assert (card["state"], card["people"], card["since"]) == ("unattended", 0, told(START_MS + 60_000))
        assert card["exposed"] == ["B-0221"]

    def test_behind_a_covered_camera_nobody_can_tell(self, office: ServedOffice) -> None:
        sees(office, counter((3,), terminal=SlotState.PRESENT, health=Health.COVERED))
        assert self.card(office) | {"cameras": []} == {
            "counter": "window-1",
            "cameras": [],
            "state": "unseen",
            "since": None,
            "people": None,
            "exposed": [],
        }


class TestItems:
    """The cards of things in custody."""

    def card(self, office: ServedOffice, item: str = "T-01") -> dict[str, Any]:
        return next(dict(card) for card in glance(office)["items"] if card["item"] == item)

    @pytest.mark.parametrize(
        ("is_out", "seen", "match"),
        [
            (False, SlotState.PRESENT, "differs"),
            (False, SlotState.ABSENT, "agrees"),
            (True, SlotState.PRESENT, "agrees"),
            (True, SlotState.ABSENT, "differs"),
            (True, SlotState.OCCLUDED, "unseen"),
            (True, SlotState.UNKNOWN, "unseen"),
        ],
    )
    def test_what_is_seen_is_held_against_what_the_ledger_says(
        self, office: ServedOffice, is_out: bool, seen: SlotState, match: str
    ) -> None:
        sign(
            office,
            Registration("vault-door", ItemKind.DOOR, "保管庫"),
            Registration("T-01", ItemKind.TERMINAL, "交付用端末 1", vault="vault-door", slot="T-01"),
            *([CheckOut("T-01")] if is_out else []),
        )
        sees(office, counter((1,), terminal=seen))
        card = self.card(office)
        assert (card["books"]["out"], card["seen"]["state"], card["match"]) == (is_out, seen.value, match)

    def test_since_when_it_is_as_it_is_seen(self, office: ServedOffice) -> None:
        sees(office, counter((1,), terminal=SlotState.ABSENT))
        has_seen(
            office,
            Sighting(Seen.ITEM_PRESENT, "T-01", START_MS, START_MS + 180_000, "counter"),
            Sighting(Seen.ITEM_ABSENT, "T-01", START_MS + 180_000, None, "counter"),
            Gap("counter", START_MS + 120_000, None, "hidden", "B-0221"),
        )
        assert self.card(office)["seen_since"] == told(START_MS + 180_000)
        assert self.card(office, "B-0221")["seen_since"] == told(START_MS + 120_000)


class TestVault:
    """The card of a vault."""

    def card(self, office: ServedOffice) -> dict[str, Any]:
        (found,) = glance(office)["vaults"]
        return dict(found)

    def test_a_door_that_stands_open_by_no_entry_differs(self, office: ServedOffice) -> None:
        sign(office, Registration("vault-door", ItemKind.DOOR, "保管庫", slot="vault-door"))
        sees(office, vault((5, 6), door=SlotState.ABSENT))
        has_seen(
            office,
            Sighting(Seen.VAULT_OPEN, "vault-door", START_MS + 200_000, None, "vault"),
            Sighting(Seen.AT_VAULT, "vault-door", START_MS + 190_000, None, "vault", 2, ("vault#5", "vault#6")),
        )
        card = self.card(office)
        assert (card["door"], card["seen_since"], card["match"]) == ("open", told(START_MS + 200_000), "differs")
        assert (card["people"], card["people_since"]) == (2, told(START_MS + 190_000))

    def test_an_open_vault_may_have_its_door_closed(self, office: ServedOffice) -> None:
        sign(
            office, Registration("vault-door", ItemKind.DOOR, "保管庫", slot="vault-door"), VaultOpened("vault-door")
        )
        sees(office, vault(door=SlotState.PRESENT))
        card = self.card(office)
        assert (card["door"], card["match"], card["people"], card["people_since"]) == ("closed", "agrees", 0, None)


def test_it_has_what_nobody_has_explained_and_where_to_follow_on(
    office: ServedOffice, incidents: tuple[Incident, ...]
) -> None:
    for one in incidents:
        office.office.ledger.record_all(beginning_entries(one))
    assert office.office.flush(5)
    found = glance(office)
    assert {one["id"] for one in found["incidents"]} == {one.id for one in incidents}
    assert found["more"] is False
    assert found["at"] == local_time(NOW_MS, office.office.site.timezone)
    office.as_("counter_staff").post(f"/incidents/{incidents[0].id}/acknowledge", {"cause": "real"})
    later = glance(office)
    assert incidents[0].id not in {one["id"] for one in later["incidents"]}
    assert later["change"] > found["change"]


def test_who_sees_one_camera_has_a_glance_of_that_only(office: ServedOffice, incidents: tuple[Incident, ...]) -> None:
    for one in incidents:
        office.office.ledger.record_all(beginning_entries(one))
    assert office.office.flush(5)
    found = glance(office, AT_ONE_CAMERA)
    assert [camera["id"] for camera in found["cameras"]] == ["counter"]
    assert {one["camera"] for one in found["incidents"]} == {"counter"}
    assert (found["items"], found["vaults"], found["protocol"]) == ([], [], None)


@pytest.mark.parametrize(
    ("spells", "since"),
    [
        ([], None),
        ([(0, 50)], None),
        ([(0, None)], 0),
        ([(0, 40), (38, None)], 0),
        ([(0, 20), (38, None)], 38),
        ([(0, 50), (10, 30), (31, None)], 0),
    ],
)
def test_one_person_may_follow_another(spells: list[tuple[int, int | None]], since: int | None) -> None:
    seen = [
        Sighting(Seen.IN_ZONE, "behind-1", start * 1000, None if end is None else end * 1000) for start, end in spells
    ]
    assert occupied_since_ms(seen, 60_000) == (None if since is None else since * 1000)
