"""The truth asks the same of the same states as the rules of `vision` do, though neither knows the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sample_footage.render.truth.questions import DEFAULTS, Course, questions
from sample_footage.render.truth.sight import as_seen
from sample_footage.render.truth.spells import spells
from tests.sample_footage.truth.films import AFTER_HOURS, FPS, IN_HOURS, ZONES, film, plan
from tests.vision.builders import scene, site, slot, zone
from tests.vision.timelines import play, seconds
from vision.layout import Layout, View
from vision.rules import SETTINGS, RuleSettings
from vision.rules.camera_blind import CameraBlindSettings
from vision.rules.person_after_hours import PersonAfterHoursSettings
from vision.rules.staff_only_intrusion import StaffOnlyIntrusionSettings
from vision.rules.terminal_removed import TerminalRemovedSettings
from vision.rules.unattended_counter import UnattendedCounterSettings
from vision.rules.vault_alone import VaultAloneSettings
from vision.rules.vault_open import VaultOpenSettings
from vision.zones import ZoneKind

SQUEEZED: Final[Mapping[str, RuleSettings]] = {
    "unattended_counter": UnattendedCounterSettings(5.3, 4.3),
    "staff_only_intrusion": StaffOnlyIntrusionSettings(1.3),
    "terminal_removed": TerminalRemovedSettings(3.3),
    "vault_open": VaultOpenSettings(4.3),
    "vault_alone": VaultAloneSettings(2, 4.3),
    "person_after_hours": PersonAfterHoursSettings(1.3),
    "camera_blind": CameraBlindSettings(3.3),
}
"""Limits that no whole number of seconds reaches to the frame."""

SIGNS: Final = {
    "counter/behind-1": ".13",
    "counter/T-01": "poa?",
    "counter/B-0221": "poa",
    "counter": "..X",
    "corner/lobby": ".12",
    "corner/office": ".1B",
    "corner/T-01": "poa",
    "vault/vault-area": ".1B",
    "vault/vault-door": "poa",
    "vault": "...M",
}
SECONDS: Final = 60
SPAN_S: Final = 3
"""All changes come at multiples of this: no stretch of time then ends within a frame of any limit."""


@st.composite
def timelines(draw: st.DrawFn) -> dict[str, str]:
    """Draw what every place does over a minute; an item is in its place at first."""
    rows = {}
    for name, signs in SIGNS.items():
        spans = draw(st.lists(st.tuples(st.sampled_from(signs), st.integers(1, 3)), min_size=1, max_size=12))
        line = "".join(sign * length * SPAN_S for sign, length in spans).ljust(SECONDS, spans[-1][0])[:SECONDS]
        rows[name] = f"p{line[1:]}" if name.partition("/")[2] in {"T-01", "B-0221", "vault-door"} else line
    return rows


def watched(rows: Mapping[str, str]) -> Layout:
    """Return the layout that the rules of `vision` take."""
    views = []
    for camera, watcher in plan(rows).cameras.items():
        zones = tuple(zone(name, ZoneKind(ZONES[name].kind), ZONES[name].serves) for name in watcher.zones)
        views.append(View(camera, zones, tuple(slot(name, place.counter) for name, place in watcher.slots.items())))
    return site(*views)


def by_vision(rows: Mapping[str, str], start: datetime) -> list[tuple[str, str, float]]:
    """Return rule, subject and second of each incident that `vision` raises."""
    start_ms = round(start.timestamp() * 1000)
    incidents = play(scene(watched(rows), *SQUEEZED.values()), rows, start_ms=start_ms, fps=FPS)
    return sorted((i.rule, i.item or i.zone or i.camera or "", seconds(i.raised_at_ms, start_ms)) for i in incidents)


def by_truth(rows: Mapping[str, str], start: datetime) -> list[tuple[str, str, float]]:
    """Return the same of what cameras could see."""
    rules = {name: asdict(settings) for name, settings in SQUEEZED.items()}
    course = Course(plan(rows, start, **rules), as_seen(film(rows)), 1 / FPS)
    return sorted(
        (question.rule, question.about.name, spell.due_s)
        for question in questions(course)
        for spell in spells(question.looks, 1 / FPS)
        if spell.due_s is not None
    )


# No shrinking: ten rows are read sooner than made shorter.
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=timelines(), start=st.sampled_from([IN_HOURS, AFTER_HOURS]))
def test_truth_and_vision_raise_the_same_alarms_at_the_same_moments(rows: dict[str, str], start: datetime) -> None:
    told, raised = by_truth(rows, start), by_vision(rows, start)
    assert [alarm[:2] for alarm in told] == [alarm[:2] for alarm in raised]
    assert [alarm[2] for alarm in told] == pytest.approx([alarm[2] for alarm in raised], abs=1.01 / FPS)


def test_the_defaults_are_those_of_the_rules() -> None:
    assert {name: asdict(made()) for name, made in SETTINGS.items()} == DEFAULTS
