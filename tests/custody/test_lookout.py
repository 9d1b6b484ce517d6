"""From observations to sightings: characters as in tests/vision/timelines.py, a second each, one camera a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import pytest

from custody.lookout import Lookout
from custody.sightings import Seen, Watch
from tests.vision.builders import IN_HOURS, counter_view, observation, scene, site, slot, zone
from tests.vision.timelines import HEALTH, PEOPLE, STATES, play
from vision.layout import View
from vision.rules.unattended_counter import UnattendedCounterSettings
from vision.situation import Situation
from vision.types import Health, Observation
from vision.zones import ZoneKind

VAULT = View("vault", (zone("vault-area", ZoneKind.VAULT),), (slot("vault-door"),))
OFFICE = site(counter_view("counter", "T-01"), VAULT)


def seen(lines: Mapping[str, str]) -> Lookout:
    """Return the lookout of an office after these lines; `camera/place`, or `camera` for its health."""
    lookout = Lookout(OFFICE)
    for second in range(len(next(iter(lines.values())))):
        at_ms = IN_HOURS + second * 1_000
        told = {camera: _observation(camera, at_ms, lines, second) for camera in ("counter", "vault")}
        lookout.take(Situation(at_ms, after_hours=False, observations=MappingProxyType(told)))
    return lookout


def _observation(camera: str, at_ms: int, lines: Mapping[str, str], second: int) -> Observation:
    health = HEALTH[lines.get(camera, "." * (second + 1))[second]]
    slots = {"counter": ("T-01",), "vault": ("vault-door",)}[camera]
    readings = {name: STATES[lines[f"{camera}/{name}"][second]] for name in slots if f"{camera}/{name}" in lines}
    people = lines.get(f"{camera}/vault-area", "." * (second + 1))[second]
    occupancy = (
        {"vault-area": PEOPLE[people]} if camera == "vault" and health is Health.CLEAR and people != "?" else {}
    )
    return observation(camera, at_ms, occupancy, readings if health is Health.CLEAR else {}, health=health)


def rows(watch: Watch) -> list[str]:
    """Return sightings and gaps as a reader would note them, in seconds."""
    found = [(s.interval, f"{s.what} {s.subject}") for s in watch.sightings]
    found += [(g.interval, f"{g.camera} {g.why} {g.place or ''}".strip()) for g in watch.gaps]
    return [f"{_seconds(from_ms)}-{_seconds(to_ms)} {what}" for (from_ms, to_ms), what in sorted(found)]


def _seconds(at_ms: int) -> str:
    second = (at_ms - IN_HOURS) // 1_000
    return "" if second > 10_000 else str(second)


def test_an_item_that_leaves_its_place_is_seen_there_and_then_not() -> None:
    found = [row for row in rows(seen({"counter/T-01": "ppppp" + "a" * 6}).watch()) if "T-01" in row]
    assert found == ["0-4 item_present T-01", "5- item_absent T-01"]


def test_an_item_is_never_seen_in_its_place_and_away_at_once() -> None:
    found = [row for row in rows(seen({"counter/T-01": "ppppp" + "a"}).watch()) if "T-01" in row]
    assert found == ["0-4 item_present T-01", "5- item_absent T-01"]


def test_a_door_that_is_not_as_it_was_when_closed_stands_open() -> None:
    found = [row for row in rows(seen({"vault/vault-door": "pp" + "a" * 3 + "p" * 6}).watch()) if "door" in row]
    assert found == ["2-4 vault_open vault-door"]


def test_what_is_seen_again_after_a_moment_was_there_all_along() -> None:
    found = [row for row in rows(seen({"vault/vault-area": "..11..11......."}).watch()) if "people" in row]
    assert found == ["2-7 people_at_vault vault-door"]


def test_what_is_seen_again_later_is_another_sight() -> None:
    found = [row for row in rows(seen({"vault/vault-area": "11....11......."}).watch()) if "people" in row]
    assert found == ["0-1 people_at_vault vault-door", "6-7 people_at_vault vault-door"]


def test_a_sight_of_people_has_the_most_at_once_and_every_track() -> None:
    (people,) = seen({"vault/vault-area": ".1B3......"}).watch().of(Seen.AT_VAULT)
    assert (people.people, people.tracks, people.camera) == (2, ("vault#1", "vault#2", "vault#3"), "vault")


@pytest.mark.parametrize(
    ("lines", "gap"),
    [
        ({"counter/T-01": "ppppppoooooo"}, "6- counter hidden T-01"),
        ({"counter/T-01": "pppppp??????"}, "6- counter unknown T-01"),
        ({"counter/T-01": "pppppppppppp", "counter": "......XXXXXX"}, "6- counter covered"),
        ({"vault/vault-area": "......??????"}, "6- vault unknown the place before vault-door"),
    ],
)
def test_what_cannot_be_seen_is_a_gap_with_its_reason(lines: Mapping[str, str], gap: str) -> None:
    usual = {"counter/T-01": "p" * 12, "vault/vault-door": "p" * 12}
    assert [row for row in rows(seen({**usual, **lines}).watch()) if "item_present" not in row] == [gap]


def test_a_blind_camera_sees_neither_presence_nor_absence() -> None:
    found = rows(seen({"counter/T-01": "pppppppppppp", "counter": "......XXXXXX"}).watch())
    assert "0-5 item_present T-01" in found
    assert not any("absent" in row for row in found)


def test_every_place_is_known_with_the_cameras_that_look_at_it() -> None:
    assert Lookout(OFFICE).watch().cameras == {
        "T-01": ("counter",),
        "vault-door": ("vault",),
        "the place before vault-door": ("vault",),
        "window-1": ("counter",),
    }


def test_a_counter_left_alone_is_taken_from_its_incident() -> None:
    rule = scene(site(counter_view("counter", "T-01")), UnattendedCounterSettings())
    (incident,) = play(rule, {"counter/behind-1": "." * 40, "counter/T-01": "p" * 40})
    lookout = Lookout(OFFICE)
    lookout.take_incident(incident)
    (lasting,) = lookout.watch().sightings
    assert (lasting.what, lasting.subject, lasting.items, lasting.to_ms) == (
        Seen.UNATTENDED,
        "window-1",
        ("T-01",),
        None,
    )
    lookout.take_incident(replace(incident, ended_at_ms=incident.raised_at_ms + 5_000))
    (over,) = lookout.watch().sightings
    assert (over.to_ms, over.incident) == (incident.raised_at_ms + 5_000, incident.id)


def ended(lookout: Lookout, camera: str) -> Lookout:
    """Let the recording of a camera end after its last second; the other one goes on."""
    other = {"counter": "vault", "vault": "counter"}[camera]
    for second in range(12, 20):
        at_ms = IN_HOURS + second * 1_000
        lookout.take(Situation(at_ms, after_hours=False, observations={other: observation(other, at_ms)}))
    return lookout


def test_what_a_camera_saw_is_over_when_its_recording_has_ended_and_nobody_sees_on() -> None:
    lookout = ended(seen({"counter/T-01": "p" * 12, "vault/vault-door": "p" * 12}), "counter")
    found = [row for row in rows(lookout.watch()) if "counter" in row or "T-01" in row]
    assert found == ["0-11 item_present T-01", "12- counter without footage"]


def test_when_all_recordings_have_ended_nothing_lasts_but_that() -> None:
    lookout = seen({"counter/T-01": "p" * 12, "vault/vault-door": "a" * 12})
    lookout.take(Situation(IN_HOURS + 11_000, after_hours=False, observations={}))
    assert [row for row in rows(lookout.watch()) if not row.startswith("0-11")] == [
        "11- counter without footage",
        "11- vault without footage",
    ]


def test_a_counter_is_left_alone_as_long_as_there_is_footage() -> None:
    rule = scene(site(counter_view("counter", "T-01")), UnattendedCounterSettings())
    (incident,) = play(rule, {"counter/behind-1": "." * 40, "counter/T-01": "p" * 40})
    lookout = seen({"counter/T-01": "p" * 12})
    lookout.take_incident(incident)
    (exposed,) = ended(lookout, "counter").watch().of(Seen.UNATTENDED)
    assert exposed.to_ms == IN_HOURS + 12_000


def test_other_incidents_are_passed_over() -> None:
    rule = scene(site(counter_view("counter", "T-01")), UnattendedCounterSettings())
    (incident,) = play(rule, {"counter/behind-1": "." * 40, "counter/T-01": "p" * 40})
    lookout = Lookout(OFFICE)
    lookout.take_incident(replace(incident, rule="terminal_removed"))
    assert lookout.watch().sightings == ()


def test_what_was_over_before_a_moment_can_be_forgotten_and_what_lasts_stays() -> None:
    lookout = seen({"counter/T-01": "ppppp" + "a" * 10})
    lookout.forget(IN_HOURS + 8_000)
    assert [row for row in rows(lookout.watch()) if "T-01" in row] == ["5- item_absent T-01"]
    assert lookout.watch().from_ms == IN_HOURS + 8_000


def test_since_when_a_place_has_been_as_it_is_now_is_never_forgotten() -> None:
    lookout = seen({"counter/T-01": "pppppaaaaaooooooaaaaaaaa"})
    lookout.forget(IN_HOURS + 20_000)
    found = [row for row in rows(lookout.watch()) if "item" in row]
    assert found == ["5-9 item_absent T-01", "16- item_absent T-01"]


def vault_of(*views: View) -> Sequence[str]:
    lookout = Lookout(site(*views))
    told = observation("vault", IN_HOURS, {"vault-area": (1,)})
    lookout.take(Situation(IN_HOURS, after_hours=False, observations={"vault": told}))
    return [sighting.subject for sighting in lookout.watch().sightings]


def test_people_are_at_the_vault_whose_door_is_in_the_same_view_or_at_the_only_one() -> None:
    area = View("vault", (zone("vault-area", ZoneKind.VAULT),))
    assert vault_of(VAULT) == ["vault-door"]
    assert vault_of(area, View("other", (), (slot("vault-door"),))) == ["vault-door"]
    assert vault_of(area) == []


def test_somebody_in_a_zone_is_seen_there_one_track_at_a_time() -> None:
    lookout = Lookout(OFFICE)
    for second, tracks in enumerate(((1,), (1, 2), (2,), (2,))):
        told = observation("counter", IN_HOURS + second * 1_000, {"behind-1": tracks}, {})
        lookout.take(Situation(IN_HOURS + second * 1_000, after_hours=False, observations={"counter": told}))
    people = [(s.interval, s.tracks) for s in lookout.watch().of(Seen.IN_ZONE, "behind-1")]
    assert [(_seconds(begin), _seconds(end), tracks) for (begin, end), tracks in people] == [
        ("0", "1", ("counter#1",)),
        ("1", "", ("counter#2",)),
    ]
