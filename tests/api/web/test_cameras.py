"""What is told of the site and its cameras, to whom, and what never is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from api.runtime.office import Snapshot
from api.runtime.running import RunningOffice
from api.settings import Site, load_site
from tests.api.conftest import SECRET
from tests.api.web.served import AT_ONE_CAMERA, ServedOffice, served

PICTURE = b"\xff\xd8\xff\xe0 a picture"


def test_the_office_is_shown_with_its_hours_and_what_it_keeps(office: ServedOffice) -> None:
    told = office.as_("viewer").get("/site").json()
    assert (told["id"], told["name"], told["timezone"]) == ("tsurumi", "鶴見区役所 戸籍課", "Asia/Tokyo")
    assert told["now"].endswith("+09:00")
    assert [item["id"] for item in told["items"]] == ["T-01", "B-0221", "vault-door"]
    assert told["cameras"] == [{"id": one, "name": one} for one in ("counter", "vault")]
    assert {"id": "window-1", "name": "window-1"} in told["zones"]


def test_cameras_are_listed_in_the_order_of_the_site_file(office: ServedOffice) -> None:
    told = office.as_("viewer").get("/cameras").json()
    assert [(camera["id"], camera["online"]) for camera in told["items"]] == [("counter", False), ("vault", False)]
    assert told["next"] is None


def test_a_camera_is_shown_with_what_is_drawn_into_its_view(office: ServedOffice) -> None:
    told = office.as_("viewer").get("/cameras/counter").json()
    assert [(zone["id"], zone["serves"]) for zone in told["zones"]] == [
        ("window-1", None),
        ("behind-1", "window-1"),
        ("lobby", None),
    ]
    assert [(slot["id"], slot["counter"]) for slot in told["slots"]] == [("T-01", "window-1"), ("B-0221", "window-1")]


def test_who_may_see_one_camera_is_told_of_no_other(office: ServedOffice) -> None:
    guard = office.as_(AT_ONE_CAMERA)
    assert [camera["id"] for camera in guard.get("/cameras").json()["items"]] == ["counter"]
    site = guard.get("/site").json()
    assert [item["id"] for item in site["items"]] == ["T-01", "B-0221"]
    assert [camera["id"] for camera in site["cameras"]] == ["counter"]
    assert [zone["id"] for zone in site["zones"]] == ["window-1", "behind-1", "lobby"]
    for path in ("/cameras/vault", "/cameras/vault/snapshot", "/cameras/roof"):
        assert guard.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/site", "/cameras", "/cameras/counter", "/cameras/counter/snapshot"])
def test_a_stranger_is_told_nothing(office: ServedOffice, path: str) -> None:
    assert office.stranger().get(path).status_code == 401


@pytest.mark.parametrize("camera", ["roof", "..%2f..%2fetc", "%00", "counter;--"])
def test_a_camera_that_there_is_not_is_not_found(office: ServedOffice, camera: str) -> None:
    for path in (f"/cameras/{camera}", f"/cameras/{camera}/snapshot"):
        assert office.as_("viewer").get(path).status_code == 404


def test_no_answer_has_the_password_of_a_camera(office: ServedOffice) -> None:
    client = office.as_("administrator")
    for path in ("/site", "/cameras", "/cameras/counter"):
        told = client.get(path).text
        assert SECRET not in told
        assert "rtsp://" not in told
    assert SECRET not in client.get("/openapi.json").text


class SeeingOffice(RunningOffice):
    """An office whose cameras have sent a picture."""

    async def snapshot(self, camera: str) -> Snapshot:
        self._expect(camera)
        return Snapshot(PICTURE, 1_519_200_600_123)


def test_a_camera_that_has_sent_nothing_has_no_picture(office: ServedOffice) -> None:
    answer = office.as_("viewer").get("/cameras/vault/snapshot")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:kuraban:problem:nothing-seen")


def painted(width: int = 640, height: int = 360) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), 200, np.uint8))[1].tobytes()


class PaintedOffice(RunningOffice):
    """An office whose cameras have sent a grey picture."""

    async def snapshot(self, camera: str) -> Snapshot:
        self._expect(camera)
        return Snapshot(painted(), 1_519_200_600_123)


def test_what_is_private_is_black_in_the_picture(tmp_path: Path, site_text: str) -> None:
    private = "window: {kind: private, polygon: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]}"
    path = tmp_path / "site.yaml"
    path.write_text(site_text.replace("vault-area:", f"{private}\n      vault-area:"), encoding="utf-8")
    with served(tmp_path / "data", load_site(path, {"COUNTER_PASSWORD": SECRET}), PaintedOffice) as office:
        answer = office.as_("viewer").get("/cameras/vault/snapshot")
        shown = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert shown is not None
        assert shown[:, 340:].max() < 20
        assert shown[:, :300].min() > 180
        untouched = office.as_("viewer").get("/cameras/counter/snapshot")
        assert untouched.content == painted()


def test_the_newest_picture_is_answered_and_the_view_is_on_the_ledger(tmp_path: Path, site: Site) -> None:
    with served(tmp_path, site, SeeingOffice) as office:
        answer = office.as_("viewer").get("/cameras/vault/snapshot")
        assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/jpeg")
        assert answer.headers["X-Captured-At"] == "2018-02-21T17:10:00.123+09:00"
        viewed = [entry for entry in office.office.ledger if entry.kind == "footage.viewed"]
        assert [(entry.actors, entry.body["camera"]) for entry in viewed] == [(("viewer",), "vault")]
