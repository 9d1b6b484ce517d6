"""The ledger against what cameras saw, both ways. Pure; time is an argument.

    state         seen, and no entry yet            entered, and not seen yet
    awaiting      the matching window is open       the matching window is open
    matched       an entry explains it              it was seen
    unexplained   the window has passed             -
    unsupported   -                                 the window has passed, or nobody could have seen it

The matching window reaches to both sides, and the clocks' skew is added to it. What nobody could see supports nothing
and contradicts nothing: it raises no incident.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product

from custody.acts import CheckIn, CheckOut, VaultLocked
from custody.books import Books, Claim, Written
from custody.intervals import FOREVER_MS, Interval, common, length_ms, overlap
from custody.raising import About, Raiser, Spell
from custody.settings import CustodySettings
from custody.sightings import TOGETHER_MS, Seen, Sighting, Watch, before
from vision.incidents import Incident
from vision.items import ItemKind


class State(StrEnum):
    """How an entry and a sight stand to each other; see the table."""

    AWAITING = "awaiting"
    MATCHED = "matched"
    UNEXPLAINED = "unexplained"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one sight or of one entry. at_ms: when it began or was written, UTC milliseconds.

    what: the sort of sight, or the kind of entry. subject: the item, vault or counter. reason: one sentence.
    entry: its number, for an entry. sighting: what was seen, for a sight, and for an entry what bears it out.
    """

    state: State
    what: str
    subject: str
    at_ms: int
    reason: str
    entry: int | None = None
    sighting: Sighting | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All verdicts, in the order of time, and what they raise, in the order in which it is raised."""

    verdicts: tuple[Verdict, ...]
    incidents: tuple[Incident, ...]


Found = tuple[Verdict, Incident | None]


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Holds the books against a watch as of one moment, now_ms, UTC milliseconds."""

    books: Books
    watch: Watch
    now_ms: int
    settings: CustodySettings
    raiser: Raiser

    def reconcile(self) -> Reconciliation:
        """Judge every sight and every entry."""
        found: list[Found] = []
        for vault in self.books.ever_of_kind(ItemKind.DOOR):
            found += self._openings(vault)
            found += self._people(vault)
            found += self._vault_entries(vault)
            found += self._left_open(vault)
        for item in self.books.items:
            found += self._moves(item)
            found += self._places(item)
        found += self._exposures()
        verdicts = sorted((verdict for verdict, _ in found), key=lambda verdict: verdict.at_ms)
        incidents = sorted((i for _, i in found if i is not None), key=lambda i: (i.raised_at_ms, i.id))
        return Reconciliation(tuple(verdicts), tuple(incidents))

    # Seen: is there an entry?

    def _openings(self, vault: str) -> Iterator[Found]:
        for sighting in self.watch.of(Seen.VAULT_OPEN, vault):
            if self._explains(vault, sighting):
                yield _of_sight(State.MATCHED, sighting, "the ledger has the vault open"), None
            elif self._waits(sighting.from_ms):
                yield _of_sight(State.AWAITING, sighting, "no entry yet"), None
            else:
                fact = f"{vault} was opened, and by the ledger it stayed locked"
                yield _of_sight(State.UNEXPLAINED, sighting, fact), self._unlogged(vault, sighting, fact)

    def _explains(self, vault: str, opening: Sighting) -> bool:
        """Tell whether the ledger explains an opening: around its entry, and until the lock but for the clocks.

        Who has written down the lock and opens once more owes another entry, even a minute later.
        """
        began = (opening.from_ms, opening.from_ms)
        spells = self.books.open_spells(vault)
        until_locked = [(opened_ms, locked_ms + self.settings.skew_ms) for opened_ms, locked_ms in spells]
        return any(overlap(began, stretch) for stretch in [*until_locked, *(self._around(s[0]) for s in spells)])

    def _unlogged(self, vault: str, sighting: Sighting, fact: str) -> Incident:
        people = self._seen_at(vault, self._wide(sighting.interval))
        tracks = tuple(sorted({track for seen in people for track in seen.tracks}))
        about = About(item=vault, camera=sighting.camera, tracks=tracks)
        ended_ms = self._over_ms(vault, sighting.interval[1])
        spell = Spell(sighting.from_ms, sighting.from_ms + self.settings.tolerance_ms, ended_ms)
        return self.raiser.incident("unlogged_vault_access", spell, about, fact)

    def _people(self, vault: str) -> Iterator[Found]:
        acts = [(written.at_ms, written.at_ms) for written in self.books.vault_acts(vault)]
        logged = [self._wide(stretch) for stretch in (*self.books.open_spells(vault), *acts)]
        for sighting in self.watch.of(Seen.AT_VAULT, vault):
            if any(overlap(sighting.interval, stretch) for stretch in logged):
                yield _of_sight(State.MATCHED, sighting, "the ledger has the vault open, opened or locked"), None
            elif self._waits(sighting.from_ms):
                yield _of_sight(State.AWAITING, sighting, "no entry yet"), None
            else:
                yield _of_sight(State.UNEXPLAINED, sighting, "somebody was at a vault that stayed locked"), None

    def _exposures(self) -> Iterator[Found]:
        for sighting in self.watch.of(Seen.UNATTENDED):
            stray = [item for item in sighting.items if not self._is_out(item, sighting.interval)]
            if not stray:
                yield _of_sight(State.MATCHED, sighting, "by the ledger it is out"), None
            elif self._waits(sighting.from_ms):
                yield _of_sight(State.AWAITING, sighting, "no entry yet"), None
            else:
                reason = f"{', '.join(stray)} lay there, and by the ledger it was in its vault"
                yield _of_sight(State.UNEXPLAINED, sighting, reason), None

    def _is_out(self, item: str, stretch: Interval) -> bool:
        claims = self.books.claims(item)
        return any(claim.out and overlap(claim.interval, self._wide(stretch)) for claim in claims)

    # Entered: was it seen?

    def _vault_entries(self, vault: str) -> Iterator[Found]:
        for written in filter(self._is_judged, self.books.vault_acts(vault)):
            if isinstance(written.act, VaultLocked):
                yield self._seen_shut(written, vault)
            else:
                yield self._supported(written, vault, Seen.VAULT_OPEN, "the door was seen open")
            if len(written.signed.names) > 1:
                yield from self._seen_together(written, vault)

    def _seen_shut(self, written: Written, vault: str) -> Found:
        """Say whether the door was shut by the end of the matching window; that it is locked, no camera can tell."""
        end_ms = written.at_ms + self.settings.tolerance_ms
        if self._waits(written.at_ms):
            return _of_entry(State.AWAITING, written, vault, "the door may still be shut"), None
        if any(overlap(s.interval, (end_ms, end_ms)) for s in self.watch.of(Seen.VAULT_OPEN, vault)):
            return _of_entry(State.UNSUPPORTED, written, vault, "the door was seen open"), None
        if self.watch.unseen(vault, (written.at_ms, end_ms)):
            reason = self.watch.why_unseen(vault, (written.at_ms, end_ms))
            return _of_entry(State.UNSUPPORTED, written, vault, reason), None
        return _of_entry(State.MATCHED, written, vault, "the door was seen shut"), None

    def _seen_together(self, written: Written, vault: str) -> Iterator[Found]:
        """Hold the number of signers against the number of people that were seen at the vault."""
        named = len(written.signed.names)
        stretch = self._around(written.at_ms)
        together = self._seen_at(vault, stretch)
        people = max((seen.people for seen in together), default=0)
        if people >= named:
            yield _of_entry(State.MATCHED, written, vault, f"{people} people were seen at the vault"), None
        elif self._waits(written.at_ms):
            yield _of_entry(State.AWAITING, written, vault, f"{people} people seen so far"), None
        elif self.watch.unseen(before(vault), stretch):
            yield _of_entry(State.UNSUPPORTED, written, vault, self.watch.why_unseen(before(vault), stretch)), None
        elif not people:
            yield _of_entry(State.UNSUPPORTED, written, vault, "nobody was seen at the vault"), None
        else:
            fact = f"entry {written.seq} names {named} people, and {people} was seen at {vault}"
            yield _of_entry(State.UNSUPPORTED, written, vault, fact), self._breach(written, vault, together, fact)

    def _breach(self, written: Written, vault: str, together: Sequence[Sighting], fact: str) -> Incident:
        tracks = tuple(sorted({track for seen in together for track in seen.tracks}))
        about = About(item=vault, camera=together[0].camera, tracks=tracks)
        _, told_ms = self._around(written.at_ms)
        spell = Spell(min(written.at_ms, together[0].from_ms), told_ms, told_ms)
        seen = max(sighting.people for sighting in together)
        why = {"fault": "seen alone", "seq": written.seq, "signers": list(written.signed.names), "seen": seen}
        return self.raiser.incident("two_person_breach", spell, about, fact, **why)

    def _moves(self, item: str) -> Iterator[Found]:
        for written in filter(self._is_judged, self.books.moves(item)):
            if written.signed.correction is not None:
                continue  # it sets a slip of the pen right, and nothing was moved
            match written.act:
                case CheckIn(vault=vault):
                    yield self._supported(written, vault, Seen.VAULT_OPEN, "the vault was seen open")
                case CheckOut(slot=slot) if (place := slot or self.books.items[item].slot) is not None:
                    yield self._supported(written, place, Seen.ITEM_PRESENT, "it was seen in its place")

    def _supported(self, written: Written, place: str, sort: Seen, reason: str) -> Found:
        """Say whether the cameras bear an entry out: what it tells was seen within the matching window."""
        stretch = self._around(written.at_ms)
        sights = [s for s in self.watch.of(sort, place) if overlap(s.interval, stretch)]
        if sights:
            return _of_entry(State.MATCHED, written, place, reason, sights[0]), None
        if self._waits(written.at_ms):
            return _of_entry(State.AWAITING, written, place, "not seen yet"), None
        if self.watch.unseen(place, stretch):
            return _of_entry(State.UNSUPPORTED, written, place, self.watch.why_unseen(place, stretch)), None
        return _of_entry(State.UNSUPPORTED, written, place, "nothing of it was seen"), None

    # Where the ledger says that something is, and where it is seen

    def _places(self, item: str) -> Iterator[Found]:
        registered = self.books.items[item]
        if registered.vault is None:
            return
        for claim in self.books.claims(item):
            place = claim.slot if claim.out else registered.slot
            if place is not None:
                yield from self._against(claim, place)

    def _against(self, claim: Claim, place: str) -> Iterator[Found]:
        """Raise where a place is seen otherwise than claimed for longer than the matching window, in sight."""
        contrary, agreeing = Seen.ITEM_PRESENT, Seen.ITEM_ABSENT
        if claim.out:
            contrary, agreeing = agreeing, contrary
        stretch = claim.interval
        ends = [max(s.from_ms, stretch[0]) for s in self.watch.of(agreeing, place) if overlap(s.interval, stretch)]
        sights = [s for s in self.watch.of(contrary, place) if common([s.interval], [stretch])]
        for run in _runs(sorted(sights, key=lambda s: s.from_ms), ends):
            yield self._contradiction(claim, place, run)

    def _contradiction(self, claim: Claim, place: str, run: Sequence[Sighting]) -> Found:
        seen = common([claim.interval], [s.interval for s in run])
        began_ms, ended_ms = seen[0][0], seen[-1][1]
        raised_ms = _after(seen, self.settings.tolerance_ms)
        if raised_ms is None:
            return self._brief(claim, place, run[0], seen), None
        if raised_ms > self.now_ms:
            return _of_sight(State.AWAITING, run[0], "no entry yet", claim.item), None
        spell = Spell(began_ms, raised_ms, self._over_ms(place, ended_ms, claim.interval[1]))
        return self._astray(claim, place, run[0], spell)

    def _astray(self, claim: Claim, place: str, sighting: Sighting, spell: Spell) -> Found:
        says = _contrary(claim, place)
        fault = "not there" if claim.out else "not in vault"
        about = About(item=claim.item, camera=sighting.camera)
        why = {"fault": fault, "slot": place, "seq": None if claim.entry is None else claim.entry.seq}
        incident = self.raiser.incident("item_not_where_ledger_says", spell, about, says, **why)
        return _of_sight(State.UNEXPLAINED, sighting, says, claim.item), incident

    def _brief(self, claim: Claim, place: str, first: Sighting, seen: Sequence[Interval]) -> Verdict:
        """Judge what was seen for less than the window: it is over, or nobody could see how it went on."""
        explained = claim.interval[1] <= seen[0][0] + self.settings.tolerance_ms
        if explained or self._over_ms(place, seen[-1][1]) is not None:
            return _of_sight(State.MATCHED, first, "it was so for a moment only", claim.item)
        says = f"{_contrary(claim, place)}; nobody could see it since"
        return _of_sight(State.AWAITING, first, says, claim.item)

    def _left_open(self, vault: str) -> Iterator[Found]:
        """Raise where a door whose opening was explained is seen open long after the ledger has locked it."""
        spells = self.books.open_spells(vault)
        locked = list(pairwise(edge for spell in (*spells, (FOREVER_MS, FOREVER_MS)) for edge in spell))[1::2]
        explained = (s for s in self.watch.of(Seen.VAULT_OPEN, vault) if self._explains(vault, s))
        for sighting, stretch in product(explained, locked):
            for began_ms, ended_ms in common([sighting.interval], [stretch]):
                raised_ms = began_ms + self.settings.tolerance_ms
                if raised_ms <= min(ended_ms, self.now_ms):
                    spell = Spell(began_ms, raised_ms, self._over_ms(vault, ended_ms, stretch[1]))
                    yield self._open_although_locked(vault, sighting, spell)

    def _open_although_locked(self, vault: str, sighting: Sighting, spell: Spell) -> Found:
        says = f"by the ledger {vault} is locked, and it is seen open"
        about = About(item=vault, camera=sighting.camera)
        incident = self.raiser.incident("item_not_where_ledger_says", spell, about, says, fault="left open")
        return _of_sight(State.UNEXPLAINED, sighting, says), incident

    def _over_ms(self, place: str, ended_ms: int, entry_ms: int = FOREVER_MS) -> int | None:
        """Return when something seen was over: None while it lasts, or where nobody could see the place since.

        entry_ms: when an entry put an end to it, at the latest.
        """
        if ended_ms == entry_ms <= self.now_ms:
            return ended_ms
        since = (ended_ms, self.now_ms)
        in_sight_ms = self.now_ms - ended_ms - length_ms(self.watch.unseen(place, since))
        return ended_ms if in_sight_ms > TOGETHER_MS else None

    def _is_judged(self, written: Written) -> bool:
        """Tell whether an entry can be judged: nobody has corrected it, and what was seen then is still kept."""
        kept = self._around(written.at_ms)[0] >= self.watch.from_ms
        return kept and written.seq not in self.books.corrections

    def _seen_at(self, vault: str, stretch: Interval) -> list[Sighting]:
        return [seen for seen in self.watch.of(Seen.AT_VAULT, vault) if overlap(seen.interval, stretch)]

    def _waits(self, at_ms: int) -> bool:
        return self.now_ms < at_ms + self.settings.tolerance_ms

    def _around(self, at_ms: int) -> Interval:
        return self._wide((at_ms, at_ms))

    def _wide(self, stretch: Interval) -> Interval:
        return stretch[0] - self.settings.tolerance_ms, stretch[1] + self.settings.tolerance_ms


