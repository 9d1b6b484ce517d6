"""An alarm where a camera's footage cannot be written: once, for as long as it lasts, and over restarts."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from api.runtime.office import CameraState
from api.runtime.recording_watch import AFTER_MS, AWAY_AFTER_MS, RecordingWatch
from custody.raising import Raiser
from custody.telling import told
from streams.recording import RecorderState
from vision.hours import OfficeHours
from vision.incidents import Incident, Severity

NOW_MS = 1_519_200_000_000
FULL = "the disk has 0.4 GB left"


class Recorders:
    """The recorders of two cameras, and who watches them."""

    def __init__(self, lasting: tuple[Incident, ...] = ()) -> None:
        self.states = {name: CameraState(name, recorder=RecorderState.RECORDING) for name in ("counter", "vault")}
        raiser = Raiser("tsurumi", OfficeHours(ZoneInfo("Asia/Tokyo"), ((),) * 7))
        self.watch = RecordingWatch(lambda: raiser, lambda: self.states, lasting)
        self.now_ms = NOW_MS

    def turn(self, name: str, recorder: RecorderState, reason: str | None = None) -> None:
        self.states[name] = CameraState(name, recorder=recorder, recorder_reason=reason)

    def after_ms(self, milliseconds: int) -> list[Incident]:
        self.now_ms += milliseconds
        return self.watch.step(self.now_ms)


def test_a_recorder_that_has_stopped_is_an_alarm_from_when_it_stopped_until_it_goes_on() -> None:
    recorders = Recorders()
    assert recorders.after_ms(1_000) == []
    recorders.turn("vault", RecorderState.STOPPED, FULL)
    assert recorders.after_ms(1_000) == []
    (incident,) = recorders.after_ms(AFTER_MS)
    assert (incident.rule, incident.camera, incident.severity) == ("footage_not_recorded", "vault", Severity.ALARM)
    assert (incident.began_at_ms, incident.raised_at_ms) == (NOW_MS + 2_000, NOW_MS + 2_000 + AFTER_MS)
    assert incident.why["reason"] == FULL
    assert recorders.after_ms(60_000) == [], "it is told once"
    recorders.turn("vault", RecorderState.RECORDING)
    (ended,) = recorders.after_ms(1_000)
    assert (ended.id, ended.ended_at_ms) == (incident.id, recorders.now_ms)
    assert recorders.after_ms(1_000) == []


def test_a_disk_that_refuses_once_is_no_alarm() -> None:
    recorders = Recorders()
    for state in (RecorderState.STOPPED, RecorderState.RECORDING) * 3:
        recorders.turn("counter", state)
        assert recorders.after_ms(AFTER_MS - 1) == []


def test_a_camera_that_is_seen_by_its_other_stream_while_the_main_one_is_away_is_not_recorded() -> None:
    recorders = Recorders()
    reason = "no answer came in time"
    recorders.states["vault"] = CameraState(
        "vault", online=True, recorder=RecorderState.WAITING, recorder_reason=reason
    )
    assert recorders.after_ms(0) == []
    assert recorders.after_ms(AWAY_AFTER_MS - 1) == []
    (incident,) = recorders.after_ms(1)
    assert (incident.camera, incident.why["reason"]) == ("vault", reason)


def test_each_camera_has_its_own() -> None:
    recorders = Recorders()
    for name in recorders.states:
        recorders.turn(name, RecorderState.STOPPED, FULL)
    recorders.after_ms(0)
    assert [one.camera for one in recorders.after_ms(AFTER_MS)] == ["counter", "vault"]


def test_a_camera_that_goes_away_meanwhile_leaves_it_as_it_is_and_one_that_is_taken_out_ends_it() -> None:
    recorders = Recorders()
    recorders.turn("vault", RecorderState.STOPPED, FULL)
    recorders.after_ms(0)
    recorders.after_ms(AFTER_MS)
    recorders.turn("vault", RecorderState.WAITING, "no answer came in time")
    assert recorders.after_ms(60_000) == []
    del recorders.states["vault"]
    (ended,) = recorders.after_ms(1_000)
    assert ended.ended_at_ms is not None


def test_a_restart_goes_on_with_it() -> None:
    before = Recorders()
    before.turn("vault", RecorderState.STOPPED, FULL)
    before.after_ms(0)
    raised = before.after_ms(AFTER_MS)
    after = Recorders(tuple(raised))
    after.turn("vault", RecorderState.STOPPED, FULL)
    assert after.after_ms(0) == []
    assert after.after_ms(60_000) == [], "it is not raised again"
    after.turn("vault", RecorderState.RECORDING)
    assert [one.id for one in after.after_ms(1_000)] == [raised[0].id]


def test_it_is_told_in_both_languages() -> None:
    recorders = Recorders()
    recorders.turn("vault", RecorderState.STOPPED, FULL)
    recorders.after_ms(0)
    (incident,) = recorders.after_ms(AFTER_MS)
    assert told(incident, "en", ZoneInfo("Asia/Tokyo")) == f"the footage of vault is not recorded: {FULL}"
    assert told(incident, "ja", ZoneInfo("Asia/Tokyo")) == f"映像が保存されていない：{FULL}"
