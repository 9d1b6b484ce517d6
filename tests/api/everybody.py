"""An office that is served, with an account of each role, one of all roles, and one of all at one camera."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from api.auth.permissions import Grant, Role
from api.recording import LEDGER
from api.settings import load_site
from custody.acts import Act, CheckOut, Count, KeyHandOver, Registration, Signature, Signed
from custody.checklist import Checklist
from custody.ledger import KEYS
from custody.signing import seal
from tests.api.conftest import SITE_TEXT
from tests.api.web.served import PASSWORD, ServedOffice, served
from vision.items import ItemKind

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


BACK: Final = {"item": "T-01", "vault": "vault-door"}


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


def furnish(office: ServedOffice) -> None:
    """Put something of every sort into the office, so that answers have something to tell."""
    at_ms = office.office.now_ms()
    sato, suzuki = Signature("sato", at_ms), Signature("suzuki", at_ms)
    acts: list[tuple[Act, tuple[Signature, ...]]] = [
        (Registration("vault-door", ItemKind.DOOR, "保管庫", slot="vault-door"), (sato,)),
        (Registration("T-01", ItemKind.TERMINAL, "交付用端末 1", vault="vault-door", slot="T-01"), (sato,)),
        (Registration("B-0221", ItemKind.CARDS, "交付前カード", expected=78, vault="vault-door"), (sato,)),
        (Registration("K-1", ItemKind.KEY, "保管庫の鍵"), (sato,)),
        (CheckOut("T-01", "T-01"), (sato, suzuki)),
        (KeyHandOver("K-1", "sato", "suzuki"), (sato, suzuki)),
        (Count("B-0221", (78, 78)), (sato, suzuki)),
        (Count("B-0221", (78, 77)), (sato, suzuki)),
        (Checklist(date(2018, 2, 21), True, 1, 78, vault_locked=True, partition_closed=False), (sato, suzuki)),
    ]
    signed = (Signed(act, at_ms, names, f"r-{number}") for number, (act, names) in enumerate(acts))
    office.office.ledger.record_all(one.draft() for one in signed)
    seal(office.office.ledger, office.office.folder / LEDGER / KEYS, at_ms)
    client = office.as_(EVERYTHING)
    word = {"reason": "B-0221", "authority": "12"}
    seconds = {"start": "2018-02-21T17:00:00+09:00", "end": "2018-02-21T17:10:00+09:00"}
    made = [
        client.post("/acts", {"kind": "item.checked_in", "request": "w-1", "body": BACK}),
        client.post("/counts/terminals/first", {"request": "w-2", "number": 1}),
        client.post("/cases", word | {"title": "a card of B-0221"}),
        client.post("/cases/C-1/parts", {"parts": [{"kind": "clip", "camera": "counter", **seconds}]}),
        client.post("/holds", {**word, **seconds, "case": "C-1", "camera": "counter"}),
        client.post("/ledger/verify"),
        client.post("/access/mandates", {**word, **seconds, "permission": "replay", "cameras": ["counter"]}),
    ]
    assert all(answer.is_success for answer in made), [answer.text for answer in made]
    assert office.office.flush(5)
