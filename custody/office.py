"""One office as its ledger tells it: entries in, incidents out. Pure; time is an argument.

Joins the books, the protocols of the day, the judgement of single entries and the chronology. What cameras saw is
held against the books by `reconcile`.
"""

from __future__ import annotations

from custody.acts import read_signed
from custody.books import Books
from custody.chronology import Chronology
from custody.closing import OfficeDays
from custody.entries import Entry, EntryError
from custody.judgement import judge
from custody.raising import About, Raiser, Spell
from custody.settings import CustodySettings
from vision.incidents import Incident


class Office:
    """Follows one site's ledger. An incident is returned when it is raised, and once more when it has ended."""

    def __init__(self, settings: CustodySettings, raiser: Raiser) -> None:
        self.books = Books()
        self._raiser = raiser
        self._days = OfficeDays(raiser.hours, settings, self.books, raiser)
        self._chronology = Chronology(settings, raiser)

    def take(self, entry: Entry) -> list[Incident]:
        """Take the next entry of the ledger; one whose body is not what its kind needs raises an incident."""
        try:
            signed = read_signed(entry)
        except EntryError as error:
            return [self._unreadable(entry, error)]
        raised = self._chronology.take(entry, signed)
        if signed is None:
            return raised
        raised += self.tick(signed.written_at_ms)
        written = self.books.take(entry.seq, signed)
        return raised + judge(written, self.books, self._raiser) + self._days.take(written)

    def tick(self, at_ms: int) -> list[Incident]:
        """Let time go on to a UTC moment in milliseconds; return what is late now, and what ended."""
        return self._days.tick(at_ms)

    def _unreadable(self, entry: Entry, error: EntryError) -> Incident:
        """Return that nobody can tell what an entry says; it cannot be changed any more, and the others go on."""
        spell = Spell.moment(entry.at_ms)
        return self._raiser.incident("entry_unreadable", spell, About(), str(error), seq=entry.seq)
