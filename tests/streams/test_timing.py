"""Capture times: strictly forward, near the truth, and on the grid."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.timing import LiveClock, MediaClock, SampleGrid

HOUR_MS = 3_600_000
BOUND_MS = 10_000


def test_the_first_displayed_frame_of_a_recording_is_at_its_start() -> None:
    clock = MediaClock(5_000, 40)
    assert [clock.capture(at) for at in (80.0, 120.0, 160.4)] == [5_000, 5_040, 5_080]


def test_frames_without_a_time_count_one_interval_on() -> None:
    clock = MediaClock(0, 40)
    assert [clock.capture(at) for at in (0.0, None, None, 120.0)] == [0, 40, 80, 120]
    assert not clock.steady


def test_a_spliced_recording_goes_on_from_where_it_was() -> None:
    clock = MediaClock(0, 40)
    times = [clock.capture(at) for at in (0.0, 5_000.0, 0.0, 40.0, 40.0 + 30 * HOUR_MS)]
    assert times == [0, 5_000, 5_040, 5_080, 5_120]


@given(st.lists(st.one_of(st.none(), st.floats(-1e12, 1e12)), min_size=1, max_size=60))
def test_recordings_give_strictly_increasing_times_whatever_they_say(
    stream_times: list[float | None],
) -> None:
    clock = MediaClock(1_000, 40)
    times = [clock.capture(at) for at in stream_times]
    assert times[0] == 1_000
    assert all(earlier < later for earlier, later in pairwise(times))


packets = st.lists(
    st.tuples(
        st.integers(1, 3_000),  # ms since the last arrival
        st.one_of(st.none(), st.floats(-5 * HOUR_MS, 5 * HOUR_MS)),  # error of the stream's own time
        st.one_of(st.none(), st.floats(-5 * HOUR_MS, 5 * HOUR_MS)),  # error of the camera's clock
    ),
    min_size=1,
    max_size=80,
)


@given(packets)
def test_a_camera_whose_clocks_step_by_hours_stays_monotonic_and_near_arrival(
    steps: list[tuple[int, float | None, float | None]],
) -> None:
    clock = LiveClock(BOUND_MS)
    arrival_ms, last_ms = 1_600_000_000_000, 0
    for passed_ms, stream_error_ms, camera_error_ms in steps:
        arrival_ms += passed_ms
        stream_ms = None if stream_error_ms is None else arrival_ms + stream_error_ms
        sender_ms = None if camera_error_ms is None else arrival_ms + camera_error_ms
        clock.observe(stream_ms, arrival_ms, sender_ms)
        captured_at_ms = clock.capture(stream_ms)
        assert captured_at_ms > last_ms
        assert abs(captured_at_ms - arrival_ms) <= BOUND_MS
        last_ms = captured_at_ms


def test_a_plausible_camera_clock_is_believed_and_its_offset_known() -> None:
    clock = LiveClock(BOUND_MS)
    for number in range(30):
        arrival_ms = 1_000_000 + number * 40
        clock.observe(number * 40.0, arrival_ms, arrival_ms - 300.0)
        captured_at_ms = clock.capture(number * 40.0)
    assert clock.offset_ms == -300
    assert clock.sender_believed
    assert captured_at_ms == 1_000_000 + 29 * 40 - 300


def test_a_camera_clock_that_is_hours_off_is_not_believed_but_told() -> None:
    clock = LiveClock(BOUND_MS)
    for number in range(10):
        clock.observe(number * 40.0, 1_000_000 + number * 40, 1_000_000 + number * 40.0 + 3 * HOUR_MS)
        captured_at_ms = clock.capture(number * 40.0)
    assert clock.offset_ms == 3 * HOUR_MS
    assert not clock.sender_believed
    assert captured_at_ms == 1_000_000 + 9 * 40


def test_a_burst_after_a_network_stall_keeps_its_own_spacing() -> None:
    clock = LiveClock(BOUND_MS)
    arrivals = [40 * number if number < 5 else 3_000 + number for number in range(20)]
    times = []
    for number, arrival_ms in enumerate(arrivals):
        clock.observe(number * 40.0, 1_000_000 + arrival_ms)
        times.append(clock.capture(number * 40.0) - 1_000_000)
    assert all(abs(at_ms - number * 40) <= 5 for number, at_ms in enumerate(times))


def test_a_simulated_day_does_not_drift_from_arrival() -> None:
    clock = LiveClock(BOUND_MS)
    for second in range(86_400):
        arrival_ms = 1_000_000 + second * 1_000
        stream_ms = second * 1_000 * 1.0001  # a camera whose clock runs 0.1 per mille fast
        clock.observe(stream_ms, arrival_ms)
        captured_at_ms = clock.capture(stream_ms)
    assert abs(captured_at_ms - arrival_ms) < 50


@pytest.mark.parametrize(("source_fps", "detect_fps", "every"), [(15, 5, 3), (30, 10, 3), (30, 5, 6), (25, 5, 5)])
def test_a_whole_divisor_takes_exactly_every_nth_frame(source_fps: int, detect_fps: int, every: int) -> None:
    grid = SampleGrid(detect_fps, source_fps)
    taken = [number for number in range(300) if grid.take(7 + round(number * 1000 / source_fps))]
    assert taken == list(range(0, 300, every))


@given(st.lists(st.integers(-30, 30), min_size=90, max_size=90))
def test_jitter_of_half_a_frame_does_not_change_which_frames_are_taken(jitter_ms: list[int]) -> None:
    grid = SampleGrid(5, 15)
    taken = [
        number for number in range(90) if grid.take(round(number * 1000 / 15) + (jitter_ms[number] if number else 0))
    ]
    assert taken == list(range(0, 90, 3))


def test_a_source_no_faster_than_the_grid_gives_every_frame() -> None:
    grid = SampleGrid(10, 10)
    assert all(grid.take(at_ms) for at_ms in (0, 105, 190, 310, 395))


def test_the_grid_does_not_drift_over_hours() -> None:
    grid = SampleGrid(3, 25)
    taken = sum(grid.take(number * 40) for number in range(25 * 21_600))
    assert taken == 3 * 21_600


@given(st.lists(st.integers(1, 400), min_size=20, max_size=120), st.sampled_from([3.0, 5.0, 10.0]))
def test_variable_frame_rates_give_one_frame_a_cell_and_no_cell_with_frames_is_left_out(
    gaps_ms: list[int], detect_fps: float
) -> None:
    grid = SampleGrid(detect_fps, 50)
    at_ms, times, taken = 0, [0], [0]
    assert grid.take(0)
    for gap_ms in gaps_ms:
        at_ms += gap_ms
        times.append(at_ms)
        if grid.take(at_ms):
            taken.append(at_ms)
    assert len({grid.cell(at) for at in taken}) == len(taken)
    assert {grid.cell(at) for at in times} == {grid.cell(at) for at in taken}


def test_a_grid_without_a_rate_is_refused_with_what_it_got() -> None:
    with pytest.raises(ValueError, match="detect_fps must be a positive number of frames a second, got 0"):
        SampleGrid(0, 25)
