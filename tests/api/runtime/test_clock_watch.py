"""A clock that was set is known by the one that nobody can set."""

from __future__ import annotations

from api.runtime.clock_watch import STEP_MS, ClockWatch


class Clocks:
    """Both clocks of a machine."""

    def __init__(self) -> None:
        self.wall_at_ms = 1_519_174_800_000
        self.monotonic_at_s = 77.0
        self.watch = ClockWatch(lambda: self.wall_at_ms, lambda: self.monotonic_at_s)

    def pass_s(self, seconds: float, set_by_ms: int = 0) -> int:
        """Let time go on, with the wall clock set meanwhile; return what the watch says."""
        self.monotonic_at_s += seconds
        self.wall_at_ms += round(seconds * 1_000) + set_by_ms
        return self.watch.stepped_ms()


def test_time_that_goes_on_is_no_step_however_long_nobody_looked() -> None:
    clocks = Clocks()
    assert [clocks.pass_s(seconds) for seconds in (0.1, 1, 3_600, 86_400)] == [0, 0, 0, 0]


def test_an_hour_ahead_or_back_is_a_step_and_told_once() -> None:
    clocks = Clocks()
    assert [clocks.pass_s(1, 3_600_000), clocks.pass_s(1), clocks.pass_s(1, -3_600_000)] == [3_600_000, 0, -3_600_000]


def test_what_a_time_server_corrects_is_no_step() -> None:
    clocks = Clocks()
    assert [clocks.pass_s(1, STEP_MS), clocks.pass_s(1, -STEP_MS), clocks.pass_s(1)] == [0, 0, 0]
