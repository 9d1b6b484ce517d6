"""The socket of the core: cameras' processes come in here, and what they say goes to where it belongs."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import structlog

from api.runtime.judge import Judge
from api.runtime.line import Line
from api.runtime.messages import (
    Answer,
    Finished,
    Hello,
    Live,
    MalformedMessageError,
    Message,
    Picture,
    Report,
    Request,
    Seen,
    pack,
    receive,
)
from api.runtime.office import CameraState
from api.runtime.whereabouts import core_socket
from api.site import Site
from streams.segments import Segment

_FOR_THE_OWNER: Final = 0o700
_log = structlog.get_logger(__name__)

OnRequest = Callable[[Request], Awaitable[Answer]]
"""Does what a command asks the running service for."""


class Lines:
    """The cameras of a site and their connections."""

    def __init__(
        self,
        site: Site,
        content: bytes | None,
        judge: Judge,
        clock: Callable[[], int],
        on_finished: Callable[[Segment], None],
        on_request: OnRequest,
    ) -> None:
        """Take the cameras of a site. content: of its file; on_finished: hears of each segment that has its name."""
        self._digest = site.digest
        self._content = content
        self._judge = judge
        self._clock = clock
        self._on_finished = on_finished
        self._on_request = on_request
        self._lines = {camera.id: Line(camera.id, clock) for camera in site.cameras}
        self._connections: dict[asyncio.Task[None], StreamWriter] = {}

    @asynccontextmanager
    async def listening(self, data: Path) -> AsyncIterator[None]:
        """Take connections on the socket of a data folder, which must not be served by another, in this block."""
        path = core_socket(data)
        path.parent.mkdir(mode=_FOR_THE_OWNER, exist_ok=True)
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, path)
        try:
            yield
        finally:
            server.close()
            for writer in self._connections.values():
                writer.close()
            await asyncio.gather(*self._connections)
            path.unlink(missing_ok=True)

    def replace_site(self, site: Site, content: bytes) -> None:
        """Know the cameras of another site file; those that stay keep their connections and go by it."""
        self._digest, self._content = site.digest, content
        self._lines = {
            camera.id: self._lines.get(camera.id) or Line(camera.id, self._clock) for camera in site.cameras
        }
        for line in self._lines.values():
            line.go_by(content)

    def states(self) -> Mapping[str, CameraState]:
        """Return how each camera fares, in the order of the site file; from any thread."""
        return {camera: line.state(self._judge.late(camera)) for camera, line in self._lines.items()}

    def line(self, camera: str) -> Line:
        """Return a camera that the site has."""
        return self._lines[camera]

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)
        await task

    async def _answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            first = await receive(reader)
            if isinstance(first, Request):
                writer.write(pack(await self._on_request(first)))
                await writer.drain()
            elif isinstance(first, Hello) and first.camera in self._lines:
                await self._follow(first, reader, writer)
        except MalformedMessageError as error:
            _log.error("core.malformed_message", reason=str(error))
        except ConnectionError as error:
            _log.info("core.connection_lost", reason=str(error))
        finally:
            writer.close()

    async def _follow(self, hello: Hello, reader: StreamReader, writer: StreamWriter) -> None:
        """Take what one camera's process says, until it ends."""
        line = self._lines[hello.camera]
        _log.info("core.camera_connected", camera=hello.camera, pid=hello.pid)
        self._judge.rests_on(hello.camera, hello.model)
        line.connected(hello, writer)
        if hello.site != self._digest and self._content is not None:
            line.go_by(self._content)
        try:
            while (message := await receive(reader)) is not None:
                self._take(line, message)
        finally:
            line.lost(writer)
            _log.info("core.camera_disconnected", camera=hello.camera, pid=hello.pid)

    def _take(self, line: Line, message: Message) -> None:
        match message:
            case Seen(observation):
                self._judge.take(observation)
            case Report(state):
                line.reported(state)
            case Finished(segment):
                self._on_finished(segment)
            case Live(chunk):
                line.show(chunk)
            case Picture():
                line.answered(message)
            case _:
                raise MalformedMessageError(f"a camera does not send {type(message).__name__}")
