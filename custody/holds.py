"""Holds: footage that nothing may delete, by seconds of a camera, each for one case. Pure; the ledger decides.

A hold is the entry `hold.placed`, and is named by its number. It stands until `hold.released` names it. Several cases
may hold the same seconds: what one releases, the others still hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from custody.entries import LARGEST_WHOLE, Draft, Entry, utc_text
from custody.errors import RefusedError
from custody.fields import FieldError, Fields
from custody.intervals import Interval, merged, overlap
from custody.mandate import Mandate

PLACED: Final = "hold.placed"
RELEASED: Final = "hold.released"


@dataclass(frozen=True, slots=True)
class Hold:
    """number: of its entry. case: for which it stands. from_ms, to_ms: of the camera's footage, UTC milliseconds."""

    number: int
    case: str
    camera: str
    from_ms: int
    to_ms: int
    mandate: Mandate
    placed_at_ms: int

    @property
    def interval(self) -> Interval:
        """From when to when."""
        return self.from_ms, self.to_ms


class Holds:
    """The holds of one ledger, as its entries tell of them.

    unreadable: a sentence for each entry that tells of a hold and cannot be read. While there is one, nobody can tell
    what may be deleted.
    """

    def __init__(self) -> None:
        self.unreadable: list[str] = []
        self._standing: dict[int, Hold] = {}
        self._released: dict[int, int] = {}

    def take(self, entry: Entry) -> None:
        """Take the next entry of the ledger; those of other kinds are passed over."""
        try:
            if entry.kind == PLACED:
                self._standing[entry.seq] = _placed(entry)
            elif entry.kind == RELEASED:
                number = Fields(entry.body).whole("hold", LARGEST_WHOLE)
                if self._standing.pop(number, None) is not None:
                    self._released[number] = entry.seq
        except (FieldError, RefusedError) as error:
            self.unreadable.append(f"entry {entry.seq} ({entry.kind}): {error}")

    def standing(self, case: str | None = None) -> tuple[Hold, ...]:
        """Return the holds that stand, of one case or of all, in the order in which they were placed."""
        return tuple(hold for hold in self._standing.values() if case in {None, hold.case})

    def over(self, camera: str, stretch: Interval) -> tuple[Hold, ...]:
        """Return the holds that stand over any moment of a camera's footage."""
        return tuple(h for h in self.standing() if h.camera == camera and overlap(h.interval, stretch))

    def held(self, camera: str) -> tuple[Interval, ...]:
        """Return what of a camera's footage nothing may delete."""
        return merged(hold.interval for hold in self.standing() if hold.camera == camera)

    def hold(self, number: int) -> Hold:
        """Return a hold that stands. Raises RefusedError where none of that number does."""
        if number in self._released:
            raise RefusedError(f"hold {number} was released by entry {self._released[number]}")
        if number not in self._standing:
            standing = ", ".join(map(str, self._standing)) or "none"
            raise RefusedError(f"there is no hold {number}; those that stand: {standing}")
        return self._standing[number]

    def place(self, case: str, camera: str, stretch: Interval, mandate: Mandate, at_ms: int) -> Draft:
        """Return the entry that places a hold. Raises RefusedError where it holds nothing, or nothing more."""
        if stretch[0] >= stretch[1]:
            raise RefusedError("a hold ends after it begins: swap --from and --to")
        for hold in self.standing(case):
            if hold.camera == camera and hold.from_ms <= stretch[0] and stretch[1] <= hold.to_ms:
                raise RefusedError(f"{case} holds these seconds of {camera} already, by hold {hold.number}")
        return Draft(at_ms, PLACED, (mandate.by,), _body(case, camera, stretch, mandate))

    def release(self, number: int, mandate: Mandate, at_ms: int) -> Draft:
        """Return the entry that releases a hold. Raises RefusedError where none of that number stands."""
        hold = self.hold(number)
        body = {"hold": number, **_body(hold.case, hold.camera, hold.interval, mandate)}
        return Draft(at_ms, RELEASED, (mandate.by,), body)


def holds_of(entries: Iterable[Entry]) -> Holds:
    """Return the holds after these entries."""
    holds = Holds()
    for entry in entries:
        holds.take(entry)
    return holds


def _placed(entry: Entry) -> Hold:
    fields = Fields(entry.body)
    if len(entry.actors) != 1:
        raise FieldError("actors", str(len(entry.actors)), "the one who asked")
    interval = fields.inner("interval")
    hold = Hold(
        number=entry.seq,
        case=fields.identifier("case"),
        camera=fields.text("camera"),
        from_ms=interval.moment("from"),
        to_ms=interval.moment("to"),
        mandate=Mandate(entry.actors[0], fields.text("reason"), fields.text("authority")),
        placed_at_ms=entry.at_ms,
    )
    fields.close()
    return hold


def _body(case: str, camera: str, stretch: Interval, mandate: Mandate) -> Mapping[str, Any]:
    return {
        "case": case,
        "camera": camera,
        "interval": {"from": utc_text(stretch[0]), "to": utc_text(stretch[1])},
        "reason": mandate.reason,
        "authority": mandate.authority,
    }
