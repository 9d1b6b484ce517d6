"""Stream time to capture time, and which frames to look at. Pure: clocks and arrival times are arguments.

Every time that leaves this module is strictly greater than the one before, whatever the camera's clock does.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import Protocol

HOUR_MS = 3_600_000


class CaptureClock(Protocol):
    """Turns the stream time of displayed frames, in display order, into capture times."""

    @property
    def steady(self) -> bool:
        """Whether `expect` can be relied on: nothing irregular has been met."""
        ...

    def capture(self, stream_ms: float | None) -> int:
        """Return `captured_at_ms` of the next displayed frame; strictly increasing. None: it has no time."""
        ...

    def expect(self, stream_ms: float) -> int | None:
        """Tell what `capture` would say, before it is its turn; None before the first frame."""
        ...


class MediaClock:
    """The clock of a recording: its first displayed frame is at `start_ms`, the others where they say.

    Missing times count one frame interval on; small steps back become 1 ms forward; a jump back by more than
    `longest_step_back_ms` or ahead by more than `longest_gap_ms` is a spliced or damaged recording, and time
    goes on from where it was.
    """

    longest_step_back_ms = 1_000
    longest_gap_ms = 24 * HOUR_MS

    def __init__(self, start_ms: int, interval_ms: float) -> None:
        self._next_ms: float = start_ms
        self._interval_ms = interval_ms
        self._zero_ms: float | None = None
        self._last_ms: int | None = None
        self.steady = True

    def capture(self, stream_ms: float | None) -> int:
        """Return the capture time of the next displayed frame."""
        captured_at_ms = self._place(stream_ms)
        self._last_ms = captured_at_ms
        self._next_ms = captured_at_ms + self._interval_ms
        return captured_at_ms

    def expect(self, stream_ms: float) -> int | None:
        """Tell what `capture` would say to this stream time."""
        return None if self._zero_ms is None else round(self._zero_ms + stream_ms)

    def _place(self, stream_ms: float | None) -> int:
        here = self._after_last(round(self._next_ms))
        if stream_ms is None:
            self.steady = False
            return here
        if self._zero_ms is None:
            self._zero_ms = here - stream_ms
        said = round(self._zero_ms + stream_ms)
        if self._last_ms is None or 0 < said - self._last_ms <= self.longest_gap_ms:
            return said
        self.steady = False
        if said > self._last_ms or self._last_ms - said > self.longest_step_back_ms:
            self._zero_ms = here - stream_ms
            return here
        return self._last_ms + 1

    def _after_last(self, at_ms: int) -> int:
        return at_ms if self._last_ms is None else max(at_ms, self._last_ms + 1)


class LiveClock:
    """The clock of a camera: the sender's wall clock where it is given and plausible, else arrival.

    Arrival is smoothed: stream time plus the smallest delay seen, which may creep up by `creep` ms a ms so
    that two clocks of different speed do not part. A sender whose clock is further from ours than `bound_ms`
    is not believed. Whatever steps, the result goes forward: too far ahead, it runs at half speed until it is
    caught up with.
    """

    creep = 0.001

    def __init__(self, bound_ms: int = 10_000, after_ms: int | None = None) -> None:
        self._bound_ms = bound_ms
        self._last_ms = after_ms
        self._arrival_ms: int | None = None
        self._captured: tuple[float, int] | None = None  # stream time and arrival of the last displayed frame
        self._delay_ms: float | None = None
        self._sender_zero_ms: float | None = None

    @property
    def steady(self) -> bool:
        """A live clock is never exactly foreseeable."""
        return False

    @property
    def offset_ms(self) -> int | None:
        """Camera clock minus ours; None while the camera has not told its clock."""
        if self._sender_zero_ms is None or self._delay_ms is None:
            return None
        return round(self._sender_zero_ms - self._delay_ms)

    @property
    def sender_believed(self) -> bool:
        """Whether capture times come from the sender's clock now."""
        offset_ms = self.offset_ms
        return offset_ms is not None and abs(offset_ms) <= self._bound_ms

    def observe(self, stream_ms: float | None, arrival_ms: int, sender_ms: float | None = None) -> None:
        """Learn from one packet: its stream time, when it arrived, and its wall clock if the sender told."""
        passed_ms = 0 if self._arrival_ms is None else max(0, arrival_ms - self._arrival_ms)
        self._arrival_ms = arrival_ms
        if stream_ms is None:
            return
        delay_ms = arrival_ms - stream_ms
        if self._delay_ms is None or abs(delay_ms - self._delay_ms) > self._bound_ms:
            self._delay_ms = delay_ms
            self._sender_zero_ms = None  # the stream's own time jumped; what the sender said before is void
        else:
            self._delay_ms = min(delay_ms, self._delay_ms + self.creep * passed_ms)
        if sender_ms is not None:
            self._sender_zero_ms = sender_ms - stream_ms

    def capture(self, stream_ms: float | None) -> int:
        """Return the capture time of the next displayed frame, whose packet was observed."""
        if self._arrival_ms is None:
            raise ValueError("a live clock must have observed a packet before a frame is timed")
        said = self.expect(stream_ms)
        if self._last_ms is not None:
            said = max(said, self._last_ms + self._least_step_ms(stream_ms, self._arrival_ms))
        self._captured = None if stream_ms is None else (stream_ms, self._arrival_ms)
        self._last_ms = said
        return said

    def _least_step_ms(self, stream_ms: float | None, arrival_ms: int) -> int:
        if self._captured is None or stream_ms is None:
            return 1
        passed_ms = min(stream_ms - self._captured[0], arrival_ms - self._captured[1])
        return max(1, int(passed_ms / 2))

    def expect(self, stream_ms: float | None) -> int:
        """Tell what `capture` would say if no step had to be absorbed."""
        arrival_ms = self._arrival_ms or 0
        if stream_ms is None or self._delay_ms is None:
            return arrival_ms
        zero_ms = self._sender_zero_ms if self.sender_believed else self._delay_ms
        said = round(stream_ms + (self._delay_ms if zero_ms is None else zero_ms))
        return min(max(said, arrival_ms - self._bound_ms), arrival_ms + self._bound_ms)


