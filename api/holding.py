"""Cases and holds of one office whose ledger is open to write: placed, released and closed, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from api.found import every_entry
from api.incidents import SEALED
from api.runtime.office import LiveOffice
from custody.case_store import CaseStore
from custody.cases import Case, Closing
from custody.entries import Entry
from custody.hold_marks import Media, set_marks
from custody.holds import Hold, holds_of
from custody.incidents import read_clips
from custody.intervals import Interval
from custody.ledger import Ledger
from custody.mandate import Mandate
from custody.records.entries import Query


def sealed_media(office: LiveOffice) -> Iterator[Media]:
    """Give the sealed clips of a running office; a name that leads out of its folder is none of them."""
    folder = office.folder.resolve()
    for _, clip in read_clips(every_entry(office, Query(kinds=frozenset({SEALED})))):
        path = (folder / clip.file).resolve()
        if path.is_relative_to(folder):
            yield Media(path, clip.camera, clip.delivered)


class Holding:
    """The holds that stand, kept up to date with the ledger. Threads may share one.

    Its methods raise RefusedError where holds or a case forbid what was asked, and what ledger and store raise.
    """

    def __init__(self, ledger: Ledger, cases: CaseStore, media: Callable[[], Iterable[Media]]) -> None:
        """Follow a ledger. media: the sealed clips of the office, which are marked as the holds are.

        The marks are set before and after each change: what a crash left undone is made good.
        """
        self._ledger = ledger
        self._cases = cases
        self._media = media
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._holds = holds_of(ledger)
        ledger.on_recorded(self._take)

    @property
    def unreadable(self) -> Sequence[str]:
        """A sentence for each entry that tells of a hold and cannot be read; see `Holds`."""
        return self._holds.unreadable

    def standing(self, case: str | None = None) -> tuple[Hold, ...]:
        """Return the holds that stand, of one case or of all."""
        with self._state:
            return self._holds.standing(case)

    def find(self, number: int) -> Hold:
        """Return a hold that stands. Raises RefusedError where none of that number does."""
        with self._state:
            return self._holds.hold(number)

    def place(self, case: str, camera: str, stretch: Interval, mandate: Mandate, at_ms: int) -> Hold:
        """Hold the footage of a camera for a case that is open."""
        with self._turn:
            self._cases.case(case).expect_open()
            self._mark()
            with self._state:
                draft = self._holds.place(case, camera, stretch, mandate, at_ms)
            placed = self.find(self._ledger.record(draft).seq)
            self._mark()
            return placed

    def release(self, number: int, mandate: Mandate, at_ms: int) -> tuple[Hold, ...]:
        """Release a hold; return those of which some of the same footage is still held."""
        with self._turn:
            self._mark()
            with self._state:
                hold = self._holds.hold(number)
                draft = self._holds.release(number, mandate, at_ms)
            self._ledger.record(draft)
            self._mark()
            with self._state:
                return self._holds.over(hold.camera, hold.interval)

    def close_case(self, case: str, closing: Closing) -> Case:
        """Close a case that holds no footage any more; nobody places a hold for it meanwhile."""
        with self._turn:
            return self._cases.close(case, closing, self.standing(case))

    def _mark(self) -> None:
        media = tuple(self._media())
        with self._state:
            set_marks(media, self._holds)

    def _take(self, added: Sequence[Entry]) -> None:
        with self._state:
            for entry in added:
                self._holds.take(entry)
