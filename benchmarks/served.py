"""The service under load, measured from outside: its processes by the kernel's figures, its answers by the clock."""

from __future__ import annotations

import json
import os
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from benchmarks.streams_made import FPS
from streams.segments import walk
from tests.serve.service import Service, serving

ASKS_EVERY_S = 0.2
PASSWORD = "seven cards on a desk"
ASKED = ("cameras", "overview", "incidents?limit=50", "ledger/entries?limit=50")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_CAMERA = """\
  camera-{number}:
    source: rtsp://127.0.0.1:{port}/{main}
    detect: rtsp://127.0.0.1:{port}/{sub}
    detect_fps: 5
    zones:
      area-{number}: {{kind: staff_only, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}}
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. CPU in seconds per camera-second; memory in bytes, at first and in the end.

    recorded, lost: pictures of the main streams within the measured time. late: frames judged more than a second
    after they were captured.
    """

    cameras: int
    seconds: float
    cpu_by_kind: Mapping[str, float]
    core_cpu: float
    server_cpu: float
    recorded: int
    lost: int
    late: int
    api_p50_ms: float
    api_p95_ms: float
    camera_bytes: tuple[int, int]
    core_bytes: tuple[int, int]


def site_text(kinds: Sequence[str], port: int) -> str:
    """Return a site file with a camera for each kind of stream, two streams of a server each."""
    cameras = [
        _CAMERA.format(number=number, port=port, main=2 * number, sub=2 * number + 1) for number in range(len(kinds))
    ]
    head = 'site: {id: load, timezone: Asia/Tokyo}\nhours: {weekly: {mon-sun: "00:00-23:59"}}\ncameras:\n'
    return head + "".join(cameras)


def measured(
    site: Path, data: Path, model: str, kinds: Sequence[str], server: int, warm_up_s: float, seconds: float
) -> Figures:
    """Serve a site, let it come to rest, and measure it for so many seconds. server: the process that sends."""
    names = [f"camera-{number}" for number in range(len(kinds))]
    with serving(site, data, data.with_suffix(".log"), model=model) as service:
        asking = _Asking(service)
        service.until(lambda: all(service.connected(name) for name in names), 60 + 10 * len(names))
        asking.begin()
        service.until(lambda: all(one["online"] for one in asking.cameras().values()), 120)
        time.sleep(warm_up_s)
        pids = {name: service.pid(f"camera.{name}") for name in names}
        others = (service.pid("core"), service.process.pid)
        late = sum(one["late"] for one in asking.cameras().values())
        began_ms = time.time_ns() // 1_000_000
        before, memory = _cpu_s((*pids.values(), *others, server)), _memory(pids.values(), others[0])
        asking.took_ms.clear()
        time.sleep(seconds)
        after, memory_then = _cpu_s((*pids.values(), *others, server)), _memory(pids.values(), others[0])
        ended_ms = time.time_ns() // 1_000_000
        took_ms = sorted(asking.took_ms)
        late = sum(one["late"] for one in asking.cameras().values()) - late
        asking.end()
        service.end()
    spent = {pid: (after[pid] - before[pid]) / seconds for pid in after}
    recorded, lost = _recorded(data / "footage", names, began_ms, ended_ms)
    return Figures(
        cameras=len(names),
        seconds=seconds,
        cpu_by_kind={
            kind: fmean(spent[pids[name]] for name, of in zip(names, kinds, strict=True) if of == kind)
            for kind in dict.fromkeys(kinds)
        },
        core_cpu=sum(spent[pid] for pid in others) / len(names),
        server_cpu=spent[server] / len(names),
        recorded=recorded,
        lost=lost,
        late=late,
        api_p50_ms=took_ms[len(took_ms) // 2],
        api_p95_ms=quantiles(took_ms, n=20)[-1],
        camera_bytes=(memory[0], memory_then[0]),
        core_bytes=(memory[1], memory_then[1]),
    )


def _cpu_s(pids: Sequence[int]) -> dict[int, float]:
    """Return what processes have used of the processor."""
    used = {}
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        used[pid] = (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
    return used


def _memory(cameras: Any, core: int) -> tuple[int, int]:
    """Return the resident memory of a camera's process, on the average, and of the core."""
    resident = [_resident(pid) for pid in cameras]
    return round(fmean(resident)), _resident(core)


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _recorded(footage: Path, cameras: Sequence[str], from_ms: int, to_ms: int) -> tuple[int, int]:
    """Return how many pictures lie on the disk of a stretch, and how many are missing by the rate of the stream."""
    recorded = lost = 0
    for camera in cameras:
        inside = [one for one in walk(footage, camera) if one.began_ms >= from_ms and one.ended_ms <= to_ms]
        found = sum(one.frames for one in inside)
        lasted_ms = inside[-1].ended_ms - inside[0].began_ms if inside else 0
        recorded += found
        lost += max(0, round(lasted_ms * FPS / 1000) - found)
    return recorded, lost


class _Asking:
    """A program that asks the interface several times a second, all the time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._token = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.took_ms: list[float] = []

    def begin(self) -> None:
        """Make an account, a token for it, and ask."""
        session = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        person = {
            "code": self._service.first_code(),
            "account": "load",
            "name": "load",
            "password": PASSWORD,
        }
        me = self._call(session, "access/first", {**person, "roles": ["auditor"]}, {})
        expires = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
        asked = {"name": "load", "scopes": ["view", "audit"], "expires": expires}
        self._token = self._call(session, "access/tokens", asked, {"X-CSRF-Token": me["csrf"]})["secret"]
        self._thread.start()

    def cameras(self) -> dict[str, Any]:
        """Return how the cameras fare, by their ids."""
        answer = self._call(urllib.request.build_opener(), "cameras", None, {})
        return {one["id"]: one for one in answer["items"]}

    def end(self) -> None:
        """Ask no more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        opener = urllib.request.build_opener()
        number = 0
        while not self._stop.wait(ASKS_EVERY_S):
            began_s = time.monotonic()
            self._call(opener, ASKED[number % len(ASKED)], None, {})
            self.took_ms.append((time.monotonic() - began_s) * 1000)
            number += 1

    def _call(
        self, opener: urllib.request.OpenerDirector, path: str, body: object, headers: Mapping[str, str]
    ) -> Any:
        address = self._service.events("core.serves")[-1]["address"]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{address}/api/v1/{path}", data)
        given = {"Content-Type": "application/json", "Origin": address, **headers}
        if self._token:
            given["Authorization"] = f"Bearer {self._token}"
        for name, value in given.items():
            request.add_header(name, value)
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read())
