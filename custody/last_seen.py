"""When each item was last seen, by which camera and where. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from custody.books import Books
from custody.intervals import common
from custody.sightings import Seen, Sighting, Watch


@dataclass(frozen=True, slots=True)
class LastSeen:
    """When a camera last saw an item, UTC milliseconds. slot: where it lay.

    lasts: it is still seen there, and at_ms is now.
    """

    item: str
    at_ms: int
    camera: str | None
    slot: str
    lasts: bool


def last_seen(books: Books, watch: Watch, now_ms: int) -> tuple[LastSeen, ...]:
    """Return when each registered item was last seen in its slot, or in the slot that it was taken to; newest first.

    What nobody has registered is known by its slot, which bears its name. What was never seen is not among them.
    """
    newest: dict[str, LastSeen] = {}
    sights = [*_registered(books, watch, now_ms), *_unregistered(books, watch, now_ms)]
    for seen in sorted(sights, key=lambda seen: seen.at_ms):
        newest[seen.item] = seen
    return tuple(sorted(newest.values(), key=lambda seen: -seen.at_ms))


def _registered(books: Books, watch: Watch, now_ms: int) -> Iterator[LastSeen]:
    for item, registered in books.items.items():
        for claim in books.claims(item):
            slot = claim.slot if claim.out else registered.slot
            for sighting in watch.of(Seen.ITEM_PRESENT, slot) if slot is not None else ():
                for _, to_ms in common([sighting.interval], [claim.interval]):
                    yield _seen(item, sighting, to_ms, now_ms)


def _unregistered(books: Books, watch: Watch, now_ms: int) -> Iterator[LastSeen]:
    known = {*books.items, *(item.slot for item in books.items.values())}
    for sighting in watch.of(Seen.ITEM_PRESENT):
        if sighting.subject not in known:
            yield _seen(sighting.subject, sighting, sighting.interval[1], now_ms)


def _seen(item: str, sighting: Sighting, to_ms: int, now_ms: int) -> LastSeen:
    return LastSeen(item, min(to_ms, now_ms), sighting.camera, sighting.subject, to_ms > now_ms)
