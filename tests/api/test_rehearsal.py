"""The past judged anew: by the same settings as it was, and by others as it would have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.rehearsal import Rehearsal, rehearse
from api.settings import Site, load_site
from api.wiring import make_scene
from custody.records import incidents, observations, watching
from custody.records.database import Records
from custody.sightings import Gap
from tests.api.conftest import SECRET, START_MS, evening
from vision.incidents import Incident, as_they_stand
from vision.types import Observation

STRETCH = (START_MS, START_MS + 300_000)


def changed_only(seen: Iterator[Observation]) -> list[Observation]:
    """Return what the service keeps of what cameras say: where something changed."""
    last: dict[str, Observation] = {}
    kept = []
    for one in seen:
        before = last.get(one.camera)
        if before is None or not observations.says_the_same(before, one):
            kept.append(one)
        last[one.camera] = one
    return kept


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(tmp_path) as opened:
        with opened.write() as connection:
            sought = (replace(one, people_sought=one.health == "clear") for one in evening())
            observations.save_all(connection, changed_only(sought))
        yield opened


def judged(site: Site) -> tuple[Incident, ...]:
    """Return what was raised on that evening while it went on."""
    scene = make_scene(site, site.cameras, None)
    sought = (replace(one, people_sought=one.health == "clear") for one in evening())
    return as_they_stand(raised for seen in sought for raised in scene.observe(seen))


@pytest.fixture
def changed(tmp_path: Path, site_text: str) -> Callable[[str, str], Site]:
    def change(old: str, new: str) -> Site:
        assert old in site_text
        path = tmp_path / "changed.yaml"
        path.write_text(site_text.replace(old, new), encoding="utf-8")
        return load_site(path, {"COUNTER_PASSWORD": SECRET})

    return change


def rules(found: Rehearsal) -> list[str]:
    return [incident.rule for incident in found.would]


def rehearsed(records: Records, site: Site) -> Rehearsal:
    return rehearse(records, site, STRETCH, lambda *_: None)


def test_by_the_same_settings_the_same_is_raised_within_a_second(
    records: Records, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.rehearsal._redrawn", lambda _camera, seen: seen)  # its boxes stand nowhere in particular
    would, was = rehearsed(records, site).would, judged(site)
    assert [(one.rule, one.zone, one.item) for one in would] == [(one.rule, one.zone, one.item) for one in was]
    assert was
    for again, before in zip(would, was, strict=True):
        assert abs(again.raised_at_ms - before.raised_at_ms) <= 1_000
        assert (again.ended_at_ms is None) == (before.ended_at_ms is None)


def test_another_limit_and_another_rule_change_what_is_raised(
    records: Records, site: Site, changed: Callable[[str, str], Site]
) -> None:
    assert "terminal_removed" in rules(rehearsed(records, site))
    off = changed("vault_alone: false", "vault_alone: false\n  terminal_removed: false")
    assert "terminal_removed" not in rules(rehearsed(records, off))
    patient = changed("vault_alone: false", "vault_alone: false\n  vault_open: {after_s: 10}")
    assert "vault_open" in rules(rehearsed(records, patient))
    assert "vault_open" not in rules(rehearsed(records, site))


LOBBY = "lobby: {kind: public, polygon: [[0.1, 0.75], [0.9, 0.6], [0.9, 0.95], [0.1, 0.95]]}"
WHERE_THEY_ARE = "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]"


def test_people_are_looked_for_in_the_zones_as_they_would_be(
    records: Records, site: Site, changed: Callable[[str, str], Site]
) -> None:
    assert "staff_only_intrusion" not in rules(rehearsed(records, site))
    drawn = changed(LOBBY, f"{LOBBY}\n      office: {{kind: staff_only, polygon: {WHERE_THEY_ARE}}}")
    assert "staff_only_intrusion" in rules(rehearsed(records, drawn))


def test_who_stands_where_people_would_be_ignored_is_nobody(
    records: Records, site: Site, changed: Callable[[str, str], Site]
) -> None:
    assert "counter" in {one.camera for one in rehearsed(records, site).would if one.rule == "person_after_hours"}
    ignored = changed(LOBBY, f"{LOBBY}\n      tv: {{kind: ignore, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}}")
    found = rehearsed(records, ignored).would
    assert "counter" not in {one.camera for one in found if one.rule == "person_after_hours"}


def test_where_nobody_could_see_nothing_is_taken_to_have_gone_on(records: Records, site: Site) -> None:
    with records.write() as connection:
        gap = Gap("counter", START_MS + 170_000, START_MS + 300_000, "without footage")
        watching.save_all(connection, [gap])
    assert "terminal_removed" not in rules(rehearsed(records, site))


def test_what_was_raised_then_is_told_beside_it(records: Records, site: Site) -> None:
    with records.write() as connection:
        for one in judged(site):
            incidents.save(connection, one)
    found = rehearsed(records, site)
    assert [one.rule for one in found.was] == [one.rule for one in judged(site)][::-1]
    told = found.as_json(site)
    assert (sum(told["would"].values()), sum(told["was"].values())) == (len(found.would), len(found.was))
    assert told["incidents"][0]["raised_at"].endswith("+09:00")


def test_how_far_it_is_is_told_each_minute(records: Records, site: Site) -> None:
    told: list[tuple[int, int]] = []
    rehearse(records, site, STRETCH, lambda done, total: told.append((done, total)))
    assert sorted(set(told)) == [(minute, 5) for minute in range(5)]
