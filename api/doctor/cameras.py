"""The cameras: whether each can be reached, what it sends, and how its clock goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from api.doctor.findings import Finding, bad, good, warning
from api.secret import Secret
from api.site import Camera
from streams.errors import StreamError
from streams.survey import Survey

RECORDED: Final = frozenset({"h264", "hevc"})
IN_EVERY_BROWSER: Final = "h264"
CLOCK_OFF_MS: Final = 1_000
LARGE_WIDTH: Final = 1280
"""px. Decoding more for analysis alone costs a core or so for a few cameras, and finds nobody more."""

_AT_ONCE: Final = 8

Look = Callable[[str], Survey]
"""Looks at an address for some seconds. Raises StreamError."""


@dataclass(frozen=True, slots=True)
class _Stream:
    """One stream of a camera, by its key in the site file."""

    camera: Camera
    name: str
    address: Secret


def examine_cameras(cameras: Sequence[Camera], look: Look) -> Iterator[Finding]:
    """Look at every stream of every camera, several at a time, in the order of the site file."""
    streams = [
        _Stream(camera, name, address)
        for camera in cameras
        for name, address in (("source", camera.source), ("detect", camera.detect))
        if address is not None
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda stream: list(_examine_stream(stream, look)), streams)
        for findings in found:
            yield from findings


def _examine_stream(stream: _Stream, look: Look) -> Iterator[Finding]:
    check = f"camera.{stream.camera.id}.{stream.name}"
    try:
        survey = look(stream.address.reveal())
    except StreamError as error:
        yield bad(check, f"{error.source}: {error.reason}", error.remedy)
        return
    yield judge_picture(check, survey, is_analysed=stream.name == "detect" or stream.camera.detect is None)
    if survey.info.live:
        yield judge_rate(f"{check}.fps", survey, stream.camera.detect_fps)
        yield judge_clock(f"{check}.clock", survey.clock_offset_ms)


def judge_picture(check: str, survey: Survey, *, is_analysed: bool) -> Finding:
    """Judge codec and size. is_analysed: whether this is the stream that is decoded all the time."""
    info = survey.info
    measured = {"codec": info.codec, "width": info.width, "height": info.height}
    says = f"{info.codec} {info.width}x{info.height}"
    if not is_analysed and info.codec not in RECORDED:
        return bad(check, f"{says}: it cannot be recorded", "set the camera to H.264 or H.265", **measured)
    if info.live and info.codec != IN_EVERY_BROWSER and info.codec in RECORDED:
        remedy = "set it to H.264 where the live view is wanted: hardly a browser shows H.265"
        return warning(check, f"{says}: recorded, and not shown live by most browsers", remedy, **measured)
    if info.live and is_analysed and info.width > LARGE_WIDTH:
        remedy = "name the camera's small stream as `detect` in the site file"
        return warning(check, f"{says}: large for analysis", remedy, **measured)
    return good(check, says, **measured)


def judge_rate(check: str, survey: Survey, wanted_fps: float) -> Finding:
    """Judge how fast frames come."""
    fps = survey.frames_per_second
    measured = {"fps": None if fps is None else round(fps, 2), "wanted_fps": wanted_fps}
    if fps is None or fps < 0.9 * wanted_fps:
        says = "hardly a frame comes" if fps is None else f"{fps:.1f} frames a second come, {wanted_fps:g} are wanted"
        return warning(check, says, "raise the camera's frame rate, or look at its network", **measured)
    return good(check, f"{fps:.1f} frames a second", **measured)


def judge_clock(check: str, offset_ms: int | None) -> Finding:
    """Judge the camera's clock. Where it is not told, frames are timed by when they arrive, which is good enough."""
    measured: dict[str, Any] = {"offset_ms": offset_ms}
    if offset_ms is None:
        return good(check, "the camera does not tell its clock; frames are timed by their arrival", **measured)
    says = f"the camera's clock is {abs(offset_ms) / 1000:.2f} s {'ahead' if offset_ms > 0 else 'behind'}"
    if abs(offset_ms) > CLOCK_OFF_MS:
        remedy = "give the camera the time server of this machine; what it burns into the picture is wrong meanwhile"
        return warning(check, says, remedy, **measured)
    return good(check, says, **measured)
