"""From records to the forms in which the site and its cameras are answered. Nothing is asked here."""

from __future__ import annotations

from api.runtime.office import CameraState
from api.site import Camera, Site
from api.web.models.cameras import CameraAnswer, CameraDetail, PersonSeen, Sight
from api.web.models.site import Corners, SiteItem, SlotAnswer, Today, ZoneAnswer
from vision.incidents import local_time
from vision.items import Item
from vision.situation import Situation
from vision.types import Observation
from vision.zones import Polygon


def moment(site: Site, at_ms: int | None) -> str | None:
    """Return a moment, UTC milliseconds, as ISO 8601 with the site's offset; None where there is none."""
    return None if at_ms is None else local_time(at_ms, site.timezone)


def today(site: Site, now_ms: int) -> Today:
    """Return the window hours of the local day."""
    day = site.hours.local_day(now_ms)
    return Today(
        is_open=site.hours.is_open(now_ms),
        opens=moment(site, site.hours.opens_at_ms(day)),
        closes=moment(site, site.hours.closes_at_ms(day)),
    )


def site_item(item: Item) -> SiteItem:
    """Return a thing in custody."""
    return SiteItem(id=item.id, kind=item.kind, name=item.name, expected=item.expected)


def zones_of(camera: Camera) -> list[ZoneAnswer]:
    """Return the zones of a camera."""
    return [
        ZoneAnswer(
            id=zone.id,
            camera=camera.id,
            kind=zone.kind,
            polygon=_corners(zone.polygon),
            anchor=zone.anchor,
            serves=zone.serves,
        )
        for zone in camera.zones
    ]


def slots_of(camera: Camera) -> list[SlotAnswer]:
    """Return the slots of a camera."""
    return [
        SlotAnswer(id=slot.id, camera=camera.id, polygon=_corners(slot.polygon), counter=slot.counter)
        for slot in camera.slots
    ]


def camera_answer(site: Site, state: CameraState, situation: Situation) -> CameraAnswer:
    """Return how a camera fares."""
    seen = situation.observations.get(state.id)
    return CameraAnswer(
        id=state.id,
        online=state.online,
        reason=state.reason,
        health=None if seen is None else seen.health,
        fps=round(state.fps, 1),
        width=state.width,
        height=state.height,
        codec=state.codec,
        last_frame=moment(site, state.last_frame_at_ms),
        dropped=state.dropped,
        late=state.late,
        recorder=state.recorder,
        recorder_reason=state.recorder_reason,
        clock_offset_ms=state.clock_offset_ms,
        restarts=state.restarts,
    )


def camera_detail(site: Site, state: CameraState, situation: Situation) -> CameraDetail:
    """Return how a camera fares, with what is drawn into its view."""
    camera = next(one for one in site.cameras if one.id == state.id)
    return CameraDetail(
        **camera_answer(site, state, situation).model_dump(),
        detect_fps=camera.detect_fps,
        zones=zones_of(camera),
        slots=slots_of(camera),
    )


def sight(site: Site, seen: Observation) -> Sight:
    """Return what one camera says at one moment."""
    return Sight(
        camera=seen.camera,
        captured_at=local_time(seen.captured_at_ms, site.timezone),
        health=seen.health,
        people=_people(seen) if seen.people_sought else None,
        zones={zone: list(tracks) for zone, tracks in seen.occupancy.items()},
        slots={slot: reading.state for slot, reading in seen.slots.items()},
    )


def _people(seen: Observation) -> list[PersonSeen]:
    (width, height), tracks = seen.size, seen.tracks
    rows = zip(tracks.ids.tolist(), tracks.xyxy.tolist(), tracks.seen_at_ms.tolist(), strict=True)
    return [
        PersonSeen(
            track=track,
            box=(
                round(left / width, 4),
                round(top / height, 4),
                round(right / width, 4),
                round(bottom / height, 4),
            ),
            hidden=seen_at_ms < seen.captured_at_ms,
        )
        for track, (left, top, right, bottom), seen_at_ms in rows
    ]


def _corners(polygon: Polygon) -> Corners:
    return list(polygon)
