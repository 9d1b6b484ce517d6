"""The protocols of the evening and of the morning, by the site's calendar. Pure; time is an argument.

    closing: after the windows have closed                 its entry          late, or overtaken by the lock
    items_counted     all that is counted, by two people   count              closing_overdue *
    items_in_vault    every item that was out              item.checked_in    item_not_returned
    vault_locked      every vault                          vault.locked       closing_overdue
    key_handed_over   every key, after the last lock       key.handed_over    item_not_returned
    sheet_signed      the day's, after the last lock       checklist.signed   closing_overdue
    * overtaken by the lock: vault_locked_without_count

    opening: before the windows open
    key_handed_over   every key                            key.handed_over    opening_overdue
    vault_opened      every vault                          vault.opened       opening_overdue
    items_counted     all that is counted, by two people   count              opening_overdue
    items_out         no duty, but not before the count    item.checked_out

Any other step that comes before an earlier one is done is `closing_overdue` or `opening_overdue`, out of order.

A vault that is opened again after the evening's lock begins the closing anew, with all its steps and deadlines: who
opens it at night counts, locks, and signs once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from custody.acts import CheckIn, CheckOut, Count, KeyHandOver, VaultLocked, VaultOpened
from custody.books import Books, Written
from custody.checklist import Checklist
from custody.protocol import Round, Since, Step
from custody.raising import Raiser
from custody.settings import CustodySettings
from vision.hours import OfficeHours
from vision.incidents import Incident
from vision.items import ItemKind

CLOSING_OVERDUE: Final = "closing_overdue"
OPENING_OVERDUE: Final = "opening_overdue"
NOT_RETURNED: Final = "item_not_returned"
MINUTE_MS: Final = 60_000
LONGEST_PAUSE_DAYS: Final = 31
"""How far ahead the calendar is looked at; after a longer pause the next round is found when it is nearer."""


def _uncounted(books: Books, since: Since) -> tuple[str, ...]:
    return tuple(subject for subject in books.subjects() if not books.counted_since(subject, since.at_ms))


def _out(books: Books, since: Since) -> tuple[str, ...]:  # noqa: ARG001  out is out, since whenever
    return books.out()


def _unlocked(books: Books, since: Since) -> tuple[str, ...]:  # noqa: ARG001  likewise
    return tuple(vault for vault in books.of_kind(ItemKind.DOOR) if not books.is_locked(vault))


def _unopened(books: Books, since: Since) -> tuple[str, ...]:
    opened = {vault: books.last_vault_act(vault, VaultOpened) for vault in books.of_kind(ItemKind.DOOR)}
    return tuple(vault for vault, act in opened.items() if act is None or act.at_ms < since.at_ms)


def _kept(books: Books, since: Since) -> tuple[str, ...]:
    """Return the keys that stayed with whoever had them when the vault was locked."""
    return _not_handed_over(books, _locked_since(books, since))


def _not_taken(books: Books, since: Since) -> tuple[str, ...]:
    return _not_handed_over(books, since.at_ms)


def _not_handed_over(books: Books, since_ms: int) -> tuple[str, ...]:
    handed = {key: books.last_hand_over(key) for key in books.of_kind(ItemKind.KEY)}
    return tuple(key for key, act in handed.items() if act is None or act.at_ms < since_ms)


def _unsigned(books: Books, since: Since) -> tuple[str, ...]:
    sheet = books.sheet(since.day)
    in_time = sheet is not None and sheet.at_ms >= _locked_since(books, since)
    answers = None if sheet is None else sheet.act
    done = in_time and isinstance(answers, Checklist) and not answers.answered_no
    return () if done else ("sheet",)


def _locked_since(books: Books, since: Since) -> int:
    """Return when the last vault was locked in this round, or when the round began: what is due then comes after."""
    locks = [books.last_vault_act(vault, VaultLocked) for vault in books.of_kind(ItemKind.DOOR)]
    return max([since.at_ms, *(lock.at_ms for lock in locks if lock is not None)])


def _nothing(books: Books, since: Since) -> tuple[str, ...]:  # noqa: ARG001  it is never due
    return ()


_COUNTED: Final = "nobody has counted {things} together with somebody else since {since}"

CLOSING: Final = (
    Step(
        "items_counted",
        Count,
        _uncounted,
        _COUNTED,
        CLOSING_OVERDUE,
        overtaken=MappingProxyType({"vault_locked": "vault_locked_without_count"}),
    ),
    Step(
        "items_in_vault",
        CheckIn,
        _out,
        "by the ledger {things} is out of its vault",
        NOT_RETURNED,
        each=True,
        overtaken=MappingProxyType({"vault_locked": NOT_RETURNED}),
    ),
    Step("vault_locked", VaultLocked, _unlocked, "by the ledger {things} is not locked", CLOSING_OVERDUE),
    Step(
        "key_handed_over",
        KeyHandOver,
        _kept,
        "nobody has handed over {things} since the vault was locked",
        NOT_RETURNED,
        each=True,
    ),
    Step("sheet_signed", Checklist, _unsigned, "two people have not signed the {things} of the day", CLOSING_OVERDUE),
)
"""The steps of the evening, in their order."""

OPENING: Final = (
    Step("key_handed_over", KeyHandOver, _not_taken, "nobody has taken over {things} since {since}", OPENING_OVERDUE),
    Step("vault_opened", VaultOpened, _unopened, "by the ledger {things} was not opened", OPENING_OVERDUE),
    Step("items_counted", Count, _uncounted, _COUNTED, OPENING_OVERDUE),
    Step("items_out", CheckOut, _nothing, "", OPENING_OVERDUE),
)
"""The steps of the morning, in their order; that items go out is no duty, but they are counted before."""


@dataclass(frozen=True, slots=True)
class _Begin:
    """When the next round begins, and of which protocol."""

    since: Since
    is_closing: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A round that has begun, and of which protocol: the closing, or else the opening."""

    round: Round
    is_closing: bool


