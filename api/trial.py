"""Looking at an address before it becomes a camera, in a process of its own: what comes from there hurts nobody else.

    python -m api.trial

The address comes on standard input, what was found goes to standard output as one JSON object.
"""

from __future__ import annotations

import asyncio
import base64
import json
import resource
import sys
from dataclasses import asdict, dataclass
from typing import Any, Final

import cv2

from api.logs import begin_logging
from streams.addresses import pinned
from streams.errors import StreamError
from streams.records import SourceOptions
from streams.source import probe
from streams.usb import PREFIX

ENDS_WITHIN_S: Final = 30.0
_OPTIONS: Final = SourceOptions(open_timeout_s=8, read_timeout_s=8)
_CPU_S: Final = 20
_MEMORY_BYTES: Final = 4 << 30
_JPEG: Final = (cv2.IMWRITE_JPEG_QUALITY, 80)


class TrialError(Exception):
    """There is no picture at an address; the message says why and what to do, without a password."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an address sends. frames_per_second: as the stream states it, None where it does not. jpeg: base64."""

    codec: str
    width: int
    height: int
    frames_per_second: float | None
    jpeg: str


async def try_address(url: str) -> Trial:
    """Look at an address for some seconds. Raises TrialError."""
    if not url.startswith(PREFIX):
        await _expect_allowed(url)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, stdin=pipe, stdout=pipe)
    try:
        written, _ = await asyncio.wait_for(process.communicate(url.encode()), ENDS_WITHIN_S)
    except TimeoutError:
        raise TrialError("nothing came in time; check the address, and that the camera is on") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise TrialError("what came from there could not be looked at; set the camera to H.264")
    told: dict[str, Any] = json.loads(written)
    if "failure" in told:
        raise TrialError(told["failure"])
    return Trial(**told)


async def _expect_allowed(url: str) -> None:
    try:
        await asyncio.to_thread(pinned, url)
    except StreamError as error:
        raise TrialError(f"{error.reason}; {error.remedy}") from None


def look(url: str) -> dict[str, Any]:
    """Return what an address sends, or why it sends nothing, as JSON values."""
    try:
        info, frame = probe(url, _OPTIONS)
    except StreamError as error:
        return {"failure": f"{error.reason}; {error.remedy}"}
    jpeg = base64.b64encode(cv2.imencode(".jpg", frame.bgr, _JPEG)[1].tobytes()).decode()
    return asdict(Trial(info.codec, info.width, info.height, info.frames_per_second, jpeg))


def main() -> None:
    """Run the process."""
    begin_logging("trial", None)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    print(json.dumps(look(sys.stdin.read())))  # noqa: T201 - for the process that started it


if __name__ == "__main__":
    main()
