"""How exactly an office is held to its protocols: deadlines, and how far entries and sights may lie apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class ClosingDeadlines:
    """Minutes after the windows have closed by which each step must be done, in this order."""

    items_counted_min: int = 30
    items_in_vault_min: int = 40
    vault_locked_min: int = 45
    key_handed_over_min: int = 50
    sheet_signed_min: int = 60

    def __post_init__(self) -> None:
        limits = [getattr(self, limit.name) for limit in fields(self)]
        if any(later < earlier for earlier, later in pairwise(limits)):
            raise ValueError(f"a later step cannot be due before an earlier one: {self}")


@dataclass(frozen=True, slots=True)
class OpeningDeadlines:
    """Minutes before the windows open: from when the morning counts, and by when each step must be done."""

    begins_before_min: int = 120
    key_handed_over_before_min: int = 20
    vault_opened_before_min: int = 15
    items_counted_before_min: int = 0

    def __post_init__(self) -> None:
        limits = [getattr(self, limit.name) for limit in fields(self)]
        if any(later > earlier for earlier, later in pairwise(limits)):
            raise ValueError(f"a later step cannot be due before an earlier one: {self}")


@dataclass(frozen=True, slots=True)
class CustodySettings:
    """The settings of one office.

    matching_window_s: seconds within which an entry and what cameras saw belong together, either way. skew_s: seconds
    by which the clocks of cameras and ledger may differ. late_entry_s: seconds that an entry may tell of the past.
    """

    matching_window_s: float = 300.0
    skew_s: float = 30.0
    late_entry_s: float = 900.0
    closing: ClosingDeadlines = field(default_factory=ClosingDeadlines)
    opening: OpeningDeadlines = field(default_factory=OpeningDeadlines)

    @property
    def skew_ms(self) -> int:
        """How far apart two clocks may be."""
        return round(self.skew_s * 1000)

    @property
    def tolerance_ms(self) -> int:
        """How far apart an entry and a sight may lie, clocks included."""
        return round((self.matching_window_s + self.skew_s) * 1000)
