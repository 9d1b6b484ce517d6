"""The segment that is being written: what is on the disk of it can be seen, and no more than whole fragments."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.disk import GB, DiskMarks, DiskWatch
from streams.footage_keys import FootageKey, introduce_key
from streams.growing import growing
from streams.recording import Recording
from streams.samples import Sample
from streams.segments import parts, segment_path
from tests.streams.conftest import ClipMaker
from tests.streams.footage import pictures
from tests.streams.told import BEGAN_MS, told


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Recording:
    """A recording of `counter`, encrypted or not."""
    root = tmp_path / "footage"
    root.mkdir()

    def key() -> FootageKey:
        return introduce_key(root, tmp_path / "footage.key")

    disk = DiskWatch(root, DiskMarks(), lambda _: 100 * GB)
    made = Recording(root, "counter", disk, lambda _: None, key=key if request.param else None)
    made.begin()
    return made


def test_it_is_seen_up_to_its_last_whole_fragment_while_it_grows(
    recording: Recording, tmp_path: Path, make_clip: ClipMaker
) -> None:
    root, clip = tmp_path / "footage", make_clip("clip.mp4", frames=60, g="15", bf="2")
    sent = pictures(clip, BEGAN_MS)
    seen = 0
    for word in told(clip)[:-1]:
        recording.take(word)
        now = growing(root, "counter")
        if now is None:
            continue
        assert now.segment.frames >= seen
        seen = now.segment.frames
        copy = tmp_path / "copy.mp4"
        copy.write_bytes(now.content)
        found = pictures(copy, now.segment.began_ms)
        assert found == sent[: len(found)]
        assert len(found) == now.segment.frames
        assert now.segment.ended_ms > now.segment.key_frames_ms[-1]
    assert seen >= 45, "no more than half a second and what comes out of order is not on the disk yet"


def test_what_is_cut_off_in_the_middle_is_left_out(
    recording: Recording, tmp_path: Path, make_clip: ClipMaker
) -> None:
    root = tmp_path / "footage"
    for word in told(make_clip("clip.mp4", frames=60, g="15"))[:-1]:
        recording.take(word)
    whole = growing(root, "counter")
    assert whole is not None
    [part] = parts(root, "counter")
    part.write_bytes(part.read_bytes()[:-40])
    cut = growing(root, "counter")
    assert cut is not None
    assert cut.segment.frames < whole.segment.frames
    assert whole.content.startswith(cut.content)


def test_nothing_grows_where_nothing_is_recorded_yet_and_when_it_is_finished(
    recording: Recording, tmp_path: Path, make_clip: ClipMaker
) -> None:
    root = tmp_path / "footage"
    assert growing(root, "counter") is None
    words = told(make_clip("clip.mp4", frames=60, g="15"))
    first = next(number for number, word in enumerate(words) if isinstance(word, Sample))
    for word in words[: first + 1]:
        recording.take(word)
    assert growing(root, "counter") is None
    for word in words[first + 1 :]:
        recording.take(word)
    recording.end()
    assert segment_path(root, "counter", BEGAN_MS).exists()
    assert growing(root, "counter") is None
