"""Whatever goes wrong is answered in one form (RFC 9457), with the status that fits, and without a secret."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.requests import RequestError
from api.web import problems
from api.web.models.base import Asked, Moment, Whole, ms_of
from api.web.problems import MEDIA_TYPE, STATUSES, NotFoundError
from custody.acts import ActError
from custody.errors import AlteredLedgerError, LedgerBusyError, LedgerError, RefusedError


class Word(Asked):
    number: Whole
    at: Moment | None = None


class Thrown:
    """What the one route of the application raises."""

    error: Exception = NotFoundError("nothing")


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    def fail() -> None:
        raise Thrown.error

    @app.post("/")
    def take(word: Word) -> int | None:
        return None if word.at is None else ms_of(word.at)

    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("there is no camera 'lobby'; there are counter, vault"), 404),
        (ActError("sato cannot sign twice: the second signature must be another person's"), 409),
        (RefusedError("C-1 has note already"), 409),
        (RequestError("unknown model"), 409),
        (LedgerBusyError("held by another process"), 503),
        (AlteredLedgerError("it is not what was written"), 500),
    ],
)
def test_an_error_of_ours_says_what_to_do_under_the_status_that_fits(
    client: TestClient, error: Exception, status: int
) -> None:
    Thrown.error = error
    response = client.get("/")
    assert response.headers["content-type"] == MEDIA_TYPE
    assert response.json()["detail"] == str(error)
    assert (response.status_code, response.json()["status"]) == (status, status)


def test_the_most_particular_status_of_an_error_counts() -> None:
    assert issubclass(LedgerBusyError, LedgerError)
    assert STATUSES[LedgerBusyError] != STATUSES[LedgerError]


@pytest.mark.parametrize(("code", "status"), [(errno.ENOSPC, 507), (errno.EROFS, 500)])
def test_a_disk_that_fails_is_told_and_names_no_file(client: TestClient, code: int, status: int) -> None:
    Thrown.error = OSError(code, "it failed", "/var/lib/kuraban/secret-name")
    response = client.get("/")
    assert response.status_code == status
    assert "secret-name" not in response.text


def test_a_fault_of_our_own_is_told_as_one_without_its_message(client: TestClient) -> None:
    Thrown.error = ZeroDivisionError("password=hunter2")
    response = client.get("/")
    assert (response.status_code, response.headers["content-type"]) == (500, MEDIA_TYPE)
    assert "hunter2" not in response.text


@pytest.mark.parametrize(
    "body",
    [
        {"number": "78"},
        {"number": True},
        {"number": -1},
        {"number": 2**60},
        {"number": 78, "nmuber": 78},
        {},
        [],
        None,
    ],
)
def test_a_request_that_is_not_as_needed_names_each_fault(client: TestClient, body: Any) -> None:
    response = client.post("/", json=body)
    assert response.status_code == 422
    assert response.json()["faults"]


def test_what_was_sent_is_not_sent_back(client: TestClient) -> None:
    response = client.post("/", json={"number": "correct-horse-battery"})
    assert "correct-horse-battery" not in response.text


def test_a_number_that_json_has_no_form_for_is_refused(client: TestClient) -> None:
    response = client.post("/", content=b'{"number": 1e400}', headers={"content-type": "application/json"})
    assert response.status_code == 422


@pytest.mark.parametrize("at", ["2018-02-21T17:10:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "noon"])
def test_a_moment_without_an_offset_or_beyond_all_calendars_is_refused(client: TestClient, at: str) -> None:
    assert client.post("/", json={"number": 1, "at": at}).status_code == 422


def test_a_moment_is_the_same_in_every_zone(client: TestClient) -> None:
    written = ("2018-02-21T17:10:00.123+09:00", "2018-02-21T08:10:00.123Z")
    assert {client.post("/", json={"number": 1, "at": at}).json() for at in written} == {1_519_200_600_123}


def test_an_unknown_address_is_a_problem_too(client: TestClient) -> None:
    response = client.get("/nowhere")
    assert (response.status_code, response.headers["content-type"]) == (404, MEDIA_TYPE)
