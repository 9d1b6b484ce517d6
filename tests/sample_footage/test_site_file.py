"""Site files: written for every clip, and read by the service without a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from api.settings import load_site
from api.site import Site
from sample_footage.render.clips import CLIPS
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Placement
from sample_footage.render.items import Custody, Held, Item, Lies, Phase
from sample_footage.render.lighting import day, steady
from sample_footage.render.offices import OFFICES, Office
from sample_footage.render.scene import Story
from sample_footage.render.site_file import plan_site, site_file
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.cards import CardBox
from sample_footage.render.things.terminals import SHUT_DEG, Terminal

OFFICE: Final = OFFICES["straight"]
PLACES: Final = OFFICE.places


def terminal(name: str, *phases: Phase, slot_s: float = 0.0) -> Item:
    shut = Terminal().mesh(SHUT_DEG)
    return Item(name, "terminal", lambda _: shut, phases, Custody(f"交付用端末 {name}", slot_s=slot_s))


def lying(where: Placement) -> Phase:
    return Phase(0.0, Lies(where))


def story(items: Sequence[Item], *watches: str, office: Office = OFFICE, **more: Any) -> Story:
    camera = CameraPlan("counter", office.cameras["counter"], watches)
    stage = Stage(office, steady(day(office)))
    return Story("test", "2018-02-21T10:00:00+09:00", 20.0, 10, stage, camera, (), items, **more)


def read(folder: Path, *stories: Story) -> Site:
    """Write the site file and read it as the service does."""
    path = folder / "site.yaml"
    path.write_text(site_file(plan_site(stories)), encoding="utf-8")
    return load_site(path, {})


@pytest.fixture(params=CLIPS)
def told(request: pytest.FixtureRequest, body: DressedBody) -> Sequence[Story]:
    return CLIPS[request.param](lambda look: replace(body, look=look))


def test_the_service_reads_the_site_file_of_every_clip_as_it_was_meant(told: Sequence[Story], tmp_path: Path) -> None:
    plan, site = plan_site(told), read(tmp_path, *told)
    assert [camera.id for camera in site.cameras] == list(plan.cameras)
    for camera in site.cameras:
        watcher = plan.cameras[camera.id]
        assert {z.id: (z.kind.value, z.serves) for z in camera.zones} == {
            name: (zone.kind, zone.serves) for name, zone in watcher.zones.items()
        }
        assert {s.id: s.counter for s in camera.slots} == {name: slot.counter for name, slot in watcher.slots.items()}
    assert {i.id: (i.kind.value, i.expected) for i in site.items.values()} == {
        name: (thing.kind, thing.expected) for name, thing in plan.things.items()
    }


def test_no_clip_is_set_on_a_holiday_and_all_agree_with_the_calendar(told: Sequence[Story], tmp_path: Path) -> None:
    plan, site = plan_site(told), read(tmp_path, *told)
    for second in range(round(told[0].duration_s)):
        at_ms = round((plan.start.timestamp() + second) * 1000)
        assert site.hours.after_hours(at_ms) == plan.after_hours(second)


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.name)
def test_a_site_of_every_office_has_its_zones_and_the_terminal_at_window_1(office: Office, tmp_path: Path) -> None:
    item = terminal("T-01", lying(office.places["terminal-1"]))
    watches = ("window-1", "behind-1", "office", "lobby", "T-01")
    (camera,) = read(tmp_path, story([item], *watches, office=office)).cameras
    assert [zone.id for zone in camera.zones] == ["window-1", "behind-1", "office", "lobby"]
    assert [(slot.id, slot.counter) for slot in camera.slots] == [("T-01", "window-1")]


def test_what_lies_on_no_counter_has_a_slot_on_none() -> None:
    items = [terminal("T-01", lying(Placement((3.4, 2.2, 0.0))))]
    assert plan_site([story(items, "window-1", "T-01")]).cameras["counter"].slots["T-01"].counter is None


def test_the_slot_of_what_is_brought_later_is_where_it_lies_then() -> None:
    brought = [Phase(0.0, Held("clerk")), Phase(4.0, Lies(PLACES["terminal-1"]))]
    late = plan_site([story([terminal("T-01", *brought, slot_s=6.0)], "window-1", "T-01")])
    first = plan_site([story([terminal("T-01", lying(PLACES["terminal-1"]))], "window-1", "T-01")])
    assert late.cameras == first.cameras


def test_an_item_that_lies_nowhere_when_its_slot_is_drawn_is_refused_with_the_remedy() -> None:
    held = terminal("T-01", Phase(0.0, Held("clerk")))
    with pytest.raises(ValueError, match=r"T-01 lies nowhere at 0.0 s: give Custody.slot_s"):
        plan_site([story([held], "T-01")])


def test_watching_what_is_out_of_view_is_refused() -> None:
    behind = terminal("T-01", lying(Placement((0.3, 5.9, 0.9))))
    with pytest.raises(ValueError, match="test: T-01 is out of counter's view"):
        plan_site([story([behind], "T-01")])


def test_watching_what_there_is_not_is_refused_with_what_there_is() -> None:
    box = Item("box", "cards", lambda _: CardBox().mesh(), [lying(PLACES["cards-1"])])
    with pytest.raises(ValueError, match=r"watches 'box', but can only watch office, .*, vault-door"):
        plan_site([story([box], "box")])


def test_stories_that_are_not_in_step_are_refused() -> None:
    one = story([], "lobby")
    with pytest.raises(ValueError, match="not in step"):
        plan_site([one, replace(one, name="other", duration_s=21.0)])


def test_only_settings_that_differ_are_written(tmp_path: Path) -> None:
    plain = yaml.safe_load(site_file(plan_site([story([], "lobby")])))
    assert set(plain) == {"site", "hours", "cameras"}
    rules: dict[str, Any] = {"vault_open": {"after_s": 20}, "camera_blind": False}
    changed = story([], "lobby", rules=rules, custody={"matching_window_s": 4})
    written = yaml.safe_load(site_file(plan_site([changed])))
    assert (written["rules"], written["custody"]) == (rules, {"matching_window_s": 4})
    assert read(tmp_path, changed).rules.keys().isdisjoint({"camera_blind"})


def test_a_thing_that_two_cameras_see_is_one() -> None:
    item = terminal("T-01", lying(PLACES["terminal-1"]))
    plans = [CameraPlan(name, OFFICE.cameras[name], ("window-1", "T-01")) for name in ("counter", "corner")]
    plan = plan_site(story([item]).filmed_by(plans))
    assert {name: watcher.clip for name, watcher in plan.cameras.items()} == {
        "counter": "test-counter.mp4",
        "corner": "test-corner.mp4",
    }
    assert plan.slots_on("window-1") == ["T-01"]
    assert list(plan.things) == ["T-01"]
