from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.settings import Site, SiteFileError, load_site
from api.sitefile.hours import DAYS
from streams.retention import Keep
from vision.hours import OpenRange
from vision.rules import SETTINGS
from vision.rules.staff_only_intrusion import StaffOnlyIntrusionSettings
from vision.rules.unattended_counter import UnattendedCounterSettings
from vision.zones import Anchor, ZoneKind

SECRET = "correct-horse-battery"
ENVIRON = {"COUNTER_PASSWORD": SECRET}
MINIMAL = """\
site: {id: a, timezone: Asia/Tokyo}
hours: {weekly: {mon-sun: "00:00-24:00"}}
cameras:
  c: {source: c.mp4}
"""
SQUARE = "[[0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.1, 0.5]]"

Load = Callable[[str], Site]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write_and_load(text: str) -> Site:
        path = tmp_path / "site.yaml"
        path.write_text(text, encoding="utf-8")
        return load_site(path, ENVIRON)

    return write_and_load


def problems(load: Load, text: str) -> str:
    """Return the error of a faulty site file."""
    with pytest.raises(SiteFileError) as caught:
        load(text)
    return str(caught.value)


def with_zone(zone: str) -> str:
    return (
        MINIMAL
        + f"""\
  d:
    source: d.mp4
    zones:
      z: {zone}
"""
    )


# What a good file becomes


def test_a_recording_that_plays_as_a_camera_lies_beside_the_site_file(load: Load, tmp_path: Path) -> None:
    site = load(MINIMAL.replace("c.mp4", "'replay:clips/c.mp4?offset=2.5&once=true'"))
    camera = site.cameras[0]
    assert camera.source.reveal() == f"replay:{tmp_path}/clips/c.mp4?offset=2.5&once=true"
    assert camera.clip is None, "it is a camera, and not a clip to analyse"


def test_a_replay_that_is_wrongly_written_is_told(load: Load) -> None:
    assert "write replay:FILE" in problems(load, MINIMAL.replace("c.mp4", "'replay:c.mp4?speed=2'"))


def test_every_real_site_file_loads_unchanged(footage: Path) -> None:
    files = sorted(footage.glob("*.yaml"))
    loaded = {path.stem: load_site(path, {}) for path in files}
    assert len(loaded) >= 10
    assert [slot.counter for slot in loaded["desk"].cameras[0].slots] == ["window-1", "window-1"]
    assert set(loaded["one-by-one.unattended"].rules) == set(SETTINGS) - {
        "staff_only_intrusion",
        "terminal_removed",
    }
    assert len(loaded["lab"].cameras) == 3
    assert loaded["corridor-night"].hours.day(date(2026, 11, 23)) == ()


def test_the_office_of_the_design_becomes_records(site: Site) -> None:
    counter = site.cameras[0]
    assert (site.id, site.name, site.language) == ("tsurumi", "鶴見区役所 戸籍課", "ja")
    assert [zone.kind for zone in counter.zones] == [ZoneKind.COUNTER, ZoneKind.STAFF_SIDE, ZoneKind.PUBLIC]
    assert counter.zones[1].serves == "window-1"
    assert counter.zones[1].anchor is Anchor.TORSO
    assert [slot.counter for slot in counter.slots] == ["window-1", "window-1"]
    assert site.items["B-0221"].expected == 78
    assert site.items["vault-door"].states == ("closed", "open")
    assert "vault_alone" not in site.rules
    assert site.rules["unattended_counter"] == UnattendedCounterSettings()


def test_the_digest_is_of_the_bytes_of_the_file(site: Site) -> None:
    assert site.digest == hashlib.sha256(site.path.read_bytes()).hexdigest()


def test_a_clip_is_found_beside_the_site_file(site: Site) -> None:
    assert site.cameras[1].clip == site.path.parent / "vault.mp4"
    assert site.cameras[0].clip is None


def test_the_window_hours_know_holidays_and_exceptions(site: Site) -> None:
    def is_open(local: str) -> bool:
        moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
        return site.hours.is_open(round(moment.timestamp() * 1000))

    assert is_open("2018-02-21T16:59")
    assert not is_open("2018-02-21T17:00")
    assert not is_open("2018-02-12T10:00"), "a substitute holiday"
    assert is_open("2018-02-24T10:00"), "an open Saturday"
    assert not is_open("2018-12-29T10:00"), "closed by exception"


