"""A released copy: what must not be seen cannot be seen, everything else can, and every picture says what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from streams.errors import UnreadableMediaError
from streams.records import SourceOptions
from streams.released import Covering, covered, write_released
from streams.source import open_source
from vision.types import Frame, Image

MakeClip = Callable[..., Path]
START_MS = 1_519_200_600_000
MARK = "RELEASED COPY OF 0123"
BOX = (0.5, 0.25, 0.75, 0.75)
NOTHING = Covering(people=lambda _: (), black=(), blurred=(), mark=MARK)


def covering(**changes: object) -> Covering:
    return Covering(**{"people": lambda _: (), "black": (), "blurred": (), "mark": MARK} | changes)  # type: ignore[arg-type]


def checkerboard(width: int = 320, height: int = 180) -> Image:
    """Return a picture whose every detail is one pixel wide."""
    rows, columns = np.indices((height, width))
    return np.repeat(((rows + columns) % 2 * 255).astype(np.uint8)[:, :, None], 3, axis=2)


def inside(image: Image, box: tuple[float, float, float, float] = BOX) -> Image:
    height, width = image.shape[:2]
    return image[int(box[1] * height) : int(box[3] * height), int(box[0] * width) : int(box[2] * width)]


def frames(path: Path) -> list[Frame]:
    with open_source(str(path), start_ms=START_MS, detect_fps=1000, options=SourceOptions()) as source:
        return [sight for sight in source if isinstance(sight, Frame)]


def test_nothing_of_a_persons_details_is_left() -> None:
    altered = covered(checkerboard(), 0, covering(people=lambda _: (BOX,)))
    assert np.ptp(inside(altered)) <= 4


def test_what_is_blurred_is_at_most_a_few_patches_of_colour() -> None:
    random = np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)
    part = inside(covered(random, 0, covering(people=lambda _: (BOX,)))).astype(np.float64)
    assert np.abs(np.diff(part, axis=1)).mean() < 2
    assert part.std() < inside(random).std() / 5


def test_outside_of_what_is_covered_nothing_is_changed() -> None:
    image = checkerboard()
    altered = covered(image, 0, covering(people=lambda _: (BOX,)))
    height, width = image.shape[:2]
    assert np.array_equal(altered[:, int(0.75 * width) + 1 :], image[:, int(0.75 * width) + 1 :])
    assert np.array_equal(altered[int(0.75 * height) + 1 :], image[int(0.75 * height) + 1 :])


def test_a_private_place_is_black_even_where_a_person_stands_in_it() -> None:
    polygon = ((0.5, 0.25), (0.75, 0.25), (0.75, 0.75), (0.5, 0.75))
    altered = covered(checkerboard(), 0, covering(people=lambda _: (BOX,), black=(polygon,)))
    assert not inside(altered).any()


def test_a_place_where_nobody_was_looked_for_is_blurred() -> None:
    polygon = ((0.5, 0.25), (0.75, 0.25), (0.75, 0.75), (0.5, 0.75))
    assert np.ptp(inside(covered(checkerboard(), 0, covering(blurred=(polygon,))))) <= 4


def test_every_picture_is_marked_and_the_original_is_untouched() -> None:
    grey = np.full((180, 320, 3), 128, np.uint8)
    altered = covered(grey, 0, NOTHING)
    assert (altered[:10, :60] != 128).any()
    assert (grey == 128).all()


def test_a_box_of_nothing_or_beyond_the_picture_does_no_harm() -> None:
    boxes = ((0.5, 0.5, 0.5, 0.5), (0.99, 0.99, 1.0, 1.0), (1.0, 0.0, 1.0, 1.0))
    covered(checkerboard(), 0, covering(people=lambda _: boxes))


@pytest.mark.parametrize("bframes", ["0", "3"])
def test_a_copy_has_every_picture_at_its_time(make_clip: MakeClip, tmp_path: Path, bframes: str) -> None:
    clip = make_clip("clip.mp4", frames=45, bf=bframes, times=[*range(0, 1_500, 50), *range(4_000, 4_750, 50)])
    write_released(clip, START_MS, NOTHING, copy := tmp_path / "copy.mp4")
    assert [frame.captured_at_ms for frame in frames(copy)] == [frame.captured_at_ms for frame in frames(clip)]


def test_what_is_covered_is_asked_for_each_moment(make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip("clip.mp4", frames=10, fps=10, size=(320, 180))
    everything = ((0.0, 0.2, 1.0, 1.0),)
    late = covering(people=lambda at_ms: everything if at_ms >= START_MS + 500 else ())
    write_released(clip, START_MS, late, copy := tmp_path / "copy.mp4")
    sharp = [float(np.abs(np.diff(frame.luma[40:].astype(float), axis=1)).max()) for frame in frames(copy)]
    assert min(sharp[:5]) > 60
    assert max(sharp[5:]) < 30


def test_a_picture_with_odd_sides_can_be_released(make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip("clip.avi", frames=5, size=(161, 97), codec="mjpeg", pixel_format="yuvj444p")
    write_released(clip, START_MS, NOTHING, copy := tmp_path / "copy.mp4")
    assert (frames(copy)[0].width, frames(copy)[0].height) == (162, 98)


def test_a_clip_that_cannot_be_decoded_whole_is_not_released(make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip("clip.mp4", frames=60, movflags="+faststart")
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])
    with pytest.raises(UnreadableMediaError, match="as it is, and not altered"):
        write_released(clip, START_MS, NOTHING, tmp_path / "copy.mp4")
