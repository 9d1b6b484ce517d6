"""What `make run` does: serve the sample office, four recordings that play as cameras, until Ctrl-C."""

from __future__ import annotations

import sys
import time
import uuid
from pathlib import Path

import yaml

from api.cli import app
from api.recording import LEDGER
from custody.acts import Signature, Signed
from custody.inventory import read_csv
from custody.ledger import Ledger

SITE = Path(__file__).with_name("office.yaml")
INVENTORY = Path(__file__).with_name("office.inventory.csv")
REGISTERED_BY = "tanaka"


def main(data: Path) -> None:
    """Serve into a folder; what lies there already is gone on with."""
    if not (data / LEDGER).exists():
        register(data / LEDGER)
    app(["serve", "--site", str(SITE), "--data", str(data)])


def register(ledger: Path) -> None:
    """Make a ledger that knows what the office keeps, as an office does before its first day."""
    site = yaml.safe_load(SITE.read_text(encoding="utf-8"))["site"]["id"]
    signature = Signature(REGISTERED_BY, time.time_ns() // 1_000_000)
    with Ledger.create(ledger, site) as made:
        made.record_all(
            Signed(item, signature.at_ms, (signature,), uuid.uuid4().hex).draft()
            for item in read_csv(INVENTORY.read_text(encoding="utf-8"), INVENTORY.name)
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
