"""`/api/v1/drills`: an item is taken away on purpose, to see whether the office says so in time.

A drill keeps alerts of one item silent, so whoever orders one must be allowed to change the settings.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.web.given import Office
from api.web.models.base import Page
from api.web.models.drills import DrillAnswer, DrillState, Ordered
from api.web.paging import Cursor, Limit, cursor_of, page_of, values_of
from api.web.problems import NotFoundError, documented
from custody.drills import ENDED, STARTED, Drill, Ended, read_ended, read_started
from custody.entries import Entry
from custody.records import entries
from custody.records.entries import As, Query
from vision.incidents import local_time

router = APIRouter(
    prefix="/drills",
    tags=["drills"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Configurer = Annotated[Principal, Depends(needs(Permission.CONFIGURE))]
DrillId = Annotated[str, Path(pattern=r"^drill-[0-9a-f]{1,32}$", examples=["drill-5f0c9a7b"])]

RECORDED_WITHIN_MS: Final = 10_000
"""How long after its time the end of a drill may take to be recorded; then it was broken off."""


@router.post("", status_code=HTTPStatus.ACCEPTED, responses=documented(HTTPStatus.CONFLICT))
async def begin(office: Office, who: Configurer, ordered: Ordered) -> DrillAnswer:
    """Begin a drill: take the item from its place now. How it ends is on the ledger, and at its address here."""
    drill = Drill(
        id=f"drill-{secrets.token_hex(4)}",
        item=ordered.item,
        by=who.account,
        within_ms=round(ordered.within_s * 1000),
        tells=ordered.tells,
        started_at_ms=office.now_ms(),
    )
    await office.begin_drill(drill)
    return _answer(office, drill, None)


@router.get("")
def drills(office: Office, _who: Configurer, cursor: Cursor = None, limit: Limit = 50) -> Page[DrillAnswer]:
    """List drills, the newest first."""
    before = None if cursor is None else int(values_of(cursor, int)[0])
    with office.records.read() as connection:
        found = entries.search(connection, Query(kinds=frozenset({STARTED})), before, limit + 1)
    begun = {entry.seq: read_started(entry) for entry in office.ledger.some(found)}
    return page_of(
        tuple(begun), limit, lambda seq: _answer(office, begun[seq], _end_of(office, begun[seq].id)), cursor_of
    )


@router.get("/{drill}", responses=documented(HTTPStatus.NOT_FOUND))
def show(office: Office, _who: Configurer, drill: DrillId) -> DrillAnswer:
    """Show a drill, and what came of it."""
    for entry in _entries_of(office, drill):
        if entry.kind == STARTED:
            return _answer(office, read_started(entry), _end_of(office, drill))
    raise NotFoundError(f"there is no drill {drill!r}; list them")


def _end_of(office: LiveOffice, drill: str) -> Ended | None:
    return next((read_ended(entry) for entry in _entries_of(office, drill) if entry.kind == ENDED), None)


def _entries_of(office: LiveOffice, drill: str) -> list[Entry]:
    with office.records.read() as connection:
        return office.ledger.some(entries.search(connection, Query(named={As.DRILL: drill})))


def _answer(office: LiveOffice, drill: Drill, ended: Ended | None) -> DrillAnswer:
    return DrillAnswer(
        id=drill.id,
        item=drill.item,
        by=drill.by,
        within_s=drill.within_ms / 1000,
        tells=drill.tells,
        started=local_time(drill.started_at_ms, office.site.timezone),
        state=_state(drill, ended, office.now_ms()),
        incident=None if ended is None else ended.incident,
        took_s=None if ended is None or ended.took_ms is None else ended.took_ms / 1000,
        failure=None if ended is None else ended.failure,
    )


def _state(drill: Drill, ended: Ended | None, now_ms: int) -> DrillState:
    if ended is not None:
        return DrillState.PASSED if ended.passed else DrillState.FAILED
    return DrillState.RUNNING if now_ms < drill.ends_at_ms + RECORDED_WITHIN_MS else DrillState.BROKEN_OFF
