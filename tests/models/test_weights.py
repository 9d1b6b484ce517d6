"""The manifest, and how a name becomes a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from models.detector import open_detector
from models.errors import WeightsNotFoundError
from models.graph import read_network
from models.labels import COCO_80, COCO_91
from models.layouts import LAYOUTS, recognise
from models.locate import find_weights, search_paths
from models.manifest import WEIGHTS_FOLDER, entry_of_digest, manifest


def test_the_manifest_states_origin_licence_and_digest_of_every_detector() -> None:
    assert "rtmdet_nano_person" in manifest()
    for entry in manifest().values():
        assert entry.origin
        assert entry.licence
        assert entry.published
        assert len(bytes.fromhex(entry.sha256)) == hashlib.sha256().digest_size
        assert "person" in entry.labels
        assert entry.long_side % 32 == 0
        assert entry.size_bytes > 0
        assert entry.url is None or entry.url.startswith("https://")


def test_the_manifest_prepares_pictures_as_the_layout_does() -> None:
    for entry in manifest().values():
        assert entry.preprocessing == LAYOUTS[entry.layout].preprocessing


@pytest.mark.footage
@pytest.mark.parametrize("name", ["rtmdet_nano_person", "yolox_nano_416", "nanodet_m_416", "yolo11n_int8_320"])
def test_the_manifest_agrees_with_the_real_file(weights: Path, name: str) -> None:
    entry = manifest()[name]
    assert (weights / entry.file).stat().st_size == entry.size_bytes
    network = read_network(weights / entry.file)
    assert network.digest == entry.sha256
    assert entry_of_digest(network.digest) == entry
    recognised = recognise(network.signature, entry.file)
    assert recognised.layout.name is entry.layout
    assert recognised.classes in {None, len(entry.labels)}


def test_the_detector_that_comes_with_kuraban_is_the_file_that_the_manifest_describes() -> None:
    entry = manifest()["kuraban_office"]
    assert find_weights("kuraban_office", [WEIGHTS_FOLDER]) == WEIGHTS_FOLDER / entry.file
    detector = open_detector("kuraban_office")
    assert (detector.digest, detector.labels) == (entry.sha256, entry.labels)
    assert (WEIGHTS_FOLDER / entry.file).stat().st_size == entry.size_bytes < 12_000_000


def test_coco_by_category_id_puts_known_classes_at_their_ids() -> None:
    assert len(COCO_80) == 80
    assert len(COCO_91) == 91
    numbers = {
        "person": 1,
        "backpack": 27,
        "bottle": 44,
        "chair": 62,
        "tv": 72,
        "laptop": 73,
        "toothbrush": 90,
    }
    assert {name: COCO_91.index(name) for name in numbers} == numbers


def test_weights_are_found_by_manifest_name_file_name_and_path(tmp_path: Path) -> None:
    file = tmp_path / "yolox_nano_416.onnx"
    file.touch()
    other = tmp_path / "mine.onnx"
    other.touch()
    assert find_weights("yolox_nano_416", [tmp_path]) == file
    assert find_weights("mine", [tmp_path]) == other
    assert find_weights("mine.onnx", [tmp_path / "elsewhere", tmp_path]) == other
    assert find_weights(str(other), []) == other


def test_missing_weights_say_where_was_looked_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError) as caught:
        find_weights("yolox_nano_416", [tmp_path / "a", tmp_path / "b"])
    message = str(caught.value)
    assert str(tmp_path / "a") in message
    assert str(tmp_path / "b") in message
    assert "KURABAN_WEIGHTS" in message
    assert "yolox_nano_416.onnx" in message
    assert manifest()["yolox_nano_416"].origin in message


def test_named_folders_are_searched_before_the_usual_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KURABAN_WEIGHTS", f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folders = search_paths()
    assert folders[:3] == (tmp_path / "a", tmp_path / "b", WEIGHTS_FOLDER)
    assert folders[-1] == tmp_path / "data" / "kuraban" / "weights"
    assert folders[3].parts[-2:] == ("shared", "weights")
