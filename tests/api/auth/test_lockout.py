"""How long somebody waits who fails, as a timeline, and what a clock that jumps does to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.auth.lockout import BY_ACCOUNT, BY_ADDRESS, Attempts, Backoff, by_address

DAY_MS = 24 * 3_600_000
moments = st.integers(0, 10 * DAY_MS)


def after(failures: int, backoff: Backoff) -> int:
    """Return how long the wait is after so many failures at one moment, in ms."""
    attempts = Attempts()
    for _ in range(failures):
        attempts = attempts.failed(0, backoff)
    return attempts.locked_until_ms(0, backoff)


@pytest.mark.parametrize(
    ("failures", "wait_s"),
    [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (8, 16), (13, 512), (14, 900), (15, 900), (1000, 900)],
)
def test_the_wait_of_an_account_doubles_from_the_fifth_failure_to_a_quarter_of_an_hour(
    failures: int, wait_s: int
) -> None:
    assert after(failures, BY_ACCOUNT) == wait_s * 1000


def test_an_address_has_more_attempts_because_an_office_may_stand_behind_it() -> None:
    assert after(19, BY_ADDRESS) == 0
    assert after(20, BY_ADDRESS) == 2_000


def test_a_day_without_an_attempt_begins_anew() -> None:
    attempts = Attempts(1000, 0)
    assert attempts.failed(DAY_MS - 1, BY_ACCOUNT).failures == 1001
    assert attempts.failed(DAY_MS, BY_ACCOUNT).failures == 1


@given(st.integers(0, 10_000), moments, moments)
def test_a_clock_that_was_set_back_locks_nobody_out_for_longer_than_the_longest_wait(
    failures: int, last_ms: int, now_ms: int
) -> None:
    assert Attempts(failures, last_ms).locked_until_ms(now_ms, BY_ACCOUNT) - now_ms <= BY_ACCOUNT.longest_ms


@given(st.integers(0, 10_000))
def test_one_more_failure_never_makes_the_wait_shorter(failures: int) -> None:
    assert BY_ACCOUNT.wait_ms(failures) <= BY_ACCOUNT.wait_ms(failures + 1)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("10.0.0.20", "address:10.0.0.20"),
        ("::ffff:10.0.0.20", "address:10.0.0.20"),
        ("2001:db8:1:2:aaaa::1", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "address:2001:db8:1:2::/64"),
        ("unknown", "address:unknown"),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(address: str, key: str) -> None:
    assert by_address(address) == key
