"""The line of a camera's process to the core: what is told is sent in order, whenever the core is there.

Whoever tells something never waits. While the core is away the newest of it is kept, and what had to go is counted.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from api.runtime.messages import Hello, MalformedMessageError, Message, Watch, pack, read

MOST_WAITING: Final = 1_500
"""Messages: some minutes of what one camera says."""

_RETRY_S: Final = 0.5
_log = structlog.get_logger(__name__)


class Link:
    """Connects, and connects again."""

    def __init__(self, path: Path, hello: Callable[[], Hello]) -> None:
        """Take where the core listens, and what says who connects."""
        self._path = path
        self._hello = hello
        self._on_message: Callable[[Message], None] = _to_nobody
        self._waiting: deque[bytes] = deque()
        self._news = threading.Condition()
        self._connected = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self.lost = 0

    def start(self, on_message: Callable[[Message], None]) -> None:
        """Begin to connect. on_message: hears what the core wants, in another thread."""
        self._on_message = on_message
        self._thread.start()

    def tell(self, message: Message) -> None:
        """Tell the core something; never waits."""
        packed = pack(message)
        with self._news:
            if len(self._waiting) >= MOST_WAITING:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append(packed)
            self._news.notify_all()

    @property
    def waiting(self) -> int:
        """How many messages have not been sent yet."""
        return len(self._waiting)

    def close(self, timeout_s: float) -> None:
        """Send what waits if the core takes it within a time, and end."""
        with self._news:
            self._news.wait_for(lambda: not self._waiting or not self._connected, timeout_s)
        self._stopped.set()
        with self._news:
            self._news.notify_all()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(str(self._path))
                    connection.sendall(pack(self._hello()))
                    self._send_all(connection)
            except OSError as error:
                _log.debug("camera.core_away", reason=str(error))
            self._stopped.wait(_RETRY_S)

    def _send_all(self, connection: socket.socket) -> None:
        """Send what waits and what comes, until the connection ends."""
        self._set_connected(to=True)
        listener = threading.Thread(target=self._listen, args=(connection,), name="core", daemon=True)
        listener.start()
        try:
            while (packed := self._next()) is not None:
                self._send(connection, packed)
        finally:
            self._set_connected(to=False)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            listener.join()
            self._on_message(Watch(wanted=False))  # nobody watches through a core that is gone

    def _listen(self, connection: socket.socket) -> None:
        try:
            with connection.makefile("rb") as stream:
                while (message := read(stream)) is not None:
                    self._on_message(message)
        except (OSError, MalformedMessageError) as error:
            _log.warning("camera.core_lost", reason=str(error))
        self._set_connected(to=False)

    def _set_connected(self, *, to: bool) -> None:
        with self._news:
            self._connected = to
            self._news.notify_all()

    def _next(self) -> bytes | None:
        """Take the message out of the queue that is to be sent next; None at the end."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or not self._connected or self._stopped.is_set())
            return self._waiting.popleft() if self._waiting and self._connected else None

    def _send(self, connection: socket.socket, packed: bytes) -> None:
        """Send a message; one that the core did not take is the first again."""
        try:
            connection.sendall(packed)
        except OSError:
            with self._news:
                self._waiting.appendleft(packed)
            raise
        with self._news:
            self._news.notify_all()


def _to_nobody(message: Message) -> None:
    """Hear of nothing yet."""
