"""Batches: told by their number alone, and what the loss may count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.decode import places
from models.training.loading import Batches, collated, counted
from models.training.samples import CLASSES, INPUT_SIZE, Object, Sample, read_shards, truth_of, write_shard

PERSON, TERMINAL = CLASSES.index("person"), CLASSES.index("terminal")


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (180, 320, 3), np.uint8) for _ in range(3)]
    write_shard(
        tmp_path / "office-1", [(picture, truth_of([Object("head", (9, 9, 99, 99))])) for picture in pictures]
    )
    return read_shards(tmp_path)


def test_a_batch_is_told_by_seed_and_number(samples: list[Sample]) -> None:
    batches = Batches(samples, (), real_share=0.0, size=2, seed=5)
    assert (batches[7].pictures == batches[7].pictures).all()
    assert (batches[7].pictures != batches[8].pictures).any()
    other = Batches(samples, (), real_share=0.0, size=2, seed=6)
    assert (batches[7].pictures != other[7].pictures).any()


def test_only_sure_objects_are_to_be_found() -> None:
    picture = np.zeros((INPUT_SIZE[1], INPUT_SIZE[0], 3), np.uint8)
    sure, unsure = Object("person", (104, 64, 208, 128)), Object("terminal", (0, 0, 50, 50), sure=False)
    batch = collated([(picture, truth_of([])), (picture, truth_of([unsure, sure]))])
    assert batch.picture_of.tolist() == [1]
    assert batch.labels.tolist() == [PERSON]
    assert batch.boxes.tolist() == [[0.375, 0.375, 0.25, 0.25]]


def test_pictures_are_given_in_red_green_blue() -> None:
    picture = np.zeros((INPUT_SIZE[1], INPUT_SIZE[0], 3), np.uint8)
    picture[..., 0] = 200
    batch = collated([(picture, truth_of([]))])
    assert batch.pictures.shape == (1, 3, INPUT_SIZE[1], INPUT_SIZE[0])
    assert batch.pictures[0, :, 0, 0].tolist() == [0, 0, 200]


def test_classes_that_nobody_looked_for_do_not_count() -> None:
    counts = counted(truth_of([], known=["person"]))
    assert counts.shape == (places(INPUT_SIZE), len(CLASSES))
    assert (counts[:, PERSON] == 1).all()
    assert (np.delete(counts, PERSON, axis=1) == 0).all()


def test_places_inside_an_unsure_object_do_not_count_for_its_class() -> None:
    counts = counted(truth_of([Object("terminal", (0, 0, 16, 8), sure=False)]))
    assert np.flatnonzero(counts[:, TERMINAL] == 0).tolist() == [0, 1]
    assert (np.delete(counts, TERMINAL, axis=1) == 1).all()
