"""What the cameras saw, as entries: the bodies are formats that other people's tools read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from custody.entries import Draft, Entry, EntryError
from custody.incidents import (
    SealedClip,
    camera_blind,
    clip_sealed,
    incident_entries,
    read_clips,
    read_incidents,
)
from custody.ledger import Ledger
from tests.custody.conftest import NOON_MS
from vision.incidents import Incident
from vision.types import Health


def test_a_covered_camera_puts_four_entries_on_the_ledger(covered_camera: Incident, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        kinds = [ledger.record(draft).kind for draft in incident_entries(covered_camera)]
    assert kinds == ["incident.raised", "camera.blind", "incident.closed", "camera.clear"]


def test_an_incident_that_lasts_is_not_closed(covered_camera: Incident) -> None:
    lasting = replace(covered_camera, ended_at_ms=None)
    assert [draft.kind for draft in incident_entries(lasting)] == ["incident.raised", "camera.blind"]


def test_another_rule_says_nothing_of_the_camera(covered_camera: Incident) -> None:
    other = replace(covered_camera, rule="vault_open", item="vault-door")
    assert [draft.kind for draft in incident_entries(other)] == ["incident.raised", "incident.closed"]


def test_an_incident_is_raised_with_what_explains_it(covered_camera: Incident) -> None:
    draft = incident_entries(covered_camera)[0]
    assert draft.at_ms == covered_camera.raised_at_ms
    assert draft.actors == ()
    assert draft.body == {
        "id": "20180221T030005000Z-camera_blind-counter",
        "rule": "camera_blind",
        "camera": "counter",
        "zone": None,
        "item": None,
        "began_at": "2018-02-21T03:00:00.000Z",
        "raised_at": "2018-02-21T03:00:05.000Z",
        "severity": "warning",
        "after_hours": False,
        "tracks": [],
        "evidence": {
            "frame_at": "2018-02-21T03:00:05.000Z",
            "camera": "counter",
            "box": [0.1, 0.2, 0.3, 0.3333],
            "score": 0.5,
        },
        "why": {"health": "covered", "after_s": 5.0},
    }


def test_an_incident_is_closed_with_its_length_and_its_tracks(covered_camera: Incident) -> None:
    closed = incident_entries(replace(covered_camera, rule="vault_alone", tracks=("vault#3",)))[1]
    assert closed.at_ms == covered_camera.ended_at_ms
    assert closed.body["ended_at"] == "2018-02-21T03:01:00.000Z"
    assert (closed.body["lasted_ms"], closed.body["tracks"]) == (60_000, ["vault#3"])


def test_the_blind_interval_of_a_camera_is_on_the_ledger(covered_camera: Incident) -> None:
    _, blind, _, clear = incident_entries(covered_camera)
    assert blind.body == {"camera": "counter", "health": "covered", "since": "2018-02-21T03:00:00.000Z"}
    assert clear.body == {
        "camera": "counter",
        "blind": {"from": "2018-02-21T03:00:00.000Z", "to": "2018-02-21T03:01:00.000Z"},
        "lasted_ms": 60_000,
    }


def test_every_way_of_not_seeing_has_its_word() -> None:
    assert [
        camera_blind("counter", health, 0, 1).body["health"] for health in Health if health is not Health.CLEAR
    ] == [
        "covered",
        "dark",
        "frozen",
        "blurred",
        "moved",
        "silent",
    ]


def test_a_clip_is_sealed_with_what_was_asked_for_and_what_could_be_had() -> None:
    clip = SealedClip("counter", "clips/a.mp4", (0, 30_000), (-1_500, 28_000), "ab" * 32, ((4_000, 9_000),))
    draft = clip_sealed(clip, 40_000, "incident-1")
    assert (draft.kind, draft.at_ms) == ("clip.sealed", 40_000)
    assert draft.body == {
        "incident": "incident-1",
        "camera": "counter",
        "file": "clips/a.mp4",
        "sha256": "ab" * 32,
        "requested": {"from": "1970-01-01T00:00:00.000Z", "to": "1970-01-01T00:00:30.000Z"},
        "delivered": {"from": "1969-12-31T23:59:58.500Z", "to": "1970-01-01T00:00:28.000Z"},
        "gaps": [{"from": "1970-01-01T00:00:04.000Z", "to": "1970-01-01T00:00:09.000Z"}],
    }


def test_a_reason_that_json_cannot_hold_is_refused_by_the_ledger(covered_camera: Incident, tmp_path: Path) -> None:
    odd = replace(covered_camera, why={"likeness": float("nan"), "health": "covered"})
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger, pytest.raises(EntryError, match="nan"):
        ledger.record(incident_entries(odd)[0])


GAPS = ((NOON_MS + 10, NOON_MS + 20),)


def on_ledger(*drafts: Draft) -> list[Entry]:
    return [Entry(seq, d.at_ms, d.kind, "tsurumi", d.actors, d.body) for seq, d in enumerate(drafts)]


def test_incidents_are_read_from_the_ledger_as_they_stood_in_the_end(covered_camera: Incident) -> None:
    whole = replace(covered_camera, evidence=replace(covered_camera.evidence, box=(0.1, 0.2, 0.3, 0.5)))
    lasting = replace(whole, id="another", ended_at_ms=None, tracks=("counter#3",))
    entries = on_ledger(*incident_entries(whole), *incident_entries(lasting))
    assert read_incidents(entries) == (whole, lasting)


def test_the_end_of_an_incident_that_is_not_on_the_ledger_is_passed_over(covered_camera: Incident) -> None:
    assert read_incidents(on_ledger(*incident_entries(covered_camera)[2:])) == ()


def test_sealed_clips_are_read_from_the_ledger() -> None:
    clip = SealedClip("counter", "clips/x.mp4", (NOON_MS, NOON_MS + 60_000), (NOON_MS, NOON_MS + 9), "ab" * 32, GAPS)
    entries = on_ledger(clip_sealed(clip, NOON_MS, "an-incident"), clip_sealed(clip, NOON_MS))
    assert read_clips(entries) == (("an-incident", clip), (None, clip))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("severity", "loud", r"entry 0 \(incident.raised\): severity: found 'loud'; expected one of notice"),
        ("raised_at", "noon", "raised_at: found 'noon'; expected UTC"),
        ("evidence", {}, "frame_at: found nothing"),
        ("why", [], "why: found"),
    ],
)
def test_an_incident_that_cannot_be_read_is_named_with_its_key(
    covered_camera: Incident, key: str, value: object, message: str
) -> None:
    draft = incident_entries(covered_camera)[0]
    with pytest.raises(EntryError, match=message):
        read_incidents(on_ledger(replace(draft, body={**draft.body, key: value})))
