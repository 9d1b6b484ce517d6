"""The one state table of every rule: clear, pending, raised.

A condition is true, false or unseen at each moment. Time counts only while it was seen: true time adds up until the
limit is reached, false time clears. Between two moments with different answers the change is taken to have happened
half way, so that the same scene gives the same times at any frame rate.

    state     true                        false                            unseen
    CLEAR     -> PENDING, begin           stay                             stay
    PENDING   count; at `after_ms`        after `forgive_ms` -> CLEAR      wait; after `lapse_ms` -> CLEAR
              -> RAISED
    RAISED    stay                        after `clear_ms` -> CLEAR, end   stay
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Answer(Enum):
    """What can be said of a condition at one moment."""

    TRUE = auto()
    FALSE = auto()
    UNSEEN = auto()


class State(Enum):
    """Where an episode stands."""

    CLEAR = auto()
    PENDING = auto()
    RAISED = auto()


class Step(Enum):
    """What one moment changed."""

    NOTHING = auto()
    RAISED = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class DwellSettings:
    """Milliseconds of valid sight; see the table. gap_ms: longer silences between two moments count as unseen."""

    clear_ms: int = 2_000
    forgive_ms: int = 500
    lapse_ms: int = 60_000
    gap_ms: int = 3_500


class Dwell:
    """One condition followed over time."""

    def __init__(self, settings: DwellSettings | None = None) -> None:
        self._settings = settings or DwellSettings()
        self.state = State.CLEAR
        self.began_at_ms: int | None = None
        self.true_ms = 0.0
        self.unseen_ms = 0
        self._false_ms = 0.0
        self._last: tuple[int, Answer] | None = None

    def update(self, at_ms: int, answer: Answer, after_ms: int) -> Step:
        """Take the answer at a moment; `after_ms` is the limit in force now. Moments must not go backwards."""
        previous = self._last
        if previous is not None and at_ms < previous[0]:
            raise ValueError(f"time went back from {previous[0]} to {at_ms}")
        self._last = (at_ms, answer)
        true_ms, false_ms, unseen_ms = self._elapsed(previous, at_ms, answer)
        if self.state is State.CLEAR:
            if answer is not Answer.TRUE:
                return Step.NOTHING
            self._begin(at_ms - int(true_ms))
        self._count(answer, true_ms, false_ms, unseen_ms)
        if self.state is State.PENDING:
            return self._pending(answer, after_ms)
        if self._false_ms >= self._settings.clear_ms:
            self.reset()
            return Step.ENDED
        return Step.NOTHING

    def _elapsed(self, previous: tuple[int, Answer] | None, at_ms: int, answer: Answer) -> tuple[float, float, int]:
        """Split the time since the last moment into true, false and unseen milliseconds."""
        if previous is None:
            return 0.0, 0.0, 0
        elapsed = at_ms - previous[0]
        if elapsed > self._settings.gap_ms:
            return 0.0, 0.0, elapsed
        halves = [previous[1], answer]
        true_ms = elapsed / 2 * halves.count(Answer.TRUE)
        false_ms = elapsed / 2 * halves.count(Answer.FALSE)
        return true_ms, false_ms, elapsed if answer is Answer.UNSEEN else 0

    def _begin(self, began_at_ms: int) -> None:
        self.state = State.PENDING
        self.began_at_ms = began_at_ms
        self.true_ms = self._false_ms = 0.0
        self.unseen_ms = 0

    def _count(self, answer: Answer, true_ms: float, false_ms: float, unseen_ms: int) -> None:
        self.true_ms += true_ms
        self.unseen_ms += unseen_ms
        if answer is Answer.TRUE:
            self._false_ms = 0.0
        else:
            self._false_ms += false_ms

    def _pending(self, answer: Answer, after_ms: int) -> Step:
        if answer is Answer.TRUE and self.true_ms >= after_ms:
            self.state = State.RAISED
            return Step.RAISED
        if self._false_ms >= self._settings.forgive_ms or self.unseen_ms >= self._settings.lapse_ms:
            self.reset()
        return Step.NOTHING

    def resume(self, began_at_ms: int) -> None:
        """Go on in RAISED, as after a restart: it began then, and lasts until it is seen to be false."""
        self.state = State.RAISED
        self.began_at_ms = began_at_ms

    def reset(self) -> None:
        """Go back to CLEAR; the last answer is kept, so that the next change is dated rightly."""
        self.state = State.CLEAR
        self.began_at_ms = None
        self.true_ms = self._false_ms = 0.0
        self.unseen_ms = 0
