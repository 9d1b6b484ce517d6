"""How an office has kept to its rules, day by day or month by month: for those who oversee it. Pure.

Counts and sheets are held against the calendar, as `closing` does it; a closing that begins anew, because
a vault was opened at night, is not among what was due. What was raised is counted on the day of its raising.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from custody.books import Books
from custody.checklist import Checklist
from custody.closing import MINUTE_MS
from custody.intervals import FOREVER_MS, Interval, common, length_ms
from custody.settings import CustodySettings
from custody.sightings import Watch
from vision.hours import OfficeHours
from vision.incidents import Incident

EXPOSURE: Final = "unattended_counter"
UNLOGGED_OPENING: Final = "unlogged_vault_access"
BREACH: Final = "two_person_breach"

_AHEAD_DAYS: Final = 31
"""A round ends when the next one begins, which is looked for so far ahead."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was due by now, and what became of it: done in time, done late, or not done."""

    due: int = 0
    in_time: int = 0
    late: int = 0

    @property
    def missing(self) -> int:
        """How much was not done."""
        return self.due - self.in_time - self.late

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.due + other.due, self.in_time + other.in_time, self.late + other.late)


@dataclass(frozen=True, slots=True)
class Compliance:
    """One stretch. of_ms: how much of it has passed.

    disagreeing: counts that did not find what should be there, or that one person made alone. answered_no: signed
    sheets that answer a question with no. exposed_ms: how long items lay unattended. blind_ms: by camera, how long it
    could not see. unseen_ms: by place, how long no camera could see it.
    """

    of_ms: int = 0
    counts: Tally = Tally()
    disagreeing: int = 0
    sheets: Tally = Tally()
    answered_no: int = 0
    unlogged_openings: int = 0
    breaches: int = 0
    exposures: int = 0
    exposed_ms: int = 0
    blind_ms: Mapping[str, int] = field(default_factory=dict)
    unseen_ms: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Compliance) -> Compliance:
        return Compliance(
            of_ms=self.of_ms + other.of_ms,
            counts=self.counts + other.counts,
            disagreeing=self.disagreeing + other.disagreeing,
            sheets=self.sheets + other.sheets,
            answered_no=self.answered_no + other.answered_no,
            unlogged_openings=self.unlogged_openings + other.unlogged_openings,
            breaches=self.breaches + other.breaches,
            exposures=self.exposures + other.exposures,
            exposed_ms=self.exposed_ms + other.exposed_ms,
            blind_ms=_summed(self.blind_ms, other.blind_ms),
            unseen_ms=_summed(self.unseen_ms, other.unseen_ms),
        )


@dataclass(frozen=True, slots=True)
class Overseen:
    """What is held against the calendar. since_ms, now_ms: nothing was due before and after, UTC milliseconds.

    watch: of the cameras, its gaps are enough. cameras: all of the site.
    """

    hours: OfficeHours
    settings: CustodySettings
    books: Books
    watch: Watch
    cameras: Sequence[str]
    since_ms: int
    now_ms: int


def by_day(office: Overseen, incidents: Iterable[Incident], first: date, last: date) -> Mapping[date, Compliance]:
    """Return how each local day from the first to the last was kept."""
    raised: defaultdict[date, list[Incident]] = defaultdict(list)
    for incident in incidents:
        raised[office.hours.local_day(incident.raised_at_ms)].append(incident)
    counts = _counts(office, first, last)
    disagreeing = _disagreeing(office)
    return {
        day: _day(office, day, counts[day], disagreeing[day], raised[day])
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    }


def by_month(days: Mapping[date, Compliance]) -> Mapping[date, Compliance]:
    """Return the same by months, each named by its first day."""
    months: defaultdict[date, Compliance] = defaultdict(Compliance)
    for day, kept in days.items():
        months[day.replace(day=1)] += kept
    return months


@dataclass(frozen=True, slots=True)
class _Round:
    """When a round begins and by when its counts are due, UTC milliseconds; the local day that it belongs to."""

    begins_ms: int
    due_ms: int
    day: date


