"""A day of an office: the service on its own disk and clock, a camera on the network, a clerk, and who is told."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.runtime.whereabouts import footage_folder
from streams.segments import Segment, walk
from tests.api.alerts.mailbox import Mailbox, mailbox
from tests.api.alerts.receiver import Receiver, receiver
from tests.api.painted import SITE, film
from tests.faults.clerk import Clerk
from tests.faults.surroundings import Clock, Disk, NetworkCamera
from tests.serve.conftest import COUNTER, VAULT
from tests.serve.service import Service, patience, serving

CAMERAS: Final = ("counter", "vault", "lobby")
WHOLE_WITHIN_S: Final = 15.0
"""How long the service has to be whole again when a fault is over, on a machine that has nothing else to do."""

_LOBBY: Final = """\
  lobby:
    source: rtsp://127.0.0.1:{port}/main
"""
_TOLD: Final = """\
alerts:
  destinations:
    guard: {{webhook: {{url: "{url}", secret: "${{GUARD_SECRET}}"}}}}
    duty: {{mail: {{host: 127.0.0.1, port: {mail}, tls: none, from: a@example.jp, to: [b@example.jp]}}}}
  policies:
    all: {{severity: notice, group_s: 0, repeat_s: 0, stages: [{{to: [guard, duty]}}]}}
"""


class Day:
    """What a test has in its hands."""

    def __init__(self, folder: Path, guard: Receiver, duty: Mailbox) -> None:
        self.folder = folder
        self.guard = guard
        self.duty = duty
        self.clock = Clock(folder)
        self.disk = Disk(folder)
        self.camera = NetworkCamera()
        self.clerk = Clerk(self.address)
        self.data = self.disk.folder / "data"
        self._site = self._write_site()
        self.held: list[Segment] = []
        self._runs = 0
        self._service: Service | None = None
        self._stack = contextlib.ExitStack()

    @property
    def service(self) -> Service:
        """The service as it runs now."""
        assert self._service is not None
        return self._service

    def start(self) -> None:
        """Start the service, as systemd would when it has died."""
        self._stack.close()
        self._runs += 1
        environment = {**self.clock.environment, "GUARD_SECRET": "a secret of the guard"}
        log = self.folder / f"log-{self._runs}"
        self._service = self._stack.enter_context(serving(self._site, self.data, log, environment=environment))

    def begin(self) -> None:
        """Open the office."""
        self.start()
        self.service.stands(*CAMERAS)
        self.clerk.begin(self.service.first_code())
        self.become_whole(60)
        self._hold_the_first()

    def address(self) -> str:
        """Return where the service is."""
        begun = self.service.events("core.serves")
        if not begun:
            raise OSError("it has not begun")
        return str(begun[-1]["address"])

    def become_whole(self, within_s: float = WHOLE_WITHIN_S) -> float:
        """Wait until every camera is seen and recorded, and the clerk's work is taken; return how long it took."""
        began = time.monotonic()
        within_s = patience(within_s)
        before = {name: camera["last_frame"] for name, camera in self.clerk.cameras().items()}
        taken = len(self.clerk.acknowledged)
        while not (self._is_seen(before) and len(self.clerk.acknowledged) > taken):
            assert time.monotonic() - began < within_s, f"not whole within {within_s} s: {self.clerk.cameras()}"
            time.sleep(0.2)
        return time.monotonic() - began

    def told(self) -> set[str]:
        """Return the incidents that the guard was told of."""
        bodies = [json.loads(body) for _, _, body in self.guard.received]
        return {incident["id"] for body in bodies for incident in body["incidents"]}

    def close(self) -> None:
        """Leave nothing behind."""
        self._stack.close()
        self.camera.go_away()
        self.disk.close()

    def _hold_the_first(self) -> None:
        """Have the first segment held, which is the first to go when there is no room."""
        found = self.service.until(lambda: list(walk(footage_folder(self.data), "counter")))
        self.held = found[:1]
        self.clerk.hold("counter", found[0].began_ms, found[0].ended_ms)

    def _is_seen(self, before: dict[str, str]) -> bool:
        now = self.clerk.cameras()
        return now.keys() == set(CAMERAS) and all(
            camera["online"] and camera["recorder"] == "recording" and camera["last_frame"] != before.get(name)
            for name, camera in now.items()
        )

    def _write_site(self) -> Path:
        film(self.folder / "counter.mp4", COUNTER)
        film(self.folder / "vault.mp4", VAULT)
        text = SITE.replace("source: ", f"source: replay:{self.folder}/")
        text = re.sub(r"^items:", _LOBBY.format(port=self.camera.port) + "items:", text, flags=re.MULTILINE)
        text += "footage: {free_gb: 3}\n" + _TOLD.format(url=self.guard.url, mail=self.duty.port)
        path = self.folder / "site.yaml"
        path.write_text(text, encoding="utf-8")
        return path


@contextlib.contextmanager
def day(folder: Path) -> Iterator[Day]:
    """Open an office for a block."""
    with receiver() as guard, mailbox() as duty:
        opened = Day(folder, guard, duty)
        try:
            opened.begin()
            yield opened
        finally:
            opened.close()
