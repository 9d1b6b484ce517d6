"""Incidents over HTTP: searched page by page, explained in somebody's name, replayed under a mandate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.settings import Site
from custody.entries import utc_text
from custody.incidents import SealedClip, beginning_entries, clip_sealed, end_entries
from tests.api.conftest import START_MS
from tests.api.web.served import AT_ONE_CAMERA, ServedOffice, served
from vision.incidents import Incident, local_time

MP4 = b"ftyp moov moof mdat " * 500


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, shared_site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path_factory.mktemp("incidents"), shared_site) as running:
        yield running


@pytest.fixture
def raised(office: ServedOffice, incidents: tuple[Incident, ...]) -> tuple[Incident, ...]:
    """Raise what happened on that evening, where it was not yet."""
    if "incident.raised" not in office.kinds():
        for one in incidents:
            office.office.ledger.record_all([*beginning_entries(one), *end_entries(one)])
        assert office.office.flush(5)
    return incidents


def ids(office: ServedOffice, account: str = "viewer", **asked: Any) -> list[str]:
    return told_of_the_evening(office.as_(account).get("/incidents", **asked).json())


def told_of_the_evening(page: dict[str, Any]) -> list[str]:
    """Return the ids on a page. That an evening of 2018 is told after today raises an incident, too, at some time."""
    return [one["id"] for one in page["items"] if one["rule"] != "clock_set_back"]


def newest_first(incidents: tuple[Incident, ...], **where: str) -> list[str]:
    ordered = sorted(incidents, key=lambda one: (one.raised_at_ms, one.id), reverse=True)
    return [one.id for one in ordered if all(getattr(one, name) == value for name, value in where.items())]


def test_incidents_come_newest_first_in_pages_that_hold_each_once(
    office: ServedOffice, raised: tuple[Incident, ...]
) -> None:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = office.as_("viewer").get("/incidents", limit=4, **cursor).json()
        found += told_of_the_evening(page)
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == newest_first(raised)


@pytest.mark.parametrize(
    "where", [{"rule": "unattended_counter"}, {"camera": "vault"}, {"zone": "lobby"}, {"item": "T-01"}]
)
def test_a_search_finds_what_was_asked_for(
    office: ServedOffice, raised: tuple[Incident, ...], where: dict[str, str]
) -> None:
    assert ids(office, **where) == newest_first(raised, **where)


def test_a_search_in_a_stretch_of_time_leaves_its_end_out(office: ServedOffice, raised: tuple[Incident, ...]) -> None:
    first, last = sorted(raised, key=lambda one: one.raised_at_ms)[1:4:2]
    stretch = {"start": utc_text(first.raised_at_ms), "end": utc_text(last.raised_at_ms)}
    within = [one for one in raised if first.raised_at_ms <= one.raised_at_ms < last.raised_at_ms]
    assert ids(office, **stretch) == newest_first(tuple(within))


def test_who_sees_one_camera_finds_its_incidents_only(office: ServedOffice, raised: tuple[Incident, ...]) -> None:
    assert ids(office, AT_ONE_CAMERA) == newest_first(raised, camera="counter")
    guard = office.as_(AT_ONE_CAMERA)
    foreign = newest_first(raised, camera="vault")[0]
    assert guard.get("/incidents", camera="vault").status_code == 403
    assert guard.get(f"/incidents/{foreign}").status_code == 403
    assert guard.get(f"/incidents/{newest_first(raised, camera='counter')[0]}").status_code == 200


@pytest.mark.parametrize(
    "asked", [{"cursor": "WzFd"}, {"rule": "a' OR '1'='1"}, {"state": "gone"}, {"limit": 0}, {"start": "noon"}]
)
def test_what_cannot_be_searched_for_is_refused(office: ServedOffice, asked: dict[str, Any]) -> None:
    assert office.as_("viewer").get("/incidents", **asked).status_code == 422


def test_an_incident_that_there_is_not_is_not_found(office: ServedOffice) -> None:
    for path in ("/incidents/none", "/incidents/none/clip"):
        assert office.as_("investigator").get(path).status_code == 404


class TestSaying:
    """Saying why an incident was raised, and closing it."""

    LASTS = "tsurumi-0003"
    ENDED = "tsurumi-0001"

    @pytest.mark.usefixtures("raised")
    def test_the_cause_is_on_the_ledger_in_the_name_of_who_says_so(self, office: ServedOffice) -> None:
        client = office.as_("counter_staff")
        said = {"cause": "moved", "moved_by": "suzuki", "note": "交付準備作業エリアへ"}
        told = client.post(f"/incidents/{self.LASTS}/acknowledge", said)
        assert (told.status_code, told.json()["state"]) == (200, "explained")
        assert told.json()["explanations"][0] | {"at": None} == said | {"by": "counter_staff", "at": None}
        entry = next(entry for entry in office.office.ledger if entry.kind == "incident.explained")
        assert (entry.actors, entry.body["id"]) == (("counter_staff",), self.LASTS)
        assert ids(office, state="explained") == [self.LASTS]

    @pytest.mark.usefixtures("raised")
    def test_more_may_be_said_by_others_but_not_the_same_twice(self, office: ServedOffice) -> None:
        path, said = f"/incidents/{self.ENDED}/acknowledge", {"cause": "real"}
        assert office.as_("counter_staff").post(path, said).json()["state"] == "closed"
        assert office.as_("counter_staff").post(path, said).status_code == 409
        told = office.as_("custodian").post(path, {"cause": "drill"}).json()
        assert [(one["by"], one["cause"]) for one in told["explanations"]] == [
            ("counter_staff", "real"),
            ("custodian", "drill"),
        ]

    def test_one_that_lasts_is_closed_after_it_was_explained(
        self, office: ServedOffice, raised: tuple[Incident, ...]
    ) -> None:
        lasting = replace(raised[0], id="tsurumi-0042", raised_at_ms=START_MS + 400_000, ended_at_ms=None)
        office.office.ledger.record_all(beginning_entries(lasting))
        assert office.office.flush(5)
        client, path = office.as_("custodian"), f"/incidents/{lasting.id}"
        unexplained = client.post(f"{path}/close")
        assert (unexplained.status_code, "say why first" in unexplained.json()["detail"]) == (409, True)
        assert client.post(f"{path}/acknowledge", {"cause": "false_light"}).status_code == 200
        closed = client.post(f"{path}/close").json()
        assert closed["state"] == "closed"
        assert closed["ended_at"] is not None
        assert client.post(f"{path}/close").status_code == 409

    @pytest.mark.usefixtures("raised")
    @pytest.mark.parametrize("account", ["viewer", "auditor", "administrator", "investigator", AT_ONE_CAMERA])
    def test_who_may_not_sign_says_nothing(self, office: ServedOffice, account: str) -> None:
        for act in ("acknowledge", "close"):
            answer = office.as_(account).post(f"/incidents/{self.LASTS}/{act}", {"cause": "real"})
            assert answer.status_code == 403

    @pytest.mark.usefixtures("raised")
    @pytest.mark.parametrize(
        "said", [{"cause": "moved"}, {"cause": "real", "moved_by": "suzuki"}, {"cause": "x"}, {}]
    )
    def test_what_makes_no_sense_is_refused(self, office: ServedOffice, said: dict[str, str]) -> None:
        answer = office.as_("counter_staff").post(f"/incidents/{self.LASTS}/acknowledge", said)
        assert answer.status_code == 422


class TestClips:
    """The clip of an incident."""

    INCIDENT = "tsurumi-0006"
    FROM_MS = START_MS + 190_000
    TO_MS = START_MS + 242_000

    @pytest.fixture
    def clip(self, office: ServedOffice, raised: tuple[Incident, ...]) -> Path:
        assert raised
        file = office.office.folder / "clips" / f"{self.INCIDENT}.mp4"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(MP4)
            self.seal(office, self.INCIDENT, f"clips/{file.name}")
        return file

    def seal(self, office: ServedOffice, incident: str, file: str) -> None:
        interval = (self.FROM_MS, self.TO_MS)
        sealed = SealedClip("vault", file, interval, interval, sha256(MP4).hexdigest())
        office.office.ledger.record(clip_sealed(sealed, self.TO_MS, incident))
        assert office.office.flush(5)

    def mandate(self, office: ServedOffice, account: str, **other: Any) -> str:
        zone = office.office.site.timezone
        asked = {
            "permission": "replay",
            "cameras": ["vault"],
            "start": local_time(self.FROM_MS, zone),
            "end": local_time(self.TO_MS, zone),
            "reason": "所在不明",
            "authority": "決裁 12",
        }
        granted = office.as_(account).post("/access/mandates", asked | other)
        assert granted.status_code == 201, granted.text
        return str(granted.json()["id"])

    def test_it_is_played_under_a_mandate_and_that_is_on_the_ledger(self, office: ServedOffice, clip: Path) -> None:
        mandate = self.mandate(office, "custodian")
        client = office.as_("custodian")
        played = client.get(f"/incidents/{self.INCIDENT}/clip", mandate=mandate)
        assert (played.content, played.headers["content-type"]) == (clip.read_bytes(), "video/mp4")
        part = client.get(f"/incidents/{self.INCIDENT}/clip", {"X-Mandate": mandate, "Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, MP4[10:20])
        viewed = [entry for entry in office.office.ledger if entry.kind == "footage.viewed"]
        assert [(one.actors, one.body["camera"], one.body["mandate"]) for one in viewed] == [
            (("custodian",), "vault", mandate)
        ]
        told = client.get(f"/incidents/{self.INCIDENT}").json()["clip"]
        assert told["sha256"] == sha256(MP4).hexdigest()

    @pytest.mark.usefixtures("clip")
    def test_without_a_mandate_for_its_camera_and_time_it_is_not_played(self, office: ServedOffice) -> None:
        client, path = office.as_("investigator"), f"/incidents/{self.INCIDENT}/clip"
        short = self.mandate(office, "investigator", end=local_time(self.TO_MS - 1, office.office.site.timezone))
        for mandate in ("", "made-up", short, self.mandate(office, "custodian")):
            refused = client.get(path, mandate=mandate)
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:kuraban:problem:mandate-needed")

    @pytest.mark.usefixtures("clip")
    def test_who_may_not_replay_sees_none(self, office: ServedOffice) -> None:
        assert office.as_("counter_staff").get(f"/incidents/{self.INCIDENT}/clip").status_code == 403

    @pytest.mark.usefixtures("clip")
    @pytest.mark.parametrize("file", ["../site.yaml", "/etc/passwd", "clips/../records.sqlite", "clips/gone.mp4"])
    def test_a_name_that_leads_elsewhere_is_not_followed(self, office: ServedOffice, file: str) -> None:
        self.seal(office, "tsurumi-0005", file)
        mandate = self.mandate(office, "investigator", cameras=["vault"])
        answer = office.as_("investigator").get("/incidents/tsurumi-0005/clip", mandate=mandate)
        assert answer.status_code == 404
