"""What is told once in a while: a page that asks again and again must not fill the ledger."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Final

_MOST: Final = 10_000


class Once:
    """Remembers what was told when. Threads may share one."""

    def __init__(self, every_ms: int) -> None:
        self._every_ms = every_ms
        self._told_ms: dict[Hashable, int] = {}
        self._turn = threading.Lock()

    def is_due(self, what: Hashable, now_ms: int) -> bool:
        """Return whether something is to be told now, and take it as told."""
        with self._turn:
            told_ms = self._told_ms.get(what)
            if told_ms is not None and 0 <= now_ms - told_ms < self._every_ms:
                return False
            self._told_ms.pop(what, None)
            self._told_ms[what] = now_ms
            while len(self._told_ms) > _MOST:
                del self._told_ms[next(iter(self._told_ms))]
            return True
