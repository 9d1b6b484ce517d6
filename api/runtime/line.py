"""One camera as the core knows it: the connection of its process, how it fares, who watches, who waits for a picture.

Lives in the event loop of the core; only `state` may be called from elsewhere.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamWriter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Final

from api.runtime.messages import GoBy, Hello, Message, Picture, TakePicture, Watch, pack
from api.runtime.office import CameraState, ChunkKind, LiveChunk, NothingSeenError, Snapshot

QUIET_MS: Final = 6_000
"""A process that has reported nothing for this long does not answer."""

PICTURE_WITHIN_S: Final = 5.0
MOST_WAITING: Final = 64
"""Chunks that wait for one slow watcher; then whole fragments are left out for it, up to the next key frame."""

MOST_KEPT_BYTES: Final = 16 << 20
"""Of the running group of pictures, so that a new watcher sees something at once."""


class Line:
    """One camera. Made once for as long as the site has it; its process comes and goes."""

    def __init__(self, camera: str, clock: Callable[[], int]) -> None:
        self._camera = camera
        self._clock = clock
        self._writer: StreamWriter | None = None
        self._told = CameraState(camera, reason="its process has not begun yet")
        self._told_at_ms = 0
        self._pid: int | None = None
        self._restarts = 0
        self._watchers: set[_Watcher] = set()
        self._group: list[LiveChunk] = []
        self._pictures: list[asyncio.Future[Picture]] = []

    def state(self, late: int) -> CameraState:
        """Return how the camera fares. late: frames that were judged too late, which its process cannot know."""
        state, writer = self._told, self._writer
        if writer is None:
            reason = state.reason if self._pid is None else "its process has ended and is being started anew"
            state = replace(state, online=False, fps=0.0, reason=reason)
        elif self._clock() - self._told_at_ms > QUIET_MS:
            state = replace(state, online=False, fps=0.0, reason="its process does not answer")
        return replace(state, late=late, restarts=self._restarts)

    def go_by(self, content: bytes) -> None:
        """Have the process go by another site file."""
        self._send(GoBy(content))

    def connected(self, hello: Hello, writer: StreamWriter) -> None:
        """Take up the connection of a process; one that is still there is of a process that has been replaced."""
        if self._writer is not None:
            self._writer.close()
        self._restarts += self._pid not in {None, hello.pid}
        self._pid = hello.pid
        self._writer = writer
        self._told_at_ms = self._clock()
        if self._watchers:
            self._send(Watch(wanted=True))

    def lost(self, writer: StreamWriter) -> None:
        """Note that a connection has ended."""
        if self._writer is writer:
            self._writer = None
            self._group.clear()
            self._answer(Picture(None, "its process has ended"))

    def reported(self, state: CameraState) -> None:
        """Take what the process says of itself."""
        self._told, self._told_at_ms = state, self._clock()

    def show(self, chunk: LiveChunk) -> None:
        """Give a piece of the live stream to all who watch."""
        if chunk.kind is ChunkKind.INIT:
            self._group = [chunk]
        elif self._group:
            self._keep(chunk)
        for watcher in self._watchers:
            watcher.put(chunk)

    def answered(self, picture: Picture) -> None:
        """Take the picture that was asked for."""
        self._answer(picture)

    async def snapshot(self) -> Snapshot:
        """Return the newest picture. Raises NothingSeenError."""
        if self._writer is None:
            raise NothingSeenError(f"camera {self._camera}: {self.state(0).reason}; see its state")
        waiting: asyncio.Future[Picture] = asyncio.get_running_loop().create_future()
        self._pictures.append(waiting)
        if len(self._pictures) == 1:
            self._send(TakePicture())
        try:
            picture = await asyncio.wait_for(asyncio.shield(waiting), PICTURE_WITHIN_S)
        except TimeoutError:
            self._pictures = [one for one in self._pictures if one is not waiting]
            picture = Picture(None, f"its process gave no picture within {PICTURE_WITHIN_S:g} s")
        if picture.snapshot is None:
            raise NothingSeenError(f"camera {self._camera}: {picture.reason}; see its state")
        return picture.snapshot

    async def watch(self) -> AsyncIterator[LiveChunk]:
        """Give the live stream from now on; the process is asked for it while anybody watches."""
        watcher = _Watcher(self._group)
        self._watchers.add(watcher)
        if len(self._watchers) == 1:
            self._send(Watch(wanted=True))
        try:
            while True:
                yield await watcher.get()
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                self._group.clear()
                self._send(Watch(wanted=False))

    def _keep(self, chunk: LiveChunk) -> None:
        """Keep the running group of pictures behind its INIT; one that is too large is not kept."""
        if chunk.key:
            del self._group[1:]
        elif len(self._group) == 1 or sum(len(one.data) for one in self._group) > MOST_KEPT_BYTES:
            del self._group[1:]
            return
        self._group.append(chunk)

    def _answer(self, picture: Picture) -> None:
        waiting, self._pictures = self._pictures, []
        for one in waiting:
            if not one.done():
                one.set_result(picture)

    def _send(self, message: Message) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(pack(message))


class _Watcher:
    """One who watches, and what waits for them.

    first: the running group of pictures, which waits beside what may wait later: cameras have groups of many seconds.
    """

    def __init__(self, first: Sequence[LiveChunk]) -> None:
        self._waiting: asyncio.Queue[LiveChunk] = asyncio.Queue()
        self._most = MOST_WAITING + len(first)
        self._skips = False
        for chunk in first:
            self._waiting.put_nowait(chunk)

    def put(self, chunk: LiveChunk) -> None:
        """Put a piece behind the others; where too much waits already, leave pictures out up to a key frame."""
        if chunk.kind is ChunkKind.FRAGMENT:
            self._skips = (self._skips and not chunk.key) or self._waiting.qsize() >= self._most
            if self._skips:
                return
        self._waiting.put_nowait(chunk)

    async def get(self) -> LiveChunk:
        """Return the next piece."""
        return await self._waiting.get()
