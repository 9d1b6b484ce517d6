"""The forms of what is in custody: what the ledger says of it, beside what cameras see of it."""

from __future__ import annotations

from pydantic import Field

from api.web.models.acts import Account, Pieces
from api.web.models.base import Answer, At
from api.web.models.ledger import Seq
from vision.items import ItemKind
from vision.types import SlotState


class BooksSay(Answer):
    """Where the ledger says that an item is. out: of its vault; of a door: that it is open.

    slot: the place that it was taken to, null where no camera looks at it. holder: who took a key over last. since,
    entry: of the entry that says so, null where there was none.
    """

    out: bool
    slot: str | None
    holder: Account | None
    since: At | None
    entry: Seq | None


class CamerasSee(Answer):
    """What is seen of its place: the slot that it was taken to, or its own. camera: the one that sees it."""

    slot: str = Field(examples=["T-01"])
    state: SlotState
    camera: str | None = Field(examples=["counter"])


class ItemAnswer(Answer):
    """One thing in custody. registered: the ledger knows it; what only the site file knows cannot be signed for.

    books: null where nobody has registered it. seen: null where no camera looks for it.
    """

    item: str = Field(examples=["T-01"])
    kind: ItemKind
    name: str = Field(examples=["交付用端末 1"])
    expected: Pieces | None
    vault: str | None = Field(examples=["vault-door"])
    slot: str | None = Field(examples=["T-01"])
    registered: bool
    books: BooksSay | None
    seen: CamerasSee | None
