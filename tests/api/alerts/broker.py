"""A real MQTT broker on this machine: Mosquitto, with one account."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

STARTS_WITHIN_S: Final = 10.0


@dataclass(frozen=True)
class Broker:
    """Where it listens."""

    port: int


@contextmanager
def broker(folder: Path, user: str, password: str, certificate: Path | None = None) -> Iterator[Broker]:
    """Run one until the end of the block. certificate: with its key, as PEM; then it is spoken to with TLS."""
    folder.chmod(0o755)  # started by root, it goes on as an account of its own
    accounts, settings, port = folder / "accounts", folder / "mosquitto.conf", _free_port()
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(accounts), user, password], check=True, capture_output=True)
    accounts.chmod(0o644)
    tls = "" if certificate is None else f"certfile {certificate}\nkeyfile {certificate}\n"
    text = f"listener {port} 127.0.0.1\n{tls}allow_anonymous false\npassword_file {accounts}\nuser root\n"
    settings.write_text(text)
    process = subprocess.Popen(["mosquitto", "-c", str(settings)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Broker(port)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until_s:
                raise
            time.sleep(0.02)
        else:
            return


class Wire:
    """A connection to a broker that can be cut, as by a pulled plug. `port` is where to connect to it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._ends: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._broker.port)
        self._ends |= {writer, far_writer}
        with contextlib.suppress(OSError):
            await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
    writer.close()
