"""The clock of this machine: whether something keeps it right, and whether it has gone back behind the ledger."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from api.doctor.findings import Finding, bad, good, warning

BUILT_MS: Final = round(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""No clock that is right shows an earlier time: this program did not exist."""

LARGE_ERROR_MS: Final = 1_000.0
_UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of <linux/timex.h>."""


class _Timex(ctypes.Structure):
    """The beginning of `struct timex` (adjtimex(2)), with room for the rest of it."""

    _fields_ = [
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    ]


@dataclass(frozen=True, slots=True)
class KernelClock:
    """What the kernel was told by whoever keeps its clock: chronyd, ntpd, systemd-timesyncd, the host of a container.

    error_ms: how far the clock may be off at most.
    """

    synchronised: bool
    error_ms: float


def kernel_clock() -> KernelClock:
    """Ask the kernel; needs no rights. Raises OSError where it does not answer."""
    told = _Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(ctypes.byref(told)) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return KernelClock(not told.status & _UNSYNCHRONISED, told.maxerror / 1000)


def examine_clock(now_ms: int, newest_entry_ms: int | None) -> Iterator[Finding]:
    """Look at the clock. newest_entry_ms: when the ledger's newest entry was written, where there is one."""
    yield judge_time(now_ms, newest_entry_ms)
    try:
        yield judge_synchronisation(kernel_clock())
    except OSError as error:
        remedy = "see by `timedatectl` whether the clock is synchronised, on the host where this is a container"
        yield warning("clock.ntp", f"the kernel does not say who keeps its clock: {error.strerror}", remedy)


def judge_time(now_ms: int, newest_entry_ms: int | None) -> Finding:
    """Judge the time of day against what cannot be later."""
    shown = f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    measured = {"now_ms": now_ms, "newest_entry_ms": newest_entry_ms}
    if now_ms < BUILT_MS:
        return bad("clock.time", f"the clock shows {shown}, before Kuraban was made", _SET_IT, **measured)
    if newest_entry_ms is not None and now_ms < newest_entry_ms:
        behind_s = (newest_entry_ms - now_ms) / 1000
        says = f"the clock shows {shown}, {behind_s:.0f} s before the newest entry of the ledger"
        remedy = f"{_SET_IT}; where it was wrong before, entries of that time say so by their neighbours"
        return bad("clock.time", says, remedy, **measured)
    return good("clock.time", f"the clock shows {shown}", **measured)


def judge_synchronisation(clock: KernelClock) -> Finding:
    """Judge whether the clock is kept right."""
    measured = {"synchronised": clock.synchronised, "error_ms": round(clock.error_ms, 1)}
    if not clock.synchronised:
        says = "nothing keeps the clock right"
        remedy = (
            "switch synchronisation on (`timedatectl set-ntp true`, or chrony), with the time server of the office"
        )
        return warning("clock.ntp", says, remedy, **measured)
    if clock.error_ms > LARGE_ERROR_MS:
        says = f"the clock is synchronised, and may still be off by {clock.error_ms / 1000:.1f} s"
        return warning("clock.ntp", says, "look whether the time server can be reached", **measured)
    return good("clock.ntp", f"the clock is synchronised to {clock.error_ms:.0f} ms", **measured)


_SET_IT: Final = "set the clock, and have a time server keep it"
