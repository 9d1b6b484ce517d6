"""What a camera of ONVIF offers: its streams, and what it notices by itself. The library for it is an extra.

Every address that a camera gives is taken at the host that was asked, and nowhere else: behind a translating router
it names one that nobody can reach, and a hostile one could name anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from streams.addresses import pinned
from streams.errors import (
    AuthenticationFailedError,
    NoVideoError,
    SourceNotFoundError,
    SourceOfflineError,
    StreamError,
)

ANSWERS_WITHIN_S: Final = 10.0
PULLED_FOR_S: Final = 10.0
"""How long a camera may hold back its answer until there is something to tell."""

_SUBSCRIBED_FOR: Final = timedelta(minutes=5)
_MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to a camera."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class OfferedStream:
    """A stream of a camera. source: rtsp:// without credentials; codec: as the camera calls it; fps: as it is set."""

    profile: str
    name: str
    source: str
    codec: str
    width: int
    height: int
    fps: float | None


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """What a camera has noticed.

    topic: as ONVIF names it, without prefixes of namespaces; at_ms: by the camera's clock, UTC milliseconds.
    operation: `Initialized`, `Changed` or `Deleted` of something that lasts, None of something that only happens.
    """

    topic: str
    at_ms: int
    operation: str | None
    source: Mapping[str, str]
    data: Mapping[str, str]


async def streams_of(address: str, login: Login | None) -> tuple[OfferedStream, ...]:
    """Return the streams of a camera, the largest first. address: of its device service. Raises StreamError."""
    async with _camera(address, login) as (camera, host), asyncio.timeout(ANSWERS_WITHIN_S):
        media = await camera.create_media_service()
        found = [await _stream(media, profile, host) for profile in await media.GetProfiles()]
    streams = [stream for stream in found if stream is not None]
    if not streams:
        raise NoVideoError(address, "it offers no stream of video", "look at its own settings")
    return tuple(sorted(streams, key=lambda stream: -stream.width * stream.height))


async def events_of(address: str, login: Login | None) -> AsyncGenerator[CameraEvent, None]:
    """Give what a camera notices, from now on, until the connection is lost. Raises StreamError."""
    async with _camera(address, login) as (camera, _):
        manager = await camera.create_pullpoint_manager(_SUBSCRIBED_FOR, lambda: None)
        try:
            service = manager.get_service()
            while True:
                pulled = await service.PullMessages(
                    {"Timeout": timedelta(seconds=PULLED_FOR_S), "MessageLimit": _MOST_AT_ONCE}
                )
                for message in pulled.NotificationMessage or ():
                    event = _event(message)
                    if event is not None:
                        yield event
        finally:
            await manager.shutdown()


@asynccontextmanager
async def _camera(address: str, login: Login | None) -> AsyncIterator[tuple[Any, str]]:
    """Give the library's camera, which knows its services, and the host that is asked."""
    make_camera = await asyncio.to_thread(_library, address)  # which takes a second to load
    at, port = await asyncio.to_thread(_connected_to, address)
    user, password = ("", "") if login is None else (login.user, login.password)
    with _translated(address):
        camera = make_camera(at, port, user, password, no_cache=True, adjust_time=True, nat_override=True)
        _keep_from_redirects(camera)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await camera.update_xaddrs()
            yield camera, urlsplit(address).hostname or ""
        finally:
            await camera.close()


def _library(address: str) -> Any:
    """Return what makes the library's camera. Raises StreamError where the library is missing."""
    try:
        from onvif import ONVIFCamera  # noqa: PLC0415 - an extra
    except ImportError:
        raise StreamError(address, "ONVIF needs a library", "pip install 'kuraban[onvif]'") from None
    return ONVIFCamera