def test_days_may_wrap_around_the_weekend_and_hours_past_midnight(load: Load) -> None:
    text = MINIMAL.replace('{mon-sun: "00:00-24:00"}', '{sat-mon: "22:00-02:00", wed: 08:45-17:00}')
    weekly = load(text).hours.weekly
    assert weekly[5] == weekly[6] == weekly[0] == (OpenRange(22 * 60, 26 * 60),)
    assert weekly[2] == (OpenRange(8 * 60 + 45, 17 * 60),), "unquoted times are times"
    assert weekly[1] == ()


def test_yaml_words_for_no_stay_words(load: Load) -> None:
    text = MINIMAL.replace("id: a", "id: no").replace("  c:", "  on:") + "items: {off: {kind: key, name: yes}}"
    site = load(text.replace("hours: {", "hours: {holidays: NO, "))
    assert (site.id, site.cameras[0].id, site.items["off"].name) == ("no", "on", "yes")
    assert site.hours.day(date(2026, 5, 17)) == (), "NO is Norway"


def test_a_byte_order_mark_and_anchors_do_no_harm(load: Load, tmp_path: Path) -> None:
    text = (
        MINIMAL
        + f"""\
  d: &shared
    source: d.mp4
    zones: {{z: {{kind: public, polygon: {SQUARE}}}}}
  e:
    <<: *shared
    source: e.mp4
"""
    )
    (tmp_path / "site.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    site = load_site(tmp_path / "site.yaml", {})
    assert site.cameras[2].zones == site.cameras[1].zones
    assert site.cameras[2].clip == tmp_path / "e.mp4"


@pytest.mark.parametrize("written", ["false", "off", "no", "{off: true}", "{off: true, after_s: 9}"])
def test_a_rule_can_be_switched_off(load: Load, written: str) -> None:
    assert "terminal_removed" not in load(MINIMAL + f"rules: {{terminal_removed: {written}}}").rules


@pytest.mark.parametrize("written", ["", "true", "{}", "{off: false}"])
def test_a_rule_that_is_only_named_keeps_its_defaults(load: Load, written: str) -> None:
    rules = load(MINIMAL + f"rules: {{staff_only_intrusion: {written}}}").rules
    assert rules["staff_only_intrusion"] == StaffOnlyIntrusionSettings()


def test_a_slot_says_which_counter_it_belongs_to(load: Load) -> None:
    text = (
        MINIMAL
        + f"""\
  d:
    source: d.mp4
    zones:
      near: {{kind: counter, polygon: {SQUARE}}}
      far: {{kind: counter, polygon: [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]]}}
    slots:
      T-1: {{polygon: [[0.2, 0.2], [0.3, 0.2], [0.3, 0.3]]}}
      T-2: {{polygon: [[0.2, 0.2], [0.3, 0.2], [0.3, 0.3]], counter: far}}
      T-3: {{polygon: [[0.0, 0.9], [0.1, 0.9], [0.1, 1.0]]}}
items: {{T-1: {{kind: key}}, T-2: {{kind: key}}, T-3: {{kind: key}}}}
"""
    )
    site = load(text)
    assert [slot.counter for slot in site.cameras[1].slots] == ["near", "far", None]
    assert any("slot T-3 lies on no counter" in warning for warning in site.warnings)
    assert any("counter near has no staff side" in warning for warning in site.warnings)


# Secrets


def test_a_password_goes_from_the_environment_to_the_source_and_nowhere_else(site: Site) -> None:
    source = site.cameras[0].source
    assert source.reveal() == f"rtsp://viewer:{SECRET}@10.0.0.11/main"
    assert str(source) == "rtsp://viewer:***@10.0.0.11/main"
    for shown in (repr(site), str(site.cameras), str(asdict(site.cameras[0])), f"{source}", site.digest):
        assert SECRET not in shown


def test_a_password_may_hold_what_ends_an_address(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(MINIMAL.replace("c.mp4", "'rtsp://u:${P}@h/main'"), encoding="utf-8")
    site = load_site(path, {"P": "a/b@c?d#e%20"})
    assert site.cameras[0].source.reveal() == "rtsp://u:a%2Fb%40c%3Fd%23e%20@h/main"


def test_a_password_that_stands_in_the_file_is_warned_about_and_not_shown(load: Load) -> None:
    site = load(MINIMAL.replace("c.mp4", "'rtsp://u:hunter2@h/main?token=abcdef'"))
    assert any("a password stands in the file" in warning for warning in site.warnings)
    assert "hunter2" not in repr(site)
    assert "abcdef" not in repr(site)


def test_an_address_in_a_wrong_place_is_not_quoted(load: Load) -> None:
    text = MINIMAL.replace("source: c.mp4", "source: c.mp4, zones: 'rtsp://u:hunter2@h/x', rtsp://u:hunter2@h: 1")
    assert "hunter2" not in problems(load, text)


# What a bad file is told: the commonest mistakes

MISTAKES = {
    "a missing variable": (
        MINIMAL.replace("c.mp4", "'rtsp://u:${NOT_SET}@h/'"),
        "site.yaml:4: cameras.c.source: found ${NOT_SET}, and the environment has no NOT_SET",
    ),
    "an unknown key": (
        MINIMAL.replace("source:", "sorce:"),
        'site.yaml:4: cameras.c.sorce: found the unknown key "sorce"; expected one of the keys source, ',
    ),
    "a missing section": (
        MINIMAL.partition("cameras")[0],
        "site.yaml:1: found no cameras; expected the key cameras; add cameras: ...",
    ),
    "an unknown rule": (
        MINIMAL + "rules: {unatended_counter: {after_s: 3}}",
        'found the unknown rule "unatended_counter"; expected the name of a rule; write unattended_counter',
    ),
    "a duplicate key": (
        MINIMAL + "  c: {source: d.mp4}\n",
        'site.yaml:5: cameras.c: found "c" twice, in lines 4 and 5; expected every key once',
    ),
    "pixels for fractions": (
        with_zone("{kind: public, polygon: [[10, 10], [0.5, 0.1], [0.5, 0.5]]}"),
        'cameras.d.zones.z.polygon[0][0]: found "10"; expected a fraction 0..1 of the width: pixels',
    ),
    "a bow-tie": (
        with_zone("{kind: public, polygon: [[0, 0], [1, 1], [1, 0], [0, 1]]}"),
        "cameras.d.zones.z.polygon: found edges that cross at [0.5, 0.5]; expected corners in their order",
    ),
    "two corners": (
        with_zone("{kind: public, polygon: [[0, 0], [1, 1]]}"),
        "cameras.d.zones.z.polygon: found 2 corners; expected at least three corners [[x, y], [x, y],",
    ),
    "a staff side of nothing": (
        with_zone(f"{{kind: staff_side, serves: window-1, polygon: {SQUARE}}}"),
        "found serves: window-1, which is no counter; expected the id of a zone of kind counter; add a zone",
    ),
    "hours that are no hours": (
        MINIMAL.replace('"00:00-24:00"', '"8.45-17"'),
        'hours.weekly.mon-sun: found "8.45-17"; expected window hours such as "08:45-17:00"',
    ),
    "a tab": (MINIMAL.replace("  c:", "\tc:"), "site.yaml:4: found a tab; expected YAML"),
    "a quoted number": (
        MINIMAL + 'rules: {vault_open: {after_s: "90"}}',
        'rules.vault_open.after_s: found the quoted text "90"; expected seconds; write a number',
    ),
    "negative seconds": (MINIMAL + "rules: {vault_open: {after_s: -1}}", 'found "-1"; expected seconds'),
    "endless seconds": (MINIMAL + "rules: {vault_open: {after_s: .inf}}", 'found ".inf"; expected seconds'),
    "nobody at the vault": (MINIMAL + "rules: {vault_alone: {min_people: 0}}", "a whole number from 1 to"),
    "an unknown choice": (
        MINIMAL + "rules: {staff_only_intrusion: {when: from_publik}}",
        'found "from_publik"; expected one of always, after_hours, from_public; write from_public',
    ),
    "unquoted ranges": (
        MINIMAL.replace('"00:00-24:00"', "08:45-12:00,13:00-17:00"),
        "put all ranges of a day into one pair of quotes",
    ),
    "a day set twice": (
        MINIMAL.replace("{mon-sun:", '{wed: "09:00-10:00", mon-sun:'),
        "found wed both in wed and in mon-sun; expected each day once",
    ),
    "overlapping ranges": (MINIMAL.replace("00:00-24:00", "08:00-12:00,11:00-13:00"), "ranges that overlap"),
    "hours into the next day's": (
        MINIMAL.replace('{mon-sun: "00:00-24:00"}', '{mon: "22:00-02:00", tue: "01:00-05:00"}'),
        "found mon past midnight into the hours of tue",
    ),
    "an unknown country": (
        MINIMAL.replace("hours: {", "hours: {holidays: JAP, "),
        'hours.holidays: found "JAP"; expected a country code such as JP',
    ),
    "a day that is none": (
        MINIMAL.replace("hours: {", "hours: {exceptions: {2018-02-30: closed}, "),
        'found "2018-02-30"; expected a date; write year-month-day',
    ),
    "an unknown time zone": (MINIMAL.replace("Asia/Tokyo", "Tokyo"), "site.timezone: found"),
    "a slot without its item": (
        MINIMAL.replace("c.mp4", f"c.mp4, slots: {{T-01: {{polygon: {SQUARE}}}}}") + "items: {T-10: {kind: key}}",
        "found the slot T-01, and no item of that id; expected an item for every slot; write T-10",
    ),
    "an id that is a sentence": (MINIMAL.replace("  c:", "  窓口 1:"), "rename it, as in camera-1"),
    "an unknown address": (
        MINIMAL.replace("c.mp4", "ftp://h/x"),
        "begin with rtsp://, rtsps://, http://, https://",
    ),
    "doors with other states": (
        MINIMAL + "items: {d: {kind: door, states: [open, closed]}}",
        "expected [closed, open], closed first",
    ),
    "nothing at all": ("", "found an empty file"),
    "a variable in braces": (
        MINIMAL.replace("c.mp4", "rtsp://u:${NOT_SET}@h/"),
        "expected YAML: key: value, indented by spaces; inside { } put an address into quotes",
    ),
    "a broken bracket": (MINIMAL + "items: {T-01: {kind: key}", "a fault of syntax"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_its_remedy(load: Load, mistake: str) -> None:
    text, told = MISTAKES[mistake]
    assert told in problems(load, text)


def test_cameras_and_zones_are_called_by_their_names_and_by_their_ids_where_they_have_none(load: Load) -> None:
    text = with_zone(f"{{kind: public, name: 待合ロビー, polygon: {SQUARE}}}")
    site = load(text.replace("  d:\n", "  d:\n    name: 天井\n"))
    assert (site.camera_name("d"), site.camera_name("c")) == ("天井", "c")
    assert (site.zone_name("z"), site.zone_name("gone")) == ("待合ロビー", "gone")


def test_a_zone_has_one_name_however_many_cameras_see_it(load: Load) -> None:
    other = f"  e: {{source: e.mp4, zones: {{z: {{kind: public, name: 廊下, polygon: {SQUARE}}}}}}}\n"
    text = with_zone(f"{{kind: public, name: ロビー, polygon: {SQUARE}}}") + other
    assert "found name 廊下, and ロビー in line 8; expected one name for a zone" in problems(load, text)
    assert load(text.replace("name: 廊下, ", "")).zone_name("z") == "ロビー"


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_lines(load: Load) -> None:
    text = MINIMAL.replace("Asia/Tokyo", "Nowhere").replace("c.mp4", "usb:x") + "rules: {vault: false}"
    with pytest.raises(SiteFileError) as caught:
        load(text)
    assert [problem.line for problem in caught.value.problems] == [1, 4, 5]


def test_a_zone_seen_by_two_cameras_means_the_same_in_both(load: Load) -> None:
    text = (
        with_zone(f"{{kind: public, polygon: {SQUARE}}}")
        + f"""\
  e:
    source: e.mp4
    zones:
      z: {{kind: vault, polygon: {SQUARE}}}
"""
    )
    assert "found kind vault, and public in line 8; expected one meaning for a zone" in problems(load, text)


def test_a_missing_file_and_one_in_another_encoding_are_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError, match="no readable file"):
        load_site(tmp_path / "none.yaml", {})
    (tmp_path / "sjis.yaml").write_bytes(MINIMAL.replace("id: a", "name: 窓口").encode("shift_jis"))
    with pytest.raises(SiteFileError, match=r"sjis\.yaml:1: found bytes that are not UTF-8"):
        load_site(tmp_path / "sjis.yaml", {})


# Whatever can be said comes back

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)
SECONDS = st.floats(0, 3600).map(lambda value: round(value, 3))


@st.composite
def site_files(draw: st.DrawFn) -> dict[str, object]:
    """Draw the content of a good site file as plain data."""
    edge = draw(st.floats(0.1, 0.9).map(lambda value: round(value, 3)))
    square = [[0.0, 0.0], [edge, 0.0], [edge, edge], [0.0, edge]]
    cameras = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    first_day, last_day = draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)))
    start = draw(st.integers(0, 22))
    return {
        "site": {"id": draw(IDS), "name": draw(st.text("窓口 a1:#", min_size=1)), "timezone": "Asia/Tokyo"},
        "hours": {
            "weekly": {f"{first_day}-{last_day}": f"{start:02}:00-{start + 1:02}:30"},
            "holidays": [draw(st.dates(date(2000, 1, 1), date(2100, 1, 1)))],
        },
        "cameras": {
            name: {
                "source": "c.mp4",
                "detect_fps": draw(st.integers(1, 30)),
                "zones": {
                    "w": {"kind": "counter", "polygon": square},
                    "b": {"kind": "staff_side", "serves": "w", "polygon": square},
                },
            }
            for name in cameras
        },
        "rules": {"vault_open": draw(SECONDS.map(lambda s: {"after_s": s}) | st.just(False))},
    }


