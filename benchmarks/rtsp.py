"""An RTSP server of its own process, and files long enough for it. What it serves is not its business."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av

SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("rtsp_cameras.py")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: `rtsp://127.0.0.1:PORT/N` is the Nth file."""

    port: int
    pid: int


@contextmanager
def cameras_on_this_machine(files: Sequence[Path]) -> Iterator[Server]:
    """Serve files while a block runs."""
    process = subprocess.Popen(
        [SYSTEM_PYTHON, str(SCRIPT), *map(str, files)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()), process.pid)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def prolonged(clip: Path, lasts_s: float, folder: Path) -> Path:
    """Copy the packets of an MP4 file over and over into one that lasts at least so long."""
    target = folder / clip.name
    with av.open(str(target), "w") as written:
        out, shift = None, 0
        while True:
            with av.open(str(clip)) as read:
                stream = read.streams.video[0]
                tick = stream.time_base
                assert tick is not None
                out = out or written.add_stream_from_template(stream)
                ends = 0
                for packet in read.demux(stream):
                    if packet.dts is None or packet.pts is None:
                        continue
                    ends = max(ends, packet.pts + (packet.duration or 0))
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = out
                    written.mux(packet)
                shift += ends
            if shift * tick >= lasts_s:
                return target
