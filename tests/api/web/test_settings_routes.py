"""Changing the site file over HTTP: checked whole, comments kept, in force and on the ledger, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.settings import load_site
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.web.served import AT_ONE_CAMERA, ServedOffice, served

VAULT = "rtsp://10.0.0.12/main"
TEXT = SITE_TEXT.replace("source: vault.mp4", f"source: {VAULT}  # in the corridor").replace(
    "rules:\n", "rules:  # as agreed on with the section chief\n"
)
SQUARE = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]]


@contextmanager
def served_from(folder: Path) -> Iterator[ServedOffice]:
    path = folder / "site.yaml"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0o640)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTER_PASSWORD", SECRET)
        with served(folder / "data", load_site(path, {"COUNTER_PASSWORD": SECRET})) as running:
            yield running


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedOffice]:
    with served_from(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    """An office whose site file no test changes."""
    with served_from(tmp_path_factory.mktemp("untouched")) as running:
        yield running


def file_of(office: ServedOffice) -> Path:
    return office.office.site.path


def digest(office: ServedOffice) -> str:
    return str(office.as_("administrator").get("/settings").json()["digest"])


def change(office: ServedOffice, *edits: tuple[str, Any], account: str = "administrator", **other: Any) -> Any:
    asked = [{"path": path.split("/"), "value": value} for path, value in edits]
    body = {"digest": digest(office), "edits": asked} | other
    return office.as_(account).send("PATCH", "/settings", body)


def settings_entries(office: ServedOffice) -> list[Any]:
    return [entry for entry in office.office.ledger if entry.kind == "settings.changed"]


def test_a_change_is_in_force_in_the_file_and_on_the_ledger_and_comments_stay(office: ServedOffice) -> None:
    answer = change(office, ("rules/vault_open/after_s", 90), ("items/T-01/name", "no"))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["changes"] == [
        {"key": "items.T-01.name", "from": "交付用端末 1", "to": "no"},
        {"key": "rules.vault_open.after_s", "from": None, "to": 90},
    ]
    written = file_of(office).read_text(encoding="utf-8")
    assert "# in the corridor" in written
    assert "# as agreed on with the section chief" in written
    assert office.office.site.items["T-01"].name == "no"
    assert (told["in_force"], told["digest"]) == (True, office.office.site.digest)
    assert file_of(office).stat().st_mode & 0o777 == 0o640
    (entry,) = settings_entries(office)
    assert entry.actors == ("administrator",)
    assert [one["key"] for one in entry.body["changes"]] == ["items.T-01.name", "rules.vault_open.after_s"]


def test_everything_else_in_the_file_stays_byte_for_byte(office: ServedOffice) -> None:
    before = file_of(office).read_text(encoding="utf-8").splitlines()
    assert change(office, ("cameras/counter/detect_fps", 8)).status_code == 200
    after = file_of(office).read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == ["    detect_fps: 8"]
    assert [line for line in before if line not in after] == []


def test_a_dry_run_says_what_would_change_and_changes_nothing(untouched: ServedOffice) -> None:
    before = file_of(untouched).read_bytes()
    told = change(untouched, ("rules/vault_open/after_s", 90), dry_run=True).json()
    assert [one["key"] for one in told["changes"]] == ["rules.vault_open.after_s"]
    assert told["in_force"] is False
    assert file_of(untouched).read_bytes() == before
    assert settings_entries(untouched) == []


def test_a_zone_is_drawn_drawn_anew_and_taken_out(office: ServedOffice) -> None:
    client, path = office.as_("administrator"), "/cameras/vault/zones/corridor"
    zone = {"kind": "staff_only", "polygon": SQUARE, "anchor": "feet"}
    drawn = client.send("PUT", f"{path}?digest={digest(office)}", zone)
    assert drawn.status_code == 200, drawn.text
    told = {one["id"]: one for one in client.get("/zones").json()["items"]}
    assert (told["corridor"]["camera"], told["corridor"]["polygon"]) == ("vault", SQUARE)
    polygon = "[[0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]]"
    line = f'      corridor: {{kind: "staff_only", polygon: {polygon}, anchor: "feet"}}'
    assert line in file_of(office).read_text(encoding="utf-8").splitlines()
    assert client.send("PUT", f"{path}?digest={digest(office)}", zone | {"kind": "public"}).status_code == 200
    assert client.send("DELETE", f"{path}?digest={digest(office)}").status_code == 200
    assert "corridor" not in {one["id"] for one in client.get("/zones").json()["items"]}


def test_a_slot_is_drawn_for_an_item_that_there_is(office: ServedOffice) -> None:
    client = office.as_("administrator")
    unknown = client.send("PUT", f"/cameras/vault/slots/T-09?digest={digest(office)}", {"polygon": SQUARE})
    assert unknown.status_code == 422
    edits = (
        ("items/T-09", {"kind": "terminal", "name": "交付用端末 9"}),
        ("cameras/vault/slots/T-09", {"polygon": SQUARE}),
    )
    assert change(office, *edits).status_code == 200
    assert "T-09" in {one["id"] for one in client.get("/slots").json()["items"]}


def test_every_fault_is_told_with_its_key_and_nothing_is_changed(untouched: ServedOffice) -> None:
    before = file_of(untouched).read_bytes()
    answer = change(
        untouched, ("rules/vault_open/after_s", "soon"), ("cameras/vault/zones/vault-area/kind", "cellar")
    )
    assert answer.status_code == 422
    faults = " ".join(f"{fault['at']} {fault['says']}" for fault in answer.json()["faults"])
    assert "rules.vault_open.after_s" in faults
    assert "cameras.vault.zones.vault-area.kind" in faults
    assert file_of(untouched).read_bytes() == before
    assert settings_entries(untouched) == []


@pytest.mark.parametrize(
    "edit",
    [
        ("rules/vault_open/after_s/x", 1),
        ("cameras/counter/zones/window-1/polygon/0", 0.5),
        ("site/id", "kohoku"),
        ("cameras/vault/source", "vault.mp4"),
        ("cameras/vault/source", "replay:/var/lib/kuraban/footage/vault.mp4"),
        ("cameras/vault/source", "rtsp://169.254.169.254/main"),
        ("cameras/vault/source", "rtsp://2852039166/main"),
        ("cameras/vault/source", "file:///etc/passwd"),
        ("cameras/vault/source", "rtsp://elsewhere.example/${COUNTER_PASSWORD}"),
        ("items/T-01/name", "${PATH}"),
        ("cameras", None),
        ("items/T-01", [[[[[[[[[[[[[[1]]]]]]]]]]]]]]),
    ],
)
def test_what_must_not_come_from_a_browser_does_not(untouched: ServedOffice, edit: tuple[str, Any]) -> None:
    before = file_of(untouched).read_bytes()
    answer = change(untouched, ("rules/vault_open/after_s", 90), edit)
    assert answer.status_code in {409, 422}, answer.text
    assert file_of(untouched).read_bytes() == before
    assert untouched.office.site.digest == digest(untouched)


def test_a_camera_may_move_and_keep_its_password(office: ServedOffice) -> None:
    moved = "rtsp://viewer:${COUNTER_PASSWORD}@10.0.0.99/main"
    assert change(office, ("cameras/counter/source", moved)).status_code == 200
    camera = office.office.site.camera("counter")
    assert camera is not None
    assert camera.source.reveal() == f"rtsp://viewer:{SECRET}@10.0.0.99/main"


def test_who_has_not_seen_the_newest_file_changes_nothing(office: ServedOffice) -> None:
    seen = digest(office)
    assert change(office, ("rules/vault_open/after_s", 90)).status_code == 200
    late = change(office, ("rules/vault_open/after_s", 60), digest=seen)
    assert (late.status_code, late.json()["type"]) == (409, "urn:kuraban:problem:settings-changed")


def test_a_file_that_was_changed_on_the_machine_and_is_not_in_force_is_not_written_over(office: ServedOffice) -> None:
    seen = digest(office)
    by_hand = file_of(office).read_text(encoding="utf-8") + "# by hand\n"
    file_of(office).write_text(by_hand, encoding="utf-8")
    assert change(office, ("rules/vault_open/after_s", 60), digest=seen).status_code == 409
    assert file_of(office).read_text(encoding="utf-8") == by_hand


def test_a_file_that_may_not_be_written_is_told_as_such(office: ServedOffice) -> None:
    (file_of(office).parent / "site.yaml.part").mkdir()  # where the new file would be written first
    answer = change(office, ("rules/vault_open/after_s", 60))
    assert (answer.status_code, "kuraban reload" in answer.json()["detail"]) == (409, True)


def test_the_file_is_shown_without_passwords_to_those_who_may_configure(untouched: ServedOffice) -> None:
    told = untouched.as_("administrator").get("/settings").json()
    assert told["values"]["cameras"]["vault"]["source"] == VAULT
    assert told["text"] == TEXT
    assert SECRET not in str(told)


@pytest.mark.parametrize(
    "account", ["viewer", "counter_staff", "custodian", "investigator", "auditor", AT_ONE_CAMERA]
)
def test_others_change_and_see_nothing_of_it(untouched: ServedOffice, account: str) -> None:
    client, before = untouched.as_(account), file_of(untouched).read_bytes()
    assert client.get("/settings").status_code == 403
    assert change(untouched, ("rules/vault_open/after_s", 60), account=account).status_code == 403
    zone = f"/cameras/counter/zones/window-1?digest={digest(untouched)}"
    assert client.send("DELETE", zone).status_code == 403
    assert file_of(untouched).read_bytes() == before


def test_who_sees_one_camera_sees_its_zones_only(untouched: ServedOffice) -> None:
    client = untouched.as_(AT_ONE_CAMERA)
    for path in ("/zones", "/slots"):
        assert {one["camera"] for one in client.get(path).json()["items"]} == {"counter"}


def test_changes_are_tried_on_the_past_as_a_job(untouched: ServedOffice) -> None:
    client = untouched.as_("administrator")
    stretch = {"start": "2018-02-21T17:00:00+09:00", "end": "2018-02-21T18:00:00+09:00"}
    edits = [{"path": ["rules", "vault_open", "after_s"], "value": 5}]
    asked = client.post("/settings/rehearsal", {"digest": digest(untouched), "edits": edits} | stretch)
    assert asked.status_code == 202, asked.text
    job = asked.json()
    while job["state"] in {"waiting", "running"}:
        job = client.get(f"/jobs/{job['id']}").json()
    assert (job["state"], job["result"]) == ("done", {"would": {}, "was": {}, "incidents": [], "more": False})


@pytest.mark.parametrize(
    "asked",
    [
        {"end": "2018-02-21T17:00:00+09:00"},
        {"end": "2018-02-23T17:00:00+09:00"},
        {"edits": [{"path": ["rules", "vault_open", "after_s"], "value": "soon"}]},
    ],
)
def test_a_rehearsal_that_makes_no_sense_is_refused(untouched: ServedOffice, asked: dict[str, Any]) -> None:
    stretch = {"start": "2018-02-21T17:00:00+09:00", "end": "2018-02-21T18:00:00+09:00"}
    body = {"digest": digest(untouched), "edits": []} | stretch | asked
    assert untouched.as_("administrator").post("/settings/rehearsal", body).status_code == 422
