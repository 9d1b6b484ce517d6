"""The state table of dwell.py, told in timelines: `P` true, `.` false, `?` unseen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.timelines import ANSWERS, sampled
from vision.dwell import Answer, Dwell, DwellSettings, State, Step

FRAME_S = 0.1


@dataclass(frozen=True)
class Told:
    """What a timeline led to: seconds at which something was raised or ended, and when each had begun."""

    raised: list[float]
    ended: list[float]
    began: list[float]
    dwell: Dwell


def dwell_on(line: str, after_s: float = 5.0, *, fps: float = 10, char_ms: int = 1_000, first_ms: int = 0) -> Told:
    dwell = Dwell()
    told = Told([], [], [], dwell)
    for at_ms, char in sampled(line, fps, char_ms, first_ms):
        step = dwell.update(at_ms, ANSWERS[char], round(after_s * 1_000))
        if step is Step.RAISED:
            assert dwell.began_at_ms is not None
            told.raised.append(at_ms / 1_000)
            told.began.append(dwell.began_at_ms / 1_000)
        elif step is Step.ENDED:
            told.ended.append(at_ms / 1_000)
    return told


def near(*values: float) -> object:
    return pytest.approx(list(values), abs=FRAME_S + 1e-6)


@pytest.mark.parametrize(
    ("line", "began", "raised", "ended"),
    [
        ("PPPPPPPP", [0], [5], []),
        ("...PPPPPPP", [3], [8], []),
        ("PPPP....PPPP", [], [], []),
        ("PPPPPP....", [0], [5], [8]),
        ("PPPPPP.P....", [0], [5], [10]),
        ("PPPPPP...PPPPPP...", [0, 9], [5, 14], [8, 17]),
        ("..........", [], [], []),
        ("??????????", [], [], []),
        ("PP???PPPP", [0], [8], []),
        ("PPP?P?P?P?", [0], [8], []),
        ("???PPPPPP", [3], [8], []),
        ("PPPPPP?????????", [0], [5], []),
        ("PPPPPP?????...", [0], [5], [13]),
        ("PPPPPP.???...", [0], [5], [11]),
    ],
)
def test_a_timeline_gives_these_episodes(
    line: str, began: list[float], raised: list[float], ended: list[float]
) -> None:
    told = dwell_on(line)
    assert told.began == near(*began)
    assert told.raised == near(*raised)
    assert told.ended == near(*ended)


def test_one_wrong_moment_before_the_limit_is_forgiven() -> None:
    told = dwell_on("P" * 25 + "." + "P" * 40, char_ms=100)
    assert told.raised == near(5.1)
    assert told.began == near(0)


def test_false_for_longer_than_is_forgiven_begins_the_count_anew() -> None:
    told = dwell_on("P" * 40 + "." * 7 + "P" * 60, char_ms=100)
    assert told.began == near(4.7)
    assert told.raised == near(9.7)


def test_a_false_moment_after_raising_does_not_end_the_episode() -> None:
    told = dwell_on("P" * 60 + "." * 15 + "P" * 60, char_ms=100)
    assert told.raised == near(5.0)
    assert told.ended == []
    assert told.dwell.state is State.RAISED


def test_what_is_due_is_raised_only_at_a_moment_at_which_it_is_true() -> None:
    dwell = Dwell()
    dwell.update(0, Answer.TRUE, 1_000)
    dwell.update(900, Answer.TRUE, 1_000)
    assert dwell.update(1_200, Answer.UNSEEN, 1_000) is Step.NOTHING
    assert dwell.true_ms > 1_000
    assert dwell.update(1_400, Answer.TRUE, 1_000) is Step.RAISED


def test_what_is_pending_lapses_after_a_minute_unseen() -> None:
    told = dwell_on("PPPP" + "?" * 61 + "PPPP")
    assert told.raised == []
    assert dwell_on("PPPP" + "?" * 61 + "PPPPPPP").began == near(65)


def test_what_is_pending_waits_through_less_than_a_minute_unseen() -> None:
    told = dwell_on("PPPP" + "?" * 50 + "PPPP")
    assert told.raised == near(55)
    assert told.began == near(0)


def test_what_is_raised_does_not_end_while_nobody_can_see() -> None:
    told = dwell_on("PPPPPP" + "?" * 300 + "...")
    assert told.ended == near(308)


def test_a_silence_longer_than_the_gap_counts_as_unseen() -> None:
    dwell = Dwell()
    assert dwell.update(0, Answer.TRUE, 5_000) is Step.NOTHING
    assert dwell.update(2_000, Answer.TRUE, 5_000) is Step.NOTHING
    assert dwell.update(12_000, Answer.TRUE, 5_000) is Step.NOTHING
    assert dwell.true_ms == 2_000
    assert dwell.unseen_ms == 10_000
    assert dwell.update(14_000, Answer.TRUE, 5_000) is Step.NOTHING
    assert dwell.update(15_000, Answer.TRUE, 5_000) is Step.RAISED
    assert dwell.began_at_ms == 0


def test_a_silence_does_not_end_what_is_raised() -> None:
    dwell = Dwell()
    for at_ms in range(0, 6_000, 500):
        dwell.update(at_ms, Answer.TRUE, 5_000)
    assert dwell.state is State.RAISED
    assert dwell.update(60_000, Answer.FALSE, 5_000) is Step.NOTHING
    assert dwell.update(61_000, Answer.FALSE, 5_000) is Step.NOTHING
    assert dwell.update(62_000, Answer.FALSE, 5_000) is Step.ENDED


def test_a_limit_that_shrinks_while_it_is_pending_is_the_one_that_counts() -> None:
    dwell = Dwell()
    for at_ms in range(0, 15_000, 1_000):
        assert dwell.update(at_ms, Answer.TRUE, 30_000) is Step.NOTHING
    assert dwell.update(15_000, Answer.TRUE, 10_000) is Step.RAISED


def test_a_limit_of_zero_raises_at_once() -> None:
    assert Dwell().update(7, Answer.TRUE, 0) is Step.RAISED


def test_time_that_goes_back_is_an_error_that_names_both_moments() -> None:
    dwell = Dwell()
    dwell.update(1_000, Answer.TRUE, 5_000)
    with pytest.raises(ValueError, match="time went back from 1000 to 999"):
        dwell.update(999, Answer.TRUE, 5_000)


def test_the_same_moment_twice_is_no_error_and_adds_nothing() -> None:
    dwell = Dwell()
    for _ in range(3):
        dwell.update(1_000, Answer.TRUE, 5_000)
    assert dwell.true_ms == 0


def test_settings_of_its_own_are_kept() -> None:
    dwell = Dwell(DwellSettings(clear_ms=500))
    dwell.update(0, Answer.TRUE, 0)
    assert dwell.update(400, Answer.FALSE, 0) is Step.NOTHING
    assert dwell.update(900, Answer.FALSE, 0) is Step.ENDED


TENTHS_ON = st.one_of(st.integers(10, 43), st.integers(57, 120))
TENTHS_OFF = st.one_of(st.integers(10, 15), st.integers(25, 80))


def expected_episodes(runs: list[tuple[int, int]]) -> tuple[list[float], list[float]]:
    """Work out by hand, from (off, on) tenths, when a limit of 5 s raises and 2 s of clear end."""
    raised: list[float] = []
    ended: list[float] = []
    now, lasting = 0, False
    for off, on in runs:
        if lasting and off > 20:
            ended.append((now + 20) / 10)
            lasting = False
        now += off
        if not lasting and on > 50:
            raised.append((now + 50) / 10)
            lasting = True
        now += on
    return raised, ended


@pytest.mark.parametrize("fps", [3, 5, 10, 25])
@settings(deadline=None)
@given(runs=st.lists(st.tuples(TENTHS_OFF, TENTHS_ON), min_size=1, max_size=6), first_ms=st.integers(0, 99))
def test_the_same_scene_gives_the_same_times_at_any_frame_rate(
    fps: int, runs: list[tuple[int, int]], first_ms: int
) -> None:
    line = "".join("." * off + "P" * on for off, on in runs)
    told = dwell_on(line, fps=fps, char_ms=100, first_ms=first_ms)
    raised, ended = expected_episodes(runs)
    frame_s = 1 / fps + 0.002
    assert told.raised == pytest.approx(raised, abs=frame_s)
    assert told.ended == pytest.approx(ended, abs=frame_s)


@settings(deadline=None)
@given(
    moments=st.lists(st.tuples(st.integers(0, 5_000), st.sampled_from(list(Answer))), max_size=60),
    after_ms=st.integers(0, 20_000),
)
def test_no_duration_is_ever_negative_or_longer_than_the_time_that_has_passed(
    moments: list[tuple[int, Answer]], after_ms: int
) -> None:
    dwell, at_ms = Dwell(), 0
    for step_ms, answer in moments:
        at_ms += step_ms
        dwell.update(at_ms, answer, after_ms)
        assert 0 <= dwell.true_ms <= at_ms
        assert 0 <= dwell.unseen_ms <= at_ms
        assert (dwell.began_at_ms is None) == (dwell.state is State.CLEAR)
        if dwell.began_at_ms is not None:
            assert 0 <= dwell.began_at_ms <= at_ms
            assert dwell.true_ms <= at_ms - dwell.began_at_ms + 1
