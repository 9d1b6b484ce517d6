"""How long somebody must wait who has given wrong passwords. Pure.

After a few free attempts the wait doubles with each one, up to a longest; a success, or a long time without attempts,
clears it. Accounts and addresses are counted apart: one address that tries many accounts, and many that try one.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final


@dataclass(frozen=True, slots=True)
class Backoff:
    """free: attempts without a wait. first_ms: the wait after the first one beyond. longest_ms. forget_ms: after so
    long without an attempt, the count begins anew.
    """  # noqa: D205 - one line a field

    free: int
    first_ms: int = 2_000
    longest_ms: int = 15 * 60_000
    forget_ms: int = 24 * 3_600_000

    def wait_ms(self, failures: int) -> int:
        """Return how long to wait after so many failures in a row."""
        beyond = failures - self.free
        return 0 if beyond < 0 else min(self.first_ms << min(beyond, 30), self.longest_ms)


BY_ACCOUNT: Final = Backoff(free=5)
# Behind one address may stand a whole office.
BY_ADDRESS: Final = Backoff(free=20)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures in a row, and when the last one was (UTC milliseconds)."""

    failures: int = 0
    last_ms: int = 0

    def failed(self, now_ms: int, backoff: Backoff) -> Attempts:
        """Return them with one more."""
        return Attempts(self.counted(now_ms, backoff) + 1, now_ms)

    def locked_until_ms(self, now_ms: int, backoff: Backoff) -> int:
        """Return until when no attempt is looked at; not after `now_ms` where one may be made now.

        A clock that was set back must not lock anybody out for longer than the wait itself.
        """
        wait_ms = backoff.wait_ms(self.counted(now_ms, backoff))
        return min(self.last_ms, now_ms) + wait_ms

    def counted(self, now_ms: int, backoff: Backoff) -> int:
        """Return how many failures still count."""
        return 0 if now_ms - self.last_ms >= backoff.forget_ms else self.failures


def by_account(account: str) -> str:
    """Return under which key an account's attempts are counted; there need not be such an account."""
    return f"account:{account}"


def by_address(address: str) -> str:
    """Return under which key a network address's attempts are counted: an IPv6 one by its network of 64 bits."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"address:{address}"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"address:{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return f"address:{getattr(parsed, 'ipv4_mapped', None) or parsed}"
