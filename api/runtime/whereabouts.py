"""Where a running service is found: its address where none is chosen, the socket of its core, and its footage."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8470
_ANSWERS_WITHIN_S: Final = 1.0


def core_socket(data: Path) -> Path:
    """Return the socket on which the core of a data folder listens for its cameras."""
    return data / "run" / "core.sock"


def footage_folder(data: Path) -> Path:
    """Return where the footage of all cameras of a data folder lies."""
    return data / "footage"


def footage_key(data: Path) -> Path:
    """Return the file of the key with which footage is encrypted, where the site file names none."""
    return data / "ledger" / "keys" / "footage.key"


def is_served(data: Path) -> bool:
    """Tell whether a service runs on a data folder: whether its core takes a connection."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWERS_WITHIN_S)
        try:
            connection.connect(str(core_socket(data)))
        except OSError:
            return False
        return True
