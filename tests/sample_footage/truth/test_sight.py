"""Who counts as plainly seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sample_footage.render.sightings import Box, Sighting
from sample_footage.render.truth.sight import as_it_is, as_seen
from tests.sample_footage.truth.films import film


@pytest.mark.parametrize(
    ("box", "share", "plain"),
    [
        ((145, 128, 250, 420), 1.0, True),
        ((145, 128, 250, 420), 0.2, False),
        ((145, 128, 170, 180), 1.0, False),
        ((0, 92, 24, 207), 0.948, False),
    ],
    ids=["whole", "hidden", "far away", "a strip at the picture's edge"],
)
def test_a_person_is_plainly_seen_who_is_large_enough_and_no_strip(box: Box, share: float, *, plain: bool) -> None:
    frames = film({"counter/behind-1": "1"})
    seen = Sighting("clerk", "person", box, box, share)
    frames = {"counter": [replace(frame, sightings=(seen,)) for frame in frames["counter"]]}
    assert (as_seen(frames)[0]["counter"].people == {"clerk"}) is plain
    assert as_it_is(frames)[0]["counter"].people == {"clerk"}
