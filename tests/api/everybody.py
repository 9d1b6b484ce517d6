"""An office that is served, with an account of each role, one of all roles, and one of all at one camera."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.auth.permissions import Grant, Role
from api.settings import load_site
from tests.api.conftest import SITE_TEXT
from tests.api.web.served import PASSWORD, ServedOffice, served

HOLDERS: Final = {
    "view": set(Role),
    "count": {Role.COUNTER_STAFF, Role.CUSTODIAN},
    "replay": {Role.CUSTODIAN, Role.INVESTIGATOR},
    "export": {Role.INVESTIGATOR},
    "hold": {Role.CUSTODIAN, Role.INVESTIGATOR},
    "release": {Role.INVESTIGATOR},
    "audit": {Role.AUDITOR},
    "configure": {Role.ADMINISTRATOR},
    "manage_users": {Role.ADMINISTRATOR},
    "signed_in": set(Role),
}
"""Which roles have each permission: written out once more, so that a change of roles is a change here."""

EVERYTHING: Final = "everything"
"""Has every role for the whole site."""

NARROW: Final = "narrow"
"""Has every role, for the camera `counter` alone."""


@contextmanager
def everybody(folder: Path) -> Iterator[ServedOffice]:
    """Serve the office while the block runs."""
    (folder / "site.yaml").write_text(SITE_TEXT, encoding="utf-8")
    site = load_site(folder / "site.yaml", {"COUNTER_PASSWORD": "secret"})
    with served(folder / "data", site) as opened:
        _add(opened, EVERYTHING, [Grant(role, site.id) for role in Role])
        _add(opened, NARROW, [Grant(role, site.id, "counter") for role in Role])
        yield opened


def _add(office: ServedOffice, account: str, grants: list[Grant]) -> None:
    office.access.people.add((), account, account, PASSWORD, grants)
    office.access.people.choose_password(account, PASSWORD, keep="")
