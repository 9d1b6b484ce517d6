"""Following people in one camera: detections and capture times in, tracks out.

Ids belong to one Tracker and are never reused. A track lives on while its detections are missing, for as long as
its picture stays the same (somebody who sits still and is not detected is still there) or for `forget_ms` (somebody
walks behind a pillar). Motion is in pixels per second of capture time, so the frame rate does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.boxes import NEVER, affinity, areas, contained, iou, strides
from vision.portrait import Portrait, alike, stirred, the_same
from vision.types import Boxes, Detections, Image, Tracks

FASTEST: Final = 1.0
"""Diagonals of their box a second, two metres or so, that nobody outruns who was lost from sight."""


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """confident: score that starts a track. doubtful: score that may continue one. plain: score that needs no proof.

    doubt_ms: how long a plain detection, or a movement, proves that a track is no thing.
    largest: share of the view from which on a box is of the room and not of somebody in it.
    coast_ms: an undetected track still counts as seen that long (shorter at the edge of the view, where people
    leave). forget_ms: its id is kept that long for when it comes back. portrait_hits: detections after which a
    track may be held by its unchanged picture alone, for as long as it had been detected before. steady_pace: heights
    of their box a second up to which somebody counts as staying where they are.
    """

    confident: float = 0.45
    doubtful: float = 0.3
    plain: float = 0.6
    doubt_ms: int = 5_000
    largest: float = 0.5
    coast_ms: int = 600
    edge_coast_ms: int = 120
    confirm_ms: int = 1_000
    forget_ms: int = 4_000
    portrait_hits: int = 8
    steady_pace: float = 0.15


@dataclass(slots=True, eq=False)
class _Track:
    """One person being followed; `box` is (4,) float64 px, `velocity` (2,) px per second of its centre.

    proven_at_ms: when it was last no thing for sure: detected plainly, or something has moved since `stirred`, the
    picture that movement is told against; None before.
    """

    id: int
    box: NDArray[np.float64]
    score: float
    born_at_ms: int
    detected_at_ms: int
    seen_at_ms: int
    stirred: Portrait
    proven_at_ms: int | None
    hits: int = 1
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    plainly_seen: Portrait | None = None

    @property
    def confirmed(self) -> bool:
        return self.hits >= 2

    @property
    def pace(self) -> float:
        """How fast the box moves, in its heights a second."""
        return float(np.hypot(*self.velocity)) / max(float(self.box[3] - self.box[1]), 1.0)

    def predicted(self, at_ms: int) -> NDArray[np.float64]:
        """Where the box should be now; an undetected track slows down within a second."""
        seconds = (at_ms - self.detected_at_ms) / 1000
        shift = self.velocity * min(seconds, 0.6)
        return np.asarray(self.box + np.concatenate([shift, shift]), np.float64)

    def at_edge(self, at_ms: int, shape: tuple[int, ...]) -> bool:
        """Tell whether the edge of the view has cut the box off, or most of it should be beyond by now."""
        height, width = shape[:2]
        left, _, right, bottom = self.box
        middle = float(self.predicted(at_ms)[[0, 2]].mean())
        return not 0.02 * width < left < right < 0.98 * width or bottom <= 0.05 * height or not 0 < middle < width

    def detected(self, box: NDArray[np.float32], score: float, at_ms: int) -> None:
        """Take a new detection over."""
        seconds = max(at_ms - self.detected_at_ms, 1) / 1000
        new = box.astype(np.float64)
        moved = (new[:2] + new[2:] - self.box[:2] - self.box[2:]) / 2 / seconds
        trust = min(1.0, seconds / 0.4) if self.hits > 1 else 1.0
        self.velocity += (moved - self.velocity) * trust * 0.7
        self.box = new
        self.score = score
        self.detected_at_ms = self.seen_at_ms = at_ms
        self.hits += 1


class Tracker:
    """Follows people in one camera."""

    def __init__(self, settings: TrackingSettings | None = None, after_id: int = 0) -> None:
        """Begin with nobody. after_id: numbers up to this one were given out before, and are not given again."""
        self._settings = settings or TrackingSettings()
        self._tracks: list[_Track] = []
        self._last_id = after_id
        self._updated_at_ms = 0

    def update(self, at_ms: int, people: Detections, luma: Image) -> Tracks:
        """Match the people detected at a moment, in a (height, width) uint8 picture, with the tracks."""
        self._tracks = [t for t in self._tracks if at_ms - t.seen_at_ms <= self._settings.forget_ms]
        people = people.where(areas(people.xyxy) < self._settings.largest * luma.size)
        sure = np.flatnonzero(people.score >= self._settings.confident)
        left = self._match(at_ms, people, sure, self._undetected(at_ms), luma.shape)
        self._continue_doubtfully(at_ms, people, luma)
        for index in left:
            self._start(at_ms, people.xyxy[index], float(people.score[index]), luma)
        for track in self._tracks:
            self._look_at(track, at_ms, luma)
        self._updated_at_ms = at_ms
        self._forget(at_ms)
        return self._seen(at_ms, luma.shape)

    @property
    def undecided(self) -> bool:
        """Whether somebody is not yet, or no longer plainly, there, so that the next detection matters."""
        return any(
            not track.confirmed or 0 < self._updated_at_ms - track.seen_at_ms <= self._settings.coast_ms
            for track in self._tracks
        )

    @property
    def doubted(self) -> frozenset[int]:
        """Ids of the tracks that may be of things: for long not plainly detected, and nothing has moved there."""
        return frozenset(track.id for track in self._tracks if track.confirmed and self._is_doubted(track))

    @property
    def steady(self) -> Boxes | None:
        """Boxes (n, 4) px of all who are followed, where all are plainly detected and hardly move."""
        if not all(self._is_steady(track) for track in self._tracks):
            return None
        return np.array([track.box for track in self._tracks], np.float32).reshape(-1, 4)

    def _is_steady(self, track: _Track) -> bool:
        settings = self._settings
        plain = track.detected_at_ms == self._updated_at_ms and track.score >= settings.confident
        return plain and track.hits >= settings.portrait_hits and track.pace <= settings.steady_pace

    def _is_doubted(self, track: _Track) -> bool:
        proven_at_ms = track.proven_at_ms
        return proven_at_ms is None or self._updated_at_ms - proven_at_ms > self._settings.doubt_ms

    def hold(self, at_ms: int) -> Tracks:
        """Say that the picture has not changed: whoever was seen last is seen still."""
        for track in self._tracks:
            if track.seen_at_ms == self._updated_at_ms:
                track.detected_at_ms += at_ms - track.seen_at_ms
                track.seen_at_ms = at_ms
        self._updated_at_ms = at_ms
        self._forget(at_ms)
        return self._exported([track for track in self._tracks if track.confirmed and track.seen_at_ms == at_ms])

    def lose(self) -> None:
        """Forget everybody: the camera cannot see, and who stands there afterwards is not known."""
        self._tracks.clear()

    def _undetected(self, at_ms: int) -> list[_Track]:
        return [track for track in self._tracks if track.detected_at_ms != at_ms]

    def _match(
        self,
        at_ms: int,
        people: Detections,
        candidates: NDArray[np.intp],
        tracks: list[_Track],
        shape: tuple[int, ...],
    ) -> list[int]:
        """Give each candidate to at most one of the tracks; return the candidates left over.

        Whoever left at an edge of the view may come back there, and nowhere else.
        """
        if not len(candidates) or not tracks:
            return [int(index) for index in candidates]
        predicted = np.array([track.predicted(at_ms) for track in tracks], np.float32)
        fits = affinity(predicted, people.xyxy[candidates])
        unseen_ms = [0 if track.at_edge(at_ms, shape) else at_ms - track.seen_at_ms for track in tracks]
        reach = 0.5 + FASTEST * np.array(unseen_ms)[:, None] / 1000
        fits[strides(predicted, people.xyxy[candidates]) > reach] = NEVER
        lapse_s = np.array([at_ms - track.detected_at_ms for track in tracks]) / 1000
        least = (-0.15 - 0.35 * np.minimum(lapse_s, 2.0))[:, None]
        rows, columns = linear_sum_assignment(np.where(fits > least, 1 - fits, 10.0))
        taken = set()
        for row, column in zip(rows, columns, strict=True):
            if fits[row, column] > least[row, 0]:
                index = int(candidates[column])
                tracks[row].detected(people.xyxy[index], float(people.score[index]), at_ms)
                taken.add(index)
        return [int(index) for index in candidates if int(index) not in taken]

    def _continue_doubtfully(self, at_ms: int, people: Detections, luma: Image) -> None:
        """Let a doubtful detection continue a track that it overlaps, where it also looks like the same person.

        Without the look, a coat on a chair or a corner of a cupboard would take over whoever walks away from it.
        """
        settings = self._settings
        doubtful = np.flatnonzero((people.score >= settings.doubtful) & (people.score < settings.confident))
        for track in self._undetected(at_ms):
            if at_ms - track.detected_at_ms > settings.confirm_ms or not len(doubtful):
                continue
            fits = iou(track.predicted(at_ms).astype(np.float32)[None], people.xyxy[doubtful])[0]
            best = int(fits.argmax())
            box = people.xyxy[doubtful[best]]
            if fits[best] >= 0.35 and alike(Portrait(luma, box), track.plainly_seen):
                track.detected(box, float(people.score[doubtful[best]]), at_ms)
                doubtful = np.delete(doubtful, best)

    def _start(self, at_ms: int, box: NDArray[np.float32], score: float, luma: Image) -> None:
        """Start a track, unless the box is a part of somebody already followed."""
        taken = [t.box for t in self._tracks if t.detected_at_ms == at_ms]
        if taken and contained(box, np.array(taken, np.float32)) > 0.85:
            return
        self._last_id += 1
        where = box.astype(np.float64)
        proven_at_ms = at_ms if score >= self._settings.plain else None
        self._tracks.append(
            _Track(self._last_id, where, score, at_ms, at_ms, at_ms, Portrait(luma, where), proven_at_ms)
        )

    def _look_at(self, track: _Track, at_ms: int, luma: Image) -> None:
        """Remember what a track looks like when it is plainly seen; while it looks just so, it is seen still."""
        now = Portrait(luma, track.box)
        plain = track.detected_at_ms == at_ms and track.score >= self._settings.plain
        if plain or stirred(Portrait(luma, track.stirred.box), track.stirred):
            track.stirred, track.proven_at_ms = now, at_ms
        if track.detected_at_ms == at_ms:
            if track.score >= self._settings.confident:
                track.plainly_seen = now
            return
        lived_ms = track.detected_at_ms - track.born_at_ms
        may_hold = track.hits >= self._settings.portrait_hits and at_ms - track.detected_at_ms <= lived_ms
        if may_hold and the_same(now, track.plainly_seen):
            track.seen_at_ms = at_ms

    def _forget(self, at_ms: int) -> None:
        """Drop tracks unseen for too long, and unconfirmed ones sooner."""
        settings = self._settings
        self._tracks = [
            track
            for track in self._tracks
            if at_ms - track.seen_at_ms <= (settings.forget_ms if track.confirmed else settings.confirm_ms)
        ]

    def _seen(self, at_ms: int, shape: tuple[int, ...]) -> Tracks:
        return self._exported([t for t in self._tracks if t.confirmed and self._counts(t, at_ms, shape)])

    def _counts(self, track: _Track, at_ms: int, shape: tuple[int, ...]) -> bool:
        """Tell whether a track counts as seen: now, or so lately that a missed detection explains the gap."""
        lapse = at_ms - track.seen_at_ms
        if lapse == 0:
            return True
        return lapse <= (self._settings.edge_coast_ms if track.at_edge(at_ms, shape) else self._settings.coast_ms)

    def _exported(self, tracks: list[_Track]) -> Tracks:
        boxes = np.array([t.box for t in tracks], np.float32).reshape(-1, 4)
        return Tracks(
            np.array([t.id for t in tracks], np.int64),
            boxes,
            np.array([t.score for t in tracks], np.float32),
            np.array([t.born_at_ms for t in tracks], np.int64),
            np.array([t.seen_at_ms for t in tracks], np.int64),
        )
