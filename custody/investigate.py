"""From a count that does not agree to what may explain it. Pure: nothing is fetched, and no clip is cut here.

The window reaches from the last count that agreed to the one that does not. All that the ledger and the cameras say
of that time is put in order and ranked by how well it would explain the loss; the answer also says how much of the
window nobody saw. A rank is an order in which to look, and no verdict on anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from custody.acts import TERMINALS, CheckIn, CheckOut, VaultOpened
from custody.books import Books, Claim, Written
from custody.clues import INCIDENTS, WEIGHTS, Clue, Fact, Place
from custody.intervals import Interval, common, length_ms, merged, overlap
from custody.reconcile import Reconciler, State, Verdict
from custody.sightings import Seen, Sighting, Watch
from vision.incidents import Incident
from vision.items import ItemKind


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
    inquiry = _Inquiry(reconciler.books, reconciler.watch, window, _items(reconciler.books, window.item))
    verdicts = reconciler.reconcile().verdicts
    facts = [
        *inquiry.of_sights(verdicts),
        *inquiry.of_entries(verdicts),
        *inquiry.of_corrections(),
        *(fact for incident in incidents for fact in inquiry.of_incident(incident)),
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
        """Give the handlings of the item, and the entries about it or its vault that no camera bears out."""
        entries = {written.seq: written for written in self._entries()}
        for verdict in verdicts:
            written = None if verdict.entry is None else entries.get(verdict.entry)
            if written is None:
                continue
            said = f"entry {written.seq} ({verdict.what})"
            if verdict.state is State.UNSUPPORTED:
                yield self._written(Clue.UNSUPPORTED, written, f"{said}: {verdict.reason}")
            elif isinstance(written.act, CheckOut | CheckIn):
                yield self._written(Clue.HANDLED, written, f"{said} by {', '.join(written.signed.names)}")

    def of_corrections(self) -> Iterator[Fact]:
        """Give the corrections of entries about the item, or about a vault."""
        entries = {written.seq for written in self._entries()}
        for corrected, written in self.books.corrections.items():
            correction = written.signed.correction
            if correction is not None and {corrected, written.seq} & entries:
                says = f"entry {written.seq} corrects entry {corrected}: {correction.reason}"
                yield self._written(Clue.CORRECTED, written, says)

    def of_incident(self, incident: Incident) -> Iterator[Fact]:
        """Give the fact that an incident is, where nothing else tells of it."""
        clue = INCIDENTS.get(incident.rule)
        if clue is None:
            return
        to_ms = incident.raised_at_ms if incident.ended_at_ms is None else incident.ended_at_ms
        says = str(incident.why.get("fact", incident.rule))
        stretch = (incident.began_at_ms, to_ms)
        signers = incident.why.get("signers", ())
        yield Fact(
            clue=clue,
            from_ms=stretch[0],
            to_ms=stretch[1],
            camera=incident.camera,
            says=says,
            weight=self._weight(clue, stretch),
            logged=tuple(signers) if isinstance(signers, list | tuple) else (),
            present=incident.tracks,
            incident=incident.id,
        )

    def of_gaps(self) -> Iterator[Fact]:
        """Give each stretch in which nobody could see where the item was while it could be reached."""
        for from_ms, to_ms in self.unseen():
            reached = self._reached((from_ms, to_ms))
            gaps = [gap for gap in self.watch.gaps if overlap(gap.interval, (from_ms, to_ms))]
            reasons = sorted({f"{gap.camera} {gap.why}" for gap in gaps}) or ["no camera looks there"]
            camera = gaps[0].camera if gaps else None
            weight = WEIGHTS[Clue.BLIND].weight if reached else WEIGHTS[Clue.BLIND].weight // 4
            yield Fact(Clue.BLIND, from_ms, to_ms, camera, f"nobody could see it: {', '.join(reasons)}", weight)

    def unseen(self) -> tuple[Interval, ...]:
        """Return when in the window nobody could see the place where an item was, by the ledger."""
        blind: list[Interval] = []
        for claim in self.claims:
            place = claim.slot if claim.out else self.books.items[claim.item].vault
            for stretch in common([claim.interval], [self.window.interval]):
                blind += self.watch.unseen(place, stretch)
        return merged(blind)

    def _entries(self) -> Iterator[Written]:
        for item in self.items:
            yield from self.books.moves(item)
        for vault in self.books.of_kind(ItemKind.DOOR):
            yield from self.books.vault_acts(vault)

    def _written(self, clue: Clue, written: Written, says: str) -> Fact:
        stretch = (written.at_ms, written.at_ms)
        weight = self._weight(clue, stretch)
        return Fact(clue, *stretch, None, says, weight, logged=written.signed.names, entry=written.seq)

    def _clue(self, verdict: Verdict, sighting: Sighting) -> Clue | None:
        """Return what a sight is for this item; None where it has nothing to do with it."""
        own = verdict.subject in self.items
        unexplained = verdict.state is State.UNEXPLAINED
        left_since = unexplained and sighting.from_ms >= self.window.from_ms
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
        to_ms = min(sighting.interval[1], self.window.interval[1])
        return Fact(
            clue=clue,
            from_ms=sighting.from_ms,
            to_ms=max(to_ms, sighting.from_ms),
            camera=sighting.camera,
            says=says,
            weight=self._weight(clue, (sighting.from_ms, sighting.from_ms)),
            logged=self._logged(sighting),
            present=self._present(sighting),
            incident=sighting.incident,
        )

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

    def _present(self, sighting: Sighting) -> tuple[str, ...]:
        """Return the tracks that were seen in or at a thing."""
        near = [s for s in self.watch.of(Seen.AT_VAULT, sighting.subject) if overlap(s.interval, sighting.interval)]
        return tuple(sorted({track for seen in (sighting, *near) for track in seen.tracks}))

    def _weight(self, clue: Clue, stretch: Interval) -> int:
        table = WEIGHTS[clue]
        places = {Place.OUT if c.out else Place.VAULT for c in self.claims if overlap(c.interval, stretch)}
        near = table.place is Place.ANYWHERE or table.place in places
        return table.weight if near else table.weight // 4

    def _reached(self, stretch: Interval) -> bool:
        """Tell whether the item was out, or its vault open, at some time in a stretch."""
        out = any(claim.out and overlap(claim.interval, stretch) for claim in self.claims)
        vaults = self.books.of_kind(ItemKind.DOOR)
        return out or any(overlap(spell, stretch) for vault in vaults for spell in self.books.open_spells(vault))


def _items(books: Books, item: str) -> tuple[str, ...]:
    return books.of_kind(ItemKind.TERMINAL) if item == TERMINALS else (item,)


def _first_ms(books: Books, item: str) -> int:
    """Return the first moment of which the ledger says anything about an item."""
    first_count = books.counts(books.subject_of(item))[0].written.at_ms
    claims = (claim for one in _items(books, item) for claim in books.claims(one)[:1])
    return min([first_count, *(claim.from_ms for claim in claims)])
