"""All that a search in the running office finds, page by page, so that nothing loads a whole history at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from api.runtime.office import LiveOffice
from custody.entries import Entry
from custody.records import entries, incidents
from vision.incidents import Incident

_AT_ONCE: Final = 500


def every_entry(office: LiveOffice, query: entries.Query) -> Iterator[Entry]:
    """Give the entries of the ledger that a query asks for, the newest first."""
    before: int | None = None
    while True:
        with office.records.read() as connection:
            found = entries.search(connection, query, before, _AT_ONCE)
        if not found:
            return
        yield from office.ledger.some(found)
        before = found[-1]


def every_incident(office: LiveOffice, query: incidents.Query) -> Iterator[Incident]:
    """Give the incidents that a query asks for, the newest first."""
    cursor: incidents.Cursor | None = None
    while True:
        with office.records.read() as connection:
            page = incidents.search(connection, query, cursor, _AT_ONCE)
        yield from (kept.incident for kept in page.kept)
        cursor = page.next
        if cursor is None:
            return
