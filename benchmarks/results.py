"""What was measured, and what follows from it. Pure: records and arithmetic, nothing is run or printed here."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import Final

from benchmarks.jobs import DETECT_FPS, Raised
from benchmarks.stopwatch import INFERENCE, SECOND_VOICE, Split

RATIO_AIM: Final = 1.25
"""Analysis over decoding and inference, at most, where inference runs."""
INFERENCE_THEN_S: Final = 0.007
"""One inference of YOLOX-nano at 416x256 on the machine on which the aims and the sketch were measured."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Figures to compare with, CPU seconds per camera-second by name of the stream."""

    name: str
    busy: float
    static: float
    idle: float

    def of(self, stream: str) -> float:
        """Return the figure of one stream."""
        return float(getattr(self, stream))


AIM: Final = Mark("aim", 0.042, 0.012, 0.004)
SKETCHES: Final = (
    Mark("sketch, change gate, 5 fps", 0.046, 0.020, 0.009),
    Mark("sketch, packet gate, 2.5 fps", 0.027, 0.011, 0.003),
)
"""The cheapest designs found by trying, before there was a program (docs/design/performance.md)."""


@dataclass(frozen=True, slots=True)
class Costs:
    """One round: CPU seconds per camera-second, but `inference_s` per inference and `opening_s` per process."""

    decode_sub: float
    decode_main: float
    inference_s: float
    skipping: float
    every_frame: float
    opening_s: float

    @property
    def inference_always(self) -> float:
        """Inference on every frame that is looked at."""
        return self.inference_s * DETECT_FPS


@dataclass(frozen=True, slots=True)
class Comparison:
    """The incidents of one clip, with unchanged frames skipped and without."""

    name: str
    with_skipping: tuple[Raised, ...]
    without: tuple[Raised, ...]

    @property
    def same(self) -> bool:
        """Whether they are the same incidents, raised at the same moments."""
        return self.with_skipping == self.without

    @property
    def missing(self) -> tuple[Raised, ...]:
        """Those that skipping lost."""
        return tuple(sorted(set(self.without) - set(self.with_skipping)))

    @property
    def extra(self) -> tuple[Raised, ...]:
        """Those that only skipping raised."""
        return tuple(sorted(set(self.with_skipping) - set(self.without)))


@dataclass(frozen=True, slots=True)
class StreamResult:
    """All that was measured on one stream.

    split: of an instrumented run that skips what is unchanged; split_every: of one that does not.
    """

    name: str
    seconds: float
    rounds: tuple[Costs, ...]
    split: Split
    split_every: Split
    incidents: Comparison

    def cost(self, name: str) -> float:
        """Return the median over the rounds of one of the costs."""
        return float(median(attrgetter(name)(one) for one in self.rounds))

    @property
    def slowdown(self) -> float:
        """How much longer an inference takes here than where the aims were measured."""
        return self.cost("inference_s") / INFERENCE_THEN_S

    def floor(self, one: Costs, *, skip: bool) -> float:
        """Return what one round cannot do without: decoding everything, and inference where it ran."""
        runs = inferences(self.split if skip else self.split_every)
        return one.decode_sub + runs / self.seconds * one.inference_s

    def ratio(self, *, skip: bool) -> float:
        """Return analysis over its floor, round by round: what else runs on the machine slows all of a round."""
        return float(
            median((one.skipping if skip else one.every_frame) / self.floor(one, skip=skip) for one in self.rounds)
        )


@dataclass(frozen=True, slots=True)
class Results:
    """One run of the benchmark."""

    model: str
    seconds: float
    streams: tuple[StreamResult, ...]


def inferences(split: Split) -> int:
    """Return how often a network ran, on whole views and on the places of items."""
    return split.calls.get(INFERENCE, 0) + split.calls.get(f"{INFERENCE} in {SECOND_VOICE}", 0)
