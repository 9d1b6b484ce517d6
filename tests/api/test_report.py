from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.outputs import OBSERVATIONS, ObservationWriter
from api.report import write_report
from api.requests import AnalyzeResult
from api.settings import Site
from api.timeline import Runs, thinned, timelines
from api.timeline_svg import Axis
from api.words import words
from tests.api.conftest import START_MS
from vision.incidents import Evidence, Incident, Severity
from vision.rules import SETTINGS
from vision.types import Health, Observation, SlotState

SVG = "{http://www.w3.org/2000/svg}"


def result(incidents: Sequence[Incident], partial: tuple[str, ...] = ()) -> AnalyzeResult:
    return AnalyzeResult(tuple(incidents), partial, 1200, 12.3, "onnxruntime fp32", "yolox_nano")


@pytest.fixture
def out(tmp_path: Path, observations: list[Observation]) -> Path:
    folder = tmp_path / "out"
    with ObservationWriter(folder / OBSERVATIONS) as writer:
        for observation in observations:
            writer.write(observation)
    return folder


class Tags(HTMLParser):
    """Keeps every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_report_tells_each_incident_in_the_words_of_the_site(
    out: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    page = write_report(out, site, result(incidents)).read_text(encoding="utf-8")
    for text in (
        "鶴見区役所 戸籍課",
        "保管物の所在不明",
        "T-01 交付用端末 1",
        "17:13:03",
        "yolox_nano",
        "警報",
    ):
        assert text in page
    assert page.index("17:10:21") < page.index("17:11:10") < page.index("17:14:05")


def test_the_report_speaks_english_where_the_site_does(
    out: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    english = replace(site, language="en")
    page = write_report(out, english, result(incidents)).read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Item gone from its place" in page


def test_the_report_fetches_nothing_and_runs_nothing(out: Path, site: Site, incidents: tuple[Incident, ...]) -> None:
    page = write_report(out, site, result(incidents)).read_text(encoding="utf-8")
    tags = Tags(page).tags
    assert not [tag for tag, _ in tags if tag in {"script", "link", "iframe", "img", "object"}]
    for _, attributes in tags:
        for name in ("src", "href"):
            assert "//" not in (attributes.get(name) or "")
        assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", page)


def test_a_clip_is_linked_and_shown_where_it_was_cut(out: Path, site: Site, incidents: tuple[Incident, ...]) -> None:
    (out / "clips").mkdir()
    (out / "clips" / "tsurumi-0003.mp4").write_bytes(b"")
    page = write_report(out, site, result(incidents)).read_text(encoding="utf-8")
    assert page.count("<video") == 1
    assert 'href="clips/tsurumi-0003.mp4"' in page
    assert page.count("映像なし") == len(incidents) - 1


def by_the_ledger(number: int, rule: str, seconds: tuple[int, int, int | None], **why: object) -> Incident:
    began_ms, raised_ms, ended_ms = (None if s is None else START_MS + s * 1_000 for s in seconds)
    assert began_ms is not None
    assert raised_ms is not None
    return Incident(
        id=f"tsurumi-{number:04}",
        rule=rule,
        site="tsurumi",
        camera=None,
        zone=None,
        item="T-01" if rule == "item_not_returned" else None,
        began_at_ms=began_ms,
        raised_at_ms=raised_ms,
        ended_at_ms=ended_ms,
        severity=Severity.ALARM,
        after_hours=True,
        tracks=(),
        evidence=Evidence(began_ms),
        why=why,
    )


LOCKED = by_the_ledger(
    8,
    "vault_locked_without_count",
    (1_700, 1_700, 48_000),
    fact="nobody has counted B-0221",
    step="items_counted",
    missing=["B-0221"],
    since="2018-02-21T08:00:00.000Z",
    seq=11,
)
KEPT_OUT = by_the_ledger(
    9, "item_not_returned", (1_700, 1_700, None), fact="T-01 is out", step="items_in_vault", missing=["T-01"]
)


def test_what_the_ledger_raised_is_told_with_its_fact_and_its_entry(out: Path, site: Site) -> None:
    page = write_report(out, site, replace(result([LOCKED]), entries=16)).read_text(encoding="utf-8")
    assert "17:00以降、B-0221の員数を二人で確認していない" in page
    assert "台帳の記録 11" in page
    assert "<dt>照合した台帳の記録</dt><dd>16</dd>" in page


def test_whoever_reads_can_tell_what_cameras_raised_from_what_the_ledger_did(
    out: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    page = write_report(out, site, result([LOCKED, incidents[0]])).read_text(encoding="utf-8")
    assert re.findall(r'class="tag">(.*?)<', page) == ["映像", "台帳"]


@pytest.mark.parametrize(
    ("seconds", "lasted"),
    [((5, 5, 5), "–"), ((5, 5, 12), "7.0 秒"), ((0, 5, 130), "2 分 10 秒"), ((0, 0, 7_500), "2 時間 5 分")],
)
def test_how_long_it_lasted_is_told_in_units_and_of_a_moment_not_at_all(
    out: Path, site: Site, seconds: tuple[int, int, int], lasted: str
) -> None:
    incident = by_the_ledger(1, "closing_overdue", seconds)
    page = write_report(out, site, result([incident])).read_text(encoding="utf-8")
    assert f'<td class="num">{lasted}</td>' in page


def test_what_came_after_the_footage_is_in_the_table_and_not_in_a_picture(out: Path, site: Site) -> None:
    page = write_report(out, site, result([KEPT_OUT])).read_text(encoding="utf-8")
    assert "台帳ではT-01が保管庫に戻っていない" in page
    counter = (out / "timeline-counter.svg").read_text(encoding="utf-8")
    assert "保管物の未返却" not in counter


def test_names_from_the_site_file_cannot_break_the_page(
    out: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    hostile = replace(site, name="<script>alert(1)</script>")
    broken = result([replace(incidents[0], rule="<b>", why={"<i>": "&"})], partial=("<u>",))
    page = write_report(out, hostile, broken).read_text(encoding="utf-8")
    assert not {"script", "b>", "i", "u"} & {tag for tag, _ in Tags(page).tags}
    assert "&lt;script&gt;" in page


def test_every_camera_has_a_picture_that_stands_alone(out: Path, site: Site, incidents: tuple[Incident, ...]) -> None:
    write_report(out, site, result(incidents))
    for camera in site.cameras:
        picture = ET.parse(out / f"timeline-{camera.id}.svg").getroot()
        words_in_it = "".join(picture.itertext())
        assert picture.tag == f"{SVG}svg"
        assert all(zone.id in words_in_it for zone in camera.zones)
        assert all(slot.id in words_in_it for slot in camera.slots)
    counter = "".join(ET.parse(out / "timeline-counter.svg").getroot().itertext())
    assert "覆われている" in counter
    assert "T-01: なし" in counter
    assert "17:12" in counter


def test_a_run_without_incidents_or_observations_says_so(tmp_path: Path, site: Site) -> None:
    page = write_report(tmp_path, site, result([], partial=("vault: 3 s",))).read_text(encoding="utf-8")
    assert "この期間に事案はありません。" in page
    assert "途中で途切れた映像: vault: 3 s" in page


def test_every_rule_has_its_words_in_both_languages() -> None:
    assert set(words("ja").rules) == set(words("en").rules) >= set(SETTINGS)
    assert set(words("ja").labels) == set(words("en").labels)
    assert words("en").rule("a_new_rule") == "a new rule"


def test_runs_join_equal_answers_and_leave_gaps_open() -> None:
    runs: Runs[str] = Runs()
    for at_ms, value in ((0, "a"), (1000, "a"), (2000, "b"), (30_000, "b"), (31_000, "b")):
        runs.add(at_ms, value)
    assert [(run.start_ms, run.end_ms, run.value) for run in runs.finished()] == [
        (0, 2000, "a"),
        (2000, 2000, "b"),
        (30_000, 31_000, "b"),
    ]


def test_a_timeline_keeps_runs_and_not_observations(observations: list[Observation]) -> None:
    line = timelines(observations)["counter"]
    assert [run.value for run in line.health.finished()] == [Health.CLEAR, Health.COVERED, Health.CLEAR]
    assert [run.value for run in line.slots["T-01"].finished()] == [
        SlotState.PRESENT,
        SlotState.OCCLUDED,
        SlotState.ABSENT,
        SlotState.UNKNOWN,
        SlotState.ABSENT,
    ]
    assert [run.value for run in line.zones["lobby"].finished()][:4] == [0, 2, 0, 1]


def test_a_moment_of_absence_is_still_seen_in_the_picture_of_a_day() -> None:
    runs: Runs[str] = Runs()
    for second in range(100):
        runs.add(second * 1000, "absent" if second == 50 else "present")
    kept = thinned(runs.finished(), 5_000, ("absent", "present"))
    assert [run.value for run in kept] == ["present", "absent"]


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (8, ["17:10:00", "17:10:01"]),
        (300, ["17:10", "17:11"]),
        (3600 * 8, ["18:00", "19:00"]),
        (86400 * 5, ["02-22", "02-23"]),
    ],
)
def test_the_axis_has_few_ticks_on_round_local_times(site: Site, seconds: int, labels: list[str]) -> None:
    start_ms = 1_519_200_600_000
    ticks = [label for _, label in Axis(start_ms, start_ms + seconds * 1000, site.timezone).ticks()]
    assert ticks[:2] == labels
    assert 2 <= len(ticks) <= 10
