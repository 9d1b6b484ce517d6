"""A camera's samples as segments on the disk, and why there is none where there is none.

Here is decided where a segment begins and ends, and what to do when the disk does not take it. Bytes are the
writer's.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog

from streams.disk import DiskWatch
from streams.errors import FootageKeyError
from streams.footage_keys import FootageKey
from streams.parameters import TrackFormat
from streams.recovery import ended_ms, recover
from streams.samples import Began, Ended, Sample, Unfit, Word
from streams.segment_writer import SegmentWriter
from streams.segments import Gap, GapCause, Segment, newest, parts

_log = structlog.get_logger(__name__)

SEGMENT_MS: Final = 10_000
SILENCE_MS: Final = 2_000
"""Longer than a camera leaves between two pictures that it has not failed to send, but for very slow ones."""

_SLOW_PICTURES: Final = 3
"""A camera of less than a picture in two seconds is silent when it leaves out so many."""

_PACE_OF: Final = 8
"""The pace of a camera is that of about so many pictures."""

_RETRY_S: Final = 2.0
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class RecorderState(StrEnum):
    """Whether a camera's footage goes to the disk."""

    RECORDING = "recording"
    WAITING = "waiting"
    """Nothing comes from the camera."""

    STOPPED = "stopped"
    """It cannot be written: a full disk, say; the reason is told."""

    OFF = "off"
    """Its stream is of a kind that cannot be kept as it is."""


