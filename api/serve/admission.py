"""Whether a data folder may be served: by one service at a time, and only one of its own site.

The lock is held by every process of a service, so that the folder is free when the last of them has gone.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.recording import LEDGER
from api.requests import RequestError
from api.runtime.succession import expect_cameras
from api.runtime.whereabouts import core_socket
from api.site import Site
from custody.backup.restoring import STAGING
from custody.database import FILE as LEDGER_FILE
from custody.ledger import LedgerReader

LOCK: Final = "service.lock"
_FREE_WITHIN_S: Final = 3.0
"""How long is waited for the processes of a service that has just been killed: they end by themselves."""

_RETRY_S: Final = 0.1
_LONGEST_SOCKET: Final = 107
_FOR_THE_OWNER: Final = 0o700


@contextmanager
def admitted(data: Path, site: Site) -> Iterator[int]:
    """Hold a data folder, made where it is missing; give the descriptor of the lock.

    Raises RequestError where it may not be served, LedgerError where its ledger cannot be trusted, OSError.
    """
    expect_cameras(site)
    _expect_short(core_socket(data))
    data.mkdir(mode=_FOR_THE_OWNER, parents=True, exist_ok=True)
    if (data / STAGING).exists():
        raise RequestError(
            f"{data} is being restored, or a restore was broken off there: wait until `kuraban restore` has ended, "
            "or restore into another folder"
        )
    run = core_socket(data).parent
    run.mkdir(mode=_FOR_THE_OWNER, exist_ok=True)
    descriptor = os.open(run / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, data)
        _expect_own(data, site)
        yield descriptor
    finally:
        os.close(descriptor)


def _expect_short(socket: Path) -> None:
    if len(os.fsencode(socket)) > _LONGEST_SOCKET:
        raise RequestError(f"the path of {socket} is too long for a socket; choose a shorter --data")


def _lock(descriptor: int, data: Path) -> None:
    until_s = time.monotonic() + _FREE_WITHIN_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until_s:
                raise RequestError(
                    f"{data} is served already; stop that service first, or name another --data"
                ) from error
            time.sleep(_RETRY_S)
        else:
            return


def _expect_own(data: Path, site: Site) -> None:
    if not (data / LEDGER / LEDGER_FILE).exists():
        return
    with LedgerReader.read(data / LEDGER) as ledger:
        if ledger.site != site.id:
            raise RequestError(
                f"{data} is of site {ledger.site}, and {site.path} says {site.id}: name the data folder of this "
                "site, or a new one"
            )
