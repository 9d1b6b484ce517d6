"""Jobs: asked for, followed by whoever asked, and ended whatever happens in them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from api.site import Site
from api.web.jobs import MOST_WAITING, Jobs, JobState, Tell
from api.web.routes import jobs, ledger
from custody.errors import RefusedError
from custody.records import changes
from custody.records.changes import ChangeKind
from tests.api.auth.conftest import Browser
from tests.api.web.counter import Counter


@pytest.fixture
def counter(tmp_path: Path, site: Site) -> Iterator[Counter]:
    with Counter(tmp_path / "data", site, [jobs.router, ledger.router]) as opened:
        opened.register()
        yield opened


def ended(browser: Browser, job: str, within_s: float = 10) -> dict[str, Any]:
    """Return a job once it has ended."""
    for _ in range(round(within_s / 0.02)):
        answer: dict[str, Any] = browser.get(f"/jobs/{job}").json()
        if answer["ended"] is not None:
            return answer
        threading.Event().wait(0.02)
    raise AssertionError(answer)


def made(counter: Counter) -> Jobs:
    found: Jobs = counter.app.state.jobs
    return found


def test_a_whole_ledger_is_found_to_be_whole(counter: Counter) -> None:
    auditor = counter.browser("ito")
    auditor.post("/ledger/checkpoint")
    asked = auditor.post("/ledger/verify")
    assert asked.status_code == HTTPStatus.ACCEPTED
    result = ended(auditor, asked.json()["id"])["result"]
    assert (result["state"], result["whole"], result["findings"]) == ("intact", True, [])
    assert result["entries"] == len(counter.office.ledger)
    assert counter.browser("sato").post("/ledger/verify").status_code == HTTPStatus.FORBIDDEN


def test_each_step_of_a_job_is_told_as_a_change(counter: Counter) -> None:
    def work(tell: Tell) -> Mapping[str, Any]:
        for done in range(3):
            counter.pass_s(1)
            tell(done, 3)
            tell(done, 3)  # so soon after, nobody is told again
        return {}

    job = made(counter).begin("test", "ito", work)
    ended(counter.browser("ito"), job.id)
    with counter.office.records.read() as connection:
        told = [one.body for one in changes.after(connection, 0, 500) if one.kind is ChangeKind.JOB_PROGRESS]
    assert [(one["state"], one["done"]) for one in told] == [
        ("running", 0),
        ("running", 0),
        ("running", 1),
        ("running", 2),
        ("done", 2),
    ]


def test_only_who_asked_sees_a_job(counter: Counter) -> None:
    job = made(counter).begin("test", "ito", lambda _: {"number": 5})
    assert ended(counter.browser("ito"), job.id)["result"] == {"number": 5}
    assert [one["id"] for one in counter.browser("ito").get("/jobs").json()["items"]] == [job.id]
    assert counter.browser("abe").get(f"/jobs/{job.id}").status_code == HTTPStatus.NOT_FOUND
    assert counter.browser("abe").get("/jobs").json()["items"] == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RefusedError("C-1 has nothing in it"), "C-1 has nothing in it"),
        (ZeroDivisionError("password=hunter2"), "ZeroDivisionError: this is a fault of Kuraban; see its log"),
    ],
)
def test_a_job_that_fails_says_why_and_the_next_one_runs(counter: Counter, error: Exception, told: str) -> None:
    def fail(_: Tell) -> Mapping[str, Any]:
        raise error

    failed = made(counter).begin("test", "ito", fail)
    after = made(counter).begin("test", "ito", lambda _: {})
    auditor = counter.browser("ito")
    assert ended(auditor, after.id)["state"] == JobState.DONE
    assert (ended(auditor, failed.id)["state"], ended(auditor, failed.id)["failure"]) == (JobState.FAILED, told)


def test_one_account_cannot_fill_the_queue(counter: Counter) -> None:
    end = threading.Event()

    def wait(_: Tell) -> Mapping[str, Any]:
        end.wait(10)
        return {}

    for _ in range(MOST_WAITING):
        made(counter).begin("test", "ito", wait)
    with pytest.raises(RefusedError, match="10 jobs of ito have not ended"):
        made(counter).begin("test", "ito", wait)
    other = made(counter).begin("test", "mori", lambda _: {})
    end.set()
    assert ended(counter.browser("mori"), other.id)["state"] == JobState.DONE
