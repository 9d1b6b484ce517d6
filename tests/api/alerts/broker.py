"""A real MQTT broker on this machine: Mosquitto, with one account."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STARTS_WITHIN_S: Final = 10.0


@dataclass(frozen=True)
class Broker:
    """Where it listens."""

    port: int


@contextmanager
def broker(folder: Path, user: str, password: str) -> Iterator[Broker]:
    """Run one until the end of the block."""
    folder.chmod(0o755)  # started by root, it goes on as an account of its own
    accounts, settings, port = folder / "accounts", folder / "mosquitto.conf", _free_port()
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(accounts), user, password], check=True, capture_output=True)
    accounts.chmod(0o644)
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {accounts}\nuser root\n")
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
