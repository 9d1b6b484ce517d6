"""Oversight over HTTP: what was due and done, what was raised, and what nobody could see, by day and by month."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from pypdf import PdfReader

from api.language import Language
from api.site import Site
from api.web.routes import compliance
from custody.acts import Count
from custody.records import incidents, watching
from custody.sightings import Gap
from tests.api.auth.conftest import NOW_MS
from tests.api.web.counter import Counter
from vision.incidents import Evidence, Incident, Severity

HOUR_S: int = 3_600
THE_DAY = "first=2018-02-21&last=2018-02-21"


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    """An office that was opened before noon, and at half past six."""
    with Counter(tmp_path / "data", site, [compliance.router], began_s=-6 * HOUR_S) as opened:
        opened.register()
        opened.pass_s(6 * HOUR_S)
        opened.record(Count("B-0221", (78, 78)), "sato", "suzuki")
        opened.pass_s(4_800)
        with opened.office.records.write() as connection:
            watching.save_all(connection, [Gap("counter", NOW_MS - 7_200_000, NOW_MS - 3_600_000, "covered")])
            incidents.save(connection, breach())
        yield opened


def breach() -> Incident:
    return Incident(
        id="20180221T080900000Z-two_person_breach-vault-door",
        rule="two_person_breach",
        site="tsurumi",
        camera=None,
        zone=None,
        item="vault-door",
        began_at_ms=NOW_MS,
        raised_at_ms=NOW_MS,
        ended_at_ms=NOW_MS,
        severity=Severity.WARNING,
        after_hours=True,
        tracks=(),
        evidence=Evidence(NOW_MS, None),
    )


def test_a_day_says_what_was_due_what_was_raised_and_what_could_not_be_seen(counter: Counter) -> None:
    (day,) = counter.browser("ito").get(f"/compliance?{THE_DAY}").json()["items"]
    assert day["period"] == "2018-02-21"
    assert day["counts"] == {"due": 2, "in_time": 1, "late": 0, "missing": 1}
    assert day["sheets"] == {"due": 1, "in_time": 0, "late": 0, "missing": 1}
    assert day["two_person_breaches"] == 1
    assert day["blind_s"]["counter"] - day["blind_s"]["vault"] == HOUR_S
    assert day["unseen_s"]["vault-door"] == day["blind_s"]["vault"]


def test_months_and_csv_have_the_same_numbers(counter: Counter) -> None:
    auditor = counter.browser("ito")
    (month,) = auditor.get("/compliance?first=2018-02-01&last=2018-02-28&by=month").json()["items"]
    assert (month["period"], month["counts"]["missing"]) == ("2018-02", 1)
    answer = auditor.get(f"/compliance/csv?{THE_DAY}")
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["period"], row["counts_due"], row["counts_missing"]) == ("2018-02-21", "2", "1")
    assert float(row["blind_hours:counter"]) - float(row["blind_hours:vault"]) == pytest.approx(1)


@pytest.mark.parametrize(("language", "title"), [("ja", "履行状況の確認"), ("en", "Compliance")])
def test_the_report_is_printed_in_the_language_of_the_office(
    tmp_path: Path, site: Site, language: Language, title: str
) -> None:
    spoken = replace(site, language=language)
    with Counter(tmp_path / "data", spoken, [compliance.router], began_s=-6 * HOUR_S) as counter:
        counter.register()
        counter.pass_s(8 * HOUR_S)
        answer = counter.browser("ito").get("/compliance/pdf?first=2018-01-01&last=2018-03-31")
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    read = "".join("".join(page.extract_text().replace("\0", "").split()) for page in pages)
    assert len(pages) > 1
    assert all(text in read for text in (title, "鶴見区役所戸籍課", "2018-03-31", "0/0/2"))


@pytest.mark.parametrize(
    "asked",
    [
        "first=2018-02-21&last=2018-02-20",
        "first=2018-02-21&last=2019-02-23",
        "first=2018-02-30&last=2018-03-01",
        "first=9999-12-31&last=9999-12-31",
        "first=2018-02-21",
    ],
)
def test_what_is_no_stretch_of_days_is_refused(counter: Counter, asked: str) -> None:
    assert counter.browser("ito").get(f"/compliance?{asked}").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_only_who_oversees_the_office_sees_how_it_kept_to_its_rules(counter: Counter) -> None:
    for account in ("ueda", "sato", "kato", "mori", "abe"):
        assert counter.browser(account).get(f"/compliance?{THE_DAY}").status_code == HTTPStatus.FORBIDDEN