def _contrary(claim: Claim, place: str) -> str:
    """Return in words that a place is seen otherwise than claimed."""
    if claim.out:
        return f"by the ledger {claim.item} is at {place}, and it is not there"
    return f"by the ledger {claim.item} is in its vault, and it is seen at {place}"


def _runs(sights: Sequence[Sighting], ends: Sequence[int]) -> Iterator[list[Sighting]]:
    """Give the sights that belong together: nothing else was seen in between, but the view may have been hidden."""
    run: list[Sighting] = []
    for sighting in sights:
        if run and any(run[-1].from_ms < end <= sighting.from_ms for end in ends):
            yield run
            run = []
        run.append(sighting)
    if run:
        yield run


def _after(intervals: Sequence[Interval], length_ms: int) -> int | None:
    """Return the moment at which that much of the intervals has passed, or None where they are shorter."""
    for from_ms, to_ms in intervals:
        if to_ms - from_ms >= length_ms:
            return from_ms + length_ms
        length_ms -= to_ms - from_ms
    return None


def _of_sight(state: State, sighting: Sighting, reason: str, subject: str | None = None) -> Verdict:
    about = sighting.subject if subject is None else subject
    return Verdict(state, sighting.what, about, sighting.from_ms, reason, sighting=sighting)


def _of_entry(state: State, written: Written, subject: str, reason: str, sighting: Sighting | None = None) -> Verdict:
    return Verdict(state, written.act.KIND, subject, written.at_ms, reason, written.seq, sighting)
