"""Evidence over HTTP: made as a job, on the ledger before it can be fetched, and whole wherever it is checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest

from api.auth.permissions import Grant, Role
from api.footage.index import reindex
from api.site import Site
from api.web.routes import cases, evidence, jobs
from custody.entries import utc_text
from custody.evidence.archive import unpack
from custody.evidence.verify import verify_zip
from custody.incidents import SealedClip, clip_sealed, incident_entries, read_clips
from streams.clips import cut
from tests.api.auth.conftest import NOW_MS, Browser
from tests.api.footage.recorded import record_evening
from tests.api.painted import film
from tests.api.web.counter import Counter
from tests.api.web.test_jobs import ended
from tests.streams.told import BEGAN_MS
from vision.incidents import Evidence, Incident, Severity

WORD: Final = {"reason": "紛失調査", "authority": "鶴戸第 12 号"}
INCIDENT: Final = "20180221T080900000Z-unattended_counter-window-1"
OF_INCIDENT: Final = WORD | {"subject": {"kind": "incident", "incident": INCIDENT}}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of the counter."""
    return film(tmp_path_factory.mktemp("recording") / "counter.mp4", {"T-01": "pppp"})


@pytest.fixture
def counter(tmp_path: Path, site: Site, recording: Path) -> Iterator[Counter]:
    """An office with an incident whose clip was sealed."""
    with Counter(tmp_path / "data", site, [evidence.router, jobs.router, cases.router]) as opened:
        opened.register()
        raise_with_clip(opened, recording)
        yield opened


def raise_with_clip(counter: Counter, recording: Path) -> None:
    incident = Incident(
        id=INCIDENT,
        rule="unattended_counter",
        site="tsurumi",
        camera="counter",
        zone="window-1",
        item=None,
        began_at_ms=NOW_MS - 60_000,
        raised_at_ms=NOW_MS - 59_000,
        ended_at_ms=NOW_MS - 58_000,
        severity=Severity.WARNING,
        after_hours=True,
        tracks=(),
        evidence=Evidence(NOW_MS - 59_000, "counter"),
    )
    target = counter.office.folder / "clips" / f"{INCIDENT}.mp4"
    target.parent.mkdir()
    clip = cut(recording, NOW_MS - 60_000, NOW_MS - 58_000, NOW_MS - 60_000, target)
    sealed = SealedClip(
        camera="counter",
        file=f"clips/{target.name}",
        requested=(NOW_MS - 60_000, NOW_MS - 58_000),
        delivered=(clip.delivered_from_ms, clip.delivered_to_ms),
        sha256=hashlib.sha256(target.read_bytes()).hexdigest(),
    )
    counter.office.ledger.record_all([*incident_entries(incident), clip_sealed(sealed, NOW_MS, INCIDENT)])
    counter.flush()


def exported(browser: Browser, asked: Any) -> dict[str, Any]:
    begun = browser.post("/evidence", asked)
    assert begun.status_code == HTTPStatus.ACCEPTED, begun.text
    return ended(browser, begun.json()["id"], within_s=30)


def test_an_incident_leaves_as_a_package_that_anybody_can_check(counter: Counter) -> None:
    mori = counter.browser("mori")
    result = exported(mori, OF_INCIDENT)["result"]
    (entry,) = counter.entries("evidence.exported")
    assert (entry.seq, entry.actors) == (result["entry"], ("mori",))
    assert (entry.body["reason"], entry.body["authority"]) == (WORD["reason"], WORD["authority"])
    fetched = mori.get(f"/evidence/{result['package']}")
    assert fetched.headers["content-type"] == "application/zip"
    (taken,) = counter.entries("evidence.fetched")
    assert (taken.actors, taken.body["package"]) == (("mori",), result["package"])
    report = verify_zip(fetched.content)
    assert (report.whole, report.findings) == (True, ())
    assert [one["package"] for one in mori.get("/evidence").json()["items"]] == [result["package"]]


