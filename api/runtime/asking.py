"""Asking the running service for something, from a command on the same machine."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TypeVar

from api.requests import RequestError
from api.runtime.messages import DrillBegun, Reloaded, Request, pack, read
from api.runtime.whereabouts import core_socket

Answered = TypeVar("Answered", Reloaded, DrillBegun)


def ask(data: Path, request: Request, kind: type[Answered]) -> Answered:
    """Return what the service of a data folder answers. Raises RequestError where none runs, or it ends meanwhile."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(core_socket(data)))
        except OSError as error:
            raise RequestError(f"no service runs on {data}; name its --data") from error
        connection.sendall(pack(request))
        with connection.makefile("rb") as stream:
            answer = read(stream)
    if not isinstance(answer, kind):
        raise RequestError(f"the service on {data} ended before it answered; see its log")
    return answer
