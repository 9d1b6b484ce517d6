"""An office that never rests: appends to its ledger and its waiting acts, and says what is on the disk.

    python -m tests.backup.busy_office FOLDER

A line on standard output is an acknowledgement: the request of an act that waits. It ends when its standard input
does.
"""

from __future__ import annotations

import sys
import threading
from itertools import count
from pathlib import Path
from typing import Final

from custody.acts import Signature
from custody.counts import OpenCount
from custody.ledger import Ledger
from custody.waiting_store import WaitingStore

BATCHES: Final = 7


def main(folder: Path) -> None:
    """Live until standard input ends."""
    over = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=[over], daemon=True).start()
    waiting = WaitingStore(folder)
    with Ledger.open(folder) as ledger:
        for step in count():
            if over.is_set():
                return
            request = f"request-{step}"
            waiting.keep_count(OpenCount(f"B-{step}", Signature("sato", step), request, 78))
            print(request, flush=True)  # noqa: T201 - what it is for
            if step >= BATCHES:  # the second person has counted: it becomes an entry, and waits no more
                done = f"request-{step - BATCHES}"
                ledger.append(step, "count", ("sato", "suzuki"), {"request": done})
                waiting.drop([done])


def _wait_for_the_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