class _Unredirected:
    """A session of the library that follows no redirect."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def post(self, *given: Any, **named: Any) -> Any:
        return self._session.post(*given, allow_redirects=False, **named)


def _keep_from_redirects(camera: Any) -> None:
    """Have every service of a camera talk to it alone: the library would follow it anywhere."""
    create = camera.create_onvif_service

    async def create_unredirected(*given: Any, **named: Any) -> Any:
        service = await create(*given, **named)
        if not isinstance(service.transport.session, _Unredirected):
            service.transport.session = _Unredirected(service.transport.session)
        return service

    camera.create_onvif_service = create_unredirected


def _connected_to(address: str) -> tuple[str, int]:
    """Return host and port as the library takes them: the host looked up, with https:// before it if it is that."""
    try:
        parts = urlsplit(pinned(address))
        port = parts.port
    except ValueError:  # a port or host that is none, or a name that no name server could have
        raise SourceNotFoundError(address, "it is no address", "write http://host/onvif/device_service") from None
    is_secure, host = parts.scheme == "https", parts.hostname or ""
    return f"https://{host}" if is_secure else host, port or (443 if is_secure else 80)


@contextmanager
def _translated(address: str) -> Iterator[None]:
    """Turn what the library raises into what streams raise."""
    import aiohttp  # noqa: PLC0415 - comes with the extra
    from onvif import ONVIFError  # noqa: PLC0415
    from zeep.exceptions import Error as SoapError  # noqa: PLC0415
    from zeep.exceptions import Fault  # noqa: PLC0415

    try:
        yield
    except (Fault, ONVIFError, SoapError) as error:
        if _is_refusal(error):
            remedy = "check both; some cameras have users of their own for ONVIF"
            raise AuthenticationFailedError(address, "it refuses the user or the password", remedy) from None
        raise SourceOfflineError(address, f"it does not answer as ONVIF does: {error}", "is ONVIF on?") from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        reason = f"it cannot be reached ({type(error).__name__})"
        raise SourceOfflineError(address, reason, "check address and network") from None


def _is_refusal(error: Exception) -> bool:
    said = f"{error} {getattr(error, 'subcodes', '')}".lower()
    return any(word in said for word in ("notauthorized", "not authorized", "unauthorized", "failedauthentication"))


async def _stream(media: Any, profile: Any, host: str) -> OfferedStream | None:
    video = profile.VideoEncoderConfiguration
    if video is None:
        return None
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    answer = await media.GetStreamUri({"ProfileToken": profile.token, "StreamSetup": setup})
    rate = video.RateControl
    return OfferedStream(
        profile=str(profile.token),
        name=str(profile.Name or profile.token),
        source=_at_host(str(answer.Uri), host),
        codec=str(video.Encoding),
        width=int(video.Resolution.Width),
        height=int(video.Resolution.Height),
        fps=None if rate is None else float(rate.FrameRateLimit),
    )


def _at_host(uri: str, host: str) -> str:
    """Return the address of a stream at the host that was asked, without what it has of credentials."""
    parts = urlsplit(uri)
    name = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(netloc=name if parts.port is None else f"{name}:{parts.port}"))


def _event(message: Any) -> CameraEvent | None:
    """Return what a notification says, None where it says nothing that can be understood."""
    told = getattr(message.Message, "_value_1", None)
    topic = getattr(message.Topic, "_value_1", None)
    at = getattr(told, "UtcTime", None)
    if told is None or not isinstance(topic, str) or not isinstance(at, datetime):
        return None
    moment = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    names = (part.rpartition(":")[2] for part in topic.strip().split("/"))
    operation = getattr(told, "PropertyOperation", None)
    return CameraEvent(
        topic="/".join(names),
        at_ms=round(moment.timestamp() * 1000),
        operation=None if operation is None else str(operation),
        source=_items(told.Source),
        data=_items(told.Data),
    )


def _items(told: Any) -> Mapping[str, str]:
    items = getattr(told, "SimpleItem", None) or ()
    return {str(item.Name): str(item.Value) for item in items}
