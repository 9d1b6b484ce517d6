"""What an analysed folder keeps for later questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from api.folder import SITE, keep_for_later
from api.requests import RequestError
from api.settings import Site, load_site
from api.sitefile.variables import placeholders
from custody.sightings import Watch
from tests.api.conftest import SECRET, SITE_TEXT


def test_the_site_file_is_kept_byte_for_byte_and_can_be_read_without_its_variables(
    site: Site, tmp_path: Path
) -> None:
    keep_for_later(tmp_path / "out", site, Watch())
    kept = tmp_path / "out" / SITE
    assert kept.read_bytes() == site.path.read_bytes()
    again = load_site(kept, placeholders(SITE_TEXT))
    assert (again.digest, again.items, again.hours.weekly) == (site.digest, site.items, site.hours.weekly)


@pytest.mark.parametrize(
    "address", ["rtsp://viewer:{}@10.0.0.11/main", "http://10.0.0.11/video?user=viewer&password={}"]
)
def test_a_password_that_stands_in_the_site_file_is_not_kept(address: str, tmp_path: Path) -> None:
    written = tmp_path / "site.yaml"
    text = SITE_TEXT.replace("rtsp://viewer:${COUNTER_PASSWORD}@10.0.0.11/main", address.format(SECRET))
    written.write_text(text, encoding="utf-8")
    keep_for_later(tmp_path / "out", load_site(written, placeholders(text)), Watch())
    kept = (tmp_path / "out" / SITE).read_text(encoding="utf-8")
    assert SECRET not in kept
    assert "viewer:${COUNTER_PASSWORD}@10.0.0.11/sub" in kept
    assert load_site(tmp_path / "out" / SITE, placeholders(kept)).id == "tsurumi"


def test_a_site_file_that_was_changed_meanwhile_is_not_kept_as_the_one_that_was_used(
    site: Site, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match="was changed while it was in use"):
        keep_for_later(tmp_path / "out", replace(site, digest="0" * 64), Watch())
