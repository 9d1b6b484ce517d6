"""Simulated months: honest days raise nothing, and every fault is found by its name, every time."""

from __future__ import annotations

import pytest

from tests.custody.office_life import FAULTS, Life, moment_ms

WORKDAYS = 21
FEW, MANY = range(3), range(100)


def honest(seed: int) -> None:
    assert Life.of(seed, WORKDAYS).judged().names() == set()


def planted(seed: int, name: str) -> None:
    fault = FAULTS[name]
    life = Life.of(seed, 1 + seed % WORKDAYS, fault)
    found = life.judged()
    assert fault.found in found.names(), sorted(found.names())
    assert not {incident.rule for incident in found.incidents} & fault.never
    began_ms = moment_ms(life.day, 0)
    assert all(incident.raised_at_ms >= began_ms for incident in found.incidents), "an honest day was blamed"


@pytest.mark.parametrize("seed", FEW)
def test_an_honest_month_raises_nothing_and_leaves_nothing_in_doubt(seed: int) -> None:
    honest(seed)


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_name_and_no_honest_day_is_blamed(name: str, seed: int) -> None:
    planted(seed, name)


@pytest.mark.long
@pytest.mark.parametrize("seed", MANY)
def test_a_hundred_honest_months_raise_nothing(seed: int) -> None:
    honest(seed)


@pytest.mark.long
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_in_each_of_a_hundred_months(name: str) -> None:
    for seed in MANY:
        planted(seed, name)


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_raised_on_the_way_is_still_raised_in_the_end(name: str) -> None:
    life = Life.of(7, 2, FAULTS[name])
    in_the_end = {incident.id for incident in life.judged().incidents}
    for quarter in range(8 * 4, 30 * 4):
        on_the_way = life.judged(moment_ms(life.day, quarter * 15)).incidents
        assert {incident.id for incident in on_the_way} <= in_the_end
