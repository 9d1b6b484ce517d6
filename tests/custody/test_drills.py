"""What a drill is, what it covers and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.drills import ENDED, LONGEST_MS, RULE, STARTED, Drill, failed, passed
from custody.entries import Draft, Entry
from custody.explanations import Cause, read_explanation
from custody.fields import FieldError
from tests.custody.conftest import NOON_MS
from vision.incidents import Incident

DRILL = Drill("drill-1", "T-01", "sato", 30_000, tells=False, started_at_ms=NOON_MS)


@pytest.fixture
def removal(covered_camera: Incident) -> Incident:
    """Return the removal of T-01, raised 12 s after the drill has begun."""
    return replace(
        covered_camera,
        id="removal",
        rule=RULE,
        item="T-01",
        began_at_ms=NOON_MS + 9_000,
        raised_at_ms=NOON_MS + 12_000,
    )


def entry(draft: Draft) -> Entry:
    return Entry(0, draft.at_ms, draft.kind, "tsurumi", draft.actors, draft.body)


@pytest.mark.parametrize(("after_ms", "covered"), [(-1, False), (0, True), (30_000, True), (30_001, False)])
def test_a_drill_covers_a_removal_within_its_time(removal: Incident, after_ms: int, covered: bool) -> None:
    raised_at_ms = NOON_MS + after_ms
    assert DRILL.covers(replace(removal, began_at_ms=raised_at_ms, raised_at_ms=raised_at_ms)) is covered


@pytest.mark.parametrize("other", [{"item": "T-02"}, {"rule": "unattended_counter"}])
def test_a_drill_covers_its_own_item_and_a_removal_only(removal: Incident, other: dict[str, Any]) -> None:
    assert not DRILL.covers(replace(removal, **other))


def test_a_drill_that_has_passed_names_its_incident_how_long_it_took_and_explains_it(removal: Incident) -> None:
    outcome = passed(DRILL, [removal], NOON_MS + 12_400)
    assert outcome is not None
    why, ended = outcome.drafts()
    said = read_explanation(entry(why))
    assert said is not None
    assert (said.incident, said.cause, said.by, said.note) == ("removal", Cause.DRILL, "sato", "drill-1")
    assert (ended.kind, ended.actors) == (ENDED, ("sato",))
    assert ended.body == {"drill": "drill-1", "passed": True, "incident": "removal", "took_s": 12.0, "failure": None}


def test_other_incidents_do_not_pass_a_drill(removal: Incident) -> None:
    assert passed(DRILL, [replace(removal, item="T-02")], NOON_MS + 13_000) is None


def test_a_drill_that_has_failed_says_why() -> None:
    (ended,) = failed(DRILL, "no camera could see it", NOON_MS + 31_000).drafts()
    assert (ended.body["passed"], ended.body["failure"]) == (False, "no camera could see it")


def test_a_drill_begins_with_what_was_ordered_by_whom() -> None:
    draft = DRILL.draft()
    assert (draft.kind, draft.at_ms, draft.actors) == (STARTED, NOON_MS, ("sato",))
    assert entry(draft).body["within_s"] == 30.0


@pytest.mark.parametrize("wrong", [{"by": " "}, {"within_ms": 0}, {"within_ms": LONGEST_MS + 1}])
def test_a_drill_without_a_person_or_a_sensible_time_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        replace(DRILL, **wrong)