@given(site_files())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_comes_back(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    site = load_site(path, {})
    assert site.name == content["site"]["name"]
    assert {camera.id: camera.detect_fps for camera in site.cameras} == {
        name: camera["detect_fps"] for name, camera in content["cameras"].items()
    }
    polygon = content["cameras"][site.cameras[0].id]["zones"]["w"]["polygon"]
    assert [list(corner) for corner in site.cameras[0].zones[0].polygon] == polygon
    written = content["rules"]["vault_open"]
    assert ("vault_open" in site.rules) == bool(written)


def test_how_much_footage_is_kept_of_all_cameras_and_of_single_ones(load: Load) -> None:
    text = MINIMAL + "footage: {keep_days: 14, keep_gb: 200, free_gb: 10, cameras: {c: {keep_days: 90}}}"
    footage = load(text).footage
    assert footage.usual == Keep(14, 200)
    assert footage.keep("c") == Keep(90, 200)
    assert footage.free_gb == 10


def test_footage_is_kept_for_thirty_days_where_the_file_says_nothing(load: Load) -> None:
    assert load(MINIMAL).footage.keep("c") == Keep(30, None)


def test_footage_is_encrypted_where_the_file_says_so_with_a_key_beside_it(load: Load, tmp_path: Path) -> None:
    assert load(MINIMAL).footage.encrypt is False
    assert load(MINIMAL + "footage: {encrypt: true}").footage.key_file is None
    footage = load(MINIMAL + "footage: {encrypt: true, key_file: keys/footage.key}").footage
    assert (footage.encrypt, footage.key_file) == (True, tmp_path / "keys" / "footage.key")


@pytest.mark.parametrize(
    ("footage", "told"),
    [
        ("{keep_days: 0}", "days"),
        ("{keep_gb: -1}", "GB of footage"),
        ("{free_gb: 1}", "from 3 to"),
        ("{encrypt: maybe}", "write true or false"),
        ("{key_file: a.key}", "add encrypt: true"),
        ("{keep: 3}", "write keep_gb"),
        ("{cameras: {d: {keep_days: 3}}}", "there is no such camera"),
    ],
)
def test_limits_of_footage_that_cannot_be_are_told(load: Load, footage: str, told: str) -> None:
    assert told in problems(load, MINIMAL + f"footage: {footage}")
