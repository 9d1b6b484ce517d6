"""`/api/v1/footage/{camera}`: small pictures of footage, and clips to take out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.auth.needs import access_of, mandate_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.footage.reading import strip, thumbnail_at, wanted
from api.runtime.office import LiveOffice
from api.runtime.whereabouts import footage_folder
from api.web.given import Office
from api.web.models.base import Moment, ms_of
from api.web.problems import documented
from api.web.routes.cameras import CAPTURED_AT
from api.web.stretches import LONGEST_REPLAY_MS, From, To, stretch_of
from custody.intervals import Interval
from custody.records.coverage import coverage
from streams.joining import Wanted, stream_footage
from vision.incidents import local_time

router = APIRouter(
    prefix="/footage",
    tags=["footage"],
    responses=documented(
        HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY
    ),
)

Replayer = Annotated[Principal, Depends(needs(Permission.REPLAY, camera="camera"))]
Exporter = Annotated[Principal, Depends(needs(Permission.EXPORT, camera="camera"))]
Width = Annotated[int, Query(ge=64, le=640, description="Pixels; it is no wider than it was recorded.")]

DELIVERED_FROM: Final = "X-Delivered-From"
_MINUTE_MS: Final = 60_000
_JPEG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {}}, "description": f"The picture; `{CAPTURED_AT}` says of when it is."}
}
_STRIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {}}, "description": "The pictures beside each other; grey where there is none."}
}
_CLIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"video/mp4": {}},
        "description": f"The clip, from the key frame before (`{DELIVERED_FROM}`) on; its comment says what it is.",
    }
}


@router.get("/{camera}/thumbnail", response_class=Response, responses=_JPEG)
def one_picture(
    request: Request,
    office: Office,
    who: Replayer,
    camera: str,
    at: Annotated[Moment, Query(description="The moment.")],
    width: Width = 320,
) -> Response:
    """Show the key frame nearest to a moment. On the ledger it is a replay of the minute in which the moment lies."""
    at_ms = ms_of(at)
    gate, mandate = access_of(request).gate, mandate_of(request)
    held = gate.mandate(who, Permission.REPLAY, camera, mandate).interval
    gate.replayed(who, camera, _minute(at_ms, held), mandate)
    picture = thumbnail_at(office.records, footage_folder(office.folder), camera, at_ms, width)
    captured_at = local_time(picture.captured_at_ms, office.site.timezone)
    return Response(picture.jpeg, media_type="image/jpeg", headers={CAPTURED_AT: captured_at})


@router.get("/{camera}/strip", response_class=Response, responses=_STRIP)
def strip_of_pictures(  # noqa: PLR0913 - one parameter a value that is asked for
    request: Request,
    office: Office,
    who: Replayer,
    camera: str,
    *,
    begin: From,
    end: To,
    count: Annotated[int, Query(ge=1, le=60, description="How many pictures.")] = 12,
    width: Width = 160,
) -> Response:
    """Show a stretch of 24 h at most as pictures beside each other: of the middle of each of its parts."""
    stretch = stretch_of(begin, end, LONGEST_REPLAY_MS)
    access_of(request).gate.replayed(who, camera, stretch, mandate_of(request))
    part_ms = (stretch[1] - stretch[0]) / count
    moments = [round(stretch[0] + (place + 0.5) * part_ms) for place in range(count)]
    jpeg = strip(office.records, footage_folder(office.folder), camera, moments, width)
    return Response(jpeg, media_type="image/jpeg")


@router.get("/{camera}/clip.mp4", response_class=StreamingResponse, responses=_CLIP)
def clip(request: Request, office: Office, who: Exporter, camera: str, begin: From, end: To) -> StreamingResponse:
    """Take out a stretch of 24 h at most as one file, its packets as they were recorded."""
    stretch = stretch_of(begin, end, LONGEST_REPLAY_MS)
    found = wanted(office.records, footage_folder(office.folder), camera, stretch)
    mandate = access_of(request).gate.exported(who, camera, stretch, mandate_of(request)).id
    headers = {
        DELIVERED_FROM: local_time(found.delivered_from_ms, office.site.timezone),
        "Content-Disposition": f'attachment; filename="{camera}-{_compact(stretch[0])}.mp4"',
    }
    about = _about(office, camera, stretch, found) | {"mandate": mandate, "by": who.account}
    return StreamingResponse(_pieces(found, about), media_type="video/mp4", headers=headers)


def _pieces(found: Wanted, about: dict[str, Any]) -> Iterator[bytes]:
    yield from stream_footage(found, {"comment": json.dumps(about, ensure_ascii=False)})


def _about(office: LiveOffice, camera: str, stretch: Interval, found: Wanted) -> dict[str, Any]:
    """Return what a clip says of itself: what was asked for, what was delivered, and where nothing was recorded."""
    timezone = office.site.timezone
    with office.records.read() as connection:
        gaps = coverage(connection, camera, stretch).gaps
    return {
        "site": office.site.id,
        "camera": camera,
        "from": local_time(stretch[0], timezone),
        "to": local_time(stretch[1], timezone),
        "delivered_from": local_time(found.delivered_from_ms, timezone),
        "gaps": [
            {
                "from": local_time(gap.interval[0], timezone),
                "to": local_time(gap.interval[1], timezone),
                "cause": gap.cause.value,
            }
            for gap in gaps
        ],
    }


def _minute(at_ms: int, held: Interval) -> Interval:
    """Return the minute of a moment, as far as a mandate holds it; the moment alone where it does not."""
    begin_ms = at_ms // _MINUTE_MS * _MINUTE_MS
    minute = max(begin_ms, held[0]), min(begin_ms + _MINUTE_MS, held[1])
    return minute if minute[0] <= at_ms < minute[1] else (at_ms, at_ms + 1)


def _compact(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
