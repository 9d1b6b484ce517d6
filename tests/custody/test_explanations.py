"""Why an incident was raised: a cause out of a list, in somebody's name, beside the incident and never over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.entries import Draft, Entry, EntryError
from custody.explanations import (
    Cause,
    Explanation,
    ExplanationError,
    Standing,
    close,
    explain,
    read_explanation,
    standings,
)
from custody.fields import FieldError
from custody.incidents import incident_closed, incident_raised
from tests.custody.conftest import NOON_MS
from vision.incidents import Incident

LATER_MS = NOON_MS + 3_600_000


@pytest.fixture
def lasting(covered_camera: Incident) -> Incident:
    """A camera that is covered still."""
    return replace(covered_camera, ended_at_ms=None)


def said(incident: Incident, cause: Cause = Cause.REAL, by: str = "sato", at_ms: int = LATER_MS) -> Explanation:
    return Explanation(incident.id, cause, by, at_ms, "ito" if cause is Cause.MOVED else None)


def ledger(*drafts: Draft) -> Sequence[Entry]:
    return [Entry(seq, d.at_ms, d.kind, "tsurumi", d.actors, d.body) for seq, d in enumerate(drafts)]


def test_an_incident_is_open_until_it_has_ended_and_somebody_has_said_why(covered_camera: Incident) -> None:
    raised, ended = incident_raised(covered_camera), incident_closed(covered_camera, NOON_MS + 60_000)
    told = said(covered_camera).draft()
    assert [
        standings(ledger(*drafts))[covered_camera.id].is_open
        for drafts in ((raised,), (raised, ended), (raised, told), (raised, ended, told))
    ] == [True, True, True, False]


def test_every_explanation_stays_in_the_order_in_which_it_was_given(covered_camera: Incident) -> None:
    first, second = said(covered_camera, Cause.FALSE_LIGHT), said(covered_camera, by="suzuki", at_ms=LATER_MS + 1)
    found = standings(ledger(incident_raised(covered_camera), first.draft(), second.draft()))
    assert found[covered_camera.id].explanations == (first, second)


def test_an_explanation_is_an_entry_in_the_name_of_one_person(covered_camera: Incident) -> None:
    draft = explain(Standing(covered_camera), said(covered_camera, Cause.MOVED))
    assert (draft.kind, draft.actors, draft.at_ms) == ("incident.explained", ("sato",), LATER_MS)
    assert draft.body == {"id": covered_camera.id, "cause": "moved", "moved_by": "ito", "note": None}


@given(
    cause=st.sampled_from(Cause),
    by=st.text(min_size=1).filter(str.strip),
    other=st.text(min_size=1).filter(str.strip),
    note=st.none() | st.text(min_size=1).filter(str.strip),
)
def test_what_was_written_is_read_again(cause: Cause, by: str, other: str, note: str | None) -> None:
    written = Explanation("i-1", cause, by, NOON_MS, other if cause is Cause.MOVED else None, note)
    (entry,) = ledger(written.draft())
    assert read_explanation(Entry.from_line(entry.line)) == written


@pytest.mark.parametrize(("cause", "moved_by"), [(Cause.MOVED, None), (Cause.REAL, "ito")])
def test_who_moved_it_is_told_for_what_was_moved_and_for_nothing_else(cause: Cause, moved_by: str | None) -> None:
    with pytest.raises(FieldError, match="moved_by"):
        Explanation("i-1", cause, "sato", NOON_MS, moved_by)


def test_nobody_explains_without_a_name() -> None:
    with pytest.raises(FieldError, match="by: found ' '"):
        Explanation("i-1", Cause.REAL, " ", NOON_MS)


def test_nothing_is_explained_before_it_was_raised(covered_camera: Incident) -> None:
    early = said(covered_camera, at_ms=covered_camera.raised_at_ms - 1)
    with pytest.raises(ExplanationError, match="was raised at 2018-02-21T03:00:05"):
        explain(Standing(covered_camera), early)


def test_the_same_is_not_said_twice_by_the_same_person(covered_camera: Incident) -> None:
    before = Standing(covered_camera, (said(covered_camera),))
    with pytest.raises(ExplanationError, match="sato has said so of"):
        explain(before, said(covered_camera, at_ms=LATER_MS + 5))
    assert explain(before, said(covered_camera, Cause.DRILL)).body["cause"] == "drill"
    assert explain(before, said(covered_camera, by="suzuki")).actors == ("suzuki",)


def test_what_lasts_is_closed_by_a_person_once_it_is_explained(lasting: Incident) -> None:
    with pytest.raises(ExplanationError, match="say why first, `kuraban incident explain`"):
        close(Standing(lasting), "sato", LATER_MS)
    draft = close(Standing(lasting, (said(lasting),)), "sato", LATER_MS)
    assert (draft.kind, draft.actors, draft.body["lasted_ms"]) == ("incident.closed", ("sato",), 3_600_000)
    found = standings(ledger(incident_raised(lasting), said(lasting).draft(), draft))
    assert found[lasting.id].incident.ended_at_ms == LATER_MS
    assert not found[lasting.id].is_open


def test_what_has_ended_is_not_closed_again(covered_camera: Incident) -> None:
    with pytest.raises(ExplanationError, match="ended at 2018-02-21T03:01:00"):
        close(Standing(covered_camera, (said(covered_camera),)), "sato", LATER_MS)


def test_nothing_is_closed_before_it_was_raised(lasting: Incident) -> None:
    with pytest.raises(ExplanationError, match="check the time"):
        close(Standing(lasting, (said(lasting),)), "sato", NOON_MS)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cause": "forgotten"}, "cause: found 'forgotten'; expected one of moved, false_occlusion"),
        ({"cause": "moved"}, "moved_by: found None"),
        ({"why": "x"}, "why: found an unknown key"),
        ({"note": 5}, "note: found 5"),
    ],
)
def test_an_explanation_that_cannot_be_read_is_told_with_its_number(change: dict[str, object], told: str) -> None:
    body = {"id": "i-1", "cause": "real", "moved_by": None, "note": None, **change}
    (entry,) = ledger(Draft(NOON_MS, "incident.explained", ("sato",), body))
    with pytest.raises(EntryError, match=rf"entry 0 \(incident.explained\): {told}"):
        read_explanation(entry)


@pytest.mark.parametrize("actors", [(), ("sato", "suzuki")])
def test_an_explanation_is_one_persons(actors: tuple[str, ...]) -> None:
    (entry,) = ledger(Draft(NOON_MS, "incident.explained", actors, said_body()))
    with pytest.raises(EntryError, match="expected the one person who says so"):
        read_explanation(entry)


def said_body() -> dict[str, object]:
    return dict(Explanation("i-1", Cause.REAL, "sato", NOON_MS).draft().body)
