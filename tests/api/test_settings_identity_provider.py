"""The section `identity_provider`: an address that can be trusted, and a secret that is not in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import SiteFileError, load_site
from tests.api.conftest import SITE_TEXT

ENVIRON = {"COUNTER_PASSWORD": "x", "OIDC_SECRET": "a secret between the two"}
SECTION = "identity_provider: {issuer: '%s', client: kuraban, secret: '%s'}\n"


def load(folder: Path, issuer: str, secret: str = "${OIDC_SECRET}") -> object:
    path = folder / "site.yaml"
    path.write_text(SITE_TEXT + SECTION % (issuer, secret), encoding="utf-8")
    return load_site(path, ENVIRON).identity_provider


@pytest.mark.parametrize(
    "issuer", ["https://login.example.jp/realms/office", "http://127.0.0.1:8080", "https://10.0.0.5/"]
)
def test_a_provider_is_read_and_its_secret_shown_to_nobody(tmp_path: Path, issuer: str) -> None:
    provider = load(tmp_path, issuer)
    assert issuer in repr(provider)
    assert "between the two" not in repr(provider)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.jp",
        "login.example.jp",
        "https://",
        "https://user@login.example.jp",
        "https://login.example.jp/?realm=office",
        "https://169.254.169.254/latest",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",
        "https://[broken",
        "ftp://login.example.jp",
    ],
)
def test_an_address_that_cannot_be_trusted_is_refused(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(SiteFileError, match="identity_provider"):
        load(tmp_path, issuer)


def test_a_secret_that_stands_in_the_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError) as refused:
        load(tmp_path, "https://login.example.jp", "hunter2")
    assert "hunter2" not in str(refused.value)


def test_a_site_without_the_section_has_no_provider(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(SITE_TEXT, encoding="utf-8")
    assert load_site(path, ENVIRON).identity_provider is None
