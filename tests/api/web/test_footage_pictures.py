"""Small pictures and clips of footage over HTTP: under a mandate, on the ledger, and true about themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from api.settings import load_site
from streams.segments import segment_path
from tests.api.auth.conftest import Browser
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.footage.recorded import BACK_MS, ENDED_MS, LOST_MS
from tests.api.web.evening import Evening, at, local
from tests.streams.footage import Picture, pictures
from tests.streams.told import BEGAN_MS

WHOLE: Final = f"from={at(BEGAN_MS)}&to={at(ENDED_MS)}"


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    folder = tmp_path_factory.mktemp("evening")
    (folder / "site.yaml").write_text(SITE_TEXT, encoding="utf-8")
    made = Evening(folder, load_site(folder / "site.yaml", {"COUNTER_PASSWORD": SECRET}))
    with made.counter:
        yield made


@pytest.fixture
def investigator(evening: Evening) -> Browser:
    return evening.counter.browser("mori")


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(np.uint8)


def test_a_thumbnail_shows_the_nearest_key_frame_and_says_of_when_it_is(
    evening: Evening, investigator: Browser
) -> None:
    mandate = evening.mandate(investigator)
    answer = investigator.get(f"/footage/counter/thumbnail?at={at(BEGAN_MS + 12_700)}&width=80&mandate={mandate}")
    assert (answer.status_code, answer.headers["content-type"]) == (HTTPStatus.OK, "image/jpeg")
    assert answer.headers["X-Captured-At"] == local(BEGAN_MS + 13_000, evening.counter)
    assert decoded(answer.content).shape == (48, 80, 3)


def test_thumbnails_of_one_minute_are_one_replay_on_the_ledger(evening: Evening) -> None:
    custodian = evening.counter.browser("kato")
    mandate = evening.mandate(custodian)
    for second in range(0, 50, 5):
        custodian.get(f"/footage/counter/thumbnail?at={at(BEGAN_MS + second * 1_000)}&mandate={mandate}")
    custodian.get(f"/footage/counter/thumbnail?at={at(BACK_MS)}&mandate={mandate}")
    viewed = [entry for entry in evening.counter.entries("footage.viewed") if entry.actors == ("kato",)]
    assert [entry.body["interval"] for entry in viewed] == [
        {"from": "2018-02-21T08:00:00.000Z", "to": "2018-02-21T08:01:00.000Z"},
        {"from": "2018-02-21T08:01:00.000Z", "to": "2018-02-21T08:01:20.000Z"},
    ]


def test_where_nothing_was_recorded_there_is_no_thumbnail(evening: Evening, investigator: Browser) -> None:
    mandate = evening.mandate(investigator)
    answer = investigator.get(f"/footage/counter/thumbnail?at={at(LOST_MS + 5_000)}&mandate={mandate}")
    assert (answer.status_code, "nothing was recorded" in answer.json()["detail"]) == (HTTPStatus.NOT_FOUND, True)


def test_a_strip_has_a_picture_for_each_part_and_grey_where_nothing_was_recorded(
    evening: Evening, investigator: Browser
) -> None:
    mandate = evening.mandate(investigator)
    answer = investigator.get(f"/footage/counter/strip?{WHOLE}&count=8&width=80&mandate={mandate}")
    cells = np.split(decoded(answer.content), 8, axis=1)
    assert cells[0].shape == (48, 80, 3)
    assert [bool(cell.std() < 5) for cell in cells] == [False] * 4 + [True] * 2 + [False] * 2


def test_a_strip_of_a_gap_is_not_found(evening: Evening, investigator: Browser) -> None:
    mandate = evening.mandate(investigator)
    gap = f"from={at(LOST_MS)}&to={at(BACK_MS)}"
    assert investigator.get(f"/footage/counter/strip?{gap}&mandate={mandate}").status_code == HTTPStatus.NOT_FOUND


def test_a_clip_has_the_recorded_packets_and_says_what_it_is(evening: Evening, investigator: Browser) -> None:
    mandate = evening.mandate(investigator, permission="export")
    from_ms, to_ms = BEGAN_MS + 35_500, BACK_MS + 5_000
    answer = investigator.get(f"/footage/counter/clip.mp4?from={at(from_ms)}&to={at(to_ms)}&mandate={mandate}")
    assert answer.status_code == HTTPStatus.OK
    delivered = answer.headers["X-Delivered-From"]
    assert delivered == local(BEGAN_MS + 35_000, evening.counter)
    path = evening.root.parent / "clip.mp4"
    path.write_bytes(answer.content)
    found = pictures(path, round(datetime.fromisoformat(delivered).timestamp() * 1000))
    there = [one for one in recorded(evening) if one.captured_at_ms >= BEGAN_MS + 35_000]
    assert found == there[: len(found)]
    assert {one for one in there if one.captured_at_ms < to_ms} <= set(found)
    about = comment(path)
    assert (about["camera"], about["mandate"], about["by"]) == ("counter", mandate, "mori")
    assert about["gaps"] == [
        {"from": local(LOST_MS, evening.counter), "to": local(BACK_MS, evening.counter), "cause": "offline"}
    ]


def recorded(evening: Evening) -> list[Picture]:
    return [
        picture
        for segment in evening.segments
        for picture in pictures(segment_path(evening.root, "counter", segment.began_ms), segment.began_ms)
    ]


def comment(path: Any) -> dict[str, Any]:
    with av.open(str(path)) as container:
        read: dict[str, Any] = json.loads(container.metadata["comment"])
    return read


def test_each_clip_that_is_taken_out_is_on_the_ledger(evening: Evening, investigator: Browser) -> None:
    mandate = evening.mandate(investigator, permission="export")
    before = len(evening.counter.entries("footage.exported"))
    for _ in range(2):
        investigator.get(f"/footage/counter/clip.mp4?from={at(BEGAN_MS)}&to={at(BEGAN_MS + 1_000)}&mandate={mandate}")
    exported = evening.counter.entries("footage.exported")[before:]
    assert [(entry.actors, entry.body["mandate"]) for entry in exported] == [(("mori",), mandate)] * 2
    assert exported[0].body["interval"] == {"from": "2018-02-21T08:00:00.000Z", "to": "2018-02-21T08:00:01.000Z"}


@pytest.mark.parametrize("path", [f"thumbnail?at={at(BEGAN_MS)}", f"strip?{WHOLE}", f"clip.mp4?{WHOLE}"])
def test_nothing_is_shown_without_a_mandate_that_holds_it(evening: Evening, investigator: Browser, path: str) -> None:
    permission = "replay" if path.startswith("clip") else "export"  # each of the other kind
    for mandate in (
        "",
        evening.mandate(investigator, permission=permission),
        evening.mandate(investigator, from_ms=BACK_MS, permission="export" if permission == "replay" else "replay"),
    ):
        answer = investigator.get(f"/footage/counter/{path}&mandate={mandate}")
        assert answer.status_code == HTTPStatus.FORBIDDEN, mandate
    assert evening.counter.browser("ueda").get(f"/footage/counter/{path}").status_code == HTTPStatus.FORBIDDEN


def test_who_may_replay_may_not_take_out(evening: Evening) -> None:
    custodian = evening.counter.browser("kato")
    mandate = evening.mandate(custodian)
    answer = custodian.get(f"/footage/counter/clip.mp4?{WHOLE}&mandate={mandate}")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert evening.counter.entries("access.refused")[-1].body["permission"] == "export"
