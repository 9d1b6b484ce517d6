"""`/api/v1/items`: what is in custody, and where each thing is by the ledger and before the cameras."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.web.given import Office
from api.web.models.base import Id, Page
from api.web.models.items import BooksSay, CamerasSee, ItemAnswer
from api.web.problems import NotFoundError, documented
from custody.acts import CheckOut, KeyHandOver, Registration, VaultOpened
from custody.books import Books, Written
from vision.incidents import local_time
from vision.items import Item, ItemKind

router = APIRouter(
    prefix="/items", tags=["custody"], responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
)

Viewer = Annotated[Principal, Depends(needs(Permission.VIEW))]


@router.get("")
def list_items(office: Office, _who: Viewer) -> Page[ItemAnswer]:
    """List what is in custody: what is registered, then what the site file alone names."""
    return Page(items=list(items_of(office)))


@router.get("/{item}", responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
def one_item(office: Office, _who: Viewer, item: Id) -> ItemAnswer:
    """Show one thing in custody."""
    known = _items(office)
    if item not in known:
        raise NotFoundError(f"there is no item {item!r}; there are {', '.join(known) or 'none: register one'}")
    return known[item]


def items_of(office: LiveOffice) -> Collection[ItemAnswer]:
    """Return what is in custody: what is registered, then what the site file alone names."""
    return _items(office).values()


def _items(office: LiveOffice) -> Mapping[str, ItemAnswer]:
    registered = {item.item: _registered(office, item) for item in list(office.books.kept.values())}
    named = {name: _named(office, item) for name, item in office.site.items.items() if name not in registered}
    return registered | named


def _registered(office: LiveOffice, item: Registration) -> ItemAnswer:
    books = _books_say(office, item)
    return ItemAnswer(
        item=item.item,
        kind=item.kind,
        name=item.name,
        expected=item.expected,
        vault=item.vault,
        slot=item.slot,
        registered=True,
        books=books,
        seen=_seen(office, books.slot if books.out and item.kind is not ItemKind.DOOR else item.slot),
    )


def _named(office: LiveOffice, item: Item) -> ItemAnswer:
    return ItemAnswer(
        item=item.id,
        kind=item.kind,
        name=item.name,
        expected=item.expected,
        vault=None,
        slot=None,
        registered=False,
        books=None,
        seen=_seen(office, item.id),
    )


def _books_say(office: LiveOffice, item: Registration) -> BooksSay:
    last = _last(office.books, item)
    act = None if last is None else last.act
    return BooksSay(
        out=isinstance(act, CheckOut | VaultOpened),
        slot=(act.slot or item.slot) if isinstance(act, CheckOut) else None,
        holder=act.receiver if isinstance(act, KeyHandOver) else None,
        since=None if last is None else local_time(last.at_ms, office.site.timezone),
        entry=None if last is None else last.seq,
    )


def _last(books: Books, item: Registration) -> Written | None:
    """Return the newest entry that says where a thing is."""
    match item.kind:
        case ItemKind.DOOR:
            return books.last_vault_act(item.item)
        case ItemKind.KEY:
            return books.last_hand_over(item.item)
    return books.last_move(item.item)


def _seen(office: LiveOffice, slot: str | None) -> CamerasSee | None:
    """Return what cameras see of a slot; None where no camera looks at it."""
    if slot not in {one.id for camera in office.site.cameras for one in camera.slots} or slot is None:
        return None
    reading, camera = office.situation().slot(slot)
    return CamerasSee(slot=slot, state=reading.state, camera=camera)
