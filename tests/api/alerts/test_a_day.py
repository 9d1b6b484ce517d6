"""A day at random: incidents come, go and are acknowledged, destinations are away, the service restarts."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pytest

from api.alerts.errors import DeliveryError, NotNowError, UnreachableError
from api.alerts.settings import Stage
from custody.records.outbox import State
from tests.api.alerts.conftest import Outpost, incident_at, policy
from vision.incidents import Incident

HOUR_S: Final = 3_600.0
DAY_S: Final = 24 * HOUR_S
REPEAT_S: Final = 300.0
EVENTS: Final = 100


@dataclass
class Life:
    """What has happened to one incident, in seconds of the day."""

    incident: Incident
    raised_s: float
    acknowledged_s: float | None = None
    ended_s: float | None = None

    def is_open_at(self, second: float) -> bool:
        return self.acknowledged_s is None or self.acknowledged_s > second


@dataclass
class Day:
    """A day as chance makes it."""

    office: Outpost
    chance: random.Random
    lives: list[Life] = field(default_factory=list)

    def live(self) -> None:
        """Live through the day, and through another one in which everybody can be reached."""
        away = [(start, start + self.chance.uniform(60, 5 * HOUR_S)) for start in (2 * HOUR_S, 12 * HOUR_S)]
        self.office.fault = lambda second: self._fault(second, away)
        for second in sorted(self.chance.uniform(0, DAY_S) for _ in range(EVENTS)):
            self.office.until(second)
            self.chance.choice((self._raise, self._raise, self._end, self._acknowledge, self._restart))(second)
        self.office.until(2 * DAY_S)

    def _fault(self, second: float, away: list[tuple[float, float]]) -> DeliveryError | None:
        if any(start <= second < end for start, end in away):
            return UnreachableError("away")
        return NotNowError("busy") if second < DAY_S and self.chance.random() < 0.2 else None

    def _raise(self, second: float) -> None:
        for number in range(self.chance.randint(1, 3)):  # often several at once
            name, item = f"i{len(self.lives)}", f"T-{self.chance.randint(1, 3)}"
            incident = incident_at(second + number, name, item=item)
            self.lives.append(Life(incident, second + number))
            self.office.raised(incident)

    def _end(self, second: float) -> None:
        lasting = [life for life in self.lives if life.ended_s is None and life.raised_s < second]
        if lasting:
            life = self.chance.choice(lasting[-3:])  # most last a short time only
            life.ended_s = second
            self.office.ended(life.incident, second)

    def _acknowledge(self, second: float) -> None:
        waiting = [life for life in self.lives if life.acknowledged_s is None and life.raised_s < second]
        if waiting:
            life = self.chance.choice(waiting)
            life.acknowledged_s = second
            self.office.acknowledged(life.incident.id)

    def _restart(self, _second: float) -> None:
        self.office.restart()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 20))])
def test_whatever_happens_each_incident_is_told_once_in_order_or_was_rightly_quiet(
    outpost: Callable[..., Outpost], seed: int
) -> None:
    stages = (Stage(0.0, ("machine",)), Stage(600.0, ("chief",)))
    day = Day(outpost(policy(*stages, group_s=60.0, repeat_s=REPEAT_S)), random.Random(seed))
    day.live()
    assert day.office.messages(State.WAITING, State.DEAD) == ()
    heard = [line.split(" ", 1)[1] for line in day.office.told]
    told = {life.incident.id: [text for text in heard if life.incident.id in text.split()] for life in day.lives}
    for number, life in enumerate(day.lives):
        texts = [text for text in told[life.incident.id] if text.startswith("machine:")]
        raised = [text for text in texts if not text.endswith("ended")]
        if not raised:
            assert any(_keeps_quiet(other, life, told) for other in day.lives[:number]), life
        assert len(raised) <= 1
        assert texts[1:] == [f"machine: {life.incident.id} ended"] * bool(raised and life.ended_s is not None)
    assert sum(bool(texts) for texts in told.values()) > 20


def _keeps_quiet(other: Life, life: Life, told: dict[str, list[str]]) -> bool:
    """Tell whether one incident is why another is not told: people were told of it, and had not answered."""
    is_same = other.incident.item == life.incident.item and bool(told[other.incident.id])
    return is_same and life.raised_s - other.raised_s < REPEAT_S and other.is_open_at(life.raised_s)
