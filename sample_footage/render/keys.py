"""Values that change over a clip: what holds at given moments, and on the way between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Key:
    """At `at_s` the value is this."""

    at_s: float
    value: float


def value_at(keys: Sequence[Key], time_s: float, before: float = 0.0) -> float:
    """Return the value at a moment: even between two keys, still beyond them; `before` where there is none."""
    if not keys:
        return before
    return float(np.interp(time_s, [key.at_s for key in keys], [key.value for key in keys]))