class Recording:
    """What the recorder does with each word of the tap. Used by one thread.

    finished: told of every segment that has its name, also of those that an earlier run has left. key: asked at the
    beginning of each segment for the key with which it is encrypted; None where segments are not.
    """

    def __init__(
        self,
        root: Path,
        camera: str,
        disk: DiskWatch,
        finished: Callable[[Segment], None],
        *,
        key: Callable[[], FootageKey] | None = None,
        segment_ms: int = SEGMENT_MS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._segment_ms = segment_ms
        self._root = root
        self._camera = camera
        self._disk = disk
        self._finished = finished
        self._monotonic = monotonic
        self._track: TrackFormat | None = None
        self._writer: SegmentWriter | None = None
        self._why: GapCause | None = GapCause.START
        self._since_ms: int | None = None
        self._retry_at_s = 0.0
        self._last_ms: int | None = None
        self._taken_at_s = 0.0
        self._interval_ms = 0.0
        self._has_left_over = True
        self.state = RecorderState.WAITING
        self.reason: str | None = "nothing has come from the camera yet"
        self.written_until_ms: int | None = None

    def begin(self) -> None:
        """Finish what an earlier run has left, and learn since when nothing was recorded."""
        try:
            self._take_up()
        except OSError as error:
            self._failed(error)

    def take(self, word: Word) -> None:
        """Take the next word of the tap."""
        match word:
            case Began(track):
                self._track = track
            case Sample():
                self._sample(word)
            case Ended(reason):
                self._end(GapCause.OFFLINE)
                self._say(RecorderState.WAITING, reason)
            case Unfit(reason):
                self._end(GapCause.OFFLINE)
                self._say(RecorderState.OFF, reason)

    def end(self) -> None:
        """Finish the segment that is being written."""
        self._end(GapCause.RESTART)

    def _sample(self, sample: Sample) -> None:
        if sample.dropped:
            self._end(GapCause.SLOW_DISK)
        try:
            if sample.is_key:
                self._key_frame(sample)
            elif self._writer is not None:
                self._writer.add(sample)
        except (OSError, FootageKeyError) as error:
            self._failed(error)
        if self._writer is not None and not self._writer.is_empty:
            self.written_until_ms = self._writer.ended_ms
        self._learn_pace(sample.captured_at_ms)

    @property
    def _patience_ms(self) -> float:
        """After what time without a picture the camera is silent."""
        return max(SILENCE_MS, _SLOW_PICTURES * self._interval_ms)

    def _learn_pace(self, at_ms: int) -> None:
        if self._last_ms is not None:
            passed_ms = abs(at_ms - self._last_ms)
            self._interval_ms += (passed_ms - self._interval_ms) / (_PACE_OF if self._interval_ms else 1)
        self._last_ms, self._taken_at_s = at_ms, self._monotonic()

    def _key_frame(self, sample: Sample) -> None:
        lack = self._disk.lacks()
        if lack is not None:
            self._end(GapCause.DISK_FULL)
            self._say(RecorderState.STOPPED, lack)
            return
        writer = self._writer
        if writer is None:
            self._open(sample)
        elif sample.captured_at_ms - writer.last_ms > self._patience_ms:
            # Nobody waited for it: the clock by which pictures are timed was set forward, and none is missing.
            is_silence = (self._monotonic() - self._taken_at_s) * 1000 > self._patience_ms
            self._end(GapCause.OFFLINE if is_silence else GapCause.CLOCK_SET)
            self._open(sample)
        elif writer.track != self._track:
            self._done(writer, sample)
            self._why = GapCause.CODEC_CHANGED
            self._open(sample)
        elif sample.captured_at_ms - writer.began_ms >= self._segment_ms:
            self._done(writer, sample)
            self._open(sample)
        else:
            writer.add(sample)

    def _open(self, first: Sample) -> None:
        if self._track is None or self._monotonic() < self._retry_at_s:
            return
        if self._has_left_over:
            self._take_up()
        began_ms = first.captured_at_ms
        since_ms = began_ms if self._since_ms is None else min(self._since_ms, began_ms)
        gap = None if self._why is None else Gap(self._why, since_ms)
        key = None if self._key is None else self._key()
        self._writer = SegmentWriter(self._root, self._camera, self._track, first, gap, key)
        self._say(RecorderState.RECORDING, None)

    def _end(self, cause: GapCause) -> None:
        """End the present segment, with none that follows at once."""
        if self._writer is None:
            return
        try:
            self._done(self._writer, None)
        except OSError as error:
            self._failed(error)
        else:
            self._why = cause

    def _done(self, writer: SegmentWriter, until: Sample | None) -> None:
        segment = writer.finish(until)
        self._writer = None
        self._why, self._since_ms = None, segment.ended_ms
        self._finished(segment)

    def _failed(self, error: OSError | FootageKeyError) -> None:
        """Keep what is on the disk already, and try again in a while."""
        self._retry_at_s = self._monotonic() + _RETRY_S
        writer, self._writer = self._writer, None
        if writer is not None:
            self._save(writer)
        is_full = isinstance(error, OSError) and error.errno in _FULL
        self._why = self._why or (GapCause.DISK_FULL if is_full else GapCause.STOPPED)
        self._say(RecorderState.STOPPED, self._refusal(error))

    def _refusal(self, error: OSError | FootageKeyError) -> str:
        if isinstance(error, FootageKeyError):
            return str(error)
        return f"footage cannot be written to {self._root}: {error.strerror}; see to the disk"

    def _save(self, writer: SegmentWriter) -> None:
        if writer.is_empty:
            writer.discard()
            self._why = None if writer.gap is None else writer.gap.cause
            return
        try:
            self._done(writer, None)
        except OSError:
            writer.discard()
            self._has_left_over = True
            self._why, self._since_ms = None, writer.ended_ms

    def _take_up(self) -> None:
        """Finish what was left, by this run or an earlier one, whose end is then the beginning of the gap."""
        self._root.mkdir(parents=True, exist_ok=True)
        is_crash = bool(parts(self._root, self._camera))
        for segment in recover(self._root, self._camera):
            self._finished(segment)
        last = newest(self._root, self._camera) if self._since_ms is None else None
        if last is not None:
            self._why, self._since_ms = GapCause.CRASH if is_crash else GapCause.RESTART, ended_ms(last)
        self._has_left_over = False

    def _say(self, state: RecorderState, reason: str | None) -> None:
        if state is not self.state:
            match state:
                case RecorderState.RECORDING:
                    _log.info("recorder.recording", camera=self._camera)
                case RecorderState.STOPPED:
                    _log.warning("recorder.stopped", camera=self._camera, reason=reason)
                case RecorderState.WAITING | RecorderState.OFF:
                    _log.info("recorder.idle", camera=self._camera, state=str(state), reason=reason)
        self.state, self.reason = state, reason
