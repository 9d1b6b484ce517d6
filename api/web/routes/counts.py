"""`/api/v1/counts`: counts by two people, the second without knowing the first number."""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.web.given import Office, WaitingActs
from api.web.models.base import Id, Page
from api.web.models.counts import CountedAnswer, FirstCount, SecondCount, Subject, WaitingCount
from api.web.paging import Cursor, Limit, cursor_of, page_of, values_of
from api.web.problems import NotFoundError, documented
from custody.acts import Signature
from custody.books import Counted
from custody.counts import OpenCount
from custody.entries import LARGEST_WHOLE, Entry
from vision.incidents import local_time

router = APIRouter(
    prefix="/counts",
    tags=["custody"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Viewer = Annotated[Principal, Depends(needs(Permission.VIEW))]
Counter = Annotated[Principal, Depends(needs(Permission.COUNT))]

_REFUSED = documented(HTTPStatus.CONFLICT)


@router.get("")
def list_subjects(office: Office, waiting: WaitingActs, _who: Viewer) -> Page[Subject]:
    """List what is counted, with the counts that wait for a second person."""
    open_counts = {count.item: count for count in waiting.store.counts()}
    return Page(items=[_subject(office, item, open_counts.get(item)) for item in office.books.subjects()])


@router.get("/{item}", responses=documented(HTTPStatus.NOT_FOUND))
def list_counts(
    office: Office, _who: Viewer, item: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[CountedAnswer]:
    """List the counts of a batch of cards or of `terminals`, the newest first."""
    if item not in office.books.subjects():
        known = ", ".join(office.books.subjects()) or "nothing: register items first"
        raise NotFoundError(f"nobody counts {item!r}; what is counted: {known}")
    before = LARGEST_WHOLE + 1 if cursor is None else int(values_of(cursor, int)[0])
    older = (counted for counted in reversed(office.books.counts(item)) if counted.written.seq < before)
    timezone = office.site.timezone
    return page_of(
        list(islice(older, limit + 1)),
        limit,
        lambda counted: CountedAnswer.of(counted, timezone),
        lambda counted: cursor_of(counted.written.seq),
    )


@router.post("/{item}/first", status_code=HTTPStatus.ACCEPTED, responses=_REFUSED)
def first_count(office: Office, waiting: WaitingActs, who: Counter, item: Id, asked: FirstCount) -> WaitingCount:
    """Keep what one person has counted, until another one has."""
    first = Signature(who.account, office.now_ms())
    count = waiting.begin_count(item, first, asked.number, asked.request)
    return WaitingCount.of(count, office.site.timezone)


@router.post("/{item}/second", status_code=HTTPStatus.CREATED, responses=_REFUSED)
def second_count(office: Office, waiting: WaitingActs, who: Counter, item: Id, asked: SecondCount) -> CountedAnswer:
    """Put both counts on the ledger, whether or not they agree."""
    entry = waiting.join_count(item, Signature(who.account, office.now_ms()), asked.number)
    return CountedAnswer.of(_counted(office, item, entry), office.site.timezone)


@router.post("/{item}/lapse", status_code=HTTPStatus.CREATED, responses=_REFUSED)
def lapse_count(office: Office, waiting: WaitingActs, _who: Counter, item: Id) -> CountedAnswer:
    """Put on the ledger that one person counted and nobody joined."""
    return CountedAnswer.of(_counted(office, item, waiting.lapse_count(item)), office.site.timezone)


def _subject(office: LiveOffice, item: str, waiting: OpenCount | None) -> Subject:
    timezone, registered = office.site.timezone, office.books.items.get(item)
    last = next(reversed(office.books.counts(item)), None)
    return Subject(
        item=item,
        name=None if registered is None else registered.name,
        waiting=None if waiting is None else WaitingCount.of(waiting, timezone),
        last_at=None if last is None else local_time(last.written.at_ms, timezone),
        last_right=None if last is None else last.is_right,
    )


def _counted(office: LiveOffice, item: str, entry: Entry) -> Counted:
    return next(counted for counted in office.books.counts(item) if counted.written.seq == entry.seq)