def _rounds(office: Overseen, first: date, last: date) -> Iterator[tuple[_Round, int]]:
    """Give each round of these days, with when the next one begins."""
    found: list[_Round] = []
    for number in range((last - first).days + 1 + _AHEAD_DAYS):
        day = first + timedelta(days=number)
        opens_ms, closes_ms = office.hours.opens_at_ms(day), office.hours.closes_at_ms(day)
        opening, closing = office.settings.opening, office.settings.closing
        if opens_ms is not None:
            begins_ms = opens_ms - opening.begins_before_min * MINUTE_MS
            found.append(_Round(begins_ms, opens_ms - opening.items_counted_before_min * MINUTE_MS, day))
        if closes_ms is not None:
            found.append(_Round(closes_ms, closes_ms + closing.items_counted_min * MINUTE_MS, day))
    found.sort(key=lambda one: one.begins_ms)
    ends = [*(later.begins_ms for _, later in pairwise(found)), FOREVER_MS]
    return ((one, end) for one, end in zip(found, ends, strict=True) if one.day <= last)


def _counts(office: Overseen, first: date, last: date) -> defaultdict[date, Tally]:
    """Return by day how the counts were made that were due in its rounds."""
    tallies: defaultdict[date, Tally] = defaultdict(Tally)
    rounds = [one for one in _rounds(office, first, last) if _is_due(office, one[0].begins_ms, one[0].due_ms)]
    for subject in office.books.ever_subjects():
        from_ms, to_ms = office.books.counted_during(subject)
        agreed = [c.written.at_ms for c in office.books.counts(subject) if c.count.agreed is not None]
        for one, end_ms in rounds:
            if from_ms <= one.begins_ms and one.due_ms <= to_ms:
                place = bisect_left(agreed, one.begins_ms)
                at_ms = agreed[place] if place < len(agreed) and agreed[place] < end_ms else None
                tallies[one.day] += _tally(at_ms, one.due_ms)
    return tallies


def _disagreeing(office: Overseen) -> defaultdict[date, int]:
    found: defaultdict[date, int] = defaultdict(int)
    for subject in office.books.ever_subjects():
        for counted in office.books.counts(subject):
            found[office.hours.local_day(counted.written.at_ms)] += not counted.is_right
    return found


def _day(office: Overseen, day: date, counts: Tally, disagreeing: int, raised: Sequence[Incident]) -> Compliance:
    stretch = _stretch(office, day)
    sheet = office.books.sheet(day)
    answers = None if sheet is None else sheet.act
    exposed = [one for one in raised if one.rule == EXPOSURE]
    return Compliance(
        of_ms=length_ms([stretch]),
        counts=counts,
        disagreeing=disagreeing,
        sheets=_sheet(office, day, None if sheet is None else sheet.at_ms),
        answered_no=int(isinstance(answers, Checklist) and bool(answers.answered_no)),
        unlogged_openings=sum(one.rule == UNLOGGED_OPENING for one in raised),
        breaches=sum(one.rule == BREACH for one in raised),
        exposures=len(exposed),
        exposed_ms=sum((one.ended_at_ms or office.now_ms) - one.began_at_ms for one in exposed),
        blind_ms={camera: length_ms(_blind(office.watch, camera, stretch)) for camera in office.cameras},
        unseen_ms={place: length_ms(office.watch.unseen(place, stretch)) for place in office.watch.cameras},
    )


def _sheet(office: Overseen, day: date, signed_ms: int | None) -> Tally:
    closes_ms = office.hours.closes_at_ms(day)
    if closes_ms is None:
        return Tally()
    due_ms = closes_ms + office.settings.closing.sheet_signed_min * MINUTE_MS
    if signed_ms is not None and signed_ms < closes_ms:
        signed_ms = None  # before the windows closed, nobody could know how they were left
    return _tally(signed_ms, due_ms) if _is_due(office, closes_ms, due_ms) else Tally()


def _is_due(office: Overseen, begins_ms: int, due_ms: int) -> bool:
    return office.since_ms <= begins_ms and due_ms <= office.now_ms


def _tally(done_ms: int | None, due_ms: int) -> Tally:
    if done_ms is None:
        return Tally(due=1)
    return Tally(due=1, in_time=1) if done_ms <= due_ms else Tally(due=1, late=1)


def _stretch(office: Overseen, day: date) -> Interval:
    """Return a local day, from when the office is followed until now; empty where that is not in it."""
    begins_ms, ends_ms = (office.hours.midnight_ms(one) for one in (day, day + timedelta(days=1)))
    from_ms = max(begins_ms, office.since_ms)
    return from_ms, max(from_ms, min(ends_ms, office.now_ms))


def _blind(watch: Watch, camera: str, stretch: Interval) -> tuple[Interval, ...]:
    """Return when a camera could see nothing, or nobody can tell any more what it saw."""
    gaps = [gap.interval for gap in watch.gaps if gap.camera == camera and gap.place is None]
    return common([stretch], [(0, watch.from_ms), *gaps])


def _summed(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
