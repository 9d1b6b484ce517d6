"""`/api/v1/health`: whether the service lives, and whether it can work; for whoever restarts it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.needs import public
from api.web.given import Office
from api.web.models.base import Answer
from api.web.problems import documented
from custody.records.projection import taken

router = APIRouter(prefix="/health", tags=["service"], dependencies=[Depends(public())])


class Alive(Answer):
    """That the service answers."""

    status: Literal["ok"] = Field(examples=["ok"])


@router.get("")
async def health() -> Alive:
    """Say that the service lives: its event loop runs."""
    return Alive(status="ok")


@router.get("/ready", responses=documented(HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INTERNAL_SERVER_ERROR))
def ready(office: Office) -> Alive:
    """Say that the service can work: ledger and database can be read."""
    office.ledger.check_end()
    with office.records.read() as connection:
        taken(connection)
    return Alive(status="ok")
