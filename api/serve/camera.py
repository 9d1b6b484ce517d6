"""The process of one camera: its stream is read once, recorded and analysed, and the core is told what is seen.

    python -m api.serve.camera CAMERA --site PATH --data FOLDER --model NAME --backend NAME --pulse DESCRIPTOR

The text of the site file in force comes on standard input; PATH says where its files lie. It ends by SIGTERM, and
when its supervisor is gone.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import structlog

from api.logs import begin_logging, log_file
from api.runtime.clock_watch import ClockWatch
from api.runtime.messages import Finished, GoBy, Hello, Message, Picture, Report, Seen, TakePicture, Watch
from api.runtime.office import CameraState, Snapshot
from api.runtime.whereabouts import core_socket, footage_folder, footage_key
from api.serve.broadcast import Broadcast
from api.serve.dying import end_now, end_with_any_thread
from api.serve.link import Link
from api.serve.looking import Looking
from api.serve.pulse import OrphanedError, Pulse
from api.serve.rate import Rate
from api.serve.stream_facts import StreamFacts
from api.serve.streams import Streams
from api.settings import load_site
from api.wiring import model_facts, open_people_finder
from streams.footage_keys import introduce_key
from streams.records import Offline, Quiet, Sight, utc_ms
from vision.types import Frame, Observation

REPORT_EVERY_MS: Final = 1_000
JPEG_QUALITY: Final = 85
_ENDS_WITHIN_S: Final = 2.0

_log = structlog.get_logger(__name__)


class CameraProcess:
    """One camera at work: sights in, observations and reports out, its packets to the recorder and to who watches."""

    def __init__(self, camera: str, streams: Streams, looking: Looking, link: Link, pulse: Pulse) -> None:
        self._streams = streams
        self._looking = looking
        self._link = link
        self._pulse = pulse
        self._facts = StreamFacts()
        self._clock_watch = ClockWatch(utc_ms)
        self._rate = Rate()
        self._broadcast = Broadcast(streams.tap, link)
        self._state = CameraState(camera, reason="it is being connected to")
        self._reported_at_ms = 0
        self._frame: Frame | None = None
        self._picture_wanted = threading.Event()
        self._site_file: bytes | None = None
        streams.tap.add(self._facts)

    def wants(self, message: Message) -> None:
        """Hear from the core, in any thread."""
        match message:
            case TakePicture():
                self._picture_wanted.set()
            case GoBy(content):
                self._site_file = content
            case Watch(wanted):
                self._broadcast.want(wanted=wanted)

    def run(self) -> None:
        """Look until the streams are closed, or the clock was set and a new process must begin with it.

        Raises OrphanedError.
        """
        source = self._streams.analysed
        for sight in source:
            if (content := self._site_file) is not None:
                self._site_file = None
                self._looking.go_by(content)
            observation = self._observe(sight)
            if observation is not None:
                self._link.tell(Seen(observation))
            source.calm(self._looking.analyzer.calm)
            self._note(sight)
            if self._picture_wanted.is_set():
                self._picture_wanted.clear()
                self._link.tell(self._picture())
            self._pulse.beat()
            if (step_ms := self._clock_watch.stepped_ms()) != 0:
                _log.warning("camera.clock_was_set", by_ms=step_ms)
                return

    def _observe(self, sight: Sight) -> Observation | None:
        if isinstance(sight, Frame):
            self._frame = sight
            return self._looking.analyzer.observe(sight)
        return self._looking.analyzer.unchanged(sight.captured_at_ms) if isinstance(sight, Quiet) else None

    def _note(self, sight: Sight) -> None:
        """Keep in mind how the camera fares, and tell the core every second, and at once where it comes or goes."""
        was_online = self._state.online
        if isinstance(sight, Offline):
            self._state = replace(self._state, online=False, reason=sight.reason, fps=0.0)
        else:
            at_ms = sight.captured_at_ms
            self._rate.count(at_ms)
            fps = self._facts.fps or self._rate.fps
            self._state = replace(self._state, online=True, reason=None, last_frame_at_ms=at_ms, fps=fps)
        now_ms = utc_ms()
        if was_online != self._state.online or abs(now_ms - self._reported_at_ms) >= REPORT_EVERY_MS:
            self._reported_at_ms = now_ms
            self._report()

    def _report(self) -> None:
        info, recorder = self._streams.analysed.info, self._streams.recorder.status
        width, height = self._facts.size or (info.width, info.height)
        state = replace(
            self._state,
            width=width,
            height=height,
            codec=self._facts.codec,
            clock_offset_ms=self._streams.analysed.clock_offset_ms,
            dropped=self._link.lost + recorder.dropped,
            recorder=recorder.state,
            recorder_reason=recorder.reason,
        )
        self._link.tell(Report(state))

    def _picture(self) -> Picture:
        frame = self._frame
        if frame is None:
            return Picture(None, self._state.reason or "it has sent no picture yet")
        encoded, jpeg = cv2.imencode(".jpg", frame.bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if not encoded:
            return Picture(None, "its picture cannot be encoded")
        return Picture(Snapshot(jpeg.tobytes(), frame.captured_at_ms))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the process of one camera; return its exit status."""
    given = _parsed(arguments)
    begin_logging(f"camera.{given.camera}", log_file(given.data))
    site = load_site(given.site, os.environ, sys.stdin.buffer.read())
    camera = site.camera(given.camera)
    if camera is None:
        _log.error("camera.unknown", camera=given.camera)
        return 2
    end_with_any_thread()
    finder = open_people_finder(given.model, given.backend)
    looking = Looking(camera.id, site, given.site, finder)
    model = model_facts(finder)
    link = Link(core_socket(given.data), lambda: Hello(camera.id, os.getpid(), looking.site.digest, model))
    _log.info("camera.begun", source=str(camera.source), model=model["model"])
    footage, key_file = footage_folder(given.data), site.footage.key_file or footage_key(given.data)
    key = partial(introduce_key, footage, key_file) if site.footage.encrypt else None
    with Streams(camera, footage, lambda segment: link.tell(Finished(segment)), key) as streams:
        signal.signal(signal.SIGTERM, lambda *_: streams.stop())
        pulse = Pulse(given.pulse)
        process = CameraProcess(camera.id, streams, looking, link, pulse)
        link.start(process.wants)
        try:
            pulse.beat()  # what takes the processor is done; the stream may take its time
            process.run()
        except OrphanedError:
            _log.warning("camera.orphaned")
    link.close(_ENDS_WITHIN_S)
    _log.info("camera.ended")
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api.serve.camera")
    parser.add_argument("camera")
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--backend", required=True)
    parser.add_argument("--pulse", type=int, required=True)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    end_now(main())
