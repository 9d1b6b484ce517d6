"""Capture times of packets, in the order in which they are sent. Pure: arrival times are arguments.

The clock of the frames, `LiveClock`, is asked at every key frame; between two of them the stream's own time counts,
so that what was sent evenly is kept evenly. Whatever the clocks do, decode times go forward.
"""

from __future__ import annotations

from typing import Final

from streams.samples import TICKS_A_MS
from streams.timing import LiveClock

_TOLERATED: Final = 20 * TICKS_A_MS
"""What the clock of frames says may be that far off before it is followed: it wavers with the network."""

_JUMP: Final = 10_000 * TICKS_A_MS
"""What no camera does from one packet to the next: then its time has a new beginning. Nor does it send pictures so
far ahead."""


class SampleClock:
    """The capture times of one camera's packets, over all its connections.

    After a step of the clocks backwards time runs at half speed until it is caught up with, as that of frames does.
    """

    def __init__(self, bound_ms: int) -> None:
        self._bound_ms = bound_ms
        self._clock = LiveClock(bound_ms)
        self._from: tuple[int, int] | None = None  # stream time and capture time that belong together
        self._slow = False
        self._stream: int | None = None
        self._shown: int | None = None
        self._decoded: int | None = None

    @property
    def offset_ms(self) -> int | None:
        """The camera's clock minus ours; None until it has told its clock."""
        return self._clock.offset_ms

    def connected(self) -> None:
        """Take the next packet for the first one of a new connection, whose stream time has a new beginning."""
        self._clock = LiveClock(self._bound_ms)
        self._from = self._stream = None

    def place(
        self, shown: int, decoded: int, arrival_ms: int, sender_ms: float | None, *, is_key: bool
    ) -> tuple[int, int]:
        """Return when a packet's picture is shown and decoded, capture time in ticks, UTC.

        shown, decoded: the same in stream time, ticks; a picture that is said to be shown long before or after it is
        decoded is taken to be shown then. arrival_ms, sender_ms: our clock and the sender's, UTC.
        """
        if abs(shown - decoded) > _JUMP:
            shown = decoded
        self._clock.observe(shown / TICKS_A_MS, arrival_ms, sender_ms)
        said = self._clock.expect(shown / TICKS_A_MS) * TICKS_A_MS
        jumped = self._stream is not None and abs(decoded - self._stream) > _JUMP
        if self._from is None or jumped:
            self._anchor(shown, max(said, self._floor()), slow=False)
        self._follow(shown, said, is_key=is_key)
        self._stream = decoded
        shown_at, decoded_at = self._at(shown), self._at(decoded)
        if self._decoded is not None:
            decoded_at = max(decoded_at, self._decoded + 1)
        self._decoded = decoded_at
        shown_at = max(shown_at, decoded_at - _JUMP)
        self._shown = shown_at if self._shown is None else max(self._shown, shown_at)
        return shown_at, decoded_at

    def _follow(self, shown: int, said: int, *, is_key: bool) -> None:
        """Follow the clock of frames, at key frames only: time does not leap within what is recorded as one."""
        if not is_key:
            return
        here = self._at(shown)
        if said - here > _TOLERATED:
            self._anchor(shown, said, slow=False)
        elif (slow := said - here < -_TOLERATED) != self._slow:
            self._anchor(shown, here, slow=slow)

    def _floor(self) -> int:
        return 0 if self._shown is None else self._shown + TICKS_A_MS

    def _anchor(self, shown: int, at: int, *, slow: bool) -> None:
        self._from, self._slow = (shown, at), slow

    def _at(self, stream: int) -> int:
        if self._from is None:
            raise ValueError("nothing was placed yet")
        passed = stream - self._from[0]
        return self._from[1] + (passed // 2 if self._slow else passed)
