"""The forms of packages of evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.language import Language
from api.web.models.base import Answer, Asked, At, Line
from api.web.models.cases import Authorised, CaseId, Stretch

PackageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", examples=["C-1-20180221T081000Z"])]


class OfIncident(Asked):
    """An incident with its clips."""

    kind: Literal["incident"]
    incident: Line


class OfCase(Asked):
    """All that is in a case but its notes."""

    kind: Literal["case"]
    case: CaseId


class OfFootage(Stretch):
    """A camera from and to."""

    kind: Literal["footage"]


class Exporting(Authorised):
    """What is to leave the office, and on whose word. language: of its summary; the site's own if left out."""

    subject: Annotated[OfIncident | OfCase | OfFootage, Field(discriminator="kind")]
    language: Language | None = None


class PackageAnswer(Answer):
    """A package that lies ready: one zip, which anybody can check."""

    package: PackageName
    bytes: int = Field(examples=[4_194_304])
    made: At
