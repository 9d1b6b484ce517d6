"""What is around the service and can be hurt: its disk, its clock, a camera on the network, and who is told."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.streams.conftest import Camera

LIBRARY = Path(__file__).with_name("stepped_clock.c")
DISK_BYTES = 6 << 30
"""Of a sparse image: what is not written takes no room."""


class Clock:
    """The wall clock of the service. Its other clock is nobody's to set."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = folder / "clock.so"
        self.set(0)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(self._library), str(LIBRARY)], check=True)

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process must find in its environment to have this clock."""
        return {"LD_PRELOAD": str(self._library), "STEPPED_CLOCK": str(self._file)}

    def set(self, ahead_s: int) -> None:
        """Set it so many seconds ahead of the machine's."""
        if not self._file.exists():
            self._file.write_bytes(bytes(8))
        with self._file.open("r+b") as file:
            file.write(struct.pack("=q", ahead_s))


class Disk:
    """A disk of its own, mounted from an image."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "disk"
        self._image = folder / "disk.img"
        self._ballast = self.folder / "ballast"
        self.folder.mkdir()
        with self._image.open("wb") as file:
            file.truncate(DISK_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", str(self._image)], check=True)
        self._mount("-o", "loop", str(self._image))

    def fill(self) -> None:
        """Leave no room at all."""
        free = shutil.disk_usage(self.folder).free
        subprocess.run(["fallocate", "-l", str(free - (1 << 20)), str(self._ballast)], check=True)
        with contextlib.suppress(OSError), (self.folder / "crumbs").open("wb") as file:
            while True:
                file.write(bytes(1 << 16))
                file.flush()

    def empty(self) -> None:
        """Give the room back."""
        for path in (self._ballast, self.folder / "crumbs"):
            path.unlink(missing_ok=True)

    def forbid_writing(self) -> None:
        """Have the kernel refuse to open anything for writing; what is open stays so."""
        self._mount("--bind", str(self.folder))
        self._mount("-o", "remount,bind,ro")

    def allow_writing(self) -> None:
        """Allow it again."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True)

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "-l", str(self.folder)], check=False)

    def _mount(self, *options: str) -> None:
        subprocess.run(["mount", *options, str(self.folder)], check=True)


class NetworkCamera:
    """A camera on the network, at one address whatever is done to it."""

    def __init__(self) -> None:
        self._server: Camera | None = Camera()
        self.port = self._server.port

    def go_away(self) -> None:
        """Be switched off."""
        if self._server is not None:
            self._server.kill()
            self._server = None

    def come_back(self) -> None:
        """Be switched on."""
        if self._server is None:
            self._server = Camera(port=self.port)

    def stall(self) -> None:
        """Keep the connection and send nothing."""
        if self._server is not None:
            self._server.command("stall")

    @contextlib.contextmanager
    def garbage(self) -> Iterator[None]:
        """Answer everybody with random bytes while a block runs."""
        self.go_away()
        with socket.create_server(("127.0.0.1", self.port), reuse_port=False) as server:
            thread = threading.Thread(target=_babble, args=(server,), daemon=True)
            thread.start()
            yield
            server.shutdown(socket.SHUT_RDWR)
        thread.join()
        self.come_back()


def _babble(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            connection.sendall(os.urandom(1 << 16))
