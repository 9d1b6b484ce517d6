"""The forms of the site file as it is read and changed over HTTP. Forms only."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.web.models.base import Answer, Asked, Flag, Id, Json, Moment
from api.web.models.site import Corners
from vision.zones import Anchor, ZoneKind

Key = Annotated[str, Field(min_length=1, max_length=64, examples=["cameras"])]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the site file that was seen.")]
Polygon = Annotated[Corners, Field(min_length=3, max_length=200)]


class EditAsked(Asked):
    """One value to be changed. path: its keys from the top. value: null takes it out."""

    path: list[Key] = Field(min_length=2, max_length=8, examples=[["rules", "vault_open", "after_s"]])
    value: Any = Field(examples=[90])


class EditingAsked(Asked):
    """Changes that are made together. dry_run: only say what would change."""

    digest: Digest
    edits: list[EditAsked] = Field(min_length=1, max_length=200)
    dry_run: Flag = False


class RehearsalAsked(Asked):
    """Changes that are tried on a stretch of the past, of a day at most; none are needed."""

    digest: Digest
    edits: list[EditAsked] = Field(default=[], max_length=200)
    start: Moment
    end: Moment


class ZoneAsked(Asked):
    """A zone as it is to be. anchor: which part of a person must stand in it, the torso where it is left out."""

    kind: ZoneKind
    polygon: Polygon
    anchor: Anchor | None = None
    serves: Id | None = None


class SlotAsked(Asked):
    """An item's place as it is to be. counter: the zone that it lies on, where its polygon does not tell."""

    polygon: Polygon
    counter: Id | None = None


class ValueChange(Answer):
    """One value of the site file that has changed, or would. `from` and `to`: null where there is none."""

    key: str = Field(examples=["rules.vault_open.after_s"])
    was: Any = Field(serialization_alias="from", examples=[120])
    becomes: Any = Field(serialization_alias="to", examples=[90])


class SettingsChange(Answer):
    """What has changed, or would. digest: of the site file now. warnings: what is allowed and probably not meant."""

    digest: str
    in_force: bool
    changes: list[ValueChange]
    warnings: list[str]


class SettingsAnswer(Answer):
    """The site file in force, without passwords. values: what it says, as JSON. text: the file itself."""

    digest: str
    values: Json
    text: str
    warnings: list[str]
