"""Acts that need two people, between the first and the second: begun, joined, and put on the ledger once.

The ledger is written before what waits is forgotten. Who is stopped in between finds, when it is opened again, the
request on the ledger, and forgets it then: nothing is lost, and nothing is written twice.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from custody.acts import ActError, Pending, Signature, Signed, signed_alone
from custody.books import Books, Written, books_of
from custody.counts import OpenCount
from custody.entries import Entry
from custody.ledger import Ledger
from custody.waiting_store import WaitingStore


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a second person, over one ledger that is open to write. Made by `over`. Threads may share one.

    books: of that ledger, kept up to date with it. Its methods raise ActError where books or signatures forbid what
    was asked, and what ledger and store raise.
    """

    ledger: Ledger
    books: Books
    store: WaitingStore
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def over(cls, ledger: Ledger, folder: Path, books: Books | None = None) -> Waiting:
        """Open what waits in a folder; what has become an entry meanwhile waits no more.

        books: where somebody keeps them up to date already; otherwise they are read from the ledger, and follow it.
        """
        if books is None:
            books = books_of(ledger)
            ledger.on_recorded(books.read)
        store = WaitingStore(folder)
        requests = [*(count.request for count in store.counts()), *(act.request for act in store.pending())]
        store.drop([request for request in requests if books.of_request(request) is not None])
        return cls(ledger, books, store)

    def begin_count(self, item: str, first: Signature, number: int, request: str) -> OpenCount:
        """Keep what one person has counted until another one has. One count of an item waits at a time."""
        count = OpenCount(item, first, request, number)
        with self.turn:
            self.books.check_act(count.lapsed().act, None)
            for other in self.store.counts():
                if other.is_as(count):
                    return other
                _expect_other(request, other.request)
                if other.item == item:
                    raise ActError(f"{other.first.by} has counted {item} already: have another person count it")
            self.store.keep_count(count)
        return count

    def join_count(self, item: str, second: Signature, number: int) -> Entry:
        """Put a count of two on the ledger, whether or not they agree."""
        with self.turn:
            return self._enter(self._count(item).joined(second, number))

    def lapse_count(self, item: str) -> Entry:
        """Put on the ledger that nobody joined a count."""
        with self.turn:
            return self._enter(self._count(item).lapsed())

    def begin(self, pending: Pending) -> Entry | None:
        """Take an act with its first signature; return its entry, or None where it waits for a second person."""
        with self.turn:
            if pending.act.SIGNERS == 1:
                return self._enter(signed_alone(pending))
            if (known := self.books.of_request(pending.request)) is not None:
                return self._again(known, pending)
            self.books.check_act(pending.act, pending.correction)
            for other in self.store.pending():
                if other.is_as(pending):
                    return None
                _expect_other(pending.request, other.request)
            self.store.keep_pending(pending)
        return None

    def confirm(self, request: str, second: Signature) -> Entry:
        """Put an act on the ledger that another person has signed before."""
        with self.turn:
            known = self.books.of_request(request)
            if known is not None and known.signed.names[-1] == second.by:
                return self.ledger.entry(known.seq)
            return self._enter(self._pending(request).confirmed(second))

    def withdraw(self, request: str, by: str) -> Pending:
        """Take back what nobody has confirmed yet; only who has signed it can."""
        with self.turn:
            pending = self._pending(request)
            if pending.first.by != by:
                raise ActError(f"{pending.first.by} has signed this: only they can take it back")
            self.store.drop([request])
        return pending

    def _enter(self, signed: Signed) -> Entry:
        """Put an act on the ledger, unless its request is there already, and wait for it no more."""
        known = self.books.check(signed)
        entry = self.ledger.record(signed.draft()) if known is None else self.ledger.entry(known.seq)
        self.store.drop([signed.request])
        return entry

    def _again(self, known: Written, pending: Pending) -> Entry:
        """Return the entry that a request has become, where it asked for the same."""
        self.books.check(pending.confirmed(known.signed.signatures[-1]))
        return self.ledger.entry(known.seq)

    def _count(self, item: str) -> OpenCount:
        counts = {count.item: count for count in self.store.counts()}
        if item not in counts:
            raise ActError(f"nobody has begun to count {item}; those that wait: {', '.join(counts) or 'none'}")
        return counts[item]

    def _pending(self, request: str) -> Pending:
        acts = {pending.request: pending for pending in self.store.pending()}
        if request not in acts:
            raise ActError(f"no act waits under {request!r}; those that wait: {', '.join(acts) or 'none'}")
        return acts[request]


def _expect_other(request: str, waits: str) -> None:
    """Raise ActError where a request waits already, and asked for something else."""
    if request == waits:
        raise ActError(f"the request {request} waits already with something else: give each an id of its own")
