"""Where the service lives: the data folder and who may look into it, its keys, and the port that it answers on."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.doctor.findings import Finding, bad, good, warning
from api.recording import LEDGER
from custody.ledger import KEYS

_OTHERS: Final = 0o077


def examine_folder(folder: Path) -> Iterator[Finding]:
    """Look at a data folder that exists."""
    yield judge_owner(folder, folder.stat(), os.geteuid(), is_writable=os.access(folder, os.W_OK | os.X_OK))
    keys = sorted(path for place in (folder / KEYS, folder / LEDGER / KEYS) for path in place.glob("*.pem"))
    open_ones = [path for path in keys if path.stat().st_mode & _OTHERS]
    if open_ones:
        names = ", ".join(str(path) for path in open_ones)
        remedy = f"chmod 600 {names}, and rotate what others may have read (`kuraban ledger rotate`)"
        yield bad("folder.keys", f"others may read {names}", remedy)
    else:
        yield good("folder.keys", f"{len(keys)} keys, for their owner only", keys=len(keys))


def judge_owner(folder: Path, found: os.stat_result, user: int, *, is_writable: bool) -> Finding:
    """Judge owner and rights of a data folder for the user who asks."""
    mode = stat.S_IMODE(found.st_mode)
    measured = {"owner": found.st_uid, "mode": f"{mode:o}"}
    if not is_writable:
        remedy = f"run this as the user of the service, or give it the folder: chown -R {user} {folder}"
        return bad(
            "folder.rights", f"{folder} belongs to user {found.st_uid} and cannot be written to", remedy, **measured
        )
    if mode & _OTHERS:
        says = f"others may look into {folder} (mode {mode:o}): there is footage of people in it"
        return warning("folder.rights", says, f"chmod 700 {folder}", **measured)
    return good("folder.rights", f"{folder} is for its owner only", **measured)


def examine_port(host: str, port: int, *, is_served: bool) -> Finding:
    """Look whether the port can be taken. is_served: whether a service on this folder runs, which then has it."""
    where = f"{host}:{port}"
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        return _judge_port(where, error, is_served=is_served)
    if is_served:
        remedy = f"look into its log: it runs, and does not answer on {where}"
        return warning("port", f"{where} is free though the service runs", remedy)
    return good("port", f"{where} is free")


def _judge_port(where: str, error: OSError, *, is_served: bool) -> Finding:
    if error.errno == errno.EADDRINUSE and is_served:
        return good("port", f"{where} is taken, and the service runs")
    if error.errno == errno.EADDRINUSE:
        remedy = (
            f"stop what listens there (`ss -ltnp 'sport = :{where.rpartition(':')[2]}'`), or choose another --port"
        )
        return bad("port", f"{where} is taken by another program", remedy)
    if error.errno == errno.EACCES:
        return bad("port", f"{where} may not be taken by this user", "choose a --port above 1023, behind a proxy")
    return bad("port", f"{where} cannot be listened on: {error.strerror}", "check --host: it must be this machine's")
