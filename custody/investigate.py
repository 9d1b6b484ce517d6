"""From a count that does not agree to what may explain it. Pure: nothing is fetched, and no clip is cut here.

The window reaches from the last count that agreed to the one that does not. All that the ledger and the cameras say
of that time is put in order and ranked by how well it would explain the loss; the answer also says how much of the
window nobody saw. A rank is an order in which to look, and no verdict on anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from custody.acts import TERMINALS, CheckIn, CheckOut, VaultLocked, VaultOpened
from custody.books import Books, Claim, Written
from custody.clues import INCIDENTS, TOLD_BY, WEIGHTS, Clue, Fact, Place
from custody.incidents import CAMERA_BLIND
from custody.intervals import FOREVER_MS, Interval, common, length_ms, merged, overlap
from custody.reconcile import Reconciler, State, Verdict
from custody.sightings import Seen, Sighting, Watch
from vision.incidents import Incident
from vision.items import ItemKind

CLUES: Final = MappingProxyType({CheckOut: Clue.HANDLED, CheckIn: Clue.HANDLED, VaultOpened: Clue.OPENING})
"""What an entry is that nothing speaks against."""


class InvestigationError(ValueError):
    """There is nothing to investigate between these counts; the message says what to name instead."""


@dataclass(frozen=True, slots=True)
class LossWindow:
    """From the last agreed count, or from the first thing that is known, to the count that does not agree."""

    item: str
    from_ms: int
    last_agreed: Written | None
    disagreement: Written

    @property
    def interval(self) -> Interval:
        """From when to when, UTC milliseconds."""
        return self.from_ms, self.disagreement.at_ms


@dataclass(frozen=True, slots=True)
class Investigation:
    """facts: in the order of time. unseen: when nobody could see the place where the item was, by the ledger.

    Of all terminals together: the place of any one of them, for any one may be the one that is missing.
    """

    window: LossWindow
    facts: tuple[Fact, ...]
    unseen: tuple[Interval, ...]

    @property
    def ranked(self) -> tuple[Fact, ...]:
        """The facts, those first that explain the loss best; of equal ones the earlier first."""
        return tuple(sorted(self.facts, key=lambda fact: (-fact.weight, fact.from_ms)))

    @property
    def unseen_share(self) -> float:
        """How much of the window nobody saw, 0 to 1."""
        from_ms, to_ms = self.window.interval
        return length_ms(self.unseen) / (to_ms - from_ms) if to_ms > from_ms else 0.0


def loss_window(books: Books, item: str, from_seq: int | None = None, to_seq: int | None = None) -> LossWindow:
    """Return the window to investigate: by the numbers of two counts, or the newest disagreement and what is before.

    Raises InvestigationError where the item has no such counts.
    """
    counts = books.counts(books.subject_of(item))
    if not counts:
        raise InvestigationError(f"nobody has counted {item}: name a batch of cards, a terminal, or {TERMINALS}")
    numbers = ", ".join(str(counted.written.seq) for counted in counts)
    wrong = [c for c in counts if (not c.is_right if to_seq is None else c.written.seq == to_seq)]
    if not wrong:
        found = "every count agrees" if to_seq is None else f"entry {to_seq} is no count"
        raise InvestigationError(f"{found} for {item}; its counts are the entries {numbers}")
    last = wrong[-1].written
    before = [c for c in counts if c.written.seq < last.seq]
    right = [c for c in before if (c.is_right if from_seq is None else c.written.seq == from_seq)]
    if from_seq is not None and not right:
        raise InvestigationError(f"entry {from_seq} is no count of {item} before entry {last.seq}: {numbers}")
    if right:
        return LossWindow(item, right[-1].written.at_ms, right[-1].written, last)
    return LossWindow(item, _first_ms(books, item), None, last)


def investigate(reconciler: Reconciler, incidents: Sequence[Incident], window: LossWindow) -> Investigation:
    """Return all that may explain a loss. reconciler: the books and the watch as of the time of asking."""
    items = _items(reconciler.books, window.item)
    inquiry = _Inquiry(reconciler.books, reconciler.watch, incidents, window, items)
    verdicts = reconciler.reconcile().verdicts
    facts = [
        *inquiry.of_sights(verdicts),
        *inquiry.of_entries(verdicts),
        *inquiry.of_corrections(),
        *inquiry.of_incidents(),
        *inquiry.of_gaps(),
    ]
    inside = [fact for fact in facts if overlap((fact.from_ms, fact.to_ms), window.interval)]
    ordered = sorted(inside, key=lambda fact: (fact.from_ms, -fact.weight))
    return Investigation(window, tuple(ordered), inquiry.unseen())


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """The window, and the items that may be what is missing: the one that was named, or all terminals."""

    books: Books
    watch: Watch
    incidents: Sequence[Incident]
    window: LossWindow
    items: tuple[str, ...]

    @property
    def claims(self) -> Iterator[Claim]:
        """What the ledger said of the items in the window."""
        claims = (claim for item in self.items for claim in self.books.claims(item))
        return (claim for claim in claims if overlap(claim.interval, self.window.interval))

    def of_sights(self, verdicts: Iterable[Verdict]) -> Iterator[Fact]:
        """Give what was seen. One sight may contradict the ledger in several ways: the weightiest one counts."""
        best: dict[Sighting, Fact] = {}
        for verdict in verdicts:
            sighting = verdict.sighting
            if verdict.entry is not None or sighting is None or (clue := self._clue(verdict, sighting)) is None:
                continue
            fact = self._seen(clue, sighting, verdict.reason)
            if sighting not in best or best[sighting].weight < fact.weight:
                best[sighting] = fact
        yield from best.values()

    def of_entries(self, verdicts: Iterable[Verdict]) -> Iterator[Fact]:
        """Give each handling of the item and each opening of a vault by its entry, and what no camera bears out.

        An opening that was seen is told by its sight. What was corrected, and what corrects it, is told as such.
        """
        judged = {(verdict.entry, verdict.state): verdict for verdict in reversed(list(verdicts))}
        for written in self._entries():
            if written.seq in self.books.corrections or written.signed.correction is not None:
                continue
            unsupported = judged.get((written.seq, State.UNSUPPORTED))
            matched = judged.get((written.seq, State.MATCHED))
            clue = CLUES.get(type(written.act)) if unsupported is None else Clue.UNSUPPORTED
            told = clue is Clue.OPENING and matched is not None
            if clue is not None and not told:
                says = f"entry {written.seq} ({written.act.KIND}) by {', '.join(written.signed.names)}"
                reason = "" if unsupported is None else f": {unsupported.reason}"
                yield self._written(clue, written, says + reason)

    def of_corrections(self) -> Iterator[Fact]:
        """Give the corrections of entries about the item, or about a vault."""
        entries = {written.seq for written in self._entries()}
        for corrected, written in self.books.corrections.items():
            correction = written.signed.correction
            if correction is not None and {corrected, written.seq} & entries:
                says = f"entry {written.seq} corrects entry {corrected}: {correction.reason}"
                yield self._written(Clue.CORRECTED, written, says)

    def of_incidents(self) -> Iterator[Fact]:
        """Give the facts that incidents are, where nothing else tells of them."""
        for incident in self.incidents:
            clue = INCIDENTS.get(incident.rule)
            if clue is not None:
                yield self._of_incident(clue, incident)

    def of_gaps(self) -> Iterator[Fact]:
        """Give each stretch in which nobody could see where the item was, less heavy where it was out of reach."""
        for stretch in self.unseen():
            places = {self._place(claim): None for claim in self._claims_in(stretch)}
            gaps = (gap for place in places for gap in self.watch.gaps_of(place, stretch))
            camera = next((gap.camera for gap in gaps), None)
            whole = WEIGHTS[Clue.BLIND].weight
            yield Fact(
                clue=Clue.BLIND,
                subject=self.window.item,
                from_ms=stretch[0],
                to_ms=stretch[1],
                camera=camera,
                says=self._why_unseen(stretch),
                weight=whole if self._reached(stretch) else whole // 4,
                incident=self._incident((CAMERA_BLIND,), camera, stretch),
            )

    def unseen(self) -> tuple[Interval, ...]:
        """Return when in the window nobody could see the place where an item was, by the ledger."""
        blind: list[Interval] = []
        for claim in self.claims:
            for stretch in common([claim.interval], [self.window.interval]):
                blind += self.watch.unseen(self._place(claim), stretch)
        return merged(blind)

    def _claims_in(self, stretch: Interval) -> list[Claim]:
        return [claim for claim in self.claims if common([claim.interval], [stretch])]

    def _place(self, claim: Claim) -> str | None:
        """Return where the item was by the ledger, if that is a place that a camera could look at."""
        return claim.slot if claim.out else self.books.items[claim.item].vault

    def _why_unseen(self, stretch: Interval) -> str:
        places = {self._place(claim) or "where it was" for claim in self._claims_in(stretch)}
        return "; ".join(self.watch.why_unseen(place, stretch) for place in sorted(places))

    def _of_incident(self, clue: Clue, incident: Incident) -> Fact:
        stretch = (incident.began_at_ms, _over_ms(incident, incident.raised_at_ms))
        signers = incident.why.get("signers", ())
        return Fact(
            clue=clue,
            subject=incident.item or incident.zone or incident.camera or incident.site,
            from_ms=stretch[0],
            to_ms=stretch[1],
            camera=incident.camera,
            says=str(incident.why.get("fact", incident.rule)),
            weight=self._weight(clue, stretch),
            logged=tuple(signers) if isinstance(signers, list | tuple) else (),
            present=incident.tracks,
            incident=incident.id,
        )

    def _entries(self) -> Iterator[Written]:
        for item in self.items:
            yield from self.books.moves(item)
        for vault in self.books.ever_of_kind(ItemKind.DOOR):
            yield from self.books.vault_acts(vault)

    def _written(self, clue: Clue, written: Written, says: str) -> Fact:
        subject, at_ms = self._subject(written), written.at_ms
        weight = self._weight(clue, (at_ms, at_ms))
        camera = self.watch.camera_at(subject, at_ms)
        return Fact(clue, subject, at_ms, at_ms, camera, says, weight, logged=written.signed.names, entry=written.seq)

    def _subject(self, written: Written) -> str:
        match written.act:
            case (
                CheckOut(item=subject)
                | CheckIn(item=subject)
                | VaultOpened(vault=subject)
                | VaultLocked(vault=subject)
            ):
                return subject
        return self.window.item

    def _clue(self, verdict: Verdict, sighting: Sighting) -> Clue | None:
        """Return what a sight is for this item; None where it has nothing to do with it."""
        own = verdict.subject in self.items
        unexplained = verdict.state is State.UNEXPLAINED
        gone = unexplained or verdict.state is State.AWAITING
        left_since = gone and sighting.from_ms >= self.window.from_ms
        match sighting.what:
            case Seen.VAULT_OPEN:
                return Clue.UNLOGGED_OPENING if unexplained else Clue.OPENING
            case Seen.ITEM_ABSENT if left_since:
                return Clue.REMOVED if own else Clue.NEIGHBOUR_REMOVED
            case Seen.ITEM_PRESENT if unexplained and own:
                return Clue.ELSEWHERE
            case Seen.AT_VAULT if unexplained:
                return Clue.AT_VAULT
            case Seen.UNATTENDED if self._lay_there(sighting):
                return Clue.EXPOSED
        return None

    def _seen(self, clue: Clue, sighting: Sighting, says: str) -> Fact:
        from_ms, to_ms = self._stretch(sighting)
        return Fact(
            clue=clue,
            subject=sighting.subject,
            from_ms=from_ms,
            to_ms=to_ms,
            camera=sighting.camera,
            says=says,
            weight=self._weight(clue, (sighting.from_ms, sighting.from_ms)),
            logged=self._logged(sighting),
            present=self._present(sighting, (from_ms, to_ms)),
            incident=sighting.incident or self._told_by(sighting),
        )

    def _stretch(self, sighting: Sighting) -> Interval:
        """Return the part of the window that a sight tells of; of an absence, when it came about."""
        from_ms, to_ms = self.window.interval
        if sighting.what is Seen.ITEM_ABSENT:
            there = [s.interval[1] for s in self.watch.of(Seen.ITEM_PRESENT, sighting.subject)]
            return max([from_ms, *(at_ms for at_ms in there if at_ms <= sighting.from_ms)]), sighting.from_ms
        return sighting.from_ms, max(min(sighting.interval[1], to_ms), sighting.from_ms)

    def _told_by(self, sighting: Sighting) -> str | None:
        return self._incident(TOLD_BY.get(sighting.what, ()), sighting.subject, sighting.interval)

    def _incident(self, rules: Sequence[str], subject: str | None, stretch: Interval) -> str | None:
        """Return the incident that tells of the same, of the first of these rules that has one."""
        about = [i for i in self.incidents if subject in {i.item, i.camera, i.why.get("slot")}]
        then = [i for i in about if overlap((i.began_at_ms, _over_ms(i, FOREVER_MS)), stretch)]
        return next((i.id for rule in rules for i in then if i.rule == rule), None)

    def _lay_there(self, sighting: Sighting) -> bool:
        slots = {claim.slot for claim in self.claims if claim.out and overlap(claim.interval, sighting.interval)}
        return bool({*self.items, *slots} & set(sighting.items))

    def _logged(self, sighting: Sighting) -> tuple[str, ...]:
        """Return who had signed for the vault, or for the items, when something was seen."""
        if sighting.what in {Seen.VAULT_OPEN, Seen.AT_VAULT}:
            histories = [self.books.vault_acts(sighting.subject)]
        else:
            histories = [self.books.moves(item) for item in self.items]
        newest = [next((w for w in reversed(history) if w.at_ms <= sighting.from_ms), None) for history in histories]
        in_force = [w for w in newest if w is not None and isinstance(w.act, VaultOpened | CheckOut)]
        return tuple(dict.fromkeys(name for written in in_force for name in written.signed.names))

    def _present(self, sighting: Sighting, stretch: Interval) -> tuple[str, ...]:
        """Return the tracks that were in a sight, at the vault, or in a zone of a camera that looks at the place."""
        cameras = self.watch.cameras.get(sighting.subject, ())
        around = [
            *self.watch.of(Seen.AT_VAULT, sighting.subject),
            *(seen for seen in self.watch.of(Seen.IN_ZONE) if seen.camera in cameras),
        ]
        near = [seen for seen in around if overlap(seen.interval, stretch)]
        return tuple(sorted({track for seen in (sighting, *near) for track in seen.tracks}))

    def _weight(self, clue: Clue, stretch: Interval) -> int:
        table = WEIGHTS[clue]
        places = {Place.OUT if c.out else Place.VAULT for c in self.claims if overlap(c.interval, stretch)}
        near = table.place is Place.ANYWHERE or table.place in places
        return table.weight if near else table.weight // 4

    def _reached(self, stretch: Interval) -> bool:
        """Tell whether the item was out, or its vault open, at some time in a stretch."""
        out = any(claim.out and overlap(claim.interval, stretch) for claim in self.claims)
        vaults = self.books.ever_of_kind(ItemKind.DOOR)
        return out or any(overlap(spell, stretch) for vault in vaults for spell in self.books.open_spells(vault))


def _over_ms(incident: Incident, lasting_ms: int) -> int:
    """Return when an incident was over, UTC milliseconds; `lasting_ms` where it was not."""
    return lasting_ms if incident.ended_at_ms is None else incident.ended_at_ms


def _items(books: Books, item: str) -> tuple[str, ...]:
    return books.ever_of_kind(ItemKind.TERMINAL) if item == TERMINALS else (item,)


def _first_ms(books: Books, item: str) -> int:
    """Return the first moment of which the ledger says anything about an item."""
    first_count = books.counts(books.subject_of(item))[0].written.at_ms
    claims = (claim for one in _items(books, item) for claim in books.claims(one)[:1])
    return min([first_count, *(claim.from_ms for claim in claims)])
