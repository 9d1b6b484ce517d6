"""`/api/v1/footage`: what was recorded and what was not, and its segments for a player.

When something was recorded is no secret to whoever may view the camera. What it shows is: that needs the permission
to replay and a mandate that holds all of the stretch, and is on the ledger.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse

from api.auth.mandates import PARAMETER
from api.auth.needs import access_of, mandate_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.footage.density import density
from api.footage.index import indexed
from api.footage.playlist import MEDIA_TYPE, playlist
from api.runtime.office import LiveOffice
from api.runtime.whereabouts import footage_folder
from api.web.footage_forms import gap_answer, longest, segment_answer, stretch_answer
from api.web.given import Office
from api.web.models.base import Page
from api.web.models.footage import CameraTimeline, CoverageAnswer, SegmentAnswer, Timeline
from api.web.problems import NotFoundError, documented
from api.web.segment_response import ranged, segment_response
from api.web.stretches import (
    LONGEST_COVERAGE_MS,
    LONGEST_REPLAY_MS,
    LONGEST_TIMELINE_MS,
    From,
    To,
    stretch_of,
)
from custody.entries import utc_text
from custody.intervals import Interval
from custody.records import footage
from custody.records.coverage import Coverage, coverage, extent
from custody.records.footage import Segment
from streams.growing import Growing, growing
from streams.segments import segment_path

router = APIRouter(
    prefix="/footage",
    tags=["footage"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

SomeViewer = Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]
Viewer = Annotated[Principal, Depends(needs(Permission.VIEW, camera="camera"))]
Replayer = Annotated[Principal, Depends(needs(Permission.REPLAY, camera="camera"))]

MOST_GAPS: Final = 200
"""So many gaps of a camera are told on a timeline, the longest ones."""

_MISSING: Final = documented(HTTPStatus.NOT_FOUND)
_PLAYLIST: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "A playlist (RFC 8216)."}
}
_MP4: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"video/mp4": {}}, "description": "The file as it was recorded."},
    206: {"content": {"video/mp4": {}}, "description": "The range of bytes that was asked for."},
}


@router.get("/coverage", responses=_MISSING)
def cover(office: Office, _who: Viewer, camera: str, begin: From, end: To) -> CoverageAnswer:
    """Say what was recorded of a camera in a stretch of 31 days at most, and why the rest was not.

    A camera that is no longer in the site file is known as long as there is footage of it.
    """
    stretch, timezone = stretch_of(begin, end, LONGEST_COVERAGE_MS), office.site.timezone
    _expect(office, camera)
    found = _covered(office, camera, stretch)
    return CoverageAnswer(
        **stretch_answer(stretch, timezone).model_dump(),
        camera=camera,
        recorded=[stretch_answer(interval, timezone) for interval in found.recorded],
        gaps=[gap_answer(gap, timezone) for gap in found.gaps],
    )


@router.get("/timeline")
def timeline(
    office: Office,
    who: SomeViewer,
    begin: From,
    end: To,
    parts: Annotated[int, Query(ge=1, le=2_000, description="Into how many parts it is cut.")] = 288,
) -> Timeline:
    """Say how much of each part of a stretch of a year at most was recorded, for each camera that may be viewed."""
    stretch = stretch_of(begin, end, LONGEST_TIMELINE_MS)
    seen = [camera.id for camera in office.site.cameras if who.may(Permission.VIEW, camera.id)]
    return Timeline(
        **stretch_answer(stretch, office.site.timezone).model_dump(),
        part_ms=(stretch[1] - stretch[0]) / parts,
        cameras=[_camera_timeline(office, camera, stretch, parts) for camera in seen],
    )


@router.get("/{camera}/playlist.m3u8", response_class=Response, responses=_PLAYLIST)
def play(request: Request, office: Office, who: Replayer, camera: str, begin: From, end: To) -> Response:
    """Give the segments of a stretch of 24 h at most as an HLS playlist, with gaps as date ranges."""
    stretch = stretch_of(begin, end, LONGEST_REPLAY_MS)
    mandate = access_of(request).gate.replayed(who, camera, stretch, mandate_of(request)).id
    with office.records.read() as connection:
        found = list(footage.between(connection, camera, stretch))
    text = playlist(stretch, found, _covered(office, camera, stretch).gaps, lambda one: _uri(one, stretch, mandate))
    return Response(text, media_type=MEDIA_TYPE)


@router.get("/{camera}/segments")
def segments(
    request: Request, office: Office, who: Replayer, camera: str, begin: From, end: To
) -> Page[SegmentAnswer]:
    """List the segments of a stretch of 24 h at most, for a player that appends them to a SourceBuffer.

    The last one may still be growing, so that what has happened half a second ago can be seen.
    """
    stretch, timezone = stretch_of(begin, end, LONGEST_REPLAY_MS), office.site.timezone
    mandate = access_of(request).gate.replayed(who, camera, stretch, mandate_of(request)).id
    with office.records.read() as connection:
        found = list(footage.between(connection, camera, stretch))
    items = [segment_answer(one, _uri(one, stretch, mandate), timezone) for one in found]
    if stretch[1] > (found[-1].ended_ms if found else stretch[0]) and (now := _growing(office, camera, stretch)):
        one = indexed(now.segment)
        items.append(segment_answer(one, _uri(one, stretch, mandate), timezone, growing=True))
    return Page(items=items)


@router.get("/{camera}/segments/{start_ms}.mp4", response_class=FileResponse, responses=_MP4 | _MISSING)
def segment(
    request: Request,
    office: Office,
    who: Replayer,
    camera: str,
    start_ms: Annotated[int, Path(ge=0, lt=2**53)],
    begin: From,
    end: To,
) -> Response:
    """Give a segment that has a moment of a stretch; whole, so that it may begin before it and end after it."""
    stretch = stretch_of(begin, end, LONGEST_REPLAY_MS)
    access_of(request).gate.replayed(who, camera, stretch, mandate_of(request))
    with office.records.read() as connection:
        found = next(footage.between(connection, camera, (start_ms, start_ms + 1)), None)
    if found is None and (now := _growing(office, camera, stretch)) and now.segment.began_ms == start_ms:
        return ranged(now.content, request.headers.get("range"))
    if found is None or found.began_ms != start_ms or not _touch(found.interval, stretch):
        raise NotFoundError(f"no segment of {camera} in this stretch begins at {start_ms}; ask for the list of them")
    path = segment_path(footage_folder(office.folder), camera, start_ms)
    if not path.exists():
        raise NotFoundError(f"the segment of {camera} that begins at {start_ms} has been deleted")
    return segment_response(request, path)


def _expect(office: LiveOffice, camera: str) -> None:
    """Raise NotFoundError for a camera that neither the site nor its footage knows."""
    known = [one.id for one in office.site.cameras]
    with office.records.read() as connection:
        if camera not in known and extent(connection, camera) is None:
            raise NotFoundError(f"there is no camera {camera!r}, and no footage of it; there are {', '.join(known)}")


def _covered(office: LiveOffice, camera: str, stretch: Interval) -> Coverage:
    """Return what there is of a stretch, of which the future is no part."""
    with office.records.read() as connection:
        return coverage(connection, camera, (stretch[0], max(stretch[0], min(stretch[1], office.now_ms()))))


def _camera_timeline(office: LiveOffice, camera: str, stretch: Interval, parts: int) -> CameraTimeline:
    timezone, found = office.site.timezone, _covered(office, camera, stretch)
    with office.records.read() as connection:
        known = extent(connection, camera)
    whole = None if known is None else stretch_answer(known, timezone)
    return CameraTimeline(
        camera=camera,
        oldest=None if whole is None else whole.from_at,
        newest=None if whole is None else whole.to_at,
        density=density(found.recorded, stretch, parts),
        gaps=[gap_answer(gap, timezone) for gap in longest(found.gaps, MOST_GAPS)],
        all_gaps=len(found.gaps),
    )


def _growing(office: LiveOffice, camera: str, stretch: Interval) -> Growing | None:
    """Return the segment that is being written now, if it has a moment of a stretch."""
    now = growing(footage_folder(office.folder), camera)
    if now is None or not _touch((now.segment.began_ms, now.segment.ended_ms), stretch):
        return None
    with office.records.read() as connection:
        known = footage.began(connection, camera, (now.segment.began_ms, now.segment.began_ms + 1))
    return None if known else now


def _touch(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _uri(segment: Segment, stretch: Interval, mandate: str) -> str:
    """Return where a segment is, relative to playlist and list; it names the stretch, which is what is replayed."""
    begin, end = (utc_text(moment) for moment in stretch)
    return f"segments/{segment.began_ms}.mp4?{urlencode({'from': begin, 'to': end, PARAMETER: mandate})}"
