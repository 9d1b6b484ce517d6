"""Whether the times on the ledger can be true: entries that tell of a past too far back, and clocks set back. Pure.

The order of the ledger is that of writing. Whoever signs chooses the moment that an entry tells of; the moment of the
signature is the service's own.
"""

from __future__ import annotations

from custody.acts import Signed
from custody.entries import Entry, utc_text
from custody.raising import About, Raiser, Spell
from custody.settings import CustodySettings
from vision.incidents import Incident


class Chronology:
    """Follows the times of a ledger's entries in the order in which they were written."""

    def __init__(self, settings: CustodySettings, raiser: Raiser) -> None:
        self._late_ms = round(settings.late_entry_s * 1000)
        self._skew_ms = settings.skew_ms
        self._raiser = raiser
        self._newest_ms: int | None = None
        self._is_back = False

    def take(self, entry: Entry, signed: Signed | None) -> list[Incident]:
        """Take the next entry, and what people signed with it, if they did; return what cannot be."""
        written_ms = entry.at_ms if signed is None else signed.written_at_ms
        raised = self._clock(entry, written_ms)
        if signed is not None and written_ms - entry.at_ms > self._late_ms:
            raised.append(self._back_dated(entry, signed))
        return raised

    def _clock(self, entry: Entry, written_ms: int) -> list[Incident]:
        """Return an incident where the clock is behind entries that stand already; once, until it has caught up."""
        newest_ms = self._newest_ms
        self._newest_ms = written_ms if newest_ms is None else max(newest_ms, written_ms)
        was_back, self._is_back = self._is_back, newest_ms is not None and written_ms < newest_ms - self._skew_ms
        if newest_ms is None or not self._is_back or was_back:
            return []
        back_s = round((newest_ms - written_ms) / 1000)
        fact = f"entry {entry.seq} was written at {utc_text(written_ms)}, after one of {utc_text(newest_ms)}"
        spell = Spell.moment(written_ms)
        return [self._raiser.incident("clock_set_back", spell, About(), fact, seq=entry.seq, back_s=back_s)]

    def _back_dated(self, entry: Entry, signed: Signed) -> Incident:
        item = entry.body.get("item")
        fact = f"entry {entry.seq} ({entry.kind}) tells of {utc_text(entry.at_ms)}, and was signed at "
        fact += utc_text(signed.written_at_ms)
        late_s = round((signed.written_at_ms - entry.at_ms) / 1000)
        spell, about = Spell.moment(signed.written_at_ms), About(item=item if isinstance(item, str) else None)
        return self._raiser.incident(
            "entry_back_dated", spell, about, fact, seq=entry.seq, late_s=late_s, signers=list(signed.names)
        )
