"""One office as its ledger tells it: entries in, incidents out. Pure; time is an argument.

Joins the books, the protocols of the day, the judgement of single entries and the chronology; `judged` holds what
cameras saw against them, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from custody.acts import read_signed
from custody.books import Books
from custody.chronology import Chronology
from custody.closing import OfficeDays, Running
from custody.entries import Entry, EntryError
from custody.judgement import judge
from custody.raising import About, Raiser, Spell
from custody.reconcile import Reconciler
from custody.settings import CustodySettings
from custody.sightings import Watch
from vision.incidents import Incident, as_they_stand


class Office:
    """Follows one site's ledger. An incident is returned when it is raised, and once more when it has ended."""

    def __init__(self, settings: CustodySettings, raiser: Raiser) -> None:
        self.books = Books()
        self.at_ms = 0
        self._raiser = raiser
        self._days = OfficeDays(raiser.hours, settings, self.books, raiser)
        self._chronology = Chronology(settings, raiser)

    @property
    def running(self) -> Running | None:
        """The protocol that runs, by the calendar; None before the first has begun."""
        return self._days.running

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
        self.at_ms = max(self.at_ms, at_ms)
        return self._days.tick(at_ms)

    def _unreadable(self, entry: Entry, error: EntryError) -> Incident:
        """Return that nobody can tell what an entry says; it cannot be changed any more, and the others go on."""
        spell = Spell.moment(entry.at_ms)
        return self._raiser.incident("entry_unreadable", spell, About(), str(error), seq=entry.seq)


def judged(
    entries: Iterable[Entry], watch: Watch, until_ms: int, settings: CustodySettings, raiser: Raiser
) -> tuple[Incident, ...]:
    """Return what a ledger raises, alone and against what cameras saw, as it stands in the end.

    until_ms: UTC milliseconds of the last sight. Entries that were written later are judged as well, all of it as of
    the last of them; the watch says of that time that there is no footage. What the ledger raises alone names the
    camera that could see then what it is about, if one could.
    """
    office = Office(settings, raiser)
    raised = [incident for entry in entries for incident in office.take(entry)]
    raised += office.tick(until_ms)
    raised += Reconciler(office.books, watch, office.at_ms, settings, raiser).reconcile().incidents
    return tuple(_in_view(incident, watch) for incident in as_they_stand(raised))


def _in_view(incident: Incident, watch: Watch) -> Incident:
    """Return an incident with the camera that could see its item, or the vault of its entry, when it began."""
    places = (incident.item, incident.why.get("vault"))
    found = (watch.camera_at(str(place), incident.began_at_ms) for place in places if place is not None)
    camera = incident.camera or next(filter(None, found), None)
    return replace(incident, camera=camera, evidence=replace(incident.evidence, camera=camera))
