"""`/api/v1/changes`: whatever happens, as server-sent events, to be gone on with after any break.

The log of changes in the database is the buffer: a slow reader costs the service nothing, and who was away asks for
what came after the last id that it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api.auth.errors import AccessError
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.site import Site
from api.web.following import CHECKED_EVERY_S, FollowingSome, Visit, at_least_every
from api.web.given import Office
from api.web.models.changes import ChangeAnswer
from custody.acts import ACTS
from custody.records import changes
from custody.records.changes import Change, ChangeKind
from custody.records.incidents import read_incident
from vision.incidents import incident_json, local_time

router = APIRouter(tags=["changes"])

ChangeId = Annotated[int | None, Query(ge=0, le=2**63 - 1, description="The last id that is known already.")]
LastEventId = Annotated[
    int | None, Header(ge=0, le=2**63 - 1, description="As `after`; a browser sends it by itself.")
]

AT_ONCE: Final = 100
"""Changes that are read at once."""

SPEAKS_EVERY_S: Final = 15.0
"""A comment is sent where nothing has happened for so long, so that nobody on the way takes the line for dead."""

READY: Final = "ready"
RESET: Final = "reset"

_EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events, of which `data` is a `ChangeAnswer`."}
}
_INCIDENTS: Final = frozenset({ChangeKind.INCIDENT_RAISED, ChangeKind.INCIDENT_ENDED})
_NEEDED: Final[Mapping[ChangeKind, Permission]] = MappingProxyType(
    dict.fromkeys(
        (ChangeKind.ALERT_DELIVERED, ChangeKind.ALERT_FAILED, ChangeKind.ALERT_RETRIED), Permission.CONFIGURE
    )
)
"""What it takes to be told of a kind, where that is more than to see its camera."""


@router.get("/changes", response_class=StreamingResponse, responses=_EVENTS)
async def follow(
    office: Office, visit: FollowingSome, after: ChangeId = None, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Follow what happens, from now on or after an id.

    The first event is `ready` with the id from which it goes on; `reset` where so old an id is not kept any more, and
    what is known must be asked for anew. After that each event is called by its kind.
    """
    known = after if last_event_id is None else last_event_id
    unbuffered = {"X-Accel-Buffering": "no"}  # for nginx, which would wait for more
    return StreamingResponse(_events(office, visit, known), media_type="text/event-stream", headers=unbuffered)


async def _events(office: LiveOffice, visit: Visit, known: int | None) -> AsyncIterator[bytes]:
    """Give events as they are sent. FastAPI's own way of it takes a reader who has gone for a fault."""
    last, first = await asyncio.to_thread(_begin, office, known)
    yield format_sse_event(event=first, id=str(last), data_str="{}")
    quiet_turns = 0
    async for _ in at_least_every(CHECKED_EVERY_S, office.on_change()):
        try:
            who = await visit.still()
        except AccessError:
            return
        quiet_turns += 1
        while batch := await asyncio.to_thread(_after, office, last):
            last = batch[-1].id
            for event in _told(office.site, batch, who):
                quiet_turns = 0
                yield event
        if quiet_turns * CHECKED_EVERY_S >= SPEAKS_EVERY_S:
            quiet_turns = 0
            yield KEEPALIVE_COMMENT


def _begin(office: LiveOffice, known: int | None) -> tuple[int, str]:
    """Return the id after which to go on, and as what event that is told."""
    with office.records.read() as connection:
        newest, oldest = changes.newest_id(connection), changes.oldest_id(connection)
    if known is None:
        return newest, READY
    return (known, READY) if oldest - 1 <= known <= newest else (newest, RESET)


def _after(office: LiveOffice, last: int) -> tuple[Change, ...]:
    with office.records.read() as connection:
        return changes.after(connection, last, AT_ONCE)


def _told(site: Site, batch: tuple[Change, ...], who: Principal) -> Iterator[bytes]:
    for change in batch:
        if _may_know(who, change):
            data = change_answer(site, change).model_dump_json()
            yield format_sse_event(event=change.kind.value, id=str(change.id), data_str=data)


def change_answer(site: Site, change: Change) -> ChangeAnswer:
    """Return something that has happened, with the moments of an incident in the site's own zone."""
    body = change.body
    if change.kind in _INCIDENTS:
        body = incident_json(read_incident(body), site.timezone)
    return ChangeAnswer(
        id=change.id,
        kind=change.kind,
        at=local_time(change.at_ms, site.timezone),
        camera=change.camera,
        body=dict(body),
    )


def _may_know(who: Principal, change: Change) -> bool:
    """Tell whether somebody is told of a change: of one that is no camera's, who may see the whole site.

    Of a job, only who has asked for it.
    """
    if change.kind is ChangeKind.JOB_PROGRESS:
        return bool(change.body["account"] == who.account)
    permission = _NEEDED.get(change.kind, Permission.VIEW)
    if change.kind is ChangeKind.LEDGER_APPENDED and change.body["kind"] not in ACTS:
        permission = Permission.AUDIT
    return who.may(permission, change.camera)
