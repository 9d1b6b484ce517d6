"""The signed sheet of a day, ready to be printed, with the newest checkpoint of the ledger."""

from __future__ import annotations

from datetime import date

from api.site import Site
from custody.books import Books, Written
from custody.checklist_pdf import Sheet
from custody.errors import RefusedError
from custody.ledger import LedgerReader
from custody.note import NoteError


def sheet_of(site: Site, ledger: LedgerReader, books: Books, day: date) -> Sheet:
    """Return the sheet of a day. books: of that ledger.

    Raises RefusedError where nobody has signed it, or where no checkpoint covers it: that would prove nothing.
    """
    written = books.sheet(day)
    if written is None:
        raise RefusedError(
            f"nobody has signed the sheet of {day}; sign it with `kuraban sign begin --kind checklist.signed`"
        )
    expected = books.expected_then(written)
    checkpoint = _checkpoint(ledger, written)
    return Sheet(site.name, site.timezone, written.signed, expected.terminals, expected.cards, checkpoint)


def _checkpoint(ledger: LedgerReader, sheet: Written) -> str:
    try:
        newest = ledger.checkpoint()
    except NoteError as error:
        raise RefusedError(
            f"{ledger.place}: its checkpoint cannot be read ({error}); run `kuraban ledger verify`"
        ) from error
    if newest is None or newest.checkpoint.size <= sheet.seq:
        raise RefusedError(
            f"no checkpoint covers the sheet, entry {sheet.seq}; make one with `kuraban ledger checkpoint`"
        )
    return newest.text()