def test_a_case_leaves_with_all_that_is_in_it(counter: Counter) -> None:
    mori = counter.browser("mori")
    mori.post("/cases", WORD | {"title": "a card of B-0221"})
    parts = [{"kind": "incident", "incident": INCIDENT}, {"kind": "entry", "entry": 0}]
    mori.post("/cases/C-1/parts", {"parts": parts})
    result = exported(mori, WORD | {"subject": {"kind": "case", "case": "C-1"}})["result"]
    assert result["package"].startswith("C-1-")
    assert verify_zip(mori.get(f"/evidence/{result['package']}").content).whole


def test_what_cannot_be_made_says_why_and_nothing_is_on_the_ledger(counter: Counter) -> None:
    mori = counter.browser("mori")
    seconds = {"start": "2018-02-21T17:00:00+09:00", "end": "2018-02-21T17:00:05+09:00"}
    failed = exported(mori, WORD | {"subject": {"kind": "footage", "camera": "counter", **seconds}})
    assert failed["state"] == "failed"
    assert "nothing was recorded" in failed["failure"]
    assert not counter.entries("evidence.exported")
    assert mori.get("/evidence").json()["items"] == []


def test_recorded_footage_leaves_cut_and_sealed_alone_and_with_its_case(counter: Counter, tmp_path: Path) -> None:
    root = counter.office.folder / "footage"
    record_evening(root, tmp_path)
    reindex(counter.office.records, root)
    mori = counter.browser("mori")
    seconds = {"start": utc_text(BEGAN_MS + 15_000), "end": utc_text(BEGAN_MS + 25_000)}
    alone = exported(mori, WORD | {"subject": {"kind": "footage", "camera": "counter", **seconds}})
    mori.post("/cases", WORD | {"title": "a card of B-0221"})
    mori.post("/cases/C-1/parts", {"parts": [{"kind": "clip", "camera": "counter", **seconds}]})
    of_case = exported(mori, WORD | {"subject": {"kind": "case", "case": "C-1"}})
    for job in (alone, of_case):
        content = mori.get(f"/evidence/{job['result']['package']}").content
        assert verify_zip(content).whole
        assert any(name.endswith(".mp4") for name in unpack(content))
    own = [clip for incident, clip in read_clips(counter.entries("clip.sealed")) if incident is None]
    assert {(clip.requested, clip.gaps) for clip in own} == {((BEGAN_MS + 15_000, BEGAN_MS + 25_000), ())}


@pytest.mark.parametrize(
    "subject",
    [
        {"kind": "incident", "incident": "tsurumi-9"},
        {"kind": "case", "case": "C-9"},
        {"kind": "footage", "camera": "roof", "start": "2018-02-21T17:00:00Z", "end": "2018-02-21T18:00:00Z"},
    ],
)
def test_what_is_not_there_cannot_leave(counter: Counter, subject: Any) -> None:
    assert counter.browser("mori").post("/evidence", WORD | {"subject": subject}).status_code == HTTPStatus.NOT_FOUND


def test_who_may_export_one_camera_exports_no_other_and_fetches_only_the_own(counter: Counter) -> None:
    counter.add("endo", Grant(Role.INVESTIGATOR, "tsurumi", "vault"))
    counter.add("ono", Grant(Role.INVESTIGATOR, "tsurumi", "counter"))
    endo, ono = counter.browser("endo"), counter.browser("ono")
    assert endo.post("/evidence", OF_INCIDENT).status_code == HTTPStatus.FORBIDDEN
    package = exported(ono, OF_INCIDENT)["result"]["package"]
    assert ono.get(f"/evidence/{package}").status_code == HTTPStatus.OK
    assert endo.get(f"/evidence/{package}").status_code == HTTPStatus.FORBIDDEN
    assert ono.get("/evidence").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("name", ["..%2f..%2fsite", "%2e%2e", "C-1-nothing", ".hidden"])
def test_nothing_but_a_package_can_be_fetched(counter: Counter, name: str) -> None:
    answer = counter.browser("mori").get(f"/evidence/{name}")
    assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}


def test_nothing_leaves_without_a_reason_and_a_document_and_not_for_everybody(counter: Counter) -> None:
    subject = {"subject": OF_INCIDENT["subject"]}
    assert counter.browser("mori").post("/evidence", subject).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for account in ("ueda", "sato", "kato", "ito", "abe"):
        assert counter.browser(account).post("/evidence", OF_INCIDENT).status_code == HTTPStatus.FORBIDDEN
