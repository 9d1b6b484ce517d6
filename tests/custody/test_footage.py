"""What to look at for a fact. Minutes after 17:00 as whole numbers; a clip is `camera from to`."""

from __future__ import annotations

from custody.clues import Clue, Fact
from custody.footage import Footage, footage_of
from custody.incidents import SealedClip
from custody.sightings import Gap, Watch
from tests.custody.office_script import at_ms

MINUTE_MS = 60_000
FIVE = at_ms("17:00")


def minute(number: float) -> int:
    return FIVE + round(number * MINUTE_MS)


def fact(
    from_min: float,
    to_min: float,
    camera: str | None = "counter",
    clue: Clue = Clue.EXPOSED,
    incident: str | None = None,
) -> Fact:
    return Fact(clue, "T-01", minute(from_min), minute(to_min), camera, "it lay there", 50, incident=incident)


def clip(camera: str, from_min: float, to_min: float, incident: str | None = None) -> tuple[str | None, SealedClip]:
    span = (minute(from_min), minute(to_min))
    return incident, SealedClip(camera, f"clips/{incident or camera}.mp4", span, span, "ab" * 32)


def gap(from_min: float, to_min: float | None, why: str, camera: str = "counter") -> Gap:
    return Gap(camera, minute(from_min), None if to_min is None else minute(to_min), why)


def looked_at(found: tuple[Footage, ...]) -> list[str]:
    """Return footage as `camera from-to file`, in minutes after 17:00."""
    return [
        f"{one.camera} {(one.from_ms - FIVE) / MINUTE_MS:g}-{(one.to_ms - FIVE) / MINUTE_MS:g} {one.file or 'cut'}"
        for one in found
    ]


WATCHED = Watch((), (gap(60, None, "without footage"),), {"T-01": ("counter",)}, minute(0))


def shown(asked: Fact, *clips: tuple[str | None, SealedClip], watch: Watch = WATCHED) -> list[str]:
    return looked_at(footage_of(asked, clips, watch, lead_ms=MINUTE_MS))


def test_the_clip_of_its_own_incident_shows_a_fact_best() -> None:
    clips = [clip("counter", 0, 30), clip("vault", 10, 12, "an-incident")]
    assert shown(fact(10, 11, incident="an-incident"), *clips) == ["vault 10-12 clips/an-incident.mp4"]


def test_a_clip_of_the_camera_that_spans_a_fact_shows_it_too() -> None:
    clips = [clip("counter", 0, 10.5), clip("vault", 0, 30), clip("counter", 10, 11, "another")]
    assert shown(fact(10, 11), *clips) == ["counter 10-11 clips/another.mp4"]


def test_without_a_clip_it_says_what_to_cut_with_a_lead() -> None:
    assert shown(fact(10, 11), clip("counter", 10, 10.5)) == ["counter 9-12 cut"]


def test_only_what_was_recorded_can_be_cut() -> None:
    assert shown(fact(0.5, 59.5)) == ["counter 0-60 cut"]
    assert shown(fact(70, 71)) == []
    silent = Watch((), (gap(20, 30, "silent"), gap(40, 50, "covered"), gap(10, 55, "silent", "vault")), {}, minute(0))
    assert shown(fact(15, 45), watch=silent) == ["counter 14-20 cut", "counter 30-46 cut"]


def test_what_no_camera_saw_has_nothing_to_cut() -> None:
    assert shown(fact(10, 11, camera=None)) == []


def test_what_hid_a_thing_can_be_cut_and_where_there_is_no_footage_its_edges() -> None:
    assert shown(fact(10, 20, clue=Clue.BLIND)) == ["counter 9-21 cut"]
    assert shown(fact(60, 90, clue=Clue.BLIND)) == ["counter 59-60 cut"]


def test_a_blind_camera_is_shown_by_the_clip_of_its_incident() -> None:
    covered = fact(10, 20, clue=Clue.BLIND, incident="covered")
    assert shown(covered, clip("counter", 9, 21, "covered")) == ["counter 9-21 clips/covered.mp4"]
