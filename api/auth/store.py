"""Where people and permissions are kept: the database for what holds now, the ledger for what was done.

The ledger is written first. Who is stopped in between finds an entry of something that did not come about, and never
something that came about without an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from api.auth.errors import UnknownCameraError
from api.auth.passwords import Passwords
from api.site import Site
from custody.entries import Draft
from custody.records import footage
from custody.records.database import Records
from vision.incidents import local_time


class Journal(Protocol):
    """What adds entries to the ledger."""

    def record(self, draft: Draft, /) -> object:
        """Add an entry; it is on the disk when this returns."""


@dataclass(frozen=True, slots=True)
class Store:
    """Both, of one site.

    current: gives the site file in force. now_ms: the service's own clock, UTC milliseconds. passwords: how they are
    hashed.
    """

    records: Records
    journal: Journal
    current: Callable[[], Site]
    now_ms: Callable[[], int]
    passwords: Passwords = field(default_factory=Passwords)

    @property
    def site(self) -> str:
        """The site's id."""
        return self.current().id

    def local(self, at_ms: int) -> str:
        """Return a moment, UTC milliseconds, as ISO 8601 with the site's offset."""
        return local_time(at_ms, self.current().timezone)

    def expect_cameras(self, named: Iterable[str]) -> None:
        """Raise UnknownCameraError where the site has no camera of one of these ids, and no footage of one either."""
        known = [camera.id for camera in self.current().cameras]
        missing = sorted(set(named) - set(known))
        if missing:
            with self.records.read() as connection:
                missing = sorted(set(missing) - set(footage.cameras(connection)))
        if missing:
            raise UnknownCameraError(f"there is no camera {', '.join(missing)}; there are {', '.join(known)}")
