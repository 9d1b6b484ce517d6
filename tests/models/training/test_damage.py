"""Damage: everything may change but where things are."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.damage import DAMAGES, Damage, damaged, encode, stamp
from vision.types import Image


@pytest.fixture
def picture() -> Image:
    """A grey view with a bright object to the lower right."""
    view = np.full((256, 416, 3), 90, np.uint8)
    view[140:220, 250:370] = (210, 220, 230)
    return view


@pytest.mark.parametrize("damage", [damage for _, damage in DAMAGES])
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_picture_has_its_object_where_it_was(picture: Image, damage: Damage, seed: int) -> None:
    after = damage(picture, np.random.default_rng(seed))
    assert after.shape == picture.shape
    assert after.dtype == np.uint8
    contrast = after.astype(float).mean(axis=2)
    inside, outside = contrast[145:215, 255:365].mean(), contrast[145:215, 120:230].mean()
    assert inside > outside + 10


def test_the_same_generator_does_the_same_damage(picture: Image) -> None:
    first, second = (damaged(picture, np.random.default_rng(7)) for _ in range(2))
    assert (first == second).all()
    assert (damaged(picture, np.random.default_rng(8)) != first).any()


def test_the_picture_given_is_left_as_it_was(picture: Image) -> None:
    before = picture.copy()
    for seed in range(10):
        damaged(picture, np.random.default_rng(seed))
    assert (picture == before).all()


def test_a_stamp_is_written_near_the_edges_only(picture: Image) -> None:
    for seed in range(10):
        changed = np.flatnonzero((stamp(picture, np.random.default_rng(seed)) != picture).any(axis=(1, 2)))
        assert len(changed)
        assert all(row < 20 or row > picture.shape[0] - 24 for row in changed)


def test_encoding_loses_something() -> None:
    noisy = np.random.default_rng(0).integers(0, 255, (256, 416, 3), np.uint8)
    assert (encode(noisy, np.random.default_rng(1)) != noisy).any()
