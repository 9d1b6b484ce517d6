"""The line of a camera to the core: in order, over a core that comes and goes, and never waiting for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from api.runtime.messages import Hello, Message, Seen, TakePicture, Watch, pack, read
from api.serve.link import MOST_WAITING, Link
from tests.api.runtime.builders import NOW_MS, counter

T = TypeVar("T")
HELLO = Hello("counter", 1, "5e1f", {"model": "none"})


class Core:
    """A core that takes one connection and writes down what comes."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self.heard: list[Message] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        self._connection = connection
        with connection, connection.makefile("rb") as stream:
            while (message := read(stream)) is not None:
                self.heard.append(message)

    def say(self, message: Message) -> None:
        self._connection.sendall(pack(message))

    def seen(self) -> list[int]:
        """Return of which moments it was told."""
        return [one.observation.captured_at_ms - NOW_MS for one in self.heard if isinstance(one, Seen)]

    def close(self) -> None:
        with suppress(OSError):  # the link may have ended it
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()


@contextmanager
def link_to(path: Path, wants: list[Message]) -> Iterator[Link]:
    link = Link(path, lambda: HELLO)
    link.start(wants.append)
    yield link
    link.close(1)


def until(condition: Callable[[], T]) -> T:
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_what_is_told_while_there_is_no_core_comes_in_order_when_there_is_one(tmp_path: Path) -> None:
    with link_to(tmp_path / "core.sock", []) as link:
        for moment in range(20):
            link.tell(Seen(counter(NOW_MS + moment)))
        core = Core(tmp_path / "core.sock")
        until(lambda: len(core.seen()) == 20)
        assert core.heard[0] == HELLO
        assert core.seen() == list(range(20))
    core.close()


def test_it_goes_on_with_the_next_core_and_nobody_watches_through_the_one_that_has_gone(tmp_path: Path) -> None:
    wants: list[Message] = []
    with link_to(tmp_path / "core.sock", wants) as link:
        first = Core(tmp_path / "core.sock")
        until(lambda: first.heard)
        first.say(TakePicture())
        until(lambda: wants)
        first.close()
        until(lambda: len(wants) == 2)
        link.tell(Seen(counter(NOW_MS + 7)))
        second = Core(tmp_path / "core.sock")
        until(second.seen)
    assert wants[:2] == [TakePicture(), Watch(wanted=False)]
    assert (second.heard[0], second.seen()) == (HELLO, [7])
    second.close()


def test_of_too_much_the_newest_is_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    with link_to(tmp_path / "core.sock", []) as link:
        for moment in range(MOST_WAITING + 5):
            link.tell(Seen(counter(NOW_MS + moment)))
        assert (link.lost, link.waiting) == (5, MOST_WAITING)
        core = Core(tmp_path / "core.sock")
        until(lambda: len(core.seen()) == MOST_WAITING)
        assert core.seen()[0] == 5
    core.close()
