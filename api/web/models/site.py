"""The forms of what a site is: its hours, items, zones and slots. Forms only."""

from __future__ import annotations

from pydantic import Field

from api.language import Language
from api.web.models.base import Answer, At
from vision.items import ItemKind
from vision.zones import Anchor, ZoneKind

Corners = list[tuple[float, float]]
"""The corners of a polygon, x and y as fractions of width and height."""

_CORNERS = [[(0.1, 0.55), (0.6, 0.4), (0.62, 0.52)]]


class Today(Answer):
    """The window hours of the day. opens, closes: null where the windows do not, on this day."""

    is_open: bool
    opens: At | None
    closes: At | None


class SiteItem(Answer):
    """A thing in custody, as the site file names it. expected: how many pieces, of what is counted."""

    id: str = Field(examples=["B-0221"])
    kind: ItemKind
    name: str = Field(examples=["交付前カード"])
    expected: int | None = Field(examples=[78])


class Named(Answer):
    """What people call something that has an id."""

    id: str = Field(examples=["window-1"])
    name: str = Field(examples=["窓口 1"])


class SiteAnswer(Answer):
    """The office. digest: SHA-256 of the site file in force. now: by the clock of the service."""

    id: str = Field(examples=["tsurumi"])
    name: str = Field(examples=["鶴見区役所 戸籍課"])
    timezone: str = Field(examples=["Asia/Tokyo"])
    language: Language
    digest: str = Field(examples=["9f2c…"])
    now: At
    today: Today
    items: list[SiteItem]
    cameras: list[Named]
    zones: list[Named]


class ZoneAnswer(Answer):
    """A zone as one camera sees it. serves: the counter that a staff side serves."""

    id: str = Field(examples=["window-1"])
    camera: str = Field(examples=["counter"])
    kind: ZoneKind
    polygon: Corners = Field(examples=_CORNERS)
    anchor: Anchor
    serves: str | None


class SlotAnswer(Answer):
    """An item's place as one camera sees it. counter: the zone that it lies on."""

    id: str = Field(examples=["T-01"])
    camera: str = Field(examples=["counter"])
    polygon: Corners = Field(examples=_CORNERS)
    counter: str | None = Field(examples=["window-1"])
