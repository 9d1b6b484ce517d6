"""A service in its own processes, as `kuraban serve` starts it: what it logs, its ledger, and ways to hurt it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from custody.entries import Entry
from custody.errors import LedgerError
from custody.ledger import LedgerReader

T = TypeVar("T")

BEGINS_WITHIN_S = 30
WHOLE_WITHIN_S = 15
ENDS_WITHIN_S = 30
KURABAN = (sys.executable, "-c", "from api.cli import main; main()")


def patience(within_s: float) -> float:
    """Return how long something may take that takes so long on a machine that has nothing else to do."""
    return within_s * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Service:
    """One service, from its start to its end."""

    def __init__(
        self, site: Path, data: Path, log: Path, model: str = "none", environment: Mapping[str, str] | None = None
    ) -> None:
        self.site = site
        self.data = data
        self._log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [*KURABAN, "serve", "--site", str(site), "--data", str(data), "--port", "0", "--model", model],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **(environment or {})},
            )

    def events(self, name: str, **fields: object) -> list[dict[str, Any]]:
        """Return what was logged under a name, with these fields."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name and fields.items() <= line.items()]

    def pid(self, name: str) -> int:
        """Return the process of that name that was started last."""
        pid = self.events("supervisor.started", process_name=name)[-1]["pid"]
        assert isinstance(pid, int)
        return pid

    def entries(self, kind: str) -> list[Entry]:
        """Return the entries of a kind that are on the ledger."""
        try:
            with LedgerReader.read(self.data / "ledger") as ledger:
                return [entry for entry in ledger if entry.kind == kind]
        except (LedgerError, OSError):
            return []

    def connected(self, camera: str) -> int:
        """Return how often the process of a camera has come to the core."""
        return len(self.events("core.camera_connected", camera=camera))

    def until(self, condition: Callable[[], T], within_s: float = WHOLE_WITHIN_S) -> T:
        """Wait until something is true of it; return that."""
        deadline = time.monotonic() + patience(within_s)
        while not (found := condition()):
            assert self.process.poll() is None, f"it has ended: {self._log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"not within {within_s} s: {self._log.read_text()[-4000:]}"
            time.sleep(0.1)
        return found

    def is_whole(self) -> bool:
        """Tell whether core and cameras run, and each camera has come to the core that runs now."""
        begun = self.events("core.serves")[-1]["at"]
        cameras = {one["process"].removeprefix("camera.") for one in self.events("camera.begun")}
        names = ["core", *(f"camera.{camera}" for camera in cameras)]
        if self.events("supervisor.started", process_name="core")[-1]["at"] > begun:
            return False
        return all(map(_works, map(self.pid, names))) and all(
            any(one["at"] > begun for one in self.events("core.camera_connected", pid=self.pid(f"camera.{camera}")))
            for camera in cameras
        )

    def stands(self, *cameras: str) -> None:
        """Wait until cameras have come to the core and send pictures."""
        self.until(lambda: all(self.connected(camera) for camera in cameras), BEGINS_WITHIN_S)

    def reload(self) -> subprocess.CompletedProcess[str]:
        """Run `kuraban reload`."""
        return subprocess.run(
            [*KURABAN, "reload", "--data", str(self.data)], capture_output=True, text=True, check=False
        )

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end; return its status."""
        self.process.send_signal(number)
        return self.process.wait(ENDS_WITHIN_S)

    def first_code(self) -> str:
        """Return the code for the first administrator, as it is printed."""
        assert self.process.stdout is not None
        while "code" not in (line := self.process.stdout.readline()):
            assert line, "it has ended"
        return line.split()[-1]

    def told(self) -> str:
        """Return what it has said on standard output, after its end."""
        assert self.process.stdout is not None
        return self.process.stdout.read()


@contextmanager
def serving(
    site: Path, data: Path, log: Path, model: str = "none", environment: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Serve while a block runs; nothing of it is left afterwards."""
    service = Service(site, data, log, model, environment)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.wait()
        for started in service.events("supervisor.started"):
            try:
                os.kill(started["pid"], signal.SIGKILL)
            except ProcessLookupError:
                continue
        if service.process.stdout is not None:
            service.process.stdout.close()


def _works(pid: int) -> bool:
    """Tell whether a process is there, neither ended nor stopped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X", "T"}
