"""Following people: one id a person, at any frame rate, through occlusion and stillness; and forgetting."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy as np
import pytest

from tests.vision.builders import ITEMS, SQUARE, boxes
from vision.analyzer import Analyzer
from vision.layout import View
from vision.tracking import Tracker
from vision.types import Detections, Frame, Image, Tracks
from vision.zones import Anchor, Zone, ZoneKind

WIDTH, HEIGHT = 640, 360
Box = tuple[float, float, float, float]
Path = Callable[[float], Box | None]
"""Where somebody is at a moment in seconds; None while the detector cannot see them."""

FPS = [3, 5, 10, 25]


def _backdrop() -> Image:
    noise = np.random.default_rng(5).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    rough = cv2.GaussianBlur(noise, (0, 0), 6)
    return np.asarray(np.clip(128 + 40 * rough / rough.std(), 0, 255), np.uint8)


BACKDROP = _backdrop()


def picture(people: Iterable[Box], noise: np.random.Generator | None = None) -> Image:
    """Draw people as dark coats with a light head on a mottled wall."""
    drawn = BACKDROP.copy()
    for left, top, right, bottom in people:
        corner, opposite = (round(left), round(top)), (round(right), round(bottom))
        cv2.rectangle(drawn, corner, opposite, 40, -1)
        middle = round((left + right) / 2)
        cv2.circle(drawn, (middle, round(top + 0.1 * (bottom - top))), max(2, round((right - left) / 5)), 190, -1)
        cv2.line(drawn, (middle, corner[1]), (middle, opposite[1]), 90, 3)
    if noise is None:
        return drawn
    return np.clip(drawn + noise.normal(0, 2, drawn.shape), 0, 255).astype(np.uint8)


def detected(people: Sequence[Box], scores: Sequence[float] | None = None) -> Detections:
    xyxy = boxes(*people)
    score = np.array(scores if scores is not None else [0.8] * len(people), np.float32)
    return Detections(xyxy, score, np.zeros(len(people), np.int32))


def walk(start: tuple[float, float], speed: tuple[float, float], size: tuple[float, float] = (60, 150)) -> Path:
    """Return the path of somebody who walks with a speed in px per second."""

    def where(second: float) -> Box | None:
        left, top = start[0] + speed[0] * second, start[1] + speed[1] * second
        if left + size[0] < 8 or left > WIDTH - 8:
            return None
        return (max(0.0, left), top, min(WIDTH, left + size[0]), min(HEIGHT, top + size[1]))

    return where


def follow(
    paths: Sequence[Path],
    seconds: float,
    fps: float,
    *,
    tracker: Tracker | None = None,
    jitter_px: float = 1.5,
    first_s: float = 0.0,
) -> list[tuple[float, Tracks]]:
    """Let a tracker follow people whom a detector sees with a little jitter."""
    tracker = tracker or Tracker()
    rng = np.random.default_rng(11)
    told = []
    for number in range(round(seconds * fps)):
        second = first_s + number / fps
        there = [box for path in paths if (box := path(second)) is not None]
        shaken = [tuple(np.array(box) + rng.normal(0, jitter_px, 4)) for box in there]
        told.append((second, tracker.update(round(second * 1_000), detected(shaken), picture(there))))
    return told


def ids_of(told: Iterable[tuple[float, Tracks]]) -> set[int]:
    return {int(i) for _, tracks in told for i in tracks.ids}


# one person, one id ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("speed", [40, 120, 200])
def test_somebody_who_walks_through_keeps_one_id(fps: int, speed: int) -> None:
    told = follow([walk((20, 150), (speed, 0))], 500 / speed, fps)
    assert ids_of(told) == {1}
    assert all(len(tracks) == 1 for second, tracks in told if second >= 2 / fps)


@pytest.mark.parametrize("fps", FPS)
def test_somebody_who_walks_towards_the_camera_and_grows_keeps_one_id(fps: int) -> None:
    def nearer(second: float) -> Box:
        height = 80 + 25 * second
        return (300 - 0.2 * height, 90, 300 + 0.2 * height, 90 + height)

    assert ids_of(follow([nearer], 8, fps)) == {1}


@pytest.mark.parametrize("fps", FPS)
def test_somebody_who_turns_round_keeps_one_id(fps: int) -> None:
    def to_and_fro(second: float) -> Box:
        left = 100 + abs((second % 6) - 3) * 110
        return (left, 150, left + 60, 300)

    assert ids_of(follow([to_and_fro], 18, fps)) == {1}


@pytest.mark.parametrize("fps", FPS)
def test_two_people_who_cross_keep_their_ids(fps: int) -> None:
    right, left = walk((20, 160), (90, 0), (66, 165)), walk((560, 138), (-90, 0), (58, 145))

    def hidden(second: float) -> Box | None:
        front, back = right(second), left(second)
        if front is None or back is None:
            return back
        shared = max(0.0, min(front[2], back[2]) - max(front[0], back[0]))
        return None if shared > 0.6 * (back[2] - back[0]) else back

    told = follow([right, hidden], 6, fps)
    assert ids_of(told) == {1, 2}
    first = {int(i): float(b[0]) for i, b in zip(told[2][1].ids, told[2][1].xyxy, strict=True)}
    last = {int(i): float(b[0]) for i, b in zip(told[-1][1].ids, told[-1][1].xyxy, strict=True)}
    from_left = min(first, key=lambda i: first[i])
    assert max(last, key=lambda i: last[i]) == from_left


@pytest.mark.parametrize("fps", FPS)
def test_two_people_side_by_side_are_two(fps: int) -> None:
    told = follow([walk((100, 150), (30, 0)), walk((175, 152), (30, 0))], 8, fps)
    assert ids_of(told) == {1, 2}


# out of sight ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", FPS)
def test_somebody_who_pauses_three_seconds_behind_a_pillar_comes_back_with_their_id(fps: int) -> None:
    def path(second: float) -> Box | None:
        if 3 <= second < 6:
            return None
        left = 100 + 60 * second if second < 3 else 290 + 60 * (second - 6)
        return (left, 150, left + 60, 300)

    told = follow([path], 9, fps)
    assert ids_of(told) == {1}


@pytest.mark.parametrize("fps", FPS)
def test_somebody_who_walks_three_seconds_behind_a_cabinet_comes_out_with_their_id(fps: int) -> None:
    steady = walk((60, 150), (45, 0))
    told = follow([lambda s: None if 3 <= s < 6 else steady(s)], 10, fps)
    assert ids_of(told) == {1}


def test_somebody_who_comes_long_after_is_somebody_else() -> None:
    told = follow([lambda s: None if 3 <= s < 12 else (300, 150, 360, 300)], 16, 5)
    assert ids_of(told) == {1, 2}


def test_somebody_at_the_other_side_of_the_view_is_not_who_has_just_left() -> None:
    tracker, right, left = Tracker(), (570.0, 150.0, 630.0, 300.0), (20.0, 150.0, 80.0, 300.0)
    for number in range(10):
        tracker.update(number * 200, detected([right]), picture([right]))
    for number in range(10, 24):
        tracker.update(number * 200, detected([]), BACKDROP)
    for number in range(24, 28):
        told = tracker.update(number * 200, detected([left]), picture([left]))
    assert told.ids.tolist() == [2]


def test_a_chair_that_holds_a_track_does_not_jump_to_somebody_at_the_other_side_of_the_view() -> None:
    tracker, other = seated(10), (20.0, 150.0, 80.0, 300.0)
    for number in range(10, 18):
        tracker.update(number * 200, detected([]), picture([SEAT]))
    for number in range(18, 22):
        told = tracker.update(number * 200, detected([other]), picture([SEAT, other]))
    assert told.ids.tolist() == [1, 2]


def test_somebody_else_far_away_does_not_inherit_the_id() -> None:
    def path(second: float) -> Box | None:
        if 3 <= second < 4:
            return None
        return (60, 150, 120, 300) if second < 3 else (560, 150, 620, 300)

    assert ids_of(follow([path], 7, 5)) == {1, 2}


def test_somebody_who_is_hidden_is_not_said_to_be_seen() -> None:
    told = follow([lambda s: None if s >= 3 else (300, 150, 360, 300)], 6, 10)
    last_seen = max(second for second, tracks in told if len(tracks))
    assert 2.9 <= last_seen <= 3.7
    for second, tracks in told:
        assert all(seen <= round(second * 1_000) for seen in tracks.seen_at_ms)


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("speed", [-160, 160])
def test_somebody_who_leaves_at_the_edge_is_gone_within_half_a_second(fps: int, speed: int) -> None:
    path = walk((300, 150), (speed, 0))
    gone_s = next(s / 100 for s in range(1_000) if path(s / 100) is None)
    told = follow([path], 6, fps)
    last_seen = max(second for second, tracks in told if len(tracks))
    assert last_seen <= gone_s + 0.5


# stillness ---------------------------------------------------------------------------------------------------

SEAT: Box = (280, 140, 350, 320)


def sit(seen_at: Callable[[int], bool], seconds: int, fps: float, seed: int = 4) -> list[tuple[float, Tracks]]:
    """Let somebody sit; `seen_at(frame number)` says whether the detector sees them."""
    tracker, rng = Tracker(), np.random.default_rng(seed)
    pictures = [picture([SEAT], rng) for _ in range(6)]
    told = []
    for number in range(round(seconds * fps)):
        there = [tuple(np.array(SEAT) + rng.normal(0, 1.5, 4))] if seen_at(number) else []
        at_ms = round(number * 1_000 / fps)
        told.append((at_ms / 1_000, tracker.update(at_ms, detected(there), pictures[number % 6])))
    return told


def test_somebody_who_walks_out_is_still_there_while_they_are_in_view_though_the_detector_has_lost_them() -> None:
    tracker, path = Tracker(), walk((400, 150), (200, 0))
    for number in range(5):
        box = path(number / 5)
        assert box is not None
        tracker.update(number * 200, detected([box]), picture([box]))
    assert path(0.8) == (560.0, 150.0, 620.0, 300.0)
    seen = [len(tracker.update(n * 200, detected([]), BACKDROP)) for n in range(5, 10)]
    assert seen == [1, 0, 0, 0, 0]


def test_somebody_who_sits_still_for_an_hour_is_one_person_though_half_of_the_detections_fail() -> None:
    luck = np.random.default_rng(8).random(3_600)
    told = sit(lambda number: bool(luck[number] < 0.5), 3_600, 1)
    assert ids_of(told) == {1}
    assert all(tracks.ids.tolist() == [1] for second, tracks in told if second > 5)


def test_somebody_whose_picture_stays_the_same_is_held_for_minutes_without_a_detection() -> None:
    told = sit(lambda number: number < 2 * 300, 600, 2)
    assert all(tracks.ids.tolist() == [1] for second, tracks in told if second > 1)


def test_somebody_whose_place_looks_different_is_not_held() -> None:
    tracker = Tracker()
    for number in range(50):
        tracker.update(number * 200, detected([SEAT]), picture([SEAT]))
    seen = [len(tracker.update(10_000 + n * 200, detected([]), picture([]))) for n in range(50)]
    assert sum(seen) <= 5
    assert seen[-1] == 0


def seated(frames: int = 5) -> Tracker:
    """Return a tracker that has followed somebody on a chair for some frames."""
    tracker = Tracker()
    for number in range(frames):
        tracker.update(number * 200, detected([SEAT]), picture([SEAT]))
    return tracker


def test_a_doubtful_detection_keeps_a_track_and_begins_none() -> None:
    tracker = seated()
    for number in range(5, 30):
        known = tracker.update(number * 200, detected([SEAT], [0.35]), picture([SEAT]))
    assert known.ids.tolist() == [1]
    assert known.score.tolist() == pytest.approx([0.35])
    assert known.seen_at_ms.tolist() == [29 * 200]
    stranger = Tracker()
    doubted = [stranger.update(n * 200, detected([SEAT], [0.35]), picture([SEAT])) for n in range(20)]
    assert not any(len(tracks) for tracks in doubted)


def test_a_doubtful_detection_of_an_empty_chair_keeps_nobody() -> None:
    tracker = seated()
    seen = [len(tracker.update(n * 200, detected([SEAT], [0.35]), BACKDROP)) for n in range(5, 30)]
    assert seen[-1] == 0


def test_one_doubtful_detection_continues_one_person_and_not_two() -> None:
    tracker, neighbour = Tracker(), (308.0, 140.0, 378.0, 320.0)
    ramp = np.tile(np.linspace(20, 220, HEIGHT, dtype=np.uint8)[:, None], (1, WIDTH))
    for number in range(5):
        tracker.update(number * 200, detected([SEAT, neighbour]), ramp)
    between = (294.0, 140.0, 364.0, 320.0)
    told = tracker.update(1_000, detected([between], [0.35]), ramp)
    assert told.seen_at_ms.tolist().count(1_000) <= 1


# false alarms and identity -----------------------------------------------------------------------------------


def test_a_false_detection_of_one_frame_never_becomes_a_track() -> None:
    rng = np.random.default_rng(2)
    tracker = Tracker()
    for number in range(600):
        found = []
        if number % 20 == 0:
            x, y = rng.uniform(0, 560), rng.uniform(0, 200)
            found = [(x, y, x + 60, y + 140)]
        assert not len(tracker.update(number * 200, detected(found), BACKDROP))


def test_a_box_of_most_of_the_view_is_of_the_room() -> None:
    tracker, room = Tracker(), (50.0, 60.0, 630.0, 355.0)
    assert not any(len(tracker.update(n * 200, detected([room], [0.9]), BACKDROP)) for n in range(20))


def doubted(scores: Sequence[float], pictures: Iterable[Image], box: Box = SEAT) -> list[bool]:
    """Say at which moments, after the first, whoever is found in a box may be a thing."""
    tracker, told = Tracker(), []
    for number, (score, seen) in enumerate(zip(scores, pictures, strict=True)):
        tracker.update(number * 200, detected([box], [score]), seen)
        told.append(bool(tracker.doubted))
    return told[1:]


def chairs(count: int, gains: Sequence[float] | None = None) -> list[Image]:
    """Show an empty chair under noise, in light that may change."""
    noise = np.random.default_rng(8)
    lit = [BACKDROP * gain for gain in gains or [1.0] * count]
    return [np.clip(one + noise.normal(0, 4, one.shape), 0, 255).astype(np.uint8) for one in lit]


def test_a_chair_that_is_taken_for_somebody_is_doubted_for_as_long_as_nothing_moves_there() -> None:
    assert all(doubted([0.5] * 300, chairs(300)))


def test_a_change_of_light_does_not_make_a_chair_somebody() -> None:
    assert all(doubted([0.5] * 60, chairs(60, [1.0] * 20 + [0.7] * 20 + [1.2] * 20)))


def test_somebody_who_is_found_plainly_is_never_doubted() -> None:
    assert not any(doubted([0.7] * 20, chairs(20)))


def test_whoever_was_once_found_plainly_is_doubted_again_after_five_seconds_without_a_stir() -> None:
    assert doubted([0.5] * 5 + [0.7] + [0.5] * 35, chairs(41)) == [True] * 4 + [False] * 26 + [True] * 10


def test_a_chair_that_is_found_where_somebody_left_is_doubted_after_five_seconds() -> None:
    beside = (SEAT[0] + 30, SEAT[1], SEAT[2] + 30, SEAT[3])
    left = [picture([SEAT])] * 5 + [picture([beside])] + [BACKDROP] * 35
    assert doubted([0.7] * 5 + [0.5] * 36, left)[-9:] == [True] * 9


def test_somebody_who_is_found_poorly_but_turns_is_not_doubted_any_more() -> None:
    still = picture([SEAT])
    turned = still.copy()
    turned[round(SEAT[1]) + 30 : round(SEAT[1]) + 80, round(SEAT[0]) : round(SEAT[0]) + 45] = 110
    assert doubted([0.5] * 10, [still] * 5 + [turned] * 5) == [True] * 4 + [False] * 5


def test_a_hand_that_passes_before_a_chair_does_not_make_it_somebody() -> None:
    empty = BACKDROP.copy()
    passing = empty.copy()
    cv2.circle(passing, (round(SEAT[0]) + 6, round(SEAT[1]) + 60), 9, 200, -1)
    assert all(doubted([0.5] * 10, [empty] * 5 + [passing] * 2 + [empty] * 3))


@pytest.mark.parametrize("fps", FPS)
def test_somebody_who_walks_in_is_not_doubted_from_the_second_picture_on(fps: int) -> None:
    tracker, path, told = Tracker(), walk((20, 150), (120, 0)), []
    for number in range(fps):
        box = path(number / fps)
        assert box is not None
        tracker.update(round(number * 1_000 / fps), detected([box], [0.5]), picture([box]))
        told.append(bool(tracker.doubted))
    assert not any(told[max(1, fps // 5) :])


def test_a_doubtful_detection_right_after_a_sure_one_is_of_the_same_person() -> None:
    tracker = Tracker()
    tracker.update(0, detected([SEAT], [0.5]), picture([SEAT]))
    assert tracker.update(200, detected([SEAT], [0.35]), picture([SEAT])).ids.tolist() == [1]


def test_a_second_box_on_the_torso_of_somebody_is_no_second_person() -> None:
    tracker = Tracker()
    for number in range(20):
        told = tracker.update(number * 200, detected([SEAT, (285, 150, 345, 220)], [0.8, 0.5]), picture([SEAT]))
    assert told.ids.tolist() == [1]


def test_ids_are_never_reused_and_belong_to_one_tracker() -> None:
    tracker, other = Tracker(), Tracker()
    seen: list[int] = []
    for visit in range(20):
        there = follow([lambda _: (300, 150, 360, 300)], 1, 5, tracker=tracker, first_s=visit * 20)
        follow([lambda _: None], 8, 5, tracker=tracker, first_s=visit * 20 + 1)
        seen += sorted(ids_of(there))
    assert len(set(seen)) == 20
    assert seen == sorted(seen)
    assert ids_of(follow([lambda _: (300, 150, 360, 300)], 1, 5, tracker=other)) == {1}


def test_somebody_found_after_an_outage_of_the_stream_is_not_taken_for_who_was_there_before() -> None:
    tracker = Tracker()
    before = ids_of(follow([lambda _: SEAT], 3, 5, tracker=tracker))
    after = ids_of(follow([lambda _: SEAT], 3, 5, tracker=tracker, first_s=600))
    assert before.isdisjoint(after)


def test_ids_go_on_after_the_camera_was_blind() -> None:
    tracker = Tracker()
    before = ids_of(follow([lambda _: SEAT], 1, 5, tracker=tracker))
    tracker.lose()
    after = ids_of(follow([lambda _: SEAT], 1, 5, tracker=tracker, first_s=1))
    assert before.isdisjoint(after)


def test_nothing_is_kept_of_people_who_have_gone() -> None:
    tracker = Tracker()
    for visit in range(50):
        paths = [walk((20, 100), (150, 0)), walk((560, 180), (-150, 0))]
        follow(paths, 4, 5, tracker=tracker, first_s=0 if not visit else visit * 30)
        for second in range(10, 16):
            tracker.update((visit * 30 + second) * 1_000, detected([]), BACKDROP)
        assert tracker._tracks == []


def test_what_is_told_says_when_each_was_born_and_last_seen() -> None:
    told = follow([lambda _: SEAT], 2, 10, first_s=5)
    _, last = told[-1]
    assert last.born_at_ms.tolist() == [5_000]
    assert last.seen_at_ms.tolist() == [6_900]


# pictures that do not change ---------------------------------------------------------------------------------


def test_an_unchanged_picture_keeps_who_was_there() -> None:
    tracker = Tracker()
    for number in range(5):
        tracker.update(number * 200, detected([SEAT]), picture([SEAT]))
    for at_ms in range(1_000, 3_600_000, 1_000):
        held = tracker.hold(at_ms)
        assert held.ids.tolist() == [1]
        assert held.seen_at_ms.tolist() == [at_ms]
    again = tracker.update(3_600_000, detected([SEAT]), picture([SEAT]))
    assert again.ids.tolist() == [1]


def test_an_unchanged_picture_does_not_keep_who_had_left() -> None:
    tracker = Tracker()
    for number in range(10):
        tracker.update(number * 200, detected([SEAT]), picture([SEAT]))
    tracker.update(2_000, detected([]), picture([]))
    for at_ms in range(2_200, 12_000, 200):
        assert not len(tracker.hold(at_ms))
    assert not tracker._tracks


def test_an_unchanged_picture_keeps_somebody_whom_only_their_portrait_holds() -> None:
    tracker = Tracker()
    for number in range(50):
        tracker.update(number * 200, detected([SEAT]), picture([SEAT]))
    assert tracker.update(10_000, detected([]), picture([SEAT])).ids.tolist() == [1]
    assert tracker.hold(20_000).ids.tolist() == [1]


def office_analyzer(people: Callable[[Frame], Detections], *, skip_unchanged: bool = False) -> Analyzer:
    zones = (Zone("office", ZoneKind.STAFF_ONLY, SQUARE, Anchor.TORSO),)
    return Analyzer(View("office", zones), ITEMS, people, skip_unchanged=skip_unchanged)


def frame(at_ms: int, people: Sequence[Box]) -> Frame:
    rng = np.random.default_rng(at_ms)
    return Frame.from_bgr(at_ms, np.repeat(picture(people, rng)[..., None], 3, axis=2))


def test_a_zone_is_not_occupied_for_ever_by_somebody_who_left_before_the_picture_froze() -> None:
    here = {"people": [SEAT]}
    analyzer = office_analyzer(lambda _: detected(here["people"]))
    for at_ms in range(0, 2_000, 200):
        assert analyzer.observe(frame(at_ms, [SEAT])).captured_at_ms == at_ms
    here["people"] = []
    analyzer.observe(frame(2_000, []))
    for at_ms in range(2_200, 20_000, 1_000):
        seen = analyzer.unchanged(at_ms)
        assert seen is not None
        inside = set(itertools.chain.from_iterable(seen.occupancy.values()))
        assert inside <= set(seen.tracks.ids.tolist())
    assert inside == set()


def test_a_zone_stays_occupied_by_somebody_who_sits_still_while_nothing_changes() -> None:
    analyzer = office_analyzer(lambda _: detected([SEAT]))
    for at_ms in range(0, 2_000, 200):
        analyzer.observe(frame(at_ms, [SEAT]))
    for at_ms in range(2_000, 600_000, 1_000):
        seen = analyzer.unchanged(at_ms)
        assert seen is not None
        assert seen.occupancy == {"office": (1,)}
    assert analyzer.observe(frame(600_000, [SEAT])).occupancy == {"office": (1,)}


@pytest.mark.parametrize("skip_unchanged", [False, True])
def test_somebody_who_sits_there_from_the_first_picture_on_is_seen_within_a_second(*, skip_unchanged: bool) -> None:
    analyzer = office_analyzer(lambda _: detected([SEAT]), skip_unchanged=skip_unchanged)
    for at_ms in range(0, 1_200, 200):
        seen = analyzer.observe(frame(at_ms, [SEAT]))
    assert seen.occupancy == {"office": (1,)}


@pytest.mark.parametrize(("score", "doubted"), [(0.5, {1}), (0.8, set())])
def test_a_camera_says_of_whom_it_doubts_that_they_are_people(score: float, doubted: set[int]) -> None:
    analyzer = office_analyzer(lambda _: detected([SEAT], [score]), skip_unchanged=False)
    for at_ms in range(0, 1_200, 200):
        seen = analyzer.observe(frame(at_ms, [SEAT]))
    assert seen.occupancy == {"office": (1,)}
    assert seen.doubted == doubted


SITTING: Box = (300, 100, 400, 280)


def steadily(tracker: Tracker, where: Path, score: float = 0.8, times: int = 12) -> bool:
    """Tell whether somebody who was detected that many times, at 5 frames a second, counts as steady."""
    for number in range(times):
        box = where(number / 5)
        people = [] if box is None else [box]
        tracker.update(number * 200, detected(people, [score] * len(people)), picture(people))
    return tracker.steady is not None and len(tracker.steady) == 1


def test_somebody_who_stays_where_they_are_is_steady_and_somebody_who_walks_is_not() -> None:
    assert steadily(Tracker(), lambda _: SITTING)
    assert not steadily(Tracker(), walk((100, 100), (60, 0)))


def test_somebody_new_doubtful_or_just_lost_is_not_steady() -> None:
    assert not steadily(Tracker(), lambda _: SITTING, times=4)
    assert not steadily(Tracker(), lambda second: SITTING if second < 2 else None)
    doubtful = Tracker()
    assert steadily(doubtful, lambda _: SITTING)
    doubtful.update(2_400, detected([SITTING], [0.35]), picture([SITTING]))
    assert doubtful.steady is None


def test_where_nobody_is_followed_nobody_is_unsteady() -> None:
    steady = Tracker().steady
    assert steady is not None
    assert len(steady) == 0


def test_numbers_that_were_given_out_before_a_restart_are_not_given_again() -> None:
    tracker, somebody = Tracker(after_id=41), [(100.0, 80.0, 150.0, 220.0)]
    for at_ms in range(0, 2_000, 200):
        tracks = tracker.update(at_ms, detected(somebody), picture(somebody))
    assert tracks.ids.tolist() == [42]
