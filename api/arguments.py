"""The command line's arguments, checked: which clip is which camera's, and when the clips begin.

Every fault is an ArgumentError that says what to write; nothing is opened here.
"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from api.requests import RequestError
from api.site import Camera, Site, is_address
from api.sitefile.hours import ALWAYS
from api.sitefile.problems import suggestion
from vision.hours import OfficeHours
from vision.incidents import local_time

_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - local midnight; the site's zone is put in where it is used


class ArgumentError(RequestError):
    """An argument cannot be used; the message says what to write."""


def clips_of(site: Site, given: Sequence[str]) -> dict[str, str]:
    """Return the clip of each camera to analyse, from `ID=FILE` arguments or else from the site file.

    Raises ArgumentError for an unknown camera, one named twice, a missing file, or a site without any file.
    """
    if not given:
        return _own_clips(site)
    clips: dict[str, str] = {}
    for argument in given:
        camera_id, equals, clip = argument.partition("=")
        if not equals or not clip:
            raise ArgumentError(f"--camera {argument!r}: write --camera ID=FILE, as in {_example(site)}")
        if site.camera(camera_id) is None:
            known = [camera.id for camera in site.cameras]
            raise ArgumentError(
                f"--camera: {site.path} has no camera {camera_id!r}; {suggestion(camera_id, known)} "
                f"(it has {', '.join(known)})"
            )
        if camera_id in clips:
            raise ArgumentError(f"--camera {camera_id} is given twice; write one clip for each camera")
        clips[camera_id] = _existing(clip, f"--camera {camera_id}")
    return clips


def start_of(site: Site, given: str | None) -> tuple[int, str | None]:
    """Return when the clips begin in UTC milliseconds, and a note where that was not given.

    Without --start the answer may not depend on the hour. The creation time in a file is not used: it is the
    time of an export as often as that of the recording, and would make after-hours incidents out of nothing.
    Raises ArgumentError where the time has no offset, or where it is missing and the site has closing hours.
    """
    if given is not None:
        return _moment(site, given), None
    start_ms = round(_ANY_DAY.replace(tzinfo=site.timezone).timestamp() * 1000)
    shown = local_time(start_ms, site.timezone)
    if not _never_closes(site.hours):
        raise ArgumentError(
            f"--start is missing, and {site.path} has window hours, so that incidents depend on the time of "
            "day; write when the clips begin, as in --start 2018-02-21T17:10:00+09:00"
        )
    return start_ms, f"no --start: the clips are taken to begin at {shown} (the site is always open)"


def ledger_of(given: Path | None) -> Path | None:
    """Return the file of ledger entries, if one was named. Raises ArgumentError where it is not there."""
    if given is not None and not given.is_file():
        raise ArgumentError(f"--ledger: there is no file {given}; write one with `kuraban ledger export`")
    return given


def _own_clips(site: Site) -> dict[str, str]:
    clips = {camera.id: str(camera.clip) for camera in site.cameras if camera.clip is not None}
    if not clips:
        raise ArgumentError(f"no camera of {site.path} is a file; write {_example(site)}")
    for camera in site.cameras:
        if camera.id in clips and not _exists(clips[camera.id]):
            raise ArgumentError(f"camera {camera.id}: there is no {camera.source}; write {_example(site)}")
    return clips


def _example(site: Site) -> str:
    return f"--camera {site.cameras[0].id}=clip.mp4"


def _existing(clip: str, what: str) -> str:
    if is_address(clip):
        raise ArgumentError(f"{what}: an address is no recorded clip and never ends; name a file")
    if not _exists(clip):
        raise ArgumentError(f"{what}: there is no {clip}; check the path")
    return clip


def _exists(clip: str) -> bool:
    # frames/*.png stands for a sequence of pictures.
    return Path(clip).exists() or (glob.has_magic(clip) and bool(glob.glob(clip)))  # noqa: PTH207 - any root


def _moment(site: Site, given: str) -> int:
    example = "2018-02-21T17:10:00+09:00"
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise ArgumentError(f"--start {given!r} is no time; write it as {example}") from error
    if moment.tzinfo is None:
        local = moment.replace(tzinfo=site.timezone).isoformat()
        raise ArgumentError(f"--start {given!r} has no offset from UTC; write --start {local}")
    return round(moment.timestamp() * 1000)


def _never_closes(hours: OfficeHours) -> bool:
    return all(day == ALWAYS for day in hours.weekly) and not hours.exceptions and hours.holidays == frozenset()


def camera_of(site: Site, camera_id: str | None) -> Camera:
    """Return a camera by id, or the only one. Raises ArgumentError where that is not one camera."""
    camera = site.camera(camera_id) if camera_id is not None else None
    if camera is None and camera_id is None and len(site.cameras) == 1:
        camera = site.cameras[0]
    if camera is None:
        raise ArgumentError(f"--camera: write one of {', '.join(c.id for c in site.cameras)}")
    return camera
