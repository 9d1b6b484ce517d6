"""Where the CPU seconds of an analysis go, from outside: a stopwatch put on the public methods of its parts.

It changes the classes of the process that it runs in, so it is used in a process of its own, never in one whose
cost is reported: every call that it times costs about a microsecond more.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from api import analyze as analysis
from api.outputs import ObservationWriter
from models import network
from models.onnxruntime_backend import OnnxRuntimeRunner
from streams import file as recordings
from streams.decoding import PacketDecoder
from streams.file import FileSource
from streams.records import Sight
from vision.analyzer import Analyzer
from vision.change import ChangeGate
from vision.health import HealthWatcher
from vision.scene import Scene
from vision.slots import SlotWatcher
from vision.tracking import Tracker
from vision.types import Frame
from vision.witness import Witness
from vision.zones import ZoneMap

OPENING: Final = "opening the model"
DECODE: Final = "decode"
INFERENCE: Final = "inference"
SECOND_VOICE: Final = "second voice"
REST: Final = "everything else"

PARTS: Final[Mapping[str, tuple[tuple[object, str], ...]]] = {
    "preprocessing": ((Frame, "resized"), (network, "fill")),
    INFERENCE: ((OnnxRuntimeRunner, "run"),),
    "boxes from outputs": ((network.NetworkDetector, "detect"),),
    "change gate": ((ChangeGate, "changed"),),
    "tracking": ((Tracker, "update"), (Tracker, "hold"), (Tracker, "lose")),
    "zones": ((ZoneMap, "occupancy"), (ZoneMap, "outside_ignored")),
    "slots": ((SlotWatcher, "update"), (SlotWatcher, "hold"), (SlotWatcher, "blind")),
    SECOND_VOICE: ((Witness, "introduce"), (Witness, "vouches")),
    "health": ((HealthWatcher, "update"),),
    "analyzer": ((Analyzer, "observe"), (Analyzer, "unchanged")),
    "rules": ((Scene, "observe"), (Scene, "tick"), (Scene, "running")),
    "outputs": (
        (ObservationWriter, "write"),
        (ObservationWriter, "__exit__"),
        (analysis, "write_incidents"),
        (analysis, "cut_clips"),
    ),
    OPENING: ((analysis, "open_people_finder"),),
}
"""Part -> what is timed for it. Seconds spent in a part that another one calls belong to the inner part alone."""

WHOLE: Final = frozenset({SECOND_VOICE, OPENING})
"""Parts that keep what they call: the second voice runs the same detector on crops."""


@dataclass(frozen=True, slots=True)
class Split:
    """What an analysis did. seconds: CPU, by part. calls: by part, where a frame may be one of several calls.

    sights: how many of each kind the source gave. decoded: pictures that were decoded to give them.
    """

    seconds: Mapping[str, float]
    calls: Mapping[str, int]
    sights: Mapping[str, int]
    decoded: int


class Stopwatch:
    """Adds up CPU seconds by part; a part that calls another one stops while that runs."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._calls: Counter[str] = Counter()
        self._sights: Counter[str] = Counter()
        self._decoders: list[PacketDecoder] = []
        self._running: list[str] = []
        self._since_s = 0.0

    def __enter__(self) -> Self:
        self._start(REST)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def split(self) -> Split:
        """Return what was measured."""
        decoded = sum(decoder.decoded for decoder in self._decoders)
        return Split(dict(self._seconds), dict(self._calls), dict(self._sights), decoded)

    def put_on_everything(self) -> None:
        """Time all parts, and count what the source gives."""
        for part, places in PARTS.items():
            for owner, name in places:
                self.put_on(owner, name, part)
        self._put_on_source()

    def put_on(self, owner: object, name: str, part: str) -> None:
        """Time a method of a class or a function of a module for a part, from now on."""
        timed = getattr(owner, name)

        def stopped(*args: Any, **kwargs: Any) -> Any:
            self._start(part)
            try:
                return timed(*args, **kwargs)
            finally:
                self._stop()

        setattr(owner, name, stopped)

    def _put_on_source(self) -> None:
        sights: Callable[[FileSource], Iterator[Sight]] = FileSource.__iter__
        decoders = self._decoders

        def stopped(source: FileSource) -> Iterator[Sight]:
            steps = sights(source)
            while True:
                self._start(DECODE)
                try:
                    sight = next(steps, None)
                finally:
                    self._stop()
                if sight is None:
                    return
                self._sights[type(sight).__name__] += 1
                yield sight

        class Counted(PacketDecoder):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                decoders.append(self)

        for owner, name, new in ((FileSource, "__iter__", stopped), (recordings, "PacketDecoder", Counted)):
            setattr(owner, name, new)

    def _start(self, part: str) -> None:
        outer = self._running[-1] if self._running else None
        inner = outer if outer in WHOLE else part
        self._calls[part if inner == part else f"{part} in {inner}"] += 1
        self._running.append(inner)
        self._turn(outer)

    def _stop(self) -> None:
        self._turn(self._running.pop())

    def _turn(self, part: str | None) -> None:
        now_s = time.process_time()
        if part is not None:
            self._seconds[part] = self._seconds.get(part, 0.0) + now_s - self._since_s
        self._since_s = now_s
