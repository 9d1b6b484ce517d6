"""Capture times of packets: even within a group of pictures, forward whatever the clocks do, true in the long run."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.sample_clock import SampleClock
from streams.samples import TICKS_A_MS
from streams.timing import HOUR_MS

NOW_MS = 1_519_200_000_000
FRAME = 6_000  # 15 frames a second
FRAME_MS = FRAME / TICKS_A_MS
GROUP = 15


def placed_ms(
    clock: SampleClock, numbers: Iterable[int], arrivals_ms: Iterable[int], offset_ms: int | None = None
) -> list[float]:
    """Return when frames are shown, UTC milliseconds after NOW_MS. offset_ms: the camera's clock minus ours."""
    shown = []
    for number, arrival_ms in zip(numbers, arrivals_ms, strict=True):
        sender_ms = None if offset_ms is None else NOW_MS + offset_ms + number * FRAME_MS
        at, _ = clock.place(number * FRAME, number * FRAME, arrival_ms, sender_ms, is_key=number % GROUP == 0)
        shown.append(at / TICKS_A_MS - NOW_MS)
    return shown


def on_time(numbers: Iterable[int], step_ms: int = 0) -> list[int]:
    return [NOW_MS + step_ms + round(number * FRAME_MS) for number in numbers]


def test_frames_that_arrive_unevenly_are_kept_evenly() -> None:
    numbers = range(45)
    arrivals = [at + (number * 7) % 19 for number, at in enumerate(on_time(numbers))]
    shown = placed_ms(SampleClock(10_000), numbers, arrivals)
    assert all(abs(later - earlier - FRAME_MS) < 0.02 for earlier, later in pairwise(shown))


def test_the_camera_s_clock_is_followed_from_the_next_key_frame_on() -> None:
    clock = SampleClock(10_000)
    before = placed_ms(clock, range(40), on_time(range(40)))
    after = placed_ms(clock, range(40, 60), on_time(range(40, 60)), offset_ms=600)
    assert abs(before[-1] - 39 * FRAME_MS) < 1
    assert [round(at - (40 + number) * FRAME_MS) for number, at in enumerate(after)] == [0] * 5 + [600] * 15
    assert clock.offset_ms == 600


def test_after_a_step_back_time_goes_at_half_speed_until_it_is_caught_up_with() -> None:
    clock = SampleClock(10_000)
    placed_ms(clock, range(30), on_time(range(30)), offset_ms=2_000)
    numbers = range(30, 120)
    shown = placed_ms(clock, numbers, on_time(numbers), offset_ms=0)
    steps = [round(later - earlier, 1) for earlier, later in pairwise(shown)]
    assert set(steps[:55]) == {33.3}
    assert set(steps[-15:]) == {66.7}
    assert abs(shown[-1] - 119 * FRAME_MS) <= 21


def test_an_hour_s_step_of_our_clock_forward_is_followed_and_backward_waited_out() -> None:
    clock = SampleClock(10_000)
    placed_ms(clock, range(15), on_time(range(15)))
    ahead = placed_ms(clock, range(15, 30), on_time(range(15, 30), HOUR_MS))
    assert abs(ahead[-1] - HOUR_MS - 29 * FRAME_MS) < 100
    back = placed_ms(clock, range(30, 60), on_time(range(30, 60)))
    assert all(later > earlier for earlier, later in pairwise([ahead[-1], *back]))
    assert back[-1] - ahead[-1] < 30 * FRAME_MS / 2 + 100


def test_a_new_connection_goes_on_after_the_last_frame() -> None:
    clock = SampleClock(10_000)
    first = placed_ms(clock, range(15), on_time(range(15)))
    clock.connected()
    second = placed_ms(clock, range(15), on_time(range(15), 3_000))
    assert second[0] == 3_000
    clock.connected()
    third = placed_ms(clock, range(15), on_time(range(15), 3_100))
    assert first[-1] < second[-1] < third[0]


def test_the_stream_s_own_time_may_jump() -> None:
    clock = SampleClock(10_000)
    placed_ms(clock, range(20), on_time(range(20)))
    jumped = placed_ms(clock, range(900_020, 900_060), on_time(range(20, 60)))
    assert abs(jumped[-1] - 59 * FRAME_MS) < 100


def test_frames_that_are_sent_in_another_order_keep_theirs() -> None:
    clock = SampleClock(10_000)
    shown = [2, 5, 3, 4, 8, 6, 7]
    placed = [
        clock.place(at * FRAME, number * FRAME, NOW_MS + round(number * FRAME_MS), None, is_key=number == 0)
        for number, at in enumerate(shown)
    ]
    assert [round((at - placed[0][0]) / FRAME) + 2 for at, _ in placed] == shown
    assert all(later > earlier for (_, earlier), (_, later) in pairwise(placed))
    assert all(decoded <= at for at, decoded in placed)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([FRAME, FRAME, FRAME, 0, -FRAME, 90_000 * 40, -90_000 * 40]),
            st.sampled_from([66, 66, 66, 0, 5_000, -HOUR_MS, HOUR_MS]),
            st.sampled_from([None, 0, 900, -900, HOUR_MS]),
            st.booleans(),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_decode_times_go_forward_whatever_the_clocks_do(steps: list[tuple[int, int, int | None, bool]]) -> None:
    clock, stream, arrival_ms = SampleClock(10_000), 0, NOW_MS
    last = -1
    for forward, passed_ms, offset_ms, is_key in steps:
        stream, arrival_ms = stream + forward, arrival_ms + passed_ms
        sender_ms = None if offset_ms is None else float(arrival_ms + offset_ms)
        _, decoded_at = clock.place(stream, stream, arrival_ms, sender_ms, is_key=is_key)
        assert decoded_at > last
        last = decoded_at