class OfficeDays:
    """Follows the calendar and begins a round of the protocol that is due: one at a time, the next ends the last."""

    def __init__(self, hours: OfficeHours, settings: CustodySettings, books: Books, raiser: Raiser) -> None:
        self._hours = hours
        self._settings = settings
        self._books = books
        self._raiser = raiser
        self._at_ms: int | None = None
        self._round: Round | None = None
        self._is_closing = False
        self._was_locked = False
        self._next_begin: _Begin | None = None

    @property
    def running(self) -> Running | None:
        """The round that runs; None before the first has begun."""
        return None if self._round is None else Running(self._round, self._is_closing)

    def tick(self, at_ms: int) -> list[Incident]:
        """Let time go on; return what became late or ended. A moment before the last one changes nothing."""
        if self._at_ms is None:
            self._at_ms = at_ms
        if self._next_begin is None:
            self._next_begin = self._upcoming(self._at_ms)
        raised: list[Incident] = []
        while (boundary_ms := self._boundary_ms()) is not None and boundary_ms <= at_ms:
            raised += self._pass(boundary_ms)
        self._at_ms = max(self._at_ms, at_ms)
        return raised

    def take(self, written: Written) -> list[Incident]:
        """Take an entry that the books have taken, after time has gone on to it; return what it raised and ended."""
        if self._round is None:
            return []
        reopens = isinstance(written.act, VaultOpened) and self._is_closing and self._was_locked
        raised = self._reopened(written) if reopens else []
        raised += self._round.take(written)
        if isinstance(written.act, VaultLocked):
            self._was_locked = True
        return raised

    def _boundary_ms(self) -> int | None:
        due = None if self._round is None else self._round.next_due_ms
        begin = None if self._next_begin is None else self._next_begin.since.at_ms
        return min((moment for moment in (due, begin) if moment is not None), default=None)

    def _pass(self, boundary_ms: int) -> list[Incident]:
        """Pass one deadline, or one begin; a deadline that falls on a begin still belongs to the round before it."""
        if self._round is not None and self._round.next_due_ms == boundary_ms:
            return self._round.pass_due()
        begin, self._next_begin = self._next_begin, self._upcoming(boundary_ms)
        return [] if begin is None else self._begin(begin)

    def _begin(self, begin: _Begin) -> list[Incident]:
        ended = [] if self._round is None else self._round.end(begin.since.at_ms)
        self._is_closing, self._was_locked = begin.is_closing, False
        self._round = self._closing(begin.since) if begin.is_closing else self._opening(begin.since)
        return ended

    def _reopened(self, written: Written) -> list[Incident]:
        """Begin the closing anew where a vault is opened after the evening's lock."""
        since = Since(written.at_ms, self._hours.local_day(written.at_ms))
        return self._begin(_Begin(since, is_closing=True))

    def _closing(self, since: Since) -> Round:
        limits = self._settings.closing
        minutes = {
            "items_counted": limits.items_counted_min,
            "items_in_vault": limits.items_in_vault_min,
            "vault_locked": limits.vault_locked_min,
            "key_handed_over": limits.key_handed_over_min,
            "sheet_signed": limits.sheet_signed_min,
        }
        dues = {step: since.at_ms + minute * MINUTE_MS for step, minute in minutes.items()}
        return Round(CLOSING, CLOSING_OVERDUE, since, dues, self._books, self._raiser)

    def _opening(self, since: Since) -> Round:
        limits = self._settings.opening
        opens_ms = since.at_ms + limits.begins_before_min * MINUTE_MS
        minutes = {
            "key_handed_over": limits.key_handed_over_before_min,
            "vault_opened": limits.vault_opened_before_min,
            "items_counted": limits.items_counted_before_min,
        }
        dues = {step: opens_ms - minute * MINUTE_MS for step, minute in minutes.items()}
        return Round(OPENING, OPENING_OVERDUE, since, dues, self._books, self._raiser)

    def _upcoming(self, after_ms: int) -> _Begin | None:
        """Return the first begin of a round after a moment."""
        today = self._hours.local_day(after_ms)
        for number in range(-1, LONGEST_PAUSE_DAYS + 1):
            day = today + timedelta(days=number)
            begins = [(self._morning_ms(day), False), (self._hours.closes_at_ms(day), True)]
            for at_ms, is_closing in begins:
                if at_ms is not None and at_ms > after_ms:
                    return _Begin(Since(at_ms, day), is_closing)
        return None

    def _morning_ms(self, day: date) -> int | None:
        opens_ms = self._hours.opens_at_ms(day)
        return None if opens_ms is None else opens_ms - self._settings.opening.begins_before_min * MINUTE_MS
