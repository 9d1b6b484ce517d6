"""The manifest of the sample footage."""

from __future__ import annotations

from pathlib import Path

import pytest

from sample_footage.render.manifest import MANIFEST, adopt, differing_files, list_clips, listed_clips

MADE = ("evening-counter.mp4", "evening.yaml")


def made(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(f"bytes of {name}", encoding="utf-8")
    return [folder / name for name in names]


def test_files_are_as_listed_until_one_changes_or_goes(tmp_path: Path) -> None:
    list_clips("evening", "bpy 5", made(tmp_path, *MADE))
    assert differing_files(tmp_path) == []
    (tmp_path / MADE[0]).write_text("other bytes", encoding="utf-8")
    (tmp_path / MADE[1]).unlink()
    assert differing_files(tmp_path) == [f"{MADE[0]}: another SHA-256 than in the manifest", f"{MADE[1]}: missing"]


def test_listing_clips_again_takes_the_place_of_the_older_entry_and_leaves_others_alone(tmp_path: Path) -> None:
    list_clips("light", "bpy 5", made(tmp_path, "light.mp4"))
    list_clips("evening", "bpy 5", made(tmp_path, *MADE))
    before = listed_clips(tmp_path)
    list_clips("evening", "bpy 6", made(tmp_path, *MADE, "evening-corner.mp4"))
    evening, light = listed_clips(tmp_path)
    assert (evening.rendered_with, [file.name for file in evening.files]) == ("bpy 6", [*MADE, "evening-corner.mp4"])
    assert light == before[1]


def test_clips_rendered_elsewhere_are_taken_with_their_entries(tmp_path: Path) -> None:
    rendered, shipped = tmp_path / "rendered", tmp_path / "shipped"
    list_clips("light", "bpy 5", made(shipped, "light.mp4"))
    list_clips("evening", "bpy 5", made(rendered, *MADE))
    assert adopt(rendered, shipped) == [*MADE]
    assert [clips.name for clips in listed_clips(shipped)] == ["evening", "light"]
    assert differing_files(shipped) == []


def test_a_folder_into_which_nothing_was_rendered_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"{MANIFEST}: render into it first"):
        adopt(tmp_path)
