"""Whatever is asked: every answer is one that the description tells of, and none is for a role that may not have it.

Requests are made up from the description itself (schemathesis), such as it allows and such as it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.auth.permissions import Role
from api.auth.tables import attempts
from api.web.application import PREFIX
from tests.api.everybody import EVERYTHING, HOLDERS, everybody, furnish
from tests.api.test_matrix import HTTP, Line
from tests.api.web.served import ServedOffice

CHECKS: Final = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
AT_LENGTH: Final = 100

THERE: Final = (
    "/site",
    "/cameras",
    "/cameras/counter",
    "/zones",
    "/slots",
    "/settings",
    "/overview",
    "/incidents",
    "/items",
    "/items/T-01",
    "/counts",
    "/counts/B-0221",
    "/acts",
    "/closing",
    "/checklists/2018-02-21",
    "/checklists/2018-02-21/pdf",
    "/compliance?first=2018-02-21&last=2018-02-22",
    "/compliance?first=2018-02-21&last=2018-03-22&by=month",
    "/compliance/pdf?first=2018-02-21&last=2018-02-22",
    "/compliance/csv?first=2018-02-21&last=2018-02-22",
    "/cases",
    "/cases/C-1",
    "/holds",
    "/evidence",
    "/investigation?item=B-0221",
    "/last-seen",
    "/ledger/entries",
    "/ledger/entries?kind=count&item=B-0221&actor=sato&limit=1",
    "/ledger/entries/{seq}",
    "/ledger/entries/{seq}/proof",
    "/ledger/checkpoint",
    "/ledger/consistency?old=1",
    "/ledger/lines",
    "/jobs",
    "/drills",
    "/alerts/outbox",
    "/alerts/destinations",
    "/users",
    "/users/viewer",
    "/users/viewer/tokens",
    "/access/first",
    "/access/oidc",
    "/access/me",
    "/access/me/sessions",
    "/access/mandates",
    "/access/tokens",
    "/health",
    "/health/ready",
    "/metrics",
)
"""What is there once the office has been in use for a while; `seq` is an entry that people signed."""

ELSEWHERE: Final = {"/discovery/streams": 503}
"""What depends on somebody else in the network, who may not be there."""

ENDING: Final = [line for line in HTTP if line.path != "/changes"]
"""All but the one whose answer goes on for ever, which has tests of its own."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    with everybody(tmp_path_factory.mktemp("schema")) as opened:
        yield opened


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    """Another office, in which nothing was asked for that made no sense."""
    with everybody(tmp_path_factory.mktemp("furnished")) as opened:
        furnish(opened)
        yield opened


@pytest.fixture(scope="module")
def schema(office: ServedOffice) -> BaseSchema:
    """The description, without how one signs in: the test does that itself."""
    described: dict[str, Any] = office.stranger().get("/openapi.json").json()
    del described["components"]["securitySchemes"]
    for operations in described["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return schemathesis.openapi.from_dict(described)


@pytest.mark.parametrize("line", ENDING, ids=str)
def test_every_answer_is_described_and_is_for_the_role(office: ServedOffice, schema: BaseSchema, line: Line) -> None:
    examine(office, schema, line, GenerationMode.POSITIVE, list(Role), examples=1)
    examine(office, schema, line, GenerationMode.NEGATIVE, [EVERYTHING], examples=2)


@pytest.mark.parametrize("address", THERE)
def test_what_there_is_is_told_as_described(furnished: ServedOffice, schema: BaseSchema, address: str) -> None:
    path, _, query = address.format(seq=furnished.seq("count")).partition("?")
    line, places = the_line(path)
    operation = schema[f"{PREFIX}{line.path}"]["GET"]
    case = operation.Case(path_parameters=places, query=dict(parse_qsl(query)))
    answer = answered(furnished, line, case, EVERYTHING)
    case.validate_response(answer, checks=CHECKS)
    assert answer.status_code == 200


def the_line(path: str) -> tuple[Line, dict[str, str]]:
    """Return the line of the table that a path belongs to, and what stands in its places."""
    fitting = ((line, re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", line.path), path)) for line in ENDING)
    return next((line, found.groupdict()) for line, found in fitting if found and line.method == "GET")


@pytest.mark.long
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("line", ENDING, ids=str)
def test_every_answer_is_described_at_length(
    office: ServedOffice, schema: BaseSchema, line: Line, mode: GenerationMode
) -> None:
    examine(office, schema, line, mode, [EVERYTHING], examples=AT_LENGTH)


def examine(
    office: ServedOffice, schema: BaseSchema, line: Line, mode: GenerationMode, accounts: list[str], examples: int
) -> None:
    """Send made-up requests of a route as each of these accounts, and hold the answers against the description."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[f"{PREFIX}{line.path}"][line.method].as_strategy(generation_mode=mode))
    def send(case: Case[Any]) -> None:
        for account in accounts:
            answer = answered(office, line, case, account)
            case.validate_response(answer, checks=CHECKS)
            assert answer.status_code < 500 or answer.status_code == ELSEWHERE.get(line.path)
            if account != EVERYTHING and line.permission != "public":
                expect_for(account, line, answer.status_code)

    with suppress(Unsatisfiable):  # where nothing can be wrong with a request, none is made up
        send()


def answered(office: ServedOffice, line: Line, case: Case[Any], account: str) -> Any:
    """Return the answer to somebody who is signed in, and whose wrong passwords are forgotten."""
    if line.path.startswith("/access/"):
        with office.office.records.write() as connection:
            connection.execute(attempts.delete())
    client = office.as_(account)
    headers = {"Cookie": client.cookie, "X-CSRF-Token": client.csrf}
    answer = case.call(base_url=office.address, headers=headers, timeout=20)
    if line.path == "/access/logout":
        office.forget(account)
    return answer


def expect_for(role: str, line: Line, status: int) -> None:
    """Expect that a role that may not is refused, whatever it sends; what is no JSON is refused to all."""
    if role not in HOLDERS[line.permission]:
        assert status in {400, 403}
