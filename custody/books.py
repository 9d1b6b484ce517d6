"""What the ledger says: where each item is, who holds a key, which vault is open, what was counted last. Pure.

`Books` takes the entries in their order. The ledger says something from the moment at which the entry was written;
what an entry claims to tell of moves nothing back (`chronology` judges such claims). An entry that was corrected says
nothing any more, and stays in the histories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from custody.acts import (
    TERMINALS,
    Act,
    ActError,
    CheckIn,
    CheckOut,
    Correction,
    Count,
    KeyHandOver,
    Registration,
    Retirement,
    Signed,
    VaultLocked,
    VaultOpened,
    read_signed,
)
from custody.checklist import Checklist
from custody.entries import Entry, EntryError
from custody.intervals import FOREVER_MS, Interval
from vision.items import ItemKind


@dataclass(frozen=True, slots=True)
class Written:
    """One signed entry, in its place. at_ms: when it was written, UTC milliseconds, by which the books go."""

    seq: int
    signed: Signed

    @property
    def at_ms(self) -> int:
        """When it was written."""
        return self.signed.written_at_ms

    @property
    def act(self) -> Act:
        """What it tells."""
        return self.signed.act


@dataclass(frozen=True, slots=True)
class Claim:
    """What the ledger says of an item for a time. to_ms: None while it says so. entry: None at its registration.

    out: whether it is out of its vault. slot: where, if a camera looks at the place.
    """

    item: str
    out: bool
    slot: str | None
    from_ms: int
    to_ms: int | None
    entry: Written | None

    @property
    def interval(self) -> Interval:
        """From when to when; to the end of all time while the ledger says so."""
        return self.from_ms, FOREVER_MS if self.to_ms is None else self.to_ms


@dataclass(frozen=True, slots=True)
class Counted:
    """A count in its place. expected: how many there should have been, by the ledger, when it was made."""

    written: Written
    count: Count
    expected: int | None

    @property
    def is_right(self) -> bool:
        """Whether two people found what should have been there."""
        return self.count.agreed is not None and self.count.agreed == self.expected


@dataclass(frozen=True, slots=True)
class SheetNumbers:
    """How many terminals and cards there are, over all batches and vaults."""

    terminals: int
    cards: int


class Books:
    """The state of one site's custody, as its ledger tells it."""

    def __init__(self) -> None:
        self._items: dict[str, Registration] = {}
        self._registered_ms: dict[str, int] = {}
        self._retired: dict[str, Written] = {}
        self._moves: defaultdict[str, list[Written]] = defaultdict(list)
        self._vaults: defaultdict[str, list[Written]] = defaultdict(list)
        self._keys: defaultdict[str, list[Written]] = defaultdict(list)
        self._counts: defaultdict[str, list[Counted]] = defaultdict(list)
        self._sheets: defaultdict[date, list[Written]] = defaultdict(list)
        self._expected_then: dict[int, SheetNumbers] = {}
        self._corrections: dict[int, Written] = {}
        self._seqs: dict[int, type[Act]] = {}
        self._requests: dict[str, Written] = {}

    def take(self, seq: int, signed: Signed) -> Written:
        """Take the next signed entry, seq its number; return it with its place."""
        written = Written(seq, signed)
        self._seqs[seq] = type(signed.act)
        self._requests.setdefault(signed.request, written)
        if signed.correction is not None:
            self._corrections[signed.correction.seq] = written
        self._file(written)
        return written

    def read(self, entries: Iterable[Entry]) -> None:
        """Take the next entries of the ledger. One that nobody can read says nothing: `Office` tells of it."""
        for entry in entries:
            with suppress(EntryError):
                signed = read_signed(entry)
                if signed is not None:
                    self.take(entry.seq, signed)

    def check(self, signed: Signed) -> Written | None:
        """Say whether an act may become an entry; return the one that its request has become already, if any.

        Raises ActError where it contradicts the books: an item that nobody registered, a batch that is out already,
        a request that asked for something else before, a correction of nothing. The message says what to do.
        """
        known = self.of_request(signed.request)
        if known is not None:
            return self._repeated(known, signed)
        self.check_act(signed.act, signed.correction)
        return None

    def check_act(self, act: Act, correction: Correction | None) -> None:
        """Say whether an act agrees with the books, whoever signs it. Raises ActError like `check`."""
        if correction is not None:
            self._check_correction(correction.seq)
        match act:
            case CheckOut(item=item):
                self._check_move(item, out=True, corrects=correction is not None)
            case CheckIn(item=item, vault=vault):
                self._check_kind(vault, ItemKind.DOOR)
                self._check_move(item, out=False, corrects=correction is not None)
            case Count(item=item) if item != TERMINALS:
                self._check_kind(item, ItemKind.CARDS)
            case KeyHandOver(item=item):
                self._check_kind(item, ItemKind.KEY)
            case Retirement(item=item):
                self._check_registered(item)
            case VaultOpened(vault=vault) | VaultLocked(vault=vault):
                self._check_kind(vault, ItemKind.DOOR)

    def of_request(self, request: str) -> Written | None:
        """Return the entry that a request has become, if it has."""
        return self._requests.get(request)

    @property
    def items(self) -> Mapping[str, Registration]:
        """The registered items by id, as they were registered last, those that are kept no longer among them."""
        return MappingProxyType(self._items)

    @property
    def kept(self) -> Mapping[str, Registration]:
        """The items that are kept now."""
        return {item: registered for item, registered in self._items.items() if item not in self._retired}

    @property
    def corrections(self) -> Mapping[int, Written]:
        """The newest correction of each corrected entry, by the number of the corrected one."""
        return MappingProxyType(self._corrections)

    def of_kind(self, kind: ItemKind) -> tuple[str, ...]:
        """Return the ids of all items of a kind that are kept, in the order in which they were registered."""
        return tuple(item for item in self.ever_of_kind(kind) if item not in self._retired)

    def ever_of_kind(self, kind: ItemKind) -> tuple[str, ...]:
        """Return the ids of all items of a kind that are or were kept, in the order in which they were registered."""
        return tuple(item.item for item in self._items.values() if item.kind is kind)

    def is_out(self, item: str) -> bool:
        """Tell whether an item is out of its vault: after a check-out, until a check-in."""
        move = self.last_move(item)
        return move is not None and isinstance(move.act, CheckOut)

    def out(self) -> tuple[str, ...]:
        """Return the items that are out of their vault."""
        return tuple(item for item in self.kept if self.is_out(item))

    def is_locked(self, vault: str) -> bool:
        """Tell whether a vault is locked: after it was, until it was opened. One that nobody has touched is."""
        act = self._last(self._vaults[vault])
        return act is None or isinstance(act.act, VaultLocked)

    def last_move(self, item: str) -> Written | None:
        """Return the newest check-out or check-in of an item."""
        return self._last(self._moves[item])

    def last_vault_act(
        self, vault: str, kind: type[VaultOpened | VaultLocked] | tuple[type[Act], ...] = (VaultOpened, VaultLocked)
    ) -> Written | None:
        """Return the newest opening or locking of a vault; of one kind, where that is named."""
        return next(self._effective(self._vaults[vault], kind), None)

    def last_hand_over(self, key: str) -> Written | None:
        """Return the newest hand-over of a key."""
        return self._last(self._keys[key])

    def subjects(self) -> tuple[str, ...]:
        """Return what is counted: every batch of cards, and all terminals together where there are any."""
        terminals = (TERMINALS,) if self.of_kind(ItemKind.TERMINAL) else ()
        return (*self.of_kind(ItemKind.CARDS), *terminals)

    def ever_subjects(self) -> tuple[str, ...]:
        """Return what is or was counted."""
        terminals = (TERMINALS,) if self.ever_of_kind(ItemKind.TERMINAL) else ()
        return (*self.ever_of_kind(ItemKind.CARDS), *terminals)

    def counted_during(self, subject: str) -> Interval:
        """Return from when to when there was anything of a subject to count; for ever while there is."""
        items = self.ever_of_kind(ItemKind.TERMINAL) if subject == TERMINALS else (subject,)
        ends = [FOREVER_MS if item not in self._retired else self._retired[item].at_ms for item in items]
        return min(self._registered_ms[item] for item in items), max(ends)

    def subject_of(self, item: str) -> str:
        """Return what an item is counted as: a terminal with all the others, a batch of cards by itself."""
        registered = self._items.get(item)
        return TERMINALS if registered is not None and registered.kind is ItemKind.TERMINAL else item

    def expected(self, subject: str) -> int | None:
        """Return how many pieces there should be, or None of what is not counted."""
        if subject == TERMINALS:
            return len(self.of_kind(ItemKind.TERMINAL))
        item = self.kept.get(subject)
        return None if item is None else item.expected

    @property
    def expected_on_sheet(self) -> SheetNumbers:
        """What the sheet of the day should state: all terminals, and the cards of all batches."""
        cards = sum(self.expected(batch) or 0 for batch in self.of_kind(ItemKind.CARDS))
        return SheetNumbers(len(self.of_kind(ItemKind.TERMINAL)), cards)

    def counts(self, subject: str) -> Sequence[Counted]:
        """Return all counts of a subject, oldest first."""
        return tuple(self._counts[subject])

    def counted_since(self, subject: str, since_ms: int) -> bool:
        """Tell whether two people have agreed on a number, whatever it was, since a moment."""
        newest = next((c for c in reversed(self._counts[subject]) if c.count.agreed is not None), None)
        return newest is not None and newest.written.at_ms >= since_ms

    def sheet(self, day: date) -> Written | None:
        """Return the newest signed sheet of a day."""
        return self._last(self._sheets[day])

    def expected_then(self, sheet: Written) -> SheetNumbers:
        """Return what a sheet should have stated when it was signed."""
        return self._expected_then[sheet.seq]

    def moves(self, item: str) -> Sequence[Written]:
        """Return all check-outs and check-ins of an item, oldest first, the corrected ones included."""
        return tuple(self._moves[item])

    def vault_acts(self, vault: str) -> Sequence[Written]:
        """Return all openings and lockings of a vault, oldest first, the corrected ones included."""
        return tuple(self._vaults[vault])

    def open_spells(self, vault: str) -> tuple[Interval, ...]:
        """Return the stretches for which the ledger says that a vault is open; an end in the far future lasts."""
        spells: list[Interval] = []
        opened_ms: int | None = None
        for written in self._valid(self._vaults[vault]):
            if isinstance(written.act, VaultOpened) and opened_ms is None:
                opened_ms = written.at_ms
            elif isinstance(written.act, VaultLocked) and opened_ms is not None:
                spells.append((opened_ms, written.at_ms))
                opened_ms = None
        return tuple(spells) if opened_ms is None else (*spells, (opened_ms, FOREVER_MS))

    def claims(self, item: str) -> tuple[Claim, ...]:
        """Return what the ledger says of an item from its registration on, oldest first, without gaps.

        It says nothing of an item that nobody registered.
        """
        if item not in self._items:
            return ()
        slot = self._items[item].slot
        starts: list[tuple[int, bool, str | None, Written | None]] = [(self._registered_ms[item], False, None, None)]
        for written in self._valid(self._moves[item]):
            act = written.act
            place = (act.slot or slot) if isinstance(act, CheckOut) else None
            starts.append((written.at_ms, isinstance(act, CheckOut), place, written))
        ends = [start[0] for start in starts[1:]]
        over = self._retired.get(item)
        return tuple(
            Claim(item, out, place, from_ms, to_ms, entry)
            for (from_ms, out, place, entry), to_ms in zip(
                starts, [*ends, None if over is None else over.at_ms], strict=True
            )
        )

    def _file(self, written: Written) -> None:
        """Put an entry into the history that it belongs to."""
        match written.act:
            case Registration(item=item):
                self._items = self._items | {item: written.act}  # anew, for those who are reading the last one
                self._registered_ms.setdefault(item, written.at_ms)
                self._retired = {name: by for name, by in self._retired.items() if name != item}
            case Retirement(item=item):
                self._retired = self._retired | {item: written}
            case CheckOut(item=item) | CheckIn(item=item):
                self._moves[item].append(written)
            case VaultOpened(vault=vault) | VaultLocked(vault=vault):
                self._vaults[vault].append(written)
            case KeyHandOver(item=item):
                self._keys[item].append(written)
            case Count(item=item):
                self._counts[item].append(Counted(written, written.act, self.expected(item)))
            case Checklist(day=day):
                self._expected_then[written.seq] = self.expected_on_sheet
                self._sheets[day].append(written)

    def _valid(self, history: Sequence[Written]) -> Iterator[Written]:
        return (written for written in history if written.seq not in self._corrections)

    def _effective(self, history: Sequence[Written], kind: type[Act] | tuple[type[Act], ...]) -> Iterator[Written]:
        return (w for w in reversed(history) if w.seq not in self._corrections and isinstance(w.act, kind))

    def _last(self, history: Sequence[Written]) -> Written | None:
        return next((w for w in reversed(history) if w.seq not in self._corrections), None)

    def _repeated(self, known: Written, signed: Signed) -> Written:
        if (known.act, known.signed.names, known.signed.correction) != (signed.act, signed.names, signed.correction):
            raise ActError(
                f"the request {signed.request} has become entry {known.seq}, which says something else: "
                "give every new request an id of its own"
            )
        return known

    def _check_correction(self, seq: int) -> None:
        if seq not in self._seqs:
            raise ActError(f"entry {seq} cannot be corrected: nobody signed one of that number; check the number")
        if self._seqs[seq] is Count:
            raise ActError(f"entry {seq} is a count: a count is never corrected; count again")
        if self._seqs[seq] in {Registration, Retirement}:
            raise ActError(f"entry {seq} registers or retires an item: register it again instead")
        if seq in self._corrections:
            newest = self._corrections[seq].seq
            raise ActError(f"entry {seq} was corrected by entry {newest}: correct that one")

    def _check_move(self, item: str, *, out: bool, corrects: bool) -> None:
        registered = self._check_registered(item)
        if registered.vault is None:
            raise ActError(f"{item} belongs in no vault: register it with one, or hand it over as a key")
        if not corrects and self.is_out(item) is out:
            last = self._last(self._moves[item])
            since = "since it was registered" if last is None else f"by entry {last.seq}"
            state = "out" if out else "in its vault"
            raise ActError(f"{item} is {state} already, {since}: check the item, or correct that entry")

    def _check_kind(self, item: str, kind: ItemKind) -> None:
        found = self._check_registered(item).kind
        if found is not kind:
            raise ActError(f"{item} is a {found}; expected a {kind}: check the id")

    def _check_registered(self, item: str) -> Registration:
        if item not in self._items:
            raise ActError(f"nobody has registered {item}: check the id, or register it first")
        if item in self._retired:
            raise ActError(f"{item} was retired by entry {self._retired[item].seq}: register it again first")
        return self._items[item]


def books_of(entries: Iterable[Entry]) -> Books:
    """Return the books after these entries."""
    books = Books()
    books.read(entries)
    return books
