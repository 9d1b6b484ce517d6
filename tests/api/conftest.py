"""A small office and what its cameras saw on one evening: sample data that the tests of the outputs share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from api.settings import Site, load_site
from vision.incidents import Evidence, Incident, Severity
from vision.types import Health, Observation, SlotReading, SlotState, Tracks, Voice

SITE_TEXT = """\
site: {id: tsurumi, name: 鶴見区役所 戸籍課, timezone: Asia/Tokyo, language: ja}
hours:
  weekly: {mon-fri: "08:45-17:00"}
  holidays: JP
  exceptions: {2018-02-24: "09:00-12:00", 2018-12-29: closed}
cameras:
  counter:
    source: rtsp://viewer:${COUNTER_PASSWORD}@10.0.0.11/main
    detect: rtsp://viewer:${COUNTER_PASSWORD}@10.0.0.11/sub
    zones:
      window-1: {kind: counter, polygon: [[0.10, 0.55], [0.60, 0.40], [0.62, 0.52], [0.12, 0.70]]}
      behind-1: {kind: staff_side, serves: window-1, polygon: [[0.2, 0], [0.6, 0], [0.6, 0.4], [0.2, 0.5]]}
      lobby: {kind: public, polygon: [[0.1, 0.75], [0.9, 0.6], [0.9, 0.95], [0.1, 0.95]]}
    slots:
      T-01: {polygon: [[0.30, 0.51], [0.40, 0.48], [0.41, 0.56], [0.31, 0.59]]}
      B-0221: {polygon: [[0.45, 0.47], [0.52, 0.45], [0.53, 0.51], [0.46, 0.53]]}
  vault:
    source: vault.mp4
    zones:
      vault-area: {kind: vault, polygon: [[0.2, 0.2], [0.8, 0.2], [0.8, 0.9], [0.2, 0.9]]}
    slots:
      vault-door: {polygon: [[0.4, 0.2], [0.6, 0.2], [0.6, 0.6], [0.4, 0.6]]}
items:
  T-01: {kind: terminal, name: 交付用端末 1}
  B-0221: {kind: cards, name: 交付前カード, expected: 78}
  vault-door: {kind: door, states: [closed, open]}
rules:
  vault_alone: false
"""
SECRET = "correct-horse-battery"
START_MS = round(datetime.fromisoformat("2018-02-21T17:10:00+09:00").timestamp() * 1000)


@pytest.fixture
def site_text() -> str:
    return SITE_TEXT


@pytest.fixture
def site(tmp_path: Path) -> Site:
    path = tmp_path / "site.yaml"
    path.write_text(SITE_TEXT, encoding="utf-8")
    return load_site(path, {"COUNTER_PASSWORD": SECRET})


def _tracks(count: int, at_ms: int) -> Tracks:
    boxes = [[100 + 60 * place, 80, 150 + 60 * place, 220] for place in range(count)]
    return Tracks(
        ids=np.arange(1, count + 1, dtype=np.int64),
        xyxy=np.array(boxes, np.float32).reshape(-1, 4),
        score=np.full(count, 0.75, np.float32),
        born_at_ms=np.full(count, START_MS, np.int64),
        seen_at_ms=np.full(count, at_ms, np.int64),
    )


def _counter(second: float) -> Observation:
    """Return the counter: no clerk from 60 s, no terminal from 180 s, covered from 240 s to 260 s."""
    at_ms = START_MS + round(second * 1000)
    if 240 <= second < 260:
        unseen = {slot: SlotReading(SlotState.UNKNOWN) for slot in ("T-01", "B-0221")}
        return Observation("counter", at_ms, Health.COVERED, (640, 360), slots=unseen)
    staff = 1 if second < 60 or 150 <= second < 165 else 0
    visitors = 2 if 20 <= second < 50 else 1 if 170 <= second < 190 else 0
    terminal = SlotState.ABSENT if second >= 180 else SlotState.OCCLUDED if second >= 172 else SlotState.PRESENT
    tracks = _tracks(staff + visitors, at_ms)
    ids = tuple(int(track) for track in tracks.ids)
    return Observation(
        camera="counter",
        captured_at_ms=at_ms,
        health=Health.CLEAR,
        size=(640, 360),
        tracks=tracks,
        occupancy={"window-1": (), "behind-1": ids[:staff], "lobby": ids[staff:]},
        slots={
            "T-01": SlotReading(terminal, Voice.APPEARANCE, 0.5),
            "B-0221": SlotReading(SlotState.PRESENT, Voice.DETECTOR),
        },
    )


def _vault(second: float) -> Observation:
    inside = 1 if 200 <= second < 230 else 0
    at_ms = START_MS + round(second * 1000)
    tracks = _tracks(inside, at_ms)
    return Observation(
        camera="vault",
        captured_at_ms=at_ms,
        health=Health.CLEAR,
        size=(640, 360),
        tracks=tracks,
        occupancy={"vault-area": tuple(int(track) for track in tracks.ids)},
        doubted=frozenset(tracks.ids.tolist()) if second < 210 else frozenset(),
        slots={"vault-door": SlotReading(SlotState.ABSENT if inside else SlotState.PRESENT)},
    )


def evening(fps: float = 2.0, seconds: int = 300) -> Iterator[Observation]:
    """Both cameras, side by side in capture time."""
    for step in range(int(seconds * fps)):
        yield _counter(step / fps)
        yield _vault(step / fps)


@pytest.fixture
def observations() -> list[Observation]:
    return list(evening())


def _incident(number: int, rule: str, seconds: tuple[float, float, float | None], **where: str | None) -> Incident:
    began_ms, raised_ms = (START_MS + round(second * 1000) for second in seconds[:2])
    return Incident(
        id=f"tsurumi-{number:04}",
        rule=rule,
        site="tsurumi",
        camera=where.get("camera"),
        zone=where.get("zone"),
        item=where.get("item"),
        began_at_ms=began_ms,
        raised_at_ms=raised_ms,
        ended_at_ms=None if seconds[2] is None else START_MS + round(seconds[2] * 1000),
        severity=Severity(where.get("severity") or "warning"),
        after_hours=True,
        tracks=("counter#1",),
        evidence=Evidence(raised_ms, where.get("camera"), (0.1, 0.2, 0.3, 0.4), 0.75),
        why={"rule_version": 1, "after_s": 10.0, "site_digest": "9f2c"},
    )


@pytest.fixture
def incidents() -> tuple[Incident, ...]:
    return (
        _incident(3, "terminal_removed", (180, 183, None), camera="counter", item="T-01", severity="alarm"),
        _incident(1, "unattended_counter", (60, 70, 150), camera="counter", zone="window-1"),
        _incident(2, "person_after_hours", (20, 21, 50), camera="counter", zone="lobby", severity="notice"),
        _incident(4, "unattended_counter", (165, 175, 240), camera="counter", zone="window-1"),
        _incident(5, "camera_blind", (240, 245, 260), camera="counter"),
        _incident(6, "vault_open", (200, 230, 232), camera="vault", item="vault-door", severity="alarm"),
    )
