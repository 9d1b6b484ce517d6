"""What of the footage is to be deleted: the oldest first, nothing that is held, no more than must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.disk import DiskMarks, DiskWatch, free_bytes
from streams.retention import FootageSettings, Keep, Reason, due, due_for_room

DAY_MS = 24 * 3600 * 1000
NOW_MS = 1_519_200_000_000
GB = 10**9


@dataclass(frozen=True)
class Stored:
    """A segment of so many GB that ended so many days ago."""

    days_ago: float
    gb: float = 1.0
    held_by: tuple[int, ...] = ()

    @property
    def ended_ms(self) -> int:
        return NOW_MS - round(self.days_ago * DAY_MS)

    @property
    def bytes(self) -> int:
        return round(self.gb * GB)


def deleted(segments: list[Stored], keep: Keep) -> list[tuple[float, Reason]]:
    total = sum(segment.bytes for segment in segments)
    return [(segment.days_ago, reason) for segment, reason in due(segments, total, keep, NOW_MS)]


def days(*days_ago: float, held: float | None = None) -> list[Stored]:
    return [Stored(one, held_by=(7,) if one == held else ()) for one in days_ago]


@pytest.mark.parametrize(
    ("segments", "keep", "expected"),
    [
        pytest.param(days(31, 30, 29.9, 1), Keep(30), [(31, Reason.AGE), (30, Reason.AGE)], id="age"),
        pytest.param(days(31, 30, 1, held=31), Keep(30), [(30, Reason.AGE)], id="held and old"),
        pytest.param(days(5, 4, 3, 2), Keep(30, gb=2), [(5, Reason.SPACE), (4, Reason.SPACE)], id="space"),
        pytest.param(days(5, 4, 3, 2), Keep(30, gb=3.5), [(5, Reason.SPACE)], id="no more than must"),
        pytest.param(days(5, 4, 3, held=5), Keep(30, gb=2), [(4, Reason.SPACE)], id="what is held takes its space"),
        pytest.param(days(5, held=5), Keep(1, gb=0.5), [], id="held wins over both"),
        pytest.param(days(40, 2, 1), Keep(30, gb=1), [(40, Reason.AGE), (2, Reason.SPACE)], id="age frees space"),
        pytest.param([], Keep(30, gb=1), [], id="nothing"),
    ],
)
def test_what_is_deleted_of_a_camera(
    segments: list[Stored], keep: Keep, expected: list[tuple[float, Reason]]
) -> None:
    assert deleted(segments, keep) == expected


def test_no_more_segments_are_looked_at_than_needed() -> None:
    looked_at: list[float] = []

    def oldest_first() -> Iterator[Stored]:
        for segment in days(31, 29, 28, 27):
            looked_at.append(segment.days_ago)
            yield segment

    assert [one.days_ago for one, _ in due(oldest_first(), 4 * GB, Keep(30), NOW_MS)] == [31]
    assert looked_at == [31, 29]


SEGMENTS = st.lists(
    st.builds(Stored, st.floats(0, 60), st.floats(0.001, 2), st.sampled_from([(), (), (1,)])), max_size=30
).map(lambda made: sorted(made, key=lambda one: -one.days_ago))


@given(SEGMENTS, st.floats(1, 50), st.none() | st.floats(0.1, 20))
def test_after_it_nothing_old_is_left_and_no_more_space_is_taken_but_by_what_is_held(
    segments: list[Stored], keep_days: float, gb: float | None
) -> None:
    keep = Keep(keep_days, gb)
    gone = [segment for segment, _ in due(segments, sum(one.bytes for one in segments), keep, NOW_MS)]
    left = [segment for segment in segments if segment not in gone]
    assert not any(segment.held_by for segment in gone)
    free = [segment for segment in left if not segment.held_by]
    assert all(segment.days_ago < keep_days + 0.001 for segment in free)
    assert gb is None or not free or sum(segment.bytes for segment in left) <= gb * GB + 1
    if gb is None:
        assert all(segment.days_ago > keep_days - 0.001 for segment in gone)


@given(SEGMENTS, st.floats(-1, 20))
def test_room_is_made_by_the_oldest_and_by_no_more_than_are_needed(segments: list[Stored], lacking_gb: float) -> None:
    lacking = round(lacking_gb * GB)
    gone = list(due_for_room(segments, lacking))
    assert gone == [segment for segment in segments if not segment.held_by][: len(gone)]
    assert sum(segment.bytes for segment in gone[:-1]) < max(lacking, 1)
    if len(gone) < sum(not segment.held_by for segment in segments):
        assert sum(segment.bytes for segment in gone) >= lacking


def test_a_camera_may_have_its_own_limits() -> None:
    settings = FootageSettings(Keep(30, 500), {"vault": Keep(90, 800)})
    assert settings.keep("vault") == Keep(90, 800)
    assert settings.keep("counter") == Keep(30, 500)


def test_a_disk_s_answer_changes_at_the_marks_only(tmp_path: Path) -> None:
    free = iter([5, 1.5, 1, 0.9, 1.5, 1.9, 2, 1])
    watch = DiskWatch(tmp_path, DiskMarks(1 * GB, 2 * GB), lambda _: round(next(free) * GB))
    assert [watch.lacks() is None for _ in range(8)] == [True, True, True, False, False, False, True, True]


def test_marks_that_cross_are_refused() -> None:
    with pytest.raises(ValueError, match="low <= high"):
        DiskMarks(3 * GB, 2 * GB)


def test_the_room_of_a_real_disk_is_known(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
