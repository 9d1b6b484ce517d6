"""A file that is there is whole, whatever happens while it is replaced."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from custody.files import OWNER_ONLY, remove_file, replace_file


def test_a_file_gets_its_content_and_its_rights_and_nothing_else_stays(tmp_path: Path) -> None:
    replace_file(tmp_path / "a", b"old", OWNER_ONLY)
    replace_file(tmp_path / "a", b"new", OWNER_ONLY)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == OWNER_ONLY
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("step", ["fsync", "fdopen", "replace"])
def test_what_fails_on_the_way_leaves_the_old_file_and_the_next_try_succeeds(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file(tmp_path / "a", b"old")

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(*((Path, "replace", fails) if step == "replace" else (os, step, fails)))
    with pytest.raises(OSError, match="no space left"):
        replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    monkeypatch.undo()
    replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_what_a_stopped_run_left_is_not_taken_over_with_its_rights(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"half")
    (tmp_path / "a.part").chmod(0o666)
    replace_file(tmp_path / "a", b"whole", OWNER_ONLY)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == OWNER_ONLY


def test_removing_what_is_missing_is_done(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    remove_file(tmp_path / "a")
    remove_file(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
