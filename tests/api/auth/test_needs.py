"""What a route needs stands at the route, once; one that says nothing is found."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI

from api.auth.needs import declarations, needs, public, signed_in, undeclared
from api.auth.permissions import Permission
from api.auth.principal import Principal
from tests.api.auth.conftest import People


def test_every_route_of_people_declares_what_it_needs(people: People) -> None:
    declared = {path: found for _, path, found in declarations(people.app)}
    assert "/api/v1/access/login" in declared
    assert "/live/{camera}" in declared
    assert undeclared(people.app, but=frozenset({"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"})) == []


def test_a_route_that_declares_nothing_or_two_things_is_found() -> None:
    app, inner = FastAPI(openapi_url=None), APIRouter()

    @inner.get("/nothing")
    def nothing() -> None: ...

    @inner.get("/two", dependencies=[Depends(public())])
    def two(who: Annotated[Principal, Depends(signed_in())]) -> None: ...

    @inner.get("/one")
    def one(who: Annotated[Principal, Depends(needs(Permission.VIEW))]) -> None: ...

    app.include_router(inner, prefix="/api")
    assert undeclared(app) == ["GET /api/nothing", "GET /api/two"]


def test_a_route_that_replays_names_its_camera_or_says_that_it_asks_for_the_mandate_itself() -> None:
    with pytest.raises(ValueError, match="names its camera"):
        needs(Permission.REPLAY)
    assert not needs(Permission.REPLAY, mandate=False).mandate
    assert needs(Permission.EXPORT, camera="camera").mandate
