"""The description of the interface is whole: what each thing is, an example of it, and how it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.web.examples import EXAMPLES, unclear
from tests.api.web.served import ServedOffice


@pytest.fixture(scope="module")
def described(office: ServedOffice) -> dict[str, Any]:
    return dict(office.stranger().get("/openapi.json").json())


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_says_what_it_does_under_a_name_of_its_own(described: dict[str, Any]) -> None:
    found = dict(operations(described))
    assert [name for name, one in found.items() if not (one["summary"] and one["description"] and one["tags"])] == []
    assert len({one["operationId"] for one in found.values()}) == len(found)


def test_every_parameter_and_every_property_has_an_example_or_speaks_for_itself(described: dict[str, Any]) -> None:
    assert unclear(described) == []


def test_every_form_says_what_it_is(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert [name for name, one in schemas.items() if not one.get("description") and "enum" not in one] == []


def test_every_example_is_one_of_a_word_that_is_used(described: dict[str, Any]) -> None:
    used = {
        name for schema in described["components"]["schemas"].values() for name in schema.get("properties", {})
    } | {one["name"] for _, operation in operations(described) for one in operation.get("parameters", ())}
    assert set(EXAMPLES) <= used


def test_every_answer_has_a_form_and_every_error_that_of_problems(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], name
            elif status not in {"204", "303", "304"}:
                assert response["content"], name
                assert all(content["schema"] is not None for content in response["content"].values()), name


def test_whoever_must_show_who_it_is_may_be_refused(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        if operation["security"]:
            assert {"401", "403"} <= operation["responses"].keys(), name
