"""A real PostgreSQL for the tests: started in a folder of its own, reached by a socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import psycopg

ADMINISTRATOR: Final = "administrator"
"""A superuser, whom no right is taken away from."""
KEEPER: Final = "keeper"
"""Who owns the ledgers."""


class Server:
    """A running server. socket: the folder of its socket."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._numbers = count()

    def new_database(self) -> str:
        """Make an empty database of the keeper's; return its name."""
        name = f"ledger_{next(self._numbers)}"
        with self.administrator("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {KEEPER}".encode())
        return name

    def url(self, database: str) -> str:
        return f"postgresql://{KEEPER}@/{database}?host={self._socket}"

    def administrator(self, database: str) -> psycopg.Connection:
        return psycopg.connect(dbname=database, user=ADMINISTRATOR, host=str(self._socket), autocommit=True)

    def keeper(self, database: str) -> psycopg.Connection:
        return psycopg.connect(dbname=database, user=KEEPER, host=str(self._socket), autocommit=True)


def programs() -> Path | None:
    """Return the folder of the server's programs, which Debian keeps off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Run a server until the tests are done."""
    # Not pytest's own folder: the server refuses to run as root, and nobody else may look in there.
    folder = Path(tempfile.mkdtemp(prefix="kuraban-pg-"))
    data = folder / "data"
    as_nobody: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
        as_nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    control = [*as_nobody, str(programs / "pg_ctl"), "-D", str(data)]
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c shared_buffers=16MB"
    make = [str(programs / "initdb"), "-D", str(data), "-U", ADMINISTRATOR, "-A", "trust", "-E", "UTF8", "-N"]
    try:
        subprocess.run([*as_nobody, *make], check=True, capture_output=True, cwd=folder)
        start = [*control, "-o", options, "-l", str(folder / "log"), "-w", "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        server = Server(folder)
        with server.administrator("postgres") as connection:
            connection.execute(f"CREATE ROLE {KEEPER} LOGIN".encode())
        yield server
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder)
        shutil.rmtree(folder)