class SampleGrid:
    """Which frames analysis looks at: the first one in every cell of a grid of `1000 / detect_fps` ms.

    The grid begins at the first frame and never drifts. A frame may come half a frame interval early, so that
    video of 15 a second sampled at 5 gives exactly every third frame although its times are rounded. A
    source that is no faster than `detect_fps` gives every frame.
    """

    _intervals_kept = 15

    def __init__(self, detect_fps: float, frames_per_second: float | None) -> None:
        if not (detect_fps > 0 and math.isfinite(detect_fps)):
            raise ValueError(f"detect_fps must be a positive number of frames a second, got {detect_fps}")
        self._step_ms = 1000 / detect_fps
        self._stated_ms = 1000 / frames_per_second if frames_per_second else None
        self._intervals_ms: deque[int] = deque(maxlen=self._intervals_kept)
        self._zero_ms: int | None = None
        self._seen_at_ms: int | None = None
        self._taken: int | None = None

    @property
    def interval_ms(self) -> float | None:
        """Milliseconds from frame to frame: as stated, else the median of the last ones, None before two."""
        if self._stated_ms is not None:
            return self._stated_ms
        return median(self._intervals_ms) if self._intervals_ms else None

    @property
    def step_ms(self) -> float:
        """Milliseconds from one frame that is looked at to the next."""
        return self._step_ms

    @property
    def takes_all(self) -> bool:
        """Whether every frame is looked at, because the source is no faster than the grid."""
        interval_ms = self.interval_ms
        return interval_ms is not None and interval_ms >= self._step_ms * 0.99

    def cell(self, at_ms: int) -> int:
        """Return the number of the grid cell that a frame at this time falls into."""
        if self._zero_ms is None:
            return 0
        early_ms = min(self.interval_ms or 0.0, self._step_ms) / 2
        return math.floor((at_ms - self._zero_ms + early_ms) / self._step_ms)

    def take(self, at_ms: int) -> bool:
        """Tell whether the frame at this time, next in display order, is looked at."""
        if self._seen_at_ms is not None:
            self._intervals_ms.append(at_ms - self._seen_at_ms)
        self._seen_at_ms = at_ms
        if self._zero_ms is None:
            self._zero_ms = at_ms
        cell = self.cell(at_ms)
        if self._taken is not None and cell <= self._taken and not self.takes_all:
            return False
        self._taken = cell
        return True
