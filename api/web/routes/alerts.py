"""`/api/v1/alerts`: where alerts go, whether they arrive, and what became of each message."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from api.alerts.channels import channel_maker
from api.alerts.describing import kind_of, leads_to
from api.alerts.errors import DeliveryError
from api.alerts.pictures import NoPictures
from api.alerts.settings import Channel
from api.alerts.trial import try_out
from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.site import Site
from api.web.given import Office
from api.web.models.alerts import DestinationAnswer, MessageAnswer, TestAnswer
from api.web.models.base import Id, Page
from api.web.paging import Cursor, Limit, cursor_of, page_of, values_of
from api.web.problems import NotFoundError, documented
from custody.records import changes, outbox
from custody.records.changes import ChangeKind
from custody.records.outbox import Message, State
from vision.incidents import local_time

router = APIRouter(
    prefix="/alerts",
    tags=["alerts"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Configurer = Annotated[Principal, Depends(needs(Permission.CONFIGURE))]
MessageId = Annotated[int, Path(ge=1, le=2**63 - 1, examples=[7])]

_MISSING: Final = documented(HTTPStatus.NOT_FOUND)


@router.get("/destinations")
def destinations(office: Office, _who: Configurer) -> Page[DestinationAnswer]:
    """List where alerts go, in the order of the site file."""
    with office.records.read() as connection:
        waiting, dead = (outbox.for_each(connection, state) for state in (State.WAITING, State.DEAD))
    return Page(
        items=[
            DestinationAnswer(
                id=name,
                kind=kind_of(settings),
                leads_to=leads_to(settings),
                waiting=waiting.get(name, 0),
                dead=dead.get(name, 0),
            )
            for name, settings in office.site.alerts.destinations.items()
        ]
    )


@router.post("/destinations/{destination}/test", responses=_MISSING)
async def test(office: Office, _who: Configurer, destination: Id) -> TestAnswer:
    """Send a test, and tell whether it was taken."""
    channel = channel_maker(NoPictures(), office.now_ms)(_settings(office, destination))
    try:
        await try_out(channel, office.site, office.now_ms())
    except DeliveryError as error:
        return TestAnswer(delivered=False, failure=str(error))
    return TestAnswer(delivered=True, failure=None)


@router.get("/outbox")
def messages(
    office: Office,
    _who: Configurer,
    state: Annotated[list[State] | None, Query(description="What has become of them; anything if left out.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MessageAnswer]:
    """List messages, the newest first."""
    before = None if cursor is None else int(values_of(cursor, int)[0])
    with office.records.read() as connection:
        found = outbox.search(connection, state or list(State), before, limit + 1)
    return page_of(found, limit, lambda message: _answer(office.site, message), lambda message: cursor_of(message.id))


@router.post("/outbox/{message}/retry", responses=_MISSING)
def retry(office: Office, _who: Configurer, message: MessageId) -> MessageAnswer:
    """Try a message anew that was given up, as if it were due now."""
    now_ms = office.now_ms()
    with office.records.write() as connection:
        revived = outbox.revive(connection, message, now_ms)
        if revived is None:
            raise NotFoundError(f"there is no message {message} that was given up; list them with state=dead")
        changes.note(connection, ChangeKind.ALERT_RETRIED, now_ms, None, {"message": message})
    return _answer(office.site, revived)


def _settings(office: LiveOffice, destination: str) -> Channel:
    known = office.site.alerts.destinations
    if destination not in known:
        raise NotFoundError(f"there is no destination {destination!r}; there are {', '.join(known) or 'none'}")
    return known[destination]


def _answer(site: Site, message: Message) -> MessageAnswer:
    def when(at_ms: int) -> str:
        return local_time(at_ms, site.timezone)

    return MessageAnswer(
        id=message.id,
        destination=message.owed.destination,
        policy=message.owed.policy,
        stage=message.owed.stage,
        kind=message.owed.kind,
        incidents=list(message.incidents),
        state=message.state,
        attempts=message.attempts,
        due=when(message.owed.due_at_ms),
        next=when(message.next_at_ms) if message.state is State.WAITING else None,
        done=None if message.done_at_ms is None else when(message.done_at_ms),
        failure=message.failure,
    )
