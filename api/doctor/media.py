"""What reading, recording and printing needs of this machine: decoders, the MP4 form, an encoder, a font."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import av
import av.codec

from api.doctor.findings import Finding, bad, good, warning
from custody.paper import FontError, find_font

DECODERS: Final = ("h264", "hevc", "mjpeg")
RELEASE_ENCODER: Final = "libx264"


def examine_media() -> Iterator[Finding]:
    """Look at what is installed."""
    yield judge_codecs(av.codec.codecs_available, av.formats_available)
    yield judge_encoder(av.codec.codecs_available)
    try:
        yield good("font", f"Japanese letters come from {find_font()}")
    except FontError as error:
        yield warning("font", "there is no font with Japanese letters, so nothing can be printed", str(error))


def judge_codecs(codecs: set[str], formats: set[str]) -> Finding:
    """Judge whether cameras can be decoded and recorded."""
    missing = [name for name in DECODERS if name not in codecs] + [name for name in ("mp4",) if name not in formats]
    if missing:
        remedy = "install PyAV from its wheel (`pip install --force-reinstall av`): it brings FFmpeg with all of them"
        return bad("codecs", f"FFmpeg here has no {', '.join(missing)}", remedy, missing=missing)
    return good("codecs", f"FFmpeg decodes {', '.join(DECODERS)} and writes MP4")


def judge_encoder(codecs: set[str]) -> Finding:
    """Judge whether released copies can be made; nothing else is ever encoded."""
    if RELEASE_ENCODER not in codecs:
        remedy = "install PyAV from its wheel where copies with people blurred are to be made"
        return warning("codecs.release", f"FFmpeg here has no {RELEASE_ENCODER}", remedy)
    return good("codecs.release", f"released copies are encoded with {RELEASE_ENCODER}")
