"""What an office has in custody, put on the ledger as its people would have."""

from __future__ import annotations

from typing import Final

from custody.acts import Act, Registration, Signature, Signed
from tests.api.web.served import ServedOffice
from vision.items import ItemKind

KEPT: Final = (
    Registration("vault-door", ItemKind.DOOR, "保管庫"),
    Registration("T-01", ItemKind.TERMINAL, "交付用端末 1", vault="vault-door", slot="T-01"),
    Registration("B-0221", ItemKind.CARDS, "交付前カード", expected=78, vault="vault-door"),
    Registration("K-1", ItemKind.KEY, "保管庫の鍵"),
)


def record(office: ServedOffice, act: Act, *names: str) -> None:
    """Put an act on the ledger that people have signed elsewhere, now."""
    ledger, now_ms = office.office.ledger, office.office.now_ms()
    signatures = tuple(Signature(name, now_ms) for name in names)
    ledger.record(Signed(act, now_ms, signatures, f"request-{len(ledger)}").draft())


def register(office: ServedOffice) -> None:
    for item in KEPT:
        record(office, item, "custodian")
