"""When each item was last seen, by which camera and where. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from custody.books import Books
from custody.intervals import common
from custody.sightings import Seen, Watch


@dataclass(frozen=True, slots=True)
class LastSeen:
    """When a camera last saw an item, UTC milliseconds. slot: where it lay. incident: the one that tells of it.

    lasts: it is still seen there, and at_ms is now.
    """

    item: str
    at_ms: int
    camera: str | None
    slot: str
    lasts: bool
    incident: str | None


def last_seen(books: Books, watch: Watch, now_ms: int) -> tuple[LastSeen, ...]:
    """Return when each registered item was last seen in its slot, or in the slot that it was taken to; newest first.

    An item that was never seen is not among them.
    """
    newest: dict[str, LastSeen] = {}
    for seen in sorted(_sights(books, watch, now_ms), key=lambda seen: seen.at_ms):
        newest[seen.item] = seen
    return tuple(sorted(newest.values(), key=lambda seen: -seen.at_ms))


def _sights(books: Books, watch: Watch, now_ms: int) -> Iterator[LastSeen]:
    for item, registered in books.items.items():
        for claim in books.claims(item):
            slot = claim.slot if claim.out else registered.slot
            for sighting in watch.of(Seen.ITEM_PRESENT, slot) if slot is not None else ():
                for _, to_ms in common([sighting.interval], [claim.interval]):
                    at_ms = min(to_ms, now_ms)
                    yield LastSeen(item, at_ms, sighting.camera, sighting.subject, to_ms > now_ms, sighting.incident)
