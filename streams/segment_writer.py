"""One segment on its way to the disk: samples in, fragments out, and at the end the sidecar and the name.

What was written as a fragment survives the death of this process; what was finished survives that of the machine.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from streams.box_writer import LONGEST, TIMESCALE, Piece, fragment, initialisation
from streams.encryption import SegmentCipher, encryption_note
from streams.files import settle, sync_folder
from streams.footage_keys import FootageKey
from streams.parameters import TrackFormat
from streams.reading import segment_name
from streams.samples import Sample, to_ms
from streams.segments import Codec, Gap, GapCause, Segment, part_path, segment_path, write_sidecar

FRAGMENT_TICKS: Final = TIMESCALE // 2
"""What is lost when the process is killed: at most one fragment, and the picture that is on its way."""

_FIRST_GUESS: Final = TIMESCALE // 25
"""How long a picture is shown that is alone in its segment."""


class SegmentWriter:
    """Writes one segment. Every method but `discard` raises OSError; then what was written before is still whole."""

    def __init__(
        self,
        root: Path,
        camera: str,
        track: TrackFormat,
        first: Sample,
        gap: Gap | None,
        key: FootageKey | None = None,
    ) -> None:
        """Begin a segment. gap: what is told before it; key: with what it is encrypted."""
        self.track = track
        self.began_ms = self.last_ms = first.captured_at_ms
        self.gap = gap
        self._root = root
        self._camera = camera
        self._zero = first.decoded_at
        self._ahead = max(0, first.shown_at - first.decoded_at)
        self._waiting = [first]
        self._interval = _FIRST_GUESS
        self._frames = self._pieces = self._bytes = self._plain_bytes = 0
        self._ended = first.shown_at
        self._key_frames_ms: list[int] = []
        self._clock_offset_ms: int | None = None
        self._digest = hashlib.sha256()
        self._path = segment_path(root, camera, self.began_ms)
        self._part = part_path(self._path)
        _make_folder(self._path.parent)
        self._file = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        self._key = key
        self._cipher = None if key is None else SegmentCipher.new(key, segment_name(self._path))
        head = initialisation(track, self._ahead, _remark(gap))
        self._init_bytes = len(head)
        try:
            self._append(head)
        except OSError:
            self.discard()
            raise

    @property
    def ended_ms(self) -> int:
        """When the last picture is over that is on the disk, UTC milliseconds."""
        return to_ms(self._ended)

    @property
    def is_empty(self) -> bool:
        """Whether not one picture is on the disk."""
        return self._frames == 0

    def add(self, sample: Sample) -> None:
        """Take the next sample. A fragment begins with every key frame, and lasts half a second at most."""
        if sample.is_key or sample.decoded_at - self._waiting[0].decoded_at >= FRAGMENT_TICKS:
            self._write(sample.decoded_at)
        self._waiting.append(sample)
        self.last_ms = sample.captured_at_ms
        self._clock_offset_ms = sample.clock_offset_ms

    def finish(self, until: Sample | None = None) -> Segment:
        """Bring all to the disk and give the segment its name.

        until: the sample that follows without a gap, None where there is none.
        """
        self._write(None if until is None else until.decoded_at)
        if until is not None:
            self._ended = max(self._ended, until.shown_at)
        segment = self._segment()
        os.fsync(self._file)
        write_sidecar(self._root, segment)
        settle(self._part, self._path)
        os.close(self._file)
        return segment

    def discard(self) -> None:
        """Leave the segment as it is; where not one picture is in it, it is deleted."""
        os.close(self._file)
        if self.is_empty:
            self._part.unlink(missing_ok=True)

    def _write(self, next_at: int | None) -> None:
        """Write what is waiting as a fragment. next_at: decode time of the sample behind it."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        times = [sample.decoded_at for sample in waiting]
        times.append(next_at if next_at is not None else times[-1] + self._interval)
        pieces = [
            Piece(one.data, one.is_key, min(after - one.decoded_at, LONGEST), one.shown_at - one.decoded_at)
            for one, after in zip(waiting, times[1:], strict=True)
        ]
        self._append(fragment(self._pieces, times[0] - self._zero, pieces))
        self._frames += len(pieces)
        self._interval = pieces[-1].duration
        self._note(waiting)

    def _note(self, written: list[Sample]) -> None:
        self._ended = max([self._ended, *(one.shown_at + self._interval for one in written)])
        for one in written:
            if one.is_key and one.captured_at_ms > (self._key_frames_ms or [-1])[-1]:
                self._key_frames_ms.append(one.captured_at_ms)

    def _append(self, piece: bytes) -> None:
        """Write the first piece or a fragment."""
        plain_bytes = len(piece)
        if self._cipher is not None:
            head = b"" if self._pieces else self._cipher.head
            piece = head + self._cipher.seal(self._pieces, piece)
        left = memoryview(piece)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._bytes)
            raise
        self._digest.update(piece)
        self._bytes += len(piece)
        self._plain_bytes += plain_bytes
        self._pieces += 1

    def _segment(self) -> Segment:
        return Segment(
            camera=self._camera,
            began_ms=self.began_ms,
            ended_ms=self.ended_ms,
            frames=self._frames,
            bytes=self._bytes,
            sha256=self._digest.hexdigest(),
            codec=Codec(self.track.codec),
            mse_codec=self.track.mse_codec,
            width=self.track.width,
            height=self.track.height,
            timescale=TIMESCALE,
            init_bytes=self._init_bytes,
            key_frames_ms=tuple(self._key_frames_ms),
            clock_offset_ms=self._clock_offset_ms,
            gap_before=self.gap,
            held_by=(),
            encryption=None if self._key is None else encryption_note(self._key.id, self._plain_bytes),
        )


def _remark(gap: Gap | None) -> bytes:
    """Return what must be known of a segment that its pictures do not say, should the sidecar never be written."""
    return b"" if gap is None else json.dumps(asdict(gap)).encode()


def gap_of(remark: bytes) -> Gap | None:
    """Return the gap before a segment out of its remark. Raises ValueError where there is something else in it."""
    if not remark:
        return None
    told = json.loads(remark)
    return Gap(GapCause(told["cause"]), int(told["began_ms"]))


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
