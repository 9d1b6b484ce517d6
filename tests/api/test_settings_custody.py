"""The section `custody` of the site file: its defaults, and each mistake with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import SiteFileError, load_site
from custody.settings import ClosingDeadlines, CustodySettings

HEAD = """\
site: {id: a, timezone: Asia/Tokyo}
hours: {weekly: {mon-fri: "08:45-17:00"}}
cameras: {c: {source: c.mp4}}
"""


def loaded(tmp_path: Path, section: str) -> CustodySettings:
    (path := tmp_path / "site.yaml").write_text(HEAD + section, encoding="utf-8")
    return load_site(path, {}).custody


@pytest.mark.parametrize("section", ["", "custody: {}", "custody: {closing: {}, skew_s: }"])
def test_what_the_file_does_not_say_keeps_its_default(tmp_path: Path, section: str) -> None:
    assert loaded(tmp_path, section) == CustodySettings()


def test_each_setting_is_read_by_itself(tmp_path: Path) -> None:
    read = loaded(tmp_path, "custody: {matching_window_s: 60, skew_s: 0.5, closing: {sheet_signed_min: 90}}")
    assert read == CustodySettings(60, 0.5, closing=ClosingDeadlines(sheet_signed_min=90))
    assert read.tolerance_ms == 60_500


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("custody: {skew: 3}", 'site.yaml:4: custody.skew: found the unknown key "skew"; expected one of the keys'),
        ("custody: {skew_s: 3 s}", 'custody.skew_s: found "3 s"; expected seconds; write a number from 0'),
        (
            "custody: {closing: {items_counted_min: 2.5}}",
            'custody.closing.items_counted_min: found "2.5"; expected minutes; write a whole number from 0 to 720',
        ),
        (
            "custody:\n  closing:\n    items_counted_min: 50",
            "site.yaml:5: custody.closing: found items_counted_min 50, items_in_vault_min 40",
        ),
        (
            "custody: {opening: {vault_opened_before_min: 30}}",
            "expected a step due no longer before than the one before it; put them in the order begins_before_min",
        ),
        ("custody: {opening: soon}", 'custody.opening: found "soon"; expected a mapping with the keys begins'),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_remedy(tmp_path: Path, section: str, told: str) -> None:
    with pytest.raises(SiteFileError) as caught:
        loaded(tmp_path, section)
    assert told in str(caught.value)
