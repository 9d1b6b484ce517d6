"""What an examination finds: a sentence, how bad it is, what to do, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


class Verdict(StrEnum):
    """How it is, from good to bad."""

    GOOD = "good"
    SKIPPED = "skipped"
    """It was not looked at; the sentence says why."""

    WARNING = "warning"
    """It works, and not as it should, or not for long."""

    BAD = "bad"
    """Something does not work, or is lost."""


_ORDER: Final = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    check: a dotted name that stays the same, for programs. says: what was found. remedy: what to do; there is one
    where something is wrong. measured: the numbers behind it, JSON values.
    """

    check: str
    verdict: Verdict
    says: str
    remedy: str | None = None
    measured: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if (self.remedy is None) == (self.verdict in {Verdict.WARNING, Verdict.BAD}):
            raise ValueError(f"{self.check}: what is wrong has a remedy, and nothing else has one")

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "check": self.check,
            "verdict": self.verdict.value,
            "says": self.says,
            "remedy": self.remedy,
            "measured": dict(self.measured),
        }


def good(check: str, says: str, **measured: Any) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, Verdict.GOOD, says, None, measured)


def skipped(check: str, says: str) -> Finding:
    """Return that something was not looked at, and why."""
    return Finding(check, Verdict.SKIPPED, says)


def warning(check: str, says: str, remedy: str, **measured: Any) -> Finding:
    """Return that something should be better, and how."""
    return Finding(check, Verdict.WARNING, says, remedy, measured)


def bad(check: str, says: str, remedy: str, **measured: Any) -> Finding:
    """Return that something does not work, and what to do."""
    return Finding(check, Verdict.BAD, says, remedy, measured)


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict of all; good where there is none."""
    return max((finding.verdict for finding in findings), key=_ORDER.index, default=Verdict.GOOD)
