"""`kuraban models`, on folders of this test's own. Fetching itself is tests/models/test_download.py's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from models.manifest import manifest

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The only folder with weights that the test looks at, besides those of the checkout."""
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


@pytest.fixture
def run(folder: Path) -> Run:
    environ = {"KURABAN_WEIGHTS": str(folder), "XDG_DATA_HOME": str(folder.parent), "COLUMNS": "250"}
    return lambda *arguments: CliRunner().invoke(app, ["models", *arguments], env=environ)


def test_list_shows_licence_size_and_digest_of_every_detector(run: Run) -> None:
    lines = {line.split()[1]: line for line in run("list").output.splitlines() if line.startswith("│")}
    assert list(lines) == list(manifest())
    for name, entry in manifest().items():
        assert {entry.licence, f"{entry.size_bytes / 1e6:.1f}"} <= set(lines[name].split())
        assert entry.sha256[:12] in lines[name]


def test_list_shows_where_a_file_is_and_which_can_be_fetched(run: Run, folder: Path) -> None:
    (folder / "yolox_s.onnx").touch()
    listed = run("list").output
    assert str(folder / "yolox_s.onnx") in listed
    assert "to be pulled" in next(line for line in listed.splitlines() if "yolox_tiny" in line)


def test_pull_knows_no_other_names(run: Run) -> None:
    result = run("pull", "yolo")
    assert result.exit_code == BAD_INPUT
    assert "yolox_nano" in result.stderr


def test_pull_says_what_it_cannot_fetch(run: Run, folder: Path) -> None:
    result = run("pull", "yolox_nano_416", "--out", str(folder / "new"))
    assert result.exit_code == BAD_INPUT
    assert manifest()["yolox_nano_416"].origin in result.stderr


def test_verify_finds_a_file_that_is_not_the_one_of_the_manifest(run: Run, folder: Path) -> None:
    assert run("verify").exit_code == 0
    (folder / "yolox_s.onnx").write_bytes(b"something else")
    result = run("verify")
    assert result.exit_code == BAD_INPUT
    assert f"{folder / 'yolox_s.onnx'}: NOT the file of the manifest" in result.stdout


@pytest.mark.footage
def test_verify_recognises_the_real_files(run: Run, folder: Path, weights: Path) -> None:
    (folder / "yolox_nano_416.onnx").symlink_to(weights / "yolox_nano_416.onnx")
    assert f"{folder / 'yolox_nano_416.onnx'}: as in the manifest" in run("verify").stdout
