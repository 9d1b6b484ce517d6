"""Frames to an MP4 that a camera might have written: H.264, no B-frames, a key frame every two seconds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from PIL import Image as Picture

from sample_footage.render.scene import Story

CODER_OPTIONS = {
    "preset": "medium",
    "profile": "main",
    "bf": "0",
    "x264-params": "scenecut=0:threads=1:keyint=24:min-keyint=24",
}
GROUP_OF_PICTURES = 24


def write_film(story: Story, frames: Iterable[Path], path: Path, quality: int = 26) -> None:
    """Encode PNG frames in order; one thread, so that the same frames give the same bytes."""
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=story.fps, options={**CODER_OPTIONS, "crf": str(quality)})
        stream.width, stream.height, stream.pix_fmt = story.camera.width, story.camera.height, "yuv420p"
        stream.gop_size = GROUP_OF_PICTURES
        stream.codec_context.thread_count = 1
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(np.asarray(Picture.open(frame)), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
