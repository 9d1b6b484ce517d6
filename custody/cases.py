"""Cases: an investigation with its incidents, entries, clips and notes, from its opening to its outcome. Pure.

What is in a case stays in it: parts are added, and nothing is taken out. Where cases are kept is `case_store`;
footage is held for a case by `holds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from custody.errors import RefusedError, UnknownCaseError
from custody.holds import Hold
from custody.intervals import Interval
from custody.mandate import Mandate


class PartKind(StrEnum):
    """What a part of a case is."""

    INCIDENT = "incident"
    ENTRY = "entry"
    CLIP = "clip"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody put into a case. by: the account. at_ms: UTC milliseconds.

    what: the id of an incident, the number of an entry, the camera of a clip, or the text of a note. stretch: of a
    clip, from and to, UTC milliseconds.
    """

    kind: PartKind
    what: str
    by: str
    at_ms: int
    stretch: Interval | None = None

    def __post_init__(self) -> None:
        if not self.what.strip() or not self.by.strip():
            raise RefusedError(f"a part of a case says what it is ({self.kind}) and who put it there (--by)")
        if (self.kind is PartKind.CLIP) is (self.stretch is None):
            raise RefusedError("a clip, and only a clip, has a first and a last moment: give --from and --to with it")
        if self.stretch is not None and self.stretch[0] >= self.stretch[1]:
            raise RefusedError("a clip ends after it begins: swap --from and --to")

    def is_as(self, other: Part) -> bool:
        """Tell whether both are of the same thing, whoever put it there; two notes never are."""
        same = (self.kind, self.what, self.stretch) == (other.kind, other.what, other.stretch)
        return same and self.kind is not PartKind.NOTE


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case ended. outcome: in words. at_ms: UTC milliseconds."""

    by: str
    outcome: str
    at_ms: int

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.outcome.strip():
            raise RefusedError("a case is closed by somebody and with an outcome: give --by and --outcome")


@dataclass(frozen=True, slots=True)
class Case:
    """One case. number: from 1. opened_at_ms: UTC milliseconds. closing: None while it is open."""

    number: int
    title: str
    mandate: Mandate
    opened_at_ms: int
    parts: tuple[Part, ...] = ()
    closing: Closing | None = None

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.title.isprintable():
            raise RefusedError("--title is empty or has more than one line: name the case on one line")

    @property
    def id(self) -> str:
        """Its name: `C-1`."""
        return f"C-{self.number}"

    def expect_open(self) -> None:
        """Raise RefusedError where it is closed: what was concluded is not changed, but begun anew."""
        if self.closing is not None:
            raise RefusedError(
                f"{self.id} was closed by {self.closing.by}: open another case, and name this one in it"
            )

    def added(self, part: Part) -> Case:
        """Return the case with one part more. Raises RefusedError where it is closed, or has that part already."""
        self.expect_open()
        if any(part.is_as(other) for other in self.parts):
            raise RefusedError(f"{self.id} has {part.kind} {part.what} already")
        return replace(self, parts=(*self.parts, part))

    def closed(self, closing: Closing, standing: Sequence[Hold]) -> Case:
        """Return the case, closed. standing: the holds that stand for it.

        Raises RefusedError where it is closed already, or still holds footage, which nobody would release any more.
        """
        self.expect_open()
        if standing:
            numbers = ", ".join(str(hold.number) for hold in standing)
            raise RefusedError(f"{self.id} still holds footage: release {numbers} first (`kuraban hold release`)")
        return replace(self, closing=closing)


def case_of(cases: Iterable[Case], case_id: str) -> Case:
    """Return a case by its id. Raises UnknownCaseError with those that there are."""
    known = {case.id: case for case in cases}
    if case_id not in known:
        raise UnknownCaseError(f"there is no case {case_id!r}; there are {', '.join(known) or 'none'}")
    return known[case_id]
