"""People drawn at random: each seed its own, the same one every time."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Final, get_args

import numpy as np
import pytest

from sample_footage.render.looks import Clothes, Hair, Look, Over, Role, random_look

ROLES: Final[tuple[Role, ...]] = get_args(Role)


def drawn(role: Role, count: int = 200) -> list[Look]:
    return [random_look(np.random.default_rng([seed, 1]), role) for seed in range(count)]


@pytest.mark.parametrize("role", ROLES)
def test_a_seed_gives_the_same_look_every_time(role: Role) -> None:
    assert drawn(role, 20) == drawn(role, 20)


@pytest.mark.parametrize("role", ROLES)
def test_no_two_seeds_give_the_same_look(role: Role) -> None:
    looks = sorted(drawn(role), key=lambda look: look.height_m)
    assert all(one != other for one, other in pairwise(looks))


def test_visitors_wear_everything_there_is_to_wear() -> None:
    worn = [look.clothes for look in drawn("visitor", 400)]
    assert {clothes.over for clothes in worn} == {None, *get_args(Over)} - {"vest"}
    for flag in (field.name for field in fields(Clothes) if field.type == "bool"):
        seen = {getattr(clothes, flag) for clothes in worn}
        assert seen == ({False} if flag == "badge" else {True, False}), flag
    assert {look.hair for look in drawn("visitor", 400)} == set(get_args(Hair))


@pytest.mark.parametrize("role", ROLES)
def test_builds_stay_within_what_people_are(role: Role) -> None:
    for look in drawn(role):
        assert 1.1 < look.height_m < 1.95
        assert -1 <= look.weight <= 1
        assert 9 <= look.age_years <= 88
        assert all(0 <= channel <= 1 for colour in look.colours.values() for channel in colour)


def test_staff_and_cleaners_are_grown_up() -> None:
    assert min(look.age_years for role in ("staff", "cleaner") for look in drawn(role)) >= 20
