"""Passwords: which are taken, and how they are kept."""

from __future__ import annotations

import re
import time

import pytest

from api.auth.errors import UnfitPasswordError
from api.auth.passwords import Passwords, expect_fit
from tests.api.auth.conftest import CHEAP


@pytest.mark.parametrize("password", ["seven cards on a desk", "鍵は金庫の上に三つ置いてある", "x7!kQ93_zzPaW"])
def test_what_is_long_enough_is_taken_whatever_signs_it_has(password: str) -> None:
    expect_fit(password, "sato")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "a" * 257,
        "passwordpassword",
        "Kuraban123456",
        "satosatosato",
        "aaaaaaaabbbb",
        "sato-password1",
    ],
)
def test_what_is_short_endless_well_known_or_made_of_the_account_is_not(password: str) -> None:
    with pytest.raises(UnfitPasswordError):
        expect_fit(password, "sato")


def test_a_message_never_has_the_password_in_it() -> None:
    with pytest.raises(UnfitPasswordError) as refused:
        expect_fit("hunter2", "sato")
    assert "hunter2" not in str(refused.value)


def test_they_are_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    kept = Passwords().hash("seven cards on a desk")
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", kept)


def test_the_same_password_is_kept_differently_each_time() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.hash("seven cards") != passwords.hash("seven cards")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.is_right(passwords.hash("ｋｅｙ ガラス"), "key ガラス")


def test_a_hash_with_other_parameters_is_told_to_be_outdated_and_still_fits() -> None:
    cheap, real = Passwords(CHEAP), Passwords()
    kept = cheap.hash("seven cards")
    assert real.is_outdated(kept)
    assert not cheap.is_outdated(kept)
    assert real.is_right(kept, "seven cards")


def test_where_there_is_no_account_it_takes_as_long_and_is_wrong() -> None:
    passwords = Passwords()
    kept = passwords.hash("seven cards on a desk")
    passwords.is_right(None, "warm up")

    def spent_s(kept: str | None) -> float:
        begin = time.process_time()
        assert not passwords.is_right(kept, "wrong")
        return time.process_time() - begin

    with_account = min(spent_s(kept) for _ in range(3))
    without = min(spent_s(None) for _ in range(3))
    assert 0.5 < without / with_account < 2
