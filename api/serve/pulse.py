"""What a child tells its supervisor: that it is alive, and, of the core, which cameras are to run.

One pipe for each child, a JSON object a line. The child notices that the supervisor is gone when nobody reads it.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

BEAT_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Beat:
    """The child works."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to run. site: the text of the site file in force; cameras: each with what it depends on, as a digest.

    A camera whose digest has changed is started anew, one that is missing is ended.
    """

    site: str
    cameras: Mapping[str, str]


Told = Beat | Wanted


class OrphanedError(Exception):
    """The supervisor is gone; a child ends then."""


class Pulse:
    """The child's end of its pipe. Threads may share one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._turn = threading.Lock()
        self._beaten_at_s = 0.0

    def beat(self) -> None:
        """Say that work goes on, once a second at most. Raises OrphanedError."""
        now_s = time.monotonic()
        if now_s - self._beaten_at_s >= BEAT_EVERY_S:
            self._beaten_at_s = now_s
            self.tell(Beat())

    def tell(self, told: Told) -> None:
        """Tell the supervisor something. Raises OrphanedError."""
        line = json.dumps({"type": type(told).__name__, **asdict(told)}).encode() + b"\n"
        try:
            with self._turn:
                while line:
                    line = line[os.write(self._descriptor, line) :]
        except BrokenPipeError as error:
            raise OrphanedError("the supervisor is gone") from error


class Ear:
    """The supervisor's end: bytes in, what was told out."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = b""

    def hear(self) -> list[Told]:
        """Return what has been told since the last call; the pipe must be readable without waiting."""
        *lines, self._rest = (self._rest + os.read(self.descriptor, 1 << 16)).split(b"\n")
        return [_told(line) for line in lines]

    def close(self) -> None:
        """Close the pipe."""
        os.close(self.descriptor)


def _told(line: bytes) -> Told:
    fields = json.loads(line)
    return Wanted(**fields) if fields.pop("type") == Wanted.__name__ else Beat()
