"""What the rounds of a running office cost: CPU for each second of it, with many cameras and people always in view.

    python -m benchmarks.rounds [--cameras 24] [--minutes 20]

The clock of the office is moved by hand, so that the minutes pass as fast as the machine can.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from api.runtime.custodian import Custodian
from api.runtime.keeper import Keeper
from api.runtime.rounds import LOOK_EVERY_S, Rounds
from api.settings import load_site
from api.site import Site
from custody.ledger import Ledger
from custody.raising import Raiser
from custody.records.database import Records
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState, Tracks

START_MS: Final = 1_519_174_800_000
PEOPLE: Final = 3
SLOTS: Final = 2
STAYS_S: Final = 25.0
"""How long somebody is in view, in the middle."""

_CAMERA: Final = """\
  c{n}:
    source: rtsp://10.0.0.{n}/main
    zones:
      counter-{n}: {{kind: counter, polygon: [[0.1, 0.5], [0.6, 0.5], [0.6, 0.7], [0.1, 0.7]]}}
      behind-{n}: {{kind: staff_side, serves: counter-{n}, polygon: [[0.1, 0.1], [0.6, 0.1], [0.6, 0.4], [0.1, 0.4]]}}
      lobby-{n}: {{kind: public, polygon: [[0.1, 0.8], [0.9, 0.8], [0.9, 0.95], [0.1, 0.95]]}}
    slots:
"""
_SLOT: Final = "      T-{n}-{k}: {{polygon: [[0.2, 0.52], [0.3, 0.52], [0.3, 0.6], [0.2, 0.6]]}}\n"


class Office:
    """Cameras that always see somebody, and now and then somebody else."""

    def __init__(self, cameras: int) -> None:
        self.now_ms = START_MS
        self._numbers = np.arange(cameras * PEOPLE).reshape(cameras, PEOPLE)
        self._random = np.random.default_rng(1)

    def look(self) -> Situation:
        """Return what all cameras say now."""
        gone = self._random.random(self._numbers.shape) < LOOK_EVERY_S / STAYS_S
        self._numbers[gone] += self._numbers.size
        observations = {f"c{n}": self._observation(n, ids) for n, ids in enumerate(np.sort(self._numbers))}
        return Situation(self.now_ms, after_hours=False, observations=observations)

    def _observation(self, n: int, ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Observation:
        now = np.full(PEOPLE, self.now_ms, np.int64)
        boxes = np.zeros((PEOPLE, 4), np.float32)
        tracks = Tracks(ids.astype(np.int64), boxes, np.ones(PEOPLE, np.float32), now, now.copy())
        first, *others = (int(one) for one in ids)
        zones = {f"counter-{n}": (), f"behind-{n}": (first,), f"lobby-{n}": tuple(others)}
        slots = {f"T-{n}-{k}": SlotReading(SlotState.PRESENT) for k in range(SLOTS)}
        return Observation(
            f"c{n}", self.now_ms, Health.CLEAR, (640, 360), tracks, people_sought=True, occupancy=zones, slots=slots
        )


def site_of(folder: Path, cameras: int) -> Site:
    """Return a site of so many cameras."""
    views = "".join(
        _CAMERA.format(n=n) + "".join(_SLOT.format(n=n, k=k) for k in range(SLOTS)) for n in range(cameras)
    )
    items = "".join(f"  T-{n}-{k}: {{kind: terminal}}\n" for n in range(cameras) for k in range(SLOTS))
    path = folder / "site.yaml"
    path.write_text(f"site: {{id: large, timezone: Asia/Tokyo}}\ncameras:\n{views}items:\n{items}", encoding="utf-8")
    return load_site(path, {})


def measure(cameras: int, minutes: float) -> float:
    """Return the milliseconds of CPU that a second of the office's rounds costs."""
    with tempfile.TemporaryDirectory() as name:
        folder, office = Path(name), Office(cameras)
        site = site_of(folder, cameras)
        with Ledger.create(folder / "ledger", site.id) as ledger, Records.open(folder) as records:
            keeper = Keeper(ledger, records, lambda *_: None, lambda: office.now_ms)
            keeper.start()
            custodian = Custodian(site, Raiser(site.id, site.hours), START_MS)
            rounds = Rounds(site, custodian, keeper, records, office.look, lambda: office.now_ms)
            began_s = time.process_time()
            for _ in range(round(minutes * 60 / LOOK_EVERY_S)):
                office.now_ms += round(LOOK_EVERY_S * 1000)
                rounds.step()
            keeper.close()
            return (time.process_time() - began_s) * 1000 / (minutes * 60)


def main() -> None:
    """Measure, and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cameras", type=int, default=24)
    parser.add_argument("--minutes", type=float, default=20)
    given = parser.parse_args()
    cost_ms = measure(given.cameras, given.minutes)
    print(f"{given.cameras} cameras, {given.minutes:g} min: {cost_ms:.1f} ms of CPU for each second")


if __name__ == "__main__":
    main()
