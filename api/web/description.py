"""The description of the HTTP interface (OpenAPI 3.1), completed from what each route declares that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI

from api.auth.cookies import PLAIN, SECURE
from api.auth.needs import Declaration, Public, declarations, public
from api.version import version_text
from api.web.examples import add_examples
from api.web.models.base import Json, Page
from api.web.problems import MEDIA_TYPE, Problem

_ABOUT: Final = """\
What Kuraban sees and what its ledger says, of one office.

People sign in at `/api/v1/access/login` and are known by a cookie; whatever changes something also needs the header
`X-CSRF-Token`, as `/api/v1/access/me` tells it. Programs send an API token as `Authorization: Bearer …`.
Lists answer `{"items": [...], "next": cursor or null}`. Errors are problem details (RFC 9457). Moments are ISO 8601
with the site's own offset.
"""
_SCHEMES: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": SECURE, "description": f"Over http it is `{PLAIN}`."},
    "token": {"type": "http", "scheme": "bearer"},
}
_ALWAYS: Final = (HTTPStatus.INSUFFICIENT_STORAGE, HTTPStatus.SERVICE_UNAVAILABLE)
"""What any answer can be: the disk is full, or another process holds the ledger."""

_WITH_BODY: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
"""The body is no JSON, or too large."""

_PROBLEM: Final = {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}


def describe(app: FastAPI, path: str) -> None:
    """Give an application's description, under its path, to everybody: it tells nothing of the office."""
    app.title, app.description, app.version = "Kuraban", _ABOUT, version_text().rpartition(" ")[2]
    made: Json = {}

    @app.get(path, tags=["service"])
    def description(_: Annotated[None, Depends(public())]) -> Json:
        """Return this description."""
        if not made:
            made.update(_completed(app.openapi(), app))
        return made


def _completed(described: Json, app: FastAPI) -> Json:
    described.setdefault("components", {})["securitySchemes"] = _SCHEMES
    described["components"].setdefault("schemas", {})[Problem.__name__] = _problem_schema(described)
    needed = {
        (path, method.lower()): declared
        for methods, path, (declared,) in declarations(app)
        for method in methods.split(",")
    }
    for place, operation in _operations(described):
        _complete(operation, needed[place])
    _tidy(described["components"]["schemas"])
    add_examples(described)
    return described


def _tidy(schemas: Json) -> None:
    """Take out the form of errors that is FastAPI's own and ours no longer, and say what a page of a list is."""
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, schema in schemas.items():
        if name.startswith(f"{Page.__name__}_"):
            schema.setdefault("description", Page.__doc__)


def _operations(described: Json) -> Iterator[tuple[tuple[str, str], Json]]:
    """Give each operation with its path and method."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield (path, method), operation


def _complete(operation: Json, declared: Declaration) -> None:
    """Add who may ask, and how errors are answered."""
    responses: dict[str, Any] = operation["responses"]
    if isinstance(declared, Public):
        operation["security"] = []
    else:
        operation["security"] = [{name: []} for name in _SCHEMES]
        operation["x-permission"] = None if declared.permission is None else declared.permission.value
        for refusal in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            responses.setdefault(str(int(refusal)), {"description": refusal.phrase})
    for refusal in _ALWAYS + (_WITH_BODY if "requestBody" in operation else ()):
        responses.setdefault(str(int(refusal)), {"description": refusal.phrase})
    for status, response in responses.items():
        if status >= "400":
            response["content"] = {MEDIA_TYPE: _PROBLEM}
        for media_type, content in response.get("content", {}).items():
            content.setdefault("schema", {"type": "string", "contentMediaType": media_type})


def _problem_schema(described: Json) -> Json:
    known: Json | None = described["components"]["schemas"].get(Problem.__name__)
    return known or Problem.model_json_schema(ref_template="#/components/schemas/{model}")
