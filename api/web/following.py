"""What answers that last have in common: they end when the other side has gone, or may no longer follow."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any, Final, Never, cast

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.auth.needs import access_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal

CHECKED_EVERY_S: Final = 2.0
"""Who is signed out, or has lost the permission, follows no longer than this."""


MOST_AT_ONCE: Final = 64
"""Of one session or token: three tabs, each with sixteen cameras, and what is drawn over them."""


class TooManyVisitsError(Exception):
    """Somebody follows too much at once; the message says what to do."""


class Visits:
    """How much is followed at this moment, by each session and token. Lives in the event loop."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    @contextmanager
    def one(self, reference: str) -> Iterator[None]:
        """Count one more while a block runs. Raises TooManyVisitsError."""
        if self._running[reference] >= MOST_AT_ONCE:
            raise TooManyVisitsError(f"{MOST_AT_ONCE} live views and the like are open here; close some first")
        self._running[reference] += 1
        try:
            yield
        finally:
            self._running[reference] -= 1
            if not self._running[reference]:
                del self._running[reference]


class Visit:
    """Somebody who follows something for long, and may have been signed out or lost the permission meanwhile."""

    def __init__(self, connection: HTTPConnection, who: Principal, camera: str | None = None) -> None:
        """Begin. camera: what is followed, None for all that the person may see."""
        self._access = access_of(connection)
        self._who = who
        self._camera = camera
        self._checked_at_s = asyncio.get_running_loop().time()

    @property
    def who(self) -> Principal:
        """Who follows, with what the person might do when that was looked at last."""
        return self._who

    async def still(self) -> Principal:
        """Return who follows with what the person may do by now. Raises NotSignedInError, ForbiddenError."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._checked_at_s >= CHECKED_EVERY_S:
            self._who = await asyncio.to_thread(self._check)
            self._checked_at_s = now_s
        return self._who

    async def until_refused(self) -> Never:
        """Wait until it is over. Raises what `still` raises."""
        while True:
            await asyncio.sleep(CHECKED_EVERY_S)
            await self.still()

    def _check(self) -> Principal:
        current = self._access.identity.again(self._who)
        if self._camera is None:
            self._access.gate.expect_some(current, Permission.VIEW)
        else:
            self._access.gate.expect(current, Permission.VIEW, self._camera)
        return current


def visits_of(connection: HTTPConnection) -> Visits:
    """Return what is followed in the application that a request came to."""
    return cast("Visits", connection.app.state.visits)


async def _follow_some(
    connection: HTTPConnection, who: Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]
) -> AsyncIterator[Visit]:
    with visits_of(connection).one(who.reference):
        yield Visit(connection, who)


async def _follow_one(
    connection: HTTPConnection,
    who: Annotated[Principal, Depends(needs(Permission.VIEW, camera="camera"))],
    camera: str,
) -> AsyncIterator[Visit]:
    with visits_of(connection).one(who.reference):
        yield Visit(connection, who, camera)


FollowingSome = Annotated[Visit, Depends(_follow_some)]
"""Somebody who follows whatever the person may see."""

FollowingOne = Annotated[Visit, Depends(_follow_one)]
"""Somebody who follows the camera that the path names."""


async def until_gone(socket: WebSocket) -> None:
    """Wait until the other side has gone; what it says meanwhile is passed over."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def first_of(*running: Coroutine[Any, Any, None]) -> None:
    """Run several until one of them has ended, and cancel the others.

    Raises what that one raises, but not that the other side of a WebSocket has gone.
    """
    tasks = [asyncio.ensure_future(one) for one in running]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        with suppress(WebSocketDisconnect):
            for task in done:
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def at_least_every(seconds: float, news: AsyncIterator[int]) -> AsyncIterator[None]:
    """Give a turn whenever there is news, and where there is none after so many seconds."""
    waiting: asyncio.Future[int] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(news))
            done, _ = await asyncio.wait({waiting}, timeout=seconds)
            if done:
                waiting.result()
                waiting = None
            yield
    finally:
        if waiting is not None:
            waiting.cancel()
