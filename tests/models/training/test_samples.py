"""Shards: labelled pictures on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.training.samples import CLASSES, Object, Truth, read_shards, truth_of, write_shard
from vision.types import Image

GREY = np.full((36, 64, 3), 128, np.uint8)


def test_a_shard_gives_back_what_was_written(tmp_path: Path) -> None:
    truth = truth_of([Object("person", (1, 2, 30.5, 34)), Object("cards", (3, 4, 5, 6), sure=False)], ["person"])
    write_shard(tmp_path / "office-1", [(GREY, truth), (GREY, truth_of([]))])
    first, second = read_shards(tmp_path)
    assert first.truth.boxes.tolist() == truth.boxes.tolist()
    assert first.truth.labels.tolist() == [CLASSES.index("person"), CLASSES.index("cards")]
    assert first.truth.sure.tolist() == [True, False]
    assert first.truth.known.tolist() == [True, False, False, False]
    assert len(second.truth.labels) == 0
    assert second.truth.known.all()
    assert np.abs(first.picture().astype(int) - 128).max() <= 2


def test_a_shard_that_broke_off_is_not_there(tmp_path: Path) -> None:
    def breaking_off() -> Iterator[tuple[Image, Truth]]:
        yield GREY, truth_of([])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_shard(tmp_path / "office-1", breaking_off())
    assert read_shards(tmp_path) == []
    write_shard(tmp_path / "office-1", [(GREY, truth_of([]))])
    assert len(read_shards(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["office-1"]


def test_a_truth_of_unequal_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        Truth(np.zeros((2, 4), np.float32), np.zeros(1, np.intp), np.ones(1, np.bool_), np.ones(4, np.bool_))
    with pytest.raises(ValueError, match="known"):
        Truth(np.zeros((0, 4), np.float32), np.zeros(0, np.intp), np.zeros(0, np.bool_), np.ones(3, np.bool_))
