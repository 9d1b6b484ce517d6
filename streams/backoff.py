"""How long to wait before the next attempt to reach a camera. Pure: the attempt and a random draw come in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackoffSettings:
    """Waits in seconds.

    jitter: the share of the wait that the draw decides, 0..1, so that cameras behind one switch that comes
    back do not all call at once. authentication_s: the shortest wait after a refused password; cameras lock
    an account after a few quick failures.
    """

    first_s: float = 1.0
    factor: float = 2.0
    longest_s: float = 60.0
    jitter: float = 0.5
    authentication_s: float = 60.0

    def __post_init__(self) -> None:
        if not (0 < self.first_s <= self.longest_s and self.factor >= 1 and 0 <= self.jitter <= 1):
            raise ValueError(
                "backoff needs 0 < first_s <= longest_s, factor >= 1 and jitter within 0..1, "
                f"got {self.first_s}, {self.longest_s}, {self.factor} and {self.jitter}"
            )


def wait_s(settings: BackoffSettings, attempt: int, draw: float, *, refused: bool = False) -> float:
    """Return the seconds to wait after failed attempt number `attempt` (from 1).

    draw: uniform in 0..1. refused: the camera refused the password; the wait is then never shortened.
    """
    longest_power = 64  # beyond it every wait is the longest one, and the power would overflow
    grown = settings.first_s * settings.factor ** min(max(attempt, 1) - 1, longest_power)
    wait = min(grown, settings.longest_s)
    if refused:
        return max(wait, settings.authentication_s) * (1 + settings.jitter * draw)
    return wait * (1 - settings.jitter * draw)
